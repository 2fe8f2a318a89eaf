//! Headers left out, statuses evened out, time that costs nothing.

use super::survey::{Mutant, Survey, headers, say};
use crate::kit::service::Told;

/// Headers of successes and redirects that clients act on. Those of errors are the errors' own.
const ACTED_ON: [&str; 5] =
    ["location", "etag", "x-ratelimit-remaining", "x-ratelimit-limit", "last-modified"];

pub(super) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let mut all = Vec::new();
    for (route, what) in survey.kinds() {
        let Some(sample) = survey.sample(route, what) else { continue };
        let Some(reply) = sample.reply() else { continue };
        for name in ACTED_ON.iter().filter(|name| reply.headers.contains(name)) {
            all.push(survey.instead(&format!("no-{name}"), (route, what), &["header-missing"], |told| {
                headers(told, |h| h.remove(name))
            }));
        }
        if what.is_content() && [201, 202, 203].contains(&reply.status) {
            all.push(survey.instead("status-as-200", (route, what), &["status-changed"], |told| {
                let document = told.document();
                let old = told.reply().map(|r| r.headers.clone()).unwrap_or_default();
                headers(say(&told, 200, Some(&document)), |h| *h = old.clone())
            }));
        }
        if what.is_content() && reply.headers.media_type().is_some_and(|m| !m.starts_with("text/plain")) {
            all.push(survey.instead(
                "content-as-plain-text",
                (route, what),
                &["media-type-changed"],
                |told| headers(told, |h| h.set("Content-Type", "text/plain")),
            ));
        }
        if sample.millis > 500 {
            all.push(
                survey
                    .instead("at-once", (route, what), &["latency-free"], |told| Told { millis: 1, ..told }),
            );
        }
    }
    all
}
