//! # mockoon
//!
//! Environments of Mockoon: routes with their responses, rules, templates, data buckets and CRUD routes.
//!
//! ## Why it matters
//!
//! A route has one good answer and, if somebody thought of it, an error behind a rule. What no rule asks for
//! always succeeds.
//!
//! ## Understands
//!
//! The first response whose rules hold, else the default one; rules about the query, the path's variables,
//! headers, cookies, the body, and how many requests the route had:
//!
//! ```
//! --- billing.json
//! {"uuid": "e", "name": "billing", "endpointPrefix": "v1", "latency": 0, "headers": [{"key": "X-Env", "value": "dev"}],
//!  "folders": [], "rootChildren": [{"type": "route", "uuid": "r2"}, {"type": "route", "uuid": "r1"}],
//!  "data": [{"id": "b1", "name": "plans", "value": "[{\"id\": 1, \"price\": 9.90}]"}],
//!  "routes": [
//!   {"uuid": "r1", "type": "http", "method": "get", "endpoint": "customers/:id", "responseMode": null, "responses": [
//!     {"statusCode": 200, "default": true, "headers": [{"key": "Content-Type", "value": "application/json"}],
//!      "body": "{\"id\": \"{{urlParam 'id'}}\", \"page\": {{queryParam 'page' '1'}}, \"plan\": {{data 'plans' '0.price'}}}"},
//!     {"statusCode": 404, "body": "nobody", "rulesOperator": "OR", "rules": [
//!       {"target": "params", "modifier": "id", "operator": "regex", "value": "^nope", "invert": false}]},
//!     {"statusCode": 429, "body": "slow down", "rulesOperator": "AND", "rules": [
//!       {"target": "request_number", "modifier": "", "operator": "equals", "value": "3"}]}]},
//!   {"uuid": "r2", "type": "http", "method": "post", "endpoint": "charges", "responseMode": "FALLBACK", "responses": [
//!     {"statusCode": 422, "body": "{{body}}", "rulesOperator": "AND", "rules": [
//!       {"target": "body", "modifier": "$.card.number", "operator": "null", "value": "", "invert": false},
//!       {"target": "header", "modifier": "X-Key", "operator": "equals", "value": "k"}]}]}]}
//! > GET /v1/customers/cus_1?page=2
//! ~ x-env: dev
//! ~ content-type: application/json; charset=utf-8
//! ~ 200 {"id": "cus_1", "page": 2, "plan": 9.9}
//! > GET /v1/customers/nope
//! ~ 404 nobody
//! > GET /v1/customers/cus_2
//! ~ 429 slow down
//! > GET /v1/customers/cus_2
//! ~ 200 {"id": "cus_2", "page": 1, "plan": 9.9}
//! > POST /v1/charges
//! > x-key: k
//! > content-type: application/json
//! >> {"card": {}}
//! ~ 422 {"card": {}}
//! > POST /v1/charges
//! ~ 404 ...
//! ```
//!
//! Responses one after the other, and lists that are kept in a bucket:
//!
//! ```
//! --- env.json
//! {"uuid": "e", "endpointPrefix": "", "data": [
//!   {"id": "b1", "name": "things", "value": "[{\"id\": 1}, {\"id\": 2}, {\"id\": 3}]"}],
//!  "routes": [
//!   {"uuid": "r1", "type": "http", "method": "get", "endpoint": "jobs/1", "responseMode": "SEQUENTIAL", "responses": [
//!     {"statusCode": 200, "body": "pending"}, {"statusCode": 200, "body": "done"}]},
//!   {"uuid": "r2", "type": "crud", "method": "", "endpoint": "things", "responses": [
//!     {"statusCode": 200, "default": true, "bodyType": "DATABUCKET", "databucketID": "b1", "crudKey": "id"}]}]}
//! > GET /jobs/1
//! ~ 200 pending
//! > GET /jobs/1
//! ~ 200 done
//! > GET /things?limit=2&page=2
//! ~ x-total-count: 3
//! ~ 200 [{"id":3}]
//! > GET /things/2
//! ~ 200 {"id":2}
//! > GET /things/9
//! ~ 404 {}
//! > POST /things
//! > content-type: application/json
//! >> {"a": 1}
//! ~ 201 {"a":1,"id":4}
//! > GET /things/4
//! ? env.json:6: does not understand `what a CRUD route holds once something was written`
//! ```
//!
//! ## Does not understand
//!
//! Made-up data, chance, schemas, proxies, endpoints that are expressions:
//!
//! ```
//! --- env.json
//! {"uuid": "e", "endpointPrefix": "", "proxyMode": true, "proxyHost": "https://api.example.test", "routes": [
//!   {"uuid": "r1", "type": "http", "method": "get", "endpoint": "me", "responses": [
//!     {"statusCode": 200,
//!      "body": "{{faker 'person.firstName'}}"}]},
//!   {"uuid": "r2", "type": "http", "method": "get", "endpoint": "luck", "responseMode": "RANDOM", "responses": [
//!     {"statusCode": 200, "body": ""}, {"statusCode": 500, "body": ""}]},
//!   {"uuid": "r3", "type": "http", "method": "get", "endpoint": "valid", "responses": [
//!     {"statusCode": 400, "rules": [
//!       {"target": "body", "modifier": "", "operator": "valid_json_schema", "value": "s", "invert": true}]},
//!     {"statusCode": 200, "default": true, "body": "fine"}]}]}
//! > GET /me
//! ? env.json:4: does not understand `the helper faker`
//! > GET /luck
//! ? env.json:5: does not understand `responseMode RANDOM`
//! > GET /valid
//! ? env.json:8: does not understand `the operator valid_json_schema`
//! > GET /elsewhere
//! ? env.json:1: does not understand `proxyMode`
//! ```

mod crud;
mod reply;
mod route;
mod rule;
mod seen;
mod templating;

use super::javascript;
use super::placed::Placed;
use super::{Files, FormatError, MockFile, MockFormat, Stub, Stubs, Unknown};
use cassettes::json::Json;
use cassettes::meta::Meta;
use reply::Home;
use std::sync::Arc;
use templating::World;

pub(super) static FORMAT: MockFormat =
    MockFormat { meta: Meta::new("mockoon", include_str!("mockoon.rs")), sniff, read };

/// How deep folders may nest.
const DEEPEST: usize = 32;

fn sniff(files: &Files) -> bool {
    let named = |file: &&MockFile| file.bytes.windows(16).any(|window| window == b"\"endpointPrefix\"");
    files
        .list
        .iter()
        .filter(named)
        .any(|file| Placed::json(&file.bytes).is_ok_and(|root| !environments(&root).is_empty()))
}

/// The environment of a file, or those of an old export.
fn environments(root: &Placed) -> Vec<&Placed> {
    let is = |node: &Placed| {
        node.get("routes").is_some_and(Placed::is_list) && node.get("endpointPrefix").is_some()
    };
    let exported = root.get("data").map(Placed::items).unwrap_or_default().iter();
    let exported = exported.filter_map(|entry| entry.get("item"));
    [root].into_iter().chain(exported).filter(|node| is(node)).collect()
}

fn read(files: &Files) -> Result<Stubs, FormatError> {
    let (mut stubs, mut last, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
    let mut refused: Option<FormatError> = None;
    for file in files.list.iter().filter(|file| file.ends_with(".json") || files.list.len() == 1) {
        let mut refuse = |line: u32, what: String| {
            let place = format!("{}:{line}", file.path);
            let what = format!("expected an environment with `endpointPrefix` and `routes`, found {what}");
            refused.get_or_insert(FormatError { what, place, hint: None });
        };
        let root = match Placed::json(&file.bytes) {
            Ok(root) => root,
            Err(why) => {
                refuse(why.line, why.to_string());
                continue;
            }
        };
        let environments = environments(&root);
        if environments.is_empty() {
            refuse(root.line, "another document".to_owned());
        }
        for node in environments {
            let home = Home { file, files, node };
            environment(&home, &mut stubs, &mut last, &mut doubts);
        }
    }
    if let (true, Some(refused)) = (stubs.is_empty() && doubts.is_empty() && last.is_empty(), refused) {
        return Err(refused);
    }
    stubs.extend(last);
    Ok(Stubs::new(files.root.clone(), stubs).doubting(doubts))
}

fn environment(home: &Home<'_>, stubs: &mut Vec<Stub>, last: &mut Vec<Stub>, doubts: &mut Vec<Unknown>) {
    let world = Arc::new(World { buckets: buckets(home.node) });
    let prefix = home.node.str_of("endpointPrefix").unwrap_or_default();
    let routes = home.node.get("routes").map(Placed::items).unwrap_or_default();
    for route in ordered(home.node, routes) {
        match route.str_of("type") {
            Some("ws") => doubts.push(home.doubt(route, "a route for web sockets")),
            _ => stubs.extend(route::stubs(home, &world, prefix, route)),
        }
    }
    if home.node.is_true("proxyMode") {
        let mut stub = Stub::new(home.spot(home.node));
        stub.label = "the proxy".to_owned();
        stub.doubt(home.spot(home.node), "proxyMode");
        last.push(stub);
    }
}

fn buckets(node: &Placed) -> Vec<(String, String, Option<Json>)> {
    let list = node.get("data").map(Placed::items).unwrap_or_default().iter();
    list.filter_map(|bucket| {
        let text = |name: &str| bucket.str_of(name).unwrap_or_default().to_owned();
        let (value, id) = (bucket.str_of("value")?, bucket.str_of("id").or(bucket.str_of("uuid"))?);
        let json = || Json::parse(value.as_bytes()).map(|json| javascript::rewritten(&json));
        let content = (!templating::speaks(value)).then(|| json().unwrap_or(Json::String(value.to_owned())));
        Some((id.to_owned(), text("name"), content))
    })
    .collect()
}

/// The routes in the order of the folders they lie in.
fn ordered<'p>(node: &'p Placed, routes: &'p [Placed]) -> Vec<&'p Placed> {
    let Some(children) = node.get("rootChildren").filter(|c| !c.items().is_empty()) else {
        return routes.iter().collect();
    };
    let folders = node.get("folders").map(Placed::items).unwrap_or_default();
    let mut found = Vec::new();
    gather(children.items(), folders, routes, 0, &mut found);
    found
}

fn gather<'p>(
    children: &'p [Placed],
    folders: &'p [Placed],
    routes: &'p [Placed],
    depth: usize,
    found: &mut Vec<&'p Placed>,
) {
    if depth > DEEPEST || found.len() > routes.len() {
        return;
    }
    for child in children {
        let id = child.str_of("uuid");
        let own = |node: &&Placed| node.str_of("uuid").is_some() && node.str_of("uuid") == id;
        match child.str_of("type") {
            Some("folder") => {
                let below = folders.iter().find(own).and_then(|folder| folder.get("children"));
                gather(below.map(Placed::items).unwrap_or_default(), folders, routes, depth + 1, found);
            }
            _ => found.extend(routes.iter().find(own)),
        }
    }
}
