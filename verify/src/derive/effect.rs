//! What a recorded request did: it read, it made something, or it changed what was there.

use crate::lacking::ENDS;
use cassettes::codec;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::{Exchange, Request, Response};
use cassettes::operation::{self, Operation};
use std::collections::BTreeSet;

/// What came of a request that was answered well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Reads,
    Makes,
    Changes,
}

/// Words of calls that nothing is made by, though something is given: they are sent with POST, and read.
const GIVES: [&str; 2] = ["token", "login"];

/// Words of calls that change what is there, besides those that end it.
const CHANGES: [&str; 12] = [
    "approve", "reset", "update", "solve", "resolve", "disable", "suspend", "lock", "publish", "merge",
    "set", "patch",
];

/// Words of calls that delete.
const DELETES: [&str; 4] = ["delete", "remove", "destroy", "purge"];

/// Names of the members by which a thing is called.
const IDS: [&str; 6] = ["id", "uid", "uuid", "key", "slug", "name"];

/// What an exchange did, told from those before it.
pub(super) fn effect(exchange: &Exchange, before: &[Exchange], operation: &Operation) -> Effect {
    let request = &exchange.request;
    if ["GET", "HEAD", "OPTIONS", "TRACE"].contains(&request.method.as_str()) {
        return Effect::Reads;
    }
    if matches!(request.method.as_str(), "DELETE" | "PATCH") {
        return Effect::Changes;
    }
    let called = called(operation);
    let changes = called.iter().any(|word| is_change(word));
    let gives = || called.iter().any(|word| GIVES.contains(&word.as_str()));
    if request.method == "POST"
        && !changes
        && (operation::effect(request) == operation::Effect::Reads || gives())
    {
        return Effect::Reads;
    }
    let Some(reply) = exchange.answer.reply().filter(|reply| reply.is_success()) else {
        return Effect::Changes;
    };
    if changes {
        return Effect::Changes;
    }
    if reply.status == 201 || (request.method == "POST" && gives_new(request, reply, before)) {
        return Effect::Makes;
    }
    Effect::Changes
}

/// Whether it is a call that deletes, by any method.
pub(super) fn deletes(exchange: &Exchange, operation: &Operation) -> bool {
    let good = exchange.answer.reply().is_some_and(Response::is_success);
    let named = || called(operation).iter().any(|word| DELETES.contains(&word.as_str()));
    good && (exchange.request.method == "DELETE" || (exchange.request.method == "POST" && named()))
}

/// Whether the last piece of a path is a word for a step.
pub(super) fn is_step(operation: &Operation) -> bool {
    let path = operation.template.split(' ').next().unwrap_or_default();
    let last = words(path.rsplit('/').next().unwrap_or_default());
    last.len() == 1 && is_change(&last[0]) && path.split('/').count() > 3
}

/// The first and the last word of what is called.
fn called(operation: &Operation) -> Vec<String> {
    let template = &operation.template;
    let last = match template.split_once(' ') {
        Some((_, call)) => call.rsplit(['=', '/']).next(),
        None => template.rsplit('/').find(|piece| !piece.is_empty()).filter(|piece| !piece.starts_with('{')),
    };
    let words = words(last.unwrap_or_default());
    words.first().into_iter().chain(words.last().filter(|_| words.len() > 1)).cloned().collect()
}

/// Whether a word of a call says that it changes or ends what is there.
fn is_change(word: &str) -> bool {
    CHANGES.contains(&word) || DELETES.contains(&word) || ENDS.contains(&word)
}

/// Whether an answer calls something by an id that nobody has said before.
fn gives_new(request: &Request, reply: &Response, before: &[Exchange]) -> bool {
    let Some(json) = codec::json_of(&reply.headers, &reply.body) else { return false };
    let mut ids = BTreeSet::new();
    Pointer::walk(&json, &mut |at, value| {
        let own = !at.0.iter().any(|step| matches!(step, Step::Index(_) | Step::Every));
        let named = at.name().is_some_and(|name| {
            let words = words(name);
            words.len() == 1 && IDS.contains(&words[0].as_str())
        });
        ids.extend(value.scalar_text().filter(|text| own && named && !text.is_empty()).map(str::to_owned));
    });
    let asked = said(request);
    !ids.iter().any(|id| asked.contains(id)) && ids.iter().any(|id| !is_known(id, before))
}

/// Whether somebody said a value in any of these exchanges.
pub(super) fn is_known(value: &str, before: &[Exchange]) -> bool {
    before.iter().any(|exchange| {
        let answered = exchange.answer.reply().is_some_and(|reply| {
            codec::json_of(&reply.headers, &reply.body).is_some_and(|json| scalars(&json).contains(value))
        });
        answered || said(&exchange.request).contains(value)
    })
}

/// What a request says: pieces of its target, values of its document.
fn said(request: &Request) -> BTreeSet<String> {
    let mut said: BTreeSet<String> = request.segments().into_iter().collect();
    said.extend(request.query_pairs().into_iter().map(|(_, value)| value));
    said.extend(codec::json_of(&request.headers, &request.body).iter().flat_map(scalars));
    said
}

fn scalars(json: &Json) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    Pointer::walk(json, &mut |_, value| all.extend(value.scalar_text().map(str::to_owned)));
    all
}
