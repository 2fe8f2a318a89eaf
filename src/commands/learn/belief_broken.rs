//! # belief-broken
//!
//! A plan of lessons believes something of the real side that the real side did not do.
//!
//! ## Why it matters
//!
//! A plan is a learning test: what a program relies on is written down once, and asked again after each upgrade
//! of the other side. When a belief breaks, either the real side has changed, and whatever was built on the
//! belief breaks next; or nobody ever knew, and the plan has just found out. Mend the program and the mocks that
//! share the belief, then the plan.
//!
//! ## Fires
//!
//! The unknown customer is believed to be a 404:
//!
//! ```
//! - miss: GET /v1/customers/cus_nope
//!   believe: {not-found: 404}
//! > GET /v1/customers/cus_nope
//! < 200 {"data":[]}
//! ```
//!
//! What a later lesson is to use is not there:
//!
//! ```
//! - ask: GET /v1/customers?limit=1
//!   keep: {id: "$.data[0].id"}
//! > GET /v1/customers?limit=1
//! < 200 {"data":[]}
//! ```
//!
//! The answer says nothing of what was asked for:
//!
//! ```
//! - reject: GET /v1/me
//! > GET /v1/me
//! < 429 {"error":{"code":"rate_limited"}}
//! ```
//!
//! ## Quiet
//!
//! ```
//! - miss: GET /v1/customers/cus_nope
//!   believe: {not-found: 404, code: customer_not_found}
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"code":"customer_not_found"}}
//! ```
//!
//! A lesson whose thing did not show, and of which nothing is believed:
//!
//! ```
//! - walk: GET /v1/customers
//! > GET /v1/customers
//! < 200 {"has_more":false,"data":[{"id":"cus_1"}]}
//! ```

use cassettes::{meta::Meta, model::ExchangeId, operation::Operation, subject::Spot};
use recorder::{desk::Belief, teaching::Told};
use verify::{Complaint, Evidence, Severity};

/// What `learn` complains of.
pub(crate) struct Page {
    /// Its name and page.
    pub(crate) meta: Meta,
    /// Judges one belief of a lesson at a place of its plan. `cite` names an exchange as people do.
    pub(super) judge: fn(&Judged<'_>) -> Option<Complaint>,
}

/// A belief, and where it and what it is about stand.
pub(super) struct Judged<'a> {
    pub(super) told: &'a Told,
    pub(super) belief: &'a Belief,
    pub(super) operation: Operation,
    pub(super) spot: Spot,
    pub(super) cite: &'a dyn Fn(ExchangeId) -> String,
}

pub(crate) static BELIEF_BROKEN: Page =
    Page { meta: Meta::new("belief-broken", include_str!("belief_broken.rs")), judge };

fn judge(judged: &Judged<'_>) -> Option<Complaint> {
    let Judged { told, belief, operation, spot, cite } = judged;
    if belief.held {
        return None;
    }
    let Belief { name, expected, came, .. } = belief;
    let (message, hint) = match name.as_str() {
        "rate-limited" => (
            format!(
                "`{}` was asked too often: {came} came, which says nothing of what it asks for",
                told.lesson.kind
            ),
            "teach it alone with --only, or put it before the lessons that use up the limit".to_owned(),
        ),
        kept if kept.starts_with("keep ") => (
            format!("what later lessons use is not at {expected}: {came}"),
            format!("look at the answer and mend `keep:` in {}", spot.file),
        ),
        _ => (
            format!("`{name}` is believed to be {expected}, and {came} came"),
            "mend what relies on it, and the mocks that share it; then the plan".to_owned(),
        ),
    };
    // The last exchange is the one that decided.
    let exchange = belief.exchanges.last().or(told.exchanges.last()).map(|id| cite(*id));
    Some(Complaint {
        severity: Severity::Error,
        operation: operation.clone(),
        message,
        place: format!("{}: {name}", told.lesson),
        real: Evidence { exchange, pointer: belief.pointer.clone(), excerpt: came.clone(), location: None },
        other: Evidence {
            exchange: None,
            pointer: name.clone(),
            excerpt: expected.clone(),
            location: Some(spot.clone()),
        },
        hint: Some(hint),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::{
        examples,
        model::{Request, Timestamp},
        plan::Plan,
        subject::{Boxed, NoAnswer, Observed, Subject},
    };
    use recorder::desk::{Desk, Means, Values, Waiting};
    use recorder::teaching::{Wanted, teach};
    use std::{collections::BTreeMap, sync::Mutex};

    /// Gives the answers of an example in their order.
    struct Vendor(Mutex<Vec<Observed>>);

    impl Subject for Vendor {
        fn name(&self) -> &'static str {
            "an example"
        }

        fn answer<'a>(&'a self, _: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
            let next = self.0.lock().expect("no panic before").pop();
            let none = NoAnswer { reason: "the example says no more".to_owned(), fatal: true };
            Box::pin(std::future::ready(next.ok_or(none)))
        }
    }

    async fn broken(text: &str) -> usize {
        let of = |line: &&str| line.starts_with(['>', '<']);
        let pick = |wanted: bool| -> String {
            text.lines().filter(|line| of(line) == wanted).map(|line| format!("{line}\n")).collect()
        };
        let plan = Plan::parse(format!("lessons:\n{}", pick(false)).as_bytes()).expect("a plan");
        let example = examples::parse(&pick(true)).expect("an example");
        let exchanges = example.cassettes.into_iter().flat_map(|c| c.exchanges);
        let mut answers: Vec<Observed> = exchanges.map(|e| Observed::of(e.answer)).collect();
        answers.reverse();
        let vendor = Vendor(Mutex::new(answers));
        let means = Means {
            subject: &vendor,
            recording: None,
            keys: None,
            clock: || Timestamp(0),
            waiting: Waiting::Never,
            bases: Vec::new(),
        };
        let mut desk = Desk::new(&plan, means, Values::new(BTreeMap::new(), || [0; 16]));
        let wanted = Wanted { only: &|_, _| true, begins: &mut |_, _| {}, ends: &mut |_| {} };
        let told = teach(&plan, &mut desk, wanted, std::pin::pin!(std::future::pending())).await;
        let complaint = |told: &Told, belief: &Belief| {
            (BELIEF_BROKEN.judge)(&Judged {
                told,
                belief,
                operation: Operation { method: "GET".to_owned(), template: "/".to_owned() },
                spot: Spot { file: "plan.yaml".to_owned(), line: told.lesson.line },
                cite: &|id| format!("example.yaml{id}"),
            })
        };
        told.iter()
            .flat_map(|told| told.beliefs.iter().filter_map(move |belief| complaint(told, belief)))
            .count()
    }

    #[tokio::test]
    async fn the_examples_of_the_page_fire_and_stay_quiet() {
        for (heading, fires) in [("Fires", true), ("Quiet", false)] {
            let examples = BELIEF_BROKEN.meta.examples(heading);
            assert!(!examples.is_empty());
            for text in examples {
                assert_eq!(broken(&text).await > 0, fires, "{text}");
            }
        }
    }
}
