//! What can be done once, and was never done twice: the same made again, the same step taken again, a step
//! taken back, what is used deleted.

use super::lack::Lack;
use super::lesson::{about, sending, template};
use super::seen::Seen;
use super::spoilt::is_enum;
use crate::idempotency::keyed;
use cassettes::codec;
use cassettes::facets::error_class::Class;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};
use cassettes::model::{Exchange, Request};
use cassettes::plan::Lesson;
use std::collections::BTreeSet;

/// At most so many other states are asked for.
const STATES: usize = 2;

/// At most so many other steps are taken first.
const STEPS: usize = 3;

/// Verbs of calls that make something.
const MAKES: [&str; 10] =
    ["create", "add", "new", "insert", "register", "open", "invite", "book", "reserve", "issue"];

/// Words of steps after which little else may follow.
pub(crate) const ENDS: [&str; 16] = [
    "cancel",
    "close",
    "void",
    "archive",
    "complete",
    "reject",
    "expire",
    "refund",
    "abort",
    "terminate",
    "finish",
    "stop",
    "revoke",
    "decline",
    "withdraw",
    "capture",
];

/// Words in the names of members by which a change says which version it is of.
const VERSIONS: [&str; 6] = ["version", "etag", "revision", "rev", "generation", "ver"];

/// Nobody did again what can be done once.
pub(super) fn conflicts(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    // Each of these is a conflict of its own: one of them tells nothing of the others.
    if !seen.has_class(&[Class::Conflict]) {
        twice(seen, found);
    }
    after_another(seen, found);
    taken_back(seen, found);
    used(seen, found);
}

/// Whether a member's name says that its value is a version.
pub(crate) fn is_version(name: &str) -> bool {
    let words = words(name);
    words.last().is_some_and(|word| VERSIONS.contains(&word.as_str())) && words.len() <= 2
}

fn twice(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let request = seen.request();
    let mut sent = BTreeSet::new();
    let key = |request: &Request| (request.target.clone(), request.body.bytes().to_vec());
    if seen.all.iter().any(|one| !sent.insert(key(&one.exchange.request))) || keyed(request).is_some() {
        return;
    }
    let repeat = || {
        let mut lesson = sending("repeat", seen, request.target.as_str());
        lesson.settings.push(("times".to_owned(), Json::Number("2".to_owned())));
        lesson
    };
    let versioned = versioned(request);
    if seen.is(&["POST"]) && makes(seen) && !versioned {
        let because = "it makes something, and the same was never sent twice";
        found.push(Lack::new("conflict", seen.at(), repeat(), because));
    } else if versioned && seen.is(&["POST", "PUT", "PATCH"]) {
        let because = "it names the version that it changes, and never an old one";
        let note = "the same again: by then that version is old";
        found.push(Lack::new("conflict", seen.at(), about(repeat(), note), because).story([]));
    } else if seen.is(&["POST", "PUT"]) && is_step(template(seen.operation)) {
        let because = "it is a step, and was never taken twice";
        found.push(Lack::new("conflict", seen.at(), repeat(), because).story([]));
    }
}

/// Whether it was seen to make something.
fn makes(seen: &Seen<'_>) -> bool {
    if seen.is_call() {
        let call = seen.operation.template.rsplit([' ', '.', '/']).next().unwrap_or_default();
        return words(call).first().is_some_and(|verb| MAKES.contains(&verb.as_str()));
    }
    let told = |one: &super::seen::One<'_>| {
        one.said.status() == Some(201) || one.said.header("location").is_some() || names_new(one.exchange)
    };
    seen.good().any(told)
}

/// Whether the answer names something that the request did not: an id that was given just now.
fn names_new(exchange: &Exchange) -> bool {
    let Some(reply) = exchange.answer.reply() else { return false };
    let Some(answer) = codec::json_of(&reply.headers, &reply.body) else { return false };
    let id = ["id", "_id", "uid", "uuid"].iter().find_map(|name| answer.get(name)?.scalar_text());
    let path = exchange.request.path();
    // What is done with a thing answers with the thing.
    id.is_some_and(|id| !path.contains(id) && !is_step(path)) && path.rsplit('/').next() != Some("search")
}

/// Whether a template ends in what is done with one thing: `/orders/{id}/cancel`, `/orders/{id}:cancel`.
fn is_step(template: &str) -> bool {
    let mut parts = template.rsplit('/');
    let last = parts.next().unwrap_or_default();
    let before = parts.next().unwrap_or_default();
    (last.starts_with('{') && last.contains("}:"))
        || (before.starts_with('{') && !last.is_empty() && !last.starts_with('{'))
}

/// Whether the body, or the query, names a version.
fn versioned(request: &Request) -> bool {
    let Some(json) = codec::json_of(&request.headers, &request.body) else {
        return request.query_pairs().iter().any(|(name, _)| is_version(name));
    };
    let mut found = false;
    Pointer::walk(&json, &mut |at, value| {
        found |= value.scalar_text().is_some() && at.name().is_some_and(is_version);
    });
    found
}

/// Another step after one that may have ended things, on the same thing.
fn after_another(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["POST"]) || seen.is_call() || !is_step(template(seen.operation)) {
        return;
    }
    let own = seen.request();
    let all = exchanges(seen, seen.at().0);
    let is_own = |e: &Exchange| e.request.method == "POST" && step(e.request.path()) == step(own.path());
    let mut others: Vec<(usize, &Exchange)> = Vec::new();
    for (at, other) in all.iter().enumerate().filter(|(_, e)| is_other_step(seen, e)) {
        if !others.iter().any(|(_, known)| step(known.request.path()) == step(other.request.path())) {
            others.push((at, other));
        }
    }
    let ends = |e: &Exchange| words(step(e.request.path())).iter().any(|word| ENDS.contains(&word.as_str()));
    others.sort_by_key(|(at, other)| (!ends(other), *at));
    // Somebody came this way: what was said then is known.
    let came = |other: &Exchange| {
        let is_it = |e: &Exchange| step(e.request.path()) == step(other.request.path());
        all.iter().enumerate().filter(|(_, e)| is_own(e)).any(|(at, e)| {
            let same = |o: &Exchange| parent(o.request.path()) == parent(e.request.path());
            all[..at].iter().any(|o| is_it(o) && same(o))
        })
    };
    others.retain(|(_, other)| !came(other));
    for (_, other) in others.into_iter().take(STEPS) {
        // The same thing takes both steps.
        let path = own.path();
        let target = format!("{}{}", &path[..path.len() - step(path).len()], step(other.request.path()));
        let mut first = Lesson::new("ask", other.request.method.as_str(), target);
        first.content = super::spoilt::content_of(&other.request);
        let then = about(sending("reject", seen, own.target.as_str()), "and then this step");
        let because = format!("it was never asked for after `{}`", step(other.request.path()));
        let lack = Lack::new("conflict", seen.at(), about(first, "that step is taken"), because);
        found.push(lack.story([then]));
    }
}

/// Whether an exchange took another step with a thing of the same kind.
fn is_other_step(seen: &Seen<'_>, exchange: &Exchange) -> bool {
    let (path, own) = (exchange.request.path(), seen.request().path());
    let mut ours = template(seen.operation).split('/').collect::<Vec<_>>();
    let theirs: Vec<&str> = path.split('/').collect();
    let last = ours.pop().unwrap_or_default();
    // `{id}:cancel` is a step of what stands in the same piece.
    let mark = if last.contains("}:") { ':' } else { '/' };
    exchange.request.method == "POST"
        && exchange.answer.reply().is_some_and(|reply| reply.status < 400)
        && !e_makes(exchange)
        && step(path) != step(own)
        && path.rfind(['/', ':']).is_some_and(|at| path[at..].starts_with(mark))
        && theirs.len() == ours.len() + 1
        && ours.iter().zip(&theirs).all(|(part, said)| part.starts_with('{') || part == said)
}

fn step(path: &str) -> &str {
    path.rsplit(['/', ':']).next().unwrap_or_default()
}

fn parent(path: &str) -> Option<&str> {
    path.rfind(['/', ':']).map(|at| &path[..at])
}

fn exchanges<'s>(seen: &Seen<'s>, cassette: usize) -> &'s [Exchange] {
    seen.run.cassettes.get(cassette).map(|c| c.exchanges.as_slice()).unwrap_or_default()
}

/// A change of state, and another one that may not follow it.
fn taken_back(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["PUT", "PATCH"]) {
        return;
    }
    let is_state = |name: &str| words(name).iter().any(|w| matches!(w.as_str(), "state" | "status"));
    let choice = |json: &Json| -> Option<(Pointer, String)> {
        let mut first = None;
        Pointer::walk(json, &mut |at, value| {
            let word =
                value.as_str().filter(|word| at.name().is_some_and(|n| is_state(n) && is_enum(n, word)));
            if let (Some(word), None) = (word, &first) {
                first = Some((at.clone(), word.to_owned()));
            }
        });
        first
    };
    let body = |request: &Request| codec::json_of(&request.headers, &request.body);
    // The one that ends things, where there are several.
    let states = |r: &Request| body(r).as_ref().and_then(&choice).is_some();
    let Some(one) = seen.good().filter(|one| states(&one.exchange.request)).last() else { return };
    let request = &one.exchange.request;
    let Some(sent) = body(request) else { return };
    let Some((at, word)) = choice(&sent) else { return };
    let mut chosen: BTreeSet<(&str, String)> = BTreeSet::new();
    for other in seen.all {
        let own = body(&other.exchange.request).as_ref().and_then(&choice);
        chosen.extend(own.map(|(_, word)| (other.exchange.request.path(), word)));
    }
    // One thing was in several states: what was said to that is known.
    let paths: Vec<&str> = chosen.iter().map(|(path, _)| *path).collect();
    if paths.windows(2).any(|two| two[0] == two[1]) {
        return;
    }
    let mut others: Vec<String> = Vec::new();
    let name = at.name().unwrap_or_default().to_owned();
    let near = parent(request.path()).unwrap_or_default();
    for reply in seen.everything.iter().filter(|e| e.request.path().starts_with(near)) {
        let Some(reply) = reply.answer.reply().filter(|reply| reply.is_success()) else { continue };
        let Some(answer) = codec::json_of(&reply.headers, &reply.body) else { continue };
        Pointer::walk(&answer, &mut |at, value| {
            if let Some(other) = value.as_str().filter(|_| at.name() == Some(name.as_str()))
                && is_enum(&name, other)
                && other != word
                && !others.iter().any(|known| known == other)
            {
                others.push(other.to_owned());
            }
        });
    }
    if others.is_empty() {
        return;
    }
    let with = |kind: &str, word: &str, note: String| {
        let mut lesson = about(sending(kind, seen, request.target.as_str()), note);
        let json = super::lesson::replaced(&sent, &at.0, &Json::String(word.to_owned()));
        lesson.content = cassettes::plan::Content::Json(json);
        lesson
    };
    let first = with("ask", &word, format!("it becomes `{word}`"));
    let then = others.iter().take(STATES).map(|other| with("reject", other, format!("and then `{other}`")));
    let because = format!("its `{name}` was never changed back");
    let steps: Vec<Lesson> = then.collect();
    found.push(Lack::new("conflict", one.at, first, because).story(steps));
}

/// What something else belongs to.
fn used(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    // Things are called by ids, or by what somebody called them who put them there.
    let near = |request: &Request| parent(request.path()) == parent(seen.request().path());
    let put = || {
        seen.everything.iter().any(|e| e.request.method == "PUT" && e.request.path() == seen.request().path())
    };
    if !seen.is(&["DELETE"]) || seen.is_call() || !(template(seen.operation).ends_with('}') || put()) {
        return;
    }
    let of_path = |request: &Request| seen.is_of_path(request) || (near(request) && request.method == "PUT");
    let (cassette, _) = seen.at();
    let exchanges = exchanges(seen, cassette);
    // Of the path of what is deleted, its last part.
    let id = |request: &Request| request.segments().pop();
    let ids: BTreeSet<String> = seen
        .everything
        .iter()
        .filter(|e| of_path(&e.request))
        .filter_map(|e| id(&e.request))
        .filter(|id| id.len() > 1)
        .collect();
    let names = |e: &Exchange| -> Option<String> {
        let path = e.request.segments();
        let below = path.iter().rev().skip(1).find(|part| ids.contains(*part)).cloned();
        let step = e.request.method == "POST" && below.is_some() && !e_makes(e);
        let in_body = || {
            let json = codec::json_of(&e.request.headers, &e.request.body)?;
            let mut named = None;
            Pointer::walk(&json, &mut |_, value| {
                if let Some(id) = value.scalar_text().filter(|id| ids.contains(*id)) {
                    named.get_or_insert_with(|| id.to_owned());
                }
            });
            named
        };
        below.filter(|_| !step).or_else(in_body)
    };
    let makes = |e: &&Exchange| e.request.method == "POST" && e_makes(e) && !of_path(&e.request);
    let users: Vec<(usize, String)> = exchanges
        .iter()
        .enumerate()
        .filter(|(_, e)| makes(e))
        .filter_map(|(at, e)| Some((at, names(e)?)))
        .collect();
    let tried = seen.all.iter().any(|one| {
        let own = id(&one.exchange.request);
        users.iter().any(|(at, id)| *at < one.at.1 && own.as_ref() == Some(id) && cassette == one.at.0)
    });
    let Some((at, parent)) = users.first().filter(|_| !tried) else { return };
    let child = &exchanges[*at].request;
    let target = seen.request().target.clone();
    let Some(old) = id(seen.request()) else { return };
    // The thing that the other one names is the one to be deleted.
    let target = target.replacen(&format!("/{old}"), &format!("/{parent}"), 1);
    let mut make = Lesson::new("ask", child.method.as_str(), child.target.as_str());
    make.content = super::spoilt::content_of(child);
    let Some(own) =
        exchanges.iter().position(|e| of_path(&e.request) && id(&e.request).as_ref() == Some(parent))
    else {
        return;
    };
    let because = "nothing was deleted that something else belongs to";
    let lack = Lack::new("conflict", seen.at(), about(make, "something that belongs to it"), because);
    let delete = about(sending("reject", seen, target), "and then it is deleted");
    found.push(lack.story([delete]).varying(0, (cassette, *at)).varying(1, (cassette, own)));
}

fn e_makes(exchange: &Exchange) -> bool {
    exchange
        .answer
        .reply()
        .is_some_and(|reply| reply.status == 201 || reply.headers.contains("location") || names_new(exchange))
}
