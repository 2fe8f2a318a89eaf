//! Reading a contract, with the lines at which things stand.

use super::contract::{Asks, Case, Compare, Contract, Covers, Implementation};
use super::decimal::Scale;
use super::error::ContractError;
use super::template::Template;
use super::{read_case, read_implementation};
use cassettes::json::{Json, Query};
use cassettes::placed::{Member, Placed};
use std::collections::BTreeMap;

const NAMES: [&str; 8] = ["number", "unit", "compare", "same", "with", "implementations", "cases", "covers"];

/// Reads a contract.
pub(super) fn read(text: &[u8], secrets: &[&str]) -> Result<Contract, ContractError> {
    let root = Placed::read(text).map_err(|why| {
        let is_syntax = why.what.starts_with("not YAML");
        let error = ContractError::new(why.line, "", why.what);
        let lines = String::from_utf8_lossy(text);
        let near = lines.lines().skip((why.line as usize).saturating_sub(2)).take(2);
        // `{get: {item}}` is a map in a map to YAML.
        match is_syntax {
            true if near.into_iter().any(holds_variable) => {
                error.advised("put quotes around what holds {name} or {{name}}")
            }
            true => {
                error.advised("close every bracket and quote, and put quotes around paths that hold [ or {")
            }
            false => error,
        }
    })?;
    map(&root, "a contract: a map with `number:`, `implementations:` and `cases:`")?;
    known(root.members(), "part of a contract", &NAMES)?;
    let get = |name: &str| {
        root.member(name).ok_or_else(|| {
            ContractError::new(1, "", format!("expected `{name}:` in the contract, and there is none"))
                .advised("docs/guides/contracts.md shows a whole one")
        })
    };
    let number = get("number")?;
    let common =
        root.member("with").map(|member| read_case::with(&member.value)).transpose()?.unwrap_or_default();
    let mut contract = Contract {
        number: text_of(&number.value, "the name of a number")?.to_owned(),
        unit: root.get("unit").map(|unit| text_of(unit, "a unit").map(str::to_owned)).transpose()?,
        compare: root.get("compare").map(compare).transpose()?.unwrap_or_default(),
        same: root.get("same").map(same).transpose()?.unwrap_or_default(),
        implementations: implementations(get("implementations")?)?,
        cases: cases(get("cases")?, &common)?,
        covers: root.get("covers").map(covers).transpose()?,
    };
    units(&mut contract)?;
    values(&contract)?;
    secret_names(&contract, secrets)?;
    Ok(contract)
}

/// Whether `{name}` stands on a line outside of quotes.
fn holds_variable(line: &str) -> bool {
    let mut quote: Option<char> = None;
    line.char_indices().any(|(at, c)| {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => return Template::parse(&line[at..]).begins_with_a_name(),
            _ => {}
        }
        false
    })
}

fn compare(value: &Placed) -> Result<Compare, ContractError> {
    match value.text() {
        Some("text") => Ok(Compare::Text),
        Some("number") => Ok(Compare::Number),
        _ => Err(ContractError::new(
            value.line,
            value.text().unwrap_or("compare"),
            format!("expected `compare: text` or `compare: number`, got {}", kind(value)),
        )
        .advised("text: 7, 7.0 and \"7\" are three answers; number: they are one")),
    }
}

fn same(value: &Placed) -> Result<Vec<Vec<super::expect::Expect>>, ContractError> {
    let wrong = |at: &Placed, got: &str| {
        let (line, first) = (at.line, at.items().first());
        let near = at.text().or_else(|| first?.text()).filter(|text| !text.is_empty()).unwrap_or("same");
        let what = format!("expected lists of answers that are the same, got {got}");
        ContractError::new(line, near, what).advised("for example same: [[0, null, not-found]]")
    };
    if !value.is_list() {
        return Err(wrong(value, &kind(value)));
    }
    let group = |group: &Placed| match group.items() {
        [_] => Err(wrong(group, "a group of one")),
        [] => Err(wrong(group, &kind(group))),
        items => items.iter().map(read_case::expect).collect(),
    };
    value.items().iter().map(group).collect()
}

fn implementations(member: &Member) -> Result<Vec<Implementation>, ContractError> {
    map(&member.value, "implementations by their names")?;
    once(member.value.members())?;
    if member.value.members().is_empty() {
        return Err(ContractError::new(
            member.line,
            &member.name,
            "expected at least one implementation, got none",
        )
        .advised("for example display: {get: \"http://127.0.0.1:8001/items/{item}\", value: $.sold}"));
    }
    member.value.members().iter().map(read_implementation::read).collect()
}

fn cases(member: &Member, common: &[(String, Json)]) -> Result<Vec<Case>, ContractError> {
    if !member.value.is_list() {
        return Err(ContractError::new(
            member.line,
            &member.name,
            format!("expected a list of cases, got {}", kind(&member.value)),
        )
        .advised("each case begins with a dash: `- {name: no-coupons, with: {item: 1}, expect: 7}`"));
    }
    let mut lines: BTreeMap<String, u32> = BTreeMap::new();
    let mut cases = Vec::new();
    for item in member.value.items() {
        let case = read_case::read(item, common)?;
        if let Some(first) = lines.insert(case.name.clone(), case.line) {
            return Err(ContractError::new(
                case.line,
                &case.name,
                format!("a second case `{}`; the first stands on line {first}", case.name),
            )
            .advised("give each case a name of its own"));
        }
        cases.push(case);
    }
    Ok(cases)
}

fn covers(value: &Placed) -> Result<Covers, ContractError> {
    let example = "for example covers: {field: \"$..entries[*].type\", in: [display.yaml]}";
    map(value, "`field` and `in`").map_err(|error| error.advised(example))?;
    known(value.members(), "part of `covers`", &["field", "in"])?;
    let missing = |name: &str| {
        ContractError::new(value.line, "covers", format!("expected `{name}:` in `covers`")).advised(example)
    };
    let field = value.get("field").ok_or_else(|| missing("field"))?;
    let text = text_of(field, "a JSONPath")?;
    let query = Query::parse(text).map_err(|why| {
        ContractError::new(field.line, text, format!("`{text}` is no JSONPath: {why}")).advised(example)
    })?;
    let files = value.get("in").ok_or_else(|| missing("in"))?;
    let listed: Vec<&Placed> = if files.is_list() { files.items().iter().collect() } else { vec![files] };
    let files: Vec<String> = listed
        .into_iter()
        .map(|file| text_of(file, "a cassette").map(str::to_owned))
        .collect::<Result<_, _>>()?;
    if files.is_empty() {
        return Err(ContractError::new(value.line, "in", "expected the cassettes to look through, got none")
            .advised(example));
    }
    Ok(Covers { text: text.to_owned(), field: query, holder: holder(text), files, line: value.line })
}

/// What holds the field, and the field's name: `$..entries[*]` and `type`.
fn holder(text: &str) -> Option<(Query, String)> {
    let (holder, name) = text.rsplit_once('.')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    (is_name && !holder.ends_with('.')).then_some(())?;
    Some((Query::parse(holder).ok()?, name.to_owned()))
}

/// Whoever counts in another unit must say how many of it are one of the others'.
fn units(contract: &mut Contract) -> Result<(), ContractError> {
    let stated = contract.unit.clone();
    let base = stated.or_else(|| contract.implementations.iter().find_map(|one| one.unit.clone()));
    for one in &contract.implementations {
        let near = one.name.as_str();
        if one.unit.is_some() && one.unit != base && one.scale == Scale::ONE {
            let (own, base) = (one.unit.as_deref().unwrap_or_default(), base.as_deref().unwrap_or_default());
            return Err(ContractError::new(
                one.line,
                near,
                format!("`{near}` counts {own}, and the contract {base}"),
            )
            .advised(format!(
                "say how many {own} are one of {base} with `scale:`, and `compare: number` above"
            )));
        }
        if (one.scale != Scale::ONE || one.form.is_some()) && contract.compare == Compare::Text {
            return Err(ContractError::new(
                one.line,
                near,
                format!("`scale:` and `digits:` of `{near}` need `compare: number`"),
            )
            .advised("texts in different units are never the same; write `compare: number` at the top"));
        }
    }
    contract.unit = base;
    Ok(())
}

/// Every case gives what the questions want, and nothing that nobody wants.
fn values(contract: &Contract) -> Result<(), ContractError> {
    let mut wanted: BTreeMap<String, &str> = BTreeMap::new();
    for one in &contract.implementations {
        let templates = one.asks.templates();
        let named = templates.iter().flat_map(Template::variables).chain(one.value.variables());
        for name in named {
            wanted.entry(name.to_owned()).or_insert(&one.name);
        }
    }
    let names: Vec<&str> = wanted.keys().map(String::as_str).collect();
    for case in &contract.cases {
        if let Some((name, who)) =
            wanted.iter().find(|(name, _)| case.with.iter().all(|(own, _)| own != *name))
        {
            return Err(ContractError::new(
                case.line,
                &case.name,
                format!("the case `{}` has no `{name}`, which `{who}` is asked with", case.name),
            )
            .advised(format!("add it: with: {{{name}: …}}")));
        }
        if let Some((name, _)) = case.with.iter().find(|(name, _)| !wanted.contains_key(name)) {
            let mut error = ContractError::unknown(case.line, "variable", name, &names);
            error.what = format!("no implementation is asked with `{name}`");
            return Err(error);
        }
        for one in contract.implementations.iter().filter(|one| one.value.variables().next().is_some()) {
            one.value.check(&case.with).map_err(|why| {
                ContractError::new(
                    case.line,
                    &case.name,
                    format!("the value of `{}` in the case `{}`: {why}", one.name, case.name),
                )
            })?;
        }
    }
    Ok(())
}

fn secret_names(contract: &Contract, known: &[&str]) -> Result<(), ContractError> {
    for one in &contract.implementations {
        let templates = one.asks.templates();
        if let Some(name) = templates.iter().flat_map(Template::secrets).find(|name| !known.contains(name)) {
            let mut error = ContractError::unknown(one.line, "secret", name, known);
            if known.is_empty() {
                error = error.advised("name it under `secrets:` in truetape.yaml: {name: env:VARIABLE}");
            }
            return Err(error);
        }
        if matches!(&one.asks, Asks::Exec(words) if words.iter().any(|word| word.secrets().next().is_some()))
        {
            return Err(ContractError::new(
                one.line,
                &one.name,
                format!("a secret in the command of `{}`: everybody on the machine sees commands", one.name),
            )
            .advised("let the program read it from its environment"));
        }
    }
    Ok(())
}

/// A scalar as text.
pub(super) fn text_of<'p>(value: &'p Placed, what: &str) -> Result<&'p str, ContractError> {
    value
        .text()
        .ok_or_else(|| ContractError::new(value.line, "", format!("expected {what}, got {}", kind(value))))
}

/// A map.
pub(super) fn map(value: &Placed, what: &str) -> Result<(), ContractError> {
    if value.is_map() {
        return Ok(());
    }
    let near = value.text().unwrap_or_default();
    Err(ContractError::new(value.line, near, format!("expected {what}, got {}", kind(value))))
}

/// What stands there, in a word or two.
pub(super) fn kind(value: &Placed) -> String {
    match value {
        list if list.is_list() => "a list".to_owned(),
        map if map.is_map() => "a map".to_owned(),
        null if null.is_null() => "nothing".to_owned(),
        other => format!("`{}`", other.text().unwrap_or_default()),
    }
}

/// Members of these names alone, each at most once.
pub(super) fn known(members: &[Member], what: &str, names: &[&str]) -> Result<(), ContractError> {
    once(members)?;
    match members.iter().find(|member| !names.contains(&member.name.as_str())) {
        Some(member) => Err(ContractError::unknown(member.line, what, &member.name, names)),
        None => Ok(()),
    }
}

fn once(members: &[Member]) -> Result<(), ContractError> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for member in members {
        if let Some(first) = seen.insert(&member.name, member.line) {
            let again = format!("`{}` stands here again; it stood on line {first}", member.name);
            return Err(ContractError::new(member.line, &member.name, again));
        }
    }
    Ok(())
}
