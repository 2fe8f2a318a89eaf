//! What an implementation said to a case: a value in the form in which it was said, or an answer of another kind.

use super::Compare;
use super::contract::Contract;
use super::decimal::{Decimal, Form, Scale};
use super::expect::Expect;
use crate::excerpt::bounded;

/// So much of an answer is a label.
const LONGEST: usize = 60;

/// One answer. Not-founds, refusals and failures are answers of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A number of a JSON document, as written.
    Number(String),
    /// A string of a JSON document.
    String(String),
    /// Text that has no kinds: a header, a cell of a table, an element, a whole plain body.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A success that has nothing at the place.
    Absent(String),
    /// A reply that is no success.
    Refusal {
        /// Its status.
        status: u16,
        /// The machine code in it, if there is one.
        code: Option<String>,
    },
    /// No reply: `timeout`, `refused`, `reset`.
    Failed(String),
    /// A program that ended otherwise than with status 0.
    Exit(String),
    /// A success that cannot be read as what was expected.
    Unreadable(String),
    /// It was not asked: the cassette has no such exchange, or it had been given up.
    NotAsked(String),
}

impl Said {
    /// In a word or two, as tables show it: on one line, and no longer than a line.
    pub fn label(&self) -> String {
        match self {
            Said::Number(text) | Said::Text(text) => short(text),
            Said::String(text) => format!("\"{}\"", short(text)),
            Said::Bool(value) => value.to_string(),
            Said::Null => "null".to_owned(),
            Said::Absent(_) => "absent".to_owned(),
            Said::Refusal { status: 404, .. } => "404".to_owned(),
            Said::Refusal { status, code: Some(code) } => format!("error {status} {}", short(code)),
            Said::Refusal { status, code: None } => format!("error {status}"),
            Said::Failed(kind) => kind.clone(),
            Said::Exit(how) => how.clone(),
            Said::Unreadable(_) => "unreadable".to_owned(),
            Said::NotAsked(_) => "not asked".to_owned(),
        }
    }

    /// The kind of answer, for programs that read reports.
    pub fn kind(&self) -> &'static str {
        match self {
            Said::Number(_) => "number",
            Said::String(_) => "string",
            Said::Text(_) => "text",
            Said::Bool(_) => "boolean",
            Said::Null => "null",
            Said::Absent(_) => "absent",
            Said::Refusal { status: 404 | 410, .. } => "not-found",
            Said::Refusal { .. } => "error",
            Said::Failed(_) => "failed",
            Said::Exit(_) => "exit",
            Said::Unreadable(_) => "unreadable",
            Said::NotAsked(_) => "not-asked",
        }
    }

    /// What there is to tell besides the label.
    pub fn detail(&self) -> Option<&str> {
        match self {
            Said::Absent(why) | Said::Unreadable(why) | Said::NotAsked(why) => Some(why),
            _ => None,
        }
    }

    /// Whether it says something of the number: two failures have not agreed on anything.
    pub fn is_answer(&self) -> bool {
        !matches!(self, Said::Failed(_) | Said::NotAsked(_))
    }

    /// Whether a server says with it that it did not look: it broke, it asks for credentials, it sends elsewhere, it
    /// does not know the method.
    pub fn is_broken(&self) -> bool {
        matches!(
            self,
            Said::Refusal { status: 300..=399 | 401 | 403 | 405 | 407 | 408 | 421 | 425 | 426 | 429 | 500.., .. }
        )
    }

    /// Whether two that say it have agreed on something: on a value, on there being no such thing, or on a refusal
    /// with a code. Two that break have not, nor have two whose answer nobody can read.
    pub fn settles(&self) -> bool {
        match self {
            Said::Number(_) | Said::String(_) | Said::Text(_) | Said::Bool(_) | Said::Null => true,
            Said::Refusal { status: 404 | 410, .. } => true,
            Said::Refusal { code, .. } => code.is_some() && !self.is_broken(),
            Said::Absent(_) | Said::Failed(_) | Said::Exit(_) | Said::Unreadable(_) | Said::NotAsked(_) => {
                false
            }
        }
    }

    /// The number as its text says it, read in the implementation's own form; none where it is none.
    pub fn number(&self, form: Option<Form>) -> Option<Decimal> {
        let text = match self {
            Said::Number(text) => return Decimal::parse(text),
            Said::String(text) | Said::Text(text) => text,
            _ => return None,
        };
        match form {
            Some(form) => Decimal::parse(&form.plain(text)?),
            None => Decimal::written(text),
        }
    }
}

/// The text on one line, cut where it is longer than any answer that is a number.
fn short(text: &str) -> String {
    let line = bounded(text);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Which answers are the same: those of one class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Class(String);

impl Class {
    /// Whether the contract says that this is the same as another answer.
    pub(super) fn is_stated(&self) -> bool {
        self.0.starts_with("same ")
    }
}

/// The classes of one row's answers, in the order of the implementations; none for what is no answer. That a server
/// breaks is one where the case is about statuses, or where the contract takes it for the same as another answer.
pub(super) fn classes(contract: &Contract, row: &[&Said], expect: Option<&Expect>) -> Vec<Option<Class>> {
    let stated = matches!(expect, Some(Expect::Status { .. }));
    let own: Vec<Option<Class>> = row
        .iter()
        .zip(&contract.implementations)
        .map(|(said, who)| {
            let class = said.is_answer().then(|| class(contract, said, who.scale, who.form))?;
            (stated || !said.is_broken() || class.is_stated()).then_some(class)
        })
        .collect();
    let has = |wanted: &Class| own.iter().flatten().any(|class| class == wanted);
    let joined = |(class, said): (&Option<Class>, &&Said)| match said {
        // Text has no kind: it is whatever of its spelling another says.
        Said::Text(text) if contract.compare == Compare::Text => {
            let spelt = [format!("number {text}"), format!("boolean {text}"), format!("string {text}")];
            let found = spelt.into_iter().map(Class).find(|spelt| has(spelt));
            found.or_else(|| class.clone())
        }
        _ => class.clone(),
    };
    own.iter().zip(row).map(joined).collect()
}

fn class(contract: &Contract, said: &Said, scale: Scale, form: Option<Form>) -> Class {
    let same = |group: &Vec<Expect>| group.iter().any(|one| one.is(contract, said, scale, form));
    if let Some(at) = contract.same.iter().position(same) {
        return Class(format!("same {at}"));
    }
    if contract.compare == Compare::Number
        && let Some(number) = said.number(form).and_then(|number| scale.common(number, &contract.scales()))
    {
        return Class(format!("value {number}"));
    }
    Class(match said {
        Said::Refusal { status: 404, .. } => "404".to_owned(),
        Said::Refusal { status, code } => format!("error {status} {}", code.as_deref().unwrap_or_default()),
        Said::Absent(_) => "absent".to_owned(),
        Said::Number(text) | Said::String(text) | Said::Text(text) => format!("{} {text}", said.kind()),
        other => format!("{} {}", other.kind(), other.label()),
    })
}
