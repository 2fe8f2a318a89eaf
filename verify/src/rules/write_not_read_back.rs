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
//! It stands first in the real list, and the mock's begins as it did before:
//!
//! ```
//! > GET /v1/history?channel=a&limit=2
//! < 200 {"messages":[{"ts":"1.2","user":"u1","text":"x"},{"ts":"1.1","user":"u1","text":"y"}],"next_cursor":"c1"}
//! ~ 200 {"messages":[{"ts":"2.2","user":"u1","text":"v"},{"ts":"2.1","user":"u1","text":"w"}],"next_cursor":"m1"}
//! > POST /v1/messages
//! >> {"channel":"a","text":"first words"}
//! < 200 {"ok":true,"ts":"1.3"}
//! ~ 200 {"ok":true,"ts":"2.3"}
//! > GET /v1/history?channel=a&limit=2
//! < 200 {"messages":[{"ts":"1.3","user":"u1","text":"first words"},{"ts":"1.2","user":"u1","text":"x"}],"next_cursor":"c2"}
//! ~ 200 {"messages":[{"ts":"2.2","user":"u1","text":"v"},{"ts":"2.1","user":"u1","text":"w"}],"next_cursor":"m1"}
//! ```
//!
//! A path made of another member than `id`:
//!
//! ```
//! > POST /v1/disks
//! >> {"name":"data-1","size":10}
//! < 201 {"uid":"77","name":"data-1","size":10}
//! ~ 201 {"uid":"12","name":"data-1","size":10}
//! > GET /v1/disks/data-1
//! < 200 {"uid":"77","name":"data-1","size":10}
//! ~ 404 {"code":"not_found"}
//! ```
//!
//! No document at all:
//!
//! ```
//! > PUT /files/notes.txt
//! > content-type: text/plain
//! >> the second note
//! < 200
//! ~ 200
//! > GET /files/notes.txt
//! < content-type: text/plain
//! < 200 the second note
//! ~ content-type: text/plain
//! ~ 200 a first note
//! ```
//!
//! Calls that share a path: what was sent to one is told by another.
//!
//! ```
//! > POST /graphql
//! >> {"query":"mutation R($id: ID!, $title: String!) { rename(id: $id, title: $title) { issue { id title } } }","variables":{"id":"I_a1b2c3","title":"new"}}
//! < 200 {"data":{"rename":{"issue":{"id":"I_a1b2c3","title":"new"},"userErrors":[]}}}
//! ~ 200 {"data":{"rename":{"issue":{"id":"I_a1b2c3","title":"new"},"userErrors":[]}}}
//! > POST /graphql
//! >> {"query":"query One($id: ID!) { issue(id: $id) { id title } }","variables":{"id":"I_a1b2c3"}}
//! < 200 {"data":{"issue":{"id":"I_a1b2c3","title":"new"}}}
//! ~ 200 {"data":{"issue":{"id":"I_a1b2c3","title":"old"}}}
//! ```
//!
//! ```
//! > POST /
//! > x-amz-target: Jobs.StartJob
//! >> {"Name":"nightly"}
//! < 200 {"Job":{"JobId":"6f1c2d3e","Name":"nightly"}}
//! ~ 200 {"Job":{"JobId":"aaaa1111","Name":"nightly"}}
//! > POST /
//! > x-amz-target: Jobs.DescribeJob
//! >> {"JobId":"6f1c2d3e"}
//! < 200 {"Job":{"JobId":"6f1c2d3e","Name":"nightly"}}
//! ~ 400 {"__type":"ResourceNotFoundException","message":"no such job"}
//! ```
//!
//! What the write itself changed, and the mock takes back:
//!
//! ```
//! > POST /
//! > x-amz-target: Jobs.DescribeJob
//! >> {"JobId":"6f1c2d3e"}
//! < 200 {"Job":{"JobId":"6f1c2d3e","Status":"RUNNING"}}
//! ~ 200 {"Job":{"JobId":"6f1c2d3e","Status":"RUNNING"}}
//! > POST /
//! > x-amz-target: Jobs.CancelJob
//! >> {"JobId":"6f1c2d3e"}
//! < 200 {"Job":{"JobId":"6f1c2d3e","Status":"CANCELLED"}}
//! ~ 200 {"Job":{"JobId":"6f1c2d3e","Status":"CANCELLED"}}
//! > POST /
//! > x-amz-target: Jobs.DescribeJob
//! >> {"JobId":"6f1c2d3e"}
//! < 200 {"Job":{"JobId":"6f1c2d3e","Status":"CANCELLED"}}
//! ~ 200 {"Job":{"JobId":"6f1c2d3e","Status":"RUNNING"}}
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
//!
//! A state that goes on by itself:
//!
//! ```
//! > POST /
//! > x-amz-target: Jobs.StartJob
//! >> {"Name":"nightly"}
//! < 200 {"Job":{"JobId":"6f1c2d3e","Name":"nightly","Status":"PENDING"}}
//! ~ 200 {"Job":{"JobId":"aaaa1111","Name":"nightly","Status":"PENDING"}}
//! > POST /
//! > x-amz-target: Jobs.DescribeJob
//! >> {"JobId":"6f1c2d3e"}
//! < 200 {"Job":{"JobId":"6f1c2d3e","Name":"nightly","Status":"PENDING"}}
//! ~ 200 {"Job":{"JobId":"aaaa1111","Name":"nightly","Status":"RUNNING"}}
//! ```
//!
//! Something else was read:
//!
//! ```
//! > POST /graphql
//! >> {"query":"mutation C($title: String!) { create(title: $title) { issue { id title } } }","variables":{"title":"new"}}
//! < 200 {"data":{"create":{"issue":{"id":"I_a1b2c3","title":"new"},"userErrors":[]}}}
//! ~ 200 {"data":{"create":{"issue":{"id":"I_m7m7m7","title":"new"},"userErrors":[]}}}
//! > POST /graphql
//! >> {"query":"query One($id: ID!) { issue(id: $id) { id title } }","variables":{"id":"I_x9x9x9"}}
//! < 200 {"data":{"issue":{"id":"I_x9x9x9","title":"new"}}}
//! ~ 200 {"data":{"issue":{"id":"I_x9x9x9","title":"another"}}}
//! ```

use super::{Rule, listing_group};
use crate::case::{Case, Said};
use crate::finding::{Complaint, Findings, Severity};
use crate::made;
use crate::run::Run;
use crate::writes;
use cassettes::facets::pagination as pages;
use cassettes::json::{Json, Pointer};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("write-not-read-back", include_str!("write_not_read_back.rs")),
    case: None,
    run: Some(judge),
};

/// How many exchanges after the write a read of it is looked for.
const LOOK_AHEAD: usize = 200;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (i, write) in run.cases.iter().enumerate() {
        if !writes::has_written(write) {
            continue;
        }
        if let Some(body) = made::document(&write.asked) {
            listed(run, i, &body, findings);
        }
        if let Some(read) = writes::first_read(&run.cases, i, LOOK_AHEAD) {
            still_there(read, findings);
            writes::differences(&run.cases[..i], write, read, &mut |difference| {
                findings.check();
                let Some(found) = difference else { return };
                findings.add(Complaint {
                    severity: Severity::Error,
                    operation: read.operation.clone(),
                    message: found.message,
                    place: found.at.generic().to_string(),
                    real: if found.whole { read.real.whole() } else { read.real.at(&found.at) },
                    other: if found.whole { read.other.whole() } else { read.other.at(&found.at) },
                    hint: Some("let the mock remember what is written to it".to_owned()),
                });
            });
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
        if anywhere || goes_on(&read.other) && !is_as_before(&run.cases[..at], read) {
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

/// Whether the same listing began before the write as it does after it: what is new in it stands first on the real
/// side, and nothing does on the mock.
fn is_as_before(before: &[Case<'_>], read: &Case<'_>) -> bool {
    let of = |case: &Case<'_>| listing_group(case.cassette, &case.exchange.request);
    let asked = of(read);
    let items = |said: &Said<'_>| -> Option<Vec<Json>> {
        let tree = said.tree().filter(|_| said.is_success())?;
        Some(pages::items_of(tree, &pages::items_at(tree)?)?.to_vec())
    };
    let Some(now) = items(&read.other).filter(|now| !now.is_empty()) else { return false };
    let mut earlier =
        before.iter().rev().filter(|case| case.operation == read.operation && of(case) == asked);
    earlier.find_map(|case| items(&case.other)).is_some_and(|then| {
        let (then, now) = (then.iter().collect::<Vec<_>>(), now.iter().collect::<Vec<_>>());
        let longest = if then.len() > now.len() { &then } else { &now };
        let Some(member) = pages::identity_member(longest) else { return false };
        let who = |items: &[&Json]| -> Vec<Option<String>> {
            items.iter().map(|item| Some(item.get(&member)?.scalar_text()?.to_owned())).collect()
        };
        who(&then).iter().zip(who(&now)).all(|(then, now)| then.is_some() && *then == now) && !then.is_empty()
    })
}

fn contains(json: &Json, text: &str) -> bool {
    json.as_str() == Some(text)
        || json.members().iter().any(|(_, value)| contains(value, text))
        || json.items().iter().any(|value| contains(value, text))
}

/// What was written is there at all.
fn still_there(read: &Case<'_>, findings: &mut Findings) {
    if !read.real.is_success() || writes::misses(read, true) {
        return;
    }
    findings.check();
    if !writes::misses(read, false) {
        return;
    }
    findings.add(Complaint {
        severity: Severity::Error,
        operation: read.operation.clone(),
        message: "what was written is read back on the real side, the mock does not have it".to_owned(),
        place: "gone".to_owned(),
        real: read.real.whole(),
        other: read.other.whole(),
        hint: Some("let the mock remember what is written to it".to_owned()),
    });
}
