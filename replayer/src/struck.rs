//! A request that a declared fault strikes.

use crate::answer::{End, prepare};
use crate::door::Door;
use crate::faults::{Stage, Strike};
use crate::journal::{Event, Matched, Record, Remarks};
use crate::session::{Session, Taken};
use crate::waiting::Waiting;
use cassettes::model::Request;
use std::sync::Arc;
use std::time::Instant;
use wire::serve::{Call, Flow};

impl Door {
    /// Shows the fault, in place of the answer taken or with it, and tells the journal.
    pub(crate) async fn struck(
        &self,
        call: &mut Call<'_>,
        session: &Session,
        prefix: usize,
        (taken, asked): (Taken, Box<Request>),
        strike: Strike,
    ) -> Flow {
        let settings = &self.playback.settings;
        let since = Instant::now();
        let entry = &session.tape().entries[taken.entry as usize];
        let found = self.dressed(call.head(), session, prefix, (taken, Some(&asked)));
        // What was said over a WebSocket is nothing that could be cut: its head is.
        let head = entry.script.as_ref().map(|_| {
            let exchange = entry.restored();
            prepare(&exchange.request.method, &exchange.answer, &exchange.timing)
        });
        let stage = Stage {
            prepared: head.as_ref().unwrap_or_else(|| found.prepared()),
            beat: session.beat(taken.entry),
            since,
            patience: settings.patience,
            now: session.now((settings.now)()),
            draw: session.chance(),
        };
        let said = self.remarks(session, taken).unwrap_or_default();
        let remarks = Remarks { fault: Some(strike.said()), answer: strike.answer(), ..said };
        let end = if strike.stalls() { End::Stall } else { stage.prepared.end };
        let waiting = Waiting::begin(settings, call, session, (taken, Some(&asked)), end, || remarks.clone());
        let played = strike.show(call, stage).await;
        waiting.into_iter().for_each(Waiting::over);
        if let Some(journal) = &settings.journal {
            let reel = session.reel();
            journal.tell(Event::Served(Record {
                version: call.head().version(),
                session: (!session.is_default()).then(|| session.name().into()),
                tape: (!reel.is_first()).then(|| Arc::clone(&reel.tape)),
                first: played.first,
                written: played.written,
                gave_up: played.gave_up,
                remarks: Some(Box::new(remarks)),
                ..Record::of(call.facts().clone(), Matched::Alike { taken, asked })
            }));
        }
        played.flow
    }
}
