//! What comes in time arrives in time, and the record holds when it came.

use crate::support::{End, Fake, Rig, Step, get, talk_within};
use cassettes::model::{Framing, Side};
use std::time::{Duration, Instant};

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

/// The end of an event that could begin a base URL is held back for a moment, not until the next one.
#[test]
fn nothing_is_held_back_for_long() {
    let fake = Fake::start(|_| {
        vec![
            Step::say(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwith\r\n",
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
    assert!(rig.reply().body.len() > 100, "what came is what was said");
    assert_eq!(rig.only().connection.closed_by, Some(Side::Client));
    assert_eq!((client.join().unwrap().end, rig.recording.summary().stopped), (End::Fin, 0));
}

/// A call of which no answer came before the recorder was stopped was not broken off by its client.
#[test]
fn a_call_cut_by_the_stop_is_counted_apart() {
    let fake = Fake::start(|_| {
        let interim = [Step::say("HTTP/1.1 103 Early Hints\r\n\r\n"), Step::Pause(200)];
        interim.into_iter().cycle().take(60).collect()
    });
    let rig = Rig::before(&fake);
    let address = rig.address;
    let client = std::thread::spawn(move || get(address, "/x"));
    std::thread::sleep(Duration::from_millis(150));
    rig.stop();
    let summary = rig.recording.summary();
    assert_eq!((summary.stopped, summary.unfinished, summary.exchanges), (1, 0, 0));
    client.join().unwrap();
}

/// An endless answer whose client leaves after its first bytes, and how long it was read on.
fn left_alone(media: &str) -> (Rig, Duration) {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {media}\r\nTransfer-Encoding: chunked\r\n\r\n");
    let fake = Fake::start(move |_| {
        let mut steps = vec![Step::say(&head)];
        steps.extend((0..200).flat_map(|_| [Step::say("6\r\ndata\n\n\r\n"), Step::Pause(50)]));
        steps
    });
    let rig = Rig::before(&fake);
    let mut client = std::net::TcpStream::connect(rig.address).unwrap();
    std::io::Write::write_all(&mut client, b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    drop(client);
    let left = Instant::now();
    while rig.kept().is_empty() && left.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(10));
    }
    (rig, left.elapsed())
}

/// What an upstream still says to nobody is no failure of its own.
#[test]
fn an_endless_answer_ends_with_its_client() {
    for (media, span) in [("text/event-stream", 0..700), ("application/x-ndjson", 1500..3000)] {
        let (rig, took) = left_alone(media);
        assert!(span.contains(&took.as_millis()), "{media}: {took:?}");
        let reply = rig.reply();
        assert_eq!((reply.framing, &reply.body.bytes()[..6]), (Framing::Chunked, &b"data\n\n"[..]));
        assert_eq!(rig.only().connection.closed_by, Some(Side::Client));
        assert!(!rig.only().timing.chunks.is_empty());
    }
}

/// One that has only said its last word still waits for the answer.
#[test]
fn a_client_that_closes_its_sending_side_is_answered() {
    let fake = Fake::start(|_| {
        let mut steps = vec![Step::say("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")];
        steps.extend((0..13).flat_map(|_| [Step::say("more\n"), Step::Pause(200)]));
        steps.extend([Step::say("end"), Step::Close]);
        steps
    });
    let rig = Rig::before(&fake);
    let mut client = std::net::TcpStream::connect(rig.address).unwrap();
    std::io::Write::write_all(&mut client, b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let mut heard = String::new();
    std::io::Read::read_to_string(&mut client, &mut heard).unwrap();
    assert!(heard.ends_with("more\nend"), "{heard}");
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
