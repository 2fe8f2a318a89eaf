//! Requests that never came whole: nobody answers them, and the journal tells of them.

use crate::door::Door;
use crate::journal::{Event, Matched, Record};
use crate::play::Played;
use crate::said::Said;
use crate::session::Session;
use cassettes::model::Request;
use wire::head::HeadError;
use wire::serve::{Call, ConnectionFacts, Flow, WireError};

/// So much of what was no request is told.
const TOLD: usize = 200;

impl Door {
    /// The body of a request broke off.
    pub(crate) fn broke_off(
        &self,
        call: &Call<'_>,
        session: &Session,
        prefix: usize,
        error: &WireError,
    ) -> Flow {
        let asked = self.asked(call, session, prefix, Said::default());
        let asked = session.tape().policy.clean_request(&asked, (self.playback.settings.now)());
        let error = format!("expected the whole body of the request, but {error}");
        let matched = Matched::Broken { error, status: None, asked: Some(Box::new(asked)) };
        self.tell(
            call,
            session,
            matched,
            Played { flow: Flow::Close, written: 0, first: None, gave_up: true },
        );
        Flow::Close
    }

    /// What came was no request.
    pub(crate) fn was_malformed(&self, facts: &ConnectionFacts, error: &HeadError, seen: &[u8]) {
        let Some(journal) = &self.playback.settings.journal else { return };
        // As far as it can be read it is a request line; a secret in it is cleaned like any other's.
        let line = seen.split(|b| *b == b'\n').next().unwrap_or_default();
        let line = String::from_utf8_lossy(&line[..line.len().min(TOLD)]);
        let mut words = line.split_ascii_whitespace();
        let asked = match (words.next(), words.next()) {
            (Some(method), Some(target)) if target.starts_with('/') => {
                let asked = Request::new(method, target);
                Some(Box::new(
                    self.playback.tape().policy.clean_request(&asked, (self.playback.settings.now)()),
                ))
            }
            _ => None,
        };
        let status = error.is_answered().then_some(400);
        let error = match &asked {
            Some(_) => format!("expected a whole request, but {error}"),
            None => format!("expected a request, but {error}; it began with {} bytes", seen.len()),
        };
        let matched = Matched::Broken { error, status, asked };
        journal.tell(Event::Served(Record::of(facts.clone(), matched)));
    }
}
