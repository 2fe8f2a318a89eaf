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

    /// Whether somebody answered who knew the question: more than a server or a program that breaks.
    pub fn is_meant(&self) -> bool {
        self.is_answer() && !matches!(self, Said::Exit(_) | Said::Refusal { status: 500.., .. })
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
            None => Decimal::parse(text),
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

/// The classes of one row's answers, in the order of the implementations; none for what is no answer.
pub(super) fn classes(contract: &Contract, row: &[&Said]) -> Vec<Option<Class>> {
    let own: Vec<Option<Class>> = row
        .iter()
        .zip(&contract.implementations)
        .map(|(said, who)| said.is_answer().then(|| class(contract, said, who.scale, who.form)))
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
        Said::Unreadable(why) => format!("unreadable {why}"),
        Said::Number(text) | Said::String(text) | Said::Text(text) => format!("{} {text}", said.kind()),
        other => format!("{} {}", other.kind(), other.label()),
    })
}
