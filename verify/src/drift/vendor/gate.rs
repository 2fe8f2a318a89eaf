//! The one place through which every request passes that is sent to the real side: it asks the guard, keeps the
//! pace, and asks again what only passes by.

use super::guard::Guard;
use cassettes::facets::retry_hint::retry_hint;
use cassettes::model::{Answer, Request, Timestamp};
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A trouble is asked again so often, a limit that says for how long it holds oftener.
const RETRIES: u32 = 3;
const LIMITED: u32 = 8;

/// After so many questions in a row that only troubles came of, each is asked once.
const HOPELESS: usize = 4;

/// How long is waited before that where nobody says, doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Who is asked in the place of one upstream that was recorded.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// The base URL as the cassettes have it.
    pub upstream: &'a str,
    /// Who is asked now.
    pub subject: &'a dyn Subject,
}

/// How politely is asked.
#[derive(Clone, Copy)]
pub struct Manners<'a> {
    /// The least time between the beginnings of two requests.
    pub interval: Duration,
    /// So many requests are under way at once.
    pub concurrency: usize,
    /// No wish to be left alone is followed longer than this.
    pub patience: Duration,
    /// How long is waited before what seems to have changed is asked again.
    pub second_look: Duration,
    /// Waits.
    pub wait: &'a (dyn Fn(Duration) -> Boxed<'static, ()> + Send + Sync),
    /// The clock.
    pub clock: fn() -> Timestamp,
}

/// The way to the real side.
pub(super) struct Gate<'a> {
    sides: &'a [Side<'a>],
    guard: &'a Guard,
    manners: Manners<'a>,
    /// The moment from which on the next request may be sent.
    next: Mutex<Timestamp>,
    sent: Mutex<usize>,
    /// How many questions in a row only troubles came of.
    troubled: Mutex<usize>,
}

/// What came of a request that may have been asked several times.
pub(super) enum Came {
    /// An answer, and when its request was sent.
    Answered(Box<Observed>, Timestamp),
    /// Only troubles, to the last, which is given where it does not say itself that it passes.
    Troubled(String, Option<(Box<Observed>, Timestamp)>),
    /// It was not sent: nobody allowed it, or the upstream is not known.
    Refused(String),
}

impl<'a> Gate<'a> {
    pub(super) fn new(sides: &'a [Side<'a>], guard: &'a Guard, manners: Manners<'a>) -> Self {
        Gate {
            sides,
            guard,
            manners,
            next: Mutex::new(Timestamp(0)),
            sent: Mutex::new(0),
            troubled: Mutex::new(0),
        }
    }

    /// How many requests were sent.
    pub(super) fn sent(&self) -> usize {
        locked(&self.sent)
    }

    /// Who is asked in the place of an upstream, as people know them.
    pub(super) fn named<'n>(&'n self, upstream: &'n str) -> &'n str {
        let side = self.sides.iter().find(|side| side.upstream == upstream);
        side.map_or(upstream, |side| side.subject.name())
    }

    /// Asks the side that stands for an upstream. `recorded` is what it answered then: the same again is no
    /// trouble. `Err` only where nobody is there, or the question cannot be put.
    pub(super) async fn ask(
        &self,
        upstream: &str,
        request: &Request,
        recorded: &Answer,
    ) -> Result<Came, NoAnswer> {
        if !self.guard.allows(request) {
            return Ok(Came::Refused(format!("`{} {}` is not allowed", request.method, request.path())));
        }
        let Some(side) = self.sides.iter().find(|side| side.upstream == upstream) else {
            return Ok(Came::Refused(format!("nobody was named to be asked for {upstream}")));
        };
        let mut wait = FIRST_WAIT;
        let mut troubles = Vec::new();
        let last;
        let mut limits_left = LIMITED;
        let mut left = if locked(&self.troubled) >= HOPELESS { 0 } else { RETRIES };
        loop {
            self.turn().await;
            let at = (self.manners.clock)();
            *self.sent.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            let observed = match side.subject.answer(request).await {
                // One that is away says nothing of the others.
                Err(no) if no.fatal && self.sides.len() > 1 => return Ok(Came::Troubled(no.reason, None)),
                came => came?,
            };
            if !is_trouble(&observed.answer) || observed.answer.label() == recorded.label() {
                *self.troubled.lock().unwrap_or_else(PoisonError::into_inner) = 0;
                return Ok(Came::Answered(Box::new(observed), at));
            }
            troubles.push(called(&observed.answer));
            let wished = wished(&observed.answer, at);
            let is_limit = limits(&observed.answer) && wished.is_some();
            let over = if is_limit { limits_left == 0 } else { left == 0 };
            if over || wished.is_some_and(|wished| wished > self.manners.patience) {
                last = (!limits(&observed.answer)).then(|| (Box::new(observed), at));
                break;
            }
            if is_limit {
                limits_left -= 1;
            } else {
                left -= 1;
            }
            let pause = wished.unwrap_or(wait).min(self.manners.patience);
            wait = wait.saturating_mul(2);
            if limits(&observed.answer) {
                // Whoever says that it is too much means all of us.
                self.hold(pause);
            } else {
                (self.manners.wait)(pause).await;
            }
        }
        *self.troubled.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        let label = troubles.last().cloned().unwrap_or_default();
        let again = if troubles.len() > 1 { format!(" in {} tries", troubles.len()) } else { String::new() };
        Ok(Came::Troubled(format!("nothing but {label} came{again}"), last))
    }

    /// Waits before what was asked is asked again.
    pub(super) async fn second_look(&self) {
        (self.manners.wait)(self.manners.second_look).await;
    }

    /// Waits for the next turn.
    async fn turn(&self) {
        loop {
            let now = (self.manners.clock)();
            let wait = {
                let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
                let left = next.0.saturating_sub(now.0);
                // A clock that was put back is no reason to wait for hours.
                if left <= 0 || left > micros(self.manners.patience) {
                    next.0 = now.0.saturating_add(micros(self.manners.interval));
                    return;
                }
                Duration::from_micros(left.unsigned_abs())
            };
            (self.manners.wait)(wait).await;
        }
    }

    fn hold(&self, pause: Duration) {
        let until = (self.manners.clock)().0.saturating_add(micros(pause));
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        next.0 = next.0.max(until);
    }
}

fn locked(count: &Mutex<usize>) -> usize {
    *count.lock().unwrap_or_else(PoisonError::into_inner)
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// What says nothing of the vendor's mind: it was busy, or the way there was.
fn is_trouble(answer: &Answer) -> bool {
    match answer {
        Answer::Reply(reply) => {
            limits(answer)
                || reply.status == 408
                || (reply.status >= 500 && !matches!(reply.status, 501 | 505))
        }
        Answer::Failed(_) => true,
    }
}

/// `503`, or how it failed with what the system says of it.
fn called(answer: &Answer) -> String {
    match answer {
        Answer::Failed(failure) if !failure.message.is_empty() => {
            format!("`{}` ({})", answer.label(), failure.message)
        }
        Answer::Failed(_) => format!("`{}`", answer.label()),
        Answer::Reply(_) => answer.label(),
    }
}

fn limits(answer: &Answer) -> bool {
    answer.reply().is_some_and(|reply| reply.status == 429)
}

/// How long an answer asks to be left alone (RFC 9110 §10.2.3).
fn wished(answer: &Answer, now: Timestamp) -> Option<Duration> {
    retry_hint(answer.reply()?)?.pause(now)
}
