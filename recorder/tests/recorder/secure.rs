//! Upstreams behind TLS.

use crate::support::{AUTHORITY, End, Rig, Setup, get, secure};
use cassettes::{
    model::{Answer, FailureKind, Request, Tls},
    subject::Subject as _,
};
use recorder::{Live, LiveLimits, Plan};

fn rig(upstream: &str, extra: Option<&[u8]>) -> Rig {
    let extra = extra.map(<[u8]>::to_vec);
    Rig::with(upstream, Setup { full: false, first: None, plan: Plan::RecordAnew, extra })
}

#[test]
fn a_believed_certificate_is_asked_over_http_1() {
    let address = secure("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let rig = rig(&format!("https://localhost:{}", address.port()), Some(AUTHORITY));
    assert!(get(rig.address, "/x").text().ends_with("\r\n\r\nok"));
    let agreed = Tls { version: "TLSv1.3".into(), alpn: Some("http/1.1".into()) };
    assert_eq!(rig.only().connection.tls, Some(agreed));
}

#[test]
fn an_end_without_goodbye_ends_a_body_that_ends_with_the_connection() {
    let address = secure("HTTP/1.1 200 OK\r\n\r\nall of it");
    let rig = rig(&format!("https://127.0.0.1:{}", address.port()), Some(AUTHORITY));
    let heard = get(rig.address, "/x");
    assert_eq!((heard.text().as_str(), heard.end), ("HTTP/1.1 200 OK\r\n\r\nall of it", End::Fin));
    assert_eq!(rig.reply().body.bytes(), b"all of it");
}

#[test]
fn a_failed_handshake_is_a_failed_handshake() {
    let strange = secure("");
    let closes = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closing = closes.local_addr().unwrap();
    std::thread::spawn(move || closes.incoming().map_while(Result::ok).for_each(drop));
    for address in [strange, closing] {
        let url = format!("https://localhost:{}", address.port());
        let rig = rig(&url, None);
        let heard = get(rig.address, "/x");
        assert_eq!((heard.text().as_str(), heard.end), ("", End::Reset));
        assert_eq!(rig.failure().kind, FailureKind::Tls, "{:?}", rig.failure());
        let live = Live::new(&url, None, LiveLimits::default()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let seen = runtime.block_on(live.answer(&Request::new("GET", "/x"))).unwrap();
        let Answer::Failed(failure) = seen.answer else { panic!() };
        assert_eq!(failure.kind, FailureKind::Tls, "{failure:?}");
    }
}

#[test]
fn a_live_server_behind_tls_is_asked() {
    let address = secure("HTTP/1.1 200 Sure\r\nContent-Length: 2\r\n\r\nok");
    let url = format!("https://localhost:{}", address.port());
    let live = Live::new(&url, Some(AUTHORITY), LiveLimits::default()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let seen = runtime.block_on(live.answer(&Request::new("GET", "/x"))).unwrap();
    assert_eq!(seen.answer.reply().unwrap().reason, "Sure");
    assert!(Live::new(&url, Some(b"no certificate"), LiveLimits::default()).is_err());
}
