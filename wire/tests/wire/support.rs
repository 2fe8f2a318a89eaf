use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{runtime::Runtime, sync::watch, task::JoinHandle};
use wire::serve::{Call, ConnectionFacts, Flow, Handler, Listener};

/// Does what the path says, and notes what it saw.
#[derive(Default)]
pub(crate) struct Bench {
    pub(crate) notes: Mutex<Vec<String>>,
    pub(crate) opened: AtomicU32,
    pub(crate) closed: AtomicU32,
    pub(crate) malformed: AtomicU32,
}

impl Bench {
    fn note(&self, text: String) {
        self.notes.lock().unwrap().push(text);
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        self.notes.lock().unwrap().clone()
    }
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

impl Handler for Bench {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        let target = call.head().target().to_owned();
        match call.head().origin_target() {
            "/body" => match call.body(100).await {
                Ok(body) => {
                    let trailers = call.trailers().len();
                    self.note(format!("{} +{trailers}", String::from_utf8_lossy(body.bytes())));
                }
                Err(error) => {
                    self.note(error.to_string());
                    return Flow::Close;
                }
            },
            "/gone" => {
                call.gone().await;
                self.note("gone".into());
                return Flow::Close;
            }
            "/slow" => tokio::time::sleep(Duration::from_millis(300)).await,
            "/forever" => std::future::pending().await,
            "/reset" => {
                let _ = call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf").await;
                return Flow::Reset;
            }
            "/close" => {
                let _ = call.send(OK).await;
                return Flow::Close;
            }
            _ => self.note(format!("{target} {}", call.facts().request)),
        }
        if call.send(OK).await.is_ok() { Flow::KeepAlive } else { Flow::Close }
    }

    fn opened(&self, _facts: &ConnectionFacts) {
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    fn closed(&self, _facts: &ConnectionFacts) {
        self.closed.fetch_add(1, Ordering::Relaxed);
    }

    fn malformed(&self, _facts: &ConnectionFacts, _error: &wire::head::HeadError, _seen: &[u8]) {
        self.malformed.fetch_add(1, Ordering::Relaxed);
    }
}

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) bench: Arc<Bench>,
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) ended: Option<JoinHandle<()>>,
    pub(crate) runtime: Runtime,
}

pub(crate) fn serve() -> Served {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(Listener::bind("127.0.0.1:0".parse().unwrap())).unwrap();
    let address = listener.local_addr();
    let bench = Arc::new(Bench::default());
    let (stop, stopped) = watch::channel(false);
    let ended = Some(runtime.spawn(listener.run(Arc::clone(&bench), stopped)));
    Served { address, bench, stop, ended, runtime }
}

/// How a connection ended: closed, reset, or neither within 300 ms.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Fin,
    Reset,
    Open,
}

/// Sends bytes and hears what comes: the reads as text, and the end.
pub(crate) fn say(to: SocketAddr, bytes: &[u8]) -> (Vec<String>, End) {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.write_all(bytes).unwrap();
    hear(&mut stream)
}

pub(crate) fn hear(stream: &mut TcpStream) -> (Vec<String>, End) {
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut reads = Vec::new();
    let mut buffer = [0; 65536];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (reads, End::Fin),
            Ok(read) => reads.push(String::from_utf8_lossy(&buffer[..read]).into_owned()),
            Err(e) if e.kind() == ErrorKind::ConnectionReset => return (reads, End::Reset),
            Err(_) => return (reads, End::Open),
        }
    }
}
