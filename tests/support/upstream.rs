//! An upstream that writes what it is told to the socket: framing, failures and all.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::Arc,
    thread,
    time::Duration,
};

/// A request as it arrived.
pub(crate) struct Asked {
    pub(crate) target: String,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// Listens on loopback until the test's process ends.
pub(crate) struct Upstream {
    pub(crate) url: String,
}

impl Upstream {
    /// `answer` writes to the socket; `false` ends the connection.
    pub(crate) fn start(answer: impl Fn(&Asked, &mut TcpStream) -> bool + Send + Sync + 'static) -> Upstream {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let authority = listener.local_addr().expect("an address").to_string();
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                thread::spawn(move || serve(stream, &*answer));
            }
        });
        Upstream { url: format!("http://{authority}") }
    }

    /// An upstream that gives a status and a JSON body.
    pub(crate) fn json(answer: impl Fn(&Asked) -> (u16, String) + Send + Sync + 'static) -> Upstream {
        Upstream::start(move |asked, stream| {
            let (status, body) = answer(asked);
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all((head + &body).as_bytes()).is_ok()
        })
    }
}

fn serve(mut stream: TcpStream, answer: &(dyn Fn(&Asked, &mut TcpStream) -> bool + Send + Sync)) {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            let mut piece = [0; 16384];
            match stream.read(&mut piece) {
                Ok(n) if n > 0 => buffer.extend_from_slice(&piece[..n]),
                _ => return,
            }
        };
        let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
        let mut words = head.split(' ');
        let target = words.nth(1).unwrap_or_default().to_owned();
        let mut asked = Asked { target, head, body: buffer.split_off(end) };
        let length = asked.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        while asked.body.len() < length {
            let mut piece = [0; 16384];
            match stream.read(&mut piece) {
                Ok(n) if n > 0 => asked.body.extend_from_slice(&piece[..n]),
                _ => return,
            }
        }
        buffer = asked.body.split_off(length);
        if !answer(&asked, &mut stream) {
            return;
        }
    }
}

/// Ends the connection with a RST, after what was written had time to leave.
pub(crate) fn reset(stream: &TcpStream) -> bool {
    thread::sleep(Duration::from_millis(30));
    let socket = socket2::SockRef::from(stream);
    let _ = socket.set_linger(Some(Duration::ZERO));
    false
}

/// Ends the connection with a FIN.
pub(crate) fn close(stream: &TcpStream) -> bool {
    let _ = stream.shutdown(Shutdown::Both);
    false
}
