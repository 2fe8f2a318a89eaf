//! The journal's thread.

use super::counts::Counts;
use super::hub::{Hub, KEPT};
use super::line::Lines;
use super::{Event, Notice, Told};
use crate::tape::Tape;
use cassettes::journal::{Opening, SCHEMA, Source, write};
use cassettes::model::Timestamp;
use std::io::{self, Write};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel, sync_channel};
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

/// How long one who reads the journal waits for what was told before.
const SETTLED: Duration = Duration::from_secs(5);

/// What clients send, written down by a thread of its own: into a file if there is one, and into memory, where
/// the last of it is kept for those who look.
pub struct Journal {
    events: Sender<Event>,
    thread: Mutex<Option<JoinHandle<io::Result<()>>>>,
    shared: Arc<Shared>,
}

/// What the thread fills and others read.
pub(crate) struct Shared {
    pub(crate) hub: Hub,
    pub(crate) counts: Counts,
    /// The journal's first line.
    pub(crate) opening: String,
}

/// Where lines go, beside memory.
type Out = Box<dyn Write + Send>;

impl Journal {
    /// Begins a journal: its first line is written at once, so that a place that cannot be written to is
    /// known before anything is served. Times count from now on.
    pub fn begin(
        mut out: Out,
        opening: &Opening,
        tape: Arc<Tape>,
        now: fn() -> Timestamp,
    ) -> io::Result<Self> {
        let first = first_line(opening);
        out.write_all(first.as_bytes())?;
        out.flush()?;
        Journal::start(Some(out), first, tape, now)
    }

    /// Begins a journal that is kept in memory alone.
    pub fn in_memory(opening: &Opening, tape: Arc<Tape>, now: fn() -> Timestamp) -> io::Result<Self> {
        Journal::start(None, first_line(opening), tape, now)
    }

    /// One for a playback that was given none.
    pub(crate) fn unnamed(
        tape: &Arc<Tape>,
        (speed, repeat): (String, bool),
        now: fn() -> Timestamp,
    ) -> Option<Self> {
        let source = |name: &String| Source { name: name.clone(), sha256: String::new() };
        let opening = Opening {
            journal: SCHEMA,
            by: concat!("truetape ", env!("CARGO_PKG_VERSION")).into(),
            started: now().to_string(),
            speed,
            repeat,
            cassettes: tape.cassettes.iter().map(source).collect(),
        };
        // Without a thread there is no journal, and the replay goes on.
        Journal::in_memory(&opening, Arc::clone(tape), now).ok()
    }

    fn start(out: Option<Out>, opening: String, tape: Arc<Tape>, now: fn() -> Timestamp) -> io::Result<Self> {
        let (events, incoming) = channel();
        let shared = Arc::new(Shared { hub: Hub::new(KEPT), counts: Counts::default(), opening });
        let desk = Desk {
            lines: Lines::new(tape, Instant::now(), now),
            shared: Arc::clone(&shared),
            out,
            result: Ok(()),
            batch: Vec::with_capacity(BATCH + 4096),
            ends: Vec::new(),
        };
        let thread = thread::Builder::new().name("journal".into()).spawn(move || run(&incoming, desk))?;
        Ok(Journal { events, thread: Mutex::new(Some(thread)), shared })
    }

    /// The journal so far: everything, or what one session sent with the connections that carried it. With it
    /// how many lines were let go of before the first that is kept: only the last 32 MiB are.
    ///
    /// It waits for the thread; called where nothing may wait, it has to be called elsewhere.
    pub fn text(&self, session: Option<&str>) -> (String, u64) {
        self.settle();
        let kept = self.shared.hub.from(0);
        (super::select::text(&self.shared.opening, &kept, session), kept.cut)
    }

    /// Tells the thread. It never waits; once the journal is closed nothing more is written.
    pub(crate) fn tell(&self, event: Event) {
        let _ = self.events.send(event);
    }

    /// Tells those who watch.
    pub(crate) fn notice(&self, notice: Notice) {
        self.tell(Event::Noticed { notice, at: Instant::now() });
    }

    /// Counts a connection that was accepted.
    pub(crate) fn opened(&self) {
        self.shared.counts.opened.fetch_add(1, Relaxed);
    }

    /// Waits until everything told before is written.
    pub(crate) fn settle(&self) {
        let (done, settled) = sync_channel(1);
        self.tell(Event::Settle(done));
        let _ = settled.recv_timeout(SETTLED);
    }

    /// What the thread fills.
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
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

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

fn first_line(opening: &Opening) -> String {
    let mut first = Vec::new();
    write(opening, &mut first);
    String::from_utf8_lossy(&first).into_owned()
}

/// What the thread has at hand.
struct Desk {
    lines: Lines,
    shared: Arc<Shared>,
    out: Option<Out>,
    /// The first failure to write; after it the thread goes on taking events, so that the replay does not fill
    /// the memory.
    result: io::Result<()>,
    batch: Vec<u8>,
    /// Where each line of the batch ends, and what it tells.
    ends: Vec<(usize, Told)>,
}

impl Desk {
    fn take(&mut self, event: &Event) {
        if let Some(told) = self.lines.write(event, &mut self.batch) {
            self.shared.counts.count(event, told);
            self.ends.push((self.batch.len(), told));
        }
        if self.batch.len() >= BATCH {
            self.put();
        }
    }

    fn put(&mut self) {
        if self.ends.is_empty() {
            return;
        }
        if let Some(out) = &mut self.out {
            if self.result.is_ok() {
                self.result = journal_alone(&self.batch, &self.ends, out).and_then(|()| out.flush());
            }
            if self.result.is_err() {
                self.shared.counts.unwritten.fetch_add(self.ends.len() as u64, Relaxed);
            }
        }
        self.shared.hub.push(&self.batch, &self.ends);
        self.batch.clear();
        // One request with a very long body of fields must not cost its size for ever.
        self.batch.shrink_to(4 * BATCH);
        self.ends.clear();
    }
}

/// Writes what belongs to the journal: notices are for those who watch.
fn journal_alone(batch: &[u8], ends: &[(usize, Told)], out: &mut Out) -> io::Result<()> {
    let mut from = 0;
    let mut start = 0;
    for (end, told) in ends {
        if !told.kind.is_journal() {
            out.write_all(&batch[from..start])?;
            from = *end;
        }
        start = *end;
    }
    out.write_all(&batch[from..])
}

/// Writes until the replay is over.
fn run(incoming: &Receiver<Event>, mut desk: Desk) -> io::Result<()> {
    let mut in_vain = 0;
    loop {
        let event = match incoming.try_recv() {
            Ok(event) => event,
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) => {
                desk.put();
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
        match event {
            Event::Over => break,
            Event::Settle(done) => {
                desk.put();
                let _ = done.send(());
            }
            event => desk.take(&event),
        }
    }
    desk.put();
    desk.result
}
