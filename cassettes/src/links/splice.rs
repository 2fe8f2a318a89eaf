//! Puts a value into a request in place of another, leaving every other byte as it was.

use super::{link::Target, url::decoded};
use crate::{
    codec,
    json::{Json, Pointer, Step, TokenKind, Tokens},
    model::{Body, Request},
};
use std::ops::Range;

/// Replaces `old` by `new` at a target. What is no longer there is left alone.
pub(super) fn splice(request: &mut Request, target: &Target, old: &str, new: &str) {
    match target {
        Target::Whole => request.target = new.to_owned(),
        Target::Path => {
            let rest = request.target[request.path().len()..].to_owned();
            request.target = format!("{new}{rest}");
        }
        Target::Segment(at) => {
            let segments: Vec<&str> = request.path().split('/').collect();
            let Some(raw) = segments.get(at + 1) else { return };
            let fresh = encode_like(&replace(&decoded(raw, false), old, new), raw, Where::Segment);
            let mut path: Vec<&str> = segments.clone();
            path[at + 1] = &fresh;
            request.target = format!("{}{}", path.join("/"), &request.target[request.path().len()..]);
        }
        Target::Segments(from, to) => {
            let mut path: Vec<String> = request.path().split('/').map(str::to_owned).collect();
            let Some(raw) = path.get(from + 1..to + 2).map(|raw| raw.join("/")) else { return };
            let fresh = replace(&decoded(&raw, false), old, new);
            let fresh = fresh.split('/').map(|one| encode_like(one, &raw, Where::Segment));
            path.splice(from + 1..to + 2, fresh.collect::<Vec<_>>());
            request.target = format!("{}{}", path.join("/"), &request.target[request.path().len()..]);
        }
        Target::Query(name, nth) => {
            let Some(query) = request.query().map(str::to_owned) else { return };
            let Some(fresh) = in_pairs(&query, name, *nth, old, new) else { return };
            let start = request.path().len() + 1;
            request.target.replace_range(start..start + query.len(), &fresh);
        }
        Target::Header(name, nth) => {
            let mut seen = 0;
            for (field, value) in &mut request.headers.0 {
                if field.eq_ignore_ascii_case(name) {
                    if seen == *nth {
                        *value = replace(&String::from_utf8_lossy(value), old, new).into_bytes();
                    }
                    seen += 1;
                }
            }
        }
        Target::Cookie(name) => {
            for (_, value) in
                request.headers.0.iter_mut().filter(|(field, _)| field.eq_ignore_ascii_case("cookie"))
            {
                let text = String::from_utf8_lossy(value).into_owned();
                let pieces = text.split(';').map(|piece| match piece.split_once('=') {
                    Some((n, v)) if n.trim() == name && v.trim() == old => format!("{n}={new}"),
                    _ => piece.to_owned(),
                });
                *value = pieces.collect::<Vec<_>>().join(";").into_bytes();
            }
        }
        Target::Json(pointer) => in_body(request, |text| in_json(text, pointer, old, new)),
        Target::Form(name, nth) => in_body(request, |text| in_pairs(text, name, *nth, old, new)),
        Target::Text => in_body(request, |text| Some(replace(text, old, new))),
    }
}

/// Changes the decoded body, encodes it as it was and corrects its length.
fn in_body(request: &mut Request, change: impl FnOnce(&str) -> Option<String>) {
    let Some(text) = codec::text_of(&request.headers, &request.body) else { return };
    let Some(fresh) = change(&text) else { return };
    let codings = request.headers.codings();
    let body =
        if codings.is_empty() { Ok(fresh.into_bytes()) } else { codec::encode(fresh.as_bytes(), &codings) };
    let Ok(body) = body else { return };
    if request.headers.contains("content-length") {
        request.headers.set("content-length", body.len().to_string());
    }
    request.body = Body::from(body);
}

/// The whole text, or each occurrence as a word of its own.
fn replace(text: &str, old: &str, new: &str) -> String {
    if text == old || old.is_empty() {
        return new.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-');
    while let Some(at) = rest.find(old) {
        let after = &rest[at + old.len()..];
        let before = rest[..at].chars().next_back().or(out.chars().next_back());
        out.push_str(&rest[..at]);
        let part = (inside(before) && inside(old.chars().next()))
            || (inside(after.chars().next()) && inside(old.chars().next_back()));
        out.push_str(if part { old } else { new });
        rest = after;
    }
    out.push_str(rest);
    out
}

fn in_pairs(text: &str, name: &str, nth: usize, old: &str, new: &str) -> Option<String> {
    let mut seen = 0;
    let mut changed = false;
    let pieces: Vec<String> = text
        .split('&')
        .map(|piece| {
            let (raw_name, raw) = piece.split_once('=').unwrap_or((piece, ""));
            if piece.is_empty() || decoded(raw_name, true) != name {
                return piece.to_owned();
            }
            seen += 1;
            if seen != nth + 1 {
                return piece.to_owned();
            }
            changed = true;
            format!("{raw_name}={}", encode_like(&replace(&decoded(raw, true), old, new), raw, Where::Query))
        })
        .collect();
    changed.then(|| pieces.join("&"))
}

#[derive(Clone, Copy, PartialEq)]
enum Where {
    Segment,
    Query,
}

/// Percent-encodes as the client did: what may stand unescaped does, if it stood so before (RFC 3986 §3.3).
fn encode_like(text: &str, before: &str, place: Where) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let escape = |out: &mut String| {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        };
        let free = match (place, c) {
            _ if c.is_ascii_alphanumeric() || "-._~".contains(c) => true,
            (Where::Query, ' ') if before.contains('+') => {
                out.push('+');
                continue;
            }
            (Where::Segment, _) => {
                "!$&'()*+,;=:@".contains(c)
                    && !before.to_ascii_uppercase().contains(&format!("%{:02X}", c as u32))
            }
            (Where::Query, _) => "!$'()*,;=:@/?[]".contains(c) && before.contains(c),
        };
        if free {
            out.push(c);
        } else {
            escape(&mut out);
        }
    }
    out
}

/// Replaces the scalar at a pointer in the document's own text.
fn in_json(text: &str, pointer: &Pointer, old: &str, new: &str) -> Option<String> {
    let span = span_of(text.as_bytes(), pointer)?;
    let scalar = Json::parse(text[span.clone()].as_bytes()).ok()?;
    let fresh = replace(scalar.scalar_text()?, old, new);
    let number =
        matches!(scalar, Json::Number(_)) && matches!(Json::parse(fresh.as_bytes()), Ok(Json::Number(_)));
    let fresh = if number { fresh } else { Json::String(fresh).to_string() };
    Some(format!("{}{fresh}{}", &text[..span.start], &text[span.end..]))
}

/// Where the scalar at a pointer stands.
fn span_of(text: &[u8], pointer: &Pointer) -> Option<Range<usize>> {
    let mut steps: Vec<Step> = Vec::new();
    for token in Tokens::new(text) {
        let token = token.ok()?;
        match token.kind {
            TokenKind::ObjectStart => steps.push(Step::Member(String::new())),
            TokenKind::ArrayStart => steps.push(Step::Index(0)),
            TokenKind::ObjectEnd | TokenKind::ArrayEnd => drop(steps.pop()),
            TokenKind::Key => {
                let inner = &text[token.span.start + 1..token.span.end - 1];
                steps.pop();
                steps.push(Step::Member(crate::json::unescape(inner)));
            }
            TokenKind::Comma => {
                if let Some(Step::Index(at)) = steps.last_mut() {
                    *at += 1;
                }
            }
            TokenKind::Colon => {}
            TokenKind::String | TokenKind::Number | TokenKind::Bool | TokenKind::Null => {
                if steps == pointer.0 {
                    return Some(token.span);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_value_changes() {
        let mut request = Request::new("POST", "/v1/cus_1:cancel/x?a=1&b=x+y%2Fcus_1&b=2");
        request.body = Body::from(r#"{"a" : [1, "see cus_1", "cus_12"], "id":1 , "é":"A"}"#);
        request.headers.push("Content-Length", "1");
        request.headers.push("If-Match", "\"cus_1\", \"b\"");
        splice(&mut request, &Target::Segment(1), "cus_1", "c/ü+1");
        splice(&mut request, &Target::Query("b".into(), 0), "cus_1", "c&d e");
        splice(&mut request, &Target::Json(Pointer::root().member("a").index(1)), "cus_1", "\"q\"");
        splice(&mut request, &Target::Json(Pointer::root().member("a").index(2)), "cus_1", "never");
        splice(&mut request, &Target::Json(Pointer::root().member("id")), "1", "77");
        splice(&mut request, &Target::Header("if-match".into(), 0), "cus_1", "z");
        assert_eq!(request.target, "/v1/c%2F%C3%BC+1:cancel/x?a=1&b=x+y%2Fc%26d+e&b=2");
        let want = r#"{"a" : [1, "see \"q\"", "cus_12"], "id":77 , "é":"A"}"#;
        assert_eq!(std::str::from_utf8(request.body.bytes()), Ok(want));
        assert_eq!(request.headers.get("content-length").as_deref(), Some(want.len().to_string().as_str()));
        assert_eq!(request.headers.get("if-match").as_deref(), Some("\"z\", \"b\""));
        let mut request = Request::new("GET", "/v1/projects/a/jobs/x:run?q=1");
        splice(&mut request, &Target::Segments(1, 4), "projects/a/jobs/x", "projects/b c/jobs/y/z");
        assert_eq!(request.target, "/v1/projects/b%20c/jobs/y/z:run?q=1");
    }
}
