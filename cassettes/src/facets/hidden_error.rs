//! Errors that come with a status of success: only their documents tell.

use super::error_code::plain;
use crate::json::Json;

/// Whether a document that came with a 2xx status is an error all the same. A resource that tells of
/// its own failure (a job with an id and an `error`) is not.
pub(super) fn is_error_document(json: &Json) -> bool {
    if is_refused_in_payload(json) {
        return true;
    }
    let members = json.members();
    // JSON-RPC 2.0 §5.1: the error stands where the result would.
    if json.get("jsonrpc").is_some() {
        return matches!(json.get("error"), Some(Json::Object(error)) if !error.is_empty());
    }
    if is_refusal(json) {
        return true;
    }
    let (mut says_error, mut refused, mut fails, mut told, mut result) = (false, false, false, false, false);
    for (name, value) in members {
        let name = plain(name);
        match (name.as_str(), value) {
            ("error" | "errors", Json::Object(_) | Json::Array(_) | Json::String(_)) => {
                says_error |= !empty(value);
            }
            ("errormessage" | "errorcode" | "errortype", Json::String(_)) => says_error |= !empty(value),
            ("ok" | "success" | "succeeded", Json::Bool(false)) => refused = true,
            ("ack", Json::String(text)) => {
                refused |= text.to_ascii_lowercase().starts_with("fail");
            }
            ("status", Json::String(text)) => {
                fails |= matches!(text.to_ascii_lowercase().as_str(), "error" | "fail" | "failure");
            }
            ("data" | "result" | "results", _) => result |= !empty(value),
            ("message" | "msg" | "reason" | "code" | "detail" | "details", _) => told |= !empty(value),
            _ => {}
        }
        if !BESIDE.contains(&name.as_str()) {
            return false;
        }
    }
    // GraphQL gives what it has beside its errors; "no" alone may be the answer to a question.
    let partial = result && json.get("errors").is_none();
    (says_error && !partial) || (fails && (result || told)) || (refused && told && !partial)
}

/// Whether a call says that it was refused, and a code says why: `{"ok":false,"error":"missing_argument"}`.
/// What else stands beside may explain it (`"argument":"id"`), whatever its name. What has an id may be a
/// record of something that failed.
fn is_refusal(json: &Json) -> bool {
    let has = |names: &[&str], is: &dyn Fn(&Json) -> bool| {
        json.members().iter().any(|(name, value)| names.contains(&plain(name).as_str()) && is(value))
    };
    let no = |value: &Json| *value == Json::Bool(false);
    let coded = |value: &Json| match value {
        Json::String(text) => !text.is_empty() && !text.contains(char::is_whitespace),
        Json::Object(error) => ["code", "type", "reason"]
            .iter()
            .any(|name| error.iter().any(|(own, code)| plain(own) == *name && !empty(code))),
        _ => false,
    };
    let refused = has(&["ok"], &no) || (has(&["success", "succeeded"], &no) && json.get("id").is_none());
    refused && has(&["error", "code", "errorcode"], &coded)
}

/// Whether every field of a GraphQL result is a payload that tells of faults in what was sent, and of
/// nothing else but the thing as it is: `{"data":{"createIssue":{"issue":null,"userErrors":[{..}]}}}`.
pub(super) fn is_refused_in_payload(json: &Json) -> bool {
    let beside = |(name, value): &(String, Json)| match plain(name).as_str() {
        "data" | "extensions" => true,
        "errors" => empty(value),
        _ => false,
    };
    let fields = json.get("data").map(Json::members).unwrap_or_default();
    let faults = |(name, value): &(String, Json)| {
        let tells = |item: &Json| ["message", "code"].iter().any(|name| item.get(name).is_some());
        plain(name).ends_with("errors") && !value.items().is_empty() && value.items().iter().all(tells)
    };
    // Which field was wrong, or a code: no mere remark on what was done.
    let blames = |(_, value): &(String, Json)| {
        let tells =
            |item: &Json| ["field", "path", "code"].iter().any(|n| item.get(n).is_some_and(|v| !empty(v)));
        value.items().iter().any(tells)
    };
    let refused = |(_, payload): &(String, Json)| {
        let blamed = payload.members().iter().any(|m| faults(m) && blames(m));
        let beside = |value: &Json| empty(value) || (blamed && matches!(value, Json::Object(_)));
        payload.members().iter().any(faults) && payload.members().iter().all(|m| faults(m) || beside(&m.1))
    };
    json.members().iter().all(beside) && !fields.is_empty() && fields.iter().all(refused)
}

fn empty(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(true) | Json::Number(_) => false,
    }
}

/// Whether a leaf of an XML document that came with a 2xx status belongs to an error.
pub(super) fn is_error_path(path: &str) -> bool {
    let root = path.split('/').nth(1).unwrap_or_default();
    matches!(plain(root).as_str(), "error" | "errors" | "errorresponse" | "fault" | "exception")
        || path.to_ascii_lowercase().contains("/body/fault/")
}

/// What an error document may hold besides the error, in a reply that claims success.
const BESIDE: &[&str] = &[
    "error",
    "errors",
    "errormessage",
    "errordescription",
    "erroruri",
    "errorcode",
    "errortype",
    "errno",
    "message",
    "messages",
    "msg",
    "code",
    "status",
    "statuscode",
    "detail",
    "details",
    "reason",
    "ok",
    "ack",
    "version",
    "build",
    "success",
    "succeeded",
    "requestid",
    "traceid",
    "correlationid",
    "timestamp",
    "time",
    "path",
    "documentationurl",
    "data",
    "result",
    "results",
    "extensions",
    "type",
    "title",
    "warnings",
    "hint",
    "response",
];
