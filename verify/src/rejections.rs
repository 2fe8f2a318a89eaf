//! Why credentials were turned away, read beside those that were let in: what one exchange shows by itself
//! tells neither that its token is for somebody else nor that it is none.

use crate::case::Said;
use crate::run::Run;
use crate::run::fates::{Side, fates};
use cassettes::facets::credential::credentials;
use cassettes::facets::rejection::{Rejection, rejection};
use cassettes::model::{Exchange, Request};
use cassettes::operation::Operation;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// With how many accepted requests a rejected one is compared.
const MOST_ACCEPTED: usize = 64;

/// The exchanges that were let in.
pub(crate) struct Rejections<'r> {
    accepted: BTreeMap<&'r Operation, Vec<&'r Exchange>>,
    /// Of all operations, with a credential: for operations that never let anyone in.
    anywhere: Vec<&'r Exchange>,
}

impl<'r> Rejections<'r> {
    /// Reads a run once.
    pub(crate) fn of<'a>(run: &'r Run<'a>) -> Rejections<'r>
    where
        'a: 'r,
    {
        let mut accepted: BTreeMap<&'r Operation, Vec<&'r Exchange>> = BTreeMap::new();
        let mut add = |operation: &'r Operation, exchange: &'r Exchange| {
            let known = accepted.entry(operation).or_default();
            if known.len() < MOST_ACCEPTED {
                known.push(exchange);
            }
        };
        for (case, judged) in run.cases.iter().zip(fates(run)) {
            if judged.reading.real.success {
                add(&case.operation, case.exchange);
            }
        }
        for one in run.unjudged.iter().filter(|u| u.is_evidence()) {
            if Side::read(&one.exchange.request, &one.real).success {
                add(&one.operation, one.exchange);
            }
        }
        for exchanges in accepted.values_mut() {
            // The same credential again tells nothing new.
            let mut carried = BTreeSet::new();
            exchanges.retain(|exchange| {
                let all = credentials(&exchange.request).into_iter();
                carried.insert(all.map(|c| (c.place.0, c.scheme, c.text)).collect::<Vec<_>>())
            });
        }
        let carrying = |exchange: &&Exchange| !credentials(&exchange.request).is_empty();
        let anywhere = accepted.values().flatten().copied().filter(carrying).take(MOST_ACCEPTED).collect();
        Rejections { accepted, anywhere }
    }

    /// The labels that an answer to a request shows by itself, with the reason of a rejection as it is seen
    /// beside what was let in. When the question was asked, the recorded exchange knows.
    pub(crate) fn labels(
        &self,
        operation: &Operation,
        (asked, said): (&Request, &Said<'_>),
        exchange: &Exchange,
    ) -> Vec<String> {
        let mut labels = said.labels(asked, exchange);
        let is_reason = |label: &String| label.starts_with("rejected-");
        if !labels.iter().any(|label| is_reason(label) || label == "auth" || label == "forbidden") {
            return labels;
        }
        labels.retain(|label| !is_reason(label));
        let shown = if asked == &exchange.request && *said.answer == exchange.answer {
            Cow::Borrowed(exchange)
        } else {
            let answer = said.answer.clone().into_owned();
            Cow::Owned(Exchange { request: asked.clone(), answer, ..exchange.clone() })
        };
        let own = self.accepted.get(operation).map(Vec::as_slice).unwrap_or_default();
        let accepted = if own.is_empty() { self.anywhere.as_slice() } else { own };
        let why = rejection(&shown, accepted).filter(|why| *why != Rejection::Unknown);
        labels.extend(why.map(|why| format!("rejected-{why}")));
        labels
    }
}
