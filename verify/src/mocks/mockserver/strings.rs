//! What an expectation wants of texts: equal in any letter case, or an expression for the whole, or not.

use super::super::conditions::{Asked, Condition, Custom, Dialect, Fit, Pattern, Text, Value};
use super::super::placed::Placed;
use std::sync::Arc;

/// What is wanted of one text; `at` is where this stands, in the file's words.
pub(super) fn text(node: &Placed, at: &str) -> Text {
    if let Some(plain) = node.text() {
        return plain_text(plain);
    }
    let known = ["not", "optional", "value"];
    let odd = node.members().iter().find(|member| !known.contains(&member.name.as_str()));
    match (odd, node.get("value").and_then(Placed::text)) {
        (None, Some(value)) if node.is_true("not") => literal(value).negated(),
        (None, Some(value)) => literal(value),
        (Some(odd), _) => Text::Unknown(format!("{at}.{}", odd.name)),
        (None, None) => Text::Unknown(at.to_owned()),
    }
}

/// With `!` before it the opposite.
pub(super) fn plain_text(value: &str) -> Text {
    match value.strip_prefix('!') {
        Some(rest) => literal(rest).negated(),
        None => literal(value),
    }
}

fn literal(value: &str) -> Text {
    if value.trim().is_empty() {
        return Text::Any(vec![Text::Present, Text::Absent]);
    }
    let mut ways = vec![Text::EqualFold(value.to_owned())];
    // What is no expression is only a text.
    if has_signs(value) {
        ways.extend(Pattern::whole(&format!("(?i){value}"), Dialect::Java).map(Text::Matches));
    }
    if ways.len() == 1 { ways.remove(0) } else { Text::Any(ways) }
}

fn has_signs(value: &str) -> bool {
    value.contains(['.', '*', '+', '?', '[', ']', '(', ')', '{', '}', '|', '^', '$', '\\'])
}

/// Where the values of a name are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Header,
    Query,
    Cookie,
    Form,
}

/// What is wanted of the values under names: `{"name": ["value"]}` or `[{"name": …, "values": […]}]`.
pub(super) fn pairs(node: &Placed, part: Part, at: &str) -> Vec<Condition> {
    let mut wanted = Vec::new();
    for member in node.members() {
        match (member.name.as_str(), &member.value) {
            ("keyMatchStyle", style) if style.as_str() == Some("SUB_SET") => {}
            ("keyMatchStyle", _) => wanted.push(Condition::Unknown(format!("{at}.keyMatchStyle"))),
            (name, values) => wanted.push(pair(name, values, part, &format!("{at}.{name}"))),
        }
    }
    for (index, item) in node.items().iter().enumerate() {
        let place = format!("{at}[{index}]");
        let values = item.get("values").or_else(|| item.get("value"));
        wanted.push(match (item.get("name").and_then(Placed::text), values) {
            (Some(name), Some(values)) => pair(name, values, part, &place),
            (Some(name), None) => under(name, Text::Present, part, &place),
            (None, _) => Condition::Unknown(place),
        });
    }
    if !node.is_list() && !node.is_map() {
        wanted.push(Condition::Unknown(at.to_owned()));
    }
    wanted
}

fn pair(name: &str, values: &Placed, part: Part, at: &str) -> Condition {
    let values = values.get("values").unwrap_or(values);
    let each: Vec<Text> = if values.is_list() {
        values.items().iter().map(|value| text(value, at)).collect()
    } else {
        vec![text(values, at)]
    };
    let wanted = match each.len() {
        0 => Text::Present,
        1 => each.into_iter().next().unwrap_or(Text::Present),
        _ => Text::All(each),
    };
    under(name, wanted, part, at)
}

/// `!name` must not be there, `?name` need not.
fn under(name: &str, wanted: Text, part: Part, at: &str) -> Condition {
    if let Some(name) = name.strip_prefix('!') {
        return named(name, Text::Absent, part, at);
    }
    match name.strip_prefix('?') {
        Some(name) => named(name, Text::Any(vec![Text::Absent, wanted]), part, at),
        None => named(name, wanted, part, at),
    }
}

fn named(name: &str, wanted: Text, part: Part, at: &str) -> Condition {
    use super::super::conditions::BodyTest;
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !is_name {
        return expressed(name, wanted, part, at);
    }
    let name = name.to_owned();
    match part {
        Part::Header => Condition::Header(name, wanted),
        Part::Query => Condition::Query(name, wanted),
        Part::Cookie => Condition::Cookie(name, wanted),
        Part::Form => Condition::Body(BodyTest::Form(name, wanted)),
    }
}

/// A name that is an expression.
fn expressed(name: &str, wanted: Text, part: Part, at: &str) -> Condition {
    let mut unknown = Vec::new();
    wanted.unknown(&mut unknown);
    let what = unknown.first().map(|what| (*what).to_owned());
    let (None, Ok(pattern)) = (what, Pattern::whole(&format!("(?i){name}"), Dialect::Java)) else {
        return Condition::Unknown(at.to_owned());
    };
    let told = format!("{} `{name}` {wanted}", format!("{part:?}").to_lowercase());
    let same = name.to_owned();
    let test = move |asked: &Asked<'_>| {
        let takes = |n: &str| n == same || pattern.fit(n) == Fit::Met;
        let pairs: Vec<(String, String)> = match part {
            Part::Header => {
                let headers = asked.request.headers.iter();
                headers.map(|(n, v)| (n.to_owned(), String::from_utf8_lossy(v).into_owned())).collect()
            }
            Part::Query => asked.query().to_vec(),
            Part::Cookie => asked.cookies().to_vec(),
            Part::Form => asked.form().to_vec(),
        };
        let values: Vec<Value<'_>> =
            pairs.iter().filter(|(n, _)| takes(n)).map(|(_, v)| Value::new(v.as_str())).collect();
        wanted.fit(&values.iter().collect::<Vec<_>>(), asked.now)
    };
    Condition::Custom(Custom { told, test: Arc::new(test) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Request, Timestamp};

    fn fit(json: &str, target: &str) -> Fit {
        let node = Placed::json(json.as_bytes()).expect("JSON");
        let request = Request::new("GET", target);
        let asked = Asked::new(&request, Timestamp(0));
        Fit::all(pairs(&node, Part::Query, "q").iter().map(|condition| condition.fit(&asked)))
    }

    #[test]
    fn values_are_texts_expressions_or_neither() {
        let cases = [
            (r#"{"a":["1"]}"#, "/?a=1&b=2", "/?a=2"),
            (r#"[{"name":"a","values":["[0-9]+","x"]}]"#, "/?a=X&a=12", "/?a=12"),
            (r#"{"a":["!1"]}"#, "/?a=2", "/?a=1"),
            (r#"{"a":[{"not":true,"value":"x.*"}]}"#, "/?a=y", "/?a=xy"),
            (r#"{"!a":[".*"]}"#, "/?b=1", "/?a=1"),
            (r#"{"?a":["1"]}"#, "/", "/?a=2"),
            (r#"{"x-.*":["1"]}"#, "/?x-y=1", "/?y=1"),
            (r#"{"a":["C++ ("]}"#, "/?a=c%2B%2B%20(", "/?a=c"),
        ];
        for (json, met, unmet) in cases {
            assert_eq!(fit(json, met), Fit::Met, "{json}");
            assert_eq!(fit(json, unmet), Fit::Unmet, "{json}");
        }
        for json in [r#"{"a":[{"schema":{"type":"integer"}}]}"#, r#"{"keyMatchStyle":"MATCHING_KEY"}"#, "7"] {
            assert_eq!(fit(json, "/?a=1"), Fit::Unsure, "{json}");
        }
    }
}
