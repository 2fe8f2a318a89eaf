//! # value-unknown
//!
//! The mock says a machine word at a place where the real side uses a few others, and never that one.
//!
//! Group: shape
//!
//! ## Why it matters
//!
//! Code that branches on `"succeeded"` never sees it, and handles a `"success"` that does not exist.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/payments
//! < 200 [{"status":"succeeded"},{"status":"failed"},{"status":"succeeded"},{"status":"succeeded"},{"status":"failed"}]
//! ~ 200 [{"status":"success"}]
//! ```
//!
//! ## Quiet
//!
//! Too little evidence for what other words there are:
//!
//! ```
//! > GET /v1/payments
//! < 200 [{"status":"succeeded"},{"status":"failed"}]
//! ~ 200 [{"status":"pending"}]
//! ```
//!
//! Such things say it in other answers of the real side:
//!
//! ```
//! > POST /v1/charges
//! < 201 [{"id":"a","status":"paid","n":1},{"id":"b","status":"paid","n":1},{"id":"c","status":"paid","n":1},{"id":"d","status":"paid","n":1},{"id":"e","status":"paid","n":1}]
//! ~ 201 [{"id":"m","status":"failed","n":1}]
//! > GET /v1/charges/f
//! < 200 {"id":"f","status":"failed","n":2}
//! ~ 200 {"id":"g","status":"failed","n":4}
//! ```
//!
//! Names and words of people:
//!
//! ```
//! > GET /v1/people
//! < 200 [{"name":"Ann"},{"name":"Ann"},{"name":"Ann"},{"name":"Bo"},{"name":"Bo"}]
//! ~ 200 [{"name":"Cy"}]
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Node, kin};
use cassettes::json::Pointer;
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("value-unknown", include_str!("value_unknown.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let Some(words) = closed(place, node) else { continue };
            findings.check();
            let foreign = |text: &str| is_word(text) && !words.contains(&text);
            if !other.texts.keys().any(|(_, text)| foreign(text)) {
                continue;
            }
            // What such things say in other answers of the real side, they may say here.
            let alike = kin(run.shapes(), group, place, |g| &g.real);
            let elsewhere: BTreeSet<&str> =
                alike.iter().flat_map(|(node, _)| node.texts.keys().map(|(_, text)| text.as_str())).collect();
            let mut unknown = other.texts.iter().filter(|((_, text), _)| foreign(text));
            let unknown = unknown.find(|((_, text), _)| !elsewhere.contains(text.as_str()));
            let (Some(((_, text), at)), Some((_, shown))) = (unknown, node.texts.iter().next()) else {
                continue;
            };
            findings.add(Complaint {
                severity: Severity::Warning,
                operation: group.operation.clone(),
                message: format!(
                    "`{place}` is one of {} in {} recorded values, and `{text}` on the mock",
                    words.join(", "),
                    node.present
                ),
                place: place.to_string(),
                real: shown.clone(),
                other: at.clone(),
                hint: Some(format!(
                    "use {} there, or record an answer that says `{text}`",
                    words.join(" or ")
                )),
            });
        }
    }
}

/// The words of a set that looks closed: machine words under a name that means a choice, each seen
/// more than once on average twice over.
pub(super) fn closed<'n>(place: &Pointer, node: &'n Node) -> Option<Vec<&'n str>> {
    let strings = node.count(&["string"]);
    let words: Vec<&str> = node.texts.keys().map(|(_, text)| text.as_str()).collect();
    let repeated = strings >= 5 && words.len() as u32 * 5 <= strings * 2;
    let shouts = |word: &&str| word.len() > 3 && !word.bytes().any(|b| b.is_ascii_lowercase());
    let named =
        place.name().is_some_and(|name| is_choice(name) || (is_sort(name) && words.iter().all(shouts)));
    (named && repeated && words.iter().all(|w| is_word(w)) && node.count(&["number", "empty"]) == 0)
        .then_some(words)
}

fn is_choice(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    [
        "status",
        "state",
        "type",
        "kind",
        "object",
        "mode",
        "level",
        "severity",
        "phase",
        "reason",
        "role",
        "scheme",
        "priority",
        "visibility",
        "direction",
        "side",
        "outcome",
        "stage",
    ]
    .iter()
    .any(|word| {
        lower == *word
            || lower.ends_with(&format!("_{word}"))
            || lower.ends_with(&format!(".{word}"))
            || lower == format!("@{word}")
            || name.ends_with(&capital(word))
    }) || lower == "__typename"
}

/// Names of sorts that people make up as well as machines: only words that shout are a machine's.
fn is_sort(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["class", "category", "tier", "plan", "action", "event"].iter().any(|word| lower.ends_with(word))
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// A word that a machine chose: letters and marks, no spaces, no digits.
fn is_word(text: &str) -> bool {
    (2..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic() || b"_-.:#".contains(&b))
}
