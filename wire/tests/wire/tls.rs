//! Listeners that speak TLS, tunnels, and servers whose own certificate is trusted.

use crate::support::{Bench, End, hear};
use cassettes::model::Timestamp;
use rustls::{ClientConfig, pki_types::ServerName};
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};
use tokio::{runtime::Runtime, sync::watch};
use wire::{
    ca::{Authority, Certificates},
    client::client_config,
    serve::{Call, ConnectionFacts, Flow, Handler, Listener, TlsRefusal},
};

/// 2026-11-22; certificates are checked by the real clock.
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Timestamp(since.as_micros() as i64)
}

/// A listener that intercepts every tunnel but those to `closed`, and tells what it saw of each.
#[derive(Default)]
struct Gate {
    bench: Bench,
    unshaken: std::sync::Mutex<Vec<String>>,
}

impl Handler for Gate {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        if call.head().method() == "CONNECT" {
            let _ = call.send(b"HTTP/1.1 200 Connection established\r\n\r\n").await;
            return Flow::Intercept;
        }
        let ConnectionFacts { request, secure, tunnel, .. } = call.facts();
        let text =
            format!("{} {request} {secure} {}", call.head().target(), tunnel.as_deref().unwrap_or("-"));
        let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len());
        if call.send(reply.as_bytes()).await.is_ok() { Flow::KeepAlive } else { Flow::Close }
    }

    fn opened(&self, facts: &ConnectionFacts) {
        self.bench.opened(facts);
    }

    fn closed(&self, facts: &ConnectionFacts) {
        self.bench.closed(facts);
    }

    fn unshaken(&self, _facts: &ConnectionFacts, refusal: &TlsRefusal) {
        self.unshaken.lock().unwrap().push(refusal.to_string());
    }
}

struct Served {
    address: SocketAddr,
    gate: Arc<Gate>,
    trusting: Arc<ClientConfig>,
    stop: watch::Sender<bool>,
    _runtime: Runtime,
}

fn serve(secure: bool) -> Served {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (authority, _) = Authority::make(now()).unwrap();
    let trusting = Arc::new(client_config(Some(authority.pem().as_bytes())).unwrap());
    let certificates = Arc::new(Certificates::new(authority, now).unwrap());
    let listener = runtime.block_on(Listener::bind("127.0.0.1:0".parse().unwrap())).unwrap();
    let listener = if secure { listener.secure(certificates) } else { listener.intercepting(certificates) };
    let address = listener.local_addr();
    let gate = Arc::new(Gate::default());
    let (stop, stopped) = watch::channel(false);
    runtime.spawn(listener.run(Arc::clone(&gate), stopped));
    Served { address, gate, trusting, stop, _runtime: runtime }
}

type Talk = rustls::StreamOwned<rustls::ClientConnection, TcpStream>;

impl Served {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// A tunnel to an authority.
    fn tunnel(&self, authority: &str) -> TcpStream {
        let mut stream = self.connect();
        write!(stream, "CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n").unwrap();
        let mut reply = [0; 39];
        stream.read_exact(&mut reply).unwrap();
        assert_eq!(&reply, b"HTTP/1.1 200 Connection established\r\n\r\n");
        stream
    }

    fn talk(&self, stream: TcpStream, name: &str) -> Talk {
        let name = ServerName::try_from(name.to_owned()).unwrap();
        rustls::StreamOwned::new(
            rustls::ClientConnection::new(Arc::clone(&self.trusting), name).unwrap(),
            stream,
        )
    }

    /// What came to nothing, once there are so many of them.
    fn unshaken(&self, many: usize) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let unshaken = self.gate.unshaken.lock().unwrap().clone();
            if unshaken.len() >= many || begun.elapsed() > Duration::from_secs(5) {
                return unshaken;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn ask(talk: &mut (impl std::io::Read + std::io::Write), target: &str) -> std::io::Result<String> {
    write!(talk, "GET {target} HTTP/1.1\r\nHost: x\r\n\r\n")?;
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = talk.read(&mut buffer)?;
        reply.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&reply).into_owned();
        match text.split_once("\r\n\r\n") {
            Some((head, body)) if head.contains(&format!("Content-Length: {}", body.len())) => {
                return Ok(body.to_owned());
            }
            _ if read == 0 => return Ok(text),
            _ => {}
        }
    }
}

#[test]
fn a_secure_listener_is_reached_by_each_of_its_names() {
    let served = serve(true);
    for name in ["127.0.0.1", "localhost", "anything.test"] {
        let mut talk = served.talk(served.connect(), name);
        assert_eq!(ask(&mut talk, "/a").unwrap(), "/a 1 true -", "{name}");
        assert_eq!(ask(&mut talk, "/b").unwrap(), "/b 2 true -", "{name}");
    }
    let mut plain = served.connect();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert!(hear(&mut plain).0.concat().contains("speaks TLS"));
    assert_eq!(served.unshaken(1), ["the client speaks no TLS"]);
}

#[test]
fn a_tunnel_is_served_for_its_host_and_no_other() {
    let served = serve(false);
    for (authority, name) in [
        ("api.test:443", "api.test"),
        ("[::1]:8443", "::1"),
        ("10.0.0.9:443", "10.0.0.9"),
        ("API.test:443", "api.test"),
        ("api.test.:443", "api.test"),
    ] {
        let mut talk = served.talk(served.tunnel(authority), name);
        assert_eq!(ask(&mut talk, "/a").unwrap(), format!("/a 1 true {authority}"));
        assert_eq!(ask(&mut talk, "/b").unwrap(), format!("/b 2 true {authority}"));
    }
    let mut plain = served.tunnel("api.test:80");
    assert_eq!(ask(&mut plain, "/a").unwrap(), "/a 1 false api.test:80");
    let mut other = served.talk(served.tunnel("api.test:443"), "other.test");
    let error = ask(&mut other, "/").unwrap_err().to_string();
    assert!(error.contains("UnrecognisedName"), "{error}");
    assert!(served.unshaken(1)[0].contains("other.test"), "{:?}", served.unshaken(1));
}

#[test]
fn a_hello_that_comes_with_its_connect_is_not_lost() {
    let served = serve(false);
    let mut stream = served.connect();
    let name = ServerName::try_from("api.test").unwrap();
    let mut client = rustls::ClientConnection::new(Arc::clone(&served.trusting), name).unwrap();
    let mut first = b"CONNECT api.test:443 HTTP/1.1\r\nHost: api.test:443\r\n\r\n".to_vec();
    client.write_tls(&mut first).unwrap();
    stream.write_all(&first).unwrap();
    let mut reply = [0; 39];
    stream.read_exact(&mut reply).unwrap();
    let mut talk = rustls::StreamOwned::new(client, stream);
    assert_eq!(ask(&mut talk, "/a").unwrap(), "/a 1 true api.test:443");
}

/// Garbage, silence, a reset in the middle, a client that does not trust us: others are served meanwhile.
#[test]
fn handshakes_that_fail_harm_nobody() {
    let served = serve(true);
    let silent = served.connect();
    let mut half = served.connect();
    half.write_all(b"\x16\x03\x01\x02\x00\x01").unwrap();
    for garbage in [&b"\x16\xff\xff\xff\xff\xff\xff"[..], b"\x16\x03\x01\x00\x05hello"] {
        let mut stream = served.connect();
        stream.write_all(garbage).unwrap();
        assert_ne!(hear(&mut stream).1, End::Open);
    }
    let mut resets = served.connect();
    resets.write_all(b"\x16\x03\x01\x02\x00").unwrap();
    socket2::SockRef::from(&resets).set_linger(Some(Duration::ZERO)).unwrap();
    drop(resets);
    let wary = Served { trusting: Arc::new(client_config(None).unwrap()), ..serve(true) };
    assert!(ask(&mut wary.talk(wary.connect(), "localhost"), "/").is_err());
    let mut talk = served.talk(served.connect(), "localhost");
    assert_eq!(ask(&mut talk, "/a").unwrap(), "/a 1 true -");
    assert_eq!(served.unshaken(3).len(), 3, "{:?}", served.unshaken(3));
    assert!(wary.unshaken(1)[0].contains("alert"), "{:?}", wary.unshaken(1));
    // Neither of the two that hang holds the end up.
    let begun = Instant::now();
    served.stop.send(true).unwrap();
    drop(talk);
    let mut silent = silent;
    assert_eq!(silent.read(&mut [0; 8]).unwrap_or(0), 0);
    assert_eq!(half.read(&mut [0; 8]).unwrap_or(0), 0);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!(served.gate.bench.opened.load(Ordering::Relaxed), 1);
}

#[test]
fn many_tunnels_at_once() {
    let served = serve(false);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for number in 0..200 {
            let served = &served;
            scope.spawn(move || {
                let host = format!("h{}.test", number % 20);
                let mut talk = served.talk(served.tunnel(&format!("{host}:443")), &host);
                assert_eq!(ask(&mut talk, "/a").unwrap(), format!("/a 1 true {host}:443"));
            });
        }
    });
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

/// A server's own certificate that calls itself an authority's is believed if it was named itself, for the
/// names that stand in it alone.
#[test]
fn a_named_certificate_is_believed_as_it_is() {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let certificate = params.self_signed(&key).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(rustls::crypto::aws_lc_rs::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut server = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            while server.is_handshaking() && server.complete_io(&mut stream).is_ok() {}
        }
    });
    let shakes = |extra: Option<&str>, name: &str| {
        let config = Arc::new(client_config(extra.map(str::as_bytes)).unwrap());
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let mut client = rustls::ClientConnection::new(config, name).unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        while client.is_handshaking() {
            if let Err(error) = client.complete_io(&mut stream) {
                return Err(error.to_string());
            }
        }
        Ok(())
    };
    let (other, _) = Authority::make(now()).unwrap();
    assert_eq!(shakes(Some(&certificate.pem()), "localhost"), Ok(()));
    assert!(shakes(Some(&certificate.pem()), "other.test").unwrap_err().contains("not valid for name"));
    assert!(shakes(Some(other.pem()), "localhost").is_err());
    assert!(shakes(None, "localhost").is_err());
}

#[test]
fn an_authority_is_read_again_as_it_was_made() {
    let (made, text) = Authority::make(now()).unwrap();
    let read = Authority::read(&text).unwrap();
    assert_eq!((read.pem(), read.fingerprint()), (made.pem(), made.fingerprint()));
    let days = (read.expires().0 - now().0) / 86_400_000_000;
    assert!((3649..=3650).contains(&days), "{days}");
    let (_, other) = Authority::make(now()).unwrap();
    let at = text.find("-----BEGIN CERTIFICATE").unwrap();
    let pair = format!("{}{}", &other[..other.find("-----BEGIN CERTIFICATE").unwrap()], &text[at..]);
    for wrong in ["", &text[..at], &text[at..], &pair] {
        assert!(Authority::read(wrong).is_err());
    }
}
