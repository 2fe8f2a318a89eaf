//! What a project considers secret, and the one way to a [`Clean`] exchange.

use super::{
    Names, PseudonymKey, RuleError, Secret, digests, frames, known::Known, leaf::Side, mask::Mask,
    named::NamedSecrets, opened, pseudonym::Pseudonyms, redactors, reveal::alone,
};
use crate::{
    jwt::Keys,
    model::{Exchange, RedactRules, Request, Timestamp},
};
use regex::Regex;
use std::sync::Arc;

/// What a project considers secret: the default list, its own rules, its named secrets, and what was
/// found to be secret in earlier exchanges. Made once and shared.
pub struct Policy {
    names: Names,
    secrets: NamedSecrets,
    patterns: Vec<Regex>,
    pseudonyms: Pseudonyms,
    /// No key was given: nothing recorded has pseudonyms like ours.
    keyless: bool,
    keys: Option<Arc<dyn Keys>>,
    known: Known,
}

/// An exchange without secrets; the only thing that can be saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Clean(Exchange);

impl Policy {
    /// Reads the rules. Without the key of the project's pseudonyms, what is asked can be compared with what was
    /// recorded by its form only ([`super::Veil`]). `keys`, where given, tell good signatures from bad ones.
    pub fn new(
        rules: &RedactRules,
        secrets: Vec<Secret>,
        key: impl Into<Option<PseudonymKey>>,
        keys: Option<Arc<dyn Keys>>,
    ) -> Result<Policy, RuleError> {
        Policy::made(rules, NamedSecrets::new(secrets, false)?, key.into(), keys)
    }

    /// The same where nothing is saved: secrets too short to be told from innocent texts are not looked for,
    /// and put back where their names stand.
    pub fn revealing(
        rules: &RedactRules,
        secrets: Vec<Secret>,
        key: impl Into<Option<PseudonymKey>>,
    ) -> Result<Policy, RuleError> {
        Policy::made(rules, NamedSecrets::new(secrets, true)?, key.into(), None)
    }

    fn made(
        rules: &RedactRules,
        secrets: NamedSecrets,
        key: Option<PseudonymKey>,
        keys: Option<Arc<dyn Keys>>,
    ) -> Result<Policy, RuleError> {
        Ok(Policy {
            names: Names::new(rules)?,
            secrets,
            patterns: rules.patterns.iter().map(|text| pattern(text)).collect::<Result<_, _>>()?,
            keyless: key.is_none(),
            pseudonyms: Pseudonyms::new(&key.unwrap_or(PseudonymKey([0; 32]))),
            keys,
            known: Known::default(),
        })
    }

    /// The names in force.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Whether the key of the project's pseudonyms is not known.
    pub fn is_keyless(&self) -> bool {
        self.keyless
    }

    /// Takes every secret out, and records where each stood and what each token was. Cleaning what is
    /// clean changes nothing: places that `redactions` names already are left as they are.
    pub fn clean(&self, mut exchange: Exchange) -> Clean {
        let opened = Side::BOTH.map(|side| opened::open(&mut exchange, side));
        let mut mask = Mask::new(self, &exchange, opened);
        for redactor in redactors::ALL {
            (redactor.redact)(&mut exchange, &mut mask);
        }
        let (opened, redactions, tokens) = mask.finish();
        exchange.redactions.extend(redactions);
        exchange.tokens = tokens;
        for (side, opened) in Side::BOTH.into_iter().zip(opened) {
            if let Some(changed) = opened.close(&mut exchange, side) {
                digests::refit(&mut exchange, side, &changed, self);
            }
        }
        frames::clean(self, &mut exchange);
        exchange.redactions.sort();
        exchange.redactions.dedup();
        Clean(exchange)
    }

    /// The same for a request alone, as replay does before it looks for the recorded one.
    pub fn clean_request(&self, request: &Request, at: Timestamp) -> Request {
        let exchange = Exchange { at, ..alone(request.clone()) };
        self.clean(exchange).0.request
    }

    /// What becomes of an upstream as it was configured: the same as of [`Exchange::upstream`], whatever the
    /// exchange. To be asked once: what it gives is clean already.
    pub fn clean_upstream(&self, upstream: &str) -> String {
        let exchange = Exchange { upstream: upstream.to_owned(), ..alone(Request::default()) };
        self.clean(exchange).0.upstream
    }

    pub(super) fn secrets(&self) -> &NamedSecrets {
        &self.secrets
    }

    pub(super) fn patterns(&self) -> &[Regex] {
        &self.patterns
    }

    pub(super) fn pseudonyms(&self) -> &Pseudonyms {
        &self.pseudonyms
    }

    pub(super) fn keys(&self) -> Option<&dyn Keys> {
        self.keys.as_deref()
    }

    pub(super) fn known(&self) -> &Known {
        &self.known
    }
}

/// A pattern that matches nothing at all would match everywhere.
fn pattern(text: &str) -> Result<Regex, RuleError> {
    let wrong = |what: String| {
        RuleError::new(
            format!("expected a regular expression under redact.patterns, found {text:?}: {what}"),
            "the syntax is that of the Rust crate `regex`: no look-around and no back-references",
        )
    };
    let regex = Regex::new(text).map_err(|error| {
        let lines = error.to_string();
        wrong(lines.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
    })?;
    if regex.is_match("") { Err(wrong("it matches the empty text".into())) } else { Ok(regex) }
}

impl Clean {
    /// The exchange.
    pub fn exchange(&self) -> &Exchange {
        &self.0
    }

    /// The exchange, no longer known to be clean.
    pub fn into_exchange(self) -> Exchange {
        self.0
    }
}
