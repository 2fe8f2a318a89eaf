use crate::support::{End, hear, say, serve};
use std::{
    io::Write as _,
    net::TcpStream,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

const GET: &str = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

#[test]
fn pipelined_answers_leave_together() {
    let served = serve();
    let (reads, end) = say(served.address, GET.repeat(20).as_bytes());
    assert_eq!((reads.concat().matches("200 OK").count(), end), (20, End::Open));
    assert_eq!(reads.len(), 1, "one write for all: {}", reads.len());
    assert_eq!(served.bench.notes().last().unwrap(), "/ 20");
}

#[test]
fn heads_may_come_in_drops() {
    let served = serve();
    let mut stream = TcpStream::connect(served.address).unwrap();
    for byte in GET.bytes().chain(GET.bytes().take(10)) {
        stream.write_all(&[byte]).unwrap();
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(hear(&mut stream).0.concat().matches("200 OK").count(), 1);
    stream.write_all(&GET.as_bytes()[10..]).unwrap();
    assert_eq!(hear(&mut stream).0.concat().matches("200 OK").count(), 1);
}

#[test]
fn what_is_no_request_is_explained_and_ended() {
    let served = serve();
    let long = format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "x".repeat(70_000));
    let many = format!("GET / HTTP/1.1\r\nHost: h\r\n{}\r\n", "a: b\r\n".repeat(300));
    for (sent, said) in [
        ("\x16\x03\x01\x02", "is not HTTP/1.1"),
        ("GET / HTTP/3.0\r\n\r\n", "expected HTTP/1.0 or HTTP/1.1"),
        ("GET / HTTP/1.1\r\n\r\n", "needs a Host field"),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "both Content-Length",
        ),
        (&long, "longer than 65536 bytes"),
        (&many, "more than 256 fields"),
    ] {
        let (reads, end) = say(served.address, sent.as_bytes());
        let text = reads.concat();
        assert!(
            text.starts_with("HTTP/1.1 400 ") && text.contains(said) && end == End::Fin,
            "{text} {end:?}"
        );
    }
    assert_eq!(served.bench.malformed.load(Ordering::Relaxed), 6);
    assert!(served.bench.notes().is_empty());
}

#[test]
fn connections_end_as_they_are_told_to() {
    let served = serve();
    for (request, end) in [
        ("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", End::Fin),
        ("GET / HTTP/1.0\r\n\r\n", End::Fin),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", End::Open),
        ("GET /close HTTP/1.1\r\nHost: h\r\n\r\n", End::Fin),
        ("GET http://h/close HTTP/1.1\r\nHost: h\r\n\r\n", End::Fin),
    ] {
        let (reads, ended) = say(served.address, request.as_bytes());
        assert!(reads.concat().ends_with("ok") && ended == end, "{request}");
    }
    let (reads, end) = say(served.address, b"GET /reset HTTP/1.1\r\nHost: h\r\n\r\n");
    assert!(reads.concat().ends_with("half") && end == End::Reset);
}

#[test]
fn a_stalled_call_sees_its_client_leave() {
    let served = serve();
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.write_all(b"GET /gone HTTP/1.1\r\nHost: h\r\n\r\nGET /later").unwrap();
    std::thread::sleep(Duration::from_millis(50));
    assert!(served.bench.notes().is_empty());
    drop(stream);
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(served.bench.notes(), ["gone"]);
    let lived = [&served.bench.opened, &served.bench.closed].map(|count| count.load(Ordering::Relaxed));
    assert_eq!(lived, [1, 1]);
}

#[test]
fn a_stop_lets_running_calls_finish_and_ends_idle_connections() {
    let mut served = serve();
    let mut idle = TcpStream::connect(served.address).unwrap();
    let mut slow = TcpStream::connect(served.address).unwrap();
    slow.write_all(b"GET /slow HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(50));
    let begun = Instant::now();
    served.stop.send(true).unwrap();
    assert_eq!(hear(&mut idle), (vec![], End::Fin));
    let (reads, end) = hear(&mut slow);
    assert!(reads.concat().ends_with("ok") && end == End::Fin, "{reads:?} {end:?}");
    served.runtime.block_on(served.ended.take().unwrap()).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert!(TcpStream::connect(served.address).is_err());
}

#[test]
fn a_stop_does_not_wait_for_ever() {
    let mut served = serve();
    let mut stuck = TcpStream::connect(served.address).unwrap();
    stuck.write_all(b"GET /forever HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(50));
    let begun = Instant::now();
    served.stop.send(true).unwrap();
    served.runtime.block_on(served.ended.take().unwrap()).unwrap();
    assert!((4..7).contains(&begun.elapsed().as_secs()));
}
