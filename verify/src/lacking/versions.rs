//! Versions of a thing: whether it has changed, what changes it, and what guards the change.

use super::lack::Lack;
use super::lesson::{about, lesson, path, sending};
use super::seen::Seen;
use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::model::Exchange;
use cassettes::plan::{Content, Lesson};
use std::collections::{BTreeMap, BTreeSet};

/// What a version is kept as.
const TAG: &str = "tag";

/// A version that nobody was given.
pub(crate) const NO_TAG: &str = "\"no-such-version\"";

/// Words in the names of members that may say anything.
const FREE: [&str; 10] =
    ["note", "description", "text", "comment", "message", "memo", "title", "name", "label", "summary"];

/// Nobody asked whether it has changed, or changed it on a condition.
pub(super) fn tags(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let asked = |name: &str| seen.all.iter().any(|one| one.exchange.request.headers.contains(name));
    let deletes = seen.is(&["DELETE"]) && !seen.is_call();
    if changes(seen) || deletes {
        if is_tagged(seen) && !was_stale(seen) {
            let because = match deletes {
                true => "what it deletes has an ETag, and it was never asked to delete but that version",
                false => "what it changes has an ETag, and it was never asked to change but that version",
            };
            let mut lesson = sending("conditional", seen, seen.request().target.as_str());
            let change = format!("{} {}", lesson.method, lesson.target);
            "GET".clone_into(&mut lesson.method);
            lesson.settings.push(("change".to_owned(), Json::String(change)));
            // Reading has no such condition, and the lesson states its own.
            for name in ["If-Match", "If-None-Match"] {
                if seen.request().headers.contains(name) {
                    lesson.headers.push((name.to_owned(), None));
                }
            }
            let lack = Lack::new("precondition", seen.at(), lesson, because);
            // What is deleted after all is nobody else's.
            found.push(if deletes { lack.story([]) } else { lack });
        }
        return;
    }
    if !seen.is(&["GET"]) || seen.all.iter().any(|one| one.said.status() == Some(304)) {
        return;
    }
    let given = seen.good().find_map(|one| {
        let name = match (one.said.header("etag"), one.said.header("last-modified")) {
            (Some(_), _) => "If-None-Match",
            (None, Some(_)) => "If-Modified-Since",
            (None, None) => return None,
        };
        Some((name, one))
    });
    let Some((name, one)) = given.filter(|(name, _)| !asked(name)) else { return };
    let what = if name == "If-None-Match" { "an ETag" } else { "a date of its last change" };
    let because = format!("it gives {what}, and nobody asked whether it has changed since");
    let lesson = lesson("conditional", seen, one.exchange.request.target.as_str());
    found.push(Lack::new("not-modified", one.at, lesson, because));
}

/// Nobody looked at what was changed.
pub(super) fn read_back(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !changes(seen) || !seen.methods.contains("GET") {
        return;
    }
    let after = seen.good().any(|one| {
        let exchanges = seen.run.cassettes.get(one.at.0).map(|c| c.exchanges.as_slice()).unwrap_or_default();
        let path = one.exchange.request.path();
        exchanges.iter().skip(one.at.1 + 1).any(|e| e.request.method == "GET" && e.request.path() == path)
    });
    if after {
        return;
    }
    let because = "nothing that it changed was read again";
    let write = about(sending("ask", seen, seen.request().target.as_str()), "it is changed");
    let read = about(Lesson::new("ask", "GET", path(seen)), "and read again");
    found.push(Lack::new("read-back", seen.at(), write, because).story([read]));
}

/// Nobody asked for a version that is not there.
fn other_version(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let tagged = seen.good().find(|one| one.said.header("etag").is_some());
    let asked = seen.all.iter().any(|one| one.exchange.request.headers.contains("if-match"));
    let Some(one) = tagged.filter(|_| seen.is(&["GET"]) && !seen.is_call() && !asked) else { return };
    let mut other = about(
        lesson("reject", seen, one.exchange.request.target.as_str()),
        "of a version that nobody was given",
    );
    other.headers.push(("If-Match".to_owned(), Some(NO_TAG.to_owned())));
    let because = "it gives an ETag, and was never asked for another version";
    found.push(Lack::new("precondition", one.at, other, because));
}

/// Nobody saw a version become another, made anew what was there, or left out a condition that all stated.
pub(super) fn guards(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    other_version(seen, found);
    if !changes(seen) || !is_tagged(seen) {
        return;
    }
    let target = seen.request().target.as_str();
    // What is put somewhere stands there.
    let puts = seen.is(&["PUT"]);
    if (puts || seen.methods.contains("GET")) && !has_changed(seen) {
        let because = "no ETag of it was seen to become another";
        let mut before = about(Lesson::new("ask", "GET", path(seen)), "it is read");
        before.keep.push((TAG.to_owned(), "header.etag".to_owned()));
        let mut first = about(sending("ask", seen, target), "it is there");
        if seen.request().headers.contains("if-match") {
            first.headers.push(("If-Match".to_owned(), None));
        }
        let mut write = about(sending("ask", seen, target), "changed");
        write.content = changed(write.content);
        if seen.request().headers.contains("if-match") {
            write.headers.push(("If-Match".to_owned(), Some(format!("{{{{{TAG}}}}}"))));
        }
        let after = about(Lesson::new("ask", "GET", path(seen)), "and read again");
        let lack = match puts {
            true => Lack::new("changed-tag", seen.at(), first, because).story([before, write, after]),
            false => Lack::new("changed-tag", seen.at(), before, because).story([write, after]),
        };
        found.push(lack);
    }
    let every = |name: &str| seen.all.iter().all(|one| one.exchange.request.headers.contains(name));
    if every("if-match") {
        let because = "every change of it stated the version that it changes";
        let mut bare = about(sending("reject", seen, target), "a change of whatever version there is");
        bare.headers.push(("If-Match".to_owned(), None));
        found.push(Lack::new("precondition-required", seen.at(), bare, because));
    }
    let anew = seen.all.iter().any(|one| one.exchange.request.headers.contains("if-none-match"));
    if seen.is(&["PUT"]) && !anew {
        let because = "nobody asked to make it only if it is not there yet";
        let mut once = about(sending("reject", seen, target), "it is there already");
        if seen.request().headers.contains("if-match") {
            once.headers.push(("If-Match".to_owned(), None));
        }
        once.headers.push(("If-None-Match".to_owned(), Some("*".to_owned())));
        found.push(Lack::new("precondition", seen.at(), once, because));
    }
}

fn changes(seen: &Seen<'_>) -> bool {
    seen.is(&["PUT", "PATCH"]) && !seen.is_call()
}

fn tag_of(exchange: &Exchange) -> Option<String> {
    let reply = exchange.answer.reply().filter(|reply| reply.is_success())?;
    Some(reply.headers.get("etag")?.into_owned())
}

/// Whether what it changes has versions.
fn is_tagged(seen: &Seen<'_>) -> bool {
    seen.on_path.iter().any(|e| tag_of(e).is_some())
}

/// Whether it was asked to change a version that nobody was given, or refused to change one.
fn was_stale(seen: &Seen<'_>) -> bool {
    let given: BTreeSet<String> = seen.everything.iter().filter_map(|e| tag_of(e)).collect();
    seen.all.iter().any(|one| {
        let condition = one.exchange.request.headers.get("if-match");
        condition.is_some_and(|tag| !one.said.is_success() || (tag != "*" && !given.contains(tag.as_ref())))
    })
}

/// Whether reading the same thing gave one tag and then another.
fn has_changed(seen: &Seen<'_>) -> bool {
    let mut tags: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for exchange in seen.on_path.iter().filter(|e| e.request.method == "GET") {
        if let Some(tag) = tag_of(exchange) {
            tags.entry(&exchange.request.target).or_default().insert(tag);
        }
    }
    tags.values().any(|all| all.len() > 1)
}

/// The same with something else in a place that may say anything.
fn changed(content: Content) -> Content {
    const OTHER: &str = "something else";
    let free = |name: &str| words(name).iter().any(|w| FREE.contains(&w.as_str()));
    match content {
        Content::Json(Json::Object(mut members)) => {
            let text = members.iter_mut().find(|(name, value)| free(name) && value.as_str().is_some());
            if let Some((_, value)) = text {
                *value = Json::String(OTHER.to_owned());
            }
            Content::Json(Json::Object(members))
        }
        Content::Form(mut pairs) => {
            if let Some((_, value)) = pairs.iter_mut().find(|(name, _)| free(name)) {
                OTHER.clone_into(value);
            }
            Content::Form(pairs)
        }
        Content::Text(text) if !text.trim_start().starts_with('<') => {
            Content::Text(format!("{text} and {OTHER}"))
        }
        other => other,
    }
}
