//! Requests and answers as JSON objects: what programs are asked with line by line, and what transcripts hold.
//!
//! A question is `{"id", "method", "path", "headers": [[name, value], …], "body"}`; an answer
//! `{"id", "status", "headers", "body"}`, or `{"id", "failed": "reset"}` where there was none. Bytes that are no
//! text stand in `body_base64` instead of `body`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::json::Json;
use cassettes::model::{
    Answer, Body, FailureKind, Headers, Request, Response, TransportFailure, is_header_name,
};

/// What is wrong with a request or an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MessageError(String);

fn wrong(what: impl Into<String>) -> MessageError {
    MessageError(what.into())
}

/// A question as one line, without its end.
pub fn question(id: u64, request: &Request) -> String {
    let text = |text: &str| Json::String(text.to_owned());
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| Json::Array(vec![text(name), text(&String::from_utf8_lossy(value))]));
    let body = match std::str::from_utf8(request.body.bytes()) {
        Ok(body) => ("body", text(body)),
        Err(_) => ("body_base64", Json::String(STANDARD.encode(request.body.bytes()))),
    };
    let members = [
        ("id", Json::Number(id.to_string())),
        ("method", text(&request.method)),
        ("path", text(&request.target)),
        ("headers", Json::Array(headers.collect())),
        body,
    ];
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()).to_string()
}

/// Which question an answer is to.
pub fn id(object: &Json) -> Option<u64> {
    match object.get("id")? {
        Json::Number(text) => text.parse().ok(),
        _ => None,
    }
}

/// The answer that an object gives.
pub fn answer(object: &Json) -> Result<Answer, MessageError> {
    if let Some(failed) = object.get("failed") {
        let kind = failed.as_str().and_then(FailureKind::parse).ok_or_else(|| {
            let known: Vec<&str> = FailureKind::ALL.iter().map(|kind| kind.as_str()).collect();
            wrong(format!("`failed`: expected one of {}, found {failed}", known.join(", ")))
        })?;
        let message = "as the mock says".to_owned();
        return Ok(Answer::Failed(TransportFailure { kind, message, partial: None }));
    }
    let status = match object.get("status") {
        Some(Json::Number(text)) => text.parse().ok().filter(|status| (100..=999).contains(status)),
        _ => None,
    };
    let status = status.ok_or_else(|| {
        let found = object.get("status").map_or("none".to_owned(), Json::to_string);
        wrong(format!("`status`: expected a number from 100 to 999, found {found}"))
    })?;
    Ok(Answer::Reply(Response::new(status, headers(object)?, body(object)?)))
}

/// The request that an object asks.
pub fn request(object: &Json) -> Result<Request, MessageError> {
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    let method =
        text("method").filter(|m| is_header_name(m)).ok_or_else(|| wrong("`method`: expected a method"))?;
    let path = text("path").or_else(|| text("target")).filter(|p| p.starts_with('/') || *p == "*");
    let path = path.ok_or_else(|| wrong("`path`: expected a path and query that begin with `/`"))?;
    Ok(Request { headers: headers(object)?, body: body(object)?, ..Request::new(method, path) })
}

/// Pairs in order, or an object whose values are texts or lists of texts.
fn headers(object: &Json) -> Result<Headers, MessageError> {
    let mut headers = Headers::new();
    let mut add = |name: &str, value: &Json| match value.scalar_text() {
        Some(value) if is_header_name(name) => {
            headers.push(name, value);
            Ok(())
        }
        _ => Err(wrong(format!("`headers`: expected texts, found {name:?}: {value}"))),
    };
    match object.get("headers") {
        None | Some(Json::Null) => {}
        Some(Json::Array(pairs)) => {
            for pair in pairs {
                let [Json::String(name), value] = pair.items() else {
                    return Err(wrong(format!("`headers`: expected [name, value], found {pair}")));
                };
                add(name, value)?;
            }
        }
        Some(Json::Object(members)) => {
            for (name, value) in members {
                match value {
                    Json::Array(values) => values.iter().try_for_each(|value| add(name, value))?,
                    value => add(name, value)?,
                }
            }
        }
        Some(other) => return Err(wrong(format!("`headers`: expected [[name, value], …], found {other}"))),
    }
    Ok(headers)
}

fn body(object: &Json) -> Result<Body, MessageError> {
    if let Some(encoded) = object.get("body_base64") {
        let bytes = encoded.as_str().and_then(|text| STANDARD.decode(text.trim()).ok());
        return bytes.map(Body::from).ok_or_else(|| wrong("`body_base64`: expected base64"));
    }
    match object.get("body") {
        None | Some(Json::Null) => Ok(Body::empty()),
        Some(Json::String(text)) => Ok(Body::from(text.clone())),
        // A number of its own would lose its text in most languages, so there is no doubt to guess at.
        Some(other) => Err(wrong(format!(
            "`body`: expected a text, found {}; give a JSON body as its text",
            other.kind()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Json {
        Json::parse(text.as_bytes()).expect("valid")
    }

    #[test]
    fn questions_are_one_line_and_read_again() {
        let mut asked = Request::new("POST", "/v1/x?limit=2");
        asked.headers.push("accept", "application/json");
        asked.body = Body::from("{\n\"a\": 1.50}");
        let line = question(7, &asked);
        assert!(!line.contains('\n'), "{line}");
        assert_eq!(id(&read(&line)), Some(7));
        assert_eq!(request(&read(&line)), Ok(asked.clone()));
        asked.body = Body::from(vec![0xff, 0]);
        let line = question(8, &asked);
        assert!(line.contains(r#""body_base64":"/wA=""#), "{line}");
        assert_eq!(request(&read(&line)), Ok(asked));
    }

    #[test]
    fn answers_are_read_and_what_is_wrong_is_said() {
        let reply = answer(&read(
            r#"{"status": 201, "headers": [["Set-Cookie", "a=1"], ["set-cookie", "b=2"]], "body_base64": "aGk="}"#,
        ));
        let reply = reply.expect("a reply");
        let reply = reply.reply().expect("a reply");
        assert_eq!((reply.status, reply.body.bytes()), (201, &b"hi"[..]));
        assert_eq!(reply.headers.get_all("set-cookie").count(), 2);
        let failed = answer(&read(r#"{"failed": "reset"}"#)).expect("a failure");
        assert_eq!(failed.label(), "reset");
        for (text, expected) in [
            (r#"{"failed": "boom"}"#, "truncated"),
            (r#"{"status": "200"}"#, "`status`: expected a number from 100 to 999, found \"200\""),
            (r#"{"body": ""}"#, "found none"),
            (r#"{"status": 200, "body": {}}"#, "give a JSON body as its text"),
            (r#"{"status": 200, "headers": [["a"]]}"#, "expected [name, value]"),
        ] {
            let said = answer(&read(text)).expect_err("refused").to_string();
            assert!(said.contains(expected), "{said}");
        }
    }
}
