use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// How a connection ended for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Fin,
    Reset,
    /// Nothing came for as long as was waited.
    Silence,
}

/// What a client got.
pub(crate) struct Heard {
    pub(crate) bytes: Vec<u8>,
    /// When each read came, in milliseconds since the connection.
    pub(crate) reads: Vec<(u128, Vec<u8>)>,
    pub(crate) end: End,
}

impl Heard {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// When the read came that held this text.
    pub(crate) fn when(&self, text: &str) -> u128 {
        let holds = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(text);
        self.reads.iter().find(|(_, bytes)| holds(bytes)).map_or(u128::MAX, |(at, _)| *at)
    }
}

/// Sends bytes, each after a pause in milliseconds, and listens to the end.
pub(crate) fn talk(to: SocketAddr, parts: &[(u64, &[u8])]) -> Heard {
    talk_within(to, parts, 400)
}

/// As [`talk`], taking so many milliseconds without a byte for silence.
pub(crate) fn talk_within(to: SocketAddr, parts: &[(u64, &[u8])], silence: u64) -> Heard {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(silence))).unwrap();
    let begun = Instant::now();
    let mut heard = Heard { bytes: Vec::new(), reads: Vec::new(), end: End::Silence };
    let mut writer = stream.try_clone().unwrap();
    let parts: Vec<(u64, Vec<u8>)> = parts.iter().map(|(pause, bytes)| (*pause, bytes.to_vec())).collect();
    std::thread::spawn(move || {
        for (pause, bytes) in parts {
            std::thread::sleep(Duration::from_millis(pause));
            let _ = writer.write_all(&bytes);
        }
    });
    let mut buffer = [0; 65536];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => heard.end = End::Fin,
            Ok(read) => {
                heard.bytes.extend_from_slice(&buffer[..read]);
                heard.reads.push((begun.elapsed().as_millis(), buffer[..read].to_vec()));
                continue;
            }
            Err(e) if e.kind() == ErrorKind::ConnectionReset => heard.end = End::Reset,
            Err(_) => heard.end = End::Silence,
        }
        return heard;
    }
}

/// `GET target`.
pub(crate) fn get(to: SocketAddr, target: &str) -> Heard {
    talk(to, &[(0, format!("GET {target} HTTP/1.1\r\nHost: {to}\r\n\r\n").as_bytes())])
}
