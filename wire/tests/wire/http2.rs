//! Clients that speak HTTP/2, from the first byte of their connections.

use bytes::Bytes;
use cassettes::model::HttpVersion;
use h2::{
    Reason, RecvStream, SendStream,
    client::{SendRequest, handshake},
};
use http::{HeaderMap, Request, Response};
use std::{
    future::poll_fn,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
    task::JoinHandle,
    time::timeout,
};
use wire::serve::{Call, ConnectionFacts, Flow, Handler, Listener};

/// Does what the path says, and counts.
#[derive(Default)]
pub(crate) struct Stage {
    pub(crate) sent: AtomicU64,
    pub(crate) running: AtomicU64,
    pub(crate) most: AtomicU64,
    left: AtomicU64,
    opened: AtomicU64,
    closed: AtomicU64,
}

impl Handler for Stage {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        let running = self.running.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(running, Ordering::Relaxed);
        let flow = self.play(call).await;
        self.running.fetch_sub(1, Ordering::Relaxed);
        flow
    }

    fn opened(&self, _facts: &ConnectionFacts) {
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    fn closed(&self, facts: &ConnectionFacts) {
        self.closed.fetch_add(u64::from(facts.request), Ordering::Relaxed);
    }
}

impl Stage {
    async fn play(&self, call: &mut Call<'_>) -> Flow {
        if call.head().method() == "CONNECT" {
            let _ = call.send(b"HTTP/1.1 200 Through\r\n\r\n").await;
            let mut through = call.upgraded();
            let mut bytes = [0; 100];
            while let Ok(read @ 1..) = through.read(&mut bytes).await {
                let _ = through.write_all(&bytes[..read]).await;
                let _ = through.flush().await;
            }
            return Flow::Close;
        }
        let target = call.head().target().to_owned();
        let text: &[u8] = match target.split('?').next().unwrap_or_default() {
            "/echo" => return echo(call).await,
            "/forever" => {
                call.gone().await;
                self.left.fetch_add(1, Ordering::Relaxed);
                return Flow::Close;
            }
            "/large" => {
                let _ = call.send(b"HTTP/1.1 200 OK\r\n\r\n").await;
                while call.send(&[b'x'; 65536]).await.is_ok() {
                    self.sent.fetch_add(65536, Ordering::Relaxed);
                }
                return Flow::Close;
            }
            "/half" => b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
            "/rest" => b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
            "/nothing" => b"",
            "/nonsense" => b"SSH-2.0-nothing\r\n",
            "/switch" => b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
            "/bare" => b"HTTP/2 200 end\r\ngrpc-status: 5\r\n\r\n",
            "/trailers" => {
                b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\
                  Content-Length: 7\r\nConnection: x-hop\r\nX-Hop: 1\r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\n\
                  3\r\nabc\r\n3\r\ndef\r\n0\r\nX-Sum: 6\r\n\r\n"
            }
            _ => b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        };
        let sent = call.send(text).await;
        match target.as_str() {
            "/rest?reset" => Flow::Reset,
            _ if sent.is_ok() => Flow::KeepAlive,
            _ => Flow::Close,
        }
    }
}

/// Says what was asked, then every piece of the body as it comes, then its trailers.
async fn echo(call: &mut Call<'_>) -> Flow {
    let head = call.head();
    assert_eq!(head.version(), HttpVersion::Http2);
    let text = String::from_utf8_lossy(head.bytes()).into_owned();
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let _ = call.send(format!("{head}{:x}\r\n{text}\r\n", text.len()).as_bytes()).await;
    let _ = call.flush().await;
    while let Ok(Some(data)) = call.chunk().await {
        let _ = call.send(format!("{:x}\r\n", data.len()).as_bytes()).await;
        let _ = call.send(&data).await;
        let _ = call.send(b"\r\n").await;
        let _ = call.flush().await;
    }
    let trailers = format!("0\r\nwere: {}\r\n\r\n", call.trailers().len());
    let _ = call.send(trailers.as_bytes()).await;
    Flow::KeepAlive
}

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) stage: Arc<Stage>,
    stop: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

pub(crate) async fn serve() -> Served {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr();
    let stage = Arc::new(Stage::default());
    let (stop, stopped) = watch::channel(false);
    let ended = tokio::spawn(listener.run(Arc::clone(&stage), stopped));
    Served { address, stage, stop, ended }
}

async fn client(served: &Served) -> SendRequest<Bytes> {
    let (send, connection) = handshake(TcpStream::connect(served.address).await.unwrap()).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    send.ready().await.unwrap()
}

fn request(path: &str) -> Request<()> {
    Request::get(format!("http://h{path}")).body(()).unwrap()
}

type Answered = (Response<RecvStream>, SendStream<Bytes>);

async fn ask(send: &mut SendRequest<Bytes>, path: &str) -> Result<Answered, h2::Error> {
    let (answer, body) = send.send_request(request(path), path != "/echo")?;
    Ok((answer.await?, body))
}

async fn whole(mut body: RecvStream) -> Result<(String, Option<HeaderMap>), (String, h2::Error)> {
    let mut text = String::new();
    while let Some(data) = body.data().await {
        let data = data.map_err(|error| (text.clone(), error))?;
        text.push_str(&String::from_utf8_lossy(&data));
        body.flow_control().release_capacity(data.len()).unwrap();
    }
    let trailers = body.trailers().await.map_err(|error| (text.clone(), error))?;
    Ok((text, trailers))
}

async fn eventually(what: impl Fn() -> bool) {
    for _ in 0..200 {
        if what() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to that");
}

#[tokio::test]
async fn a_stream_is_a_call_in_both_directions_at_once() {
    let served = serve().await;
    let mut send = client(&served).await;
    let asked = Request::put("http://h:81/echo?a=b").header("cookie", "a=1").header("te", "trailers");
    let asked = asked.header("cookie", "b=2").header("x", "y\u{e9}").body(()).unwrap();
    let (answer, mut to) = send.send_request(asked, false).unwrap();
    // The answer has begun before the question is whole, and goes on with it.
    let mut body = answer.await.unwrap().into_body();
    let head = body.data().await.unwrap().unwrap();
    assert_eq!(
        std::str::from_utf8(&head).unwrap(),
        "PUT /echo?a=b HTTP/1.1\r\nhost: h:81\r\ncookie: a=1; b=2\r\nte: trailers\r\nx: yé\r\n\r\n"
    );
    for piece in ["one", "two"] {
        to.send_data(Bytes::from(piece), false).unwrap();
        assert_eq!(body.data().await.unwrap().unwrap(), piece);
    }
    to.send_trailers(HeaderMap::from_iter([("a".parse().unwrap(), "1".parse().unwrap())])).unwrap();
    assert_eq!(whole(body).await.unwrap().1.unwrap()["were"], "1");
}

#[tokio::test]
async fn answers_are_translated() {
    let served = serve().await;
    let mut send = client(&served).await;
    let (mut answer, _) = send.send_request(request("/trailers"), true).unwrap();
    let hint = poll_fn(|cx| answer.poll_informational(cx)).await.unwrap().unwrap();
    assert_eq!((hint.status().as_u16(), &hint.headers()["link"]), (103, &"</a>".parse().unwrap()));
    let answer = answer.await.unwrap();
    let fields: Vec<_> = answer.headers().iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
    assert_eq!(fields, [("set-cookie", &b"a"[..]), ("set-cookie", b"b")]);
    let (text, trailers) = whole(answer.into_body()).await.unwrap();
    assert_eq!((text.as_str(), &trailers.unwrap()["x-sum"]), ("abcdef", &"6".parse().unwrap()));

    for (path, bare, said) in [("/bare", true, ""), ("/rest", false, "until the end"), ("/", false, "ok")] {
        let (answer, _) = ask(&mut send, path).await.unwrap();
        assert_eq!(answer.body().is_end_stream(), bare, "{path}");
        assert_eq!(answer.headers().contains_key("content-length"), path == "/");
        assert_eq!(whole(answer.into_body()).await.unwrap().0, said);
    }
    drop(send);
    eventually(|| served.stage.closed.load(Ordering::Relaxed) == 4).await;
    assert_eq!(served.stage.opened.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn what_is_not_whole_is_never_told_as_whole() {
    let served = serve().await;
    let mut send = client(&served).await;
    let (answer, _) = ask(&mut send, "/half").await.unwrap();
    let (text, error) = whole(answer.into_body()).await.unwrap_err();
    assert_eq!((text.as_str(), error.reason()), ("half", Some(Reason::INTERNAL_ERROR)));
    let (answer, _) = ask(&mut send, "/rest?reset").await.unwrap();
    assert!(whole(answer.into_body()).await.is_err(), "a close would be its end, a reset is none");
    for (path, reason) in [
        ("/nothing", Reason::INTERNAL_ERROR),
        ("/nonsense", Reason::PROTOCOL_ERROR),
        ("/switch", Reason::HTTP_1_1_REQUIRED),
    ] {
        let error = ask(&mut send, path).await.err().unwrap();
        assert_eq!((error.is_remote(), error.reason()), (true, Some(reason)), "{path}");
    }
    assert!(ask(&mut send, "/").await.is_ok(), "the connection carries others");
}

#[tokio::test]
async fn streams_do_not_wait_for_each_other_and_slow_readers_hold_nothing_up() {
    let served = serve().await;
    let mut send = client(&served).await;
    let (unread, _) = ask(&mut send, "/large").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let sent = served.stage.sent.load(Ordering::Relaxed);
    assert!(sent < 1024 * 1024, "{sent} bytes were taken for a client that takes none");
    let (answer, _) = ask(&mut send, "/").await.unwrap();
    assert_eq!(answer.status(), 200);
    drop(unread);
    eventually(|| served.stage.running.load(Ordering::Relaxed) == 0).await;
    // A handler hears that its client has lost interest.
    let (_answer, mut to) = send.send_request(request("/forever"), false).unwrap();
    eventually(|| served.stage.running.load(Ordering::Relaxed) == 1).await;
    to.send_reset(Reason::CANCEL);
    eventually(|| served.stage.left.load(Ordering::Relaxed) == 1).await;
}

#[tokio::test]
async fn a_stream_can_be_a_tunnel() {
    let served = serve().await;
    let mut send = client(&served).await;
    let asked = Request::connect("h:443").body(()).unwrap();
    let (answer, mut to) = send.send_request(asked, false).unwrap();
    let mut from = answer.await.unwrap().into_body();
    for said in ["a", "bc"] {
        to.send_data(Bytes::from(said), false).unwrap();
        assert_eq!(from.data().await.unwrap().unwrap(), said);
    }
    to.send_data(Bytes::new(), true).unwrap();
    assert_eq!(whole(from).await.unwrap().0, "");
}

#[tokio::test]
async fn a_listener_that_stops_lets_streams_finish() {
    let served = serve().await;
    let mut send = client(&served).await;
    let (answer, mut to) = ask(&mut send, "/echo").await.unwrap();
    served.stop.send(true).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(send.clone().ready().await.is_err() || ask(&mut send, "/").await.is_err());
    to.send_data(Bytes::from("late"), true).unwrap();
    let (text, trailers) = whole(answer.into_body()).await.unwrap();
    assert!(text.ends_with("\r\n\r\nlate") && trailers.is_some());
    drop((send, to));
    timeout(Duration::from_secs(4), served.ended).await.unwrap().unwrap();
}
