//! What a derived plan may do: it overwrites, deletes and changes nothing but what it has made itself.

use super::effect::{Effect, is_step};
use crate::lacking::content_of;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};
use cassettes::links::Link;
use cassettes::model::Exchange;
use cassettes::operation::Operation;
use cassettes::plan::{Content, Lesson, names_in, names_in_json};

/// Words in the names of values that say which thing is meant.
const IDS: [&str; 8] = ["id", "ids", "uid", "uuid", "key", "slug", "ref", "reference"];

/// What is known of a name in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// An earlier lesson made what it names.
    Made,
    /// It names what was there.
    Found,
    /// It names no thing: a version, a secret, a fresh value.
    Other,
}

/// What a lesson varies.
pub(super) struct Varied<'v> {
    pub(super) exchange: &'v Exchange,
    pub(super) operation: &'v Operation,
    pub(super) effect: Effect,
    pub(super) links: &'v [Link],
}

/// Whether a lesson may overwrite, delete or change what the plan has not made. What is made up and what is
/// fresh is nobody's.
pub(super) fn harms(lesson: &Lesson, varied: &Varied<'_>, known: &dyn Fn(&str) -> Known) -> bool {
    if let Some((method, target)) =
        lesson.setting("change").and_then(Json::as_str).and_then(|c| c.split_once(' '))
        && is_on_others(method, target, lesson, varied, known)
    {
        return true;
    }
    !lesson.is_safe() && is_on_others(&lesson.method, &lesson.target, lesson, varied, known)
}

fn is_on_others(
    method: &str,
    target: &str,
    lesson: &Lesson,
    varied: &Varied<'_>,
    known: &dyn Fn(&str) -> Known,
) -> bool {
    let recorded = &varied.exchange.request;
    match method {
        // Nobody changes anything by asking for no change.
        "PATCH" if recorded.method != "PATCH" && lesson.content == Content::Nothing => false,
        "PUT" | "PATCH" | "DELETE" => path_is_others(target, recorded.path(), known),
        _ if recorded.method != method || varied.effect != Effect::Changes => false,
        _ => {
            let in_path = varied.operation.template.split(' ').next().is_some_and(|path| path.contains('{'))
                || is_step(varied.operation);
            match in_path {
                true => {
                    let template = varied.operation.template.as_str();
                    path_is_others(thing(target, template), thing(recorded.path(), template), known)
                }
                false => body_is_others(lesson, varied, known),
            }
        }
    }
}

/// The part of a path that names the thing, without the step that is taken with it.
fn thing<'p>(path: &'p str, template: &str) -> &'p str {
    let path = path.split('?').next().unwrap_or_default();
    let last = template.split(' ').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let cut = match (last.contains('{'), last.contains("}:")) {
        (false, _) => path.rfind('/'),
        (true, true) => path.rfind(':'),
        (true, false) => None,
    };
    cut.map_or(path, |at| &path[..at])
}

/// Whether a path names nothing of the plan's own, and nothing that is made up.
fn path_is_others(target: &str, recorded: &str, known: &dyn Fn(&str) -> Known) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let before: Vec<&str> = recorded.split('/').collect();
    !path.split('/').enumerate().any(|(at, piece)| {
        let names = names_in(piece);
        match names.is_empty() {
            true => before.get(at).is_none_or(|before| *before != piece) && !path.starts_with("{{"),
            false => names.iter().any(|name| name.starts_with("new.") || known(name) == Known::Made),
        }
    })
}

/// Whether a call names by its values what the plan has not made.
fn body_is_others(lesson: &Lesson, varied: &Varied<'_>, known: &dyn Fn(&str) -> Known) -> bool {
    let mut names: Vec<&str> = names_in(&lesson.target);
    let text = match &lesson.content {
        Content::Nothing => String::new(),
        Content::Json(json) => {
            names.extend(names_in_json(json));
            json.to_string()
        }
        Content::Form(pairs) => {
            names.extend(pairs.iter().flat_map(|(_, value)| names_in(value)));
            pairs.iter().map(|(_, value)| format!("\"{value}\"\n")).collect()
        }
        Content::Text(text) => {
            names.extend(names_in(text));
            text.clone()
        }
    };
    if names.iter().any(|name| known(name) == Known::Made) {
        return false;
    }
    if names.iter().any(|name| known(name) == Known::Found) {
        return true;
    }
    let mut ids: Vec<String> = varied.links.iter().map(|link| link.value.clone()).collect();
    let is_id = |name: &str| words(name).last().is_some_and(|word| IDS.contains(&word.as_str()));
    match content_of(&varied.exchange.request) {
        Content::Json(json) => Pointer::walk(&json, &mut |at, value| {
            ids.extend(value.scalar_text().filter(|_| at.name().is_some_and(is_id)).map(str::to_owned));
        }),
        Content::Form(pairs) => {
            ids.extend(pairs.into_iter().filter(|(name, _)| is_id(name)).map(|(_, value)| value));
        }
        Content::Nothing | Content::Text(_) => {}
    }
    let query = varied.exchange.request.query_pairs();
    let asked = lesson.target.split_once('?').map_or("", |(_, query)| query);
    let in_query = |(name, value): &(String, String)| is_id(name) && asked.contains(value.as_str());
    let is_there = |id: &String| match &lesson.content {
        // A short number stands in many texts.
        Content::Text(_) => text.contains(id.as_str()),
        _ => text.contains(&format!("\"{id}\"")) || (is_number(id) && text.contains(&format!(":{id}"))),
    };
    query.iter().any(in_query) || ids.iter().any(|id| !id.is_empty() && !id.contains("{{") && is_there(id))
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}
