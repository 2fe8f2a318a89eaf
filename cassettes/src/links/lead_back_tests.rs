use super::*;

const UP: &str = "http://api.test:8080/api/v3";
const LISTENER: &str = "http://127.0.0.1:4000";

/// Only a body that says it is text is looked into.
const TEXT: (&str, &str) = ("Content-Type", "text/plain");

fn both() -> (Origins, Origins) {
    (Origins::new([(UP, LISTENER)]), Origins::new([(LISTENER, UP)]))
}

#[test]
fn headers_and_bodies_lead_back() {
    let (there, _) = both();
    let mut headers = Headers::from_pairs([
        ("Location", "/api/v3/jobs/1"),
        ("Link", "<http://api.test:8080/api/v3/x?page=2>; rel=\"next\", </api/v3/y>; rel=prev"),
        ("Next-Page", "http://api.test:8080/api/v3?x"),
        ("Refresh", "5; url=/api/v3/z"),
        ("X-Other", "http://api.test:8080/api/v30 http://api.test:80801/api/v3"),
        ("Content-Length", "1"),
        TEXT,
    ]);
    let body = Body::from(
        r#"{"a":"http:\/\/api.test:8080\/api\/v3\/x","b":"http://api.test:8080/api/v3","c":"http://api.test:8080"}"#,
    );
    let fresh = there.rewrite(&mut headers, &body).expect("changed");
    let want = r#"{"a":"http:\/\/127.0.0.1:4000\/x","b":"http://127.0.0.1:4000","c":"http://api.test:8080"}"#;
    assert_eq!(std::str::from_utf8(fresh.bytes()), Ok(want));
    let shown: Vec<_> = headers.iter().map(|(_, v)| String::from_utf8_lossy(v).into_owned()).collect();
    assert_eq!(
        shown,
        [
            "/jobs/1",
            "<http://127.0.0.1:4000/x?page=2>; rel=\"next\", </y>; rel=prev",
            "http://127.0.0.1:4000?x",
            "5; url=/z",
            "http://api.test:8080/api/v30 http://api.test:80801/api/v3",
            &want.len().to_string(),
            "text/plain",
        ]
    );
}

#[test]
fn digests_and_binaries_are_left_alone() {
    let (there, _) = both();
    let body = Body::from(format!("{UP}/x"));
    for name in ["Content-MD5", "Repr-Digest", "Docker-Content-Digest", "x-amz-checksum-crc32", "x-goog-hash"]
    {
        let mut headers = Headers::from_pairs([TEXT, (name, "x"), ("Location", &format!("{UP}/x"))]);
        assert_eq!(there.rewrite(&mut headers, &body), None, "{name}");
        assert_eq!(
            headers.get("location").as_deref(),
            Some("http://127.0.0.1:4000/x"),
            "the head is not digested"
        );
    }
    let text = Body::from(format!("{UP}/x"));
    assert_eq!(there.rewrite(&mut Headers::from_pairs([("content-type", "image/png")]), &text), None);
    assert_eq!(there.rewrite(&mut Headers::new(), &text), None);
}

#[test]
fn there_and_back_is_the_identity() {
    let (there, back) = both();
    for text in [
        format!("{UP}/a {UP}?b {UP}#c \"{UP}\" '{UP}' <{UP}> {UP}"),
        format!("{{\"a\":\"{}\"}}", UP.replace('/', "\\/")),
        format!("x{UP}y {UP}{UP}/"),
        String::new(),
    ] {
        for coding in ["", "gzip", "br"] {
            let codings: Vec<String> =
                [coding].iter().filter(|c| !c.is_empty()).map(|c| (*c).to_owned()).collect();
            let mut headers = Headers::from_pairs([TEXT]);
            if !coding.is_empty() {
                headers.push("Content-Encoding", coding);
            }
            let body = Body::from(codec::encode(text.as_bytes(), &codings).expect("encodes"));
            let led = there.rewrite(&mut headers, &body).unwrap_or_else(|| body.clone());
            let led = back.rewrite(&mut headers, &led).unwrap_or(led);
            assert_eq!(codec::decoded(&headers, &led), text.as_bytes());
        }
    }
}

#[test]
fn pieces_give_what_the_whole_gives() {
    let nested = Origins::new([
        ("http://a.test", "http://l:1"),
        ("http://a.test/api", "http://l:22"),
        ("http://a.test:81", "http://l:3"),
    ]);
    let text = "hhttp://a.test/x http://a.test/api/y http://a.test/apix http:\\/\\/a.test\\/api http://a.test:81 http://a.test:80/q \
                http://a.tesht http://a.testhttp://a.test http://a.test/ap";
    for text in [text, &text[..text.len() - 3], "http://a.test/api", "http://a.tes", "http://a.test"] {
        let whole = nested.rewrite(&mut Headers::from_pairs([TEXT]), &Body::from(text.to_owned()));
        let whole = whole.map_or_else(|| text.as_bytes().to_vec(), |b| b.bytes().to_vec());
        for first in 0..=text.len() {
            for second in (first..=text.len()).step_by(7) {
                let mut stream = nested.stream();
                let mut out = stream.push(&text.as_bytes()[..first]);
                out.extend(stream.push(&text.as_bytes()[first..second]));
                out.extend(stream.push(&text.as_bytes()[second..]));
                out.extend(stream.finish());
                assert_eq!(
                    String::from_utf8_lossy(&out),
                    String::from_utf8_lossy(&whole),
                    "{first} {second}"
                );
            }
        }
        let mut stream = nested.stream();
        let mut out: Vec<u8> = text.bytes().flat_map(|b| stream.push(&[b])).collect();
        out.extend(stream.finish());
        assert_eq!(out, whole);
    }
}

#[test]
fn events_pass_at_once() {
    let (there, _) = both();
    let mut stream = there.stream();
    assert_eq!(stream.push(b"data: hello\n\n"), b"data: hello\n\n");
    assert_eq!(stream.push(b"data: http://api.te"), b"data: ");
    assert_eq!(stream.push(b"a\n"), b"http://api.tea\n");
}

#[test]
fn requests_are_led_by_three_headers() {
    let (_, back) = both();
    let mut request = Request::new("MOVE", "/a");
    request.headers.push("Destination", "http://127.0.0.1:4000/b");
    request.headers.push("X-Note", "http://127.0.0.1:4000/b");
    request.headers.push("Origin", "http://127.0.0.1:4000");
    back.rewrite_request(&mut request);
    assert_eq!(request.headers.get("destination").as_deref(), Some("http://api.test:8080/api/v3/b"));
    assert_eq!(request.headers.get("x-note").as_deref(), Some("http://127.0.0.1:4000/b"));
    assert_eq!(
        request.headers.get("origin").as_deref(),
        Some("http://api.test:8080"),
        "an origin has no path"
    );
}

#[test]
fn cookies_come_back() {
    let led = |pairs: &[(&str, &str)], set: &str| {
        let mut headers = Headers::from_pairs([("set-cookie", set), ("X-Cookie", set)]);
        Origins::new(pairs.iter().copied()).headers(&mut headers);
        assert_eq!(headers.get("x-cookie").as_deref(), Some(set));
        headers.get("set-cookie").map(std::borrow::Cow::into_owned).unwrap_or_default()
    };
    let set = "sid=1; Path=/api/v3/; Domain=api.test; Secure";
    assert_eq!(led(&[(UP, LISTENER)], set), "sid=1; Path=/; Secure");
    assert_eq!(led(&[("https://api.test/api/v3", LISTENER)], set), "sid=1; Path=/");
    let two = [("https://api.test/api/v3", LISTENER), ("http://files.test", "http://127.0.0.1:4001")];
    assert_eq!(led(&two, set), "sid=1; Path=/api/v3/; Secure");
}
