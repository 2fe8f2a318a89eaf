//! Replay, else record: what the cassette knows is answered from it.

use cassettes::{
    model::{Cassette, Request},
    redact::Policy,
    subject::Boxed,
};
use recorder::{First, Standing};
use replayer::Tape;
use std::sync::Arc;
use wire::serve::{Call, Flow};

/// A cassette that is asked before the real side is.
pub(crate) struct Known {
    tape: Arc<Tape>,
    pairs: Vec<(String, String)>,
    policy: Arc<Policy>,
}

impl Known {
    pub(crate) fn new(cassette: Cassette, policy: Arc<Policy>, standings: &[Standing]) -> Known {
        // A base URL may hold a secret; the tape knows it cleaned.
        let pairs =
            standings.iter().map(|s| (policy.clean_upstream(&s.upstream), s.listener.clone())).collect();
        let tape = Arc::new(Tape::prepare(vec![cassette], Arc::clone(&policy)));
        Known { tape, pairs, policy }
    }

    /// What it knows of one upstream.
    pub(crate) fn standing_for(&self, upstream: &str) -> Arc<OfUpstream> {
        Arc::new(OfUpstream(replayer::Known::new(
            Arc::clone(&self.tape),
            &self.policy.clean_upstream(upstream),
            self.pairs.clone(),
            crate::env::now,
        )))
    }
}

/// What a cassette knows of one upstream.
pub(crate) struct OfUpstream(replayer::Known);

impl First for OfUpstream {
    fn play<'a>(&'a self, call: &'a mut Call<'_>, request: &'a Request) -> Boxed<'a, Option<Flow>> {
        Box::pin(self.0.play(call, request))
    }
}
