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
}

impl Known {
    pub(crate) fn new(cassette: Cassette, policy: Arc<Policy>, standings: &[Standing]) -> Known {
        let pairs = standings.iter().map(|s| (s.upstream.clone(), s.listener.clone())).collect();
        Known { tape: Arc::new(Tape::prepare(vec![cassette], policy)), pairs }
    }

    /// What it knows of one upstream.
    pub(crate) fn standing_for(&self, upstream: &str) -> Arc<OfUpstream> {
        Arc::new(OfUpstream(replayer::Known::new(
            Arc::clone(&self.tape),
            upstream,
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
