//! # wiremock
//!
//! Mappings of WireMock: a folder with `mappings/` and `__files/`, a folder of mappings, one mapping, or a file
//! with many under `mappings`.
//!
//! ## Why it matters
//!
//! A mapping is recorded or written once and believed for years. What it answers to a question can be read off
//! it without starting anything, and a finding can point at its line.
//!
//! ## Understands
//!
//! The most urgent mapping that takes the request answers; among equals the one that was added last:
//!
//! ```
//! --- mappings/list.json
//! {"mappings": [
//!   {"request": {"method": "GET", "urlPathPattern": "/v1/things/[a-z]+"}, "response": {"status": 404}},
//!   {"request": {"method": "GET", "urlPath": "/v1/things/a", "queryParameters": {"full": {"equalTo": "1"}},
//!                "headers": {"Accept": {"contains": "json"}}},
//!    "response": {"status": 200, "headers": {"ETag": "\"1\""}, "bodyFileName": "a.json"}},
//!   {"request": {"method": "POST", "url": "/v1/things",
//!                "bodyPatterns": [{"equalToJson": {"name": "${json-unit.any-string}"}, "ignoreExtraElements": true}]},
//!    "response": {"status": 201, "jsonBody": {"price": 10.10, "id": 7}, "transformers": ["response-template"]}},
//!   {"priority": 1, "request": {"method": "ANY", "urlPathTemplate": "/v1/slow/{id}"},
//!    "response": {"fault": "CONNECTION_RESET_BY_PEER"}}
//! ]}
//! --- __files/a.json
//! {"id": "a"}
//! > GET /v1/things/a?full=1
//! > accept: application/json
//! ~ etag: "1"
//! ~ 200 {"id": "a"}
//! ~~
//! > GET /v1/things/b
//! ~ 404
//! > POST /v1/things
//! >> {"name": "x", "more": true}
//! ~ 201 {"price":10.1,"id":7}
//! > PUT /v1/slow/9
//! ~ failed reset
//! ```
//!
//! Scenarios have states; a reset begins them again:
//!
//! ```
//! --- mappings/poll.json
//! {"mappings": [
//!   {"scenarioName": "job", "requiredScenarioState": "Started", "newScenarioState": "done",
//!    "request": {"method": "GET", "url": "/job"}, "response": {"body": "pending"}},
//!   {"scenarioName": "job", "requiredScenarioState": "done",
//!    "request": {"method": "GET", "url": "/job"}, "response": {"body": "ready"}}
//! ]}
//! > GET /job
//! ~ 200 pending
//! > GET /job
//! ~ 200 ready
//! > GET /job
//! ~ 200 ready
//! ```
//!
//! Templates see the request:
//!
//! ```
//! --- mappings/echo.json
//! {"request": {"method": "POST", "urlPathTemplate": "/users/{user}/notes"},
//!  "response": {"status": 200, "transformers": ["response-template"], "headers": {"X-User": "{{request.path.user}}"},
//!   "body": "{{request.pathSegments.[1]}} {{request.query.tag.[1]}} {{jsonPath request.body '$.title'}} {{now offset='1 days' format='yyyy-MM-dd'}}{{#each (parseJson '[1,2]') as |n|}} {{math n '+' 1}}{{/each}}"}}
//! > POST /users/ada/notes?tag=x&tag=y
//! >> {"title": "Notes & more"}
//! ~ x-user: ada
//! ~ 200 ada y Notes & more 2026-01-04 2 3
//! ```
//!
//! A body file may be chosen by the request:
//!
//! ```
//! --- mappings/any.json
//! {"request": {"method": "GET", "urlPathTemplate": "/things/{id}"},
//!  "response": {"status": 200, "bodyFileName": "{{request.path.id}}.json", "transformers": ["response-template"]}}
//! --- __files/a.json
//! {"id": "a", "asked": "{{request.method}}"}
//! > GET /things/a
//! ~ 200 {"id": "a", "asked": "GET"}
//! ~~
//! > GET /things/b
//! ? mappings/any.json:2: does not understand the body file b.json: there is no such text
//! ```
//!
//! ## Does not understand
//!
//! XPath and XML, multipart, custom matchers, other transformers, proxying:
//!
//! ```
//! --- mappings/odd.json
//! {"mappings": [
//!   {"request": {"method": "GET", "url": "/proxied"},
//!    "response": {
//!      "proxyBaseUrl": "http://elsewhere.test"}},
//!   {"request": {"method": "POST", "url": "/soap", "bodyPatterns": [{"matchesXPath": "//a"}]},
//!    "response": {"status": 200}},
//!   {"request": {"method": "GET", "url": "/made"},
//!    "response": {"body": "{{ourOwnHelper 'x'}}", "transformers": ["response-template"]}},
//!   {"request": {"method": "GET", "url": "/file"},
//!    "response": {"bodyFileName": "lost.json"}}
//! ]}
//! > GET /proxied
//! ? mappings/odd.json:4: does not understand `response.proxyBaseUrl`
//! > POST /soap
//! >> <a/>
//! ? mappings/odd.json:5: does not understand `request.bodyPatterns[0].matchesXPath`
//! > GET /made
//! ? mappings/odd.json:8: does not understand `response.body: the helper ourOwnHelper`
//! > GET /file
//! ? mappings/odd.json:10: does not understand `response.bodyFileName lost.json: there is no such file`
//! > GET /soap
//! ~ 404 ...
//! ```

mod bodies;
mod helpers;
mod mapping;
mod matchers;
mod request;
mod response;
mod templating;

use super::files::Files;
use super::format::{FormatError, MockFormat};
use super::placed::Placed;
use super::stub::{Stub, Unknown};
use super::stubs::Stubs;
use cassettes::meta::Meta;
use cassettes::model::{Answer, Headers, Response};
use cassettes::subject::Spot;

pub(super) static FORMAT: MockFormat =
    MockFormat { meta: Meta::new("wiremock", include_str!("wiremock.rs")), sniff, read };

/// Members of a request that say which URLs it takes.
const URLS: [&str; 5] = ["url", "urlPath", "urlPattern", "urlPathPattern", "urlPathTemplate"];

/// So many files are looked into to find out what a folder holds.
const LOOKED_AT: usize = 50;

fn sniff(files: &Files) -> bool {
    let mut candidates = files.ending(".json").filter(|file| !file.is_below("__files")).take(LOOKED_AT);
    candidates.any(|file| {
        let Ok(root) = Placed::json(&file.bytes) else { return false };
        mappings(&root).iter().any(|mapping| {
            let request = mapping.get("request");
            mapping.get("response").is_some_and(Placed::is_map)
                && request.is_some_and(|request| URLS.iter().any(|name| request.str_of(name).is_some()))
        })
    })
}

/// The mappings of a file: itself, or those that it lists.
fn mappings(root: &Placed) -> Vec<&Placed> {
    match root.get("mappings") {
        Some(list) if list.is_list() => list.items().iter().collect(),
        _ if root.is_list() => root.items().iter().collect(),
        _ => vec![root],
    }
}

fn read(files: &Files) -> Result<Stubs, FormatError> {
    let mut stubs: Vec<Stub> = Vec::new();
    let mut unknown = Vec::new();
    let bodies = response::Bodies::new(files);
    let apart = files.list.iter().any(|file| file.is_below("mappings"));
    for file in files.ending(".json").filter(|file| !file.is_below("__files")) {
        if apart && !file.is_below("mappings") {
            continue;
        }
        let root = Placed::json(&file.bytes).map_err(|error| FormatError {
            what: format!("expected a mapping, found {error}"),
            place: format!("{}:{}", file.path, error.line),
            hint: None,
        })?;
        for mapping in mappings(&root) {
            if mapping.get("request").is_some_and(Placed::is_map)
                || mapping.get("response").is_some_and(Placed::is_map)
            {
                stubs.push(mapping::stub(mapping, &file.path, &bodies));
            } else {
                let spot = Spot { file: file.path.clone(), line: mapping.line };
                unknown.push(Unknown { spot, what: "a mapping without request and response".to_owned() });
            }
        }
    }
    if stubs.is_empty() {
        return Err(FormatError {
            what: "expected mappings with `request` and `response`, found none".to_owned(),
            place: files.root.clone(),
            hint: Some("name the folder that holds `mappings/`, or one of its files".to_owned()),
        });
    }
    // The one that was added last is asked first.
    stubs.reverse();
    let missed = Response::new(404, Headers::from_pairs([("Content-Type", "text/plain")]), "");
    Ok(Stubs::new(files.root.clone(), stubs).doubting(unknown).unmatched(Answer::Reply(missed)))
}
