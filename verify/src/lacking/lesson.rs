//! Lessons as a plan spells them.

use super::seen::Seen;
use cassettes::codec;
use cassettes::facets::pagination::limit_of;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer, Step};
use cassettes::operation::Operation;

/// Stands for an id, a cursor or a value that nobody has.
pub(super) const UNKNOWN: &str = "UNKNOWN";

/// `miss: GET /v1/customers/cus_1`: a kind of lesson and what is asked.
pub(super) fn lesson(kind: &str, seen: &Seen<'_>, target: &str) -> String {
    format!("{kind}: {} {target}", seen.operation.method)
}

/// The target that was asked, without its query.
pub(super) fn path(seen: &Seen<'_>) -> String {
    seen.request().path().to_owned()
}

/// The path with an id that nobody has in the place of its last one; none where no id stands in it.
pub(super) fn unknown_path(seen: &Seen<'_>) -> Option<String> {
    let template = template(seen.operation);
    let mut segments: Vec<&str> = seen.request().path().split('/').collect();
    let parts: Vec<&str> = template.split('/').collect();
    let at = parts.iter().rposition(|part| part.starts_with('{'))?;
    let suffix = parts[at].split_once('}').map_or("", |(_, suffix)| suffix);
    let unknown = format!("{UNKNOWN}{suffix}");
    *segments.get_mut(at)? = &unknown;
    Some(segments.join("/"))
}

/// The operation's path, without the call that may follow it.
pub(super) fn template(operation: &Operation) -> &str {
    operation.template.split(' ').next().unwrap_or_default()
}

/// The body with an id that nobody has in the place of the one it names, where one path serves many calls;
/// none where it names nothing.
pub(super) fn unknown_body(seen: &Seen<'_>) -> Option<Json> {
    let body = codec::json_of(&seen.request().headers, &seen.request().body)?;
    let mut named = None;
    Pointer::walk(&body, &mut |at, value| {
        let says = |name: &str| {
            words(name).iter().any(|w| ["id", "ids", "name", "key", "arn", "slug"].contains(&w.as_str()))
        };
        // What is called has a name, too, and is none of the things.
        let called = |name: &str| plain(name) == "operationname";
        if value.as_str().is_some() && at.name().is_some_and(|name| says(name) && !called(name)) {
            named.get_or_insert_with(|| at.clone());
        }
    });
    Some(replaced(&body, &named?.0))
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn replaced(json: &Json, at: &[Step]) -> Json {
    let Some((step, rest)) = at.split_first() else { return Json::String(UNKNOWN.to_owned()) };
    let inner = |here: bool, value: &Json| if here { replaced(value, rest) } else { value.clone() };
    match json {
        Json::Object(members) => {
            let is_it = |name: &String| *step == Step::Member(name.clone());
            Json::Object(members.iter().map(|(n, v)| (n.clone(), inner(is_it(n), v))).collect())
        }
        Json::Array(items) => {
            Json::Array(items.iter().enumerate().map(|(i, v)| inner(*step == Step::Index(i), v)).collect())
        }
        other => other.clone(),
    }
}

/// The path with a small page size, if anything is known of how that is asked for here or elsewhere.
pub(super) fn small_pages(seen: &Seen<'_>) -> String {
    let own = seen.all.iter().find_map(|one| limit_of(&one.exchange.request));
    let elsewhere = || {
        let cases = seen.run.cases.iter().map(|c| c.exchange);
        let others = cases.chain(seen.run.unjudged.iter().map(|u| u.exchange));
        others
            .filter(|e| e.request.method == "GET" && e.request.query().is_some())
            .find_map(|e| limit_of(&e.request))
    };
    let query = own.or_else(elsewhere).filter(|_| seen.is(&["GET"]));
    match query {
        Some((name, _)) => format!("{}?{name}=2", path(seen)),
        None => path(seen),
    }
}

/// The target with one query value replaced or added.
pub(super) fn with_query(seen: &Seen<'_>, name: &str, value: &str) -> String {
    let target = &seen.request().target;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name))
        .map(str::to_owned)
        .collect();
    pairs.push(format!("{name}={value}"));
    format!("{path}?{}", pairs.join("&"))
}
