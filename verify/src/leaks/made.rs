//! What a session made, and where its id and its values stand in requests and answers.

use crate::case::{Case, Said};
use crate::echo::is_unmistakable;
use cassettes::codec;
use cassettes::facets::pagination as pages;
use cassettes::json::{Json, Pointer};
use cassettes::model::Request;
use std::collections::BTreeSet;

/// Members that hold the thing itself.
const AROUND: [&str; 4] = ["data", "result", "item", "object"];
/// Members that are its id.
const IDS: [&str; 5] = ["id", "_id", "uuid", "guid", "name"];

/// The ids that both sides gave to what a request made; none where it made nothing with an id.
pub(super) fn ids(case: &Case<'_>) -> Option<(String, String)> {
    if case.exchange.request.method != "POST" || !case.real.is_success() || !case.other.is_success() {
        return None;
    }
    let in_body = |said: &Said<'_>, at: &Pointer| at.find(said.tree()?)?.scalar_text().map(str::to_owned);
    for name in IDS {
        let inside = AROUND.iter().map(|around| Pointer::root().member(around).member(name));
        for at in std::iter::once(Pointer::root().member(name)).chain(inside) {
            if let (Some(real), Some(other)) = (in_body(&case.real, &at), in_body(&case.other, &at)) {
                return Some((real, other)).filter(|_| name != "name" || !repeats(case, &at));
            }
        }
    }
    let last = |said: &Said<'_>| -> Option<String> {
        let location = said.header("location")?;
        let path = location.split(['?', '#']).next()?.trim_end_matches('/');
        path.rsplit_once('/').map(|(_, last)| last.to_owned()).filter(|last| !last.is_empty())
    };
    Some((last(&case.real)?, last(&case.other)?))
}

/// A name that the client chose tells nobody apart.
fn repeats(case: &Case<'_>, at: &Pointer) -> bool {
    let said = case.real.tree().and_then(|tree| at.find(tree)).and_then(Json::scalar_text);
    said.is_some_and(|said| sent(&case.exchange.request).contains(said))
}

/// The texts that a request's body carries.
pub(super) fn sent(request: &Request) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(json) = codec::json_of(&request.headers, &request.body) {
        scalars(&json, &mut found);
    } else if request.headers.media_type().as_deref() == Some("application/x-www-form-urlencoded") {
        let text = codec::text_of(&request.headers, &request.body).unwrap_or_default();
        // A form is spelt as a query is.
        let pairs = Request::new("POST", format!("/?{text}")).query_pairs();
        found.extend(pairs.into_iter().map(|(_, value)| value));
    }
    found
}

/// The texts and numbers that an answer's body holds.
pub(super) fn said(answer: &Said<'_>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(tree) = answer.tree() {
        scalars(tree, &mut found);
    }
    found
}

fn scalars(json: &Json, into: &mut BTreeSet<String>) {
    Pointer::walk(json, &mut |_, value| {
        if matches!(value, Json::String(_) | Json::Number(_)) {
            into.extend(value.scalar_text().map(str::to_owned));
        }
    });
}

/// Whether a request asks for the thing of that id: in its path or its query.
pub(super) fn asks_for(request: &Request, id: &str) -> bool {
    request.segments().iter().any(|s| s == id) || request.query_pairs().iter().any(|(_, v)| v == id)
}

/// The items of an answer that is a list.
pub(super) fn items<'s>(said: &'s Said<'_>) -> Option<&'s [Json]> {
    let tree = said.tree().filter(|_| said.is_success())?;
    pages::items_of(tree, &pages::items_at(tree)?)
}

/// The item of that id.
pub(super) fn item_of<'s>(items: &'s [Json], id: &str) -> Option<&'s Json> {
    items.iter().find(|item| {
        let own = IDS.iter().filter_map(|name| item.get(name)?.scalar_text());
        item.scalar_text() == Some(id) || own.into_iter().any(|own| own == id)
    })
}

/// The single values of an answer, by place; what stands in lists is left out.
pub(super) fn singles<'s>(answer: &'s Said<'_>) -> Vec<(Pointer, &'s str)> {
    fn go<'j>(json: &'j Json, at: &Pointer, into: &mut Vec<(Pointer, &'j str)>) {
        into.extend(json.scalar_text().map(|text| (at.clone(), text)));
        for (name, value) in json.members() {
            go(value, &at.member(name), into);
        }
    }
    let mut found = Vec::new();
    if let Some(tree) = answer.tree() {
        go(tree, &Pointer::root(), &mut found);
    }
    found
}

/// Whether an item is surely the thing of that id, and no other with the same number: nobody draws such an
/// id twice, or it holds what was written to it.
pub(super) fn is_surely(item: &Json, id: &str, wrote: &BTreeSet<String>) -> bool {
    let mut holds = false;
    Pointer::walk(item, &mut |_, value| {
        let told = value.scalar_text().filter(|text| text.chars().count() > 2 && *text != id);
        holds |= told.is_some_and(|text| wrote.contains(text));
    });
    holds || is_unmistakable(id)
}
