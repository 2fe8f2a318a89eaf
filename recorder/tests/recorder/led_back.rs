//! Absolute URLs lead the client back to the recorder; the record holds the originals.

use crate::support::{Fake, Rig, Step, get, talk};

fn led(
    head: &str,
    body: impl Fn(&str) -> String + Send + Sync + 'static,
    framed: fn(&str) -> String,
) -> (Rig, Fake, String) {
    let head = head.to_owned();
    let own: std::sync::Arc<std::sync::OnceLock<String>> = std::sync::Arc::default();
    let known = std::sync::Arc::clone(&own);
    let fake = Fake::start(move |_| {
        let base = known.get().unwrap();
        let body = framed(&body(base));
        let head = head.replace("BASE", base);
        vec![Step::Say(format!("{head}{body}").into_bytes()), Step::Close]
    });
    own.set(format!("http://{}", fake.address)).unwrap();
    let rig = Rig::before(&fake);
    let heard = get(rig.address, "/v1/things").text();
    (rig, fake, heard)
}

#[test]
fn fields_and_bodies_lead_back_and_the_record_does_not() {
    let framed = |body: &str| format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLink: <BASE/v1/things?p=2>; rel=\"next\"\r\n";
    let (rig, fake, heard) = led(head, |base| format!("{{\"next\":\"{base}/v1/things?p=2\"}}"), framed);
    let (own, upstream) = (format!("http://{}", rig.address), format!("http://{}", fake.address));
    assert!(
        heard.contains(&format!("Link: <{own}/v1/things?p=2>")) && heard.contains(&format!("\"{own}/v1/")),
        "{heard}"
    );
    assert!(!heard.contains(&upstream), "{heard}");
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("Content-Length: {}", body.len())), "{heard}");
    let reply = rig.reply();
    assert!(reply.headers.get("link").unwrap().contains(&upstream));
    assert!(String::from_utf8_lossy(reply.body.bytes()).contains(&upstream));
    assert_eq!(rig.recording.summary().led_back, 1);
}

#[test]
fn chunked_bodies_lead_back_across_chunks() {
    let framed = |body: &str| {
        let (a, b) = body.split_at(12);
        format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{a}\r\n{:x}\r\n{b}\r\n0\r\n\r\n", a.len(), b.len())
    };
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
    let (rig, fake, heard) = led(head, |base| format!("<a href=\"{base}/x\">"), framed);
    assert!(heard.ends_with("0\r\n\r\n") && !heard.contains(&fake.address.to_string()), "{heard}");
    assert!(String::from_utf8_lossy(rig.reply().body.bytes()).contains(&fake.address.to_string()));
}

#[test]
fn a_location_leads_back() {
    let framed = |_: &str| "Content-Length: 0\r\n\r\n".to_owned();
    let (rig, _fake, heard) =
        led("HTTP/1.1 201 Created\r\nLocation: BASE/v1/things/7\r\n", |_| String::new(), framed);
    assert!(heard.contains(&format!("Location: http://{}/v1/things/7\r\n", rig.address)), "{heard}");
}

/// The line break after a chunk's data may come with the next chunk.
#[test]
fn chunks_that_come_in_parts_stay_chunks() {
    let fake = Fake::start(|_| {
        vec![
            Step::say(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nab",
            ),
            Step::Pause(20),
            Step::say("cdef"),
            Step::Pause(20),
            Step::say("\r\n0\r\nT: 1\r\n"),
            Step::Pause(20),
            Step::say("\r\n"),
        ]
    });
    let rig = Rig::before(&fake);
    let heard = get(rig.address, "/x").text();
    assert!(heard.ends_with("\r\n\r\n6\r\nabcdef\r\n0\r\nT: 1\r\n\r\n"), "{heard}");
    assert_eq!(rig.recording.summary().led_back, 0);
}

/// A coded body is looked into, and sent as it came if it holds nothing to lead back.
#[test]
fn coded_bodies_lead_back_in_their_coding() {
    let own: std::sync::Arc<std::sync::OnceLock<String>> = std::sync::Arc::default();
    let known = std::sync::Arc::clone(&own);
    let fake = Fake::start(move |target| {
        let link = if target == "/next" { known.get().unwrap().as_str() } else { "http://elsewhere.test" };
        let text = format!("{{\"next\":\"{link}/v1?p=2\"}}");
        let body = cassettes::codec::encode(text.as_bytes(), &["gzip".to_owned()]).unwrap();
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n";
        let (a, b) = body.split_at(10);
        let mut answer = head.as_bytes().to_vec();
        for part in [a, b] {
            wire::head::write_chunk(&mut answer, part);
        }
        answer.extend_from_slice(b"0\r\n\r\n");
        vec![Step::Say(answer)]
    });
    own.set(format!("http://{}", fake.address)).unwrap();
    let rig = Rig::before(&fake);
    let plain = get(rig.address, "/other");
    assert!(plain.text().contains("\r\n\r\na\r\n"), "the cut into chunks is kept");
    let led = get(rig.address, "/next").bytes;
    let start = led.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    let mut decoder = wire::body::Decoder::new(wire::head::Length::Chunked);
    let step = decoder.step(&led[start..]).unwrap();
    let body = cassettes::model::Body::from(led[start..][step.data].to_vec());
    let headers = cassettes::model::Headers::from_pairs([("content-encoding", "gzip")]);
    let text = cassettes::codec::decoded(&headers, &body);
    assert!(String::from_utf8_lossy(&text).contains(&format!("http://{}/v1?p=2", rig.address)));
    assert_eq!(rig.recording.summary().led_back, 1);
}

/// An upstream that pauses in the middle of a link does not lead the client away.
#[test]
fn a_link_cut_by_a_pause_leads_back() {
    let own: std::sync::Arc<std::sync::OnceLock<String>> = std::sync::Arc::default();
    let known = std::sync::Arc::clone(&own);
    let fake = Fake::start(move |_| {
        let body = format!("{{\"next\":\"{}/x\"}}", known.get().unwrap());
        let (a, b) = body.split_at(20);
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
        vec![
            Step::say(format!("{head}{:x}\r\n{a}\r\n", a.len())),
            Step::Pause(250),
            Step::say(format!("{:x}\r\n{b}\r\n0\r\n\r\n", b.len())),
        ]
    });
    own.set(format!("http://{}", fake.address)).unwrap();
    let rig = Rig::before(&fake);
    let heard = get(rig.address, "/x").text();
    assert!(heard.contains(&rig.address.port().to_string()), "{heard}");
    assert!(!heard.contains(&fake.address.port().to_string()), "{heard}");
}

/// A suite that names its sessions is recorded as if it named none, and led back within its session.
#[test]
fn sessions_are_no_part_of_the_record() {
    let fake = Fake::start(|target| {
        vec![Step::say(format!(
            "HTTP/1.1 200 OK\r\nLocation: {target}2\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"
        ))]
    });
    let rig = Rig::before(&fake);
    let heard = get(rig.address, "/__truetape/session/one/a?b").text();
    assert!(heard.contains("Location: /__truetape/session/one/a?b2\r\n"), "{heard}");
    let ask = b"GET /c HTTP/1.1\r\nHost: h\r\nTruetape-Session: two\r\n\r\n";
    talk(rig.address, &[(0, ask)]);
    assert!(get(rig.address, "/__truetape/health").text().contains("truetape-refusal: reserved"));
    let reset = talk(rig.address, &[(0, b"POST /__truetape/session/one/reset HTTP/1.1\r\nHost: h\r\n\r\n")]);
    assert!(reset.text().starts_with("HTTP/1.1 204 "), "{}", reset.text());
    let targets: Vec<_> = rig.kept().into_iter().map(|exchange| exchange.request.target).collect();
    assert_eq!(targets, ["/a?b", "/c"]);
    assert!(!fake.heard().to_ascii_lowercase().contains("truetape"), "{}", fake.heard());
    assert_eq!(rig.kept()[0].answer.head().unwrap().headers.get("location").unwrap(), "/a?b2");
}

/// A client that knows the listener by another name is led back to that name.
#[test]
fn the_host_field_says_where_links_lead() {
    let own: std::sync::Arc<std::sync::OnceLock<String>> = std::sync::Arc::default();
    let known = std::sync::Arc::clone(&own);
    let fake = Fake::start(move |_| {
        let link = known.get().unwrap();
        vec![Step::say(format!("HTTP/1.1 201 Created\r\nLocation: {link}/x\r\nContent-Length: 0\r\n\r\n"))]
    });
    own.set(format!("http://{}", fake.address)).unwrap();
    let rig = Rig::before(&fake);
    let heard = talk(rig.address, &[(0, b"GET /x HTTP/1.1\r\nHost: tape.test:8080\r\n\r\n")]).text();
    assert!(heard.contains("Location: http://tape.test:8080/x\r\n"), "{heard}");
}
