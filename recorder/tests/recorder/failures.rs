//! Failures are recorded as what they were and reach the client as what they were.

use crate::support::{End, Fake, Rig, Setup, Step, get, talk};
use cassettes::model::{FailureKind, Framing, Side};
use recorder::Plan;

fn fails(steps: Vec<Step>) -> (Rig, crate::support::Heard) {
    let fake = Fake::start(move |_| steps.clone());
    let rig = Rig::before(&fake);
    let heard = get(rig.address, "/x");
    (rig, heard)
}

#[test]
fn a_reset_is_a_reset() {
    let (rig, heard) = fails(vec![Step::Reset]);
    assert_eq!((heard.text().as_str(), heard.end), ("", End::Reset));
    assert_eq!((rig.failure().kind, rig.failure().partial), (FailureKind::Reset, None));
    assert_eq!(rig.only().connection.closed_by, Some(Side::Upstream));
}

#[test]
fn a_reset_in_the_middle_comes_after_what_came() {
    let begun = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf";
    let (rig, heard) = fails(vec![Step::say(begun), Step::Reset]);
    assert_eq!((heard.text().as_str(), heard.end), (begun, End::Reset));
    let partial = rig.failure().partial.unwrap();
    assert_eq!((rig.failure().kind, partial.body.bytes()), (FailureKind::Reset, &b"half"[..]));
}

#[test]
fn a_truncated_answer_keeps_its_framing() {
    for (begun, framing) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", Framing::Length),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\nhalf",
            Framing::Length,
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", Framing::Chunked),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf", Framing::Chunked),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
            Framing::Chunked,
        ),
    ] {
        let (rig, heard) = fails(vec![Step::say(begun), Step::Close]);
        assert_eq!((heard.text().as_str(), heard.end), (begun, End::Fin));
        let partial = rig.failure().partial.unwrap();
        assert_eq!(rig.failure().kind, FailureKind::Truncated);
        assert_eq!((partial.body.bytes(), partial.framing), (&b"half"[..], framing));
    }
}

#[test]
fn a_torn_head_is_torn_for_the_client_too() {
    let (rig, heard) = fails(vec![Step::say("HTTP/1.1 200 OK\r\nConte"), Step::Close]);
    assert_eq!((heard.text().as_str(), heard.end), ("HTTP/1.1 200 OK\r\nConte", End::Fin));
    assert_eq!((rig.failure().kind, rig.failure().partial), (FailureKind::Truncated, None));
    let said = wire::quote::unquoted(&rig.failure().message).unwrap();
    assert_eq!(said, b"HTTP/1.1 200 OK\r\nConte");
}

#[test]
fn a_close_without_a_byte_is_that() {
    let (rig, heard) = fails(vec![Step::Close]);
    assert_eq!((heard.text().as_str(), heard.end), ("", End::Fin));
    assert_eq!(rig.failure().kind, FailureKind::Closed);
}

#[test]
fn nonsense_is_said_again() {
    let (rig, heard) =
        fails(vec![Step::say("SSH-2.0-Open"), Step::Pause(50), Step::say("SSH_9\r\n"), Step::Hang]);
    assert_eq!((heard.text().as_str(), heard.end), ("SSH-2.0-OpenSSH_9\r\n", End::Fin));
    assert_eq!(rig.failure().kind, FailureKind::Protocol);
    assert_eq!(wire::quote::unquoted(&rig.failure().message).unwrap(), b"SSH-2.0-OpenSSH_9\r\n");
}

#[test]
fn a_silent_upstream_is_a_silent_recorder() {
    let fake = Fake::start(|_| vec![Step::Hang]);
    let rig = Rig::before(&fake);
    // 300 ms of silence are recorded; the client sees nothing for longer than it waits.
    let heard = get(rig.address, "/x");
    assert_eq!((heard.text().as_str(), heard.end), ("", End::Silence));
    assert_eq!(rig.failure().kind, FailureKind::Timeout);
    assert!(rig.only().timing.end.unwrap() >= 290_000);
}

#[test]
fn nobody_there_is_a_reset_for_the_client() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (upstream, kind) in [
        (format!("http://{free}"), FailureKind::Refused),
        ("http://no-such-host.invalid".to_owned(), FailureKind::Unresolved),
    ] {
        let rig = Rig::at(&upstream);
        let heard = talk(rig.address, &[(0, b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi")]);
        assert_eq!((heard.text().as_str(), heard.end), ("", End::Reset));
        assert_eq!((rig.failure().kind, rig.only().request.body.bytes()), (kind, &b"hi"[..]));
        assert_eq!(rig.only().connection.id, 0);
    }
}

#[test]
fn a_full_disk_does_not_lie_to_the_client() {
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let setup = Setup { full: true, first: None, plan: Plan::RecordAnew, extra: None };
    let rig = Rig::with(&format!("http://{}", fake.address), setup);
    assert!(get(rig.address, "/a?secret=1").text().ends_with("\r\n\r\nok"));
    let unsaved = rig.recording.unsaved();
    assert_eq!((unsaved.len(), unsaved[0].id.0, unsaved[0].request.as_str()), (1, 1, "GET /a"));
    assert_eq!(rig.recording.summary().exchanges, 0);
}

#[test]
fn a_client_that_leaves_does_not_cut_the_record() {
    let fake = Fake::start(|_| {
        vec![
            Step::say("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf"),
            Step::Pause(200),
            Step::say("half"),
        ]
    });
    let rig = Rig::before(&fake);
    {
        use std::io::Write as _;
        let mut client = std::net::TcpStream::connect(rig.address).unwrap();
        client.write_all(b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(80));
    }
    rig.wait_for(1);
    assert_eq!(rig.reply().body.bytes(), b"halfhalf");
}

/// A connection that the upstream closed while it was idle is not used again.
#[test]
fn a_stale_connection_is_not_asked() {
    let fake =
        Fake::start(|_| vec![Step::say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), Step::Close]);
    let rig = Rig::before(&fake);
    for _ in 0..2 {
        assert!(get(rig.address, "/x").text().ends_with("ok"));
    }
    assert_eq!(
        rig.kept().iter().map(|e| (e.connection.id, e.connection.reused)).collect::<Vec<_>>(),
        [(1, false), (2, false)]
    );
}

/// One that closes as it is asked is an answer that never came, and nothing is asked again.
#[test]
fn a_request_is_never_sent_twice() {
    let count = std::sync::atomic::AtomicU32::new(0);
    let fake = Fake::start(move |_| match count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
        0 => vec![Step::say("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")],
        _ => vec![Step::Close],
    });
    let rig = Rig::before(&fake);
    let heard =
        talk(rig.address, &[(0, b"GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n")]);
    assert!(heard.text().ends_with("ok") && heard.end == End::Fin);
    let kept = rig.kept();
    assert_eq!((kept[1].answer.label().as_str(), kept[1].connection.reused), ("closed", true));
    assert_eq!(fake.heard().matches("GET /b").count(), 1);
}
