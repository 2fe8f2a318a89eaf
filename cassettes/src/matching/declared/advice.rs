//! Which declaration would let a request pass that differs only in what makes no difference to most.

use super::{
    Declared, Kind,
    kind::{is_uuid, moment},
};
use crate::{
    json::plain_number,
    matching::{Difference, differences},
    model::{Request, Timestamp},
    redact::Names,
};

/// Who differs in more things than this differs in more than form.
const MOST: usize = 4;
/// Nobody looks for advice in bodies larger than this, in bytes.
const LARGEST: usize = 1 << 20;
/// Shorter texts are words.
const SHORTEST: usize = 8;
/// What is as near to now as this was said because it is now, in microseconds.
const DAY: u64 = 86_400_000_000;

/// The declarations, as they would stand under `matching:`, beside those that hold already. Each names the
/// operation, none leaves out a value unread, and together they were tried: they make both requests equal.
pub fn advice(
    asked: &Request,
    recorded: &Request,
    declared: Option<&Declared>,
    (names, now): (&Names, Timestamp),
) -> Option<String> {
    let path = asked.path();
    let large = [asked, recorded].iter().any(|request| request.body.bytes().len() > LARGEST);
    if large || path.contains(['{', '}', '*']) {
        return None;
    }
    let operation = quoted(&format!("{} {path}", asked.method), b" /");
    let none = Declared::default();
    let known = declared.unwrap_or(&none);
    let left = |said: &[String]| -> Option<Vec<Difference>> {
        let each: Vec<String> =
            said.iter().map(|verb| format!("{{operation: {operation}, {verb}}}")).collect();
        let all = known.and(&format!("[{}]", each.join(", ")).parse().ok()?).ok()?;
        if all.required(asked) != all.required(recorded) {
            return None;
        }
        let (asked, recorded) = (all.loosen(asked, Some(now)), all.loosen(recorded, None));
        Some(differences(&asked.view, &recorded.view, names))
    };
    let mut said: Vec<String> = Vec::new();
    let mut differences = left(&said)?;
    if differences.is_empty() {
        return None;
    }
    while let Some(first) = differences.first() {
        if said.len() == MOST {
            return None;
        }
        (said, differences) = verbs(first, now).into_iter().find_map(|verb| {
            let said = [said.as_slice(), &[verb]].concat();
            let still = left(&said)?;
            let helps = still.len() < differences.len() && still.iter().all(|one| one.place != first.place);
            helps.then_some((said, still))
        })?;
    }
    let each: Vec<String> = said.iter().map(|verb| format!("{{operation: {operation}, {verb}}}")).collect();
    Some(format!("[{}]", each.join(", ")))
}

/// What may be said of a difference, the most exact first. Whether it helps is for a trial to say.
fn verbs(difference: &Difference, now: Timestamp) -> Vec<String> {
    let mut verbs: Vec<String> = Vec::new();
    let at = difference.place.as_str();
    match at {
        "order of parts" => return vec!["multipart: order".to_owned()],
        _ if at.starts_with("part ") && at.ends_with(" fields") => {
            return ["filenames", "types", "[filenames, types]"]
                .map(|what| format!("multipart: {what}"))
                .into();
        }
        _ if at.starts_with("json ") && at.ends_with("/id") => verbs.push("json-rpc: id".to_owned()),
        _ if at == "query query" || at.starts_with("json ") && at.ends_with("/query") => {
            verbs.push("graphql: document".to_owned());
        }
        _ => {}
    }
    verbs.extend(lists(at).into_iter().map(|list| format!("unordered: {{{list}}}")));
    let (Some(place), Some(asked), Some(recorded)) = (place(at), &difference.asked, &difference.recorded)
    else {
        return verbs;
    };
    if plain_number(asked).is_some_and(|plain| plain_number(recorded) == Some(plain)) {
        verbs.push(format!("numeric: {{{place}}}"));
    }
    let (asked, recorded) = (bare(asked), bare(recorded));
    if asked.to_lowercase() == recorded.to_lowercase() {
        verbs.push(format!("caseless: {{{place}}}"));
    }
    if let Some(kind) = drawn(at, asked, recorded, now) {
        verbs.push(format!("any: {kind}, at: {{{place}}}"));
    }
    verbs
}

/// The type of values that are surely others each time, and mean nothing by it.
fn drawn(place: &str, asked: &str, recorded: &str, now: Timestamp) -> Option<Kind> {
    let both = |is: &dyn Fn(&str) -> bool| is(asked) && is(recorded);
    let is_nonce = is_nonce(place);
    if both(&|text| is_uuid(text)) {
        return (is_nonce || !is_id(place)).then_some(Kind::Uuid);
    }
    let near = |text: &str| moment(text).map(|at| now.0.abs_diff(at.0));
    if both(&|text| Kind::Date.is_text(text, None)) {
        // It names no time of the day: the day before and the day after are today somewhere.
        return near(&format!("{asked}T00:00:00Z")).filter(|apart| *apart <= 2 * DAY).map(|_| Kind::Date);
    }
    if both(&|text| text.len() >= 10 && moment(text).is_some()) {
        let apart = near(asked).filter(|apart| *apart <= DAY)?;
        return Some(if apart <= NOW { Kind::Now(NOW) } else { Kind::Time });
    }
    if !is_nonce {
        return None;
    }
    if both(&|text| text.len() >= SHORTEST && Kind::Integer.is_text(text, None)) {
        return Some(Kind::Integer);
    }
    let random = |text: &str| {
        text.len() >= SHORTEST && !text.contains(' ') && text.bytes().any(|b| b.is_ascii_digit())
    };
    both(&random).then_some(Kind::Text)
}

/// What is said to be now is no further from it, in microseconds.
const NOW: u64 = 300_000_000;

/// The last name of a place, in words: `json /order/requestId` is `request`, `id`.
fn words(place: &str) -> Vec<String> {
    let last = place.rsplit(['/', ' ']).find(|step| !step.bytes().all(|b| b.is_ascii_digit()));
    let mut words = vec![String::new()];
    for c in last.unwrap_or_default().chars() {
        if c.is_uppercase() || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn is_id(place: &str) -> bool {
    words(place).last().is_some_and(|last| matches!(last.as_str(), "id" | "ids" | "uuid" | "guid"))
}

/// Whether a place is called what only tells one request from the next.
fn is_nonce(place: &str) -> bool {
    const NAMES: [&str; 11] = [
        "nonce",
        "idempotency",
        "request",
        "requestid",
        "correlation",
        "trace",
        "traceparent",
        "span",
        "cachebuster",
        "cb",
        "random",
    ];
    place == "query _" || words(place).iter().any(|word| NAMES.contains(&word.as_str()))
}

fn bare(excerpt: &str) -> &str {
    excerpt.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(excerpt)
}

/// The lists that a place stands in, the innermost first, as declarations write them.
fn lists(place: &str) -> Vec<String> {
    if let Some(pointer) = place.strip_prefix("json /") {
        let steps: Vec<&str> = pointer.split('/').collect();
        let counted = |step: &str| !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
        let inner = (0..steps.len()).rev().filter(|at| counted(steps[*at]));
        return inner.map(|at| format!("json: {}", json_path(&steps[..at]))).collect();
    }
    let values = place.starts_with("query ") || place.starts_with("form ");
    self::place(place).filter(|_| values).into_iter().collect()
}

/// `json /metadata/nonce` as a declaration writes it; none of a segment: it says which thing is meant.
fn place(place: &str) -> Option<String> {
    if let Some(pointer) = place.strip_prefix("json /") {
        return Some(format!("json: {}", json_path(&pointer.split('/').collect::<Vec<_>>())));
    }
    let (kind, name) = place.split_once(' ')?;
    match kind {
        "query" => Some(format!("query: {}", quoted(name, b""))),
        "form" | "part" => Some(format!("form: {}", quoted(name, b""))),
        _ => None,
    }
}

fn json_path(steps: &[&str]) -> String {
    let mut path = "$".to_owned();
    for step in steps {
        let name = step.replace("~1", "/").replace("~0", "~");
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) {
            path.push_str("[*]");
        } else if plain && !name.is_empty() {
            path.push('.');
            path.push_str(&name);
        } else {
            path.push_str(&format!("[\"{}\"]", name.replace('\\', "\\\\").replace('"', "\\\"")));
        }
    }
    quoted(&path, b"")
}

/// As YAML writes it within braces. `more`: what is as harmless as letters.
fn quoted(text: &str, more: &[u8]) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"$._-".contains(&b) || more.contains(&b);
    let harmless = text.bytes().all(plain) && !text.starts_with('-') && !text.is_empty();
    if harmless { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

#[cfg(test)]
#[path = "advice_tests.rs"]
mod tests;
