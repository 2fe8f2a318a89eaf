//! Why no stub took a request: the nearest stub, and what it wanted.

use super::conditions::{Asked, Condition, Fit, is_other_credential};
use super::files::Cite;
use super::routes::route;
use super::stub::Stub;
use cassettes::model::{Answer, Body, Framing};
use cassettes::subject::PathForm;

/// What the tool answers when no stub takes the request, with the reason where it leaves the body empty.
pub(super) fn explained(unmatched: &Answer, list: &[Stub], asked: &Asked<'_>) -> Answer {
    let mut answer = unmatched.clone();
    let text = nearest(list, asked).unwrap_or_else(|| "no stub takes it".to_owned());
    match &mut answer {
        Answer::Reply(reply) if reply.body.is_empty() && asked.request.method != "HEAD" => {
            reply.body = Body::from(text);
            reply.framing = Framing::Length;
            if !reply.headers.contains("content-type") {
                reply.headers.push("content-type", "text/plain");
            }
        }
        Answer::Reply(_) => {}
        Answer::Failed(failure) => failure.message = text,
    }
    answer
}

/// A stub that would take the request but for its credential. Which one that was no recording tells.
pub(super) fn other_credential(list: &[Stub], asked: &Asked<'_>) -> Option<String> {
    let missed = |stub: &Stub| -> Option<String> {
        // One that would refuse that credential answers nothing of what is asked.
        stub.replies.list.iter().find(|reply| reply.status < 400)?;
        let unmet = || stub.when.iter().filter(|c| c.fit(asked) != Fit::Met);
        let first = unmet().next()?;
        unmet().all(|c| is_other_credential(c, asked)).then(|| format!("{}: wants {first}", stub.spot.cite()))
    };
    let wanted = list.iter().find_map(missed)?;
    Some(format!("{wanted}, and the recording holds no credential to tell whether it was sent"))
}

/// The stub that misses by least, and what it wanted.
fn nearest(list: &[Stub], asked: &Asked<'_>) -> Option<String> {
    let path = asked.path().text.as_ref();
    let judged = list.iter().map(|stub| {
        let unmet: Vec<&Condition> = stub.when.iter().filter(|c| c.fit(asked) == Fit::Unmet).collect();
        let far: u32 = unmet.iter().map(|c| weight(c)).sum();
        (far, std::cmp::Reverse(shared(stub, path)), stub, unmet)
    });
    let (far, shared, stub, unmet) = judged.min_by_key(|(far, shared, ..)| (*far, *shared))?;
    if far >= ELSEWHERE && shared.0 <= 1 {
        return Some("no stub takes this path".to_owned());
    }
    let wanted: Vec<String> = unmet.iter().map(|condition| format!("wants {condition}")).collect();
    let why = match wanted.is_empty() {
        true => "is used up or waits for another state".to_owned(),
        false => wanted.join(", "),
    };
    Some(format!("no stub takes it; the nearest, {} ({}), {why}", stub.spot.cite(), stub.label))
}

/// Another path is further away than anything else.
const ELSEWHERE: u32 = 100;

fn weight(condition: &Condition) -> u32 {
    match condition {
        Condition::Path(_) | Condition::Target(_) => ELSEWHERE,
        Condition::Method(_) => 20,
        _ => 1,
    }
}

/// How many segments a path and that of a stub have in common at their beginnings.
fn shared(stub: &Stub, path: &str) -> usize {
    let (PathForm::Exact(other) | PathForm::Template(other) | PathForm::Pattern(other)) = route(stub).path
    else {
        return 0;
    };
    let segments = |path: &str| -> Vec<String> { path.split('/').skip(1).map(str::to_owned).collect() };
    let pairs = segments(path).into_iter().zip(segments(&other));
    pairs.take_while(|(a, b)| a == b || b.starts_with('{')).count()
}
