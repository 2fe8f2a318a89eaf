//! # id-form-changed
//!
//! Ids have a form on the real side, a UUID, a prefix, digits, that the mock's have not.
//!
//! Group: shape
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
//! ```
//! > POST /v1/orders
//! < 201 {"id":"01HZX3Q9T4W8K2M5N7P6R0S1VA"}
//! ~ 201 {"id":"1001"}
//! ```
//!
//! ```
//! > GET /v1/channels
//! < 200 [{"id":"C04GH7K2Q1"},{"id":"C0QW5RT8Z2"},{"id":"C01BN6M4X7"},{"id":"C09LK3J8H5"}]
//! ~ 200 [{"id":"general"},{"id":"random"}]
//! ```
//!
//! Signs without a meaning become counters:
//!
//! ```
//! > GET /v1/repos
//! < 200 [{"node_id":"R_xXiMAGjn7cDeyx"},{"node_id":"R_kQ2mZbTw8sYaLp"},{"node_id":"R_h4NcVfXu1oGqEd"}]
//! ~ 200 [{"node_id":"1"},{"node_id":"2"}]
//! ```
//!
//! ## Quiet
//!
//! Signs without a meaning, of another length:
//!
//! ```
//! > GET /v1/repos
//! < 200 [{"node_id":"R_xXiMAGjn7cDeyx"},{"node_id":"R_kQ2mZbTw8sYaLp"},{"node_id":"R_h4NcVfXu1oGqEd"}]
//! ~ 200 [{"node_id":"R_1"},{"node_id":"R_2"}]
//! ```
//!
//! Names that people chose, in the place of which anybody may count:
//!
//! ```
//! > GET /v1/posts
//! < 200 [{"id":"my-first-post-2024"},{"id":"about-the-garden"},{"id":"on-counting-to-10"}]
//! ~ 200 [{"id":"1"},{"id":"2"}]
//! ```
//!
//! The same word in front, with a shorter number after it:
//!
//! ```
//! > GET /v1/subscriptions
//! < 200 [{"id":"sub_001eef"},{"id":"sub_003dde"},{"id":"sub_005ccd"},{"id":"sub_007bbc"}]
//! ~ 200 [{"id":"sub_1"}]
//! ```
//!
//! Others of the same make:
//!
//! ```
//! > GET /v1/channels
//! < 200 [{"id":"C04GH7K2Q1"},{"id":"C0QW5RT8Z2"},{"id":"C01BN6M4X7"},{"id":"C09LK3J8H5"}]
//! ~ 200 [{"id":"CZZKD1QP0W"},{"id":"CXQJFKWERD"}]
//! ```
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"cus_NffrFeUfNV2Hib","ref":"a-1"},{"id":"cus_9s6XKzkNRiz8i3","ref":"b-2"}]
//! ~ 200 [{"id":"cus_1","ref":"zzz"}]
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::kin;
use cassettes::meta::Meta;
use std::collections::BTreeSet;

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
            let form = common(&real).or_else(|| {
                let alike = kin(run.shapes(), group, place, |g| &g.real);
                let all = alike.iter().flat_map(|(node, _)| texts(node)).chain(real.iter().cloned());
                opaque(&all.collect(), &said)
            });
            let Some(form) = form else { continue };
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
    matches!(lower.as_str(), "id" | "uuid" | "guid" | "uid" | "oid" | "ulid")
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
    Ulid,
    /// So many characters of one alphabet, as a machine draws them.
    Drawn(usize, Alphabet),
    /// Signs that nobody chose, where the subject counts.
    Opaque,
}

/// Which characters an id is drawn from.
#[derive(Clone, Copy, PartialEq)]
enum Alphabet {
    Upper,
    Lower,
    Mixed,
}

impl Alphabet {
    /// None where letters and digits are not both there, or other marks are.
    fn of(text: &str) -> Option<Alphabet> {
        let any = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b));
        let letters = any(u8::is_ascii_alphabetic) && any(u8::is_ascii_digit);
        (plain && letters).then_some(match (any(u8::is_ascii_uppercase), any(u8::is_ascii_lowercase)) {
            (true, true) => Alphabet::Mixed,
            (true, false) => Alphabet::Upper,
            (false, _) => Alphabet::Lower,
        })
    }
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Form::Uuid => f.write_str("a UUID"),
            Form::Digits => f.write_str("digits"),
            Form::Prefixed(prefix) => write!(f, "`{prefix}` and more"),
            Form::Opaque => f.write_str("mixed letters and digits"),
            Form::Hex(len) => write!(f, "{len} hexadecimal digits"),
            Form::Ulid => f.write_str("a ULID"),
            Form::Drawn(len, alphabet) => {
                let letters = match alphabet {
                    Alphabet::Upper => "upper-case letters",
                    Alphabet::Lower => "lower-case letters",
                    Alphabet::Mixed => "letters",
                };
                write!(f, "{len} {letters} and digits")
            }
        }
    }
}

impl Form {
    fn of(text: &str) -> Option<Form> {
        if is_uuid(text) {
            return Some(Form::Uuid);
        }
        if is_ulid(text) {
            return Some(Form::Ulid);
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
            Form::Ulid => is_ulid(text),
            Form::Opaque => !is_count(text),
            // A few letters drawn may have no digit among them.
            Form::Drawn(len, alphabet) => {
                let near = text.len().abs_diff(*len) <= 2;
                let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=".contains(&b));
                near && plain
                    && match alphabet {
                        Alphabet::Upper => !text.bytes().any(|b| b.is_ascii_lowercase()),
                        Alphabet::Lower => !text.bytes().any(|b| b.is_ascii_uppercase()),
                        Alphabet::Mixed => true,
                    }
            }
        }
    }
}

/// Ids in which letters of both cases and digits take turns, where all of the subject's are counted.
fn opaque(real: &BTreeSet<String>, said: &[String]) -> Option<Form> {
    let kind = |b: u8| (b.is_ascii_uppercase(), b.is_ascii_lowercase(), b.is_ascii_digit());
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_=+/:".contains(&b));
    let turns = |text: &str| text.as_bytes().windows(2).filter(|w| kind(w[0]) != kind(w[1])).count();
    let noise = |text: &&String| text.len() >= 10 && plain(text) && turns(text) * 3 >= text.len();
    let counted = !said.is_empty() && said.iter().all(|text| is_count(text));
    (counted && real.len() > 2 && real.iter().all(|text| noise(&text))).then_some(Form::Opaque)
}

/// `1`, `17`, `1001`: what a program gives that counts.
fn is_count(text: &str) -> bool {
    text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The form that all have.
fn common(texts: &[String]) -> Option<Form> {
    let first = texts.first()?;
    if let Some(form) = Form::of(first) {
        return texts.iter().all(|text| form.fits(text)).then_some(form);
    }
    // Many that are alike in length and alphabet, without a word in front, are drawn by a machine.
    let drawn = texts.iter().map(|text| (text.len(), Alphabet::of(text))).collect::<Vec<_>>();
    let (len, alphabet) = (first.len(), drawn.iter().find_map(|(_, alphabet)| *alphabet)?);
    let same = texts.len() >= 4 && len >= 9 && drawn.iter().all(|(l, a)| *l == len && a.is_some());
    let one = |text: &String| Form::Drawn(len, alphabet).fits(text);
    if !(same && texts.iter().all(one)) {
        return None;
    }
    // A word that stands before all of them is the form; what follows it is each side's own.
    let shared = word_before(first).filter(|word| texts.iter().all(|text| text.starts_with(word)));
    Some(shared.map_or(Form::Drawn(len, alphabet), |word| Form::Prefixed(word.to_owned())))
}

/// `sub_` of `sub_001eef`.
fn word_before(text: &str) -> Option<&str> {
    let end = text.find(['_', '-'])?;
    let lawful = (2..=8).contains(&end) && text[..end].bytes().all(|b| b.is_ascii_alphabetic());
    lawful.then(|| &text[..=end])
}

/// 26 characters of Crockford's Base32, the first of which tells of this millennium.
fn is_ulid(text: &str) -> bool {
    text.len() == 26
        && text.starts_with("01")
        && text.bytes().all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"ILOU".contains(&b)))
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { b == b'-' } else { b.is_ascii_hexdigit() })
}
