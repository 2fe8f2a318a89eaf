//! What names a thing: a kind and a value. `item_id: 2`, `/items/2` and the `id` of an object in `items` are one.

use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::links::singular;
use cassettes::operation::is_id;
use std::collections::HashSet;
use std::fmt;

/// Which thing of which kind. Of several together (an item in a warehouse) both are joined by `+`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    /// The kind's words, singular, joined; empty where the value alone tells it from all others.
    pub(super) kind: String,
    pub(super) value: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind.is_empty(), self.kind.contains('+')) {
            (true, _) => f.write_str(&self.value),
            (false, false) => write!(f, "{} {}", self.kind, self.value),
            (false, true) => {
                let pairs: Vec<String> = self
                    .kind
                    .split('+')
                    .zip(self.value.split('+'))
                    .map(|(k, v)| format!("{k} {v}"))
                    .collect();
                f.write_str(&pairs.join(", "))
            }
        }
    }
}

impl Key {
    pub(super) fn new(kind: &str, value: &str) -> Key {
        let value = value.trim().trim_start_matches('#');
        // Hexadecimal of one value has two spellings.
        let value = if is_uuid(value) { value.to_ascii_lowercase() } else { value.to_owned() };
        Key { kind: kind.to_owned(), value }
    }

    /// Several that only together tell which thing is meant.
    pub(super) fn all(mut keys: Vec<Key>) -> Option<Key> {
        keys.sort();
        keys.dedup();
        let join = |part: fn(&Key) -> &str| keys.iter().map(part).collect::<Vec<_>>().join("+");
        (!keys.is_empty()).then(|| Key { kind: join(|key| &key.kind), value: join(|key| &key.value) })
    }

    /// The same without its kind, where nothing else has such a value.
    pub(super) fn alone(&self) -> Option<Key> {
        let all = self.value.split('+').all(is_distinctive);
        (all && !self.kind.is_empty()).then(|| Key { kind: String::new(), value: self.value.clone() })
    }
}

/// What a member's name says that it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Naming {
    /// The id of the object that it stands in.
    Own,
    /// The id of a thing of that kind.
    Of(String),
    /// What may be the id of a thing of that kind, if there are such things.
    Perhaps(String),
}

/// Words that make an id of what stands before them.
const IDS: &[&str] = &["id", "uuid", "guid"];
/// Ids of nothing that a number could be about.
const PASSING: &[&str] = &[
    "request",
    "trace",
    "correlation",
    "span",
    "session",
    "log",
    "debug",
    "schema",
    "idempotency",
    "message",
    "parent",
    "external",
    "client",
    "connection",
    "transaction",
    "created",
    "updated",
    "by",
];
/// Kinds of ids that tell a thing apart by themselves.
const CODES: &[&str] = &["sku", "isbn", "ean", "gtin", "upc", "slug", "iban", "login", "username"];

/// What a name says, if it may name an id.
pub(super) fn naming(name: &str) -> Option<Naming> {
    let found = words(name);
    let (last, before) = found.split_last()?;
    if IDS.contains(&last.as_str()) {
        return match before.last() {
            None => Some(Naming::Own),
            Some(word) if PASSING.contains(&word.as_str()) => None,
            Some(_) => Some(Naming::Of(kind(before))),
        };
    }
    if before.is_empty() && CODES.contains(&last.as_str()) {
        return Some(Naming::Of(last.clone()));
    }
    // `orderid`
    if let Some(stem) = last.strip_suffix("id").filter(|stem| stem.len() > 2) {
        let mut all = before.to_vec();
        all.push(stem.to_owned());
        return Some(Naming::Perhaps(kind(&all)));
    }
    // A count of items is called `items`; one item is not.
    (singular(last) == *last).then(|| Naming::Perhaps(kind(&found)))
}

/// The kind that some words name: singular, joined.
pub(super) fn kind(words: &[String]) -> String {
    let Some((last, before)) = words.split_last() else { return String::new() };
    before.concat() + &singular(last)
}

/// The kind that a name names.
pub(super) fn kind_of(name: &str) -> String {
    kind(&words(name))
}

/// A value that can be an id: a whole number, or a text without spaces.
pub(super) fn id_of(value: &Json) -> Option<&str> {
    match value {
        Json::Number(text) => text.bytes().all(|b| b.is_ascii_digit()).then_some(text),
        Json::String(text) => {
            let text = text.trim();
            let fits = !text.is_empty() && text.len() <= 128 && !text.contains(char::is_whitespace);
            (fits && !STANDING.contains(&text.to_ascii_lowercase().as_str())).then_some(text)
        }
        _ => None,
    }
}

/// Words in the place of an id that mean another thing for each who asks.
pub(super) const STANDING: &[&str] = &[
    "me",
    "self",
    "current",
    "default",
    "all",
    "latest",
    "none",
    "null",
    "undefined",
    "-",
    "n/a",
    "new",
    "~",
];

/// The things that an object refers to by ids that are not its own.
pub(super) fn references(object: &Json, known: &HashSet<String>) -> Vec<Key> {
    let mut found = Vec::new();
    for (name, value) in object.members() {
        found.extend(reference(name, value, known));
    }
    found
}

/// What one member refers to.
pub(super) fn reference(name: &str, value: &Json, known: &HashSet<String>) -> Option<Key> {
    if let Some(column) = name.strip_suffix("@href") {
        return linked(value.as_str()?, column, known);
    }
    let id = id_of(value)?;
    match naming(name)? {
        Naming::Own => None,
        Naming::Of(kind) => Some(Key::new(&kind, id)),
        // A word that is no id names something else.
        Naming::Perhaps(kind) => {
            let bare = id.trim_start_matches('#');
            (known.contains(&kind) && is_id(bare)).then(|| Key::new(&kind, id))
        }
    }
}

/// The thing that a link leads to: `/items/2`, `/admin/items/2/edit`.
fn linked(link: &str, column: &str, known: &HashSet<String>) -> Option<Key> {
    let path = link.split(['?', '#']).next()?;
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let at = segments.iter().rposition(|segment| is_id(segment))?;
    let kind = kind_of(segments.get(at.checked_sub(1)?)?);
    // Cells of actions link to things, too; the column of the thing itself is named so or holds its name.
    (known.contains(&kind) || kind == kind_of(column)).then(|| Key::new(&kind, segments[at]))
}

/// Whether nothing else is likely to have such a value: a UUID, or letters and digits as chance draws them.
pub(super) fn is_distinctive(value: &str) -> bool {
    if is_uuid(value) {
        return true;
    }
    let drawn = value.rsplit(['_', ':', '/']).next().unwrap_or(value);
    let digits = drawn.bytes().filter(u8::is_ascii_digit).count();
    let letters = drawn.bytes().filter(u8::is_ascii_alphabetic).count();
    let upper = drawn.bytes().any(|b| b.is_ascii_uppercase());
    let lower = drawn.bytes().any(|b| b.is_ascii_lowercase());
    let mixed = (digits >= 2 && letters >= 2) || (digits >= 1 && upper && lower);
    drawn.len() >= 10 && mixed && digits + letters == drawn.len() && is_id(value)
}

fn is_uuid(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_names_are_one_kind() {
        for name in ["item_id", "itemId", "Item ID", "item-uuid", "@itemId", "ITEM_ID"] {
            assert_eq!(naming(name), Some(Naming::Of("item".to_owned())), "{name}");
        }
        assert_eq!(naming("id"), Some(Naming::Own));
        assert_eq!(naming("item"), Some(Naming::Perhaps("item".to_owned())));
        assert_eq!(naming("items"), None, "a count");
        assert_eq!(naming("request_id"), None);
        assert_eq!(kind_of("order-items"), "orderitem");
    }

    #[test]
    fn small_numbers_need_a_kind_and_drawn_values_do_not() {
        assert_eq!(Key::new("item", "1").alone(), None);
        assert!(Key::new("item", "550E8400-e29b-41d4-a716-446655440000").alone().is_some());
        assert!(
            is_distinctive("cus_NffrFeUfNV2Hib")
                && !is_distinctive("item-42")
                && !is_distinctive("2026-01-02")
        );
        let known: HashSet<String> = ["item".to_owned()].into();
        let row = Json::parse(
            br##"{"item":"#2","quantity":3,"user_id":7,"item@href":"/admin/items/2/edit","id":9}"##,
        )
        .expect("JSON");
        let found: Vec<String> = references(&row, &known).iter().map(Key::to_string).collect();
        assert_eq!(found, ["item 2", "user 7", "item 2"]);
        let unsure: Vec<String> = references(&row, &HashSet::new()).iter().map(Key::to_string).collect();
        assert_eq!(unsure, ["user 7", "item 2"], "by the name of its own and by the link");
    }
}
