//! Answers that are made for their session: the recorded one with what its conditions ask for.

use crate::answer::prepare;
use crate::door::{Door, for_old_clients};
use crate::echo;
use crate::session::{Session, Taken};
use crate::tape::Found;
use cassettes::model::{HttpVersion, Request};
use wire::head::Head;

impl Door {
    /// The answer of an entry as a session with conditions has it. First everything that changes what it says,
    /// then the links, which lead back to whoever asks.
    pub(crate) fn dressed<'s>(
        &self,
        head: &Head,
        session: &'s Session,
        prefix: usize,
        (taken, asked): (Taken, Option<&Request>),
    ) -> Found<'s> {
        let entry = &session.tape().entries[taken.entry as usize];
        let mut exchange = entry.restored();
        let mut changed = false;
        let real = (self.playback.settings.now)();
        changed |= session.changed(&mut exchange, taken.entry, real);
        if let Some(asked) = asked.filter(|_| session.echoes(taken)) {
            changed |= echo::apply(&mut exchange, asked);
        }
        if let Some(variables) = session.variables() {
            changed |= variables.fill(&mut exchange);
        }
        let leads = self.leads(session.reel());
        let base = self.base(head, prefix);
        let old = (head.version() == HttpVersion::Http10).then(|| for_old_clients(&exchange)).flatten();
        if let Some(answer) = old {
            exchange.answer = answer;
            changed = true;
        }
        if !changed {
            return leads.answer(entry, taken.entry, base.is_elsewhere().then_some(&base));
        }
        let prepared = leads
            .lead(&exchange, &base)
            .unwrap_or_else(|| prepare(&exchange.request.method, &exchange.answer, &exchange.timing));
        Found::Fresh(Box::new(prepared))
    }
}
