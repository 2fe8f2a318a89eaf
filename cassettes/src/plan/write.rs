//! Writing a plan for people to read, edit and run.

use super::{Content, Lesson, Plan, TokenSpec};
use crate::json::Json;
use crate::yaml::scalar;
use std::fmt::Write as _;

/// A value that does not fit on a line of this length gets a line for each member.
const WIDTH: usize = 100;

/// Writes a plan.
pub(super) fn write(plan: &Plan) -> String {
    let mut out = String::new();
    for note in plan.notes.iter().flat_map(|note| note.split('\n')) {
        comment(note, 0, &mut out);
    }
    if let Some(upstream) = &plan.upstream {
        let _ = writeln!(out, "upstream: {}", plain(upstream, false));
    }
    if !plan.headers.is_empty() {
        let headers = plan.headers.iter().map(|(n, v)| (n.clone(), Json::String(v.clone()))).collect();
        member("headers", &Json::Object(headers), 0, &mut out);
    }
    if let Some(token) = &plan.token {
        out.push_str("token:\n");
        member("claims", &token.claims, 2, &mut out);
        if !token.header.members().is_empty() {
            member("header", &token.header, 2, &mut out);
        }
        if token.field != TokenSpec::FIELD {
            member("field", &Json::String(token.field.clone()), 2, &mut out);
        }
    }
    out.push_str(if plan.lessons.is_empty() { "lessons: []\n" } else { "lessons:\n" });
    plan.lessons.iter().for_each(|one| lesson(one, &mut out));
    if !plan.finally.is_empty() {
        out.push_str("finally:\n");
        plan.finally.iter().for_each(|one| lesson(one, &mut out));
    }
    out
}

fn lesson(lesson: &Lesson, out: &mut String) {
    if let Some(note) = &lesson.note {
        note.split('\n').for_each(|line| comment(line, 0, out));
    }
    let question = format!("{} {}", lesson.method, lesson.target);
    let _ = writeln!(out, "- {}: {}", key(&lesson.kind), plain(&question, false));
    if !lesson.headers.is_empty() {
        let value = |value: &Option<String>| value.clone().map_or(Json::Null, Json::String);
        let headers = lesson.headers.iter().map(|(n, v)| (n.clone(), value(v))).collect();
        member("headers", &Json::Object(headers), 2, out);
    }
    match &lesson.content {
        Content::Nothing => {}
        Content::Json(json) => member("json", json, 2, out),
        Content::Form(pairs) => member("form", &form(pairs), 2, out),
        Content::Text(text) if text.contains('\n') && scalar::fits_block(text) => {
            out.push_str("  text: ");
            scalar::block(text, 4, out);
        }
        Content::Text(text) => member("text", &Json::String(text.clone()), 2, out),
    }
    for (name, value) in &lesson.settings {
        member(name, value, 2, out);
    }
    if !lesson.keep.is_empty() {
        let keep = lesson.keep.iter().map(|(n, v)| (n.clone(), Json::String(v.clone()))).collect();
        member("keep", &Json::Object(keep), 2, out);
    }
    if lesson.believe != Json::Null {
        member("believe", &lesson.believe, 2, out);
    }
}

/// A form as a map: a name that comes again has a list.
fn form(pairs: &[(String, String)]) -> Json {
    let mut members: Vec<(String, Json)> = Vec::new();
    for (name, value) in pairs {
        let value = Json::String(value.clone());
        match members.iter_mut().find(|(n, _)| n == name) {
            Some((_, Json::Array(values))) => values.push(value),
            Some((_, first)) => *first = Json::Array(vec![std::mem::take(first), value]),
            None => members.push((name.clone(), value)),
        }
    }
    Json::Object(members)
}

fn comment(line: &str, indent: usize, out: &mut String) {
    let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let gap = if line.is_empty() { "" } else { " " };
    let _ = writeln!(out, "{:indent$}#{gap}{line}", "");
}

fn member(name: &str, value: &Json, indent: usize, out: &mut String) {
    let _ = write!(out, "{:indent$}{}:", "", key(name));
    let mut line = String::new();
    flow(value, &mut line);
    let fits = indent + name.len() + line.len() + 2 <= WIDTH;
    match value {
        Json::Object(members) if !fits && !members.is_empty() => {
            out.push('\n');
            members.iter().for_each(|(name, value)| member(name, value, indent + 2, out));
        }
        Json::Array(items) if !fits && !items.is_empty() => {
            out.push('\n');
            for item in items {
                let mut line = String::new();
                flow(item, &mut line);
                let _ = writeln!(out, "{:indent$}- {line}", "");
            }
        }
        _ => {
            let _ = writeln!(out, " {line}");
        }
    }
}

/// On one line.
fn flow(value: &Json, out: &mut String) {
    match value {
        Json::Null | Json::Bool(_) | Json::Number(_) => value.write(out, false),
        Json::String(text) => out.push_str(&plain(text, true)),
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                flow(item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (at, (name, value)) in members.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                let _ = write!(out, "{}: ", key(name));
                flow(value, out);
            }
            out.push('}');
        }
    }
}

/// A name; quoted where a reader of any version might take it for something else.
fn key(name: &str) -> String {
    plain(name, true)
}

/// A text without quotes where every reader takes it for that text.
fn plain(text: &str, in_flow: bool) -> String {
    const WORDS: [&str; 13] =
        ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "infinity", "e"];
    let first = text.chars().next();
    let begins = first.is_some_and(|c| c.is_ascii_alphabetic() || "/$_".contains(c));
    let moment = super::seconds(text).is_some();
    let ends = text
        .chars()
        .next_back()
        .is_some_and(|c| c.is_ascii_alphanumeric() || ")/*_-.=%+$".contains(c) || (c == '}' && !in_flow));
    let safe = |c: char| c.is_ascii_alphanumeric() || "_-./$()*=&?%+@~;!".contains(c);
    // Blanks, colons and brackets part values only within flow collections or beside blanks.
    let loose = |c: char| safe(c) || (!in_flow && " :,[]{}|'\"".contains(c)) || (in_flow && c == ' ');
    let is_word = WORDS.contains(&text.to_ascii_lowercase().as_str());
    let parts = text.contains(": ") || text.contains(" #") || text.contains("  ") || text.contains("{{");
    if (moment || (begins && ends && !is_word)) && text.chars().all(loose) && !parts {
        return text.to_owned();
    }
    if !in_flow
        && begins
        && ends
        && text.contains("{{")
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(loose)
    {
        return text.to_owned();
    }
    let mut out = String::new();
    scalar::quoted(text, &mut out);
    out
}
