//! The values that a plan wants and that nothing gives: what somebody has to name, as lines to copy.

use cassettes::plan::{Content, Lesson, Plan, names_in, names_in_json};
use recorder::desk::Values;
use std::collections::BTreeSet;

/// The names in a plan that no lesson of it keeps and no secret is called, in order.
pub(super) fn wanted(plan: &Plan, secrets: &[String]) -> Vec<String> {
    let mut kept: BTreeSet<&str> = secrets.iter().map(String::as_str).chain(Values::FRESH).collect();
    for lesson in plan.all() {
        kept.extend(lesson.keep.iter().map(|(name, _)| name.as_str()));
        let made = lesson.setting("made").map(cassettes::json::Json::members).unwrap_or_default();
        kept.extend(made.iter().map(|(name, _)| name.as_str()));
    }
    let mut found: Vec<String> = Vec::new();
    let plans = plan.headers.iter().flat_map(|(_, value)| names_in(value));
    for name in plans.chain(plan.all().flat_map(of_lesson)) {
        if !kept.contains(name) && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

fn of_lesson(lesson: &Lesson) -> Vec<&str> {
    let mut names = names_in(&lesson.target);
    names.extend(lesson.headers.iter().filter_map(|(_, value)| value.as_deref()).flat_map(names_in));
    match &lesson.content {
        Content::Nothing => {}
        Content::Json(json) => names.extend(names_in_json(json)),
        Content::Form(pairs) => names.extend(pairs.iter().flat_map(|(_, value)| names_in(value))),
        Content::Text(text) => names.extend(names_in(text)),
    }
    names.extend(lesson.settings.iter().flat_map(|(_, value)| names_in_json(value)));
    names
}

/// What to put into truetape.yaml for such names, and what to set then.
pub(super) fn lines(names: &[String], some: bool) -> String {
    let beside = if some { " (beside the others under `secrets:`)" } else { "" };
    let mut out = format!("put this into truetape.yaml{beside}:\n\n    secrets:\n");
    for name in names {
        out.push_str(&format!("      {name}: env:{}\n", variable(name)));
    }
    let set: Vec<String> = names.iter().map(|name| format!("{}=...", variable(name))).collect();
    out.push_str(&format!("\n  and give the values in the environment: export {}", set.join(" ")));
    if let Some(user) = names.iter().find(|name| name.starts_with("credential-user")) {
        out.push_str(&format!("\n  (a user's name that is no secret: learn --value {user}=NAME)"));
    }
    out
}

/// Reads `NAME=VALUE`.
pub(super) fn value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE, such as credential-user=ada".to_owned()),
    }
}

fn variable(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nothing_gives_is_wanted() {
        let text = "headers: {Authorization: \"Basic {{user}}:{{key}}\"}\nlessons:\n\
                    - ask: POST /things\n  json: {name: \"{{new.name}}\"}\n  keep: {thing: $.id}\n\
                    - tokens: GET /things/{{thing}}\n  given: {good: \"{{other-key}}\"}\n";
        let plan = Plan::parse(text.as_bytes()).expect("parses");
        let names = wanted(&plan, &["key".to_owned()]);
        assert_eq!(names, ["user", "other-key"]);
        let lines = lines(&names, false);
        assert!(lines.contains("      other-key: env:OTHER_KEY\n"), "{lines}");
    }
}
