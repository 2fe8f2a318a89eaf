//! # mockserver
//!
//! Expectations of MockServer: a file with one, or with an array of them, as it is started with or persists.
//!
//! ## Why it matters
//!
//! Expectations take a path as an expression, a body by the fields that it names, and go on forever unless told
//! otherwise: what they really answer is more than what their author had in mind.
//!
//! ## Understands
//!
//! Texts are equal in any letter case, or expressions for the whole, or with `!` neither. The highest priority
//! answers; among equals the first that is not used up:
//!
//! ```
//! --- expectations.json
//! [
//!   {"httpRequest": {"method": "GET", "path": "/v1/jobs/.*", "queryStringParameters": {"full": ["true|yes"]}},
//!    "httpResponse": {"statusCode": 202, "body": "pending"}, "times": {"remainingTimes": 1}},
//!   {"httpRequest": {"method": "GET", "path": "/v1/jobs/{id}", "pathParameters": {"id": ["[0-9]+"]},
//!                    "headers": {"x-tenant": ["!test"]}},
//!    "httpResponse": {"headers": [{"name": "ETag", "values": ["\"7\""]}], "body": {"id": 7, "price": 10.10}}},
//!   {"httpRequest": {"method": "POST", "path": "/v1/jobs", "body": {"type": "JSON", "json": {"kind": "a"}}},
//!    "httpResponse": {"statusCode": 201}},
//!   {"priority": 10, "httpRequest": {"path": "/v1/broken"}, "httpError": {"dropConnection": true}}
//! ]
//! > GET /v1/jobs/7?full=YES
//! ~ 202 pending
//! > GET /v1/jobs/7?full=YES
//! ~ etag: "7"
//! ~ content-type: application/json; charset=utf-8
//! ~ 200 {
//! ~~   "id" : 7,
//! ~~   "price" : 10.1
//! ~~ }
//! > GET /v1/jobs/x
//! ~ 404 ...
//! > POST /v1/jobs
//! >> {"more": [1], "kind": "a"}
//! ~ 201
//! > GET /v1/broken
//! ~ failed closed
//! ```
//!
//! ## Does not understand
//!
//! XML, JSON Schema, forwarding, callbacks, templates, an API description in place of a request:
//!
//! ```
//! --- expectations.json
//! [
//!   {"httpRequest": {"method": "POST", "path": "/soap", "body": {"type": "XPATH", "xpath": "//a"}},
//!    "httpResponse": {"statusCode": 200}},
//!   {"httpRequest": {"path": "/forwarded"},
//!    "httpForward": {"host": "elsewhere.test"}},
//!   {"httpRequest": {"path": "/made"},
//!    "httpResponseTemplate": {"templateType": "VELOCITY", "template": "x"}}
//! ]
//! > POST /soap
//! ? expectations.json:2: does not understand `httpRequest.body.XPATH`
//! > GET /forwarded
//! ? expectations.json:5: does not understand `httpForward`
//! > GET /made
//! ? expectations.json:7: does not understand `httpResponseTemplate`
//! > GET /other
//! ~ 404 ...
//! ```

mod pretty;
mod request;
mod response;
mod strings;

use super::conditions::Condition;
use super::files::{Files, MockFile};
use super::format::{FormatError, MockFormat};
use super::placed::{Member, Placed};
use super::stub::{Order, Replies, Scenario, Stub, Unknown};
use super::stubs::Stubs;
use cassettes::meta::Meta;
use cassettes::model::{Answer, Headers, Response};
use cassettes::subject::Spot;

pub(super) static FORMAT: MockFormat =
    MockFormat { meta: Meta::new("mockserver", include_str!("mockserver.rs")), sniff, read };

/// So many files are looked into to find out what a folder holds.
const LOOKED_AT: usize = 50;

fn sniff(files: &Files) -> bool {
    files.ending(".json").take(LOOKED_AT).any(|file| {
        Placed::json(&file.bytes).is_ok_and(|root| expectations(&root).iter().any(|e| is_expectation(e)))
    })
}

fn expectations(root: &Placed) -> Vec<&Placed> {
    if root.is_list() { root.items().iter().collect() } else { vec![root] }
}

/// What an expectation does is named by one of many words that all begin so.
fn is_expectation(node: &Placed) -> bool {
    let acts = |name: &str| name.starts_with("http") && name != "httpRequest";
    node.is_map() && node.members().iter().any(|m| acts(&m.name) && (m.value.is_map() || m.value.is_list()))
}

fn read(files: &Files) -> Result<Stubs, FormatError> {
    let (mut stubs, mut unknown) = (Vec::new(), Vec::new());
    for file in files.ending(".json") {
        let root = Placed::json(&file.bytes).map_err(|error| FormatError {
            what: format!("expected expectations, found {error}"),
            place: format!("{}:{}", file.path, error.line),
            hint: None,
        })?;
        for node in expectations(&root) {
            if is_expectation(node) {
                stubs.push(stub(node, file, files));
            } else {
                let spot = Spot { file: file.path.clone(), line: node.line };
                unknown.push(Unknown { spot, what: "an expectation that does nothing".to_owned() });
            }
        }
    }
    if stubs.is_empty() {
        return Err(FormatError {
            what: "expected expectations with `httpRequest` and `httpResponse`, found none".to_owned(),
            place: files.root.clone(),
            hint: Some("name the file of expectations that the server is started with".to_owned()),
        });
    }
    let missed = Answer::Reply(Response::new(404, Headers::new(), ""));
    Ok(Stubs::new(files.root.clone(), stubs).doubting(unknown).unmatched(missed))
}

fn stub(node: &Placed, file: &MockFile, files: &Files) -> Stub {
    let spot = |line: u32| Spot { file: file.path.clone(), line };
    let mut stub = Stub::new(spot(node.line));
    for Member { name, line, value } in node.members() {
        let mut add = |read: response::Read| {
            stub.replies.list.push(read.reply);
            stub.unknown
                .extend(read.unknown.into_iter().map(|(line, what)| Unknown { spot: spot(line), what }));
        };
        let understood = match name.as_str() {
            _ if value.is_null() => true,
            "id" | "timestamp" | "scenarioName" | "scenarioState" | "newScenarioState" | "timeToLive" => true,
            "afterActions" => true,
            "responseMode" => value.as_str() == Some("SEQUENTIAL"),
            "httpRequest" if value.get("specUrlOrPayload").is_some() => {
                stub.when.push(Condition::Unknown("httpRequest.specUrlOrPayload".to_owned()));
                true
            }
            "httpRequest" => {
                stub.when = request::conditions(value);
                true
            }
            "httpResponse" => {
                add(response::reply(value, &file.path, files, "httpResponse"));
                true
            }
            "httpResponses" if value.is_list() => {
                for (at, one) in value.items().iter().enumerate() {
                    add(response::reply(one, &file.path, files, &format!("httpResponses[{at}]")));
                }
                true
            }
            "httpError" => {
                add(response::error(value, &file.path));
                true
            }
            "priority" => value.text().and_then(|text| text.parse::<i64>().ok()).is_some_and(|priority| {
                // The highest goes first there.
                stub.priority = priority.saturating_neg();
                true
            }),
            "percentage" => value.number() == Some(100),
            "times" => {
                let limited = !value.is_true("unlimited");
                let remaining = value.get("remainingTimes").and_then(Placed::number);
                stub.times =
                    remaining.filter(|_| limited).map(|times| u32::try_from(times).unwrap_or(u32::MAX));
                true
            }
            _ => false,
        };
        if !understood {
            stub.doubt(spot(*line), name.clone());
        }
    }
    if stub.replies.list.len() > 1 {
        stub.replies = Replies { order: Order::Cycle, ..stub.replies };
    }
    stub.scenario = node.str_of("scenarioName").map(|name| Scenario {
        name: name.to_owned(),
        required: node.str_of("scenarioState").map(str::to_owned),
        next: node.str_of("newScenarioState").map(str::to_owned),
    });
    let of = |name: &str| node.get("httpRequest").and_then(|request| request.str_of(name));
    stub.label = format!("{} {}", of("method").unwrap_or("any method"), of("path").unwrap_or("any path"));
    stub
}
