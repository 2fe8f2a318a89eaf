//! A live server as a subject.

use crate::support::{Fake, Step};
use cassettes::{
    model::{Answer, FailureKind, Framing, Headers, Request},
    subject::{NoAnswer, Observed, Subject as _},
};
use recorder::{Live, LiveLimits};
use std::time::Duration;

fn limits() -> LiveLimits {
    LiveLimits {
        connect: Duration::from_secs(2),
        silence: Duration::from_millis(300),
        whole: Duration::from_secs(5),
    }
}

fn ask(live: &Live, request: &Request) -> Result<Observed, NoAnswer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(live.answer(request))
}

fn live(fake: &Fake) -> Live {
    Live::new(&format!("http://{}/base/", fake.address), None, limits()).unwrap()
}

#[test]
fn a_question_goes_as_recorded_and_the_reply_comes_whole() {
    let fake = Fake::says(
        "HTTP/1.1 404 Nothing Here\r\nX: 1\r\nx: 2\r\nContent-Type: a/b\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\nX-T: 1\r\n\r\n",
    );
    let mut request = Request::new("POST", "/a%2Fb?q=%20&q=1");
    request.headers =
        Headers::from_pairs([("Host", "old"), ("A", "1"), ("Connection", "close"), ("Content-Length", "4")]);
    request.body = "body".into();
    let seen = ask(&live(&fake), &request).unwrap();
    let heard = fake.heard().to_ascii_lowercase();
    assert!(
        heard.starts_with("post /base/a%2fb?q=%20&q=1 http/1.1\r\n") && heard.ends_with("\r\n\r\nbody"),
        "{heard}"
    );
    assert!(heard.contains(&format!("host: {}", fake.address)) && !heard.contains("old"), "{heard}");
    let Answer::Reply(reply) = seen.answer else { panic!("{:?}", seen.answer) };
    assert_eq!((reply.status, reply.reason.as_str(), reply.framing), (404, "Nothing Here", Framing::Chunked));
    assert_eq!(reply.headers.get_all("x").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!((reply.body.bytes(), reply.trailers), (&b"no"[..], Headers::from_pairs([("x-t", "1")])));
    assert!(seen.timing.first_byte.is_some() && seen.timing.end >= seen.timing.first_byte);
}

#[test]
fn redirects_and_codings_are_left_alone() {
    let fake = Fake::says(
        "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    );
    let seen = ask(&live(&fake), &Request::new("GET", "/x")).unwrap();
    let Answer::Reply(reply) = seen.answer else { panic!() };
    assert_eq!((reply.status, reply.body.bytes()), (302, &b"abc"[..]));
    assert_eq!(fake.heard().matches("HTTP/1.1").count(), 1);
}

#[test]
fn failures_are_told_apart() {
    let begun = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
    let chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n";
    let broken = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n";
    for (steps, kind, partial) in [
        (vec![Step::Reset], FailureKind::Reset, false),
        (vec![Step::Close], FailureKind::Closed, false),
        (vec![Step::Hang], FailureKind::Timeout, false),
        (vec![Step::say("SSH-2.0\r\n\r\n"), Step::Close], FailureKind::Protocol, false),
        (vec![Step::say(begun), Step::Close], FailureKind::Truncated, true),
        (vec![Step::say(chunk), Step::Close], FailureKind::Truncated, true),
        (vec![Step::say(broken), Step::Close], FailureKind::Protocol, true),
        (vec![Step::say(begun), Step::Reset], FailureKind::Reset, true),
        (vec![Step::say(begun), Step::Hang], FailureKind::Timeout, true),
    ] {
        let fake = Fake::start(move |_| steps.clone());
        let seen = ask(&live(&fake), &Request::new("GET", "/x")).unwrap();
        let Answer::Failed(failure) = seen.answer else { panic!("{:?}", seen.answer) };
        assert_eq!((failure.kind, failure.partial.is_some()), (kind, partial), "{failure:?}");
        if let Some(partial) = failure.partial {
            assert_eq!(partial.body.bytes(), b"half", "{kind}");
        }
        assert_eq!(fake.heard().matches("HTTP/1.1").count(), 1, "{kind}: asked once");
    }
}

#[test]
fn nobody_at_all_is_no_answer_but_a_later_refusal_is_one() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for nobody in [format!("http://{free}"), "http://no-such-host.invalid".to_owned()] {
        let live = Live::new(&nobody, None, limits()).unwrap();
        assert!(ask(&live, &Request::new("GET", "/x")).unwrap_err().fatal);
    }
}

#[test]
fn a_target_that_would_change_is_not_asked() {
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let refused = ask(&live(&fake), &Request::new("GET", "/a/../b")).unwrap_err();
    assert!(!refused.fatal && refused.reason.contains("/base/a/../b"), "{refused}");
}
