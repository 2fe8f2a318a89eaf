//! Answers are the recorded bytes.

use crate::support::*;
use cassettes::model::{Answer, Chunk, Framing, Headers, HttpVersion, Interim, Response};

#[test]
fn a_recorded_reply_is_given_byte_for_byte() {
    let body = b"\x1f\x8b\x08\x00not really gzip \xff\xfe";
    let headers = Headers::from_pairs([
        ("Set-Cookie", "a=1"),
        ("content-ENCODING", "gzip"),
        ("SET-cookie", "b=2"),
        ("Date", "Mon, 01 Jan 2024 00:00:00 GMT"),
        ("Content-Length", "22"),
        ("set-cookie", "a=1"),
    ]);
    assert_eq!(body.len(), 22);
    let response = Response { reason: "All is well".into(), ..Response::new(200, headers, &body[..]) };
    let running = replay([exchange(get("/a"), Answer::Reply(response))]);
    let got = running.get("/a");
    let head = "HTTP/1.1 200 All is well\r\nSet-Cookie: a=1\r\ncontent-ENCODING: gzip\r\nSET-cookie: b=2\r\n\
                Date: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 22\r\nset-cookie: a=1\r\n\r\n";
    assert_eq!((got.head.as_str(), got.body.as_slice()), (head, &body[..]));
}

#[test]
fn chunks_and_trailers_are_given_as_they_came() {
    let mut one = exchange(get("/c"), chunked("text/plain", "hello world"));
    one.timing.chunks = vec![Chunk { at: 0, len: 5 }, Chunk { at: 0, len: 6 }];
    if let Answer::Reply(response) = &mut one.answer {
        response.trailers = Headers::from_pairs([("X-Checksum", "9")]);
        response.interim = vec![Interim {
            status: 103,
            reason: String::new(),
            headers: Headers::from_pairs([("Link", "</x>")]),
        }];
    }
    let running = replay([one]);
    let mut client = running.connect();
    client.send(&format!("GET /c HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", running.address));
    let (all, ended) = client.rest();
    ended.unwrap();
    let expected = "HTTP/1.1 103 \r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\
                    Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\nX-Checksum: 9\r\n\r\n";
    assert_eq!(String::from_utf8(all).unwrap(), expected);
}

#[test]
fn an_old_client_gets_no_chunks() {
    let running = replay([exchange(get("/c"), chunked("text/plain", "hello"))]);
    let mut client = running.connect();
    client.send("GET /c HTTP/1.0\r\n\r\n");
    let (all, ended) = client.rest();
    ended.unwrap();
    assert_eq!(String::from_utf8(all).unwrap(), "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello");
}

#[test]
fn head_has_no_body_and_keeps_its_length_and_the_connection() {
    let head = Response::new(200, Headers::from_pairs([("Content-Length", "300000")]), "");
    let head = exchange(cassettes::model::Request::new("HEAD", "/big"), Answer::Reply(head));
    let running = replay([head, exchange(get("/a"), reply(200, "{}"))]);
    let mut client = running.connect();
    let got = client.ask("HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(got.header("content-length"), Some("300000"));
    assert_eq!(client.ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n").text(), "{}");
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let running = replay((0..20).map(|n| exchange(get(&format!("/{n}")), reply(200, &format!("[{n}]")))));
    let mut client = running.connect();
    let all: String = (0..20).map(|n| format!("GET /{n} HTTP/1.1\r\nHost: x\r\n\r\n")).collect();
    client.send(&all);
    for n in 0..20 {
        assert_eq!(client.answer(false).text(), format!("[{n}]"));
    }
}

#[test]
fn a_reply_that_ends_with_the_connection_ends_it() {
    let mut response = Response::new(200, Headers::from_pairs([("X", "y")]), "until the end");
    response.framing = Framing::Close;
    response.version = HttpVersion::Http10;
    let running = replay([exchange(get("/old"), Answer::Reply(response))]);
    let mut client = running.connect();
    client.send("GET /old HTTP/1.1\r\nHost: x\r\n\r\n");
    let (all, ended) = client.rest();
    ended.unwrap();
    assert_eq!(String::from_utf8(all).unwrap(), "HTTP/1.0 200 \r\nX: y\r\n\r\nuntil the end");
}

#[test]
fn links_lead_back_by_the_name_that_the_client_uses() {
    let body = format!("{{\"next\":\"{UPSTREAM}/a?page=2\",\"other\":\"https://api.test.evil/\"}}");
    let first = || exchange(get("/a"), reply(200, &body));
    let follow = exchange(get("/follow?u=https%3A%2F%2Fapi.test%2Fa"), reply(200, "[]"));
    let running = replay([first(), first(), first(), follow]);
    let next = |got: Got| got.json()["next"].as_str().unwrap().to_owned();
    let at = running.address;
    assert_eq!(next(running.get("/a")), format!("http://{at}/a?page=2"));
    let named = format!("localhost:{}", at.port());
    let got = running.ask(&format!("GET /a HTTP/1.1\r\nHost: {named}\r\n\r\n"));
    assert_eq!(next(got), format!("http://{named}/a?page=2"));
    let got = running.get("/__truetape/session/s1/a");
    assert_eq!(got.json()["other"], "https://api.test.evil/");
    assert_eq!(next(got), format!("http://{at}/__truetape/session/s1/a?page=2"));
    let led = format!("/follow?u=http%3A%2F%2F{}%2Fa", at.to_string().replace(':', "%3A"));
    assert_eq!(running.get(&led).text(), "[]", "what the client was led to is what was recorded");
}

#[test]
fn a_large_body_arrives_whole() {
    let body = "0123456789".repeat(100_000);
    let running = replay([exchange(get("/big"), reply(200, &body)), exchange(get("/a"), reply(200, "{}"))]);
    let mut client = running.connect();
    assert_eq!(client.ask("GET /big HTTP/1.1\r\nHost: x\r\n\r\n").text(), body);
    assert_eq!(client.ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n").text(), "{}");
}
