//! The journal's thread.

use super::Event;
use super::line::Lines;
use crate::tape::Tape;
use cassettes::journal::{Opening, write};
use cassettes::model::Timestamp;
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Lines are collected up to this many bytes before they are written.
const BATCH: usize = 64 * 1024;

/// While requests keep coming the thread looks for them this often: a replay that had to wake it for each
/// would pay a system call a request.
const LOOK: Duration = Duration::from_millis(2);

/// After so many looks in vain it sleeps until it is woken.
const IN_VAIN: u32 = 50;

/// What clients send, written down by a thread of its own.
#[derive(Debug)]
pub struct Journal {
    events: Sender<Event>,
    thread: Mutex<Option<JoinHandle<io::Result<()>>>>,
}

impl Journal {
    /// Begins a journal: its first line is written at once, so that a place that cannot be written to is
    /// known before anything is served. Times count from now on.
    pub fn begin(
        mut out: Box<dyn Write + Send>,
        opening: &Opening,
        tape: Arc<Tape>,
        now: fn() -> Timestamp,
    ) -> io::Result<Self> {
        let mut first = Vec::new();
        write(opening, &mut first);
        out.write_all(&first)?;
        out.flush()?;
        let (events, incoming) = channel();
        let lines = Lines::new(tape, Instant::now(), now);
        let thread =
            thread::Builder::new().name("journal".into()).spawn(move || run(&incoming, lines, out))?;
        Ok(Journal { events, thread: Mutex::new(Some(thread)) })
    }

    /// Tells the thread. It never waits; once the journal is closed nothing more is written.
    pub(crate) fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    /// Writes what is left and says how writing went. Closing twice is harmless.
    pub fn close(&self) -> io::Result<()> {
        self.tell(Event::Over);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        match thread.map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(written)) => written,
            Some(Err(_)) => Err(io::Error::other("the journal's thread ended early")),
        }
    }
}

/// Writes until the replay is over. After a failure it goes on taking events, so that the replay does not
/// fill the memory, and tells the first failure at the end.
fn run(incoming: &Receiver<Event>, mut lines: Lines, mut out: Box<dyn Write + Send>) -> io::Result<()> {
    let mut result = Ok(());
    let mut batch = Vec::with_capacity(BATCH + 4096);
    let mut in_vain = 0;
    let mut put = |batch: &mut Vec<u8>| {
        if result.is_ok() {
            result = out.write_all(batch).and_then(|()| out.flush());
        }
        batch.clear();
    };
    loop {
        let event = match incoming.try_recv() {
            Ok(event) => event,
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) => {
                if !batch.is_empty() {
                    put(&mut batch);
                }
                in_vain += 1;
                if in_vain <= IN_VAIN {
                    thread::sleep(LOOK);
                    continue;
                }
                match incoming.recv() {
                    Ok(event) => event,
                    Err(_) => break,
                }
            }
        };
        in_vain = 0;
        if matches!(event, Event::Over) {
            break;
        }
        lines.write(&event, &mut batch);
        if batch.len() >= BATCH {
            put(&mut batch);
        }
    }
    put(&mut batch);
    result
}
