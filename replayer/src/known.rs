//! A tape asked on somebody else's listener: what it knows it answers there, and nothing else happens.

use crate::conditions::Conditions;
use crate::pace::{Beat, Speed};
use crate::play::play;
use crate::question::Rules;
use crate::reel::Reel;
use crate::reserved::{SESSION, SESSION_FIELD};
use crate::session::Session;
use crate::sessions::{MOST, Sessions};
use crate::tape::{Leads, Tape};
use crate::websocket::{self, Scene};
use cassettes::model::{ExchangeId, Request, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wire::head::Head;
use wire::serve::{Call, Flow};

/// How long a recorded silence is kept up for a client that never leaves.
const PATIENCE: Duration = Duration::from_secs(600);

/// What a tape does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knows {
    /// It has answered.
    Played(Flow),
    /// It holds the answer back: somebody else is to give it anew.
    Held(ExchangeId),
    /// It has no answer, or none left; nothing was sent.
    Nothing,
}

/// A tape that answers on a recorder's listener what it knows of one upstream.
pub struct Known {
    tape: Arc<Tape>,
    sessions: Sessions,
    reel: Arc<Reel>,
    conditions: Arc<Conditions>,
    upstream: Option<u16>,
    leads: Leads,
    held: BTreeSet<ExchangeId>,
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
        let leads = Leads::prepare(&tape, pairs);
        let upstream = tape.upstream_number(upstream);
        let reel = Arc::new(Reel::new(Arc::clone(&tape), 0));
        let conditions = Arc::new(Conditions::default());
        let default = Session::shared("default", Arc::clone(&reel), Arc::clone(&conditions));
        let sessions = Sessions::new(default, MOST);
        Known { upstream, sessions, reel, conditions, leads, tape, held: BTreeSet::new(), now }
    }

    /// Holds back the answers of these exchanges.
    #[must_use]
    pub fn holding(mut self, held: BTreeSet<ExchangeId>) -> Self {
        self.held = held;
        self
    }

    /// Answers on the call if the tape knows the request and its session has an answer left to it.
    pub async fn play(&self, call: &mut Call<'_>, request: &Request) -> Knows {
        let since = Instant::now();
        // A tape that never recorded this upstream knows nothing of it.
        let Some(upstream) = self.upstream else { return Knows::Nothing };
        let rules = Rules { upstream: Some(upstream), repeat: false };
        let session = self.session(call.head());
        let (_, decision) = self.tape.choose(&session, rules, request, (self.now)());
        let Ok(taken) = decision else { return Knows::Nothing };
        let entry = &self.tape.entries[taken.entry as usize];
        let id = entry.exchange().id;
        if self.held.contains(&id) {
            return Knows::Held(id);
        }
        if let Some(script) = &entry.script {
            let scene = Scene {
                policy: &self.tape.policy,
                speed: Speed::Instant,
                since,
                patience: PATIENCE,
                now: self.now,
            };
            let (played, _) = Box::pin(websocket::play(call, script, &request.headers, scene)).await;
            return Knows::Played(played.flow);
        }
        let found = self.leads.answer(entry, taken.entry, None);
        Knows::Played(play(call, found.prepared(), Beat::of(Speed::Instant), since, PATIENCE).await.flow)
    }

    /// Puts the session back that the call names.
    pub fn reset(&self, call: &Call<'_>) {
        self.session(call.head()).reset();
    }

    /// As a replay finds it: named by the path or by a field; where the name is none, the one for all.
    fn session(&self, head: &Head) -> Arc<Session> {
        let in_path = head.origin_target().strip_prefix(SESSION);
        let in_path = in_path.map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
        let in_field = || {
            let mut fields = head.fields();
            let (_, name) = fields.find(|(name, _)| name.eq_ignore_ascii_case(SESSION_FIELD))?;
            std::str::from_utf8(name).ok()
        };
        let named = in_path.or_else(in_field);
        let begin = |name| Session::new(name, Arc::clone(&self.reel), Arc::clone(&self.conditions), None);
        let session = named.and_then(|name| self.sessions.named(name, || begin(name)).ok());
        session.unwrap_or_else(|| Arc::clone(self.sessions.default()))
    }
}
