//! Answers keep their recorded times where that is asked for.

use crate::support::*;
use cassettes::model::{Chunk, Timing};
use replayer::Conditions;
use replayer::{Settings, Speed};
use std::io::Read as _;
use std::time::{Duration, Instant};

/// When each read of the answer came.
fn arrivals(speed: Speed, timing: Timing) -> Vec<(Duration, String)> {
    let events: String = (1..=4).map(|n| format!("data: {n}\n\n")).collect();
    let mut stream = exchange(get("/events"), chunked("text/event-stream", &events));
    stream.timing = timing;
    let running = serve(
        tape([stream]),
        Settings {
            conditions: Conditions { speed: Some(speed), ..Conditions::default() },
            ..Settings::new(now)
        },
        &[None],
    );
    let mut client = running.connect();
    client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    let started = Instant::now();
    let mut reads = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = client.0.read(&mut buffer).unwrap();
        reads.push((started.elapsed(), String::from_utf8(buffer[..read].to_vec()).unwrap()));
        if reads.last().unwrap().1.ends_with("0\r\n\r\n") {
            return reads;
        }
    }
}

fn quarter_seconds() -> Timing {
    let chunks = (0..4).map(|n| Chunk { at: 50_000 + n * 250_000, len: 9 }).collect();
    Timing { first_byte: Some(50_000), end: Some(800_000), chunks }
}

fn time_of(reads: &[(Duration, String)], event: u32) -> Duration {
    reads.iter().find(|(_, text)| text.contains(&format!("data: {event}"))).unwrap().0
}

#[test]
fn four_events_keep_their_gaps() {
    let reads = arrivals(Speed::Recorded, quarter_seconds());
    for event in 1..4 {
        let gap = time_of(&reads, event + 1) - time_of(&reads, event);
        assert!((200..320).contains(&gap.as_millis()), "event {event}: {gap:?}");
    }
}

#[test]
fn a_speed_divides_every_time() {
    let reads = arrivals(Speed::Times(10.0), quarter_seconds());
    let last = time_of(&reads, 4);
    assert!((75..200).contains(&last.as_millis()), "{last:?}");
    let reads = arrivals(Speed::Instant, quarter_seconds());
    assert!(time_of(&reads, 4) < Duration::from_millis(60));
}

#[test]
fn a_client_that_leaves_in_between_is_noticed() {
    let mut slow = exchange(get("/slow"), reply(200, "{}"));
    slow.timing = Timing { first_byte: Some(60_000_000), ..Timing::default() };
    let settings = Settings {
        conditions: Conditions { speed: Some(Speed::Recorded), ..Conditions::default() },
        ..Settings::new(now)
    };
    let running = serve(tape([slow]), settings, &[None]);
    let mut client = running.connect();
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    std::thread::sleep(Duration::from_millis(100));
    drop(client);
    let started = Instant::now();
    assert_eq!(running.stop().served(), 1);
    assert!(started.elapsed() < Duration::from_secs(2));
}
