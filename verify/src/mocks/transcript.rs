//! # transcript
//!
//! What somebody heard a mock say: an HTTP archive (HAR), one JSON object a line with a `request` and a
//! `response`, or the calls that tests made of an in-process fake.
//!
//! ## Why it matters
//!
//! Many fakes have no address: they are objects behind an interface, and no request ever reaches them. What they
//! say can still be written down while the tests run, and judged like any answer.
//!
//! ## Understands
//!
//! Requests and responses. The same question asked again is answered by the next answer to it, and by the last
//! one from then on:
//!
//! ```
//! --- heard.jsonl
//! {"request": {"method": "GET", "path": "/v1/jobs/1?full=1&x=2"}, "response": {"status": 200, "body": "pending"}}
//! {"request": {"method": "GET", "path": "/v1/jobs/1?x=2&full=1"}, "response": {"status": 200, "body": "done"}}
//! {"request": {"method": "POST", "path": "/v1/jobs", "body": "{\"a\": 1}"}, "response": {"failed": "reset"}}
//! > GET /v1/jobs/1?full=1&x=2
//! ~ 200 pending
//! > GET /v1/jobs/1?full=1&x=2
//! ~ 200 done
//! > GET /v1/jobs/1?full=1&x=2
//! ~ 200 done
//! > POST /v1/jobs
//! >> {"a":1}
//! ~ failed reset
//! ```
//!
//! An HTTP archive:
//!
//! ```
//! --- session.har
//! {"log": {"version": "1.2", "entries": [
//!   {"request": {"method": "GET", "url": "https://api.example.test/v1/me?a=b%20c", "headers": []},
//!    "response": {"status": 200, "statusText": "OK",
//!      "headers": [{"name": "content-type", "value": "text/plain"}, {"name": "content-encoding", "value": "br"}],
//!      "content": {"text": "aGk=", "encoding": "base64"}}}
//! ]}}
//! > GET /v1/me?a=b%20c
//! ~ content-type: text/plain
//! ~ 200 hi
//! ```
//!
//! Calls of an in-process fake, with bindings that say which operation a call is:
//!
//! ```
//! --- bindings.yaml
//! bindings:
//!   ListCustomers:
//!     operation: GET /v1/customers
//!     args: {plan: query plan, context: none}
//!     returned: {body: {object: list, data: $page, has_more: $more}}
//!     pages: {size: query limit, usual: 10, after: query starting_after, id: $.id}
//!   GetCustomer:
//!     operation: GET /v1/customers/{id}
//!     args: {id: path id}
//!     returned: {body: $}
//!     raised:
//!       NotFound: {status: 404, body: {error: {code: resource_missing, message: $.message}}}
//! --- calls.jsonl
//! {"call": "ListCustomers", "args": {"plan": "free"}, "returned": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
//! {"call": "GetCustomer", "args": {"id": "a"}, "returned": {"id": "a", "balance": 10.50}}
//! {"call": "GetCustomer", "args": {"id": "z"}, "raised": {"type": "NotFound", "message": "no z"}}
//! > GET /v1/customers?plan=free&limit=2
//! ~ content-type: application/json
//! ~ 200 {"object":"list","data":[{"id":"a"},{"id":"b"}],"has_more":true}
//! > GET /v1/customers?plan=free&limit=2&starting_after=b
//! ~ 200 {"object":"list","data":[{"id":"c"}],"has_more":false}
//! > GET /v1/customers/a
//! ~ 200 {"id":"a","balance":10.50}
//! > GET /v1/customers/z
//! ~ 404 {"error":{"code":"resource_missing","message":"no z"}}
//! ```
//!
//! ## Does not understand
//!
//! What nobody asked, a body that the archive does not hold, what a fake raises when no binding says what that
//! is on the wire:
//!
//! ```
//! --- bindings.yaml
//! bindings:
//!   GetCustomer: {operation: "GET /v1/customers/{id}", args: {id: path id}, returned: {body: $}}
//! --- calls.jsonl
//! {"call": "GetCustomer", "args": {"id": "a"}, "raised": "Boom"}
//! {"request": {"method": "GET", "path": "/v1/me"}, "response": {"status": 200}}
//! > GET /v1/customers/a
//! ? calls.jsonl:1: does not understand `raised Boom`
//! > GET /v1/customers/b
//! ? nobody asked this in bindings.yaml
//! ```

mod binding;
mod bindings;
mod bound;
mod calls;
mod har;
mod items;
mod outcome;
mod pages;
mod place;
mod queue;

use super::{Files, FormatError, MockFile, MockFormat, Stubs};
use bindings::Bindings;
use cassettes::meta::Meta;
use items::{Item, is_heard};

pub(super) static FORMAT: MockFormat =
    MockFormat { meta: Meta::new("transcript", include_str!("transcript.rs")), sniff, read };

/// Any file that is a transcript.
fn sniff(files: &Files) -> bool {
    files.list.iter().any(is_heard)
}

fn is_bindings(file: &MockFile) -> bool {
    file.ends_with(".yaml") || file.ends_with(".yml")
}

fn read(files: &Files) -> Result<Stubs, FormatError> {
    let mut bindings = Bindings::default();
    for file in files.list.iter().filter(|file| is_bindings(file)) {
        bindings.read(file)?;
    }
    let mut heard = Vec::new();
    let mut calls = Vec::new();
    let transcripts = files.list.iter().filter(|file| !is_bindings(file));
    let several = files.list.len() > 1;
    for file in transcripts.filter(|file| !several || is_heard(file)) {
        for item in items::read(file)? {
            match item {
                Item::Archived(placed) => heard.extend(har::entry(file, &placed, &bindings)),
                Item::Heard { request, response } => heard.extend(items::entry(file, &request, &response)?),
                Item::Call(placed) => calls.push(calls::Call::read(file, &placed)?),
            }
        }
    }
    if heard.is_empty() && calls.is_empty() {
        return Err(FormatError {
            what: "expected requests and responses, found none".to_owned(),
            place: files.list.first().map_or(&files.root, |file| &file.path).clone(),
            hint: None,
        });
    }
    if let Some(call) = calls.first().filter(|_| bindings.is_empty()) {
        return Err(FormatError {
            what: format!("expected bindings that say which operation `{}` is, found none", call.name),
            place: super::Cite::cite(&call.spot),
            hint: Some("give --bindings FILE, or put a bindings.yaml beside the transcript".to_owned()),
        });
    }
    let (bound, unknown) = bound::stubs(&calls, &bindings);
    let mut stubs = queue::stubs(heard);
    stubs.extend(bound);
    let silence = format!("nobody asked this in {}", files.root);
    Ok(Stubs::new(files.root.clone(), stubs).doubting(unknown).silent(silence))
}
