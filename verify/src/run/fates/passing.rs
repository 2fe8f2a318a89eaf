//! Failures that came and went on the real side: a mock need not fail at the same moment, but one that never
//! fails so has nothing for the code that waits and asks again.

use super::fate::{Fate, Judged};
use cassettes::facets::error_class::Class;
use cassettes::model::Answer;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

/// How a side failed in passing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Failure {
    /// No reply.
    Transport,
    /// With a status that says "again later", or a code that does.
    Status(u16),
}

/// Gives those failures their name that the subject shows at no moment of the operation.
pub(super) fn never_shown(judged: &mut [Judged<'_, '_>]) {
    let mut shown: BTreeSet<(Operation, Failure)> = BTreeSet::new();
    for one in judged.iter() {
        let case = one.case();
        if let Some(failure) = failure(case.other.answer.as_ref(), one.reading.other.class()) {
            shown.insert((case.operation.clone(), failure));
        }
    }
    for one in judged.iter_mut().filter(|one| one.fate == Fate::Fleeting) {
        let case = one.reading.case;
        let Some(failure) = failure(case.real.answer.as_ref(), one.reading.real.class()) else { continue };
        if !shown.contains(&(case.operation.clone(), failure)) {
            one.fate = if failure == Failure::Transport { Fate::Survived } else { Fate::Accepted };
        }
    }
}

fn failure(answer: &Answer, class: Option<Class>) -> Option<Failure> {
    match answer {
        Answer::Failed(_) => Some(Failure::Transport),
        Answer::Reply(reply) => (class == Some(Class::Retryable)).then_some(Failure::Status(reply.status)),
    }
}
