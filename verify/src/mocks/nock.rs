//! # nock
//!
//! Interceptors of nock: recorded fixtures, and chains of calls in JavaScript or TypeScript whose arguments are
//! literals.
//!
//! ## Why it matters
//!
//! An interceptor answers once, whatever the request before it was. A listing of three pages becomes one, and
//! numbers pass through JavaScript's doubles.
//!
//! ## Understands
//!
//! Fixtures, each definition once and in order. A body is written anew, as the library does it; one that was
//! encoded stands there as hexadecimal digits:
//!
//! ```
//! --- customers.json
//! [{"scope": "https://api.example.test:443", "method": "GET", "path": "/v1/customers?limit=2", "body": "",
//!   "status": 200, "response": {"data": [{"id": "cus_1", "total": 10.50}]},
//!   "rawHeaders": ["Content-Type", "application/json", "X-Page", "1"]},
//!  {"scope": "https://api.example.test:443/v1", "method": "POST", "path": "/customers", "body": {"name": "x"},
//!   "status": 201, "response": "created", "reqheaders": {"content-type": "application/json"}},
//!  {"scope": "https://api.example.test:443", "method": "GET", "path": "/logo", "responseIsBinary": true,
//!   "response": "6869"}]
//! > GET /v1/customers?limit=2
//! ~ x-page: 1
//! ~ 200 {"data":[{"id":"cus_1","total":10.5}]}
//! > GET /v1/customers?limit=2
//! ~ failed closed
//! > POST /v1/customers
//! > content-type: application/json
//! >> {"name": "x"}
//! ~ 201 created
//! > GET /logo
//! ~ 200 hi
//! ```
//!
//! Source, with constants of the same file and JSON files beside it. A test makes its interceptors anew, so
//! that one which is used up leaves a further question open:
//!
//! ```
//! --- test/billing.test.ts
//! import nock from 'nock';
//! import page from './page.json';
//! const customer: Customer = { id: 'cus_1', tags: ['a'] };
//! const host = 'https://api.example.test';
//! nock(host, { reqheaders: { accept: /json/ } })
//!   .get('/v1/customers').query({ limit: 2, starting_after: /^cus_/ }).reply(200, page, { 'X-Page': '2' })
//!   .get(`/v1/customers/${customer.id}`).delay(50).reply(200, customer)
//!   .delete('/v1/customers/cus_1').replyWithError({ code: 'ECONNRESET' });
//! const scope = nock(`${host}/v1`).persist();
//! scope.post('/charges', { amount: 5, card: { last4: /^\d{4}$/ } }).reply(201, { ...customer, amount: 5 });
//! scope.get(/refunds\/\d+$/).times(2).reply(404);
//! --- test/page.json
//! {"data": [], "has_more": false}
//! > GET /v1/customers?limit=2&starting_after=cus_9
//! > accept: application/json
//! ~ x-page: 2
//! ~ 200 {"data":[],"has_more":false}
//! > GET /v1/customers?limit=2&starting_after=cus_9
//! > accept: application/json
//! ? test/billing.test.ts:6: this interceptor is used up by then
//! > GET /v1/customers/cus_1
//! > accept: text/json
//! ~ 200 {"id":"cus_1","tags":["a"]}
//! > DELETE /v1/customers/cus_1
//! > accept: application/json
//! ~ failed reset
//! > POST /v1/charges
//! > content-type: application/json
//! >> {"card": {"last4": "4242"}, "amount": 5}
//! ~ 201 {"id":"cus_1","tags":["a"],"amount":5}
//! > GET /v1/refunds/7
//! ~ 404 ...
//! > GET /v2/other
//! ~ failed closed
//! ```
//!
//! ## Does not understand
//!
//! Functions, values that only a run would give, filters, scopes that other files go on with:
//!
//! ```
//! --- billing.test.js
//! nock('https://api.example.test')
//!   .get('/me').reply(200, () => ({ id: 1 }))
//!   .get(`/customers/${newId()}`).reply(200, { id: 1 })
//!   .filteringPath(/x=\d/, 'x=X').get('/x').reply(200);
//! nock(process.env.API).get('/private').matchHeader('authorization', 'Bearer test').reply(200);
//! > GET /me
//! ? billing.test.js:4: does not understand `.filteringPath(…)`
//! > GET /customers/7
//! ? billing.test.js:3: does not understand `the path `/customers/${newId()}``
//! > GET /v2/private
//! > authorization: Bearer of-the-recording
//! ? billing.test.js:5: wants header authorization equal to `Bearer test`, and the recording holds no credential to tell whether it was sent
//! > GET /charges
//! ~ failed closed
//! ```

mod chains;
mod fixture;
mod interceptor;
mod literals;
mod source;
mod value;
mod words;

use super::conditions::Condition;
use super::placed::Placed;
use super::{Files, FormatError, MockFile, MockFormat, Stub, Stubs};
use cassettes::meta::Meta;
use cassettes::model::{Answer, FailureKind, TransportFailure};
use value::Js;

pub(super) static FORMAT: MockFormat =
    MockFormat { meta: Meta::new("nock", include_str!("nock.rs")), sniff, read };

fn is_source(file: &MockFile) -> bool {
    [".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".jsx", ".tsx"].iter().any(|end| file.ends_with(end))
}

fn sniff(files: &Files) -> bool {
    let fixture = |file: &MockFile| {
        file.bytes.windows(7).any(|window| window == b"\"scope\"")
            && Placed::json(&file.bytes).is_ok_and(|root| fixture::is_fixture(&root))
    };
    files.list.iter().any(|file| match is_source(file) {
        true => chains::has_chain(&file.text()),
        false => fixture(file),
    })
}

fn read(files: &Files) -> Result<Stubs, FormatError> {
    let (mut stubs, mut spent, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
    let mut known = false;
    let mut refused: Option<FormatError> = None;
    let mut refuse = |what: String, place: String, hint: Option<&str>| {
        let hint = hint.map(str::to_owned);
        refused.get_or_insert(FormatError { what, place, hint });
    };
    for file in &files.list {
        if is_source(file) {
            let text = file.text();
            if !chains::has_chain(&text) {
                refuse("expected calls of `nock(…)`, found none".to_owned(), file.path.clone(), None);
                continue;
            }
            let (found, unknown) = chains::read(&file.path, &text, &|name| beside(files, file, name));
            known = true;
            doubts.extend(unknown);
            for one in found {
                spent.extend(one.times.is_some().then(|| used_up(one.clone().stub())));
                stubs.push(one.stub());
            }
            continue;
        }
        match Placed::json(&file.bytes) {
            Ok(root) if fixture::is_fixture(&root) => {
                known = true;
                stubs.extend(fixture::read(file, &root).into_iter().map(interceptor::Interceptor::stub));
            }
            Ok(_) => refuse(
                "expected a list of definitions with `scope` and `method`, found another document".to_owned(),
                file.path.clone(),
                Some("record with `nock.recorder.rec({output_objects: true})` or `nock.back`"),
            ),
            Err(why) => {
                let place = format!("{}:{}", file.path, why.line);
                refuse(format!("expected a list of definitions, found {why}"), place, None);
            }
        }
    }
    if !known {
        return Err(refused.unwrap_or(FormatError {
            what: "expected fixtures or source, found no file".to_owned(),
            place: files.root.clone(),
            hint: None,
        }));
    }
    stubs.extend(spent);
    // A request that nothing takes ends in an error of the client; no byte comes back.
    let missing = TransportFailure {
        kind: FailureKind::Closed,
        message: "no interceptor takes it".to_owned(),
        partial: None,
    };
    Ok(Stubs::new(files.root.clone(), stubs).unmatched(Answer::Failed(missing)).doubting(doubts))
}

/// What is asked of an interceptor of source once it has answered: whoever runs the tests makes it anew.
fn used_up(stub: Stub) -> Stub {
    let mut after = Stub::new(stub.spot.clone());
    after.label = format!("{}, used up", stub.label);
    after.priority = 1;
    after.open = Some("this interceptor is used up by then".to_owned());
    // All of them as one: the route is told already.
    after.when = vec![Condition::All(stub.when)];
    after
}

/// A JSON file that a source names.
fn beside(files: &Files, from: &MockFile, name: &str) -> Option<Js> {
    let folder = from.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in name.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    let root = if from.path.starts_with('/') { "/" } else { "" };
    let path = format!("{root}{}", steps.join("/"));
    let file = files.find(&path).or_else(|| files.find(&format!("{path}.json")))?;
    Placed::json(&file.bytes).ok().map(|root| Js::of(&root))
}
