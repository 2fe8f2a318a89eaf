//! Ids of calls that make no difference are said again in answers (JSON-RPC 2.0 §5): a client that drew another
//! one than was recorded waits for its own.

use crate::variables::{lengthen, rechunk};
use bytes::Bytes;
use cassettes::codec;
use cassettes::json::{Json, TokenKind, Tokens};
use cassettes::model::{Body, Exchange, Request};
use std::ops::Range;

/// Puts the ids that a client gave its calls in the place of the recorded ones; whether any was another.
pub(crate) fn apply(exchange: &mut Exchange, asked: &Request) -> bool {
    let ids = |request: &Request| codec::json_of(&request.headers, &request.body).map(|json| ids(&json));
    let (Some(asked), Some(recorded)) = (ids(asked), ids(&exchange.request)) else { return false };
    let pairs: Vec<(Json, String)> = recorded
        .into_iter()
        .zip(asked)
        .filter_map(|(recorded, asked)| Some((recorded?, asked?)))
        .map(|(recorded, asked)| (recorded, asked.to_string()))
        .collect();
    let timing = &mut exchange.timing;
    let Some(response) = exchange.answer.head_mut() else { return false };
    let plain = codec::decoded(&response.headers, &response.body).into_owned();
    let mut fresh = Vec::with_capacity(plain.len());
    let mut moved = Vec::new();
    let mut from = 0;
    for span in spans(&plain) {
        let told = Json::parse(&plain[span.clone()]).ok();
        let Some((_, own)) = pairs.iter().find(|(recorded, _)| Some(recorded) == told.as_ref()) else {
            continue;
        };
        fresh.extend_from_slice(&plain[from..span.start]);
        fresh.extend_from_slice(own.as_bytes());
        from = span.end;
        moved.push((span.end, fresh.len()));
    }
    fresh.extend_from_slice(&plain[from..]);
    if fresh == plain {
        return false;
    }
    let codings = response.headers.codings();
    if !codings.is_empty() {
        let Ok(coded) = codec::encode(&fresh, &codings) else { return false };
        fresh = coded;
        moved = vec![(response.body.len(), fresh.len())];
    }
    lengthen(&mut response.headers, response.body.len(), fresh.len());
    timing.chunks = rechunk(&timing.chunks, fresh.len(), &moved);
    response.body = Body(Bytes::from(fresh));
    true
}

/// The id of each call, in order.
fn ids(json: &Json) -> Vec<Option<Json>> {
    let id = |call: &Json| call.get("method").and_then(|_| call.get("id").cloned());
    match json {
        Json::Array(calls) => calls.iter().map(id).collect(),
        call => vec![id(call)],
    }
}

/// Where the ids of replies stand: members of the document, or of the items of a batch.
fn spans(text: &[u8]) -> Vec<Range<usize>> {
    let mut tokens = Tokens::new(text);
    let mut spans = Vec::new();
    let (mut depth, mut batch, mut is_id) = (0, false, false);
    loop {
        let before = depth;
        let Some(Ok(token)) = tokens.next() else { return spans };
        depth = tokens.depth();
        match token.kind {
            TokenKind::ArrayStart if before == 0 => batch = true,
            TokenKind::Key => is_id = before == 1 + usize::from(batch) && text[token.span] == *b"\"id\"",
            TokenKind::Colon => {}
            TokenKind::String | TokenKind::Number if is_id => {
                spans.push(token.span);
                is_id = false;
            }
            _ => is_id = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Answer, Headers, Response};

    fn echoed(asked: &str, recorded: &str, reply: &str) -> Option<(String, String)> {
        let request = |body: &str| Request { body: body.to_owned().into(), ..Request::new("POST", "/rpc") };
        let length = reply.len().to_string();
        let headers = Headers::from_pairs([("Content-Length", length.as_str())]);
        let answer = Answer::Reply(Response::new(200, headers, reply.to_owned()));
        let mut exchange = Exchange { answer, ..Exchange::alone(request(recorded)) };
        apply(&mut exchange, &request(asked)).then(|| {
            let reply = exchange.answer.reply().unwrap();
            let length = reply.headers.get("content-length").unwrap().into_owned();
            (String::from_utf8_lossy(reply.body.bytes()).into_owned(), length)
        })
    }

    #[test]
    fn the_asked_id_is_answered_and_no_other_member() {
        let call = |id: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"a"}}"#);
        assert_eq!(
            echoed(&call("\"abc\""), &call("1"), r#"{ "id": 1, "result": {"id": 1} }"#),
            Some((r#"{ "id": "abc", "result": {"id": 1} }"#.to_owned(), "36".to_owned()))
        );
        let batch = |a: &str, b: &str| format!("[{},{}]", call(a), call(b));
        assert_eq!(
            echoed(&batch("7", "8"), &batch("1", "2"), r#"[{"id":2},{"id":1},{"id":null}]"#).unwrap().0,
            r#"[{"id":8},{"id":7},{"id":null}]"#
        );
        assert_eq!(echoed(&call("1"), &call("1"), r#"{"id":1}"#), None);
        assert_eq!(echoed(&call("2"), &call("1"), "not json"), None);
    }
}
