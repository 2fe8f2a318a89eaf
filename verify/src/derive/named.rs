//! Things that a client puts under a name of its own choice.

use cassettes::codec;
use cassettes::json::{Pointer, Step};
use cassettes::model::{Exchange, Response};
use cassettes::plan::Lesson;

/// Whether an exchange put something where nothing was, under a name that the client chose.
pub(super) fn is_put_anew(exchanges: &[Exchange], at: usize, template: &str) -> bool {
    let Some(exchange) = exchanges.get(at).filter(|e| e.request.method == "PUT") else { return false };
    let path = exchange.request.path();
    let below = |other: &Exchange| {
        let rest = other.request.path().strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
    };
    let Some(reply) = exchange.answer.reply().filter(|reply| reply.is_success()) else { return false };
    let was_there =
        exchanges[..at].iter().any(|e| below(e) && e.answer.reply().is_some_and(Response::is_success));
    let deleted = || {
        let same = |e: &Exchange| e.request.method == "DELETE" && e.request.path() == path;
        exchanges[at..].iter().any(|e| same(e) && e.answer.reply().is_some_and(Response::is_success))
    };
    let is_name = reply.status == 201 || template.ends_with('}') || echo(exchange).is_some() || deleted();
    !was_there && !last(path).is_empty() && is_name
}

/// The place in the answer that says the chosen name again.
pub(super) fn echo(exchange: &Exchange) -> Option<Pointer> {
    let reply = exchange.answer.reply().filter(|reply| reply.is_success())?;
    let name = exchange.request.segments().pop()?;
    let json = codec::json_of(&reply.headers, &reply.body)?;
    let mut found = None;
    Pointer::walk(&json, &mut |at, value| {
        let own = !at.0.iter().any(|step| matches!(step, Step::Index(_) | Step::Every));
        if own && found.is_none() && value.as_str() == Some(name.as_str()) {
            found = Some(at.clone());
        }
    });
    found
}

/// Puts a fresh name where the recorded one stands at the end of the path; what says its form stays.
pub(super) fn rename(lesson: &mut Lesson, recorded: &str) {
    let (path, query) =
        lesson.target.split_once('?').map_or((lesson.target.as_str(), None), |(p, q)| (p, Some(q)));
    let name = last(path);
    if name != last(recorded) || path.matches('/').count() != recorded.matches('/').count() {
        return;
    }
    let form = form_of(name);
    let stem = path.strip_suffix(name).unwrap_or(path);
    let mut target = format!("{stem}{{{{new.name}}}}{form}");
    if let Some(query) = query {
        target.push('?');
        target.push_str(query);
    }
    lesson.target = target;
}

/// What says the form of something at the end of its name: `.png`.
pub(super) fn form_of(name: &str) -> String {
    let form = name.rsplit_once('.').map(|(_, form)| form);
    let form =
        form.filter(|form| (1..=5).contains(&form.len()) && form.bytes().all(|b| b.is_ascii_alphanumeric()));
    form.map(|form| format!(".{form}")).unwrap_or_default()
}

pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
