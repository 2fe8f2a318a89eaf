//! Cookies that an answer sets (RFC 6265 §4.1): which requests come after it is a matter of order.

use super::header_values::value;
use super::places::{Moved, Way};
use super::runs::{Run, Runs};
use std::collections::BTreeSet;

/// Whether a change of the header `cookie` is no more than another order: what is new was sent before somewhere, what
/// is gone is sent somewhere, and answers of the run set all of it.
pub(super) fn is_of_jar(runs: &Runs<'_>, change: &Moved) -> bool {
    let names = |text: &str| text.split("; ").filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let (was, is): (BTreeSet<String>, BTreeSet<String>) = (names(&change.was), names(&change.is));
    let sent = |run: &Run<'_>| -> BTreeSet<String> {
        run.conduct
            .calls
            .iter()
            .filter_map(|call| value(call, "cookie"))
            .flat_map(|text| {
                let all: BTreeSet<String> = names(&text);
                all
            })
            .collect()
    };
    let news: BTreeSet<&String> = is.difference(&was).collect();
    let gone: BTreeSet<&String> = was.difference(&is).collect();
    let jar = set(&runs.after);
    if !news.iter().chain(&gone).all(|name| jar.contains(*name)) {
        return false;
    }
    let before: Vec<BTreeSet<String>> = runs.before.iter().map(sent).collect();
    let now = sent(&runs.after);
    (change.way == Way::Gone || news.iter().all(|name| before.iter().any(|run| run.contains(*name))))
        && gone.iter().all(|name| now.contains(*name))
}

/// The names that answers of a run set.
fn set(run: &Run<'_>) -> BTreeSet<String> {
    let replies =
        run.conduct.calls.iter().filter_map(|call| run.conduct.answer(call)?.exchange.answer.reply());
    let fields = replies.flat_map(|reply| reply.headers.iter());
    let set = fields.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    set.filter_map(|(_, text)| {
        let text = String::from_utf8_lossy(text);
        Some(text.split(['=', ';']).next()?.trim().to_owned())
    })
    .collect()
}
