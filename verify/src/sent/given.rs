//! What a client had been given before it asked.

use crate::conduct::Conduct;
use cassettes::json::{Json, Pointer};

/// So many answers back a value is looked for, and so many values of each.
const ANSWERS: usize = 200;
const VALUES: usize = 20_000;

/// A value that an answer gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given<'c> {
    /// The exchange, as a number of [`Conduct::recorded`].
    pub(crate) recorded: usize,
    /// Where in its answer.
    pub(crate) at: Pointer,
    /// The value.
    pub(crate) text: &'c str,
}

/// The latest value of a kind that answers had given in the session of this request before it was asked.
pub(crate) fn given<'c>(
    conduct: &'c Conduct<'_>,
    number: usize,
    is: impl Fn(&str) -> bool,
) -> Option<Given<'c>> {
    let call = conduct.calls.get(number)?;
    let session = conduct.sessions.get(call.served.session.as_str())?;
    let before = session.partition_point(|&other| other < number);
    let answered = session[..before].iter().rev().map(|&other| &conduct.calls[other]);
    let answered = answered.filter(|other| other.served.end <= call.served.at);
    answered.filter_map(|other| other.exchange).take(ANSWERS).find_map(|recorded| {
        let mut found = None;
        let mut seen = 0;
        Pointer::walk(conduct.recorded[recorded].said().tree()?, &mut |at, value| {
            seen += 1;
            if let (None, Json::String(text) | Json::Number(text)) = (&found, value)
                && seen <= VALUES
                && is(text)
            {
                found = Some(Given { recorded, at: at.clone(), text });
            }
        });
        found
    })
}
