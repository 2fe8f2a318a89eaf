use bytes::Bytes;
use h2::{
    Reason, RecvStream,
    server::{Builder, SendResponse},
};
use http::{HeaderMap, Request, Response};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

/// What one says that chooses HTTP/1.1.
const OLD: &[u8] = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nold";

/// An upstream that speaks HTTP/2 and does what the path says.
pub(crate) struct Upstream2 {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Upstream2 {
    /// Without TLS, or choosing among these protocols over TLS.
    pub(crate) fn start(chooses: Option<&[&str]>) -> Upstream2 {
        let acceptor = chooses.map(acceptor);
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let address = socket.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&heard);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let socket = tokio::net::TcpListener::from_std(socket).unwrap();
                while let Ok((stream, _)) = socket.accept().await {
                    notes.lock().unwrap().push("connection".into());
                    let (acceptor, notes) = (acceptor.clone(), Arc::clone(&notes));
                    tokio::spawn(async move {
                        match acceptor {
                            None => serve(stream, notes).await,
                            Some(acceptor) => {
                                let mut stream = acceptor.accept(stream).await.unwrap();
                                if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                                    return serve(stream, notes).await;
                                }
                                let _ = stream.read(&mut [0; 4096]).await;
                                let _ = stream.write_all(OLD).await;
                                let _ = stream.shutdown().await;
                            }
                        }
                    });
                }
            });
        });
        Upstream2 { address, heard }
    }

    /// Connections and requests in order.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

fn acceptor(chooses: &[&str]) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = chooses.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, notes: Arc<Mutex<Vec<String>>>) {
    let Ok(mut connection) = Builder::new().handshake::<_, Bytes>(io).await else { return };
    while let Some(Ok((request, respond))) = connection.accept().await {
        let fields: Vec<_> = request.headers().keys().map(|name| name.as_str().to_owned()).collect();
        let line = format!("{} {} {}", request.method(), request.uri(), fields.join(" "));
        notes.lock().unwrap().push(line);
        match request.uri().path() {
            "/goaway" => {
                let mut stream = { respond }.send_response(Response::new(()), false).unwrap();
                stream.send_data(Bytes::from("half"), false).unwrap();
                // The library sends what is there, then the end of everything.
                tokio::select! {
                    _ = connection.accept() => {}
                    () = tokio::time::sleep(Duration::from_millis(50)) => {}
                }
                connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
                let _ = std::future::poll_fn(|cx| connection.poll_closed(cx)).await;
                return;
            }
            "/drop" => {
                // What the client says of itself is read first, lest the close become a reset.
                tokio::select! {
                    _ = connection.accept() => {}
                    () = tokio::time::sleep(Duration::from_millis(50)) => {}
                }
                return;
            }
            _ => drop(tokio::spawn(answer(request, respond))),
        }
    }
}

async fn answer(request: Request<RecvStream>, mut respond: SendResponse<Bytes>) {
    let path = request.uri().path().to_owned();
    let mut body = request.into_body();
    let head = |fields: &[(&'static str, &str)]| {
        let mut response = Response::new(());
        *response.headers_mut() = map(fields);
        response
    };
    match path.as_str() {
        "/refused" => respond.send_reset(Reason::REFUSED_STREAM),
        "/broken" => {
            let mut stream = respond.send_response(head(&[]), false).unwrap();
            stream.send_data(Bytes::from("half"), false).unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            stream.send_reset(Reason::CANCEL);
        }
        "/fields" => {
            let long = "x".repeat(70_000);
            let _ = respond.send_response(head(&[("x", &long)]), true);
        }
        "/hint" => {
            let mut hint = head(&[("link", "</a>")]);
            *hint.status_mut() = http::StatusCode::EARLY_HINTS;
            respond.send_informational(hint).unwrap();
            let fields = [("z", "1"), ("content-length", "2"), ("a", "2")];
            respond.send_response(head(&fields), false).unwrap().send_data(Bytes::from("ok"), true).unwrap();
        }
        "/only" => {
            let fields = [("content-type", "application/grpc"), ("grpc-status", "5")];
            respond.send_response(head(&fields), true).unwrap();
        }
        "/link" => {
            let link = format!("http://{}/next", body_text(&mut body).await);
            let fields = [("content-type", "text/plain"), ("content-length", &link.len().to_string())];
            let mut stream = respond.send_response(head(&fields), false).unwrap();
            stream.send_data(Bytes::from(link), true).unwrap();
        }
        // Every message is answered by itself, as soon as it is whole.
        _ => {
            let mut stream =
                respond.send_response(head(&[("content-type", "application/grpc")]), false).unwrap();
            let mut messages = Vec::new();
            while let Some(Ok(data)) = body.data().await {
                body.flow_control().release_capacity(data.len()).unwrap();
                messages.extend_from_slice(&data);
                while let Some(message) = message(&mut messages) {
                    stream.send_data(Bytes::from(message), false).unwrap();
                }
            }
            stream.send_trailers(map(&[("grpc-status", "0"), ("grpc-message", "fine")])).unwrap();
        }
    }
}

/// A message of gRPC with its prefix: whether it is compressed, and its length in four bytes.
fn message(bytes: &mut Vec<u8>) -> Option<Vec<u8>> {
    let length = u32::from_be_bytes(bytes.get(1..5)?.try_into().unwrap()) as usize;
    (bytes.len() >= 5 + length).then(|| bytes.drain(..5 + length).collect())
}

async fn body_text(body: &mut RecvStream) -> String {
    let mut text = Vec::new();
    while let Some(Ok(data)) = body.data().await {
        text.extend_from_slice(&data);
    }
    String::from_utf8(text).unwrap()
}

pub(crate) fn map(fields: &[(&'static str, &str)]) -> HeaderMap {
    fields.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}
