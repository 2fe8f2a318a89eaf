//! Examples of requests: where a parameter's or a body's example has a name, the response's example of the same
//! name is its answer.

use super::example::{Content, examples, is_json};
use super::library::{Library, Place};
use super::operations::Operation;
use crate::mocks::conditions::{BodyTest, Condition, Custom, Fit, JsonTest, PathTemplate, Text};
use crate::mocks::placed::Placed;
use cassettes::json::Json;
use std::sync::Arc;

/// What a request looks like that an example's name stands for.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) name: String,
    pub(super) when: Vec<Condition>,
}

/// Every name that stands in the request, in order.
pub(super) fn links(library: &Library<'_>, operation: &Operation<'_>) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut add = |name: &str, condition: Condition| match links.iter_mut().find(|link| link.name == name) {
        Some(link) => link.when.push(condition),
        None => links.push(Link { name: name.to_owned(), when: vec![condition] }),
    };
    for parameter in &operation.parameters {
        for (name, content) in named(library, *parameter) {
            let Some(value) = content.value() else { continue };
            add(&name, wanted(parameter.node, value, &operation.paths));
        }
    }
    for (name, condition) in bodies(library, operation) {
        add(&name, condition);
    }
    links
}

fn named(library: &Library<'_>, holder: Place<'_>) -> Vec<(String, Content)> {
    let examples = examples(library, holder).into_iter();
    examples.filter_map(|example| Some((example.name?, example.content.ok()?))).collect()
}

/// The condition that a parameter has this value.
fn wanted(parameter: &Placed, value: &Json, paths: &[String]) -> Condition {
    let name = parameter.str_of("name").unwrap_or_default().to_owned();
    let text = match value {
        Json::Null => Text::Absent,
        Json::Array(items) => match items.iter().map(Json::scalar_text).collect::<Option<Vec<_>>>() {
            Some(items) => list(parameter, &items),
            None => Text::Unknown(format!("an example of the parameter {name} that holds lists")),
        },
        Json::Object(_) => Text::Unknown(format!("an example of the parameter {name} that is an object")),
        scalar => Text::Equal(scalar.scalar_text().unwrap_or_default().to_owned()),
    };
    match parameter.str_of("in") {
        Some("query") => Condition::Query(name, text),
        Some("header") => Condition::Header(name, text),
        Some("cookie") => Condition::Cookie(name, text),
        Some("path") => variable(name, value, paths),
        _ => Condition::Unknown(format!("where the parameter {name} stands")),
    }
}

/// A list as the parameter's style writes it (OpenAPI 3.1 §4.8.12.3).
fn list(parameter: &Placed, items: &[&str]) -> Text {
    let style = parameter.str_of("style");
    let form = parameter.str_of("in") == Some("query") && style.is_none_or(|s| s == "form");
    let apart = form && parameter.get("explode").and_then(Placed::text) != Some("false");
    let between = match style {
        Some("spaceDelimited") => " ",
        Some("pipeDelimited") => "|",
        _ => ",",
    };
    match apart {
        true => Text::Exactly(items.iter().map(|item| Text::Equal((*item).to_owned())).collect()),
        false => Text::Equal(items.join(between)),
    }
}

fn variable(name: String, value: &Json, paths: &[String]) -> Condition {
    let Some(value) = value.scalar_text().map(str::to_owned) else {
        return Condition::Unknown(format!("an example of the path variable {name} that is no scalar"));
    };
    let templates: Vec<PathTemplate> = paths.iter().filter_map(|p| PathTemplate::braces(p).ok()).collect();
    let told = format!("path variable {name} equal to `{value}`");
    let test = move |asked: &crate::mocks::conditions::Asked<'_>| {
        let values = templates.iter().find_map(|template| template.values(asked.request.path()));
        Fit::of(values.is_some_and(|values| values.iter().any(|(n, v)| *n == name && *v == value)))
    };
    Condition::Custom(Custom { told, test: Arc::new(test) })
}

fn bodies(library: &Library<'_>, operation: &Operation<'_>) -> Vec<(String, Condition)> {
    let body = operation.object.get("requestBody").and_then(|body| library.resolve(body).ok());
    let Some(content) = body.and_then(|body| body.get("content")) else { return Vec::new() };
    let mut found: Vec<(String, Vec<Condition>)> = Vec::new();
    for media in content.node.members() {
        for (name, example) in named(library, content.with(&media.value)) {
            let test = match example.value() {
                Some(value) if is_json(&media.name) => Text::Json(JsonTest::strict(document(value))),
                _ => match example.bytes(&media.name).and_then(|bytes| String::from_utf8(bytes).ok()) {
                    Some(text) => Text::Equal(text),
                    None => Text::Unknown(format!("the {} of the example `{name}`", media.name)),
                },
            };
            let condition = Condition::Body(BodyTest::Text(test));
            match found.iter_mut().find(|(n, _)| *n == name) {
                Some((_, conditions)) => conditions.push(condition),
                None => found.push((name, vec![condition])),
            }
        }
    }
    found.into_iter().map(|(name, conditions)| (name, Condition::Any(conditions))).collect()
}

/// A document in a string is how many write an example in YAML.
fn document(value: &Json) -> Json {
    let inner = value.as_str().and_then(|text| Json::parse(text.as_bytes()).ok());
    inner.filter(|json| matches!(json, Json::Object(_) | Json::Array(_))).unwrap_or_else(|| value.clone())
}
