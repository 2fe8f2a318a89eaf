//! Recordings of either version, played to clients of either version.

use crate::support::{Running, exchange, failed, post, replay};
use bytes::Bytes;
use cassettes::model::{
    Answer, Exchange, FailureKind, Framing, Headers, HttpVersion, Request, Response, TransportFailure,
};
use h2::{Reason, RecvStream, client::handshake};
use http::HeaderMap;
use tokio::net::TcpStream;

const GRPC: (&str, &str) = ("content-type", "application/grpc");

fn called(target: &str, response: Response) -> Exchange {
    exchange(post(target, "application/grpc", "\0\0\0\0\x02hi"), Answer::Reply(response))
}

/// As a vendor said it over HTTP/2.
fn over_http2(fields: &[(&str, &str)], body: &'static str, framing: Framing) -> Response {
    let headers = Headers::from_pairs(fields.iter().copied());
    Response { version: HttpVersion::Http2, framing, ..Response::new(200, headers, body) }
}

fn unary() -> Exchange {
    let response = over_http2(&[GRPC, ("x-b", "1")], "\0\0\0\0\x03you", Framing::Chunked);
    called("/s/Unary", Response { trailers: Headers::from_pairs([("grpc-status", "0")]), ..response })
}

fn only() -> Exchange {
    called("/s/Only", over_http2(&[GRPC, ("grpc-status", "5")], "", Framing::None))
}

fn old() -> Exchange {
    let fields = [("Connection", "keep-alive"), ("Keep-Alive", "timeout=5"), ("X-A", "1")];
    let mut headers = Headers::from_pairs(fields);
    headers.push("Content-Length", "3");
    let response = Response { reason: "Fine".into(), ..Response::new(201, headers, "old") };
    exchange(Request::new("GET", "/old"), Answer::Reply(response))
}

struct Got {
    status: u16,
    fields: Vec<String>,
    bare: bool,
    body: String,
    trailers: HeaderMap,
}

/// Asks over HTTP/2 by prior knowledge.
fn ask(running: &Running, method: &str, path: &str, body: &'static str) -> Result<Got, h2::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stream = TcpStream::connect(running.address).await.unwrap();
        let (send, connection) = handshake(stream).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        let uri = format!("http://{}{path}", running.address);
        let request = http::Request::builder().method(method).uri(uri);
        let request = request.header("content-type", "application/grpc").header("te", "trailers");
        let mut send = send.ready().await.unwrap();
        let (answer, mut to) = send.send_request(request.body(()).unwrap(), body.is_empty())?;
        if !body.is_empty() {
            to.send_data(Bytes::from(body), true)?;
        }
        let answer = answer.await?;
        let fields = answer.headers().iter().map(|(n, v)| format!("{n}: {}", v.to_str().unwrap())).collect();
        let (status, bare) = (answer.status().as_u16(), answer.body().is_end_stream());
        let (body, trailers) = whole(answer.into_body()).await?;
        Ok(Got { status, fields, bare, body, trailers })
    })
}

async fn whole(mut body: RecvStream) -> Result<(String, HeaderMap), h2::Error> {
    let mut text = String::new();
    while let Some(data) = body.data().await {
        text.push_str(&String::from_utf8_lossy(&data?));
    }
    Ok((text, body.trailers().await?.unwrap_or_default()))
}

#[test]
fn what_came_over_http2_is_given_over_http2_as_it_was() {
    let running = replay([unary(), only()]);
    let got = ask(&running, "POST", "/s/Unary", "\0\0\0\0\x02hi").unwrap();
    assert_eq!((got.status, got.body.as_str()), (200, "\0\0\0\0\x03you"));
    assert_eq!(got.fields, ["content-type: application/grpc", "x-b: 1"]);
    assert_eq!(got.trailers["grpc-status"], "0");
    let got = ask(&running, "POST", "/s/Only", "\0\0\0\0\x02hi").unwrap();
    assert!(got.bare, "trailers alone are told as such");
    assert_eq!(got.fields, ["content-type: application/grpc", "grpc-status: 5"]);
}

#[test]
fn what_came_over_http2_is_given_over_http1_with_framing() {
    let running = replay([unary(), only()]);
    let asked = |path: &str| {
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/grpc\r\n");
        let mut client = running.connect();
        client.send(&format!("{head}Connection: close\r\nContent-Length: 7\r\n\r\n\0\0\0\0\x02hi"));
        String::from_utf8(client.rest().0).unwrap()
    };
    assert_eq!(
        asked("/s/Unary"),
        "HTTP/1.1 200 \r\ncontent-type: application/grpc\r\nx-b: 1\r\ntransfer-encoding: chunked\r\n\r\n\
         8\r\n\0\0\0\0\x03you\r\n0\r\ngrpc-status: 0\r\n\r\n"
    );
    assert!(asked("/s/Only").ends_with("grpc-status: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"));
}

#[test]
fn what_came_over_http1_is_given_over_http2_without_its_connection() {
    let running = replay([old(), old()]);
    let got = ask(&running, "GET", "/old", "").unwrap();
    assert_eq!((got.status, got.body.as_str()), (201, "old"));
    assert_eq!(got.fields, ["x-a: 1", "content-length: 3"]);
    assert_eq!(ask(&running, "GET", "/never", "").unwrap().status, 501, "a miss is told as ever");
}

#[test]
fn failures_are_told_by_resets() {
    let reset = TransportFailure {
        kind: FailureKind::Reset,
        message: "the stream was reset with ENHANCE_YOUR_CALM (0xb)".into(),
        partial: None,
    };
    let half = over_http2(&[GRPC], "\0\0\0\0\x03yo", Framing::Chunked);
    let running = replay([
        exchange(Request::new("GET", "/calm"), Answer::Failed(reset)),
        exchange(Request::new("GET", "/half"), failed(FailureKind::Truncated, Some(half))),
        exchange(Request::new("GET", "/gone"), failed(FailureKind::Closed, None)),
    ]);
    for (path, reason) in [
        ("/calm", Reason::ENHANCE_YOUR_CALM),
        ("/half", Reason::INTERNAL_ERROR),
        ("/gone", Reason::INTERNAL_ERROR),
    ] {
        let error = ask(&running, "GET", path, "").err().unwrap();
        assert_eq!((error.is_remote(), error.reason()), (true, Some(reason)), "{path}");
    }
}
