//! Looks at the status and leaves the rest where it is: on a connection that nobody gives back.

use super::USERS;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpStream,
};

pub(super) fn look_up(url: &str) {
    let authority = url.trim_start_matches("http://");
    // >> bug
    let mut borrowed = Vec::new();
    for user in 1..=USERS {
        let mut connection = TcpStream::connect(authority).expect("a connection");
        write!(connection, "GET /v1/users/{user} HTTP/1.1\r\nHost: {authority}\r\n\r\n").expect("asked");
        let mut reader = BufReader::with_capacity(64, connection);
        let mut status = String::new();
        reader.read_line(&mut status).expect("a status");
        println!("user {user}: {}", status.trim_end());
        borrowed.push(reader);
    }
    // << bug
}
