//! What a case expects, and what the contract takes for the same.

use super::Compare;
use super::contract::Contract;
use super::decimal::{Decimal, Form, Scale};
use super::said::Said;
use std::fmt;

/// An answer as a contract states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// A number, in the contract's unit, as written.
    Number(String),
    /// A string.
    String(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A success without the value.
    Absent,
    /// 404 or 410.
    NotFound,
    /// A status, and a machine code where one is stated.
    Status {
        /// Of the reply.
        status: u16,
        /// In it.
        code: Option<String>,
    },
    /// A program's exit status.
    Exit(u8),
    /// A failure: `timeout`, `refused`, `reset`.
    Failed(String),
}

/// The failures that can be stated.
pub(super) const FAILURES: [&str; 4] = ["timeout", "refused", "reset", "unresolved"];

impl Expect {
    /// Whether that was said, or what the contract takes for the same.
    pub(super) fn is_met(&self, contract: &Contract, said: &Said, scale: Scale, form: Option<Form>) -> bool {
        let group = |group: &&Vec<Expect>| group.iter().any(|one| one.is_the_same(contract, self));
        let same = |group: &Vec<Expect>| group.iter().any(|one| one.is(contract, said, scale, form));
        self.is(contract, said, scale, form) || contract.same.iter().filter(group).any(same)
    }

    fn is_the_same(&self, contract: &Contract, other: &Expect) -> bool {
        let by_value = contract.compare == Compare::Number && self.number().is_some();
        self == other || (by_value && self.number() == other.number())
    }

    /// The number that is stated.
    pub(super) fn number(&self) -> Option<Decimal> {
        match self {
            Expect::Number(text) | Expect::String(text) => Decimal::written(text),
            _ => None,
        }
    }

    /// The kind of answer that is stated; statuses and exits by what they are.
    pub(super) fn kind(&self) -> String {
        match self {
            Expect::Number(_) => "number".to_owned(),
            Expect::String(_) => "string".to_owned(),
            other => other.to_string(),
        }
    }

    /// Whether that was said, by an implementation with this scale and form.
    pub(super) fn is(&self, contract: &Contract, said: &Said, scale: Scale, form: Option<Form>) -> bool {
        let by_value = contract.compare == Compare::Number;
        match (self, said) {
            // What is expected is stated in the contract's own unit and form, as a number or as its text.
            (Expect::Number(text) | Expect::String(text), said)
                if by_value && Decimal::written(text).is_some() =>
            {
                let scales = contract.scales();
                let wanted = Decimal::written(text).and_then(|number| Scale::ONE.common(number, &scales));
                let came = said.number(form).and_then(|number| scale.common(number, &scales));
                wanted.is_some() && wanted == came
            }
            (Expect::Number(a), Said::Number(b) | Said::Text(b)) => a == b,
            (Expect::String(a), Said::String(b) | Said::Text(b)) => a == b,
            (Expect::Bool(a), Said::Bool(b)) => a == b,
            (Expect::Bool(a), Said::Text(b)) => a.to_string() == *b,
            (Expect::Null, Said::Null) | (Expect::Absent, Said::Absent(_)) => true,
            (Expect::NotFound, Said::Refusal { status, .. }) => matches!(status, 404 | 410),
            (Expect::Status { status: a, code: None }, Said::Refusal { status: b, .. }) => a == b,
            (Expect::Status { status: a, code }, Said::Refusal { status: b, code: came }) => {
                a == b && code == came
            }
            (Expect::Exit(a), Said::Exit(b)) => *b == format!("exit {a}"),
            (Expect::Failed(a), Said::Failed(b)) => a == b,
            _ => false,
        }
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expect::Number(text) => f.write_str(text),
            Expect::String(text) => write!(f, "\"{text}\""),
            Expect::Bool(value) => write!(f, "{value}"),
            Expect::Null => f.write_str("null"),
            Expect::Absent => f.write_str("absent"),
            Expect::NotFound => f.write_str("not-found"),
            Expect::Status { status, code: None } => write!(f, "status {status}"),
            Expect::Status { status, code: Some(code) } => write!(f, "status {status} {code}"),
            Expect::Exit(status) => write!(f, "exit {status}"),
            Expect::Failed(kind) => f.write_str(kind),
        }
    }
}
