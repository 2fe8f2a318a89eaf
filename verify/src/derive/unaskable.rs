//! What no plan can ask yet, and what it wants for that.

use super::doorway::Doorway;
use super::setup::Setups;
use crate::lacking::OTHER;
use cassettes::facets::credential::credentials;
use cassettes::model::Response;
use cassettes::plan::Lesson;
use serde::Serialize;
use std::collections::BTreeSet;

/// Something that stays unknown, as a plan cannot ask for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unaskable {
    /// Of which operations, for example `POST /v1/orders/{id}/cancel`; empty: of all that carry such a thing.
    pub operations: Vec<String>,
    /// What nobody can find out.
    pub what: String,
    /// What would make it askable.
    pub wants: String,
}

/// What a plan from these recordings leaves open. `strangers` are the lessons that want another credential.
pub(super) fn unaskable(
    setups: &Setups<'_>,
    doorway: &Doorway,
    strangers: &[(Lesson, (usize, usize))],
) -> Vec<Unaskable> {
    let mut found = Vec::new();
    let mut add = |operations: Vec<String>, what: &str, wants: String| {
        found.push(Unaskable { operations, what: what.to_owned(), wants });
    };
    if !setups.left_out.is_empty() {
        add(
            setups.left_out.iter().cloned().collect(),
            "some changes and deletions of what was there before",
            "a recording in which such a thing is made first, or a lesson by hand on one that may be lost"
                .to_owned(),
        );
    }
    if !strangers.is_empty() {
        let of = |(_, at): &(Lesson, (usize, usize))| setups.operation(*at).map(ToString::to_string);
        let operations: BTreeSet<String> = strangers.iter().filter_map(of).collect();
        add(
            operations.into_iter().collect(),
            "whether somebody with another role is refused",
            format!(
                "a second credential: name it, as `secrets: {{{OTHER}: env:{}}}`, and add the lessons in the plan's notes",
                OTHER.to_ascii_uppercase().replace('-', "_")
            ),
        );
    }
    if doorway.token.is_some() || doorway.mints || setups.reads_tokens() {
        add(
            Vec::new(),
            "tokens with a fault in what is signed: expired, for somebody else, without a scope",
            "the key that signs tokens: `tokens:` in truetape.yaml, or --token-key".to_owned(),
        );
    }
    if doorway.signed {
        add(
            Vec::new(),
            "everything behind requests that each carry a signature of their own: a plan cannot sign them",
            "a client of yours that signs: record it as it asks for what is wrong".to_owned(),
        );
    }
    let meant = setups.with_meaning();
    if !meant.is_empty() {
        add(
            meant.into_iter().collect(),
            "what hangs on what values mean: a thing in a state that nothing here brings it into, values that do not go together, sizes, sums and checksums, choices that no answer names",
            "a lesson by hand, from what the vendor says of them".to_owned(),
        );
    }
    if setups.cassettes.iter().any(|c| !c.exchanges.is_empty()) {
        add(
            Vec::new(),
            "operations, fields and parameters that no recording holds",
            "a recording of a client that uses them".to_owned(),
        );
    }
    found
}

impl Setups<'_> {
    /// The operations that succeeded with values of somebody's choice.
    fn with_meaning(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (cassette, all) in self.cassettes.iter().enumerate() {
            for (at, exchange) in all.exchanges.iter().enumerate() {
                let request = &exchange.request;
                let says = !request.body.is_empty()
                    || request.method == "DELETE"
                    || request.query_pairs().iter().any(|(_, value)| value.parse::<f64>().is_err());
                let good = exchange.answer.reply().is_some_and(Response::is_success);
                if says && good {
                    found.extend(self.operation((cassette, at)).map(ToString::to_string));
                }
            }
        }
        found
    }

    /// Whether anybody came with a token that can be read.
    fn reads_tokens(&self) -> bool {
        let all = self.cassettes.iter().flat_map(|c| &c.exchanges);
        all.into_iter().any(|e| credentials(&e.request).iter().any(|c| c.jwt.is_some()))
    }
}
