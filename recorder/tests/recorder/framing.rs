//! Heads, bodies and their ends: the client gets the upstream's bytes, the record holds the same.

use crate::support::{End, Fake, Rig, Step, get, talk};
use cassettes::model::{Framing, Headers};

/// What the upstream said arrives byte for byte, whatever it is.
fn passes(answer: &[u8]) -> Rig {
    let fake = Fake::says(answer);
    let rig = Rig::before(&fake);
    let heard = get(rig.address, "/x");
    assert_eq!(heard.text(), String::from_utf8_lossy(answer));
    assert_eq!(heard.bytes, answer);
    rig
}

#[test]
fn case_order_duplicates_and_reason_are_kept() {
    let rig = passes(
        b"HTTP/1.1 299 Custom  Reason\r\nX-b: 1\r\nSet-Cookie: s=1\r\nDATE: x\r\nset-cookie: t=2\r\nX-Raw: \xff\xfe\r\nContent-Length: 2\r\n\r\nok",
    );
    let reply = rig.reply();
    assert_eq!((reply.status, reply.reason.as_str()), (299, "Custom  Reason"));
    let names: Vec<&str> = reply.headers.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["X-b", "Set-Cookie", "DATE", "set-cookie", "X-Raw", "Content-Length"]);
    assert_eq!(reply.headers.get_bytes("x-raw"), Some(&b"\xff\xfe"[..]));
    assert_eq!((reply.body.bytes(), reply.framing), (&b"ok"[..], Framing::Length));
}

#[test]
fn chunks_extensions_and_unannounced_trailers_are_kept() {
    let sent =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/octet-stream\r\n\r\n\
                 5;x=y\r\nhello\r\n01\r\n!\r\n0\r\nX-Sum: 9\r\n\r\n";
    let reply = passes(sent).reply();
    assert_eq!((reply.body.bytes(), reply.framing), (&b"hello!"[..], Framing::Chunked));
    assert_eq!(reply.trailers, Headers::from_pairs([("X-Sum", "9")]));
}

#[test]
fn textual_chunks_keep_their_sizes_and_trailers() {
    let sent = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n\
                 5\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 9\r\n\r\n";
    assert_eq!(passes(sent).reply().body.bytes(), b"hello!");
}

#[test]
fn encoded_bytes_are_not_touched() {
    let mut sent = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n".to_vec();
    // `{}` in gzip.
    let packed = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 171, 174, 5, 0, 67, 191, 166, 163, 2, 0, 0, 0];
    sent.extend_from_slice(&packed);
    assert_eq!(passes(&sent).reply().body.bytes(), packed);
}

#[test]
fn answers_without_a_body_have_none() {
    for sent in [
        &b"HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n"[..],
        b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 99\r\n\r\n",
    ] {
        let reply = passes(sent).reply();
        assert_eq!((reply.body.is_empty(), reply.framing), (true, Framing::None));
    }
    assert_eq!(passes(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").reply().framing, Framing::Length);
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
    let rig = Rig::before(&fake);
    let heard = talk(rig.address, &[(0, b"HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n")]);
    assert_eq!(heard.text(), "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n");
    assert_eq!((rig.reply().framing, heard.end), (Framing::None, End::Silence));
}

#[test]
fn a_body_until_the_close_ends_with_the_close() {
    let fake = Fake::start(|_| vec![Step::say("HTTP/1.0 200 OK\r\n\r\nall of it"), Step::Close]);
    let rig = Rig::before(&fake);
    let heard = get(rig.address, "/x");
    assert_eq!((heard.text().as_str(), heard.end), ("HTTP/1.0 200 OK\r\n\r\nall of it", End::Fin));
    assert_eq!((rig.reply().framing, rig.reply().body.bytes()), (Framing::Close, &b"all of it"[..]));
}

#[test]
fn interims_come_before_the_answer() {
    let sent = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1";
    let reply = passes(sent).reply();
    assert_eq!((reply.interim[0].status, reply.interim[0].headers.len(), reply.status), (103, 1, 200));
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let fake = Fake::start(|target| {
        let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{target}", target.len());
        vec![Step::Pause(if target == "/a" { 50 } else { 0 }), Step::Say(text.into_bytes())]
    });
    let rig = Rig::before(&fake);
    let three: String = ["/a", "/b", "/c"].map(|t| format!("GET {t} HTTP/1.1\r\nHost: h\r\n\r\n")).concat();
    let heard = talk(rig.address, &[(0, three.as_bytes())]).text();
    let order = ["/a", "/b", "/c"].map(|t| heard.find(&format!("\r\n\r\n{t}")).unwrap());
    assert!(order.is_sorted(), "{heard}");
    let kept = rig.kept();
    assert_eq!(kept.iter().map(|e| e.request.target.as_str()).collect::<Vec<_>>(), ["/a", "/b", "/c"]);
    assert_eq!(kept.iter().map(|e| e.connection.reused).collect::<Vec<_>>(), [false, true, true]);
}
