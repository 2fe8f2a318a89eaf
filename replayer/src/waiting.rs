//! Answers that may stall: if the replay ends before they do, the journal says that their clients still waited.

use crate::answer::End;
use crate::journal::{Event, Journal, Matched, Record, Remarks};
use crate::options::Settings;
use crate::reserved::SESSION_FIELD;
use crate::session::{Session, Taken};
use cassettes::model::Request;
use std::sync::Arc;
use std::time::Instant;
use wire::serve::Call;

/// What is told of a request if nobody says that it is over.
pub(crate) struct Waiting<'d> {
    journal: &'d Journal,
    record: Option<Record>,
}

impl<'d> Waiting<'d> {
    /// It is over, and told by whoever saw its end.
    pub(crate) fn over(mut self) {
        self.record = None;
    }

    /// From here on the request waits. None where no journal is kept, or where the answer comes to its end by
    /// itself.
    pub(crate) fn begin(
        settings: &'d Settings,
        call: &Call<'_>,
        session: &Session,
        (taken, asked): (Taken, Option<&Request>),
        end: End,
        remarks: impl FnOnce() -> Remarks,
    ) -> Option<Self> {
        let journal = settings.journal.as_ref().filter(|_| end == End::Stall)?;
        let reel = session.reel();
        let as_recorded = || {
            let recorded = &reel.tape.entries[taken.entry as usize].exchange().request;
            let mut asked = Request { headers: call.head().headers(), ..recorded.clone() };
            asked.headers.remove(SESSION_FIELD);
            reel.tape.policy.clean_request(&asked, (settings.now)())
        };
        let asked = Box::new(asked.cloned().unwrap_or_else(as_recorded));
        let record = Record {
            version: call.head().version(),
            session: (!session.is_default()).then(|| session.name().into()),
            tape: (!reel.is_first()).then(|| Arc::clone(&reel.tape)),
            remarks: Some(Box::new(remarks())),
            ..Record::of(call.facts().clone(), Matched::Alike { taken, asked })
        };
        Some(Waiting { journal, record: Some(record) })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(mut record) = self.record.take() {
            record.end = Instant::now();
            record.remarks.get_or_insert_default().waiting = true;
            self.journal.tell(Event::Served(record));
        }
    }
}
