//! Whether the pseudonyms of cassettes can be compared with what clients send.

use super::Settings;
use cassettes::{
    facets::credential::credentials,
    model::{Cassette, Exchange, SignatureVerdict},
    store,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

impl Settings {
    /// What to say where the project's key is absent and cassettes tell several credentials of one kind apart:
    /// they are then known by their order only. None where it does not matter.
    pub(crate) fn lacks_key(&self, beside: &Path, cassettes: &[Cassette]) -> Option<String> {
        let lack = self.lack(beside)?;
        cassettes.iter().find_map(|cassette| {
            let several = Several::default();
            cassette.exchanges.iter().for_each(|exchange| several.look(exchange));
            lack.told(&cassette.name, &several)
        })
    }

    /// Where the project's key would be; none where it is.
    pub(crate) fn lack(&self, beside: &Path) -> Option<Lack> {
        let directory = self.project(beside);
        if !matches!(store::pseudonym_key(directory, None), Ok(None)) {
            return None;
        }
        let key = directory.join(".truetape").join("pseudonym.key");
        Some(Lack(key.strip_prefix(".").map(Path::to_owned).unwrap_or(key)))
    }
}

/// Where the key of pseudonyms is missing.
pub(crate) struct Lack(PathBuf);

impl Lack {
    /// What is to be said of a cassette of this name; none where the key makes no difference.
    pub(crate) fn told(&self, name: &str, several: &Several) -> Option<String> {
        several.found().then(|| {
            format!(
                "{name}: one question was recorded with several credentials of one kind, and the key of their pseudonyms, {}, \
                 is not here: they are told apart by their order only; copy the file from where it was recorded \
                 (it stays out of version control)",
                self.0.display()
            )
        })
    }
}

/// Method, target, and where a credential of which kind stands.
type Question = (String, String, String);

/// Whether one question was asked with several credentials of one kind that only their pseudonyms tell apart; many
/// threads may look at once.
#[derive(Default)]
pub(crate) struct Several(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    first: BTreeMap<Question, String>,
    found: bool,
}

impl Several {
    /// Looks at an exchange.
    pub(crate) fn look(&self, exchange: &Exchange) {
        if exchange.redactions.is_empty() {
            return;
        }
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
            let question = (exchange.request.method.clone(), exchange.request.target.clone(), kind);
            let mut seen = self.seen();
            if !seen.found {
                seen.found = *seen.first.entry(question).or_insert_with(|| one.text.clone()) != one.text;
            }
        }
    }

    fn found(&self) -> bool {
        self.seen().found
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
