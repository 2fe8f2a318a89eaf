//! What is asked once of a whole vendor: a path that is not there, an answer in a form that nobody has, calls
//! that only look.

use super::lack::Lack;
use super::lesson::{about, lesson, sending};
use super::seen::{Recorded, Seen};
use cassettes::operation::{Operation, surely_reads};
use cassettes::plan::Lesson;

/// A form that nobody answers in.
const NO_FORM: &str = "application/x-no-such-type";
const NO_PATH: &str = "no-such-path";

/// What nobody asked of any operation, as lessons that vary the first one that reads.
pub(crate) fn whole(recorded: &Recorded<'_>) -> Vec<(Operation, Lack)> {
    let reads = |seen: &Seen<'_>| seen.is(&["GET"]) && !seen.is_call() && seen.speaks_http();
    let operations = recorded.operations();
    let first = operations.into_iter().find_map(|o| Some((o, recorded.seen(o).filter(reads)?)));
    let mut all = calls(recorded);
    let Some((operation, seen)) = first else {
        all.extend(uncalled(recorded));
        return all;
    };
    let mut found = Vec::new();
    let path = seen.request().path();
    let beside = path.trim_end_matches('/').rsplit_once('/').map_or("", |(before, _)| before);
    let nowhere = format!("{beside}/{NO_PATH}");
    if !seen.everything.iter().any(|e| e.request.path() == nowhere) {
        let because = "every path that was asked for is one that exists";
        found.push(Lack::new("path-unknown", seen.at(), Lesson::new("reject", "GET", nowhere), because));
    }
    let refused = seen.everything.iter().any(|e| {
        let accept = e.request.headers.get("accept");
        e.answer.reply().is_some_and(|r| r.status == 406) || accept.is_some_and(|a| a == NO_FORM)
    });
    if !refused {
        let because = "every form that an answer was wanted in is one that it has";
        let mut other = about(lesson("reject", &seen, seen.request().target.as_str()), "another form");
        other.headers.push(("Accept".to_owned(), Some(NO_FORM.to_owned())));
        found.push(Lack::new("not-acceptable", seen.at(), other, because));
    }
    all.extend(found.into_iter().map(|lack| (operation.clone(), lack)));
    all
}

/// Where everything is a call, nobody called what is not there.
fn uncalled(recorded: &Recorded<'_>) -> Option<(Operation, Lack)> {
    let calls = |seen: &Seen<'_>| surely_reads(seen.request()) && seen.is(&["POST"]) && seen.speaks_http();
    let operations = recorded.operations();
    let first = operations.into_iter().find_map(|o| Some((o, recorded.seen(o).filter(calls)?)));
    let (operation, seen) = first?;
    let nowhere = beside(seen.request().path());
    if seen.everything.iter().any(|e| e.request.path() == nowhere) {
        return None;
    }
    let because = "every call that was made is one that exists";
    Some((
        operation.clone(),
        Lack::new("path-unknown", seen.at(), sending("reject", &seen, nowhere), because),
    ))
}

/// A path beside another that nothing stands at.
fn beside(path: &str) -> String {
    let before = path.trim_end_matches('/').rsplit_once('/').map_or("", |(before, _)| before);
    // Where a point stands before what is called, it does in what is none.
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let service = last.rsplit_once('.').map(|(service, _)| service).filter(|_| !last.ends_with(".json"));
    match service {
        Some(service) => format!("{before}/{service}.{NO_PATH}"),
        None => format!("{before}/{NO_PATH}"),
    }
}

/// Where one path serves many calls, nobody came with a method that calls nothing.
fn calls(recorded: &Recorded<'_>) -> Vec<(Operation, Lack)> {
    let mut paths = Vec::new();
    let mut found = Vec::new();
    for operation in recorded.operations() {
        let Some(seen) = recorded.seen(operation) else { continue };
        let path = seen.request().path();
        let looked = || seen.everything.iter().any(|e| e.request.method == "GET" && e.request.path() == path);
        if !seen.is_call() || !seen.is(&["POST"]) || !seen.speaks_http() || paths.contains(&path) || looked()
        {
            continue;
        }
        paths.push(path);
        let because = "nobody sent GET to where calls go";
        let lesson = Lesson::new("reject", "GET", path);
        found.push((operation.clone(), Lack::new("method-not-allowed", seen.at(), lesson, because)));
    }
    found
}
