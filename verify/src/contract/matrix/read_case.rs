//! Reading one case.

use super::contract::Case;
use super::error::ContractError;
use super::expect::{Expect, FAILURES};
use super::read::{kind, known, map, text_of};
use cassettes::json::Json;
use cassettes::placed::Placed;

const EXAMPLE: &str = "for example - {name: no-coupons, with: {item: 1}, expect: 7, covers: [purchase]}";

/// Reads a case; `common` are variables that every case has that does not give its own.
pub(super) fn read(item: &Placed, common: &[(String, Json)]) -> Result<Case, ContractError> {
    map(item, "a case as a map").map_err(|error| error.advised(EXAMPLE))?;
    known(item.members(), "part of a case", &["name", "with", "expect", "covers"])?;
    let line = item.members().first().map_or(item.line, |member| member.line);
    let name = item
        .get("name")
        .ok_or_else(|| ContractError::new(line, "", "expected a case with a `name:`").advised(EXAMPLE))?;
    let name = text_of(name, "the name of a case")?;
    if name.is_empty() || name.contains(char::is_control) {
        return Err(
            ContractError::new(line, "name", "expected the name of a case on one line").advised(EXAMPLE)
        );
    }
    let mut values = item.get("with").map(with).transpose()?.unwrap_or_default();
    for (name, value) in common {
        if values.iter().all(|(own, _)| own != name) {
            values.push((name.clone(), value.clone()));
        }
    }
    Ok(Case {
        name: name.to_owned(),
        line,
        with: values,
        expect: item.get("expect").map(expect).transpose()?,
        covers: item.get("covers").map(covers).transpose()?.unwrap_or_default(),
    })
}

/// Variables and their values.
pub(super) fn with(value: &Placed) -> Result<Vec<(String, Json)>, ContractError> {
    map(value, "variables by their names").map_err(|error| error.advised("for example with: {item: 1}"))?;
    let mut all: Vec<(String, Json)> = Vec::new();
    for member in value.members() {
        match member.value.scalar() {
            Some(one) if !member.value.is_null() => all.push((member.name.clone(), one.clone())),
            _ => {
                let got = kind(&member.value);
                return Err(ContractError::new(
                    member.line,
                    &member.name,
                    format!("expected one value for `{}`, got {got}", member.name),
                ));
            }
        }
    }
    Ok(all)
}

fn covers(value: &Placed) -> Result<Vec<(String, u32)>, ContractError> {
    let listed: Vec<&Placed> = if value.is_list() { value.items().iter().collect() } else { vec![value] };
    listed
        .into_iter()
        .map(|one| Ok((text_of(one, "a kind that the case covers")?.to_owned(), one.line)))
        .collect()
}

/// An answer as it is stated.
pub(super) fn expect(value: &Placed) -> Result<Expect, ContractError> {
    if value.is_map() {
        return stated(value);
    }
    match value.scalar() {
        Some(Json::Null) => Ok(Expect::Null),
        Some(Json::Bool(value)) => Ok(Expect::Bool(*value)),
        Some(Json::Number(text)) => Ok(Expect::Number(text.clone())),
        Some(Json::String(text)) => Ok(match text.as_str() {
            "not-found" => Expect::NotFound,
            "absent" => Expect::Absent,
            word if FAILURES.contains(&word) => Expect::Failed(text.clone()),
            _ => Expect::String(text.clone()),
        }),
        _ => Err(ContractError::new(
            value.line,
            "expect:",
            format!("expected one answer, got {}", kind(value)),
        )
        .advised("a number, a text, null, absent, not-found, or {status: 402, code: card_declined}")),
    }
}

fn stated(value: &Placed) -> Result<Expect, ContractError> {
    known(value.members(), "part of an expected answer", &["status", "code", "exit", "string"])?;
    let near = value.members().first().map(|member| member.name.as_str()).unwrap_or_default();
    let number = |name: &str, range: std::ops::RangeInclusive<u64>| {
        let given = value.get(name)?;
        Some(given.number().filter(|n| range.contains(n)).ok_or_else(|| {
            let got = kind(given);
            ContractError::new(
                given.line,
                name,
                format!("expected `{name}` as a number from {} to {}, got {got}", range.start(), range.end()),
            )
        }))
    };
    let code =
        value.get("code").map(|code| text_of(code, "a machine code").map(str::to_owned)).transpose()?;
    let string = value.get("string").map(|text| text_of(text, "a text").map(str::to_owned)).transpose()?;
    match (number("status", 100..=599), number("exit", 0..=255), string) {
        (Some(status), None, None) => {
            Ok(Expect::Status { status: u16::try_from(status?).unwrap_or_default(), code })
        }
        (None, Some(exit), None) if code.is_none() => {
            Ok(Expect::Exit(u8::try_from(exit?).unwrap_or_default()))
        }
        (None, None, Some(text)) if code.is_none() => Ok(Expect::String(text)),
        _ => Err(ContractError::new(
            value.line,
            near,
            "expected one of `status` (with a `code`), `exit` and `string`",
        )
        .advised("for example expect: {status: 402, code: card_declined}")),
    }
}
