use crate::support::{End, hear, say, serve};
use std::{io::Write as _, net::TcpStream, time::Duration};

#[test]
fn bodies_are_read_however_they_are_framed() {
    let served = serve();
    for (request, seen) in [
        ("Content-Length: 3\r\n\r\nabc", "abc +0"),
        ("Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2;x\r\nbc\r\n0\r\nT: 1\r\n\r\n", "abc +1"),
        ("\r\n", " +0"),
    ] {
        let (reads, end) =
            say(served.address, format!("POST /body HTTP/1.1\r\nHost: h\r\n{request}").as_bytes());
        assert!(reads.concat().ends_with("ok") && end == End::Open);
        assert_eq!(served.bench.notes().last().unwrap(), seen);
    }
}

#[test]
fn a_body_that_is_too_long_or_breaks_off_is_told() {
    let served = serve();
    for (request, seen) in [
        ("Content-Length: 101\r\n\r\n", "the request's body is longer than 100 bytes"),
        ("Transfer-Encoding: chunked\r\n\r\n3\r\nabcd", "expected a line break after a chunk's data"),
        ("Content-Length: 9\r\n\r\nabc", "the client closed the connection before its request was whole"),
    ] {
        let mut stream = TcpStream::connect(served.address).unwrap();
        let padding = if seen.contains("longer") { "x".repeat(101) } else { String::new() };
        stream.write_all(format!("POST /body HTTP/1.1\r\nHost: h\r\n{request}{padding}").as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(30));
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(hear(&mut stream), (vec![], End::Fin));
        assert_eq!(served.bench.notes().last().unwrap(), seen);
    }
}

#[test]
fn continue_is_said_when_the_body_is_wanted_and_not_before() {
    let served = serve();
    let head = "HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n";
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.write_all(format!("POST /body {head}").as_bytes()).unwrap();
    let (reads, end) = hear(&mut stream);
    assert_eq!((reads.concat().as_str(), end), ("HTTP/1.1 100 Continue\r\n\r\n", End::Open));
    stream.write_all(b"abc").unwrap();
    assert!(hear(&mut stream).0.concat().starts_with("HTTP/1.1 200 OK"));
    // A handler that does not read it answers at once, and the connection cannot go on.
    let (reads, end) = say(served.address, format!("POST /other {head}").as_bytes());
    assert!(reads.concat().starts_with("HTTP/1.1 200 OK") && end == End::Fin, "{reads:?}");
}

#[test]
fn a_body_nobody_read_does_not_become_a_request() {
    let served = serve();
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
    let request = format!(
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{smuggled}GET /b HTTP/1.1\r\nHost: h\r\n\r\n",
        smuggled.len()
    );
    let (reads, _) = say(served.address, request.as_bytes());
    assert_eq!(reads.concat().matches("200 OK").count(), 2);
    assert_eq!(served.bench.notes(), ["/a 1", "/b 2"]);
}
