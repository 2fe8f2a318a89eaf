//! A listener's WebSockets: played, and told to the journal and the session.

use crate::door::Door;
use crate::journal::Matched;
use crate::play::Played;
use crate::refusal::{Miss, Nearest, Reason};
use crate::session::{Session, Taken};
use crate::tape::Tape;
use crate::websocket::{self, Scene};
use cassettes::matching::Difference;
use cassettes::model::Request;
use std::time::Instant;
use wire::serve::{Call, Flow};

impl Door {
    /// Plays the WebSocket taken.
    pub(crate) async fn socket(
        &self,
        call: &mut Call<'_>,
        session: &Session,
        taken: Taken,
        (sent, cleaned): (&Request, Request),
    ) -> Flow {
        let (tape, settings) = (session.tape(), &self.playback.settings);
        let scene = Scene {
            policy: &tape.policy,
            speed: session.conditions().speed(),
            since: Instant::now(),
            patience: settings.patience,
            now: settings.now,
        };
        let Some(script) = &tape.entries[taken.entry as usize].script else { return Flow::Close };
        if let Some(difference) = websocket::refusal(script, &sent.headers) {
            let miss = miss(tape, taken, &cleaned, Reason::Unknown, vec![difference]);
            session.miss(miss.clone());
            return self.refuse(call, session, miss, cleaned).await;
        }
        // Boxed: what a socket holds is not paid for by the others.
        let (played, differences) = Box::pin(websocket::play(call, script, &sent.headers, scene)).await;
        let missed = differences.map(|found| miss(tape, taken, &cleaned, Reason::Frame, found));
        if let Some(miss) = &missed {
            session.miss(miss.clone());
        }
        let Played { flow, .. } = played;
        let matched = Matched::Socket { taken, asked: Box::new(cleaned), miss: missed.map(Box::new) };
        self.tell(call, session, matched, played);
        flow
    }
}

fn miss(tape: &Tape, taken: Taken, asked: &Request, reason: Reason, differences: Vec<Difference>) -> Miss {
    let nearest = vec![Nearest { exchange: tape.cite(taken.entry), differences }];
    Miss { reason, method: asked.method.clone(), target: asked.target.clone(), nearest, advice: None }
}
