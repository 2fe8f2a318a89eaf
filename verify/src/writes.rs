//! Writes and the reads that tell of them: which exchange reads what another wrote, and what the subject
//! has forgotten by then.

use crate::case::{Case, Said};
use crate::made;
use cassettes::facets::not_found::MissStyle;
use cassettes::json::{Json, Pointer};
use cassettes::model::Request;
use cassettes::operation::{Effect, effect, is_call};
use std::collections::BTreeSet;

/// What the real side gives back and the subject does not.
pub(crate) struct Difference {
    /// Where in the answer to the read.
    pub(crate) at: Pointer,
    /// In words.
    pub(crate) message: String,
    /// The answers as wholes tell, not a place in them.
    pub(crate) whole: bool,
}

/// Whether both sides took a write.
pub(crate) fn has_written(case: &Case<'_>) -> bool {
    let request = &case.exchange.request;
    matches!(request.method.as_str(), "PUT" | "PATCH" | "POST")
        && effect(request) == Effect::Writes
        && case.real.is_success()
        && case.other.is_success()
}

/// The first exchange after a write that reads the same thing, if no other write comes before it.
pub(crate) fn first_read<'c, 'a>(cases: &'c [Case<'a>], at: usize, ahead: usize) -> Option<&'c Case<'a>> {
    let write = &cases[at];
    let request = &write.exchange.request;
    let later = cases[at + 1..].iter().take(ahead).take_while(|c| c.cassette == write.cassette);
    if is_call(request) {
        let keys = keys(write);
        let mut about = later.filter(|c| about(&c.exchange.request, &keys));
        let next = about.find(|c| {
            // Of the same path: another service has its own things.
            c.exchange.request.path() == request.path()
        })?;
        return (effect(&next.exchange.request) == Effect::Reads).then_some(next);
    }
    let paths = written(write);
    // Another write to the same place has the last word.
    let next = later.into_iter().find(|c| paths.contains(c.exchange.request.path()))?;
    (next.exchange.request.method == "GET").then_some(next)
}

/// By which values the thing is known that a call wrote.
fn keys(write: &Case<'_>) -> BTreeSet<String> {
    let sent = made::sent(&write.exchange.request).into_iter();
    let named = sent.filter(|(at, _)| at.name().is_some_and(made::is_key) && !is_document(at));
    let mut keys: BTreeSet<String> =
        named.filter_map(|(_, value)| Some(value.scalar_text()?.to_owned())).collect();
    keys.extend(made::ids(write, &write.real).into_iter().map(|(_, id)| id));
    keys.retain(|key| !key.is_empty());
    keys
}

/// Parts of a body that say what is called, not with what.
fn is_document(at: &Pointer) -> bool {
    matches!(at.to_string().as_str(), "/operationName" | "/query" | "/jsonrpc" | "/id" | "/method")
}

/// Whether a call is about the thing of one of these keys.
fn about(request: &Request, keys: &BTreeSet<String>) -> bool {
    is_call(request)
        && made::sent(request).iter().any(|(at, value)| {
            at.name().is_some_and(made::is_key)
                && !is_document(at)
                && value.scalar_text().is_some_and(|text| keys.contains(text))
        })
}

/// The paths under which the written thing may be read.
fn written(write: &Case<'_>) -> BTreeSet<String> {
    let request = &write.exchange.request;
    if request.method != "POST" {
        return BTreeSet::from([request.path().to_owned()]);
    }
    if let Some(location) = write.real.header("location") {
        let path = location.split(['?', '#']).next().unwrap_or_default();
        let path =
            path.split_once("://").map_or(path, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        return BTreeSet::from([path.to_owned()]);
    }
    let base = request.path().trim_end_matches('/');
    let Some(json) = &write.real.json else { return BTreeSet::new() };
    let (_, thing) = made::thing(json);
    let named = |name: &str| made::is_key(name);
    let values = thing.members().iter().filter(|(name, _)| named(name));
    let mut paths: BTreeSet<String> = values
        .filter_map(|(_, value)| value.scalar_text())
        .filter(|text| !text.is_empty())
        .map(|text| format!("{base}/{text}"))
        .collect();
    // An update by POST names the thing already.
    let last = base.rsplit('/').next().unwrap_or_default();
    if thing.members().iter().any(|(name, value)| named(name) && value.scalar_text() == Some(last)) {
        paths.insert(base.to_owned());
    }
    paths
}

/// Whether an answer to a read says that there is no such thing.
pub(crate) fn misses(read: &Case<'_>, real: bool) -> bool {
    let (said, request) =
        if real { (&read.real, &read.exchange.request) } else { (&read.other, &read.asked) };
    let miss = said.meant(request).and_then(|meant| meant.miss);
    miss.is_some_and(|style| {
        !matches!(style, MissStyle::EmptyList | MissStyle::EmptyBody | MissStyle::NoContent)
    })
}

/// Visits everything that the real side gave back as it was written: with a difference where the subject
/// gave back something else.
pub(crate) fn differences(
    before: &[Case<'_>],
    write: &Case<'_>,
    read: &Case<'_>,
    visit: &mut dyn FnMut(Option<Difference>),
) {
    if !read.real.is_success() || !read.other.is_success() {
        return;
    }
    let sent = made::document(&write.asked);
    match (&sent, &read.real.json, &read.other.json) {
        (Some(sent), Some(real), Some(other)) => {
            if is_call(&write.exchange.request) {
                called(sent, write, (real, other), visit);
            } else {
                told(sent, write, (real, other), visit);
            }
            taken_back(before, write, read, visit);
        }
        (None, ..) => text(write, read, visit),
        _ => {}
    }
}

/// A body that is no document comes back as it is.
fn text(write: &Case<'_>, read: &Case<'_>, visit: &mut dyn FnMut(Option<Difference>)) {
    let request = &write.exchange.request;
    let body = |said: &Said<'_>| match &said.text {
        Some(text) => text.clone().into_bytes(),
        None => said.reply().map(|r| r.essence().to_vec()).unwrap_or_default(),
    };
    let (sent, real, other) = (request.essence(), body(&read.real), body(&read.other));
    // Markup may be written out anew.
    let plain = !sent.is_empty() && sent.trim_ascii_start().first() != Some(&b'<');
    if request.method != "PUT" || !plain || !request.headers.codings().is_empty() || real != sent {
        return;
    }
    let same = other == sent || other == write.asked.essence();
    visit((!same).then(|| {
        Difference {
            at: Pointer::root(),
            message:
                "what was put here is read back byte for byte on the real side, something else on the mock"
                    .to_owned(),
            whole: true,
        }
    }));
}

/// Members that stand in the answer to the read where they stood in what was written.
fn told(
    body: &Json,
    write: &Case<'_>,
    (real, other): (&Json, &Json),
    visit: &mut dyn FnMut(Option<Difference>),
) {
    Pointer::walk(body, &mut |at, value| {
        let Some(text) = value.scalar_text().filter(|_| !at.0.is_empty()) else { return };
        let same = |side: &Json| at.find(side).and_then(Json::scalar_text) == Some(text);
        if !same(real) {
            return;
        }
        // Where the mock's own answer to the write had it, a read without it forgot.
        let told = write.other.json.as_ref().is_some_and(same);
        let Some(said) = at.find(other).or((told && at.0.len() == 1).then_some(&Json::Null)) else { return };
        // Only another value of the same kind is a forgotten write.
        let kind = at.find(real).map(Json::kind);
        let forgotten = told && *said == Json::Null;
        let agrees =
            same(other) || (!forgotten && Some(said.kind()) != kind) || numerically_same(said, value);
        visit((!agrees).then(|| difference(at.clone(), text)));
    });
}

/// What was sent to a call stands in the thing that another call tells of, under the same name.
fn called(
    sent: &Json,
    write: &Case<'_>,
    (real, other): (&Json, &Json),
    visit: &mut dyn FnMut(Option<Difference>),
) {
    let (at, thing) = made::thing(real);
    let Some(other) = at.find(other) else { return };
    let mut seen = BTreeSet::new();
    Pointer::walk(sent, &mut |from, value| {
        let (Some(name), Some(text)) = (from.name(), value.scalar_text()) else { return };
        if is_document(from) || !seen.insert(name.to_owned()) {
            return;
        }
        let alike = |(n, _): &&(String, Json)| n.eq_ignore_ascii_case(name);
        let Some((name, told)) = thing.members().iter().find(alike) else { return };
        if told.scalar_text() != Some(text) {
            return;
        }
        let Some(said) = other.get(name) else { return };
        let agrees = said.scalar_text() == Some(text)
            || said.kind() != told.kind()
            || numerically_same(said, told)
            // An id of the mock's own stands where the real side's does.
            || made::says(&write.asked, said.scalar_text().unwrap_or_default());
        visit((!agrees).then(|| difference(at.member(name), text)));
    });
}

/// What both sides changed by the write, and only the subject has as it was before.
fn taken_back(
    before: &[Case<'_>],
    write: &Case<'_>,
    read: &Case<'_>,
    visit: &mut dyn FnMut(Option<Difference>),
) {
    let same = |case: &&Case<'_>| {
        case.cassette == read.cassette
            && case.operation == read.operation
            && case.exchange.request.target == read.exchange.request.target
            && case.exchange.request.essence() == read.exchange.request.essence()
    };
    let Some(earlier) = before.iter().rev().take_while(|c| c.cassette == read.cassette).find(same) else {
        return;
    };
    let things = [&earlier.real, &write.real, &read.real, &earlier.other, &write.other, &read.other];
    let things: Option<Vec<(Pointer, &Json)>> =
        things.iter().map(|said| said.json.as_ref().map(made::thing)).collect();
    let Some([(_, real_then), (_, real_write), (at, real_now), (_, then), (_, written), (_, now)]) =
        things.as_deref()
    else {
        return;
    };
    for (name, value) in real_now.members() {
        let text = |thing: &Json| thing.get(name).and_then(Json::scalar_text).map(str::to_owned);
        let Some(kept) = value.scalar_text() else { continue };
        let changed = |then: &Json, written: &Json| {
            text(written).is_some() && text(then).is_some() && text(then) != text(written)
        };
        let held = text(real_write).as_deref() == Some(kept);
        if !held || !changed(real_then, real_write) || !changed(then, written) {
            continue;
        }
        let back = text(now).is_some() && text(now) == text(then);
        visit(back.then(|| Difference {
            at: at.member(name),
            message: format!(
                "`{}` was changed by the write; on the mock it is as it was before",
                at.member(name)
            ),
            whole: false,
        }));
    }
}

fn difference(at: Pointer, text: &str) -> Difference {
    let message =
        format!("`{at}` was written as {text} and is read back so on the real side, not on the mock");
    Difference { at, message, whole: false }
}

fn numerically_same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.parse::<f64>().ok() == b.parse::<f64>().ok(),
        _ => false,
    }
}
