//! How the answers to one case differ: numbers that are two are another matter than one number in two forms.

use super::decimal::{Decimal, Form};
use super::said::Said;
use super::table::{Row, Table};

/// In what two answers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Differ {
    /// They are two numbers.
    Value,
    /// One number is so many powers of ten times the other.
    Fold(i64),
    /// They are one number, written in two ways.
    Form,
    /// They are one number, and one groups its digits.
    Digits(&'static str),
    /// They are one number, and one has something beside it: a currency, a unit.
    Mark,
    /// They are texts, and one at least is no number.
    Text,
    /// One is a value, and the other something else; or neither is one.
    Kind,
}

/// Samples of how people group digits.
const SAMPLES: [&str; 5] = ["1,234.56", "1.234,56", "1 234,56", "1'234.56", "1_234.56"];

impl Differ {
    /// Whether it is one number, however it is written.
    pub(super) fn is_spelling(self) -> bool {
        matches!(self, Differ::Form | Differ::Digits(_) | Differ::Mark)
    }

    /// As a place tells it: nothing for two numbers.
    pub(super) fn name(self) -> String {
        match self {
            Differ::Value | Differ::Kind => String::new(),
            Differ::Fold(zeros) => format!(" scale {zeros}"),
            Differ::Form => " form".to_owned(),
            Differ::Digits(sample) => format!(" digits {sample}"),
            Differ::Mark => " mark".to_owned(),
            Differ::Text => " text".to_owned(),
        }
    }
}

/// In what the answers to a case differ.
pub(super) fn differ(table: &Table<'_>, row: &Row<'_>) -> Differ {
    let firsts = row.groups().into_iter().filter_map(|group| group.first().copied());
    let values: Vec<usize> = firsts.filter(|at| text_of(&row.answers[*at].said).is_some()).collect();
    let numbers: Vec<Option<Decimal>> = values.iter().map(|at| row.common(table.contract, *at)).collect();
    let known: Vec<Decimal> = numbers.iter().flatten().copied().collect();
    match () {
        () if values.len() < 2 => Differ::Kind,
        () if known.windows(2).any(|two| two[0] != two[1]) => Differ::Value,
        () if known.len() == values.len() => Differ::Form,
        () => {
            let Some(number) = known.first() else { return Differ::Text };
            let texts = values.iter().zip(&numbers).filter(|(_, number)| number.is_none());
            let read = texts.map(|(at, _)| printed(table, row, *at, *number));
            read.reduce(|one, other| if one == other { one } else { Differ::Text }).unwrap_or(Differ::Text)
        }
    }
}

/// What an answer is, so that answers that are something else are not one cause: `value`, `text`, `null`,
/// `error 402 card_declined`.
pub(super) fn category(table: &Table<'_>, row: &Row<'_>, at: usize) -> String {
    let said = &row.answers[at].said;
    match said {
        Said::Refusal { status: 404 | 410, .. } => "not-found".to_owned(),
        Said::Refusal { .. } | Said::Exit(_) => said.label(),
        _ if text_of(said).is_none() => said.kind().to_owned(),
        _ if row.common(table.contract, at).is_some() => "value".to_owned(),
        _ => "text".to_owned(),
    }
}

/// In what a text that is no number differs from one.
fn printed(table: &Table<'_>, row: &Row<'_>, at: usize, number: Decimal) -> Differ {
    let Some(text) = text_of(&row.answers[at].said) else { return Differ::Text };
    let (contract, scale) = (table.contract, table.who(at).scale);
    let is = |plain: &str| {
        let read = Decimal::written(plain).and_then(|read| scale.common(read, &contract.scales()));
        read == Some(number)
    };
    let grouped = |text: &str| {
        let reads = |sample: &&&str| {
            Form::parse(sample).and_then(|form| form.plain(text)).is_some_and(|plain| is(&plain))
        };
        SAMPLES.iter().find(reads).copied()
    };
    if let Some(sample) = grouped(text) {
        return Differ::Digits(sample);
    }
    let bare = text.trim_matches(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.'));
    match bare.len() < text.len() && (is(bare) || grouped(bare).is_some()) {
        true => Differ::Mark,
        false => Differ::Text,
    }
}

fn text_of(said: &Said) -> Option<&str> {
    match said {
        Said::Number(text) | Said::String(text) | Said::Text(text) => Some(text),
        _ => None,
    }
}
