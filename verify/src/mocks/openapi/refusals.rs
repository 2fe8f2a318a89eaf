//! What answers a request that is wrong: the document's own response for it, else the server's.

use super::answers::{Draft, error_draft};
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
        body: Ok(response.body.bytes().to_vec()),
    }
}

/// A refusal as the servers of descriptions make it.
pub(super) fn problem(status: u16, kind: &str, title: &str) -> Response {
    let body = format!(r#"{{"type":"{kind}","title":"{title}","status":{status}}}"#);
    Response::new(status, Headers::from_pairs([("Content-Type", "application/problem+json")]), body)
}
