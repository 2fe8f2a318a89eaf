//! The examples on the pages of lessons, taught.

use super::script::Script;
use super::{Outcome, Told};
use crate::lessons::LESSONS;
use cassettes::jwt::{HmacKey, Keys};
use std::sync::Arc;

/// What is told of a lesson, in the lines that pages have.
fn lines(told: &Told) -> Vec<String> {
    let mut lines = Vec::new();
    lines.push(match &told.outcome {
        Outcome::NotShown(why) => format!("not shown: {why}"),
        Outcome::CouldNotAsk(why) => format!("could not ask: {why}"),
        Outcome::Shown | Outcome::Disagrees => format!("shown: {}", told.seen),
    });
    let held: Vec<&str> = told.beliefs.iter().filter(|b| b.held).map(|b| b.name.as_str()).collect();
    if !held.is_empty() {
        lines.push(format!("held: {}", held.join(", ")));
    }
    for broken in told.broken() {
        lines.push(format!("broken: {}: expected {}, came {}", broken.name, broken.expected, broken.came));
    }
    lines
}

#[tokio::test]
async fn the_examples_of_every_page_show_what_they_say() {
    for lesson in LESSONS {
        let examples = lesson.meta.examples("Shows");
        assert!(!examples.is_empty(), "{}: no example", lesson.meta.name);
        let mut disagrees = false;
        for text in examples {
            let script = Script::read(&text);
            let keys: Arc<dyn Keys> = Arc::new(HmacKey(b"a key of the examples".to_vec()));
            let told = script.teach(Some(keys)).await;
            assert!(told.iter().any(|told| told.lesson.kind == lesson.meta.name), "{text}");
            disagrees |= told.iter().any(|told| told.outcome == Outcome::Disagrees);
            // A lesson that did not show its thing may break a belief by that, and still says why.
            let mut came: Vec<String> = told.iter().flat_map(lines).collect();
            let mut tells = script.tells.clone();
            if let Some(why) = tells.first().filter(|line| line.starts_with("not shown: ")).cloned()
                && told[0].outcome == Outcome::Disagrees
            {
                assert_eq!(told[0].not_shown.as_deref(), why.strip_prefix("not shown: "), "{text}");
                tells.remove(0);
                came.remove(0);
            }
            assert_eq!(came, tells, "{}:\n{text}", lesson.meta.name);
        }
        assert!(disagrees, "{}: no example on which a belief is broken", lesson.meta.name);
    }
}
