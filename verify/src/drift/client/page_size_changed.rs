//! # page-size-changed
//!
//! Listings are asked for in pages of another size.
//!
//! Group: what is sent
//!
//! ## Why it matters
//!
//! A library's new default of 100 where it was 10 makes fewer calls, larger answers and longer waits, and where
//! the other side caps pages lower it makes a listing end too early.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things?limit=10
//! < 200 {"data":[],"has_more":false}
//! - 0.0 c1 #1
//! + 0.0 c1 GET /v1/things?limit=100 = #1
//! ```
//!
//! Now it says how many, and the request finds no answer:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[],"has_more":false}
//! - 0.0 c1 #1
//! + 0.0 c1 GET /v1/things?per_page=50
//! ```
//!
//! In a body:
//!
//! ```
//! > POST /v1/search
//! > content-type: application/json
//! >> {"query":"x","pageSize":10}
//! < 200 {"hits":[]}
//! - 0.0 c1 #1
//! + 0.0 c1 POST /v1/search
//! + content-type: application/json
//! ++ {"query":"x","pageSize":25}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/things?limit=10
//! < 200 {"data":[],"has_more":false}
//! - 0.0 c1 #1
//! + 0.0 c1 #1
//! ```

use super::bodies::{Bodies, Shape};
use super::drift::Drift;
use super::places::{Causes, Moved, Told, Way, complain, moved};
use super::runs::Runs;
use super::sizes::is_size;
use crate::conduct::Call;
use crate::excerpt::bounded;
use crate::finding::{Findings, Severity};
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("page-size-changed", include_str!("page_size_changed.rs")), compare };

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    let mut causes = Causes::new();
    for slot in runs.shared() {
        let bodies = Bodies::of(runs, slot);
        let in_query = |call: &Call<'_>| -> Vec<(String, String)> {
            let pairs = call.request().query_pairs().into_iter();
            pairs.filter(|(name, text)| is_size(runs, &slot.operation, name, text)).collect()
        };
        let in_body = |shape: &Shape| -> Vec<(String, String)> {
            let parts = shape.parts().into_iter().flatten();
            let sizes = parts.filter(|(name, (_, text))| is_size(runs, &slot.operation, name, text));
            sizes.map(|(name, (_, text))| (name.clone(), text.clone())).collect()
        };
        let mut names: BTreeSet<(bool, String)> = BTreeSet::new();
        for (run, calls) in [(runs.first(), &slot.before[0]), (&runs.after, &slot.after)] {
            let calls = calls.iter().map(|&n| &run.conduct.calls[n]);
            names.extend(calls.flat_map(in_query).map(|(name, _)| (true, name)));
        }
        for (_, shape) in bodies.all() {
            names.extend(in_body(shape).into_iter().map(|(name, _)| (false, name)));
        }
        for (query, name) in names {
            findings.check();
            let change = moved(runs, slot, false, |run, number, call| {
                let all = if query { in_query(call) } else { in_body(bodies.get(run, number)) };
                all.into_iter().find(|(known, _)| *known == name).map(|(_, text)| text)
            });
            let kinds = |run: usize, calls: &[usize]| -> BTreeSet<&str> {
                calls.iter().map(|&call| bodies.get(run, call).name()).collect()
            };
            // Another kind of body is another matter.
            let same_kind = query || kinds(0, &slot.before[0]) == kinds(runs.before.len(), &slot.after);
            if let Some(change) = change.1.filter(|_| same_kind) {
                let pointer = if query { format!("query {name}") } else { name };
                causes.entry(pointer).or_default().push(change);
            }
        }
    }
    for (pointer, changes) in causes {
        complain(runs, findings, &changes, |change, spread| told(&pointer, change, spread));
    }
}

fn told(pointer: &str, change: &Moved, spread: &str) -> Told {
    let name = pointer.trim_start_matches("query ").trim_start_matches('/');
    let (was, is) = (bounded(&change.was), bounded(&change.is));
    let message = match change.way {
        Way::Added => format!("pages of {is} are asked for with `{name}`; before, nothing was said{spread}"),
        Way::Gone => format!("`{name}` no longer says how large pages are; it was {was}{spread}"),
        Way::Other => format!("pages of {is} are asked for with `{name}`, before of {was}{spread}"),
    };
    Told {
        severity: Severity::Warning,
        message,
        place: pointer.to_owned(),
        pointer: pointer.to_owned(),
        hint: Some(
            "look whether the other side gives as many: a cap makes such a listing end early".to_owned(),
        ),
    }
}
