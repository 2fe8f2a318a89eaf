//! What answers a request that is wrong: the document's own response for it, else the server's.

use super::answers::{Draft, declared_draft, error_draft};
use super::demands::{Demands, Wrong};
use super::library::{Library, Place};
use super::operations::Operation;
use crate::mocks::conditions::{Asked, Condition, Custom, Fit};
use cassettes::model::{Headers, Response};
use std::sync::Arc;

/// The answers to requests that are wrong, each with its condition.
pub(super) fn drafts(library: &Library<'_>, root: Place<'_>, operation: &Operation<'_>) -> Vec<Draft> {
    let demands = Arc::new(Demands::read(library, root, operation));
    let kinds = [
        (Wrong::Credential, &[401][..], "no credential that the document demands"),
        (Wrong::Media, &[415, 422, 400], "a body of a type that the document does not have"),
        (Wrong::Content, &[422, 400], "something that the document's schemas do not allow"),
    ];
    kinds
        .into_iter()
        .map(|(wrong, statuses, told)| {
            let found = error_draft(library, operation, statuses);
            let mut draft = found.unwrap_or_else(|| own(operation, wrong));
            let demands = Arc::clone(&demands);
            let test = move |asked: &Asked<'_>| Fit::of(demands.wrong(asked) == Some(wrong));
            draft.when = vec![Condition::Custom(Custom { told: told.to_owned(), test: Arc::new(test) })];
            draft.refusal = true;
            draft
        })
        .collect()
}

/// The errors that an operation declares, as servers give them to whoever asks for one (`Prefer: code=404`).
pub(super) fn declared(library: &Library<'_>, operation: &Operation<'_>) -> Vec<Draft> {
    let Some(responses) = operation.object.get("responses") else { return Vec::new() };
    let names = responses.node.members().iter().map(|member| member.name.to_ascii_lowercase());
    let mut statuses: Vec<u16> = names
        .flat_map(|name| match name.as_str() {
            "default" => USUAL.to_vec(),
            "4xx" => USUAL.into_iter().filter(|status| *status < 500).collect(),
            "5xx" => USUAL.into_iter().filter(|status| *status >= 500).collect(),
            digits => digits.parse().ok().filter(|status| (400..=599).contains(status)).into_iter().collect(),
        })
        .collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses.into_iter().filter_map(|status| declared_draft(library, operation, status)).collect()
}

/// Errors that a range or a `default` stands for.
const USUAL: [u16; 16] = [400, 401, 402, 403, 404, 405, 409, 410, 412, 415, 422, 429, 500, 502, 503, 504];

fn own(operation: &Operation<'_>, wrong: Wrong) -> Draft {
    let response = match wrong {
        Wrong::Credential => problem(401, "UNAUTHORIZED", "Invalid security scheme used"),
        Wrong::Media => problem(415, "INVALID_CONTENT_TYPE", "Invalid content type"),
        Wrong::Content => problem(422, "UNPROCESSABLE_ENTITY", "Invalid request"),
    };
    Draft {
        when: Vec::new(),
        name: None,
        refusal: true,
        status: response.status,
        headers: response.headers,
        file: operation.object.file.to_owned(),
        line: operation.line,
        lines: None,
        head: None,
        body: Ok(response.body.bytes().to_vec()),
    }
}

/// A refusal as the servers of descriptions make it.
pub(super) fn problem(status: u16, kind: &str, title: &str) -> Response {
    let body = format!(r#"{{"type":"{kind}","title":"{title}","status":{status}}}"#);
    Response::new(status, Headers::from_pairs([("Content-Type", "application/problem+json")]), body)
}

#[cfg(test)]
mod tests {
    use crate::mocks::{Files, MockFile, find};
    use cassettes::model::Request;
    use cassettes::operation::Operation;
    use cassettes::subject::{Subject, Wanted};

    const TEXT: &str = r#"
openapi: 3.1.0
servers: [{url: "https://api.example.test/v1"}]
paths:
  /things/{id}:
    get:
      responses:
        "200": {content: {application/json: {example: {id: a}}}}
        "404": {content: {application/json: {example: {code: none}}}}
        "409": {description: no word of its body}
        5XX: {content: {application/json: {schema: {type: object, properties: {code: {type: string}}}}}}
"#;

    #[test]
    fn what_an_operation_declares_is_given_to_whoever_asks_for_it() {
        let file = MockFile { path: "api.yaml".to_owned(), bytes: TEXT.as_bytes().to_vec() };
        let files = Files { root: "api.yaml".to_owned(), list: vec![file] };
        let stubs = (find("openapi").expect("on the shelf").read)(&files).expect("reads");
        let request = Request::new("GET", "/v1/things/z");
        let operation = Operation { method: "GET".to_owned(), template: "/v1/things/{id}".to_owned() };
        let told = |status: u16| {
            let wanted =
                Wanted { request: &request, operation: &operation, status, was_there: true, given: None };
            let found = stubs.instead(&wanted)?;
            Some(found.map(|heard| {
                let body = heard.answer.reply().map(|r| r.body.bytes().to_vec()).unwrap_or_default();
                (String::from_utf8_lossy(&body).into_owned(), heard.spot.map_or(0, |spot| spot.line))
            }))
        };
        assert_eq!(told(404), Some(Ok((r#"{"code":"none"}"#.to_owned(), 9))));
        assert_eq!(told(409), Some(Ok((String::new(), 10))));
        assert!(told(503).is_some_and(|told| told.is_err()), "declared, and nobody can tell its body");
        assert_eq!(told(401), None);
    }
}
