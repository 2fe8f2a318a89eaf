//! # id-form-changed
//!
//! Ids have a form on the real side, a UUID, a prefix, digits, that the mock's have not.
//!
//! ## Why it matters
//!
//! Columns are too short, parsers refuse, prefixes that code branches on are missing: only with real ids.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things
//! < 200 [{"id":"0b9f4c1e-7a52-4c7e-9d0a-3c1f5f6a7b80"},{"id":"5f6a7b80-7a52-4c7e-9d0a-0b9f4c1e3c1f"}]
//! ~ 200 [{"id":"1"},{"id":"2"}]
//! ```
//!
//! ```
//! > GET /v1/customers/x
//! < 200 {"id":"cus_NffrFeUfNV2Hib"}
//! ~ 200 {"id":"customer-1"}
//! ```
//!
//! A word and a number:
//!
//! ```
//! > GET /v1/items
//! < 200 [{"id":"it-204011"},{"id":"it-993201"}]
//! ~ 200 [{"id":"8472"}]
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"cus_NffrFeUfNV2Hib","ref":"a-1"},{"id":"cus_9s6XKzkNRiz8i3","ref":"b-2"}]
//! ~ 200 [{"id":"cus_1","ref":"zzz"}]
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("id-form-changed", include_str!("id_form_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            if !place.name().is_some_and(is_id) {
                continue;
            }
            let Some(other) = group.other.nodes.get(place).filter(|n| !n.texts.is_empty()) else { continue };
            let texts = |node: &crate::run::shape::Node| -> Vec<String> {
                node.texts
                    .keys()
                    .filter(|(kind, _)| *kind == "string")
                    .map(|(_, text)| text.clone())
                    .collect()
            };
            let (real, said) = (texts(node), texts(other));
            let Some(form) = common(&real) else { continue };
            findings.check();
            let Some(changed) = said.iter().find(|text| !form.fits(text)) else { continue };
            let (Some((_, shown)), Some((_, at))) =
                (node.texts.iter().next(), other.texts.iter().find(|((_, text), _)| text == changed))
            else {
                continue;
            };
            findings.add(Complaint {
                severity: Severity::Warning,
                operation: group.operation.clone(),
                message: format!(
                    "`{place}` is {form} on the real side, as {}, and `{changed}` on the mock",
                    real[0]
                ),
                place: place.to_string(),
                real: shown.clone(),
                other: at.clone(),
                hint: Some(format!("give the mock's things ids that are {form}")),
            });
        }
    }
}

fn is_id(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(lower.as_str(), "id" | "uuid" | "guid")
        || lower.ends_with("_id")
        || name.ends_with("Id")
        || name.ends_with("ID")
}

/// A form that tells ids from other texts.
#[derive(Clone, PartialEq)]
enum Form {
    Uuid,
    Digits,
    Prefixed(String),
    Hex(usize),
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Form::Uuid => f.write_str("a UUID"),
            Form::Digits => f.write_str("digits"),
            Form::Prefixed(prefix) => write!(f, "`{prefix}` and more"),
            Form::Hex(len) => write!(f, "{len} hexadecimal digits"),
        }
    }
}

impl Form {
    fn of(text: &str) -> Option<Form> {
        if is_uuid(text) {
            return Some(Form::Uuid);
        }
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Form::Digits);
        }
        if text.len() >= 16 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Some(Form::Hex(text.len()));
        }
        if let Some((prefix, count)) = text.split_once('-') {
            let word = (2..=8).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_alphabetic());
            let drawn = count.len() >= 4 && count.bytes().all(|b| b.is_ascii_digit());
            return (word && drawn).then(|| Form::Prefixed(format!("{prefix}-")));
        }
        let (prefix, rest) = text.split_once('_')?;
        let lawful = (2..=8).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_lowercase());
        // What follows must look made by a machine, or `big_blue` would be a prefix.
        let random = rest.len() >= 8 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let mixed = rest.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        (lawful && random && mixed).then(|| Form::Prefixed(format!("{prefix}_")))
    }

    fn fits(&self, text: &str) -> bool {
        match self {
            Form::Prefixed(prefix) => text.starts_with(prefix.as_str()),
            Form::Uuid => is_uuid(text),
            Form::Digits => text.bytes().all(|b| b.is_ascii_digit()),
            Form::Hex(len) => text.len() == *len && text.bytes().all(|b| b.is_ascii_hexdigit()),
        }
    }
}

/// The form that all have.
fn common(texts: &[String]) -> Option<Form> {
    let form = Form::of(texts.first()?)?;
    texts.iter().all(|text| form.fits(text)).then_some(form)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}
