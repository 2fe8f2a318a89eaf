//! Reading one lesson.

use super::read::{header_name, header_value, kind, object, once, text_of};
use super::{Content, Lesson, Place, PlanError, names_in};
use crate::model::is_header_name;
use crate::placed::{Member, Placed};
use std::collections::BTreeMap;

/// What every kind of lesson has.
const COMMON: [&str; 6] = ["headers", "json", "form", "text", "keep", "believe"];

/// Reads one lesson.
pub(super) fn read(item: &Placed) -> Result<Lesson, PlanError> {
    if !item.is_map() {
        return Err(PlanError::new(item.line, format!("expected a lesson as a map, got {}", kind(item)))
            .advised("for example `- ask: GET /v1/things`"));
    }
    once(item.members())?;
    let (named, method, target) = heading(item)?;
    let mut lesson = Lesson::new(&named.name, method, target);
    lesson.line = item.members().iter().map(|m| m.line).min().unwrap_or(item.line).max(item.line);
    for member in item.members() {
        note_lines(member, "", &mut lesson.lines);
        let value = &member.value;
        match member.name.as_str() {
            name if name == named.name => {}
            "headers" => lesson.headers = headers(value)?,
            "json" | "form" | "text" if lesson.content != Content::Nothing => {
                return Err(PlanError::new(member.line, format!("`{}` beside another body", member.name))
                    .advised("a lesson sends one of json, form and text"));
            }
            "json" => lesson.content = Content::Json(value.to_json()),
            "form" => lesson.content = Content::Form(form(value)?),
            "text" => lesson.content = Content::Text(text_of(value, "text")?.to_owned()),
            "keep" => lesson.keep = keep(value)?,
            "believe" => lesson.believe = object(value, "beliefs")?,
            name => lesson.settings.push((name.to_owned(), value.to_json())),
        }
    }
    Ok(lesson)
}

/// The member that says what kind of lesson it is, and what is asked: `walk: GET /v1/customers`.
fn heading(item: &Placed) -> Result<(&Member, &str, &str), PlanError> {
    let others = || item.members().iter().filter(|member| !COMMON.contains(&member.name.as_str()));
    let asks = |member: &&Member| member.value.text().is_some_and(|text| question(text).is_some());
    let Some(named) = others().find(asks).or_else(|| others().next()) else {
        return Err(PlanError::new(item.line, "expected the kind of the lesson and what it asks")
            .advised("for example `- ask: GET /v1/things`"));
    };
    let wanted = "METHOD /path";
    let text = text_of(&named.value, wanted)?;
    let (method, target) = question(text).ok_or_else(|| {
        PlanError::new(named.line, format!("expected `{}: {wanted}`, got `{text}`", named.name))
            .advised(format!("for example `- {}: GET /v1/things`", named.name))
    })?;
    if let Some(bad) = target.chars().find(|c| c.is_whitespace() || c.is_control()) {
        return Err(PlanError::new(
            named.line,
            format!("expected a target without blanks, got {bad:?} in `{target}`"),
        )
        .advised("percent-encode it: a blank is %20"));
    }
    Ok((named, method, target))
}

/// A method and a target, if a text is that.
fn question(text: &str) -> Option<(&str, &str)> {
    let (method, target) = text.trim().split_once(' ')?;
    let target = target.trim();
    let is_method = is_header_name(method) && method.bytes().all(|b| !b.is_ascii_lowercase());
    let is_target = target.starts_with('/') || (target.starts_with("{{") && !names_in(target).is_empty());
    (is_method && is_target).then_some((method, target))
}

fn headers(value: &Placed) -> Result<Vec<(String, Option<String>)>, PlanError> {
    if !value.is_null() && !value.is_map() {
        return Err(PlanError::new(value.line, format!("expected headers as a map, got {}", kind(value))));
    }
    let read = |member: &Member| {
        let name = header_name(member)?;
        let null = member.value.is_null();
        Ok((name, if null { None } else { Some(header_value(&member.value)?) }))
    };
    value.members().iter().map(read).collect()
}

/// Names and values; a list is a name that comes again.
fn form(value: &Placed) -> Result<Vec<(String, String)>, PlanError> {
    if !value.is_map() {
        return Err(PlanError::new(value.line, format!("expected a form as a map, got {}", kind(value))));
    }
    let mut pairs = Vec::new();
    for member in value.members() {
        let values =
            if member.value.is_list() { member.value.items() } else { std::slice::from_ref(&member.value) };
        for value in values {
            let text = if value.is_null() { "" } else { text_of(value, "the value of a form's field")? };
            pairs.push((member.name.clone(), text.to_owned()));
        }
    }
    Ok(pairs)
}

fn keep(value: &Placed) -> Result<Vec<(String, String)>, PlanError> {
    if !value.is_null() && !value.is_map() {
        return Err(PlanError::new(
            value.line,
            format!("expected what to keep as a map, got {}", kind(value)),
        )
        .advised("for example keep: {id: $.id}"));
    }
    let read = |member: &Member| {
        let name = &member.name;
        let braced = format!("{{{{{name}}}}}");
        if names_in(&braced) != [name.as_str()] || name.starts_with("new.") {
            return Err(PlanError::new(
                member.line,
                format!("expected a name of letters, digits, - and _, got `{name}`"),
            ));
        }
        let place = text_of(&member.value, "a place in the answer")?;
        Place::parse(place).map_err(|why| PlanError::new(member.line, why.to_string()))?;
        Ok((name.clone(), place.to_owned()))
    };
    value.members().iter().map(read).collect()
}

/// The lines of a member and of what is directly below it.
fn note_lines(member: &Member, above: &str, lines: &mut BTreeMap<String, u32>) {
    let pointer = format!("{above}/{}", member.name);
    if above.is_empty() {
        for inner in member.value.members() {
            note_lines(inner, &pointer, lines);
        }
    }
    lines.insert(pointer, member.line);
}
