//! What is wrong with a plan is said before anything is sent.

use super::unsafe_methods;
use crate::desk::Values;
use crate::lessons::{LESSONS, Lesson as Kind, Name, Takes, kind};
use cassettes::json::{Json, Query};
use cassettes::plan::{Content, Lesson, Place, Plan, PlanError, TokenSpec, names_in, names_in_json};
use std::collections::BTreeSet;

/// Checks every lesson: its kind, settings and beliefs, what may stand under them, methods that change
/// something, and that each name in braces has a value by then. `secrets` are the names of named secrets.
pub fn check(plan: &Plan, secrets: &[String]) -> Result<(), PlanError> {
    let mut known: BTreeSet<&str> = secrets.iter().map(String::as_str).chain(Values::FRESH).collect();
    for (name, value) in &plan.headers {
        named(names_in(value), &known, 1, &format!("the header {name}"))?;
    }
    if let Some(token) = &plan.token {
        named(
            [names_in_json(&token.claims), names_in_json(&token.header)].concat(),
            &BTreeSet::new(),
            1,
            "the token",
        )?;
    }
    for lesson in plan.all() {
        let kinds: Vec<&str> = LESSONS.iter().map(|kind| kind.meta.name).collect();
        let Some(kind) = kind(&lesson.kind) else {
            return Err(PlanError::unknown(lesson.line, "kind of lesson", &lesson.kind, &kinds));
        };
        settings(kind, lesson)?;
        beliefs(kind, lesson)?;
        unsafe_methods::check(kind, lesson)?;
        names(lesson, &known)?;
        known.extend(lesson.keep.iter().map(|(name, _)| name.as_str()));
        let made = lesson.setting("made").map(Json::members).unwrap_or_default();
        known.extend(made.iter().map(|(name, _)| name.as_str()));
    }
    Ok(())
}

/// Settings of lessons of every kind: a token of its own, what is kept where an answer does not give it, and what
/// it may have made after all.
const COMMON: [Name; 3] =
    [Name::new("token", Takes::Map), Name::new("else", Takes::Map), Name::new("made", Takes::Map)];

fn settings(kind: &Kind, lesson: &Lesson) -> Result<(), PlanError> {
    const UNSAFE: Name = Name::new("unsafe", Takes::Flag);
    let own = || kind.settings.iter().chain((!kind.openly).then_some(&UNSAFE)).chain(&COMMON);
    for (name, value) in &lesson.settings {
        let line = lesson.line_of(&format!("/{name}"));
        let Some(known) = own().find(|known| known.name == name) else {
            let mut all: Vec<&str> = own().map(|known| known.name).collect();
            all.extend(["headers", "json", "form", "text", "keep", "believe"]);
            return Err(PlanError::unknown(line, &format!("setting of `{}`", lesson.kind), name, &all));
        };
        fits(known, value, line)?;
        if name == "token" {
            TokenSpec::of(value).map_err(|what| PlanError::new(line, what))?;
        }
        for (name, place) in value.members().iter().filter(|_| name == "made") {
            let place = place.as_str().unwrap_or_default();
            Place::parse(place).map_err(|why| PlanError::new(line, format!("`made` of `{name}`: {why}")))?;
        }
        if name == "else" {
            let kept = |name: &String| lesson.keep.iter().any(|(own, _)| own == name);
            if let Some((name, _)) = value.members().iter().find(|(name, _)| !kept(name)) {
                return Err(PlanError::new(line, format!("`else` has `{name}`, which `keep` does not keep")));
            }
        }
    }
    match kind.settings.iter().find(|name| name.required && lesson.setting(name.name).is_none()) {
        Some(missing) => Err(PlanError::new(
            lesson.line,
            format!("`{}` without `{}`: expected {}", lesson.kind, missing.name, missing.takes.describe()),
        )),
        None => Ok(()),
    }
}

fn beliefs(kind: &Kind, lesson: &Lesson) -> Result<(), PlanError> {
    for (name, value) in lesson.believe.members() {
        let line = lesson.line_of(&format!("/believe/{name}"));
        let Some(known) = kind.weighs().find(|known| known.name == name) else {
            let all: Vec<&str> = kind.weighs().map(|known| known.name).collect();
            return Err(PlanError::unknown(line, &format!("belief of `{}`", lesson.kind), name, &all));
        };
        fits(known, value, line)?;
        for (path, _) in value.members().iter().filter(|_| name == "json") {
            if let Err(why) = Query::parse(path) {
                return Err(PlanError::new(
                    line,
                    format!("expected a JSONPath such as $.id, got `{path}`: {why}"),
                ));
            }
        }
    }
    Ok(())
}

fn fits(known: &Name, value: &Json, line: u32) -> Result<(), PlanError> {
    if known.takes.fits(value) {
        return Ok(());
    }
    let expected = known.takes.describe();
    Err(PlanError::new(line, format!("`{}`: expected {expected}, got {value}", known.name)))
}

/// Names in braces that have no value when the lesson's turn comes.
fn names(lesson: &Lesson, known: &BTreeSet<&str>) -> Result<(), PlanError> {
    named(names_in(&lesson.target), known, lesson.line, "the target")?;
    for (name, value) in &lesson.headers {
        let wanted = value.as_deref().map(names_in).unwrap_or_default();
        named(wanted, known, lesson.line_of(&format!("/headers/{name}")), &format!("the header {name}"))?;
    }
    let (wanted, at) = match &lesson.content {
        Content::Nothing => (Vec::new(), ""),
        Content::Json(json) => (names_in_json(json), "json"),
        Content::Form(pairs) => {
            (pairs.iter().flat_map(|(n, v)| [names_in(n), names_in(v)].concat()).collect(), "form")
        }
        Content::Text(text) => (names_in(text), "text"),
    };
    named(wanted, known, lesson.line_of(&format!("/{at}")), "the body")?;
    for (name, value) in &lesson.settings {
        named(names_in_json(value), known, lesson.line_of(&format!("/{name}")), &format!("`{name}`"))?;
    }
    for (name, value) in lesson.believe.members() {
        let line = lesson.line_of(&format!("/believe/{name}"));
        named(names_in_json(value), known, line, &format!("the belief `{name}`"))?;
    }
    Ok(())
}

fn named(wanted: Vec<&str>, known: &BTreeSet<&str>, line: u32, place: &str) -> Result<(), PlanError> {
    let Some(missing) = wanted.into_iter().find(|name| !known.contains(name)) else { return Ok(()) };
    let all: Vec<&str> = known.iter().copied().collect();
    let mut error = PlanError::unknown(line, "name", missing, &all);
    error.what =
        format!("{place} names {{{{{missing}}}}}, which no lesson before keeps and no secret is called");
    Err(error)
}
