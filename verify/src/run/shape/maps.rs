//! Objects whose member names are data: maps from ids, dates, labels.

use cassettes::json::{Json, Pointer, Step};
use std::collections::{BTreeMap, BTreeSet};

/// The places of objects whose names are data, on either side.
pub(super) struct Maps(BTreeSet<Pointer>);

#[derive(Default)]
struct Names {
    /// How many objects stood there.
    objects: u32,
    /// How often each name was seen.
    seen: BTreeMap<String, u32>,
    /// The kinds of what stood under the names.
    kinds: BTreeSet<&'static str>,
    /// Whether the object around it says by its type which names there are (JSON:API §7.2).
    typed: bool,
}

impl Maps {
    /// Looks at every object of both sides.
    pub(super) fn find<'j>(documents: impl Iterator<Item = &'j Json>) -> Maps {
        let mut places: BTreeMap<Pointer, Names> = BTreeMap::new();
        let documents: Vec<&Json> = documents.collect();
        let mut maps = Maps(BTreeSet::new());
        // What is inside of a map gets its place only when the map is known: from the outside in.
        for _ in 0..3 {
            places.clear();
            for document in &documents {
                collect(document, &Pointer::root(), &maps, &mut places);
            }
            let found: Vec<Pointer> =
                places.iter().filter(|(at, names)| is_map(at, names)).map(|(at, _)| at.clone()).collect();
            let before = maps.0.len();
            maps.0.extend(found);
            if maps.0.len() == before {
                break;
            }
        }
        maps
    }

    pub(super) fn is_map(&self, place: &Pointer) -> bool {
        self.0.contains(place)
    }
}

fn collect(json: &Json, place: &Pointer, maps: &Maps, places: &mut BTreeMap<Pointer, Names>) {
    if let Json::Object(members) = json {
        let names = places.entry(place.clone()).or_default();
        names.objects += 1;
        for (name, value) in members {
            *names.seen.entry(name.clone()).or_default() += 1;
            names.kinds.insert(value.kind());
        }
        for (name, value) in members {
            let step = if maps.is_map(place) { Step::Every } else { Step::Member(name.clone()) };
            let inside = place.with(step);
            if name == "attributes" && matches!(json.get("type"), Some(Json::String(_))) {
                places.entry(inside.clone()).or_default().typed = true;
            }
            collect(value, &inside, maps, places);
        }
    }
    for item in json.items() {
        collect(item, &place.with(Step::Every), maps, places);
    }
}

fn is_map(place: &Pointer, names: &Names) -> bool {
    if names.seen.keys().any(|name| is_data(name)) {
        return true;
    }
    // Free-form by convention: the client or its user chose the names.
    let open = place.name().is_some_and(|name| {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        matches!(plain.as_str(), "metadata" | "labels" | "annotations" | "tags" | "attributes" | "properties")
            || matches!(
                plain.as_str(),
                "custom" | "customfields" | "headers" | "env" | "variables" | "extra" | "counts"
            )
    });
    let uniform = names.kinds.len() <= 1;
    // Places, currencies, languages: codes name what is counted there.
    let is_code =
        |name: &String| (2..=4).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase());
    let codes = names.seen.len() > 1 && uniform && names.seen.keys().all(is_code);
    let never_twice = names.objects >= 3 && names.seen.values().all(|count| *count == 1) && uniform;
    (open && uniform && !names.typed) || codes || never_twice || (names.seen.is_empty() && names.objects > 0)
}

/// A name that nobody would give a member: a number, an id, a date, an address.
fn is_data(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let numeric = !name.is_empty() && digits == name.len();
    let spelt = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let long_hex = name.len() >= 16 && name.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let random = spelt && name.len() >= 12 && digits >= 3;
    let date =
        name.len() >= 8 && digits >= 6 && name.bytes().all(|b| b.is_ascii_digit() || b"-/T:Z.".contains(&b));
    let address = name.contains('@') && name.find('@') > Some(0) || name.matches('/').count() > 1;
    numeric || long_hex || random || date || address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_data_make_maps() {
        let document = Json::parse(
            br#"{"users":{"u_83hf93jf01":{"n":1}},"days":{"2026-01-01":2},"metadata":{"a":"b"},"plain":{"id":1,"name":"x"}}"#,
        )
        .expect("valid");
        let maps = Maps::find([&document].into_iter());
        let root = Pointer::root();
        assert!(maps.is_map(&root.member("users")) && maps.is_map(&root.member("days")));
        assert!(maps.is_map(&root.member("metadata")));
        let resource =
            Json::parse(br#"{"type":"jobs","id":"7","attributes":{"state":"queued"}}"#).expect("valid");
        assert!(!Maps::find([&resource].into_iter()).is_map(&root.member("attributes")));
        let codes = Json::parse(br#"{"hubs":{"HAM":3,"VIE":7},"net":{"EUR":1,"from":2}}"#).expect("valid");
        let coded = Maps::find([&codes].into_iter());
        assert!(coded.is_map(&root.member("hubs")) && !coded.is_map(&root.member("net")));
        assert!(!maps.is_map(&root) && !maps.is_map(&root.member("plain")));
    }
}
