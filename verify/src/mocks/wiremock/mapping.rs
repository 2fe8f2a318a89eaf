//! One mapping as a stub.

use super::super::placed::{Member, Placed};
use super::super::stub::{Replies, Scenario, Stub};
use super::response::Bodies;
use super::{request, response};
use cassettes::subject::Spot;

/// Where no priority is given.
const MIDDLE: i64 = 5;

/// Words of a mapping that change nothing of what it answers.
const SILENT: [&str; 9] = [
    "id",
    "uuid",
    "name",
    "persistent",
    "metadata",
    "insertionIndex",
    "$schema",
    "postServeActions",
    "serveEventListeners",
];

/// One mapping as a stub.
pub(super) fn stub(mapping: &Placed, file: &str, bodies: &Bodies<'_>) -> Stub {
    let spot = |line: u32| Spot { file: file.to_owned(), line };
    let mut stub = Stub::new(spot(mapping.line));
    stub.priority = MIDDLE;
    for Member { name, line, value } in mapping.members() {
        match name.as_str() {
            "request" => stub.when = request::conditions(value),
            "response" | "scenarioName" | "requiredScenarioState" | "newScenarioState" => {}
            "priority" if value.is_null() => {}
            "priority" => match value.text().and_then(|text| text.parse().ok()) {
                Some(priority) => stub.priority = priority,
                None => stub.doubt(spot(*line), "priority"),
            },
            silent if SILENT.contains(&silent) => {}
            other => stub.doubt(spot(*line), other),
        }
    }
    stub.label = label(mapping);
    stub.scenario = mapping.str_of("scenarioName").map(|name| Scenario {
        name: name.to_owned(),
        required: mapping.str_of("requiredScenarioState").map(str::to_owned),
        next: mapping.str_of("newScenarioState").map(str::to_owned),
    });
    match mapping.get("response") {
        Some(node) => {
            let read = response::reply(node, mapping, file, bodies);
            for (line, what) in read.unknown {
                stub.doubt(spot(line), what);
            }
            stub.replies = Replies::one(read.reply);
        }
        None => stub.replies = Replies::one(super::super::stub::Reply::new(200, stub.spot.clone())),
    }
    stub
}

fn label(mapping: &Placed) -> String {
    if let Some(name) = mapping.str_of("name") {
        return name.to_owned();
    }
    let Some(request) = mapping.get("request") else { return "any request".to_owned() };
    let urls = ["url", "urlPath", "urlPathTemplate", "urlPattern", "urlPathPattern"];
    let url = urls.iter().find_map(|name| request.str_of(name)).unwrap_or("any URL");
    format!("{} {url}", request.str_of("method").unwrap_or("ANY"))
}
