use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

/// What the upstream does next.
#[derive(Clone)]
pub(crate) enum Step {
    Say(Vec<u8>),
    Pause(u64),
    /// Reads until the request, as far as it came, ends with these bytes.
    Await(&'static str),
    Reset,
    Close,
    Hang,
}

impl Step {
    pub(crate) fn say(text: impl AsRef<[u8]>) -> Step {
        Step::Say(text.as_ref().to_vec())
    }
}

/// A raw upstream: for each request head it reads it takes the steps that belong to its target.
pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Fake {
    pub(crate) fn start(steps: impl Fn(&str) -> Vec<Step> + Send + Sync + 'static) -> Fake {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (notes, steps) = (Arc::clone(&heard), Arc::new(steps));
        thread::spawn(move || {
            for stream in socket.incoming().map_while(Result::ok) {
                let (notes, steps) = (Arc::clone(&notes), Arc::clone(&steps));
                thread::spawn(move || serve(stream, &notes, &*steps));
            }
        });
        Fake { address, heard }
    }

    /// One answer to everything.
    pub(crate) fn says(answer: impl AsRef<[u8]>) -> Fake {
        let answer = answer.as_ref().to_vec();
        Fake::start(move |_| vec![Step::Say(answer.clone())])
    }

    /// Everything that was heard, on all connections.
    pub(crate) fn heard(&self) -> String {
        String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned()
    }
}

fn serve(mut stream: TcpStream, notes: &Mutex<Vec<u8>>, steps: &dyn Fn(&str) -> Vec<Step>) {
    let mut input = Vec::new();
    loop {
        while !input.windows(4).any(|w| w == b"\r\n\r\n") {
            if !more(&mut stream, &mut input, notes) {
                return;
            }
        }
        let end = input.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8_lossy(&input[..end]).into_owned();
        input.drain(..end);
        let length = head.to_ascii_lowercase();
        let length = length.split("content-length: ").nth(1).and_then(|l| l.lines().next()?.parse().ok());
        let expects = head.contains("100-continue");
        let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
        while !expects && input.len() < length.unwrap_or(0) {
            if !more(&mut stream, &mut input, notes) {
                return;
            }
        }
        for step in steps(&target) {
            match step {
                Step::Say(bytes) => {
                    let _ = stream.write_all(&bytes);
                }
                Step::Pause(ms) => thread::sleep(Duration::from_millis(ms)),
                Step::Await(what) => {
                    while !input.ends_with(what.as_bytes()) {
                        if !more(&mut stream, &mut input, notes) {
                            return;
                        }
                    }
                    input.clear();
                }
                Step::Close => return,
                Step::Reset => {
                    // The bytes must be read before the reset overtakes them.
                    thread::sleep(Duration::from_millis(50));
                    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
                    return;
                }
                Step::Hang => loop {
                    if !more(&mut stream, &mut input, notes) {
                        return;
                    }
                },
            }
        }
        input.drain(..length.unwrap_or(0).min(input.len()));
    }
}

fn more(stream: &mut TcpStream, input: &mut Vec<u8>, notes: &Mutex<Vec<u8>>) -> bool {
    let mut buffer = [0; 4096];
    match stream.read(&mut buffer) {
        Ok(0) | Err(_) => false,
        Ok(read) => {
            input.extend_from_slice(&buffer[..read]);
            notes.lock().unwrap().extend_from_slice(&buffer[..read]);
            true
        }
    }
}
