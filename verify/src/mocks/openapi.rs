//! # openapi
//!
//! The examples of an OpenAPI document (3.0 and later, YAML or JSON), as the servers that are made from it give
//! them.
//!
//! ## Why it matters
//!
//! Many teams mock a vendor by its description. The description's examples are somebody's beliefs too: one happy
//! answer for each operation, and no second page.
//!
//! ## Understands
//!
//! An operation answers with its lowest success, in the media type that the client accepts. The example stands
//! at the media type, or is put together from those of the schema's properties:
//!
//! ```
//! --- api.yaml
//! openapi: 3.1.0
//! servers: [{url: "https://api.example.test/v1"}]
//! paths:
//!   /customers/{id}:
//!     get:
//!       responses:
//!         "404": {description: none}
//!         "200":
//!           headers:
//!             ETag: {schema: {type: string}, example: '"1"'}
//!           content:
//!             application/json:
//!               schema: {$ref: "#/components/schemas/Customer"}
//!             text/csv:
//!               example: "id,total"
//!     delete:
//!       responses: {"204": {description: gone}}
//!   /customers/me:
//!     get:
//!       responses: {"200": {content: {application/json: {example: {id: me}}}}}
//! components:
//!   schemas:
//!     Customer:
//!       properties:
//!         id: {type: string, example: cus_1}
//!         total: {type: number, example: 10.50}
//!         plan: {$ref: "#/components/schemas/Plan"}
//!     Plan: {type: string, enum: [free, paid]}
//! > GET /v1/customers/cus_7
//! ~ etag: "1"
//! ~ content-type: application/json
//! ~ 200 {"id":"cus_1","total":10.50,"plan":"free"}
//! > GET /v1/customers/cus_7
//! > accept: text/csv
//! ~ 200 id,total
//! > GET /v1/customers/me
//! ~ 200 {"id":"me"}
//! > DELETE /v1/customers/cus_7
//! ~ 204
//! > GET /v1/charges
//! ~ 404 ...
//! > POST /v1/customers/me
//! ~ 405 ...
//! ```
//!
//! An example of a parameter or of a request's body that has a name is answered by the response's example of
//! that name:
//!
//! ```
//! --- api/openapi.yaml
//! openapi: 3.0.3
//! paths:
//!   /customers/{id}:
//!     parameters:
//!     - {in: path, name: id, examples: {known: {value: cus_1}, nobody: {value: cus_404}}}
//!     get:
//!       responses:
//!         "200":
//!           content: {application/json: {examples: {known: {$ref: "examples.yaml#/known"}}}}
//!         "404":
//!           content: {application/json: {examples: {nobody: {value: {code: not_found}}}}}
//!   /charges:
//!     post:
//!       requestBody:
//!         content: {application/json: {examples: {bad: {value: {amount: -1}}}}}
//!       responses:
//!         "201": {content: {application/json: {example: {id: ch_1}}}}
//!         "422": {content: {application/problem+json: {examples: {bad: {value: {code: amount}}}}}}
//! --- api/examples.yaml
//! known: {value: {id: cus_1}}
//! > GET /customers/cus_404
//! ~ 404 {"code":"not_found"}
//! > GET /customers/cus_1
//! ~ 200 {"id":"cus_1"}
//! > POST /charges
//! > content-type: application/json
//! >> {"amount": -1.0}
//! ~ 422 {"code":"amount"}
//! > POST /charges
//! > content-type: application/json
//! >> {"amount": 5}
//! ~ 201 {"id":"ch_1"}
//! ```
//!
//! A request that the document does not allow is refused, with the document's own answer for that if it has one:
//!
//! ```
//! --- api.json
//! {"openapi": "3.1.0", "security": [{"key": []}],
//!  "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
//!  "paths": {"/charges": {"post": {
//!    "parameters": [{"in": "query", "name": "dry", "schema": {"type": "boolean"}}],
//!    "requestBody": {"required": true, "content": {"application/json": {"schema": {
//!      "type": "object", "required": ["amount"], "properties": {"amount": {"type": "integer", "minimum": 1}}}}}},
//!    "responses": {"201": {"content": {"application/json": {"example": {"id": "ch_1"}}}},
//!      "401": {"content": {"application/json": {"example": {"code": "no_key"}}}},
//!      "4XX": {"content": {"application/json": {"example": {"code": "invalid"}}}}}}}}}
//! > POST /charges
//! >> {"amount": 5}
//! ~ 401 {"code":"no_key"}
//! > POST /charges?dry=true
//! > authorization: Bearer t
//! > content-type: application/json
//! >> {"amount": 5}
//! ~ 201 {"id":"ch_1"}
//! > POST /charges
//! > authorization: Bearer t
//! > content-type: application/json
//! >> {"amount": "ten"}
//! ~ 422 {"code":"invalid"}
//! > POST /charges?dry=maybe
//! > authorization: Bearer t
//! > content-type: application/json
//! >> {"amount": 5}
//! ~ 422 {"code":"invalid"}
//! > POST /charges
//! > authorization: Bearer t
//! > content-type: text/plain
//! >> ten
//! ~ 415 {"code":"invalid"}
//! ```
//!
//! ## Does not understand
//!
//! What has no example: servers make something up, each in its own way. References to files that are not
//! there:
//!
//! ```
//! --- api.yaml
//! openapi: 3.0.3
//! paths:
//!   /charges:
//!     get:
//!       responses:
//!         "200":
//!           content:
//!             application/json:
//!               schema:
//!                 properties:
//!                   id: {type: string}
//!   /refunds:
//!     get:
//!       responses:
//!         "200":
//!           $ref: "elsewhere.yaml#/refunds"
//! > GET /charges
//! ? api.yaml:11: does not understand `application/json: no example for the property `id``
//! > GET /refunds
//! ? api.yaml:16: does not understand `$ref elsewhere.yaml#/refunds`
//! ```

mod accept;
mod answers;
mod demands;
mod example;
mod library;
mod links;
mod operations;
mod refusals;
mod schema;

use super::conditions::{Asked, Condition, Custom, Fit, PathTemplate, Text};
use super::placed::Placed;
use super::{Content, Files, FormatError, MockFormat, Replies, Reply, Stub, Stubs, Unknown};
use answers::Draft;
use cassettes::meta::Meta;
use cassettes::model::{Answer, Body};
use cassettes::subject::Spot;
use library::{Gap, Library, Place};
use operations::Operation;
use refusals::problem;
use std::sync::Arc;

pub(super) static FORMAT: MockFormat =
    MockFormat { meta: Meta::new("openapi", include_str!("openapi.rs")), sniff, read };

fn sniff(files: &Files) -> bool {
    // A glance before the whole is read: most files are no such document.
    let named = |file: &super::MockFile| {
        file.bytes.windows(7).any(|window| window == b"openapi" || window == b"swagger")
    };
    let list: Vec<_> = files.list.iter().filter(|file| named(file)).cloned().collect();
    let files = Files { root: files.root.clone(), list };
    // The one before is none that is understood, but that is what has to be said of it.
    let before = |node: &Placed| node.get("swagger").is_some() && node.get("paths").is_some();
    Library::read(&files).documents().any(|d| operations::is_root(d.node) || before(d.node))
}

fn read(files: &Files) -> Result<Stubs, FormatError> {
    let library = Library::read(files);
    let roots: Vec<Place<'_>> = library.documents().filter(|d| operations::is_root(d.node)).collect();
    if roots.is_empty() {
        return Err(refusal(files, &library));
    }
    let (mut stubs, mut strays, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
    let mut spare = Vec::new();
    for root in roots {
        let (operations, gaps) = operations::operations(&library, root);
        doubts.extend(gaps.into_iter().map(Unknown::from));
        for operation in &operations {
            let mut refused = refusals::drafts(&library, root, operation).into_iter();
            // Nobody is answered by any example without the credential.
            let drafts = refused.next().into_iter().chain(answers::linked(&library, operation));
            let drafts = drafts.chain(refused).chain(answers::usual(&library, operation));
            stubs.extend(drafts.map(|draft| stub(operation, draft)));
            let declared = refusals::declared(&library, operation).into_iter();
            spare.extend(declared.map(|draft| stub(operation, draft)));
        }
        strays.push(stray(root, &operations));
    }
    stubs.extend(strays);
    let missing = Answer::Reply(problem(404, "NO_PATH_MATCHED_ERROR", "Route not resolved, no path matched"));
    Ok(Stubs::new(files.root.clone(), stubs).sparing(spare).unmatched(missing).doubting(doubts))
}

fn refusal(files: &Files, library: &Library<'_>) -> FormatError {
    let old = library.documents().find(|document| document.node.get("swagger").is_some());
    let (what, place, hint) = match (old, library.unreadable().next()) {
        (Some(old), _) => (
            "expected OpenAPI 3, found Swagger 2".to_owned(),
            format!("{}:{}", old.file, old.node.line),
            Some("convert the document to OpenAPI 3".to_owned()),
        ),
        (None, Some((file, why))) => {
            (format!("expected an OpenAPI document, found {why}"), format!("{file}:{}", why.line), None)
        }
        (None, None) => (
            "expected a document with `openapi: 3.…`, found none".to_owned(),
            files.list.first().map_or_else(|| files.root.clone(), |file| file.path.clone()),
            None,
        ),
    };
    FormatError { what, place, hint }
}

fn stub(operation: &Operation<'_>, draft: Draft) -> Stub {
    let own = Spot { file: operation.object.file.to_owned(), line: operation.line };
    let mut stub = Stub::new(own.clone());
    let path = operation.paths.first().map_or("", String::as_str);
    stub.label = match &draft.name {
        Some(name) => format!("{} {path}, example {name}", operation.method),
        None => format!("{} {path}", operation.method),
    };
    stub.when = vec![Condition::method(&operation.method), Condition::Path(below(&operation.paths))];
    stub.when.extend(draft.when);
    if draft.refusal {
        // All of them as one: the route is told with its answer.
        stub.when = vec![Condition::All(stub.when)];
    }
    for gap in &operation.gaps {
        let gap = Unknown::from(gap.clone());
        stub.doubt(gap.spot, gap.what);
    }
    let mut reply = Reply::new(draft.status, Spot { file: draft.file, line: draft.line });
    reply.headers = draft.headers;
    (reply.head, reply.lines) = (draft.head, draft.lines);
    match draft.body {
        Ok(body) => reply.body = Content::Fixed(Body::from(body)),
        Err(gap) => {
            let gap = Unknown::from(gap);
            stub.doubt(gap.spot, gap.what);
        }
    }
    stub.replies = Replies::one(reply);
    stub
}

/// Any of the paths, each a template.
fn below(paths: &[String]) -> Text {
    let mut texts: Vec<Text> = paths
        .iter()
        .map(|path| match PathTemplate::braces(path) {
            Ok(_) if !path.contains('{') => Text::Equal(path.clone()),
            Ok(template) => Text::Template(template),
            Err(why) => Text::Unknown(format!("{path}: {why}")),
        })
        .collect();
    if texts.len() == 1 { texts.remove(0) } else { Text::Any(texts) }
}

/// What answers a path of the document with a method that it does not have.
fn stray(root: Place<'_>, operations: &[Operation<'_>]) -> Stub {
    let mut stub = Stub::new(Spot { file: root.file.to_owned(), line: root.node.line });
    stub.label = "other methods".to_owned();
    let paths: Vec<Condition> = operations.iter().map(|o| Condition::Path(below(&o.paths))).collect();
    let test = move |asked: &Asked<'_>| Fit::any(paths.iter().map(|path| path.fit(asked)));
    let told = "a path of the document".to_owned();
    stub.when = vec![Condition::Custom(Custom { told, test: Arc::new(test) })];
    let answer = problem(405, "NO_METHOD_MATCHED_ERROR", "Route resolved, but no method matched");
    let mut reply = Reply::new(answer.status, stub.spot.clone());
    reply.headers = answer.headers;
    reply.body = Content::Fixed(answer.body);
    stub.replies = Replies::one(reply);
    stub
}

impl From<Gap> for Unknown {
    fn from(gap: Gap) -> Self {
        Unknown { spot: Spot { file: gap.file, line: gap.line }, what: gap.what }
    }
}
