//! Asking a listing's next page with what another answer gave: the way a recorded client went, on a
//! subject with cursors of its own.

use super::edge::{Count, Edge, Slot, Source};
use super::items::{items_at, items_of, limit_of};
use super::signal::{Says, read};
use crate::json::{Json, Step};
use crate::model::{Request, Response, encode, pairs};

/// `template` with the place in the listing that `answer` (to `asked`) leads to. None where the answer
/// gives nothing to ask on with. A request that already says it stays exactly as it is.
pub fn advance(
    edge: &Edge,
    template: &Request,
    asked: &Request,
    answer: &Response,
    json: Option<&Json>,
) -> Option<Request> {
    let value = match &edge.source {
        Source::Said(place) => match read(place, &answer.headers, json) {
            Says::More(value) if !value.is_empty() => value,
            _ => return None,
        },
        Source::LastItem(member) => {
            let json = json?;
            let last = items_of(json, &items_at(json)?)?.last()?;
            let value = if member.is_empty() { Some(last) } else { last.get(member) };
            value?.scalar_text()?.to_owned()
        }
        Source::Counted(count) => counted(*count, &edge.slot, asked, json)?,
    };
    let mut request = template.clone();
    match &edge.slot {
        Slot::Target => {
            let query = value.split_once('?')?.1.split('#').next().unwrap_or_default();
            if sorted(pairs(query)) != sorted(template.query_pairs()) {
                request.target = format!("{}?{query}", template.path());
            }
        }
        Slot::Query(name) => {
            let value = unwrapped(&value, name);
            let query = replaced(template.query().unwrap_or_default(), name, &value);
            if let Some(query) = query {
                request.target = format!("{}?{query}", template.path());
            }
        }
        Slot::Form(name) => {
            let value = unwrapped(&value, name);
            if let Some(form) = replaced(&String::from_utf8_lossy(template.body.bytes()), name, &value) {
                set_body(&mut request, form);
            }
        }
        Slot::Header(name) => request.headers.set(name, unwrapped(&value, name)),
        Slot::Json(pointer) => {
            let mut body = Json::parse(template.body.bytes()).ok()?;
            let value = unwrapped(&value, pointer.name().unwrap_or_default());
            if pointer.find(&body).and_then(Json::scalar_text) != Some(value.as_str()) {
                put(&mut body, &pointer.0, value)?;
                set_body(&mut request, body.to_string());
            }
        }
    }
    Some(request)
}

fn set_body(request: &mut Request, body: String) {
    if request.headers.contains("content-length") {
        request.headers.set("content-length", body.len().to_string());
    }
    request.body = body.into();
}

/// The cursor itself, where it was given inside a URL.
fn unwrapped(value: &str, name: &str) -> String {
    let inside = value.split_once('?').and_then(|(_, q)| pairs(q).into_iter().find(|(n, _)| n == name));
    inside.map_or_else(|| value.to_owned(), |(_, v)| v)
}

fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.sort();
    pairs
}

/// The query with that name's value; none if it has it already. Other names stay as they were spelt.
fn replaced(query: &str, name: &str, value: &str) -> Option<String> {
    let mut found = false;
    let mut pieces = Vec::new();
    for piece in query.split('&').filter(|p| !p.is_empty()) {
        match pairs(piece).into_iter().next() {
            Some((n, v)) if n == name => {
                if v == value {
                    return None;
                }
                found = true;
                pieces.push(format!("{}={}", encode(name), encode(value)));
            }
            _ => pieces.push(piece.to_owned()),
        }
    }
    if !found {
        pieces.push(format!("{}={}", encode(name), encode(value)));
    }
    Some(pieces.join("&"))
}

/// What the slot holds in a request.
pub fn slot_value(request: &Request, slot: &Slot) -> Option<String> {
    let named =
        |pairs: Vec<(String, String)>, name: &str| pairs.into_iter().find(|(n, _)| n == name).map(|(_, v)| v);
    match slot {
        Slot::Target => Some(request.target.clone()),
        Slot::Query(name) => named(request.query_pairs(), name),
        Slot::Form(name) => named(pairs(&String::from_utf8_lossy(request.body.bytes())), name),
        Slot::Header(name) => request.headers.get(name).map(std::borrow::Cow::into_owned),
        Slot::Json(pointer) => {
            let body = Json::parse(request.body.bytes()).ok()?;
            pointer.find(&body)?.scalar_text().map(str::to_owned)
        }
    }
}

fn counted(count: Count, slot: &Slot, asked: &Request, json: Option<&Json>) -> Option<String> {
    let before = slot_value(asked, slot).map(|v| v.parse::<u64>()).transpose().ok()?;
    let next = match count {
        Count::Pages => before.unwrap_or(1).checked_add(1)?,
        Count::Items => {
            let json = json?;
            let items = items_of(json, &items_at(json)?)?.len() as u64;
            let step = limit_of(asked).map_or(items, |(_, limit)| limit);
            before.unwrap_or_default().checked_add(step)?
        }
    };
    Some(next.to_string())
}

/// Sets a scalar, keeping the kind that stands there; members that are missing are made.
fn put(json: &mut Json, steps: &[Step], value: String) -> Option<()> {
    let Some((step, rest)) = steps.split_first() else {
        // A key of several members goes as it came.
        if let Some(key) = value.starts_with('{').then(|| Json::parse(value.as_bytes()).ok()).flatten() {
            *json = key;
            return Some(());
        }
        *json = if matches!(json, Json::Number(_)) && value.parse::<u64>().is_ok() {
            Json::Number(value)
        } else {
            Json::String(value)
        };
        return Some(());
    };
    match (json, step) {
        (Json::Object(members), Step::Member(name)) => {
            if !members.iter().any(|(n, _)| n == name) {
                members.push((name.clone(), Json::Null));
            }
            let (_, inner) = members.iter_mut().find(|(n, _)| n == name)?;
            put(inner, rest, value)
        }
        (Json::Array(items), Step::Index(i)) => put(items.get_mut(*i)?, rest, value),
        (place @ Json::Null, Step::Member(_)) => {
            *place = Json::Object(Vec::new());
            put(place, steps, value)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Pointer;
    use crate::model::Headers;

    fn pointer(name: &str) -> Pointer {
        Pointer::root().member(name)
    }

    #[test]
    fn the_subjects_own_cursor_is_used() {
        let edge = Edge {
            slot: Slot::Query("page_token".into()),
            source: Source::Said(super::super::Place::Json(pointer("next"))),
        };
        let template = Request::new("GET", "/x?n=2&page_token=abc&q=a+b");
        let body = r#"{"next":"z/1","data":[]}"#;
        let answer = Response::new(200, Headers::new(), body);
        let json = Json::parse(body.as_bytes()).ok();
        let next = advance(&edge, &template, &template, &answer, json.as_ref()).expect("goes on");
        assert_eq!(next.target, "/x?n=2&page_token=z%2F1&q=a+b");
        let ended = Json::parse(br#"{"next":null}"#).ok();
        assert_eq!(advance(&edge, &template, &template, &answer, ended.as_ref()), None);
    }

    #[test]
    fn counting_goes_on_from_what_was_asked() {
        let edge = Edge { slot: Slot::Json(pointer("offset")), source: Source::Counted(Count::Items) };
        let mut asked = Request::new("POST", "/search");
        asked.body = r#"{"offset":2,"limit":2}"#.into();
        let answer = Response::new(200, Headers::new(), r#"{"hits":[1,2]}"#);
        let json = Json::parse(answer.body.bytes()).ok();
        let next = advance(&edge, &asked, &asked, &answer, json.as_ref()).expect("goes on");
        assert_eq!(next.body.bytes(), br#"{"offset":4,"limit":2}"#);
    }
}
