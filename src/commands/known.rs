//! Replay, else record: what the cassette knows is answered from it.

use super::record::Anew;
use cassettes::{
    model::{Cassette, Request},
    redact::Policy,
    subject::Boxed,
};
use recorder::{First, Standing, Turn};
use replayer::{Knows, Tape};
use std::sync::Arc;
use wire::serve::Call;

/// A cassette that is asked before the real side is.
pub(crate) struct Known {
    tape: Arc<Tape>,
    pairs: Vec<(String, String)>,
    policy: Arc<Policy>,
    /// What the only upstream was called when the cassette was recorded: it listens on another port now.
    moved: Option<String>,
    anew: Option<Arc<Anew>>,
}

impl Known {
    /// `anew` is the part of it that is asked of the real side although it is known.
    pub(crate) fn new(
        cassette: Cassette,
        policy: Arc<Policy>,
        standings: &[Standing],
        anew: Option<Arc<Anew>>,
    ) -> Known {
        // A base URL may hold a secret; the tape knows it cleaned.
        let mut pairs: Vec<(String, String)> =
            standings.iter().map(|s| (policy.clean_upstream(&s.upstream), s.listener.clone())).collect();
        let tape = Arc::new(Tape::prepare(vec![cassette], Arc::clone(&policy)));
        let moved = match (pairs.as_slice(), tape.upstreams()) {
            ([(now, _)], [then]) if now != then && host(now) == host(then) => Some(then.clone()),
            _ => None,
        };
        if let (Some(then), Some((_, listener))) = (&moved, pairs.first()) {
            pairs.push((then.clone(), listener.clone()));
        }
        Known { tape, pairs, policy, moved, anew }
    }

    /// What it knows of one upstream.
    pub(crate) fn standing_for(&self, upstream: &str) -> Arc<OfUpstream> {
        let upstream = self.moved.clone().unwrap_or_else(|| self.policy.clean_upstream(upstream));
        let known =
            replayer::Known::new(Arc::clone(&self.tape), &upstream, self.pairs.clone(), crate::env::now);
        let held = self.anew.as_ref().map(|anew| anew.chosen().clone()).unwrap_or_default();
        Arc::new(OfUpstream { known: known.holding(held), anew: self.anew.clone() })
    }
}

/// The scheme and the host of a base URL, without its port.
fn host(upstream: &str) -> &str {
    match upstream.rsplit_once(':') {
        Some((before, port)) if port.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => upstream,
    }
}

/// What a cassette knows of one upstream.
pub(crate) struct OfUpstream {
    known: replayer::Known,
    anew: Option<Arc<Anew>>,
}

impl First for OfUpstream {
    fn play<'a>(&'a self, call: &'a mut Call<'_>, request: &'a Request) -> Boxed<'a, Turn> {
        Box::pin(async move {
            let mut knows = self.known.play(call, request).await;
            if let (Knows::Nothing, Some(anew)) = (knows, &self.anew)
                && let Some(recorded) = anew.recorded(request)
            {
                knows = self.known.play(call, &recorded).await;
            }
            match knows {
                Knows::Played(flow) => Turn::Played(flow),
                Knows::Held(id) => Turn::Anew(id),
                Knows::Nothing => Turn::Unknown,
            }
        })
    }

    fn reset(&self, call: &Call<'_>) {
        self.known.reset(call);
    }
}
