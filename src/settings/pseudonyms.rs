//! Whether the pseudonyms of cassettes can be compared with what clients send.

use super::Settings;
use cassettes::{
    facets::credential::credentials,
    model::{Cassette, Digest, Exchange, Place, Request, SignatureVerdict},
    redact::Veil,
    store,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

impl Settings {
    /// What to say where the project's key is absent and cassettes hold several secrets of one form in one place of
    /// one question: they are then known by their order only. None where it does not matter.
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
                "{name}: one question was recorded with several secrets of one form, and the key of their pseudonyms, {}, \
                 is not here: they are told apart by their order only; copy the file from where it was recorded \
                 (it stays out of version control)",
                self.0.display()
            )
        })
    }

    /// What to say where a recorder makes a key beside a cassette that another one made; none where that makes no
    /// difference.
    pub(crate) fn made(&self, old: &Cassette) -> Option<String> {
        let hidden =
            |exchange: &Exchange| Veil::of(&exchange.redactions).is_some_and(|veil| veil.is_inside());
        old.exchanges.iter().any(hidden).then(|| {
            format!(
                "{}: it was recorded with another key of the pseudonyms than {}, which was not here and is made now: \
                 in this run secrets are compared by their form, in later ones those of before are not found; \
                 copy the file from where it was recorded, over the new one (it stays out of version control)",
                old.name,
                self.0.display()
            )
        })
    }
}

/// Whether secrets of one form stand in one place of one question, so that only their pseudonyms tell them apart;
/// many threads may look at once.
#[derive(Default)]
pub(crate) struct Several(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    /// By what shows without the key, what was recorded first.
    first: BTreeMap<Digest, String>,
    found: bool,
}

impl Several {
    /// Looks at an exchange.
    pub(crate) fn look(&self, exchange: &Exchange) {
        let Some(veil) = Veil::of(&exchange.redactions) else { return };
        let (request, veiled) = (&exchange.request, veil.over(&exchange.request));
        if veil.is_inside() {
            self.see(&question(&veiled, "", ""), &question(request, "", ""));
        }
        let masked = |place: &Place| {
            exchange.redactions.iter().any(|r| r.place == *place && !r.by.starts_with("secret "))
        };
        for (one, form) in credentials(request).into_iter().zip(credentials(&veiled)) {
            let told = exchange
                .tokens
                .iter()
                .any(|t| t.place == one.place && t.signature != SignatureVerdict::Unknown);
            if told || one.jwt.is_some() || !masked(&one.place) {
                continue;
            }
            let kind = format!("{} {}", one.place.0, one.scheme.unwrap_or_default());
            self.see(&question(&veiled, &kind, &form.text), &one.text);
        }
    }

    /// Remembers a secret, or what holds it, under what shows of it.
    fn see(&self, shows: &str, secret: &str) {
        let mut seen = self.seen();
        if !seen.found {
            let shows = Digest::of(shows.as_bytes());
            seen.found = *seen.first.entry(shows).or_insert_with(|| secret.to_owned()) != secret;
        }
    }

    fn found(&self) -> bool {
        self.seen().found
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request as one text, with a credential of a kind.
fn question(request: &Request, kind: &str, credential: &str) -> String {
    let Request { method, target, body, .. } = request;
    let body = Digest::of(body.bytes());
    format!("{method} {target}\n{body}\n{kind}\n{credential}")
}
