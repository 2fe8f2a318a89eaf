//! What an expectation wants of a request.

use super::super::conditions::{
    Asked, BodyTest, Condition, Custom, Dialect, Fit, JsonPath, JsonTest, PathTemplate, Pattern, Text, Value,
};
use super::super::placed::{Member, Placed};
use super::strings::{Part, pairs, plain_text, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::json::Json;
use std::sync::Arc;

/// What an expectation wants of a request: each member of its `httpRequest`.
pub(super) fn conditions(request: &Placed) -> Vec<Condition> {
    let mut wanted: Vec<Condition> =
        request.members().iter().flat_map(|member| condition(member, request)).collect();
    wanted.sort_by_key(|condition| match condition {
        Condition::Path(_) | Condition::Target(_) => 0,
        Condition::Method(_) => 1,
        Condition::Body(_) => 3,
        _ => 2,
    });
    wanted
}

fn condition(Member { name, value, .. }: &Member, request: &Placed) -> Vec<Condition> {
    let at = format!("httpRequest.{name}");
    if value.is_null() {
        return Vec::new();
    }
    match name.as_str() {
        "method" => vec![Condition::Method(text(value, &at))],
        "path" => vec![path(value, request, &at)],
        "pathParameters" => variables(value, request, &at),
        "queryStringParameters" => pairs(value, Part::Query, &at),
        "headers" => pairs(value, Part::Header, &at),
        "cookies" => pairs(value, Part::Cookie, &at),
        "body" => vec![body(value, &at)],
        // Where and how the mock is reached is not the client's choice.
        "secure" | "keepAlive" | "protocol" | "socketAddress" | "localAddress" | "remoteAddress" => {
            Vec::new()
        }
        _ => vec![Condition::Unknown(at)],
    }
}

fn template(request: &Placed) -> Option<PathTemplate> {
    let named =
        request.get("pathParameters").is_some_and(|p| !p.members().is_empty() || !p.items().is_empty());
    let path = request.str_of("path").filter(|path| named && path.contains('{'))?;
    PathTemplate::braces(path).ok()
}

fn path(value: &Placed, request: &Placed, at: &str) -> Condition {
    if let Some(template) = template(request) {
        return Condition::Path(Text::Template(template));
    }
    // The rest of the house sees at once which path is meant.
    match value.as_str() {
        Some(plain) if plain.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_~%:@".contains(&b)) => {
            Condition::Path(if plain.bytes().any(|b| b.is_ascii_alphabetic()) {
                Text::EqualFold(plain.to_owned())
            } else {
                Text::Equal(plain.to_owned())
            })
        }
        _ => Condition::Path(text(value, at)),
    }
}

/// What the path gives its variables.
fn variables(value: &Placed, request: &Placed, at: &str) -> Vec<Condition> {
    let Some(template) = template(request) else { return vec![Condition::Unknown(at.to_owned())] };
    let one = |condition: Condition| match condition {
        Condition::Query(name, wanted) => {
            let mut unknown = Vec::new();
            wanted.unknown(&mut unknown);
            if let Some(what) = unknown.first() {
                return Condition::Unknown((*what).to_owned());
            }
            let told = format!("path variable {name} {wanted}");
            let template = template.clone();
            let test = move |asked: &Asked<'_>| {
                let Some(values) = template.values(&asked.path().text) else { return Fit::Unmet };
                let values: Vec<Value<'_>> =
                    values.iter().filter(|(n, _)| *n == name).map(|(_, v)| Value::new(v.as_str())).collect();
                wanted.fit(&values.iter().collect::<Vec<_>>(), asked.now)
            };
            Condition::Custom(Custom { told, test: Arc::new(test) })
        }
        other => other,
    };
    pairs(value, Part::Query, at).into_iter().map(one).collect()
}

/// The words that say what kind of body an object describes, and the kind.
const KINDS: [(&str, &str); 5] = [
    ("json", "JSON"),
    ("jsonPath", "JSON_PATH"),
    ("regex", "REGEX"),
    ("string", "STRING"),
    ("parameters", "PARAMETERS"),
];

fn body(value: &Placed, at: &str) -> Condition {
    if let Some(plain) = value.text() {
        return Condition::Body(BodyTest::Text(Text::Equal(plain.to_owned())));
    }
    let marks = ["base64Bytes", "jsonSchema", "xml", "xmlSchema", "xpath", "filePath", "type", "not"];
    let described = value
        .members()
        .iter()
        .any(|m| marks.contains(&m.name.as_str()) || KINDS.iter().any(|(word, _)| *word == m.name));
    if !described {
        return Condition::Body(BodyTest::Text(json(value.to_json(), false)));
    }
    let by_word = || KINDS.iter().find(|(word, _)| value.get(word).is_some()).map(|(_, kind)| *kind);
    let kind = value.str_of("type").or_else(by_word);
    let test = kind.and_then(|kind| described_body(kind, value, at));
    let Some(test) = test else {
        return Condition::Unknown(match kind {
            Some(kind) => format!("{at}.{kind}"),
            None => at.to_owned(),
        });
    };
    let test = if value.is_true("not") { Condition::Not(Box::new(test)) } else { test };
    if value.is_true("optional") {
        return Condition::Any(vec![Condition::Body(BodyTest::Text(Text::Absent)), test]);
    }
    test
}

fn described_body(kind: &str, value: &Placed, at: &str) -> Option<Condition> {
    let of = |text| Some(Condition::Body(BodyTest::Text(text)));
    match kind {
        "JSON" => {
            let json_node = value.get("json")?;
            let document = match json_node.as_str() {
                Some(text) => Json::parse(text.as_bytes()).ok()?,
                None => json_node.to_json(),
            };
            of(json(document, value.str_of("matchType") == Some("STRICT")))
        }
        "JSON_PATH" => of(Text::JsonPath(JsonPath::java(value.str_of("jsonPath")?, None).ok()?)),
        "REGEX" => {
            let pattern = Pattern::whole(&format!("(?i){}", value.str_of("regex")?), Dialect::Java).ok()?;
            of(Text::Matches(pattern))
        }
        "STRING" if value.is_true("subString") => of(Text::Contains(value.str_of("string")?.to_owned())),
        "STRING" => {
            let string = value.str_of("string")?;
            of(match string.strip_prefix('!') {
                Some(_) => plain_text(string),
                None => Text::Equal(string.to_owned()),
            })
        }
        "PARAMETERS" => {
            Some(Condition::All(pairs(value.get("parameters")?, Part::Form, &format!("{at}.parameters"))))
        }
        "BINARY" => {
            let bytes = STANDARD.decode(value.str_of("base64Bytes")?.trim()).ok()?;
            Some(Condition::Body(BodyTest::Bytes(bytes)))
        }
        _ => None,
    }
}

/// Unless it is strict, a document may hold more, in any order.
fn json(wanted: Json, strict: bool) -> Text {
    Text::Json(JsonTest {
        any_order: !strict,
        extra: !strict,
        placeholders: true,
        ..JsonTest::strict(wanted)
    })
}
