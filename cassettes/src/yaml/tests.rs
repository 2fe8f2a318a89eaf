use super::*;
use crate::model::*;
use std::{collections::HashMap, io};

fn exchange(id: u32, request_body: &[u8], reply_body: &[u8]) -> Exchange {
    let mut request = Request::new("POST", "/v1/a%20b?x=1&y=no");
    request.headers =
        Headers::from_pairs([("Host", "h"), ("x-Empty", ""), ("Accept", "*/*"), ("accept", "a: b")]);
    request.headers.push("X-Bytes", b"caf\xe9".to_vec());
    request.body = Body::from(request_body.to_vec());
    let headers =
        Headers::from_pairs([("Set-Cookie", "a=1; Path=/"), ("Date", "Sat"), ("set-cookie", "b=\"2\"")]);
    let mut reply = Response::new(200, headers, reply_body.to_vec());
    reply.reason = "all: right\u{e9}".into();
    reply.framing = Framing::Chunked;
    reply.trailers = Headers::from_pairs([("X-Sum", "1")]);
    reply.interim = vec![Interim {
        status: 103,
        reason: "Early: Hints".into(),
        headers: Headers::from_pairs([("Link", "</a>")]),
    }];
    Exchange {
        id: ExchangeId(id),
        at: Timestamp(1_763_762_400_000_001),
        upstream: "http://127.0.0.1:9000".into(),
        request,
        answer: Answer::Reply(reply),
        timing: Timing {
            first_byte: Some(10),
            end: Some(30),
            chunks: vec![Chunk { at: 10, len: 3 }, Chunk { at: 30, len: 4 }],
        },
        connection: Connection {
            id: 2,
            reused: true,
            closed_by: Some(Side::Upstream),
            tls: Some(Tls { version: "TLSv1.3".into(), alpn: None }),
        },
        redactions: vec![Redaction { place: Place::of("request", "query", "x"), by: "query".into() }],
        tokens: vec![TokenFacts {
            place: Place::of("request", "header", "authorization"),
            signature: SignatureVerdict::Good,
            times: vec![("nbf".into(), -1), ("exp".into(), 3600)],
        }],
        edited: false,
    }
}

/// Writes a cassette of these exchanges; gives the text and the blobs.
fn written(exchanges: &[Exchange]) -> (String, HashMap<Digest, Vec<u8>>) {
    let mut text = String::new();
    let mut blobs = HashMap::new();
    let header =
        Header { recorder: "t".into(), upstreams: vec!["http://127.0.0.1:9000".into()], ..Header::default() };
    write_header(&header, &mut text);
    for exchange in exchanges {
        for blob in write_exchange(exchange, "http://127.0.0.1:9000", &mut text) {
            blobs.insert(blob.digest, blob.bytes.to_vec());
        }
    }
    (text, blobs)
}

fn reread(text: &str, blobs: &HashMap<Digest, Vec<u8>>) -> Result<Reading, ReadError> {
    read("c.yaml", text, &|d| blobs.get(d).cloned().ok_or_else(|| io::ErrorKind::NotFound.into()))
}

const BODIES: &[&[u8]] = &[
    b"",
    br#"{"a":10.10,"a":1e2,"big":12345678901234567890123,"c":[{"d":"x"},[],{}]}"#,
    br#"{"a": 1, "b": [0.10, 250.00], "u": "\ud800 caf\u00e9"}"#,
    b"{\"a\":1}\n",
    b"{\n  \"pretty\": true\n}\n",
    b"{\"a\":1}\n{\"b\":2}\n",
    b"one,two\r\n\"1,234.56\",x\r\n",
    b"caf\xe9 \xff\xfe",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff",
    b" lead\n\ttab \n\n",
    b"data: {\"x\":1}\n\ndata: 2\n\n",
    "\u{feff}{\"bom\":1}".as_bytes(),
    "{\"sep\":\"\u{2028}\",\"del\":\"\u{7f}\"}".as_bytes(),
    b"no",
];

#[test]
fn every_body_comes_back_exactly_and_saving_again_is_the_identity() {
    let mut exchanges: Vec<Exchange> = (1..).zip(BODIES).map(|(id, body)| exchange(id, body, body)).collect();
    exchanges.push(exchange(90, &vec![0xfe; 300], &vec![b'x'; INLINE_LIMIT + 1]));
    let mut failed = exchange(91, b"", b"");
    let partial = failed.answer.reply().cloned().map(Box::new);
    failed.answer = Answer::Failed(TransportFailure {
        kind: FailureKind::Truncated,
        message: "closed: early".into(),
        partial,
    });
    exchanges.push(failed);
    let (text, blobs) = written(&exchanges);
    assert_eq!(blobs.len(), 2);
    let reading = reread(&text, &blobs).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(reading.edited, Vec::<String>::new());
    for (read, wrote) in reading.cassette.exchanges.iter().zip(&exchanges) {
        assert_eq!(read.request, wrote.request);
        assert_eq!(read.answer, wrote.answer);
        assert_eq!((&read.timing, &read.connection, read.at), (&wrote.timing, &wrote.connection, wrote.at));
    }
    assert_eq!(written(&reading.cassette.exchanges).0, text);

    // The fast reader reads all that the emitter writes (but for interim replies, which are rare), as the general one does.
    let general = whole::read_generally("c.yaml", &text, &|d| {
        blobs.get(d).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    });
    assert_eq!(general.expect("reads").cassette, reading.cassette);
    for exchange in &mut exchanges {
        exchange.answer.head_mut().expect("a head").interim.clear();
    }
    let (text, _) = written(&exchanges);
    assert!(fast_reads(&text), "{text}");
    for at in (0..text.len()).step_by(13).filter(|at| text.is_char_boundary(*at)) {
        let _ = fast_reads(&text[..at]);
    }
}

/// Whether the reader of the emitter's own spelling takes it.
fn fast_reads(text: &str) -> bool {
    fast::head(text).is_some_and(|(_, rest)| fast::exchanges(rest, |_| Some(())).is_some())
}

#[test]
fn many_hands_read_what_one_reads() {
    // The last body holds what looks like the beginning of an exchange.
    let bodies = ["x".repeat(30_000), "\n- id: 7\n- id: 8\n".repeat(1000)];
    let exchanges: Vec<Exchange> =
        (1..60).map(|id| exchange(id, b"", bodies[id as usize % 2].as_bytes())).collect();
    let (text, blobs) = written(&exchanges);
    let fetch = |d: &Digest| blobs.get(d).cloned().ok_or_else(|| io::ErrorKind::NotFound.into());
    let read = |text: &str, hands| whole::read_leaving("c.yaml", text, &fetch, None, hands);
    let one = read(&text, 1).expect("reads");
    assert_eq!(one.edited, Vec::<String>::new());
    for hands in [2, 3, 8] {
        assert_eq!(read(&text, hands).expect("reads").cassette, one.cassette);
    }
    let again = text.replacen("- id: 41\n", "- id: 40\n", 1);
    assert_eq!(read(&again, 3).unwrap_err().what, read(&again, 1).unwrap_err().what);
    let edited = text.replacen("id: 3, reused", "reused", 1);
    assert_eq!(read(&edited, 3).is_err(), read(&edited, 1).is_err());
}

fn socket(id: u32) -> Exchange {
    let mut socket = exchange(id, b"", b"");
    let reply = socket.answer.head_mut().expect("a reply");
    (reply.status, reply.framing) = (101, Framing::None);
    reply.interim.clear();
    let kinds = [(Side::Client, FrameKind::Text), (Side::Upstream, FrameKind::Binary)].into_iter().cycle();
    reply.frames = (0..)
        .zip(BODIES)
        .zip(kinds)
        .map(|((at, data), (from, kind))| Frame::new(at, from, kind, data.to_vec()))
        .collect();
    let long = Frame::new(90, Side::Upstream, FrameKind::Binary, vec![0xfe; 5000]);
    reply.frames.push(Frame { fragments: vec![4000, 1000], compressed: true, ..long });
    for data in [Frame::close(1000, ""), Frame::close(4001, "bye\n"), vec![], vec![3], vec![3, 232, 0xff]] {
        reply.frames.push(Frame::new(99, Side::Client, FrameKind::Close, data));
    }
    reply.frames.push(Frame::new(99, Side::Client, FrameKind::Ping, Vec::new()));
    socket
}

#[test]
fn frames_come_back_exactly_and_a_change_by_hand_shows() {
    let exchanges = [socket(1), socket(2)];
    let (text, blobs) = written(&exchanges);
    let reading = reread(&text, &blobs).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(reading.edited, Vec::<String>::new());
    assert_eq!(reading.cassette.exchanges[1].answer, exchanges[1].answer);
    assert_eq!(written(&reading.cassette.exchanges).0, text);
    assert!(fast_reads(&text) && text.contains("code: 4001"), "{text}");
    let blob = |d: &Digest| blobs.get(d).cloned().ok_or_else(|| io::ErrorKind::NotFound.into());
    assert_eq!(whole::read_generally("c.yaml", &text, &blob).expect("reads").cassette, reading.cassette);
    for (from, to) in
        [("from: client", "from: upstream"), ("at-us: 0", "at-us: 7"), ("code: 1000", "code: 1001")]
    {
        assert!(reread(&text.replacen(from, to, 1), &blobs).expect("reads").cassette.exchanges[0].edited);
    }
    for (from, to, what) in [
        ("kind: ping", "kind: pang", "expected one of text"),
        ("kind: ping", "kind: ping\n      code: 7", "a code in a ping"),
        ("fragments: \"4000", "fragments: \"x", "bytes of each fragment"),
    ] {
        let error = reread(&text.replacen(from, to, 1), &blobs).expect_err(to);
        assert!(error.what.contains(what) && error.place.starts_with("c.yaml#1 frame "), "{error}");
    }
}

#[test]
fn a_change_by_hand_shows_and_stays() {
    let (text, blobs) = written(&[exchange(1, b"", br#"{"a":1,"b":2}"#), exchange(2, b"", b"")]);
    for (from, to) in [
        ("\"a\": 1", "\"a\": 7"),
        ("\"a\":1", "\"a\":7"),
        ("status: 200", "status: 404"),
        ("POST", "PUT"),
        ("seal: \"", "# seal: \""),
    ] {
        let changed = text.replacen(from, to, 1);
        if changed == text {
            continue;
        }
        let reading = reread(&changed, &blobs).unwrap_or_else(|e| panic!("{e}\n{changed}"));
        assert!(reading.cassette.exchanges[0].edited, "{from}");
        assert!(reading.edited[0].starts_with("c.yaml#1: "), "{:?}", reading.edited);
        assert!(!reading.cassette.exchanges[1].edited);
        let (again, blobs) = written(&reading.cassette.exchanges);
        assert!(reread(&again, &blobs).expect("still reads").cassette.exchanges[0].edited);
    }
}

#[test]
fn bad_files_are_refused_with_their_place() {
    let (text, blobs) = written(&[exchange(1, b"", &[0xff; 300])]);
    let bomb = format!("{}x: &a [1,1]\n", "truetape: 1\n");
    for (bad, place, part) in [
        (String::new(), "c.yaml", "it is empty"),
        ("[1, 2]".into(), "c.yaml", "not a cassette"),
        ("truetape: 9\nx: 1\n".into(), "c.yaml", "format 9; this truetape reads formats up to 1"),
        ("truetape: 1\nupstreams: [\n".into(), "c.yaml:", ""),
        (bomb, "c.yaml", "unknown field"),
        (text.replace("  seal:", "  sael:"), "c.yaml:", "unknown field"),
        (text.replace("blob: 300", "blob: \"../../etc/passwd\""), "c.yaml:", "blobs/SHA256 and nothing else"),
        (text.replace("sha256: \"", "sha256: \"../"), "c.yaml#1 reply body", "64 lower-case hexadecimal"),
        (text.replace("blob: 300", "blob: 301"), "c.yaml#1 reply body", "damaged"),
        (text.replace("- id: 1", "- id: 1\n  reply: {status: 5}"), "c.yaml:", "duplicate"),
        (text.replace("status: 200", "status: 20"), "c.yaml#1 reply status", "100 to 999"),
    ] {
        let error = reread(&bad, &blobs).expect_err(&bad);
        assert!(error.place.starts_with(place), "{error}");
        assert!(error.what.contains(part), "{error}");
        assert!(!error.hint.is_empty());
    }
    let error = reread(&text, &HashMap::new()).expect_err("a missing blob");
    assert!(error.what.contains("cannot read the blob"), "{error}");
}
