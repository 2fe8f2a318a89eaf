//! No secret survives, wherever it stands and however it is wrapped.

use super::support::{everything, exchange, policy};
use crate::{
    codec,
    model::{
        Answer, Body, Chunk, Exchange, FailureKind, Framing, Headers, Interim, Response, TransportFailure,
    },
};

const SECRET: &str = "hunter2hunter2";

fn clean(exchange: Exchange) -> Exchange {
    policy().clean(exchange).into_exchange()
}

#[test]
fn nothing_named_survives() {
    for text in [
        "POST /\nContent-Type: application/json; charset=utf-8\n\n{\"a\":{\"b\":[{\"password\":\"hunter2hunter2\"}]}}",
        "POST /\nContent-Type: text/html\n\n{\"Client-Secret\":\"hunter2hunter2\"}",
        "POST /\n\n[{\"apiKey\":\"hunter2hunter2\"}]",
        "GET /x?api_key=hunter2hunter2",
        "GET /x?ACCESS%5FTOKEN=hunter2hunter2",
        "GET /\nX-Acme-Secret: hunter2hunter2",
        "GET /\nauthorization: hunter2hunter2",
        "GET /\nAuthorization: Digest username=\"u\", response=\"hunter2hunter2\"",
        "GET /\nAuthorization: Token token=\"hunter2hunter2\", id=5",
        "GET /\nAuthorization: Basic dTpodW50ZXIyaHVudGVyMg==",
        "GET /\nCookie: a=b; session=hunter2hunter2",
        "GET /\nHTTP/1.1 200 OK\nSet-Cookie: s=hunter2hunter2; HttpOnly",
        "GET /\nHTTP/1.1 200 OK\n\n{\"data\":{\"Credentials\":{\"x\":{\"y\":\"hunter2hunter2\"}}}}",
        "GET /\nHTTP/1.1 200 OK\n\n{\"a\":1}\n{\"token\":\"hunter2hunter2\"}\n",
        "GET /\nHTTP/1.1 200 OK\n\ndata: {\"token\":\"hunter2hunter2\"}\n\ndata: [DONE]\n",
        "GET /\nHTTP/1.1 200 OK\n\n<a xmlns:w=\"w\"><w:Password>hunter2hunter2</w:Password></a>",
        "GET /\nHTTP/1.1 200 OK\n\n{\"Body\":\"{\\\"secret\\\":\\\"hunter2hunter2\\\"}\"}",
        "GET /\nHTTP/1.1 200 OK\n\n{\"password\":\"hunter2hunter2",
        "GET /\nHTTP/1.1 200 OK\n\njsonp({\"password\":\"hunter2hunter2\"});",
        "GET /\nHTTP/1.1 302 Found\nLocation: /cb?access_token=hunter2hunter2",
        "GET /\nHTTP/1.1 200 OK\nLink: <https://u:hunter2hunter2@a.test/?x=1>; rel=\"next\"",
        "POST /\n\nusername=u&password=hunter2hunter2",
        "POST /\n\npayload=%7B%22token%22%3A%22hunter2hunter2%22%7D",
        "POST /\nContent-Type: multipart/form-data; boundary=B\n\n--B\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nhunter2hunter2\r\n--B--\r\n",
        "POST /\n\n{\"headers\":{\"Authorization\":[\"Bearer hunter2hunter2\"],\"Cookie\":\"a=hunter2hunter2\"}}",
        "GET /\nX-Api-Key: hunter2hunter2\nHTTP/1.1 500 key hunter2hunter2 is wrong\n\nno key hunter2hunter2 here",
        "GET /users/hunter2hunter2/x?q=hunter2hunter2\nX-Api-Key: hunter2hunter2\nHTTP/1.1 200 OK\n\n{\"k\":{\"hunter2hunter2\":{\"token\":\"zzz999\"}}}",
    ] {
        let done = clean(exchange(text));
        assert!(!everything(&done).contains("hunter2"), "{text}\n{}", everything(&done));
        assert!(!done.redactions.is_empty());
    }
}

#[test]
fn content_codings_hide_nothing() {
    let body = format!("{{\"id\":7,\"password\":\"{SECRET}\",\"price\":10.10}}");
    for codings in [&["gzip"][..], &["deflate"], &["br"], &["zstd"], &["br", "gzip"]] {
        let codings: Vec<String> = codings.iter().map(|&c| c.to_owned()).collect();
        let coded = codec::encode(body.as_bytes(), &codings).expect("encodes");
        let mut recorded = exchange("GET /\nHTTP/1.1 200 OK");
        let headers = Headers::from_pairs([
            ("Content-Encoding", codings.join(", ")),
            ("Content-Length", coded.len().to_string()),
        ]);
        recorded.answer = Answer::Reply(Response::new(200, headers, coded.clone()));
        recorded.timing.chunks =
            vec![Chunk { at: 1, len: 10 }, Chunk { at: 2, len: coded.len() as u64 - 10 }];
        let done = clean(recorded);
        let reply = done.answer.reply().expect("a reply");
        let plain = codec::text_of(&reply.headers, &reply.body).expect("text");
        assert!(!plain.contains("hunter2") && plain.ends_with("\"price\":10.10}"), "{plain}");
        assert_eq!(
            reply.headers.get("content-length").as_deref(),
            Some(reply.body.len().to_string().as_str())
        );
        assert_eq!(done.timing.chunks.iter().map(|c| c.len).sum::<u64>(), reply.body.len() as u64);
    }
    // Nothing to hide: the very bytes that were sent.
    let sent = codec::encode(b"{\"id\":7}", &["gzip".to_owned()]).expect("encodes");
    let mut recorded = exchange("GET /\nHTTP/1.1 200 OK");
    let headers = Headers::from_pairs([("Content-Encoding", "gzip")]);
    recorded.answer = Answer::Reply(Response::new(200, headers, [&sent[..], b"\0\0trailing"].concat()));
    assert_eq!(clean(recorded.clone()), recorded);
}

#[test]
fn odd_places_hide_nothing() {
    let mut recorded = exchange("GET /");
    recorded.upstream = format!("https://u:{SECRET}@api.test");
    recorded.request.trailers = Headers::from_pairs([("X-Signing-Key", SECRET)]);
    let mut partial = Response::new(200, Headers::from_pairs([("X-Api-Key", SECRET)]), Body::empty());
    partial.framing = Framing::Chunked;
    partial.body = Body::from(format!("{{\"secret\":\"{SECRET}\",\"x\":\"ab"));
    partial.trailers = Headers::from_pairs([("X-Auth-Token", SECRET)]);
    partial.interim = vec![Interim {
        status: 103,
        reason: String::new(),
        headers: Headers::from_pairs([("Set-Cookie", format!("s={SECRET}"))]),
    }];
    recorded.answer = Answer::Failed(TransportFailure {
        kind: FailureKind::Truncated,
        message: format!("https://u:{SECRET}@api.test broke off"),
        partial: Some(Box::new(partial)),
    });
    let done = clean(recorded);
    assert!(!everything(&done).contains("hunter2"), "{}", everything(&done));
    assert!(done.redactions.iter().any(|r| r.place.0 == "upstream"));

    // Two bytes a character; bytes that are no UTF-8; a stream that breaks off.
    let utf16: Vec<u8> =
        format!("\u{feff}{{\"password\":\"{SECRET}\"}}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin = [b"{\"name\":\"Zo\xeb\",\"password\":\"", SECRET.as_bytes(), b"\"}"].concat();
    for body in [utf16, latin] {
        let mut recorded = exchange("POST /\nContent-Type: application/json; charset=x");
        recorded.request.body = Body::from(body.clone());
        let done = clean(recorded);
        assert_eq!(done.request.body.len(), body.len());
        assert!(!everything(&done).contains("hunter2"), "{}", everything(&done));
    }
    let long: String = (0..2000).map(|i| format!("{{\"n\":{i},\"password\":\"{SECRET}\"}},")).collect();
    let gzip = ["gzip".to_owned()];
    let coded = codec::encode(format!("[{long}").as_bytes(), &gzip).expect("encodes");
    let mut recorded = exchange("POST /\nContent-Encoding: gzip");
    recorded.request.body = Body::from(coded[..coded.len() / 2].to_vec());
    let done = clean(recorded);
    let (plain, _) = codec::decode_what_is_there(done.request.body.bytes(), &gzip);
    assert!(plain.len() > 1000 && !String::from_utf8_lossy(&plain).contains("hunter2"));
}

#[test]
fn what_a_login_gave_is_known_in_later_exchanges() {
    let policy = policy();
    let login = exchange("POST /login\nHTTP/1.1 200 OK\n\n{\"session_token\":\"9f2b7c1d4e8a6053\"}");
    let login = policy.clean(login).into_exchange();
    let later = exchange("GET /s/9f2b7c1d4e8a6053\nHTTP/1.1 200 OK\n\n{\"handle\":\"9f2b7c1d4e8a6053\"}");
    let later = policy.clean(later).into_exchange();
    assert!(!everything(&later).contains("9f2b7c1d4e8a6053"));
    let given =
        crate::codec::json_of(&Headers::new(), &login.answer.reply().expect("a reply").body).expect("JSON");
    let given = given.get("session_token").and_then(|v| v.as_str()).expect("a token").to_owned();
    assert_eq!(later.request.target, format!("/s/{given}"), "equal wherever the value was equal");
}
