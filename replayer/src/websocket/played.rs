//! One WebSocket being played.

use super::echo;
use super::handshake::answer;
use super::heard::{Pairs, compare};
use super::script::{End, Heard, Script, Step};
use crate::pace::Speed;
use crate::play::Played;
use cassettes::matching::Difference;
use cassettes::model::{Body, Frame, FrameKind, Headers, Micros, Timestamp};
use cassettes::redact::Policy;
use std::collections::VecDeque;
use std::io;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split};
use tokio::time::{sleep, sleep_until, timeout};
use wire::serve::{Call, Flow};
use wire::websocket::{Deflater, FrameError, Inflater, Message, Reader, write_message};

/// The longest message of a client that is read, in bytes.
const LONGEST: usize = 64 * 1024 * 1024;

/// So many messages of a client may wait for their turn.
const WAITING: usize = 1024;

/// How long a client may take to answer a close.
const FAREWELL: Duration = Duration::from_secs(2);

/// What a socket is played with.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'s> {
    pub(crate) policy: &'s Policy,
    pub(crate) speed: Speed,
    /// When the request was whole.
    pub(crate) since: Instant,
    /// How long a socket that was left open is held.
    pub(crate) patience: Duration,
    pub(crate) now: fn() -> Timestamp,
}

/// Why a socket ends.
enum Over {
    /// As it was recorded, or because the client closed it in order.
    Done,
    /// The client left before all was said.
    Left,
    /// As its recording did.
    Broken(Flow),
    /// The client broke the protocol, or said what was not recorded: with a code and the differences.
    Refused(u16, String, Option<Vec<Difference>>),
    /// The replay stops.
    Stopped,
}

/// Plays a socket for a client that asked with these fields. Gives how it went, and where the client said
/// something else than was recorded each difference.
pub(crate) async fn play(
    call: &mut Call<'_>,
    script: &Script,
    asked: &Headers,
    scene: Scene<'_>,
) -> (Played, Option<Vec<Difference>>) {
    let (head, inflates, deflates) = answer(&script.response, asked);
    call.queue(&head);
    let stopping = call.stopping();
    let (says, hears) = split(call.upgraded());
    let mut stage = Stage {
        script,
        scene,
        says,
        hears,
        reader: Reader::new(LONGEST, inflates.then(Inflater::default)),
        deflater: deflates.then(Deflater::default),
        waiting: VecDeque::new(),
        next: 0,
        anchor: (scene.since, 0),
        pairs: Pairs::new(),
        written: head.len() as u64,
        closed: None,
    };
    let over = tokio::select! {
        over = stage.run() => over.unwrap_or(Over::Left),
        () = stopping => Over::Stopped,
    };
    let (mut flow, mut gave_up, mut differences) = (Flow::Close, false, None);
    match over {
        Over::Done => {}
        Over::Left => gave_up = true,
        Over::Broken(as_recorded) => flow = as_recorded,
        Over::Refused(code, reason, found) => {
            stage.farewell(code, &reason).await;
            differences = found;
        }
        Over::Stopped => stage.farewell(1001, "the replay stops").await,
    }
    (Played { flow, written: stage.written, first: None, gave_up }, differences)
}

struct Stage<'s, R, W> {
    script: &'s Script,
    scene: Scene<'s>,
    says: R,
    hears: W,
    reader: Reader,
    deflater: Option<Deflater>,
    waiting: VecDeque<Message>,
    /// The step that comes next.
    next: usize,
    /// The moment now, and the recorded one, from which the vendor's next words are timed.
    anchor: (Instant, Micros),
    pairs: Pairs,
    written: u64,
    /// When we said that we close.
    closed: Option<Instant>,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Stage<'_, R, W> {
    async fn run(&mut self) -> io::Result<Over> {
        let script = self.script;
        loop {
            let patience = Instant::now() + self.scene.patience;
            // Until when the client is waited for, and whether it is late then.
            let (until, late) = match script.steps.get(self.next) {
                _ if let Some(closed) = self.closed => (closed + FAREWELL, true),
                Some(Step::Say(frame)) => match self.due(frame.at) {
                    due if due <= Instant::now() => {
                        self.say(frame).await?;
                        self.next += 1;
                        continue;
                    }
                    due => (due, false),
                },
                Some(Step::Hear(heard)) if heard.kind != FrameKind::Close => {
                    if let Some(message) = self.waiting.pop_front() {
                        if let Err(over) = self.hear(heard, message) {
                            return Ok(over);
                        }
                        continue;
                    }
                    (patience, true)
                }
                rest => {
                    // Nothing more is to be said before the client closes.
                    if let Some(message) = self.waiting.pop_front() {
                        return Ok(surplus(&message, script));
                    }
                    if script.end == End::Open || rest.is_some() {
                        (patience, true)
                    } else {
                        match self.due(script.end_at) {
                            due if due <= Instant::now() => return self.break_off().await,
                            due => (due, false),
                        }
                    }
                }
            };
            self.hears.flush().await?;
            let mut buffer = [0; 8 * 1024];
            tokio::select! {
                biased;
                read = self.says.read(&mut buffer), if self.waiting.len() < WAITING => match read? {
                    0 => return Ok(if self.closed.is_some() { Over::Done } else { Over::Left }),
                    read => if let Some(over) = self.take(&buffer[..read]).await? {
                        return Ok(over);
                    },
                },
                () = sleep_until(until.into()) => if late {
                    return Ok(if self.closed.is_some() { Over::Done } else { Over::Left });
                }
            }
        }
    }

    /// Ends as the recorded connection did: without a close.
    async fn break_off(&mut self) -> io::Result<Over> {
        self.hears.flush().await?;
        if self.script.end != End::Reset {
            return Ok(Over::Broken(Flow::Close));
        }
        // What was said must not be overtaken by the reset.
        sleep(Duration::from_millis(20)).await;
        Ok(Over::Broken(Flow::Reset))
    }

    /// When something recorded at that moment is due.
    fn due(&self, at: Micros) -> Instant {
        let (moment, recorded) = self.anchor;
        let wait = self.scene.speed.due(at.saturating_sub(recorded)).unwrap_or_default();
        moment.checked_add(wait).unwrap_or(moment)
    }

    /// Takes what the client sent. Signs of life are answered at once, and so is a close.
    async fn take(&mut self, bytes: &[u8]) -> io::Result<Option<Over>> {
        let mut messages = Vec::new();
        let read = self.reader.push(bytes, &mut messages);
        for message in messages {
            if !message.masked {
                return Ok(Some(refused(1002, "expected masked frames of a client, got one without a mask")));
            }
            match message.kind {
                FrameKind::Ping => {
                    self.write(FrameKind::Pong, &message.data, &[], false).await?;
                    self.hears.flush().await?;
                }
                FrameKind::Pong => {}
                FrameKind::Close => return self.close(&message).await.map(Some),
                FrameKind::Text if std::str::from_utf8(&message.data).is_err() => {
                    return Ok(Some(refused(1007, "expected UTF-8 in a text message")));
                }
                FrameKind::Text | FrameKind::Binary if self.closed.is_some() => {}
                FrameKind::Text | FrameKind::Binary => self.waiting.push_back(message),
            }
        }
        Ok(match read {
            Ok(()) => None,
            Err(error @ FrameError::TooLarge { .. }) => Some(refused(1009, &error.to_string())),
            Err(error) => Some(refused(1002, &error.to_string())),
        })
    }

    /// The client closes: what it said before is compared, and the vendor's own last word follows.
    async fn close(&mut self, message: &Message) -> io::Result<Over> {
        if self.closed.is_some() {
            return Ok(Over::Done);
        }
        let script = self.script;
        let mut unheard = false;
        for step in &script.steps[self.next..] {
            match step {
                Step::Hear(heard) if heard.kind != FrameKind::Close => match self.waiting.pop_front() {
                    Some(said) => {
                        if let Err(over) = self.hear(heard, said) {
                            return Ok(over);
                        }
                    }
                    None => unheard = true,
                },
                Step::Hear(_) => {}
                Step::Say(frame) if frame.kind == FrameKind::Close => {
                    self.say(frame).await?;
                    self.hears.flush().await?;
                    return Ok(if unheard { Over::Left } else { Over::Done });
                }
                Step::Say(_) => {}
            }
        }
        if let Some(said) = self.waiting.pop_front() {
            return Ok(surplus(&said, script));
        }
        // RFC 6455 §5.5.1: the code is given back.
        self.write(FrameKind::Close, &message.data[..message.data.len().min(2)], &[], false).await?;
        self.hears.flush().await?;
        Ok(Over::Left)
    }

    /// Compares a message with the one that is due. What was said before goes on from here.
    fn hear(&mut self, heard: &Heard, message: Message) -> Result<(), Over> {
        let Scene { policy, now, .. } = self.scene;
        let said = (message.kind, &Body(message.data));
        match compare(heard, said, policy, now(), &mut self.pairs) {
            Ok(()) => {
                self.next += 1;
                self.anchor = (Instant::now(), heard.at);
                Ok(())
            }
            Err(differences) => {
                let what = differences.first().map(ToString::to_string).unwrap_or_default();
                Err(Over::Refused(1008, format!("truetape-miss: {what}"), Some(differences)))
            }
        }
    }

    async fn say(&mut self, frame: &Frame) -> io::Result<()> {
        if frame.kind == FrameKind::Close {
            self.closed.get_or_insert_with(Instant::now);
        }
        let repeated = if self.pairs.is_empty() { None } else { echo::repeated(&frame.data, &self.pairs) };
        let data = repeated.as_ref().unwrap_or(&frame.data);
        self.write(frame.kind, data.bytes(), &frame.fragments, frame.compressed).await
    }

    async fn write(
        &mut self,
        kind: FrameKind,
        data: &[u8],
        fragments: &[u64],
        compressed: bool,
    ) -> io::Result<()> {
        let mut out = Vec::new();
        let deflater = self.deflater.as_mut().filter(|_| compressed);
        write_message(&mut out, kind, data, fragments, deflater, None);
        self.written += out.len() as u64;
        self.hears.write_all(&out).await
    }

    /// Closes in our own name, and waits a little for the client's own close.
    async fn farewell(&mut self, code: u16, reason: &str) {
        let mut end = reason.len().min(123);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        let close = Frame::close(code, &reason[..end]);
        let goodbye = async {
            self.write(FrameKind::Close, &close, &[], false).await?;
            self.hears.flush().await?;
            let mut buffer = [0; 8 * 1024];
            let mut messages = Vec::new();
            while self.says.read(&mut buffer).await.is_ok_and(|read| {
                let read = read > 0 && self.reader.push(&buffer[..read], &mut messages).is_ok();
                read && !messages.drain(..).any(|message| message.kind == FrameKind::Close)
            }) {}
            io::Result::Ok(())
        };
        let _ = timeout(FAREWELL, goodbye).await;
    }
}

fn refused(code: u16, what: &str) -> Over {
    Over::Refused(code, what.to_owned(), None)
}

/// The client says more than it did when this was recorded.
fn surplus(message: &Message, script: &Script) -> Over {
    let said = String::from_utf8_lossy(&message.data[..message.data.len().min(80)]).into_owned();
    let place = format!("frame after the last of {}", script.steps.len());
    let difference = Difference { aspect: "frame", place, asked: Some(said), recorded: None };
    let reason = "truetape-miss: the recording holds no further message of the client".to_owned();
    Over::Refused(1008, reason, Some(vec![difference]))
}
