//! What a report is about: who was asked, with which cassettes, and the exchanges that it cites.

use crate::behaviour::Coverage;
use crate::case::Said;
use crate::excerpt::bounded;
use crate::finding::Finding;
use crate::run::Run;
use cassettes::model::{Answer, Exchange};
use cassettes::subject::Spot;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One cited exchange, in a line for each side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Cited {
    /// What was recorded: method and target.
    pub request: String,
    /// What the real side answered: its status and the beginning of its body.
    pub answer: String,
    /// What the subject answered: its status, or the way it failed; none where it was not asked.
    pub other: Option<String>,
    /// Where in a user's file the exchange was recorded, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "spot")]
    pub location: Option<Spot>,
}

fn spot<S: serde::Serializer>(spot: &Option<Spot>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Place<'a> {
        file: &'a str,
        line: u32,
    }
    spot.as_ref().map(|s| Place { file: &s.file, line: s.line }).serialize(serializer)
}

impl Cited {
    /// An exchange that no subject was asked about.
    pub fn recorded(exchange: &Exchange) -> Self {
        let answer = Said::recorded(exchange, String::new()).whole().excerpt;
        Cited { request: asked(exchange), answer, ..Cited::default() }
    }
}

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// The subject as the user named it, without a password in it; empty where nobody was asked.
    pub subject: String,
    /// The cassettes by name, in the order given.
    pub cassettes: Vec<String>,
    /// The exchanges that findings and coverage cite.
    pub exchanges: BTreeMap<String, Cited>,
}

impl About {
    /// Of a run, and of what came of it.
    pub fn of(run: &Run<'_>, subject: &str, findings: &[Finding], coverage: &Coverage) -> Self {
        let sides = findings.iter().flat_map(|f| [&f.real, &f.other]);
        let behaviours = coverage.operations.iter().flat_map(|o| &o.behaviours);
        let mut cited: BTreeSet<&str> = sides.filter_map(|e| e.exchange.as_deref()).collect();
        cited.extend(behaviours.flat_map(|b| &b.evidence).map(String::as_str));
        let cases = run.cases.iter().map(|c| (c.exchange, &c.real, Some(&c.other)));
        let unjudged = run.unjudged.iter().map(|u| (u.exchange, &u.real, None));
        let mut exchanges = BTreeMap::new();
        for (exchange, real, other) in cases.chain(unjudged) {
            let Some(cite) = real.cite.as_deref().filter(|cite| cited.contains(cite)) else { continue };
            let other = other.map(|said| answer(&said.answer));
            exchanges.entry(cite.to_owned()).or_insert_with(|| Cited {
                request: asked(exchange),
                answer: real.whole().excerpt,
                other,
                location: None,
            });
        }
        let cassettes = run.cassettes.iter().map(|c| c.name.clone()).collect();
        About { subject: without_user(subject), cassettes, exchanges }
    }

    /// Of a subject alone, as the user named it.
    pub(crate) fn named(subject: &str) -> Self {
        About { subject: without_user(subject), ..About::default() }
    }

    /// Learns where the exchanges of a cassette stand, from its file's path as the user would type it and
    /// its text. Exchanges that are not found there get the file's first line.
    pub fn stand_in(&mut self, cassette: &str, path: &str, text: &str) {
        let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(id) = line.strip_prefix("- id:") {
                lines.entry(id.trim()).or_insert(number);
            }
        }
        for (cite, cited) in &mut self.exchanges {
            let Some(id) = cite.strip_prefix(cassette).and_then(|rest| rest.strip_prefix('#')) else {
                continue;
            };
            let line = lines.get(id).copied().unwrap_or(1);
            // Of two cassettes of one name, the first is meant.
            cited.location.get_or_insert_with(|| Spot { file: path.to_owned(), line });
        }
    }
}

fn asked(exchange: &Exchange) -> String {
    bounded(&format!("{} {}", exchange.request.method, exchange.request.target))
}

fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Reply(_) => answer.label(),
        Answer::Failed(_) => format!("failed: {}", answer.label()),
    }
}

/// A URL without its user and password.
fn without_user(name: &str) -> String {
    let Some((scheme, rest)) = name.split_once("://") else { return name.to_owned() };
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_not_told() {
        assert_eq!(without_user("http://u:p@h:1/a@b"), "http://h:1/a@b");
        assert_eq!(without_user("http://h/a@b"), "http://h/a@b");
        assert_eq!(without_user("wiremock:stubs"), "wiremock:stubs");
    }

    #[test]
    fn exchanges_are_found_in_their_files() {
        let mut about = About::default();
        for cite in ["a.yaml#1", "a.yaml#12", "b.yaml#1"] {
            about.exchanges.insert(cite.to_owned(), Cited::default());
        }
        about.stand_in("a.yaml", "tapes/a.yaml", "truetape: 1\nexchanges:\n- id: 1\n  x: y\n- id: 12\n");
        let at = |cite: &str| about.exchanges[cite].location.as_ref().map(|s| (s.file.as_str(), s.line));
        assert_eq!(at("a.yaml#1"), Some(("tapes/a.yaml", 3)));
        assert_eq!(at("a.yaml#12"), Some(("tapes/a.yaml", 5)));
        assert_eq!(at("b.yaml#1"), None);
    }
}
