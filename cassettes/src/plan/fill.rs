//! `{{name}}` in targets, fields and bodies.

use crate::json::Json;

/// A name in a text for which there is no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing is known as {{{{{0}}}}}")]
pub struct Unfilled(pub String);

/// The names that a text wants filled, in order.
pub fn names_in(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, name, after)) = next(rest) {
        names.push(name);
        rest = after;
    }
    names
}

/// The names that the strings of a document want filled, in order.
pub fn names_in_json(json: &Json) -> Vec<&str> {
    match json {
        Json::String(text) => names_in(text),
        Json::Array(items) => items.iter().flat_map(names_in_json).collect(),
        Json::Object(members) => {
            members.iter().flat_map(|(name, value)| [names_in(name), names_in_json(value)].concat()).collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => Vec::new(),
    }
}

/// The text with the values of its names.
pub fn fill(text: &str, value: &mut dyn FnMut(&str) -> Option<Json>) -> Result<String, Unfilled> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, name, after)) = next(rest) {
        out.push_str(before);
        let filled = value(name).ok_or_else(|| Unfilled(name.to_owned()))?;
        match filled.scalar_text() {
            Some(text) => out.push_str(text),
            None => out.push_str(&filled.to_string()),
        }
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// A document with the values of its names. A string that is nothing but a name takes the value as it is: an
/// id that was given as a number is sent as a number.
pub fn fill_json(json: &Json, value: &mut dyn FnMut(&str) -> Option<Json>) -> Result<Json, Unfilled> {
    Ok(match json {
        Json::String(text) => match next(text) {
            Some(("", name, "")) => value(name).ok_or_else(|| Unfilled(name.to_owned()))?,
            _ => Json::String(fill(text, value)?),
        },
        Json::Array(items) => {
            Json::Array(items.iter().map(|item| fill_json(item, value)).collect::<Result<_, _>>()?)
        }
        Json::Object(members) => {
            let fill = |(name, inner): &(String, Json)| Ok((fill(name, value)?, fill_json(inner, value)?));
            Json::Object(members.iter().map(fill).collect::<Result<_, _>>()?)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
    })
}

/// What stands before the next name, the name, and what follows it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find("{{")?;
        let inner = &text[open + 2..];
        let close = inner.find("}}")?;
        let name = inner[..close].trim();
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        if is_name {
            return Some((&text[..open], name, &inner[close + 2..]));
        }
        from = open + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_and_braces_that_are_none_stay() {
        let mut value = |name: &str| match name {
            "id" => Some(Json::Number("12".into())),
            "new.name" => Some(Json::String("tt-1".into())),
            _ => None,
        };
        assert_eq!(
            fill("/a/{{id}}?n={{ new.name }}{{}}{{{id}}}", &mut value).as_deref(),
            Ok("/a/12?n=tt-1{{}}{12}")
        );
        assert_eq!(fill("{{a b}} {{", &mut value).as_deref(), Ok("{{a b}} {{"));
        assert_eq!(fill("x{{nope}}", &mut value), Err(Unfilled("nope".into())));
        let body = Json::parse(br#"{"a":"{{id}}","b":["x{{id}}"],"{{new.name}}":1}"#).expect("json");
        let filled = fill_json(&body, &mut value).expect("filled");
        assert_eq!(filled.to_string(), r#"{"a":12,"b":["x12"],"tt-1":1}"#);
        assert_eq!(names_in_json(&body), ["id", "id", "new.name"]);
    }
}
