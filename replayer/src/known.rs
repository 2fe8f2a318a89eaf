//! A tape asked on somebody else's listener: what it knows it answers there, and nothing else happens.

use crate::ask::Rules;
use crate::pace::Speed;
use crate::play::play;
use crate::session::Session;
use crate::tape::{Leads, Tape};
use cassettes::model::{Request, Timestamp};
use std::sync::Arc;
use std::time::{Duration, Instant};
use wire::serve::{Call, Flow};

/// How long a recorded silence is kept up for a client that never leaves.
const PATIENCE: Duration = Duration::from_secs(600);

/// A tape that answers on a recorder's listener what it knows of one upstream.
pub struct Known {
    tape: Arc<Tape>,
    session: Session,
    upstream: Option<u16>,
    leads: Leads,
    now: fn() -> Timestamp,
}

impl Known {
    /// `pairs` are base URLs: of each upstream, and of the listener that stands in for it.
    pub fn new(
        tape: Arc<Tape>,
        upstream: &str,
        pairs: Vec<(String, String)>,
        now: fn() -> Timestamp,
    ) -> Self {
        let session = Session::new("known", &tape.families);
        let leads = Leads::prepare(&tape, pairs);
        Known { upstream: tape.upstream_number(upstream), session, leads, tape, now }
    }

    /// Answers on the call if the tape knows the request and has an answer left to it. None: nothing was sent.
    pub async fn play(&self, call: &mut Call<'_>, request: &Request) -> Option<Flow> {
        let since = Instant::now();
        // A tape that never recorded this upstream knows nothing of it.
        let rules = Rules { upstream: Some(self.upstream?), repeat: false };
        let (_, decision) = self.tape.choose(&self.session, rules, request, (self.now)());
        let taken = decision.ok()?;
        let entry = &self.tape.entries[taken.entry as usize];
        let found = self.leads.answer(entry, taken.entry, None);
        Some(play(call, found.prepared(), Speed::Instant, since, PATIENCE).await.flow)
    }
}
