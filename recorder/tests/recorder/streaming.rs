//! What comes in time arrives in time, and the record holds when it came.

use crate::support::{End, Fake, Rig, Step, get, talk_within};

fn events(head: &'static str, frame: fn(&str) -> String, end: &'static str) -> Fake {
    Fake::start(move |_| {
        let mut steps = vec![Step::say(head)];
        for n in 0..4 {
            steps.push(Step::Say(frame(&format!("data: {n}\n\n")).into_bytes()));
            steps.push(Step::Pause(150));
        }
        steps.push(Step::say(end));
        steps.push(Step::Close);
        steps
    })
}

/// Four events keep their gaps for the client and in the record.
fn keeps_gaps(fake: &Fake) {
    let rig = Rig::before(fake);
    let heard = get(rig.address, "/events");
    assert_eq!(heard.end, End::Fin);
    let came: Vec<u128> = (0..4).map(|n| heard.when(&format!("data: {n}"))).collect();
    for gap in came.windows(2) {
        assert!((100..600).contains(&(gap[1] - gap[0])), "{came:?}");
    }
    let timing = rig.only().timing;
    assert_eq!(timing.chunks.len(), 4, "{timing:?}");
    for gap in timing.chunks.windows(2) {
        assert!((100_000..600_000).contains(&(gap[1].at - gap[0].at)), "{timing:?}");
    }
    assert!(timing.first_byte.unwrap() < 150_000 && timing.end.unwrap() >= 450_000, "{timing:?}");
    assert_eq!(rig.reply().body.bytes(), b"data: 0\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\n");
}

#[test]
fn chunked_events_keep_their_gaps() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    keeps_gaps(&events(head, |event| format!("{:x}\r\n{event}\r\n", event.len()), "0\r\n\r\n"));
}

#[test]
fn unframed_events_keep_their_gaps() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    keeps_gaps(&events(head, str::to_owned, ""));
}

/// The end of a piece that could begin a base URL is held back for a moment, not until the next piece.
#[test]
fn nothing_is_held_back_for_long() {
    let fake = Fake::start(|_| {
        vec![
            Step::say(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwith\r\n",
            ),
            Step::Pause(700),
            Step::say("3\r\nout\r\n0\r\n\r\n"),
        ]
    });
    let rig = Rig::patient(&fake);
    let heard =
        talk_within(rig.address, &[(0, b"GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")], 3000);
    assert!(heard.when("h\r\n") < 600, "{:?}", heard.text());
    assert_eq!(rig.reply().body.bytes(), b"without");
}

/// What the client has wholly received is in the record at that moment.
#[test]
fn the_end_waits_for_the_record() {
    let fake = Fake::says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let rig = Rig::before(&fake);
    for n in 1..=50 {
        let mut bytes = Vec::new();
        let mut stream = std::net::TcpStream::connect(rig.address).unwrap();
        std::io::Write::write_all(&mut stream, b"GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            .unwrap();
        while !bytes.ends_with(b"\r\n\r\nok") {
            let mut buffer = [0; 64];
            let read = std::io::Read::read(&mut stream, &mut buffer).unwrap();
            assert!(read > 0);
            bytes.extend_from_slice(&buffer[..read]);
        }
        assert_eq!(rig.kept().len(), n);
    }
}

/// What came of an endless answer is kept when the recorder stops.
#[test]
fn an_endless_answer_is_kept_as_far_as_it_came() {
    let fake = Fake::start(|_| {
        let mut steps = vec![Step::say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")];
        steps.extend((0..200).flat_map(|_| [Step::say("data\n\n"), Step::Pause(100)]));
        steps
    });
    let rig = Rig::before(&fake);
    let address = rig.address;
    let client = std::thread::spawn(move || get(address, "/x"));
    std::thread::sleep(std::time::Duration::from_millis(150));
    rig.stop();
    let failure = rig.failure();
    assert_eq!(failure.kind, cassettes::model::FailureKind::Truncated);
    assert!(failure.message.contains("stopped") && failure.partial.unwrap().body.len() > 100);
    assert_eq!(client.join().unwrap().end, End::Fin);
}

/// A client that takes its time does not change when the upstream's bytes are seen.
#[test]
fn a_slow_client_does_not_slow_the_record() {
    let body = "x".repeat(8_000_000);
    let fake = Fake::says(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    let rig = Rig::before(&fake);
    let mut client = std::net::TcpStream::connect(rig.address).unwrap();
    std::io::Write::write_all(&mut client, b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    for _ in 0..10 {
        rig.wait_for(1);
    }
    assert_eq!(rig.reply().body.len(), body.len(), "kept although the client has read nothing");
}
