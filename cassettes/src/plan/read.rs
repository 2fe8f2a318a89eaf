//! Reading a plan, with the lines at which things stand.

use super::{Lesson, Plan, PlanError, TokenSpec, read_lesson};
use crate::json::Json;
use crate::model::is_header_name;
use crate::placed::{Member, Placed};

const NAMES: [&str; 5] = ["upstream", "headers", "token", "lessons", "finally"];

/// Reads a plan.
pub(super) fn read(text: &[u8]) -> Result<Plan, PlanError> {
    let root = Placed::read(text).map_err(|why| {
        let error = PlanError::new(why.line, why.what);
        let lines = String::from_utf8_lossy(text);
        let near = lines.lines().skip((why.line as usize).saturating_sub(2)).take(2);
        // `{id: {{name}}}` is a map in a map to YAML.
        match near.into_iter().any(|line| line.contains("{{")) {
            true => error.advised("put quotes around what holds {{name}}"),
            false => error,
        }
    })?;
    if !root.is_map() {
        return Err(PlanError::new(root.line, "expected a plan: a map with `lessons:`"));
    }
    once(root.members())?;
    let comments = Comments::of(text);
    let mut plan = Plan { notes: comments.top(), ..Plan::default() };
    for member in root.members() {
        let value = &member.value;
        match member.name.as_str() {
            "upstream" if value.is_null() => {}
            "upstream" => plan.upstream = Some(text_of(value, "a base URL")?.to_owned()),
            "headers" => plan.headers = headers(value)?,
            "token" => plan.token = token(value)?,
            "lessons" => plan.lessons = lessons(value, &comments)?,
            "finally" => plan.finally = lessons(value, &comments)?,
            other => return Err(PlanError::unknown(member.line, "part of a plan", other, &NAMES)),
        }
    }
    Ok(plan)
}

/// Names that stand twice.
pub(super) fn once(members: &[Member]) -> Result<(), PlanError> {
    for (at, member) in members.iter().enumerate() {
        if let Some(first) = members[..at].iter().find(|m| m.name == member.name) {
            return Err(PlanError::new(
                member.line,
                format!("`{}` stands here again; it stood on line {}", member.name, first.line),
            ));
        }
    }
    Ok(())
}

/// A scalar as text.
pub(super) fn text_of<'p>(value: &'p Placed, what: &str) -> Result<&'p str, PlanError> {
    value.text().ok_or_else(|| PlanError::new(value.line, format!("expected {what}, got {}", kind(value))))
}

/// What stands there, in a word.
pub(super) fn kind(value: &Placed) -> &'static str {
    match value {
        list if list.is_list() => "a list",
        map if map.is_map() => "a map",
        null if null.is_null() => "nothing",
        _ => "a value",
    }
}

/// A field's name, checked.
pub(super) fn header_name(member: &Member) -> Result<String, PlanError> {
    if is_header_name(&member.name) {
        return Ok(member.name.clone());
    }
    Err(PlanError::new(member.line, format!("expected the name of a header, got `{}`", member.name)))
}

/// A field's value, checked: one line.
pub(super) fn header_value(value: &Placed) -> Result<String, PlanError> {
    let text = text_of(value, "the value of a header")?;
    if text.contains(['\r', '\n', '\0']) {
        return Err(PlanError::new(value.line, "expected the value of a header, got several lines"));
    }
    Ok(text.to_owned())
}

fn headers(value: &Placed) -> Result<Vec<(String, String)>, PlanError> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    if !value.is_map() {
        return Err(PlanError::new(value.line, format!("expected headers as a map, got {}", kind(value))));
    }
    value.members().iter().map(|member| Ok((header_name(member)?, header_value(&member.value)?))).collect()
}

fn token(value: &Placed) -> Result<Option<TokenSpec>, PlanError> {
    if value.is_null() {
        return Ok(None);
    }
    if !value.is_map() {
        return Err(PlanError::new(value.line, format!("expected a token as a map, got {}", kind(value)))
            .advised("for example token: {claims: {sub: u1, exp: +1h}}"));
    }
    once(value.members())?;
    let mut spec = TokenSpec::default();
    for member in value.members() {
        let object = || match member.value.is_map() {
            true => Ok(member.value.to_json()),
            false => Err(PlanError::new(member.line, format!("expected `{}` as a map", member.name))),
        };
        match member.name.as_str() {
            "claims" => spec.claims = object()?,
            "header" => spec.header = object()?,
            "field" => {
                let field = text_of(&member.value, "a header with {} for the token")?;
                let named = field.split_once(':').is_some_and(|(name, _)| is_header_name(name.trim()));
                if !named || !field.contains("{}") || field.contains(['\r', '\n']) {
                    return Err(PlanError::new(
                        member.line,
                        format!("expected a header with {{}} for the token, got `{field}`"),
                    )
                    .advised(format!("for example field: \"{}\"", TokenSpec::FIELD)));
                }
                field.clone_into(&mut spec.field);
            }
            other => {
                let known = ["claims", "header", "field"];
                return Err(PlanError::unknown(member.line, "part of a token", other, &known));
            }
        }
    }
    Ok(Some(spec))
}

fn lessons(value: &Placed, comments: &Comments<'_>) -> Result<Vec<Lesson>, PlanError> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    if !value.is_list() {
        return Err(PlanError::new(value.line, format!("expected a list of lessons, got {}", kind(value)))
            .advised("each lesson begins with a dash: `- walk: GET /v1/customers`"));
    }
    let read = |item: &Placed| {
        let mut lesson = read_lesson::read(item)?;
        lesson.note = comments.above(lesson.line);
        Ok(lesson)
    };
    value.items().iter().map(read).collect()
}

/// The comments of a file, which are no part of YAML's data.
struct Comments<'t>(Vec<&'t str>);

impl<'t> Comments<'t> {
    fn of(text: &'t [u8]) -> Self {
        Comments(std::str::from_utf8(text).unwrap_or_default().lines().collect())
    }

    fn comment(line: &str) -> Option<&str> {
        let text = line.trim_start().strip_prefix('#')?;
        Some(text.strip_prefix(' ').unwrap_or(text))
    }

    /// At the top of the file.
    fn top(&self) -> Vec<String> {
        self.0.iter().map_while(|line| Self::comment(line)).map(str::to_owned).collect()
    }

    /// Directly above a line, where that is not the top of the file.
    fn above(&self, line: u32) -> Option<String> {
        let before = self.0.get(..(line as usize).saturating_sub(1))?;
        let count = before.iter().rev().map_while(|line| Self::comment(line)).count();
        let lines: Vec<&str> =
            before[before.len() - count..].iter().filter_map(|line| Self::comment(line)).collect();
        (count > 0 && count < before.len()).then(|| lines.join("\n"))
    }
}

/// An object that a reader may leave out.
pub(super) fn object(value: &Placed, what: &str) -> Result<Json, PlanError> {
    match value {
        null if null.is_null() => Ok(Json::Null),
        map if map.is_map() => Ok(map.to_json()),
        other => Err(PlanError::new(other.line, format!("expected {what} as a map, got {}", kind(other)))),
    }
}
