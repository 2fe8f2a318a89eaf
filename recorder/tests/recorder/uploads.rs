//! Requests on their way: as the client sent them, while it sends them.

use crate::support::{Fake, Rig, Step, talk, talk_within};
use cassettes::model::Headers;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

#[test]
fn heads_go_as_they_came_but_for_the_connection() {
    let fake = Fake::says(OK);
    let rig = Rig::at(&format!("http://{}/base", fake.address));
    let request = "PoKE /a%2Fb?q=1&q=2 HTTP/1.1\r\nX-b: 1\r\nhOST: recorder\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\nx-B: 2\r\nUpgrade: h2c\r\n\r\n";
    talk(rig.address, &[(0, request.as_bytes())]);
    let expected =
        format!("PoKE /base/a%2Fb?q=1&q=2 HTTP/1.1\r\nX-b: 1\r\nhOST: {}\r\nx-B: 2\r\n\r\n", fake.address);
    assert_eq!(fake.heard(), expected);
    let request = rig.only().request;
    assert_eq!((request.method.as_str(), request.target.as_str()), ("PoKE", "/a%2Fb?q=1&q=2"));
    assert_eq!(request.headers.get("host").unwrap(), fake.address.to_string());
}

#[test]
fn chunked_bodies_stay_chunked_with_their_trailers() {
    let fake = Fake::start(|_| vec![Step::Await("X-T: 1\r\n\r\n"), Step::say(OK)]);
    let rig = Rig::before(&fake);
    let head = &b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"[..];
    talk(rig.address, &[(0, head), (30, b"3\r\nabc\r\n"), (30, b"2\r\nde\r\n0\r\nX-T: 1\r\n\r\n")]);
    assert!(fake.heard().ends_with("3\r\nabc\r\n2\r\nde\r\n0\r\nX-T: 1\r\n\r\n"), "{}", fake.heard());
    let request = rig.only().request;
    assert_eq!(
        (request.body.bytes(), request.trailers),
        (&b"abcde"[..], Headers::from_pairs([("X-T", "1")]))
    );
}

#[test]
fn an_expectation_is_the_upstreams_to_meet() {
    let fake = Fake::start(|_| {
        vec![Step::Pause(100), Step::say("HTTP/1.1 100 Continue\r\n\r\n"), Step::Await("body"), Step::say(OK)]
    });
    let rig = Rig::patient(&fake);
    let head = &b"POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"[..];
    let heard = talk_within(rig.address, &[(0, head), (800, b"body")], 1500);
    assert_eq!(heard.text(), format!("HTTP/1.1 100 Continue\r\n\r\n{OK}"));
    assert!((100..700).contains(&heard.when("100 Continue")));
    assert_eq!((rig.only().request.body.bytes(), rig.reply().interim.len()), (&b"body"[..], 1));
}

#[test]
fn an_expectation_may_be_turned_down() {
    let no = "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n";
    let fake = Fake::says(no);
    let rig = Rig::before(&fake);
    let head = &b"POST /x HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"[..];
    assert_eq!(talk(rig.address, &[(0, head)]).text(), no);
    assert_eq!(rig.reply().status, 417);
}

#[test]
fn an_early_answer_arrives_early() {
    let fake = Fake::start(|_| {
        vec![Step::Await("begin\r\n"), Step::say("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n"), Step::Close]
    });
    let rig = Rig::before(&fake);
    let head = &b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin"[..];
    let heard = talk(rig.address, &[(0, head)]);
    assert!(heard.text().starts_with("HTTP/1.1 413 No\r\n"), "{}", heard.text());
    assert_eq!(rig.reply().status, 413);
}

#[test]
fn a_request_is_heard_out_whose_answer_came_early() {
    let no = "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n";
    let fake = Fake::start(move |_| vec![Step::Await("begin\r\n"), Step::say(no), Step::Hang]);
    let rig = Rig::before(&fake);
    let head = &b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegin\r\n"[..];
    let heard = talk(rig.address, &[(0, head), (40, b"5\r\n+rest\r\n"), (40, b"0\r\n\r\n")]);
    assert_eq!((heard.text(), rig.only().request.body.bytes()), (no.to_owned(), &b"begin+rest"[..]));
}

#[test]
fn an_unfinished_request_is_no_exchange() {
    let fake = Fake::start(|_| vec![Step::Hang]);
    let rig = Rig::before(&fake);
    {
        let mut stream = std::net::TcpStream::connect(rig.address).unwrap();
        let part = b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbe";
        std::io::Write::write_all(&mut stream, part).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    std::thread::sleep(std::time::Duration::from_millis(400));
    assert_eq!((rig.kept().len(), rig.recording.summary().unfinished), (0, 1));
}

#[test]
fn large_bodies_pass_both_ways() {
    let body = "x".repeat(3_000_000);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let fake = Fake::says(&answer);
    let rig = Rig::before(&fake);
    let fields = "Host: h\r\nConnection: close\r\n";
    let request = format!("POST /x HTTP/1.1\r\n{fields}Content-Length: {}\r\n\r\n{body}", body.len());
    let heard = talk_within(rig.address, &[(0, request.as_bytes())], 20_000);
    assert_eq!(heard.bytes.len(), answer.len());
    assert_eq!((rig.only().request.body.len(), rig.reply().body.len()), (body.len(), body.len()));
}
