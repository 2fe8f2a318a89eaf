//! What a request asks for: to be told something, or that something be done.

use super::calls;
use crate::{codec, facets::words::words, json::Json, model::Request};

/// Words of calls that do more than tell, whatever else they say: `getOrCreate`, `findAndModify`.
const CHANGING: [&str; 26] = [
    "create",
    "update",
    "delete",
    "remove",
    "modify",
    "replace",
    "upsert",
    "insert",
    "add",
    "set",
    "put",
    "reset",
    "increment",
    "decrement",
    "and",
    "or",
    "then",
    "mark",
    "clear",
    "pop",
    "send",
    "post",
    "issue",
    "generate",
    "acquire",
    "lock",
];

/// What a request asks for, as far as its method and the name of what it calls say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// To be told something.
    Reads,
    /// That something be made, changed or removed.
    Writes,
}

/// First words of calls that only tell.
const READING: [&str; 16] = [
    "get", "describe", "list", "query", "search", "find", "read", "fetch", "lookup", "scan", "select",
    "count", "head", "show", "view", "retrieve",
];
/// Last words of calls that only tell: `tools/list`, `users.info`.
const READING_AT_THE_END: [&str; 9] =
    ["list", "get", "info", "history", "search", "read", "lookup", "find", "query"];

/// Whether a request reads or writes. Where its method leaves that open the call's name tells, and what
/// has no telling name writes.
pub fn effect(request: &Request) -> Effect {
    match request.method.as_str() {
        "GET" | "HEAD" | "OPTIONS" | "QUERY" => {
            let call = calls::call(request);
            // Calls may be made by GET, too: `?Action=DeleteUser`.
            match call.as_deref().and_then(|c| c.strip_prefix("Action=")) {
                Some(name) => by_name(name),
                None => Effect::Reads,
            }
        }
        "POST" => by_document(request).unwrap_or_else(|| {
            let call = calls::call(request);
            let segments = request.segments();
            let named = call.as_deref().and_then(|c| c.split_once('=')).map(|(_, name)| name);
            by_name(named.or(segments.last().map(String::as_str)).unwrap_or_default())
        }),
        _ => Effect::Writes,
    }
}

/// Whether a request only reads beyond doubt, so that it may be sent as often as one likes: by a safe method
/// (RFC 9110 §9.2.1), or as a call whose name, or whose document, says nothing else. A path alone is no such
/// name: `POST /wishes/list` may add to a list.
pub fn surely_reads(request: &Request) -> bool {
    match request.method.as_str() {
        "HEAD" | "OPTIONS" | "TRACE" | "QUERY" => return true,
        "GET" => return effect(request) == Effect::Reads,
        "POST" => {}
        _ => return false,
    }
    let json = codec::json_of(&request.headers, &request.body);
    let document = json.as_ref().and_then(|json| json.get("query")).and_then(Json::as_str);
    if let Some(document) = document.filter(|text| text.contains('{')) {
        let names = |word: &str| matches!(word, "mutation" | "subscription");
        let plain = document.split(|c: char| !(c.is_alphanumeric() || c == '_')).all(|word| !names(word));
        return plain && effect(request) == Effect::Reads;
    }
    let segments = request.segments();
    let method = segments.last().filter(|last| last.contains('.')).cloned();
    let Some(name) = calls::call(request).or(method) else { return false };
    let changes = words(&name).iter().any(|word| CHANGING.contains(&word.as_str()));
    effect(request) == Effect::Reads && !changes
}

/// Whether one path serves many calls, of which the request names one.
pub fn is_call(request: &Request) -> bool {
    calls::call(request).is_some()
}

/// A GraphQL document says by its first word what its operation does (GraphQL, October 2021, §2.3).
fn by_document(request: &Request) -> Option<Effect> {
    let json = codec::json_of(&request.headers, &request.body)?;
    let document = json.get("query").and_then(Json::as_str).filter(|text| text.contains('{'))?;
    let lines = document.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    Some(if lines.starts_with("mutation") { Effect::Writes } else { Effect::Reads })
}

fn by_name(name: &str) -> Effect {
    // Before the call's own name stands that of the service: `Jobs_20250101.ListJobs`.
    let own = name.rsplit(['.', '/', '#', ':']).next().unwrap_or(name);
    let words = words(own);
    let verb = usize::from(words.first().is_some_and(|w| w == "batch"));
    let reads = words.get(verb).is_some_and(|w| READING.contains(&w.as_str()))
        || words.last().is_some_and(|w| READING_AT_THE_END.contains(&w.as_str()));
    if reads { Effect::Reads } else { Effect::Writes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Body;

    #[test]
    fn only_calls_read_beyond_doubt() {
        let post = |target: &str, body: &str| {
            surely_reads(&Request { body: Body::from(body.to_owned()), ..Request::new("POST", target) })
        };
        assert!(post("/rpc/tickets.list", "{}"));
        assert!(post("/", r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#));
        assert!(post("/graphql", r#"{"query":"{ thing(id: 1) { id } }"}"#));
        assert!(!post("/graphql", r#"{"query":"fragment F on T { id } mutation { a { ...F } }"}"#));
        assert!(!post("/rpc/tickets.getOrCreate", "{}"));
        assert!(!post("/rpc/tickets.create", "{}"));
        assert!(!post("/wishes/list", "{}"));
        assert!(!surely_reads(&Request::new("GET", "/?Action=DeleteUser")));
        assert!(surely_reads(&Request::new("GET", "/a")) && !surely_reads(&Request::new("PUT", "/a")));
    }

    #[test]
    fn names_and_documents_tell() {
        let post = |target: &str, body: &str| {
            let request = Request { body: Body::from(body.to_owned()), ..Request::new("POST", target) };
            effect(&request)
        };
        for (target, body) in [
            ("/graphql", r#"{"query":"query One($id: ID!) { thing(id: $id) { id } }"}"#),
            ("/graphql", r#"{"query":"{ thing(id: 1) { id } }"}"#),
            ("/", r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#),
            ("/v1/things/search", "{}"),
            ("/v1/things:batchGet", "{}"),
            ("/api/users.info", "{}"),
        ] {
            assert_eq!(post(target, body), Effect::Reads, "{target} {body}");
        }
        for (target, body) in [
            ("/graphql", r#"{"query":"mutation { rename(id: 1) { id } }"}"#),
            ("/", r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#),
            ("/v1/charges", "{}"),
            ("/api/chat.postMessage", "{}"),
        ] {
            assert_eq!(post(target, body), Effect::Writes, "{target} {body}");
        }
        let mut called = Request::new("POST", "/");
        called.headers.push("x-amz-target", "Jobs_20250101.DescribeJob");
        assert_eq!(effect(&called), Effect::Reads);
        called.headers.set("x-amz-target", "Jobs_20250101.CancelJob");
        assert_eq!(effect(&called), Effect::Writes);
        assert_eq!(effect(&Request::new("GET", "/?Action=DeleteUser")), Effect::Writes);
    }
}
