//! How many things a page is asked to hold: the parameters that say so, known by their names and their use.

use super::runs::Runs;
use cassettes::facets::words::words;
use cassettes::operation::Operation;

/// Names that mean nothing else.
const SURE: [&str; 12] = [
    "limit",
    "per_page",
    "perpage",
    "page_size",
    "pagesize",
    "max_results",
    "maxresults",
    "max_keys",
    "maxkeys",
    "max_items",
    "maxitems",
    "$top",
];

/// Names that mean it where the operation lists things.
const LIKELY: [&str; 7] = ["count", "size", "first", "take", "rows", "top", "results"];

/// Whether a parameter or a member of that name says how many things a page is to hold.
pub(super) fn is_size(runs: &Runs<'_>, operation: &Operation, name: &str, text: &str) -> bool {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let last = name.rsplit(['/', '.', '[']).next().unwrap_or(name).trim_end_matches(']');
    let name = last.to_ascii_lowercase().replace('-', "_");
    let said = words(last).join("_");
    let sure = SURE.contains(&name.as_str()) || SURE.contains(&said.as_str());
    let listed = || runs.after.conduct.walked().listings.0.contains_key(operation);
    sure || (LIKELY.contains(&name.as_str()) && listed())
}
