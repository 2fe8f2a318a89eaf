//! Where things stand: an argument in a request, a value in what was returned.

use crate::mocks::conditions::Asked;
use cassettes::codec;
use cassettes::json::{Json, Pointer, Step};

/// Where an argument stands in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A variable of the operation's path.
    Path(String),
    /// A query parameter.
    Query(String),
    /// A header.
    Header(String),
    /// A field of a form.
    Form(String),
    /// A value in a JSON body.
    Body(Pointer),
    /// It never leaves the program: a context, a timeout.
    Nowhere,
}

impl Place {
    /// Reads `query limit`, `path id`, `header accept`, `form name`, `body $.a.b` or `none`.
    pub(super) fn parse(text: &str) -> Option<Place> {
        let (kind, name) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let name = name.trim();
        match kind {
            "none" if name.is_empty() => Some(Place::Nowhere),
            "body" => Some(Place::Body(path(if name.is_empty() { "$" } else { name })?)),
            _ if name.is_empty() => None,
            "path" => Some(Place::Path(name.trim_matches(['{', '}']).to_owned())),
            "query" => Some(Place::Query(name.to_owned())),
            "header" => Some(Place::Header(name.to_ascii_lowercase())),
            "form" => Some(Place::Form(name.to_owned())),
            _ => None,
        }
    }

    /// What stands there, in one spelling for requests and calls; none where nothing does.
    pub(super) fn value(&self, asked: &Asked<'_>, variables: &[(String, String)]) -> Option<String> {
        let list = |values: Vec<String>| (!values.is_empty()).then(|| values.join("\0"));
        let under = |pairs: &[(String, String)], name: &str| {
            list(pairs.iter().filter(|(n, _)| same_name(n, name)).map(|(_, value)| value.clone()).collect())
        };
        match self {
            Place::Path(name) => under(variables, name),
            Place::Query(name) => under(asked.query(), name),
            Place::Header(name) => {
                list(asked.header(name).iter().map(|v| v.text.clone().into_owned()).collect())
            }
            Place::Form(name) => under(asked.form(), name),
            Place::Body(pointer) => {
                let json = codec::json_of(&asked.request.headers, &asked.request.body)?;
                pointer.find(&json).filter(|value| **value != Json::Null).map(canonical)
            }
            Place::Nowhere => None,
        }
    }

    /// An argument as it would stand there; none where it would not.
    pub(super) fn spelled(&self, argument: &Json) -> Option<String> {
        match (self, argument) {
            (Place::Nowhere, _) | (_, Json::Null) => None,
            (Place::Body(_), value) => Some(canonical(value)),
            (_, Json::Array(items)) => {
                let texts: Vec<&str> = items.iter().filter_map(Json::scalar_text).collect();
                (!texts.is_empty()).then(|| texts.join("\0"))
            }
            (_, value) => Some(value.scalar_text().map_or_else(|| canonical(value), str::to_owned)),
        }
    }
}

/// Lists are spelled `name[]` by some.
fn same_name(name: &str, wanted: &str) -> bool {
    name == wanted || name.strip_suffix("[]") == Some(wanted)
}

fn canonical(json: &Json) -> String {
    let mut out = String::new();
    json.write(&mut out, true);
    out
}

/// Reads `$`, `$.a.b`, `$.a[0]` or `$["a"]`.
pub(super) fn path(text: &str) -> Option<Pointer> {
    let mut pointer = Pointer::root();
    let mut rest = text.strip_prefix('$')?;
    while !rest.is_empty() {
        let (step, after) = if let Some(inside) = rest.strip_prefix('[') {
            let (inside, after) = inside.split_once(']')?;
            let name = inside.strip_prefix(['"', '\'']).and_then(|name| name.strip_suffix(['"', '\'']));
            let step = match name {
                Some(name) => Step::Member(name.to_owned()),
                None => Step::Index(inside.parse().ok()?),
            };
            (step, after)
        } else {
            let named = rest.strip_prefix('.')?;
            let end = named.find(['.', '[']).unwrap_or(named.len());
            if end == 0 {
                return None;
            }
            (Step::Member(named[..end].to_owned()), &named[end..])
        };
        pointer = pointer.with(step);
        rest = after;
    }
    Some(pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_nonsense_is_not() {
        assert_eq!(Place::parse("path {id}"), Some(Place::Path("id".to_owned())));
        assert_eq!(Place::parse("none"), Some(Place::Nowhere));
        assert_eq!(Place::parse("body"), Some(Place::Body(Pointer::root())));
        let deep = Place::parse(r#"body $.a[0]["b.c"].d"#).expect("a place");
        assert!(matches!(deep, Place::Body(pointer) if pointer.to_string() == "/a/0/b.c/d"));
        for wrong in ["", "query", "limit", "body a.b", "body $.", "body $[x]", "none x", "cookie a"] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }
}
