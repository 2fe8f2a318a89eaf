//! Exchanges written as people write them.

use crate::{
    model::{Answer, Exchange, Headers, RedactRules, Request, Response, Timestamp},
    redact::{Policy, PseudonymKey, Secret, reveal::alone},
};

/// The policy under which pages are executed.
pub(super) fn policy() -> Policy {
    let rules = RedactRules { patterns: vec!["acct-[0-9]+".into()], ..RedactRules::default() };
    let secret = Secret { name: "page-key".into(), value: "named/secret value".into() };
    Policy::new(&rules, vec![secret], PseudonymKey([7; 32]), None).expect("lawful rules")
}

/// `METHOD target`, headers, an empty line, a body; then `HTTP/1.1 status reason` and the same again.
pub(super) fn exchange(text: &str) -> Exchange {
    let mut exchange = alone(Request::default());
    exchange.at = Timestamp(1_767_225_600_000_000);
    exchange.upstream = "https://api.test".into();
    let lines: Vec<&str> = text.split('\n').collect();
    let reply_at = lines.iter().position(|line| line.starts_with("HTTP/1.1 "));
    let (request, reply) = lines.split_at(reply_at.unwrap_or(lines.len()));
    let (first, headers, body) = message(request);
    let (method, target) = first.split_once(' ').expect("a method and a target");
    exchange.request = Request { headers, body: body.into(), ..Request::new(method, target) };
    if let Some((first, headers, body)) = (!reply.is_empty()).then(|| message(reply)) {
        let status = first.split(' ').nth(1).and_then(|s| s.parse().ok()).expect("a status");
        let reason = first.split(' ').skip(2).collect::<Vec<_>>().join(" ");
        exchange.answer = Answer::Reply(Response { reason, ..Response::new(status, headers, body) });
    }
    exchange
}

fn message<'t>(lines: &[&'t str]) -> (&'t str, Headers, String) {
    let end = lines.iter().position(|line| line.is_empty()).unwrap_or(lines.len());
    let headers =
        lines[1..end].iter().map(|line| line.split_once(": ").unwrap_or((line.trim_end_matches(':'), "")));
    let body = lines.get(end + 1..).unwrap_or_default().join("\n");
    (lines[0], Headers::from_pairs(headers), body)
}

/// The inverse of [`exchange`].
pub(super) fn write(exchange: &Exchange) -> String {
    let mut lines = vec![format!("{} {}", exchange.request.method, exchange.request.target)];
    let side = |lines: &mut Vec<String>, headers: &Headers, body: &[u8]| {
        lines.extend(
            headers.iter().map(|(n, v)| format!("{n}: {}", String::from_utf8_lossy(v)).trim_end().to_owned()),
        );
        if !body.is_empty() {
            lines.push(String::new());
            lines.push(String::from_utf8_lossy(body).into_owned());
        }
    };
    side(&mut lines, &exchange.request.headers, exchange.request.body.bytes());
    if let Some(reply) = exchange.answer.reply() {
        lines.push(format!("HTTP/1.1 {} {}", reply.status, reply.reason).trim_end().to_owned());
        side(&mut lines, &reply.headers, reply.body.bytes());
    }
    lines.join("\n")
}

/// Everything of an exchange that could be written, bodies also without their codings.
pub(super) fn everything(exchange: &Exchange) -> String {
    let mut text = format!("{exchange:?}");
    let mut side = |headers: &Headers, body: &crate::model::Body| {
        for (name, value) in headers.iter() {
            text.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value)));
        }
        text.push_str(&String::from_utf8_lossy(&crate::codec::decoded(headers, body)));
        text.push_str(&String::from_utf8_lossy(body.bytes()).replace('\0', ""));
    };
    side(&exchange.request.headers, &exchange.request.body);
    side(&exchange.request.trailers, &exchange.request.body);
    if let Some(reply) = exchange.answer.head() {
        side(&reply.headers, &reply.body);
        side(&reply.trailers, &reply.body);
    }
    text
}
