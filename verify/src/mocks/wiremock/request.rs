//! What a mapping wants of a request.

use super::super::conditions::{
    BodyTest, Condition, Custom, Dialect, Fit, PathTemplate, Pattern, Text, Value,
};
use super::super::placed::{Member, Placed};
use super::matchers;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;

/// What a mapping wants of a request: each member of its `request`.
pub(super) fn conditions(request: &Placed) -> Vec<Condition> {
    let template = request.str_of("urlPathTemplate").and_then(|source| PathTemplate::braces(source).ok());
    let mut wanted: Vec<Condition> =
        request.members().iter().flat_map(|member| condition(member, template.as_ref())).collect();
    // What is cheap to look at comes first.
    wanted.sort_by_key(|condition| match condition {
        Condition::Path(_) | Condition::Target(_) => 0,
        Condition::Method(_) => 1,
        Condition::Body(_) => 3,
        _ => 2,
    });
    wanted
}

fn condition(member: &Member, template: Option<&PathTemplate>) -> Vec<Condition> {
    let (name, node) = (member.name.as_str(), &member.value);
    let unknown = || vec![Condition::Unknown(format!("request.{name}"))];
    let text = |make: &dyn Fn(&str) -> Option<Condition>| match node.as_str().and_then(make) {
        Some(condition) => vec![condition],
        None => unknown(),
    };
    let each = |make: &dyn Fn(&str, Text) -> Condition| -> Vec<Condition> {
        let one =
            |m: &Member| make(&m.name, matchers::values(&m.value, &format!("request.{name}.{}", m.name)));
        node.members().iter().map(one).collect()
    };
    match name {
        "method" => match method(node) {
            Some(condition) => vec![condition],
            None => unknown(),
        },
        "url" => text(&|url| Some(Condition::Target(Text::Equal(url.to_owned())))),
        "urlPath" => text(&|path| Some(Condition::path(path))),
        "urlPattern" => {
            text(&|url| Some(Condition::Target(Text::Matches(Pattern::whole(url, Dialect::Java).ok()?))))
        }
        "urlPathPattern" => {
            text(&|path| Some(Condition::Path(Text::Matches(Pattern::whole(path, Dialect::Java).ok()?))))
        }
        "urlPathTemplate" => match template {
            Some(template) => vec![Condition::Path(Text::Template(template.clone()))],
            None => unknown(),
        },
        "pathParameters" => each(&|name, text| {
            template.map_or_else(
                || Condition::Unknown("request.pathParameters".to_owned()),
                |t| variable(t, name, text),
            )
        }),
        "headers" => each(&|name, text| Condition::Header(name.to_owned(), text)),
        "queryParameters" => each(&|name, text| Condition::Query(name.to_owned(), text)),
        "cookies" => each(&|name, text| Condition::Cookie(name.to_owned(), text)),
        "formParameters" => each(&|name, text| Condition::Body(BodyTest::Form(name.to_owned(), text))),
        "basicAuth" | "basicAuthCredentials" => match (node.str_of("username"), node.str_of("password")) {
            (Some(user), Some(password)) => {
                let value = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
                vec![Condition::Header("Authorization".to_owned(), Text::Equal(value))]
            }
            _ => unknown(),
        },
        "bodyPatterns" if node.is_list() => {
            node.items().iter().enumerate().map(|(at, pattern)| body(pattern, at)).collect()
        }
        // Where the mock is asked is not the client's choice.
        "scheme" | "host" | "port" | "clientIp" => Vec::new(),
        _ => unknown(),
    }
}

/// One method, or `{"oneOf": […]}`; `ANY` is every one.
fn method(node: &Placed) -> Option<Condition> {
    let one = |name: &str| match name {
        "ANY" => Text::Present,
        "GET_OR_HEAD" => Text::Any(vec![Text::Equal("GET".to_owned()), Text::Equal("HEAD".to_owned())]),
        name => Text::Equal(name.to_owned()),
    };
    if let Some(name) = node.as_str() {
        return Some(Condition::Method(one(name)));
    }
    let list = |name: &str| -> Option<Vec<Text>> {
        node.get(name)?.items().iter().map(|item| item.as_str().map(one)).collect()
    };
    match node.members().iter().map(|m| m.name.as_str()).collect::<Vec<_>>().as_slice() {
        ["oneOf"] => Some(Condition::Method(Text::Any(list("oneOf")?))),
        ["noneOf"] => Some(Condition::Method(Text::Any(list("noneOf")?).negated())),
        _ => None,
    }
}

fn body(pattern: &Placed, at: usize) -> Condition {
    let place = format!("request.bodyPatterns[{at}]");
    match pattern.str_of("binaryEqualTo") {
        Some(text) => match STANDARD.decode(text.trim()) {
            Ok(bytes) => Condition::Body(BodyTest::Bytes(bytes)),
            Err(_) => Condition::Unknown(format!("{place}.binaryEqualTo")),
        },
        None => Condition::Body(BodyTest::Text(matchers::value(pattern, &place))),
    }
}

/// What the path gives one of its variables.
fn variable(template: &PathTemplate, name: &str, text: Text) -> Condition {
    let mut unknown = Vec::new();
    text.unknown(&mut unknown);
    if let Some(what) = unknown.first() {
        return Condition::Unknown((*what).to_owned());
    }
    let told = format!("path variable {name} {text}");
    let (template, name) = (template.clone(), name.to_owned());
    let test = move |asked: &super::super::conditions::Asked<'_>| {
        let Some(values) = template.values(&asked.path().text) else { return Fit::Unmet };
        let values: Vec<Value<'_>> =
            values.iter().filter(|(n, _)| *n == name).map(|(_, v)| Value::new(v.as_str())).collect();
        text.fit(&values.iter().collect::<Vec<_>>(), asked.now)
    };
    Condition::Custom(Custom { told, test: Arc::new(test) })
}
