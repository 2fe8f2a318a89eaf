//! # pact
//!
//! Contracts of Pact, versions 1 to 4: what the stub server answers out of them.
//!
//! ## Why it matters
//!
//! A contract is what the consumer believes. Where the provider is another company nobody ever verifies it.
//!
//! ## Understands
//!
//! Requests are matched exactly, but where a rule says otherwise; further headers are no matter, further
//! parameters and members are:
//!
//! ```
//! --- web-billing.json
//! {"consumer": {"name": "web"}, "provider": {"name": "billing"}, "interactions": [
//!   {"description": "a customer",
//!    "request": {"method": "get", "path": "/v1/customers/1", "query": "expand=plan&expand=card"},
//!    "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"total": 10.50}}},
//!   {"description": "a charge",
//!    "request": {"method": "POST", "path": "/v1/charges", "headers": {"Content-Type": "application/json"},
//!      "body": {"amount": 100, "items": [{"sku": "a-1"}]},
//!      "matchingRules": {"$.body.amount": {"match": "type"}, "$.body.items": {"min": 1},
//!        "$.body.items[*].sku": {"match": "regex", "regex": "^\\w-\\d$"}}},
//!    "response": {"status": 201, "body": {"id": "ch_1"}}}
//! ], "metadata": {"pactSpecification": {"version": "2.0.0"}}}
//! > GET /v1/customers/1?expand=plan&expand=card
//! > x-more: 1
//! ~ content-type: application/json
//! ~ 200 {"total":10.50}
//! > GET /v1/customers/1?expand=card&expand=plan
//! ~ 404 ...
//! > POST /v1/charges
//! > content-type: application/json; charset=utf-8
//! >> {"items": [{"sku": "b-2"}, {"sku": "c-3"}], "amount": 7}
//! ~ 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > content-type: application/json
//! >> {"items": [], "amount": 7}
//! ~ 404 ...
//! ```
//!
//! Later versions name the parts that rules are for, and version 4 wraps bodies:
//!
//! ```
//! --- pacts/web-billing.json
//! {"interactions": [
//!   {"type": "Synchronous/HTTP", "description": "charges of a day",
//!    "request": {"method": "GET", "path": "/charges/1", "query": {"day": ["2026-01-02"]},
//!      "matchingRules": {"path": {"combine": "AND", "matchers": [{"match": "regex", "regex": "^/charges/\\d+$"}]},
//!        "query": {"day": {"matchers": [{"match": "date", "format": "yyyy-MM-dd"}]}}}},
//!    "response": {"status": 200, "headers": {"Set-Cookie": ["a=1", "b=2"]},
//!      "body": {"contentType": "text/csv", "encoded": false, "content": "id,amount"}}}
//! ], "metadata": {"pactSpecification": {"version": "4.0"}}}
//! > GET /charges/77?day=2027-12-31
//! ~ content-type: text/csv
//! ~ 200 id,amount
//! > GET /charges/77?day=tomorrow
//! ~ 404 ...
//! ```
//!
//! ## Does not understand
//!
//! Messages, plugins, matchers of its own, and which of two provider states a test would choose where both
//! answer one request:
//!
//! ```
//! --- pact.json
//! {"consumer": {}, "provider": {}, "interactions": [
//!   {"description": "known", "providerState": "cus_1 is there",
//!    "request": {"method": "GET", "path": "/customers/1"}, "response": {"status": 200}},
//!   {"description": "unknown", "providerState": "nobody is there",
//!    "request": {"method": "GET", "path": "/customers/1"}, "response": {"status": 404}},
//!   {"description": "odd", "request": {"method": "GET", "path": "/odd",
//!     "matchingRules": {"path": {"matchers": [{"match": "moonPhase"}]}}}, "response": {"status": 200}}
//! ]}
//! > GET /customers/1
//! ? pact.json:2: does not understand `which provider state decides: cus_1 is there, or nobody is there`
//! > GET /odd
//! ? pact.json:7: does not understand `the matcher moonPhase`
//! ```

mod body;
mod interaction;
mod java_time;
mod matcher;
mod path;
mod rules;
mod xml;

use super::placed::Placed;
use super::{Files, FormatError, MockFile, MockFormat, Stub, Stubs, Unknown};
use cassettes::json::Json;
use cassettes::meta::Meta;
use cassettes::subject::Spot;

pub(super) static FORMAT: MockFormat =
    MockFormat { meta: Meta::new("pact", include_str!("pact.rs")), sniff, read };

fn sniff(files: &Files) -> bool {
    let has = |file: &MockFile, word: &[u8]| file.bytes.windows(word.len()).any(|window| window == word);
    let named = |file: &&MockFile| has(file, b"\"interactions\"") || has(file, b"\"messages\"");
    files.list.iter().filter(named).any(|file| Placed::json(&file.bytes).is_ok_and(|root| is_contract(&root)))
}

fn is_contract(root: &Placed) -> bool {
    let lists = ["interactions", "messages"].iter().any(|name| root.get(name).is_some_and(Placed::is_list));
    let told =
        ["consumer", "provider", "metadata"].iter().any(|name| root.get(name).is_some_and(Placed::is_map));
    lists && told
}

fn read(files: &Files) -> Result<Stubs, FormatError> {
    let (mut stubs, mut doubts, mut refused) = (Vec::new(), Vec::new(), None);
    let mut contracts = 0;
    for file in files.list.iter().filter(|file| file.ends_with(".json") || files.list.len() == 1) {
        match Placed::json(&file.bytes) {
            Ok(root) if is_contract(&root) => {
                contracts += 1;
                stubs.extend(contract(&file.path, &root, &mut doubts));
            }
            Ok(root) => refused = refused.or(Some((file, root.line, "found another document".to_owned()))),
            Err(why) => refused = refused.or(Some((file, why.line, format!("found {why}")))),
        }
    }
    if contracts == 0 {
        let place = refused.as_ref().map(|(file, line, _)| format!("{}:{line}", file.path));
        let what = refused.map_or_else(|| "found no JSON".to_owned(), |(_, _, what)| what);
        return Err(FormatError {
            what: format!("expected a contract with `interactions` and `consumer`, {what}"),
            place: place.unwrap_or_else(|| files.root.clone()),
            hint: None,
        });
    }
    Ok(Stubs::new(files.root.clone(), stubs).doubting(doubts))
}

fn contract(file: &str, root: &Placed, doubts: &mut Vec<Unknown>) -> Vec<Stub> {
    let spot = |node: &Placed| Spot { file: file.to_owned(), line: node.line };
    let list = |name: &str| root.get(name).map(Placed::items).unwrap_or_default();
    for message in list("messages") {
        doubts.push(Unknown { spot: spot(message), what: "a message: it is no HTTP".to_owned() });
    }
    let mut stubs: Vec<(Key, Stub)> = Vec::new();
    for node in list("interactions") {
        let kind = node.str_of("type").unwrap_or("Synchronous/HTTP");
        if kind != "Synchronous/HTTP" {
            doubts.push(Unknown { spot: spot(node), what: format!("an interaction of the type {kind}") });
            continue;
        }
        let stub = interaction::read(file, node);
        let key = Key { request: node.get("request").map(Placed::to_json), state: state(node) };
        let status = |stub: &Stub| stub.replies.list.first().map(|reply| reply.status);
        let twin = stubs.iter_mut().find(|(other, twin)| {
            other.request == key.request && other.state != key.state && status(twin) != status(&stub)
        });
        if let Some((other, twin)) = twin {
            let what = format!("which provider state decides: {}, or {}", other.state, key.state);
            twin.doubt(spot_of(twin), what);
        }
        stubs.push((key, stub));
    }
    stubs.into_iter().map(|(_, stub)| stub).collect()
}

struct Key {
    request: Option<Json>,
    state: String,
}

fn spot_of(stub: &Stub) -> Spot {
    stub.spot.clone()
}

fn state(node: &Placed) -> String {
    let one = node.str_of("providerState").or_else(|| node.str_of("provider_state"));
    let many = node.get("providerStates").map(Placed::items).unwrap_or_default().iter();
    let names: Vec<&str> = one.into_iter().chain(many.filter_map(|state| state.str_of("name"))).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" and ") }
}
