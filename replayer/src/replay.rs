//! Cassettes asked in memory: what the identity law asks, a cassette verified against its own replay.

use crate::ask::Rules;
use crate::session::Session;
use crate::tape::{Keep, Tape};
use cassettes::model::{Cassette, Request, Timestamp};
use cassettes::redact::Policy;
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::sync::Arc;

/// Cassettes as a subject, with a session of its own. It answers at once, whatever was recorded, and gives
/// transport failures as what they were.
#[derive(Debug)]
pub struct Replay {
    name: String,
    tape: Tape,
    session: Session,
    now: fn() -> Timestamp,
}

impl Replay {
    /// From the first exchange on. The policy cleans questions as recording cleaned what was recorded.
    pub fn new(name: &str, cassettes: Vec<Cassette>, policy: Arc<Policy>, now: fn() -> Timestamp) -> Self {
        let tape = Tape::keeping(Keep::Whole, cassettes, policy);
        let session = Session::new(name, &tape.families);
        Replay { name: name.to_owned(), tape, session, now }
    }
}

impl Subject for Replay {
    fn name(&self) -> &str {
        &self.name
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        Box::pin(async move {
            let (_, decision) = self.tape.choose(&self.session, Rules::default(), request, (self.now)());
            match decision {
                Ok(taken) => {
                    let answer = self.tape.entries[taken.entry as usize].exchange().answer.clone();
                    Ok(Observed::of(answer))
                }
                Err(miss) => Err(NoAnswer { reason: miss.detail(), fatal: false }),
            }
        })
    }

    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        Box::pin(async move {
            self.session.reset();
            Ok(true)
        })
    }
}
