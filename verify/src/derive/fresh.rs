//! Values that must be new in each run: names, addresses, keys.

use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer, Step};
use cassettes::plan::{Content, Lesson};

/// Words in the names of members that tell one thing from another.
const NAMES: [&str; 12] = [
    "name",
    "title",
    "slug",
    "username",
    "login",
    "handle",
    "label",
    "reference",
    "nickname",
    "sku",
    "subject",
    "alias",
];

/// Words beside which such a member names something that is there already.
const OTHERS: [&str; 12] = [
    "type",
    "kind",
    "class",
    "plan",
    "role",
    "country",
    "region",
    "bucket",
    "table",
    "queue",
    "repo",
    "operation",
];

/// Puts fresh values where what was recorded seems to be one's own: in a lesson that makes or changes things.
pub(super) fn freshen(lesson: &mut Lesson) {
    for (name, value) in &mut lesson.headers {
        if let Some(value) = value.as_mut().filter(|_| is_key(name)) {
            "{{new.uuid}}".clone_into(value);
        }
    }
    match &mut lesson.content {
        Content::Json(json) => walk(json, &mut Vec::new()),
        Content::Form(pairs) => {
            for (name, value) in pairs {
                if let Some(with) = fresh(name, value) {
                    *value = with;
                }
            }
        }
        Content::Nothing | Content::Text(_) => {}
    }
}

fn walk(json: &mut Json, at: &mut Vec<Step>) {
    match json {
        Json::Object(members) => {
            for (name, value) in members {
                at.push(Step::Member(name.clone()));
                walk(value, at);
                at.pop();
            }
        }
        // What is listed belongs to the whole, and is not told apart by its name.
        Json::Array(_) => {}
        Json::String(text) => {
            let name = Pointer(at.clone()).name().map(str::to_owned).unwrap_or_default();
            if let Some(with) = fresh(&name, text) {
                *text = with;
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// What stands in the place of a value that is somebody's own; none for any other.
fn fresh(name: &str, value: &str) -> Option<String> {
    if value.is_empty() || value.contains("{{") {
        return None;
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    if is_key(name) || is_uuid(value) {
        return Some("{{new.uuid}}".to_owned());
    }
    if value.contains('@') && value.contains('.') && !value.contains(' ') {
        return Some("{{new.name}}@example.org".to_owned());
    }
    (has(&NAMES) && !has(&OTHERS)).then(|| "{{new.name}}".to_owned())
}

/// Whether a name is that of an idempotency key.
fn is_key(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    plain.contains("idempot")
        || matches!(plain.as_str(), "clienttoken" | "clientrequesttoken" | "repeatabilityrequestid")
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12])
        && parts.concat().bytes().all(|b| b.is_ascii_hexdigit())
}
