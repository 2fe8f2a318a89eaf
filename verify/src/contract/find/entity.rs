//! Which thing a number in an answer is about.

use super::asked::Asked;
use super::ids::{Key, Naming, id_of, kind_of, naming, references};
use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::operation::is_id;
use std::collections::HashSet;

/// One step on the way to a number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'j> {
    /// The member's name; none for an item of an array, and at the root.
    pub(super) name: Option<&'j str>,
    pub(super) value: &'j Json,
}

/// What a number is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entity {
    /// The names that it has: by any of them it is the same thing.
    pub(super) keys: Vec<Key>,
    /// What it belongs to.
    pub(super) scope: Vec<Key>,
    /// The words between the thing and its number: which of its numbers of that name it is.
    pub(super) context: String,
    /// Where its id stands, for people.
    pub(super) by: String,
    /// Whether only the request names it, so that all of the request's conditions count.
    pub(super) is_asked: bool,
    /// Whether its id is a key in a map of numbers, which does not say what it is.
    pub(super) is_map: bool,
}

/// Names of members that hold the thing, and say nothing of it.
const WRAPPERS: &[&str] = &[
    "data",
    "result",
    "response",
    "body",
    "payload",
    "content",
    "value",
    "item",
    "list",
    "record",
    "row",
    "entry",
    "element",
    "object",
    "hit",
    "doc",
    "document",
    "node",
    "edge",
    "page",
    "resource",
    "collection",
    "member",
    "embedded",
    "attribute",
    "property",
    "field",
    "detail",
    "info",
    "root",
    "envelope",
    "table",
    "script",
    "text",
    "feed",
    "source",
    "meta",
    "metadata",
    "fields",
    "stat",
    "statistic",
    "summary",
];

/// The thing that the number at the end of the frames is about; `frames` begins with the root.
pub(super) fn entity(frames: &[Frame<'_>], asked: &Asked, known: &HashSet<String>) -> Option<Entity> {
    let (number, way) = frames.split_last()?;
    let mut context: Vec<String> = Vec::new();
    let mut in_list = false;
    for (at, frame) in way.iter().enumerate().rev() {
        if let Json::Object(_) = frame.value {
            let own = own_id(frame, number.name).or_else(|| keyed(frame));
            if let Some((id, by)) = own {
                let kinds = kinds(way, at, asked, id);
                let keys: Vec<Key> = kinds.iter().map(|kind| Key::new(kind, id)).collect();
                // A thing of no kind is told by its value alone, if that is enough.
                let scope = scope(way, at, asked, &keys);
                let keys = if keys.is_empty() { Key::new("", id).lone() } else { keys };
                return finish(keys, scope, &context, by, false).filter(|_| !in_list);
            }
            let references = references(frame.value, known);
            let in_row = way[..=at].iter().any(|f| matches!(f.value, Json::Array(_)));
            let is_asked_for = !in_row && (asked.ends || !asked.query.is_empty());
            if !references.is_empty() && !is_asked_for && !in_list {
                let by = references
                    .iter()
                    .map(|key| format!("its {}", key.kind))
                    .collect::<Vec<_>>()
                    .join(" and ");
                let mut all = references;
                // A row about another thing of the kind that the page is about.
                let other = |key: &&Key| all.iter().all(|named| named.kind != key.kind);
                let path: Vec<Key> =
                    asked.variables.iter().filter(other).filter(|_| in_row).cloned().collect();
                all.extend(scope(way, at, &Asked::default(), &[]).into_iter().chain(path));
                return finish(Key::all(all).into_iter().collect(), Vec::new(), &context, by, false);
            }
            if !references.is_empty() && in_list {
                return None;
            }
        }
        match frame.name {
            Some(name) => context.extend(told(name)),
            None if at > 0 => in_list = true,
            None => {}
        }
    }
    if in_list { None } else { by_request(way, asked, context, known) }
}

/// The thing that the request names.
fn by_request(
    way: &[Frame<'_>],
    asked: &Asked,
    mut context: Vec<String>,
    known: &HashSet<String>,
) -> Option<Entity> {
    if let Some((last, outer)) = asked.variables.split_last() {
        let mut keys = vec![last.clone()];
        if asked.ends {
            // The answer may call the same thing otherwise: `/stock/2` tells of item 2.
            let objects = way.iter().flat_map(|frame| references(frame.value, known));
            keys.extend(objects.filter(|key| key.value == last.value));
            keys.extend(asked.beside.iter().cloned());
            let mut seen = HashSet::new();
            keys.retain(|key| seen.insert(key.clone()));
        }
        context.extend(asked.behind.iter().rev().filter(|word| told(word).is_some()).cloned());
        let scope = outer.iter().chain(&asked.query).cloned().collect();
        return finish(keys, scope, &context, "the path".to_owned(), true);
    }
    let (named, by) = match (asked.query.is_empty(), asked.body.is_empty()) {
        (false, _) => (&asked.query, "the query"),
        (true, false) => (&asked.body, "the request's body"),
        (true, true) => return None,
    };
    context.extend(asked.collection.clone());
    finish(Key::all(named.clone()).into_iter().collect(), Vec::new(), &context, by.to_owned(), true)
}

fn finish(
    mut keys: Vec<Key>,
    scope: Vec<Key>,
    context: &[String],
    by: String,
    is_asked: bool,
) -> Option<Entity> {
    let alone: Vec<Key> = keys.iter().filter_map(Key::alone).collect();
    keys.extend(alone);
    let mut context = context.to_vec();
    context.reverse();
    (!keys.is_empty()).then(|| Entity {
        keys,
        scope,
        context: context.join("/"),
        by,
        is_asked,
        is_map: false,
    })
}

/// The thing whose number stands under its id in a map of numbers: `{"sold": {"2": 7, "3": 4}}`. Its kind is called
/// after the map, as nothing says it.
pub(super) fn in_map(name: &[String], id: &str, asked: &Asked) -> Entity {
    let scope = asked.variables.iter().chain(&asked.query).cloned().collect();
    let kind = format!("{}key", name.concat());
    Entity {
        keys: vec![Key::new(&kind, id)],
        scope,
        context: String::new(),
        by: "its key".to_owned(),
        is_asked: true,
        is_map: true,
    }
}

impl Key {
    fn lone(self) -> Vec<Key> {
        let drawn = super::ids::is_distinctive(&self.value);
        if drawn { vec![self] } else { Vec::new() }
    }
}

/// The object's own id, which is not the number itself.
fn own_id<'j>(frame: &Frame<'j>, number: Option<&str>) -> Option<(&'j str, String)> {
    frame.value.members().iter().find_map(|(name, value)| {
        let is_own = Some(name.as_str()) != number && naming(name) == Some(Naming::Own);
        is_own.then(|| Some((id_of(value)?, format!("its `{name}`"))))?
    })
}

/// The name that an object has in a map of things by their ids.
fn keyed<'j>(frame: &Frame<'j>) -> Option<(&'j str, String)> {
    let name = frame.name.filter(|name| is_id(name))?;
    Some((name, "its key".to_owned()))
}

/// The kinds that the object at a frame may be of.
fn kinds(way: &[Frame<'_>], at: usize, asked: &Asked, id: &str) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    // `item` is a word for a thing where it holds one, and none where it holds them all.
    let tells = |name: &str| told(name).is_some() || words(name) == ["item"];
    let named = |frame: &Frame<'_>| frame.name.filter(|name| !is_id(name) && tells(name)).map(kind_of);
    let in_list = way[..=at].iter().any(|frame| matches!(frame.value, Json::Array(_)));
    let name = way[1..=at].iter().rev().find_map(named);
    // `/items/2` and an answer whose id is 2, whatever it calls the thing.
    let same = asked.variables.last().filter(|key| asked.ends && !in_list && key.value == id);
    kinds.extend(same.map(|key| key.kind.clone()));
    kinds.extend(type_of(way[at].value));
    match name {
        Some(name) => kinds.push(name),
        // What is listed or made at a route is of the route's kind.
        None if same.is_none() && (in_list || !asked.ends) => kinds.extend(asked.collection.clone()),
        None => {}
    }
    // `{"items": [...]}` where the route has no word for it.
    let items = way[1..=at].iter().any(|frame| frame.name.is_some_and(|name| words(name) == ["items"]));
    if kinds.is_empty() && items {
        kinds.push("item".to_owned());
    }
    kinds.retain(|kind| !kind.is_empty());
    let mut seen = HashSet::new();
    kinds.retain(|kind| seen.insert(kind.clone()));
    kinds
}

/// The type that an object says it has.
fn type_of(object: &Json) -> Option<String> {
    let named =
        ["__typename", "resourceType", "object"].into_iter().find_map(|name| object.get(name)?.as_str());
    // JSON:API calls it `type`, which elsewhere may be anything.
    let api = || object.get("attributes").and_then(|_| object.get("type")?.as_str());
    let kind = kind_of(named.or_else(api)?);
    (kind == "item" || !WRAPPERS.contains(&kind.as_str())).then_some(kind)
}

/// What the thing at a frame belongs to: the things around it, and those in the path.
fn scope(way: &[Frame<'_>], at: usize, asked: &Asked, keys: &[Key]) -> Vec<Key> {
    let outer = (0..at).filter_map(|outer| {
        let (id, _) = own_id(&way[outer], None).or_else(|| keyed(&way[outer]))?;
        let kind = kinds(way, outer, asked, id).into_iter().next()?;
        Some(Key::new(&kind, id))
    });
    let path = asked.variables.iter().filter(|key| !keys.contains(key)).cloned();
    let mut all: Vec<Key> = outer.chain(path).collect();
    all.sort();
    all.dedup();
    all
}

/// What a member's name tells of what it holds; nothing where it only holds it.
fn told(name: &str) -> Option<String> {
    let words = words(name);
    let bare: Vec<String> =
        words.into_iter().filter(|word| !word.bytes().all(|b| b.is_ascii_digit())).collect();
    let kind = super::ids::kind(&bare);
    (!kind.is_empty() && !WRAPPERS.contains(&kind.as_str())).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::Request;
    use cassettes::operation::Operations;

    /// What the number `sold` in an answer is about, and which of its numbers it is.
    fn about(target: &str, body: &str) -> Option<String> {
        fn way<'j>(json: &'j Json, name: Option<&'j str>, frames: &mut Vec<Frame<'j>>) -> bool {
            frames.push(Frame { name, value: json });
            let found = name == Some("sold")
                || json.members().iter().any(|(name, value)| way(value, Some(name), frames))
                || json.items().iter().any(|value| way(value, None, frames));
            if !found {
                frames.pop();
            }
            found
        }
        let request = Request::new("GET", target);
        let known: HashSet<String> = ["item".to_owned()].into();
        let asked = Asked::of(&request, &Operations::default().of(&request), &known);
        let json = Json::parse(body.as_bytes()).expect("JSON");
        let mut frames = Vec::new();
        assert!(way(&json, None, &mut frames));
        let entity = entity(&frames, &asked, &known)?;
        let keys: Vec<String> = entity.keys.iter().map(Key::to_string).collect();
        Some(format!("{} {}", keys.join(" = "), entity.context).trim().to_owned())
    }

    #[test]
    fn ids_in_the_answer_and_in_the_request_name_the_thing() {
        for (target, body, thing) in [
            ("/items/2", r#"{"sold":7}"#, "item 2"),
            ("/items/2", r#"{"id":2,"commitments":{"sold":7}}"#, "item 2 commitment"),
            ("/items", r#"{"data":[{"id":2,"sold":7}]}"#, "item 2"),
            ("/shop", r#"{"items":{"2":{"sold":7}}}"#, "shop 2"),
            ("/stock/2", r#"{"item_id":2,"sold":7}"#, "stock 2 = item 2"),
            ("/stock/77", r#"{"item_id":2,"sold":7}"#, "stock 77"),
            ("/report", r#"[{"item":2,"sold":7}]"#, "item 2"),
            ("/warehouses/3/stock", r#"[{"item_id":2,"sold":7}]"#, "item+warehouse"),
            ("/stock?item=2", r#"{"sold":7}"#, "item 2 stock"),
            ("/items/2/reservations", r#"{"sold":7}"#, "item 2 reservation"),
            ("/graphql", r#"{"data":{"item":{"id":2,"sold":7}}}"#, "item 2"),
            ("/x/9", r#"{"data":{"type":"items","id":"2","attributes":{"sold":7}}}"#, "item 2"),
            ("/users/2/items", r#"[{"id":2,"sold":7}]"#, "item 2"),
        ] {
            let wanted = if thing == "item+warehouse" { "item 2, warehouse 3" } else { thing };
            assert_eq!(about(target, body).as_deref(), Some(wanted), "{target} {body}");
        }
    }

    #[test]
    fn one_of_many_and_nothing_in_particular_are_about_nothing() {
        assert_eq!(about("/orders/5", r#"{"lines":[{"sold":7},{"sold":8}]}"#), None);
        assert_eq!(about("/orders", r#"[{"id":5,"lines":[{"sold":7}]}]"#), None);
        assert_eq!(about("/items", r#"{"sold":7}"#), None);
    }
}
