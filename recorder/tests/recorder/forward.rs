//! A recorder that clients reach as their forward proxy.

use crate::support::{AUTHORITY, End, Fake, Rig, Step, secure, talk};
use cassettes::model::FailureKind;
use recorder::Others;
use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};
use wire::client::client_config;

const OK: &str = "HTTP/1.1 200 OK\r\nX-Odd:  a\r\nSet-Cookie: s=1; Secure; Domain=127.0.0.1\r\nContent-Length: 2\r\n\r\nok";

fn asked(rig: &Rig, text: &str) -> String {
    talk(rig.address, &[(0, text.as_bytes())]).text()
}

/// A tunnel through the proxy, and what it says to it.
fn tunnel(rig: &Rig, authority: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(rig.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    write!(
        stream,
        "CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\nProxy-Authorization: Basic c2VjcmV0\r\n\r\n"
    )
    .unwrap();
    let mut reply = Vec::new();
    let mut byte = [0];
    while !reply.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
        reply.push(byte[0]);
    }
    (stream, String::from_utf8(reply).unwrap())
}

/// Speaks TLS in a tunnel as a client that trusts the authority.
fn secured(
    stream: TcpStream,
    pem: &str,
    name: &str,
) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
    let config = Arc::new(client_config(Some(pem.as_bytes())).unwrap());
    let name = rustls::pki_types::ServerName::try_from(name.to_owned()).unwrap();
    rustls::StreamOwned::new(rustls::ClientConnection::new(config, name).unwrap(), stream)
}

fn answer(stream: &mut (impl std::io::Read + std::io::Write), ask: &str) -> String {
    stream.write_all(ask.as_bytes()).unwrap();
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    while !reply.ends_with(b"ok") && !reply.ends_with(b"}") {
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => reply.extend_from_slice(&buffer[..read]),
            _ => break,
        }
    }
    String::from_utf8(reply).unwrap()
}

/// The answer passes byte for byte, the request as it was said, but for what is between client and proxy.
#[test]
fn an_absolute_target_is_asked_of_its_host() {
    let fake = Fake::says(OK);
    let host = fake.address.to_string();
    let (rig, _) = Rig::forward(&[&host], &[], Others::Refuse, None);
    let ask = format!(
        "GET http://{host}/a?b=1 HTTP/1.1\r\nHost: elsewhere.test\r\nX-a: 1\r\nProxy-Connection: keep-alive\r\n\
         Proxy-Authorization: Basic c2VjcmV0\r\nAccept: */*\r\n\r\n"
    );
    assert_eq!(asked(&rig, &ask), OK);
    assert_eq!(fake.heard(), format!("GET /a?b=1 HTTP/1.1\r\nHost: {host}\r\nX-a: 1\r\nAccept: */*\r\n\r\n"));
    let kept = rig.only();
    assert_eq!(
        (kept.upstream.as_str(), kept.request.target.as_str()),
        (&*format!("http://{host}"), "/a?b=1")
    );
    let names: Vec<&str> = kept.request.headers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["Host", "X-a", "Accept"]);
    assert_eq!(kept.request.headers.get("host").as_deref(), Some(&*host));
}

#[test]
fn a_tunnel_is_entered_and_recorded() {
    let upstream = secure("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let host = format!("localhost:{}", upstream.port());
    let (rig, pem) = Rig::forward(&["localhost"], &[], Others::Refuse, Some(AUTHORITY));
    let (stream, said) = tunnel(&rig, &host);
    assert_eq!(said, "HTTP/1.1 200 Connection established\r\n\r\n");
    let mut talk = secured(stream, &pem, "localhost");
    let reply = answer(&mut talk, &format!("GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert_eq!(reply, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let kept = rig.only();
    assert_eq!(kept.upstream, format!("https://{host}"));
    assert!(kept.connection.tls.is_some());
    assert!(!kept.request.headers.contains("proxy-authorization"));
}

/// A declared upstream with a base path is recorded as a recorder in its place would record it.
#[test]
fn what_lies_below_a_base_is_that_upstreams() {
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let (host, base) = (fake.address.to_string(), format!("http://{}/v1", fake.address));
    let (rig, _) = Rig::forward(&[], &[&base], Others::Refuse, None);
    for target in ["/v1/x?y", "/v1", "/v10/x"] {
        asked(&rig, &format!("GET http://{host}{target} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    }
    let kept = rig.kept();
    let seen: Vec<_> = kept.iter().map(|e| (e.upstream.as_str(), e.request.target.as_str())).collect();
    let bare = format!("http://{host}");
    assert_eq!(seen, [(&*base, "/x?y"), (&*bare, "/v1"), (&*bare, "/v10/x")]);
    assert!(fake.heard().starts_with("GET /v1/x?y ") && fake.heard().contains("GET /v10/x "));
}

#[test]
fn plain_http_in_a_tunnel_is_plain_http() {
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let host = fake.address.to_string();
    let (rig, _) = Rig::forward(&[&host], &[], Others::Refuse, None);
    let (mut stream, _) = tunnel(&rig, &host);
    for _ in 0..2 {
        assert!(answer(&mut stream, &format!("GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n")).ends_with("ok"));
    }
    // The tunnel is no way to another host, however it is named.
    let other = answer(&mut stream, "GET /x HTTP/1.1\r\nHost: other.test\r\n\r\n");
    assert!(other.starts_with("HTTP/1.1 421 "), "{other}");
    let other = answer(&mut stream, "GET http://other.test/x HTTP/1.1\r\nHost: other.test\r\n\r\n");
    assert!(other.starts_with("HTTP/1.1 421 "), "{other}");
    let nested = answer(&mut stream, &format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    assert!(nested.starts_with("HTTP/1.1 400 "), "{nested}");
    let kept = rig.kept();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|e| e.upstream == format!("http://{host}")));
    assert_eq!((kept[0].connection.reused, kept[1].connection.reused), (false, true));
}

/// Everything else is refused on a connection that goes on, and is told with what to do about it.
#[test]
fn others_are_refused_and_counted() {
    let (rig, _) = Rig::forward(&["api.test"], &[], Others::Refuse, None);
    let mut stream = TcpStream::connect(rig.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    for (ask, status, words) in [
        ("CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n", 403, "--host other.test"),
        ("GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n", 403, "--others tunnel"),
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "forward proxy"),
        ("CONNECT api.test HTTP/1.1\r\nHost: x\r\n\r\n", 400, "a port"),
        ("CONNECT api.test:0 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "a port"),
        ("CONNECT [::1:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "a port"),
        ("CONNECT /x HTTP/1.1\r\nHost: x\r\n\r\n", 400, "a port"),
        ("CONNECT a\\b:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "a port"),
        ("GET ftp://api.test/ HTTP/1.1\r\nHost: x\r\n\r\n", 400, "no host"),
        ("GET http://u:pass@api.test/?pass HTTP/1.1\r\nHost: x\r\n\r\n", 400, "no host"),
    ] {
        let reply = answer(&mut stream, ask);
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")) && reply.contains(words), "{ask}{reply}");
        assert!(reply.contains("truetape-refusal: ") && !reply.contains("Connection: close"), "{reply}");
    }
    let own = rig.address.to_string();
    let reply = answer(&mut stream, &format!("GET http://{own}/ HTTP/1.1\r\nHost: {own}\r\n\r\n"));
    assert!(reply.contains("truetape-refusal: loop"), "{reply}");
    let body = "CONNECT api.test:443 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";
    assert!(answer(&mut stream, body).contains("Connection: close"));
    let summary = rig.recording.summary();
    assert!(!format!("{:?}", summary.refused).contains("pass"), "{:?}", summary.refused);
    assert_eq!(summary.others["other.test:443"].refused, 1);
    assert_eq!(summary.others["other.test:80"].refused, 1);
    assert!(rig.kept().is_empty());
}

#[test]
fn others_pass_unrecorded_when_told() {
    let fake = Fake::start(|_| vec![Step::say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]);
    let host = fake.address.to_string();
    let (rig, _) = Rig::forward(&["api.test"], &[], Others::Tunnel, None);
    assert!(asked(&rig, &format!("GET http://{host}/a HTTP/1.1\r\nHost: {host}\r\n\r\n")).ends_with("ok"));
    let (mut stream, said) = tunnel(&rig, &host);
    assert!(said.starts_with("HTTP/1.1 200 "));
    assert!(answer(&mut stream, "odd  \x01 stuff\r\n\r\n").ends_with("ok"));
    assert!(fake.heard().contains("odd  \x01 stuff"));
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(tunnel(&rig, &gone.to_string()).1.starts_with("HTTP/1.1 502 "));
    assert_eq!(rig.recording.summary().others[&host].passed, 2);
    assert!(rig.kept().is_empty());
}

/// An upstream that is not believed is recorded as that, and is the end of the connection for the client.
#[test]
fn a_certificate_that_is_not_believed_is_recorded_as_a_failure() {
    let upstream = secure("");
    let host = format!("localhost:{}", upstream.port());
    let (rig, pem) = Rig::forward(&["localhost"], &[], Others::Refuse, None);
    let mut talk = secured(tunnel(&rig, &host).0, &pem, "localhost");
    assert_eq!(answer(&mut talk, &format!("GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n")), "");
    assert_eq!(rig.failure().kind, FailureKind::Tls);
}

/// A client that does not trust us is told of, and nothing was asked in its name.
#[test]
fn a_client_without_trust_is_told_of() {
    let (rig, _) = Rig::forward(&["api.test"], &[], Others::Refuse, None);
    let (stream, _) = tunnel(&rig, "api.test:443");
    let (_, other) = Rig::forward(&["api.test"], &[], Others::Refuse, None);
    let mut talk = secured(stream, &other, "api.test");
    assert!(talk.write_all(b"GET / HTTP/1.1\r\n\r\n").is_err());
    drop(talk);
    let mut summary = rig.recording.summary();
    for _ in 0..500 {
        if !summary.unshaken.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
        summary = rig.recording.summary();
    }
    let (what, times) = summary.unshaken.iter().next().unwrap();
    assert!(what.starts_with("api.test:443: ") && *times == 1, "{what}");
    assert!(rig.kept().is_empty());
}

/// Two hundred tunnels at once: every exchange once, each with its own answer.
#[test]
fn two_hundred_tunnels_at_once() {
    let fake = Fake::start(|target| {
        vec![Step::say(format!("HTTP/1.1 200 OK\r\nX: {target}\r\nContent-Length: 2\r\n\r\nok"))]
    });
    let host = fake.address.to_string();
    let (rig, _) = Rig::forward(&["127.0.0.1"], &[], Others::Refuse, None);
    std::thread::scope(|scope| {
        for number in 0..200 {
            let (rig, host) = (&rig, &host);
            scope.spawn(move || {
                let (mut stream, _) = tunnel(rig, host);
                let reply = answer(&mut stream, &format!("GET /{number} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
                assert!(reply.contains(&format!("X: /{number}\r\n")), "{reply}");
            });
        }
    });
    let mut targets: Vec<String> = rig.kept().into_iter().map(|e| e.request.target).collect();
    targets.sort();
    targets.dedup();
    assert_eq!(targets.len(), 200);
}

/// A reset upstream is a reset for the client of a tunnel as well.
#[test]
fn a_reset_is_a_reset_through_a_tunnel() {
    let fake =
        Fake::start(|_| vec![Step::say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), Step::Reset]);
    let host: SocketAddr = fake.address;
    let (rig, _) = Rig::forward(&["127.0.0.1"], &[], Others::Refuse, None);
    let parts =
        format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\nGET /x HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let heard = talk(rig.address, &[(0, parts.as_bytes())]);
    assert!(heard.text().ends_with("\r\n\r\nhalf"), "{}", heard.text());
    assert_eq!(heard.end, End::Reset);
    assert_eq!(rig.failure().kind, FailureKind::Reset);
}
