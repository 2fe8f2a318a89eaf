//! HTTP/2 on both sides, and gRPC over it.

use crate::support::{AUTHORITY, Rig, Setup, Upstream2, map, picky};
use bytes::Bytes;
use cassettes::model::{Exchange, FailureKind, Framing, Headers, HttpVersion, Side};
use h2::{
    Reason, RecvStream, SendStream,
    client::{ResponseFuture, SendRequest, handshake},
};
use http::{HeaderMap, Request};
use recorder::Plan;
use std::{future::poll_fn, net::SocketAddr};
use tokio::net::TcpStream;

async fn client(to: SocketAddr) -> SendRequest<Bytes> {
    let (send, connection) = handshake(TcpStream::connect(to).await.unwrap()).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    send.ready().await.unwrap()
}

fn ask(send: &mut SendRequest<Bytes>, path: &str, ends: bool) -> (ResponseFuture, SendStream<Bytes>) {
    let mut request = Request::post(format!("http://vendor.test{path}")).body(()).unwrap();
    *request.headers_mut() = map(&[("x-z", "1"), ("content-type", "application/grpc"), ("te", "trailers")]);
    send.send_request(request, ends).unwrap()
}

async fn get(send: &mut SendRequest<Bytes>, path: &str) -> Result<(String, HeaderMap), h2::Error> {
    let (answer, _) = ask(send, path, true);
    whole(answer.await?.into_body()).await
}

async fn whole(mut body: RecvStream) -> Result<(String, HeaderMap), h2::Error> {
    let mut text = String::new();
    while let Some(data) = body.data().await {
        text.push_str(&String::from_utf8_lossy(&data?));
    }
    Ok((text, body.trailers().await?.unwrap_or_default()))
}

fn run<T>(what: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(what)
}

fn message(text: &str) -> Bytes {
    let length = (text.len() as u32).to_be_bytes();
    [&[0], &length[..], text.as_bytes()].concat().into()
}

fn failed(exchange: &Exchange) -> (FailureKind, &str, Option<Side>) {
    let cassettes::model::Answer::Failed(failure) = &exchange.answer else { panic!("{exchange:?}") };
    (failure.kind, &failure.message, exchange.connection.closed_by)
}

#[test]
fn a_unary_call_of_grpc_is_recorded_with_its_trailers() {
    let upstream = Upstream2::start(None);
    let rig = Rig::at(&format!("http://{}", upstream.address));
    run(async {
        let mut send = client(rig.address).await;
        let (answer, mut to) = ask(&mut send, "/pkg.Service/Method", false);
        to.send_data(message("hello"), true).unwrap();
        let (text, trailers) = whole(answer.await.unwrap().into_body()).await.unwrap();
        assert_eq!(
            (text.as_bytes(), &trailers["grpc-status"]),
            (&message("hello")[..], &"0".parse().unwrap())
        );
    });
    rig.wait_for(1);
    let kept = rig.only();
    assert_eq!((kept.connection.id, kept.connection.reused, kept.connection.closed_by), (1, false, None));
    assert_eq!(kept.request.body.bytes(), &message("hello")[..]);
    assert!(!kept.request.headers.contains("transfer-encoding"), "{:?}", kept.request.headers);
    let reply = kept.answer.reply().unwrap();
    assert_eq!(
        (reply.version, reply.reason.as_str(), reply.framing),
        (HttpVersion::Http2, "", Framing::Chunked)
    );
    assert_eq!(reply.headers, Headers::from_pairs([("content-type", "application/grpc")]));
    assert_eq!(reply.trailers, Headers::from_pairs([("grpc-status", "0"), ("grpc-message", "fine")]));
    let heard = upstream.heard();
    let line = format!("POST http://{}/pkg.Service/Method x-z content-type te", upstream.address);
    assert_eq!(heard, ["connection".to_owned(), line]);
}

#[test]
fn both_sides_may_stream_at_once_and_streams_share_a_connection() {
    let upstream = Upstream2::start(None);
    let rig = Rig::at(&format!("http://{}", upstream.address));
    run(async {
        let mut send = client(rig.address).await;
        let (first, mut one) = ask(&mut send, "/stream/1", false);
        one.send_data(message("a"), false).unwrap();
        let mut first = first.await.unwrap().into_body();
        assert_eq!(first.data().await.unwrap().unwrap(), message("a"));
        let (second, mut two) = ask(&mut send, "/stream/2", false);
        two.send_data(message("b"), false).unwrap();
        let mut second = second.await.unwrap().into_body();
        assert_eq!(second.data().await.unwrap().unwrap(), message("b"));
        for text in ["c", "d"] {
            one.send_data(message(text), false).unwrap();
            assert_eq!(first.data().await.unwrap().unwrap(), message(text));
        }
        one.send_data(Bytes::new(), true).unwrap();
        assert_eq!(whole(first).await.unwrap().1["grpc-message"], "fine");
        two.send_trailers(map(&[("x-end", "1")])).unwrap();
        whole(second).await.unwrap();
    });
    rig.wait_for(2);
    let kept = rig.kept();
    let bodies: Vec<_> = kept.iter().map(|e| e.request.body.bytes().to_vec()).collect();
    assert_eq!(bodies, [[message("a"), message("c"), message("d")].concat(), message("b").to_vec()]);
    assert_eq!(kept[1].request.trailers, Headers::from_pairs([("x-end", "1")]));
    assert!(kept.iter().all(|e| e.connection.id == 1));
    assert_eq!(kept.iter().filter(|e| e.connection.reused).count(), 1);
    assert_eq!(upstream.heard().iter().filter(|line| *line == "connection").count(), 1);
}

#[test]
fn heads_are_kept_whatever_ends_them() {
    let upstream = Upstream2::start(None);
    let rig = Rig::at(&format!("http://{}", upstream.address));
    run(async {
        let mut send = client(rig.address).await;
        let (answer, _) = ask(&mut send, "/only", true);
        assert!(answer.await.unwrap().body().is_end_stream(), "trailers alone are told as such");
        let (mut answer, _) = ask(&mut send, "/hint", true);
        let hint = poll_fn(|cx| answer.poll_informational(cx)).await.unwrap().unwrap();
        assert_eq!(hint.headers()["link"], "</a>");
        assert_eq!(whole(answer.await.unwrap().into_body()).await.unwrap().0, "ok");
        // What leads to the upstream leads back by the client's name for us, length and all.
        let (answer, mut to) = ask(&mut send, "/link", false);
        to.send_data(Bytes::from(upstream.address.to_string()), true).unwrap();
        let (led, _) = whole(answer.await.unwrap().into_body()).await.unwrap();
        assert_eq!(led, "http://vendor.test/next");
    });
    rig.wait_for(3);
    let kept = rig.kept();
    let reply = |at: usize| kept[at].answer.reply().unwrap();
    assert_eq!((reply(0).framing, reply(0).trailers.len()), (Framing::None, 0));
    assert_eq!(reply(0).headers.get("grpc-status").unwrap(), "5");
    assert_eq!(reply(1).interim[0].status, 103);
    let fields = [("z", "1"), ("content-length", "2"), ("a", "2")];
    assert_eq!((&reply(1).headers, reply(1).framing), (&Headers::from_pairs(fields), Framing::Length));
    assert_eq!(reply(2).body.bytes(), format!("http://{}/next", upstream.address).as_bytes());
}

#[test]
fn failures_are_told_apart_and_nothing_is_asked_twice() {
    let upstream = Upstream2::start(None);
    let rig = Rig::at(&format!("http://{}", upstream.address));
    run(async {
        let mut send = client(rig.address).await;
        for (path, reason) in [
            ("/refused", Reason::REFUSED_STREAM),
            ("/broken", Reason::CANCEL),
            ("/fields", Reason::PROTOCOL_ERROR),
            ("/goaway", Reason::INTERNAL_ERROR),
            ("/drop", Reason::INTERNAL_ERROR),
        ] {
            let error = get(&mut send, path).await.unwrap_err();
            assert_eq!((error.is_remote(), error.reason()), (true, Some(reason)), "{path}");
        }
        get(&mut send, "/only").await.unwrap();
    });
    rig.wait_for(6);
    let kept = rig.kept();
    let closed = Some(Side::Upstream);
    for (exchange, expected) in kept.iter().zip([
        (FailureKind::Reset, "the stream was reset with REFUSED_STREAM (0x7)", None),
        (FailureKind::Reset, "the stream was reset with CANCEL (0x8)", None),
        (FailureKind::Protocol, "the head is longer than 65536 bytes; got", None),
        (FailureKind::Truncated, "the connection was ended by GOAWAY with ENHANCE_YOUR_CALM (0xb)", closed),
        (FailureKind::Closed, "the connection was closed before the end of the answer", closed),
    ]) {
        let (kind, message, closed_by) = failed(exchange);
        let said = message.get(..expected.1.len()).unwrap_or(message);
        assert_eq!((kind, said, closed_by), expected, "{}", exchange.request.target);
    }
    assert_eq!(kept[1].answer.head().unwrap().body.bytes(), b"half");
    let connections: Vec<_> = kept.iter().map(|e| e.connection.id).collect();
    assert_eq!(connections, [1, 1, 1, 1, 2, 3]);
    assert_eq!(upstream.heard().iter().filter(|line| line.starts_with("POST")).count(), 6);
}

#[test]
fn over_tls_the_upstream_chooses() {
    for (chooses, version, said) in
        [(&["h2", "http/1.1"][..], HttpVersion::Http2, ""), (&["http/1.1"], HttpVersion::Http11, "old")]
    {
        let upstream = Upstream2::start(Some(chooses));
        let setup =
            Setup { full: false, first: None, plan: Plan::RecordAnew, extra: Some(AUTHORITY.to_vec()) };
        let rig = Rig::with(&format!("https://localhost:{}", upstream.address.port()), setup);
        run(async {
            let mut send = client(rig.address).await;
            assert_eq!(get(&mut send, "/only").await.unwrap().0, said);
        });
        rig.wait_for(1);
        let kept = rig.only();
        assert_eq!(kept.answer.reply().unwrap().version, version);
        assert_eq!(kept.connection.tls.unwrap().alpn.as_deref(), Some(chooses[0]));
    }
}

#[test]
fn a_certificate_that_the_client_lacks_is_a_failure_of_tls() {
    let setup = Setup { full: false, first: None, plan: Plan::RecordAnew, extra: Some(AUTHORITY.to_vec()) };
    let rig = Rig::with(&format!("https://localhost:{}", picky().port()), setup);
    run(async {
        let mut send = client(rig.address).await;
        get(&mut send, "/x").await.unwrap_err();
    });
    rig.wait_for(1);
    let kept = rig.only();
    let (kind, message, _) = failed(&kept);
    assert_eq!(kind, FailureKind::Tls, "{message}");
    assert!(
        message.contains("CertificateRequired: the upstream wants a certificate of its client"),
        "{message}"
    );
}
