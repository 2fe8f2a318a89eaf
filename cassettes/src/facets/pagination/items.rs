//! The items of a listing's page: where they stand and who they are.

use super::words;
use crate::json::{Json, Pointer};
use crate::model::{Request, pairs};

/// Arrays deeper than this belong to items.
const DEEPEST: usize = 5;

/// Where the items of one page stand: the root if it is an array, else the array of objects or scalars
/// that is nearest the root, the longest among equals. None where there is no array outside of arrays.
pub fn items_at(json: &Json) -> Option<Pointer> {
    let nearest = |plain: bool| {
        let mut best: Option<(usize, usize, Pointer)> = None;
        arrays(json, &Pointer::root(), plain, &mut |at, items| {
            if !plain && !items.iter().all(is_thing) {
                return;
            }
            let candidate = (at.0.len(), usize::MAX - items.len(), at.clone());
            if best.as_ref().is_none_or(|b| (candidate.0, candidate.1) < (b.0, b.1)) {
                best = Some(candidate);
            }
        });
        best.filter(|(_, left, _)| plain || *left < usize::MAX).map(|(_, _, at)| at)
    };
    // Some list messages or links for a living.
    nearest(true).or_else(|| nearest(false))
}

/// Whether an entry of a list named as if it were about the answer is a thing all the same: it has members
/// of its own beyond a code and a text, or a relation and an address.
fn is_thing(item: &Json) -> bool {
    item.members().len() >= 3 && item.get("rel").is_none() && item.get("href").is_none()
}

/// Visits the arrays outside of arrays; `plain` leaves out those whose names say that they are about the
/// answer and not its items.
fn arrays(json: &Json, at: &Pointer, plain: bool, found: &mut dyn FnMut(&Pointer, &[Json])) {
    if let Json::Array(items) = json {
        return found(at, items);
    }
    if at.0.len() < DEEPEST {
        for (name, value) in json.members() {
            let about = match words::plain(name).as_str() {
                "errors" | "warnings" => true,
                "links" | "messages" => plain,
                // What the things under `data` refer to (JSON:API 1.1 §5.1).
                "included" => json.get("data").is_some(),
                _ => false,
            };
            if !about {
                arrays(value, &at.member(name), plain, found);
            }
        }
    }
}

/// The items at that place. None where there is no array: that is another answer, not an empty page.
pub fn items_of<'j>(json: &'j Json, at: &Pointer) -> Option<&'j [Json]> {
    match at.find(json)? {
        Json::Array(items) => Some(items),
        _ => None,
    }
}

/// The member that tells items apart: present in every one, scalar, never twice. `id` goes before
/// names that end in it, those before the rest. None for lists of scalars, or where nothing is unique.
pub fn identity_member(items: &[&Json]) -> Option<String> {
    let first = items.first()?;
    let mut candidates: Vec<&String> = first.members().iter().map(|(name, _)| name).collect();
    candidates.sort_by_key(|name| {
        let plain = words::plain(name);
        match plain.as_str() {
            "id" => 0,
            "uuid" | "guid" | "uid" | "key" | "arn" => 1,
            "name" | "slug" | "sku" | "code" | "number" => 3,
            _ if plain.ends_with("id") => 2,
            _ => 4,
        }
    });
    candidates
        .into_iter()
        .find(|name| {
            let mut seen = std::collections::HashSet::new();
            items
                .iter()
                .all(|item| item.get(name).and_then(Json::scalar_text).is_some_and(|v| seen.insert(v)))
        })
        .cloned()
}

/// Who the items are: the member's text, or the whole item where there is no such member.
pub fn identities(items: &[Json], member: Option<&str>) -> Vec<String> {
    let who = |item: &Json| match member.and_then(|m| item.get(m)).and_then(Json::scalar_text) {
        Some(text) => text.to_owned(),
        None => match item.scalar_text() {
            Some(text) => text.to_owned(),
            None => item.to_string(),
        },
    };
    items.iter().map(who).collect()
}

/// The page size that a request asks for, with the name it uses.
pub fn limit_of(request: &Request) -> Option<(String, u64)> {
    let mut named = request.query_pairs();
    if named.iter().all(|(name, _)| !words::is_limit_name(&words::plain(name))) {
        match Json::parse(request.body.bytes()) {
            Ok(json) => Pointer::walk(&json, &mut |at, value| {
                if let (Some(name), Json::Number(text)) = (at.name(), value) {
                    named.push((name.to_owned(), text.clone()));
                }
            }),
            Err(_) => named.extend(pairs(&String::from_utf8_lossy(request.body.bytes()))),
        }
    }
    named.into_iter().find_map(|(name, value)| {
        let number = value.parse().ok().filter(|&n| n > 0)?;
        words::is_limit_name(&words::plain(&name)).then_some((name, number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::parse(text.as_bytes()).expect("valid")
    }

    #[test]
    fn items_are_nearest_the_root() {
        assert_eq!(items_at(&json(r#"[{"a":[1,2]}]"#)), Some(Pointer::root()));
        let page = json(r#"{"errors":[],"data":[{"id":"a","tags":[1,2,3]}],"meta":{"columns":["x","y"]}}"#);
        assert_eq!(items_at(&page), Some(Pointer::root().member("data")));
        assert_eq!(items_at(&json(r#"{"id":1}"#)), None);
        let more = json(r#"{"data":[{"id":"a"}],"included":[{"id":"p"},{"id":"q"}]}"#);
        assert_eq!(items_at(&more), Some(Pointer::root().member("data")));
        let told = json(r#"{"result":{"id":1},"errors":[],"messages":[{"code":1,"message":"m"}]}"#);
        assert_eq!(items_at(&told), None);
        let linked = json(r#"{"id":1,"links":[{"rel":"self","href":"/x","method":"GET"}]}"#);
        assert_eq!(items_at(&linked), None);
        let chat = json(r#"{"ok":true,"messages":[{"type":"m","text":"a","ts":"1.2"}]}"#);
        assert_eq!(items_at(&chat), Some(Pointer::root().member("messages")));
    }

    #[test]
    fn items_have_identities() {
        let page = json(
            r#"[{"type":"x","at":"t","customer_id":"c","id":7},{"type":"x","at":"t","customer_id":"c","id":8}]"#,
        );
        let items: Vec<&Json> = page.items().iter().collect();
        assert_eq!(identity_member(&items).as_deref(), Some("id"));
        assert_eq!(identities(page.items(), Some("id")), ["7", "8"]);
        assert_eq!(identities(json(r#"["b","a"]"#).items(), None), ["b", "a"]);
    }
}
