//! Whether the pseudonyms of cassettes can be compared with what clients send.

use super::Settings;
use cassettes::{
    facets::credential::credentials,
    model::{Cassette, Exchange, SignatureVerdict},
    store,
};
use std::{collections::BTreeMap, path::Path};

impl Settings {
    /// What to say where the project's key is absent and cassettes tell several credentials of one kind apart:
    /// they are then known by their order only. None where it does not matter.
    pub(crate) fn lacks_key(&self, beside: &Path, cassettes: &[Cassette]) -> Option<String> {
        let directory = self.project(beside);
        if !matches!(store::pseudonym_key(directory, None), Ok(None)) {
            return None;
        }
        let cassette = cassettes.iter().find(|cassette| has_several(&cassette.exchanges))?;
        let key = directory.join(".truetape").join("pseudonym.key");
        let key = key.strip_prefix(".").unwrap_or(&key);
        Some(format!(
            "{}: one question was recorded with several credentials of one kind, and the key of their pseudonyms, {}, \
             is not here: they are told apart by their order only; copy the file from where it was recorded \
             (it stays out of version control)",
            cassette.name,
            key.display()
        ))
    }
}

/// Whether one question was asked with several credentials of one kind that only their pseudonyms tell apart.
fn has_several(exchanges: &[Exchange]) -> bool {
    let mut seen: BTreeMap<(&str, &str, String), String> = BTreeMap::new();
    for exchange in exchanges {
        let masked = |place: &cassettes::model::Place| {
            exchange.redactions.iter().any(|r| r.place == *place && !r.by.starts_with("secret "))
        };
        for one in credentials(&exchange.request) {
            let told = exchange
                .tokens
                .iter()
                .any(|t| t.place == one.place && t.signature != SignatureVerdict::Unknown);
            if told || one.jwt.is_some() || !masked(&one.place) {
                continue;
            }
            let kind = format!("{} {}", one.place.0, one.scheme.unwrap_or_default());
            let question = (exchange.request.method.as_str(), exchange.request.target.as_str(), kind);
            if *seen.entry(question).or_insert_with(|| one.text.clone()) != one.text {
                return true;
            }
        }
    }
    false
}
