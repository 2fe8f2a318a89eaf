//! Values of a kind that a client sends as others than were recorded: what the audits of numbers and of times
//! have in common.

use super::{Counterparts, Differs, generic};
use crate::conduct::Conduct;
use crate::finding::{Complaint, Findings, Severity};

/// What is to be said of a value that came back as another one.
pub(crate) struct Altered {
    pub(crate) severity: Severity,
    /// Where it came from, as the subject of a sentence.
    pub(crate) came: String,
    /// What became of it, for people.
    pub(crate) what: String,
    /// The same as part of what tells causes apart.
    pub(crate) kind: String,
    pub(crate) hint: &'static str,
}

/// Looks at every value of a kind that differs from the recorded one, and complains of those that are altered.
/// `judge` gets the number of the call, and the value.
pub(crate) fn complain_of_altered(
    conduct: &Conduct<'_>,
    findings: &mut Findings,
    is_of_kind: impl Fn(&str) -> bool,
    judge: impl Fn(usize, &Differs) -> Option<Altered>,
) {
    let counterparts = Counterparts::of(conduct);
    for (number, call) in conduct.calls.iter().enumerate() {
        let Some((recorded, differing)) = counterparts.find(call) else {
            // What came back to the byte came back as it was.
            findings.check();
            continue;
        };
        for differs in differing.iter().filter(|differs| is_of_kind(&differs.recorded)) {
            findings.check();
            let Some(altered) = judge(number, differs) else { continue };
            let place = differs.target.to_string();
            let Altered { severity, came, what, kind, hint } = altered;
            if severity != Severity::Info {
                findings.tell(call.line, 1);
            }
            findings.add(Complaint {
                severity,
                operation: call.operation.clone(),
                message: format!("{came} comes back as {} in {place}: {what}", differs.sent),
                place: format!("{} {kind}", generic(&differs.target)),
                real: counterparts.evidence(recorded, place.clone(), &differs.recorded),
                other: call.at(conduct.file, place, &differs.sent),
                hint: Some(hint.to_owned()),
            });
        }
    }
}
