//! What was deleted, and never looked for again.

use super::lack::Lack;
use super::lesson::{about, lesson, path, replaced, sending};
use super::seen::Seen;
use cassettes::codec;
use cassettes::facets::error_class::error_of;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};
use cassettes::model::{Exchange, Request, Response};
use cassettes::operation::{self, Effect};
use cassettes::plan::{Content, Lesson};

/// Words of calls that delete.
const DELETES: [&str; 5] = ["delete", "remove", "destroy", "purge", "drop"];

/// Nobody looked for what was deleted.
pub(super) fn gone(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["DELETE"]) {
        return;
    }
    let again = |method: &str, at: (usize, usize), path: &str| {
        let exchanges = seen.run.cassettes.get(at.0).map(|c| c.exchanges.as_slice()).unwrap_or_default();
        exchanges.iter().skip(at.1 + 1).any(|e| e.request.method == method && e.request.path() == path)
    };
    let beside = |path: &str| path.rsplit_once('/').map(|(before, _)| before.to_owned());
    let is_beside = |e: &&Exchange| {
        let there = beside(e.request.path()).filter(|before| !before.is_empty());
        let good = e.answer.reply().is_some_and(Response::is_success);
        e.request.method == "GET" && good && there == beside(seen.request().path())
    };
    // What stands beside it is read, and so may this be.
    let known = seen.methods.contains("GET") || seen.everything.iter().copied().find(is_beside).is_some();
    let after = |method: &str| seen.good().any(|one| again(method, one.at, one.exchange.request.path()));
    let steps = || {
        let delete = about(sending("ask", seen, seen.request().target.as_str()), "it is deleted");
        let read = known.then(|| about(Lesson::new("miss", "GET", path(seen)), "and asked for again"));
        let twice = about(lesson("miss", seen, seen.request().target.as_str()), "and deleted again");
        (delete, [Some(twice), read].into_iter().flatten())
    };
    if known && !after("GET") {
        let because = "nothing that it deleted was asked for again";
        let (delete, then) = steps();
        found.push(Lack::new("gone-after-delete", seen.at(), delete, because).story(then));
    } else if !known && !after("DELETE") {
        let because = "nothing that it deleted was deleted again";
        let (delete, then) = steps();
        found.push(Lack::new("deleted-twice", seen.at(), delete, because).story(then));
    }
}

/// Nobody called again for what a call deleted: with a call that reads such a thing, by the same name in the same
/// place.
pub(super) fn called_again(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let request = seen.request();
    let by_path = request.path().rsplit('/').next().unwrap_or_default();
    let called =
        seen.operation.template.rsplit([' ', '=']).next().filter(|_| seen.is_call()).unwrap_or(by_path);
    let deletes = words(called).iter().any(|word| DELETES.contains(&word.as_str()));
    if !seen.is(&["POST"]) || !deletes {
        return;
    }
    let Some((at, id)) = id_in(request) else { return };
    let exchanges = seen.run.cassettes.get(seen.at().0).map(|c| c.exchanges.as_slice()).unwrap_or_default();
    let good = |e: &&Exchange| {
        e.answer
            .reply()
            .is_some_and(|reply| reply.is_success() && error_of(reply, Some(&e.request)).is_none())
    };
    let reads = |e: &&Exchange| {
        e.request.method == "POST"
            && operation::effect(&e.request) == Effect::Reads
            && id_in(&e.request).is_some()
    };
    // The same place, and an id of the same form: what stands before its last letters and digits.
    let alike = |e: &&Exchange| {
        id_in(&e.request).is_some_and(|(there, other)| there == at && form(&other) == form(&id))
    };
    let read = exchanges.iter().filter(reads).filter(alike).find(good);
    let Some(read) = read else { return };
    let again = exchanges.iter().skip(seen.at().1 + 1).any(|e| {
        reads(&e)
            && id_in(&e.request).is_some_and(|(_, other)| {
                seen.good().any(|one| id_in(&one.exchange.request).is_some_and(|(_, own)| own == other))
            })
    });
    let Some(json) = codec::json_of(&read.request.headers, &read.request.body).filter(|_| !again) else {
        return;
    };
    let delete = about(sending("ask", seen, request.target.as_str()), "it is deleted");
    let mut miss = about(Lesson::new("miss", "POST", read.request.target.as_str()), "and asked for again");
    miss.content = Content::Json(replaced(&json, &at.0, &Json::String(id)));
    let because = "nothing that it deleted was asked for again";
    let twice = about(sending("miss", seen, request.target.as_str()), "and deleted again");
    found.push(Lack::new("gone-after-delete", seen.at(), delete, because).story([miss, twice]));
}

/// The first id that a call names, and where.
fn id_in(request: &Request) -> Option<(Pointer, String)> {
    let json = codec::json_of(&request.headers, &request.body)?;
    let mut found = None;
    Pointer::walk(&json, &mut |at, value| {
        let id = at.name().is_some_and(|name| words(name).last().is_some_and(|word| word == "id"));
        if let Some(text) = value.as_str().filter(|_| id && found.is_none()) {
            found = Some((at.clone(), text.to_owned()));
        }
    });
    found
}

fn form(id: &str) -> &str {
    id.rfind(['/', '-', '_', ':']).map_or("", |at| &id[..at])
}
