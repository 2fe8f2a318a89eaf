//! Cassettes asked in memory: what the identity law asks, a cassette verified against its own replay.

use crate::conditions::Conditions;
use crate::question::Rules;
use crate::reel::Reel;
use crate::session::Session;
use crate::tape::{Keep, Tape};
use cassettes::jwt::Keys;
use cassettes::matching::Declared;
use cassettes::model::{Cassette, Request, Timestamp};
use cassettes::redact::Policy;
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::sync::Arc;

/// Cassettes as a subject, with a session of its own. It answers at once, whatever was recorded, and gives
/// transport failures as what they were.
#[derive(Debug)]
pub struct Replay {
    name: String,
    session: Session,
    now: fn() -> Timestamp,
}

impl Replay {
    /// From the first exchange on. The policy cleans questions as recording cleaned what was recorded.
    pub fn new(name: &str, cassettes: Vec<Cassette>, policy: Arc<Policy>, now: fn() -> Timestamp) -> Self {
        Replay::checking(name, cassettes, policy, now, None)
    }

    /// The same, with a key that checks the signatures of tokens: a bad one is answered as a bad one was.
    pub fn checking(
        name: &str,
        cassettes: Vec<Cassette>,
        policy: Arc<Policy>,
        now: fn() -> Timestamp,
        keys: Option<Arc<dyn Keys>>,
    ) -> Self {
        let tape = Tape::keeping(Keep::Whole, cassettes, policy).checking(keys);
        let reel = Arc::new(Reel::new(Arc::new(tape), 0));
        let session = Session::shared(name, reel, Arc::new(Conditions::default()));
        Replay { name: name.to_owned(), session, now }
    }

    /// The same, where these declarations say what makes no difference.
    #[must_use]
    pub fn declaring(self, declared: Declared) -> Self {
        let reel = self.session.reel();
        let reel = if declared.requires() { Arc::new(reel.requiring(&declared)) } else { Arc::clone(reel) };
        let conditions = Conditions { matching: Some(declared), ..Conditions::default() };
        Replay { session: Session::shared(&self.name, reel, Arc::new(conditions)), ..self }
    }
}

impl Subject for Replay {
    fn name(&self) -> &str {
        &self.name
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        Box::pin(async move {
            let tape = self.session.tape();
            let (_, decision) = tape.choose(&self.session, Rules::default(), request, (self.now)());
            match decision {
                Ok(taken) => {
                    let answer = tape.entries[taken.entry as usize].exchange().answer().into_owned();
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

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{
        Answer, Connection, Exchange, ExchangeId, FailureKind, Header, Headers, RedactRules, Response,
        Timing, TransportFailure,
    };
    use cassettes::redact::PseudonymKey;

    fn exchange(target: &str, answer: Answer) -> Exchange {
        Exchange {
            id: ExchangeId(1),
            at: Timestamp(0),
            upstream: "https://api.test".into(),
            request: Request::new("GET", target),
            answer,
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        }
    }

    #[tokio::test]
    async fn a_tape_says_what_was_recorded_until_it_is_put_back() {
        let reset = Answer::Failed(TransportFailure {
            kind: FailureKind::Reset,
            message: String::new(),
            partial: None,
        });
        let reply = Answer::Reply(Response::new(200, Headers::from_pairs([("Set-Cookie", "a")]), "x"));
        let exchanges = vec![exchange("/a", reset.clone()), exchange("/a", reply.clone())];
        let cassette = Cassette { name: "a.yaml".into(), header: Header::default(), exchanges };
        let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).unwrap();
        let replay = Replay::new("a.yaml", vec![cassette], Arc::new(policy), || Timestamp(0));
        let asked = Request::new("GET", "/a");
        for _ in 0..2 {
            assert_eq!(replay.answer(&asked).await.unwrap().answer, reset);
            assert_eq!(replay.answer(&asked).await.unwrap().answer, reply);
            let none = replay.answer(&asked).await.unwrap_err();
            assert!(!none.fatal && none.reason.contains("a.yaml#1"), "{none}");
            assert_eq!(replay.reset().await, Ok(true));
        }
    }
}
