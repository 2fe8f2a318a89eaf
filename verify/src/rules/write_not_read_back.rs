//! # write-not-read-back
//!
//! What was written is read back on the real side, and something else on the mock.
//!
//! Group: state
//!
//! ## Why it matters
//!
//! A mock without memory answers every read with its fixture. Code that writes the wrong value, or nothing,
//! passes.
//!
//! ## Fires
//!
//! ```
//! > PATCH /v1/things/a
//! >> {"name":"new","note":"n"}
//! < 200 {"id":"a","name":"new","note":"n"}
//! ~ 200 {"id":"a","name":"new","note":"n"}
//! > GET /v1/things/a
//! < 200 {"id":"a","name":"new","note":"n"}
//! ~ 200 {"id":"a","name":"fixture","note":"n"}
//! ```
//!
//! What was made is not there:
//!
//! ```
//! > POST /v1/notes
//! >> {"text":"a"}
//! < 201 {"id":"n1","text":"a"}
//! ~ 201 {"id":"m7","text":"a"}
//! > GET /v1/notes/n1
//! < 200 {"id":"n1","text":"a"}
//! ~ 404 {"code":"not_found"}
//! ```
//!
//! What was said is not in the list of what was said:
//!
//! ```
//! > POST /v1/messages
//! >> {"channel":"a","text":"first words"}
//! < 200 {"ok":true,"ts":"1.1"}
//! ~ 200 {"ok":true,"ts":"1.2"}
//! > GET /v1/history?channel=a
//! < 200 {"ok":true,"messages":[{"text":"first words"}]}
//! ~ 200 {"ok":true,"messages":[{"text":"hello"}]}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > PATCH /v1/things/a
//! >> {"name":"new"}
//! < 200 {"id":"a","name":"new"}
//! ~ 200 {"id":"a","name":"new"}
//! > GET /v1/things/a
//! < 200 {"id":"a","name":"new"}
//! ~ 200 {"id":"a","name":"new"}
//! ```
//!
//! The real side makes something else of it:
//!
//! ```
//! > PUT /v1/things/a
//! >> {"name":"NEW"}
//! < 200 {"id":"a","name":"new"}
//! ~ 200 {"id":"a","name":"new"}
//! > GET /v1/things/a
//! < 200 {"id":"a","name":"new"}
//! ~ 200 {"id":"a","name":"new"}
//! ```

use super::Rule;
use crate::case::{Case, Said};
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::facets::pagination as pages;
use cassettes::json::{Json, Pointer};
use cassettes::meta::Meta;
use cassettes::model::Request;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("write-not-read-back", include_str!("write_not_read_back.rs")),
    case: None,
    run: Some(judge),
};

/// How many exchanges after the write a read of it is looked for.
const LOOK_AHEAD: usize = 200;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (i, write) in run.cases.iter().enumerate() {
        let writes = matches!(write.exchange.request.method.as_str(), "PUT" | "PATCH" | "POST");
        if !writes || !write.real.is_success() || !write.other.is_success() {
            continue;
        }
        let Some(body) = sent(&write.asked) else { continue };
        listed(run, i, &body, findings);
        let Some(path) = written(write) else { continue };
        for read in run.cases[i + 1..].iter().take(LOOK_AHEAD).take_while(|c| c.cassette == write.cassette) {
            let request = &read.exchange.request;
            if request.path() != path {
                continue;
            }
            // Another write to the same place has the last word.
            if request.method == "GET" {
                still_there(read, findings);
                compare(&body, write, read, findings);
            }
            break;
        }
    }
}

/// A text that only this write can have brought is found in a later reading of another place, such as the
/// list of what was written.
fn listed(run: &Run<'_>, at: usize, body: &Json, findings: &mut Findings) {
    let write = &run.cases[at];
    let mut texts: Vec<(Pointer, String)> = Vec::new();
    Pointer::walk(body, &mut |at, value| {
        if let Json::String(text) = value
            && text.len() >= 8
            && text.trim().contains([' ', '@'])
        {
            texts.push((at.clone(), text.clone()));
        }
    });
    for (place, text) in texts {
        let holds = |case: &Case<'_>, real: bool| {
            let said = if real { &case.real } else { &case.other };
            said.is_success() && said.json.as_ref().is_some_and(|json| contains(json, &text))
        };
        // What stood there before was not brought by this write.
        if run.cases[..at].iter().any(|c| c.cassette == write.cassette && holds(c, true)) {
            continue;
        }
        let later = run.cases[at + 1..].iter().take(LOOK_AHEAD).take_while(|c| c.cassette == write.cassette);
        let first = later.filter(|c| c.exchange.request.method == "GET").find(|c| holds(c, true));
        let Some(read) = first.filter(|read| read.other.is_success() && read.other.json.is_some()) else {
            continue;
        };
        findings.check();
        // Pages of its own may hold it elsewhere.
        let anywhere =
            run.cases[at + 1..].iter().any(|c| c.exchange.request.method == "GET" && holds(c, false));
        if anywhere || goes_on(&read.other) {
            continue;
        }
        findings.add(Complaint {
            severity: Severity::Error,
            operation: read.operation.clone(),
            message: format!(
                "what was written as `{place}` is read back here on the real side, not on the mock"
            ),
            place: format!("listed {place}"),
            real: read.real.whole(),
            other: read.other.whole(),
            hint: Some("let the mock remember what is written to it".to_owned()),
        });
    }
}

/// A mock with more data may have it on a later page.
fn goes_on(said: &Said<'_>) -> bool {
    let signals = said.headers().map(|headers| pages::signals(headers, said.tree())).unwrap_or_default();
    signals.iter().any(|signal| matches!(signal.says, pages::Says::More(_)))
}

fn contains(json: &Json, text: &str) -> bool {
    json.as_str() == Some(text)
        || json.members().iter().any(|(_, value)| contains(value, text))
        || json.items().iter().any(|value| contains(value, text))
}

/// The members of what was written: a JSON document, or a form.
fn sent(request: &Request) -> Option<Json> {
    if request.headers.media_type().as_deref() == Some("application/x-www-form-urlencoded") {
        // A form is spelt as a query is.
        let form = format!("/?{}", String::from_utf8_lossy(request.body.bytes()));
        let form = Request::new("POST", form).query_pairs();
        return Some(Json::Object(form.into_iter().map(|(n, v)| (n, Json::String(v))).collect()));
    }
    Json::parse(request.body.bytes()).ok()
}

/// What was written is there at all.
fn still_there(read: &Case<'_>, findings: &mut Findings) {
    if !read.real.is_success() {
        return;
    }
    findings.check();
    if !matches!(read.other.status(), Some(404 | 410)) {
        return;
    }
    findings.add(Complaint {
        severity: Severity::Error,
        operation: read.operation.clone(),
        message: "what was written is read back on the real side, the mock does not have it".to_owned(),
        place: "gone".to_owned(),
        real: read.real.at_status(),
        other: read.other.at_status(),
        hint: Some("let the mock remember what is written to it".to_owned()),
    });
}

/// The path under which the written thing is read.
fn written(write: &Case<'_>) -> Option<String> {
    let request = &write.exchange.request;
    if request.method != "POST" {
        return Some(request.path().to_owned());
    }
    if let Some(location) = write.real.header("location") {
        let path = location.split(['?', '#']).next().unwrap_or_default();
        let path =
            path.split_once("://").map_or(path, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        return Some(path.to_owned());
    }
    let id = write.real.json.as_ref()?.get("id")?.scalar_text()?.to_owned();
    let base = request.path().trim_end_matches('/');
    // An update by POST names the thing already.
    Some(if base.ends_with(&format!("/{id}")) { base.to_owned() } else { format!("{base}/{id}") })
}

fn compare(body: &Json, write: &Case<'_>, read: &Case<'_>, findings: &mut Findings) {
    let (Some(real), Some(other)) = (&read.real.json, &read.other.json) else { return };
    if !read.real.is_success() || !read.other.is_success() {
        return;
    }
    Pointer::walk(body, &mut |at, value| {
        let Some(text) = value.scalar_text().filter(|_| !at.0.is_empty()) else { return };
        let same = |side: &Json| at.find(side).and_then(Json::scalar_text) == Some(text);
        if !same(real) {
            return;
        }
        // Where the mock's own answer to the write had it, a read without it forgot.
        let told = write.other.json.as_ref().is_some_and(same);
        let Some(said) = at.find(other).or((told && at.0.len() == 1).then_some(&Json::Null)) else { return };
        findings.check();
        // Only another value of the same kind is a forgotten write.
        let kind = at.find(real).map(Json::kind);
        let forgotten = told && *said == Json::Null;
        if same(other) || (!forgotten && Some(said.kind()) != kind) || numerically_same(said, value) {
            return;
        }
        findings.add(Complaint {
            severity: Severity::Error,
            operation: read.operation.clone(),
            message: format!(
                "`{at}` was written as {text} and is read back so on the real side, not on the mock"
            ),
            place: at.generic().to_string(),
            real: read.real.at(at),
            other: read.other.at(at),
            hint: Some("let the mock remember what is written to it".to_owned()),
        });
    });
}

fn numerically_same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.parse::<f64>().ok() == b.parse::<f64>().ok(),
        _ => false,
    }
}
