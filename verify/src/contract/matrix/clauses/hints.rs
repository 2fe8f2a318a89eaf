//! What to do about a disagreement: that depends on what differs.

use super::definitions_disagree::times;
use super::tell::quoted;
use crate::contract::matrix::causes::Cause;
use crate::contract::matrix::contract::{Asks, Compare};
use crate::contract::matrix::differ::Differ;
use crate::contract::matrix::said::Said;
use crate::contract::matrix::table::{Row, Table, list};

/// The repair of a cause.
pub(super) fn hint(table: &Table<'_>, row: &Row<'_>, cause: &Cause) -> String {
    let number = &table.contract.number;
    let text = table.contract.compare == Compare::Text;
    let by_number = if text { " with compare: number" } else { "" };
    match cause.differ {
        Differ::Form => format!(
            "state compare: number where it does not matter how `{number}` is written, or write it alike everywhere"
        ),
        Differ::Digits(sample) => format!(
            "state digits: \"{sample}\" for {}{by_number}, or let it say the bare number",
            quoted(table, &texts(table, row))
        ),
        Differ::Mark => format!(
            "let {} say the bare number: nothing is taken off a text",
            quoted(table, &texts(table, row))
        ),
        Differ::Text => format!(
            "see what {} say: a text that is no number is compared as it is written",
            everybody(table, row)
        ),
        Differ::Fold(zeros) => {
            let groups = row.groups();
            let large = groups.get(usize::from(zeros < 0)).map(Vec::as_slice).unwrap_or_default();
            format!(
                "where {} counts a smaller unit, state unit: and scale: {}{by_number} there; else decide in the domain \
                 which of them is right",
                quoted(table, large),
                times(zeros)
            )
        }
        Differ::Kind => kind(table, row),
        Differ::Value => decide(table, row, &cause.kinds),
    }
}

fn decide(table: &Table<'_>, row: &Row<'_>, kinds: &[String]) -> String {
    let number = &table.contract.number;
    let mut names: Vec<&str> = row.groups().concat().iter().map(|at| table.who(*at).name.as_str()).collect();
    names.push("every other reporter of the number");
    let names = list(&names);
    match kinds {
        [] if table.contract.covers.is_none() && row.kinds.is_empty() => format!(
            "decide in the domain what `{number}` means, write it down, and apply it in {names}; covers: {{field: …}} \
             says where kinds of things stand, and the report looks for the one that makes the difference"
        ),
        [] => format!("decide in the domain what `{number}` means, write it down, and apply it in {names}"),
        [kind] => format!(
            "decide in the domain whether `{kind}` counts towards `{number}`, write it down, and apply it in {names}"
        ),
        several => {
            format!("add a case with one of {} alone: that tells which of them it is", several.join(" and "))
        }
    }
}

/// One answer is no value.
fn kind(table: &Table<'_>, row: &Row<'_>) -> String {
    let number = &table.contract.number;
    let who = |wanted: &dyn Fn(&Said) -> bool| row.answers.iter().position(|answered| wanted(&answered.said));
    let name = |at: usize| table.who(at).name.as_str();
    let value = |at: usize| table.who(at).value.text.as_str();
    if let Some(at) = who(&|said| matches!(said, Said::Unreadable(_))) {
        return format!("mend value: {} of `{}`, or what it answers", value(at), name(at));
    }
    if let Some(at) = who(&|said| matches!(said, Said::Absent(_))) {
        let unknown = who(&|said| matches!(said, Said::Refusal { status: 404 | 410, .. })).is_some();
        let like = if unknown { "not-found" } else { "0" };
        return format!(
            "see that `{}` says `{number}` at {}; same: [[{like}, absent]] states that nothing there means {like}",
            name(at),
            value(at)
        );
    }
    if let Some(at) = who(&|said| matches!(said, Said::Exit(_))) {
        return format!("see why `{}` fails; expect: {{exit: N}} states that it is to", name(at));
    }
    if let Some(at) =
        who(&|said| matches!(said, Said::Refusal { status, .. } if !matches!(status, 404 | 410)))
    {
        return format!(
            "decide in the domain whether this is refused, and let `{}` and all others do alike",
            name(at)
        );
    }
    let said = if who(&|said| matches!(said, Said::Refusal { .. })).is_some() { "not-found" } else { "null" };
    format!(
        "decide in the domain what is said where there is nothing to count, and say it in {} alike; same: [[0, {said}]] \
         states that both are one",
        everybody(table, row)
    )
}

/// The repair of no answer.
pub(super) fn silence(table: &Table<'_>, row: &Row<'_>, at: usize) -> String {
    let who = table.who(at);
    let (name, said) = (&who.name, &row.answers[at].said);
    let method = match &who.asks {
        Asks::Http(question) | Asks::Started(_, question) | Asks::Cassette(_, question) => {
            question.method.as_str()
        }
        Asks::Exec(_) => "",
    };
    match said {
        Said::Failed(kind) if kind == "not started" && matches!(who.asks, Asks::Started(..)) => {
            format!("see that the command of `{name}` listens on PORT; --start-timeout gives it more time")
        }
        Said::Failed(kind) if kind == "not started" => format!("see that the command of `{name}` can be run"),
        Said::Failed(kind) if kind == "timeout" => {
            format!("see that `{name}` runs and answers; --timeout gives it more time")
        }
        Said::Refusal { status: 401 | 403 | 407, .. } => format!(
            "give `{name}` its credentials in headers:, as a secret that stands under `secrets:` in truetape.yaml"
        ),
        Said::Refusal { status: 300..=399, .. } => {
            format!("a redirect is not followed: ask `{name}` where it leads")
        }
        Said::Refusal { status: 429, .. } => "ask fewer at once: --concurrency 1".to_owned(),
        Said::Refusal { status: 405 | 501, .. } => {
            format!("`{name}` does not know {method} there: ask it otherwise")
        }
        Said::Refusal { status, .. } => {
            format!("see why `{name}` breaks; expect: {{status: {status}}} states that it is to")
        }
        _ => format!("see that `{name}` runs and answers"),
    }
}

/// Those whose text is no number.
fn texts(table: &Table<'_>, row: &Row<'_>) -> Vec<usize> {
    let all = row.groups().concat();
    let none: Vec<usize> =
        all.iter().copied().filter(|at| row.common(table.contract, *at).is_none()).collect();
    if none.is_empty() { all } else { none }
}

fn everybody(table: &Table<'_>, row: &Row<'_>) -> String {
    quoted(table, &row.groups().concat())
}
