//! Whoever else is let in, and never asked for this.

use super::lack::Lack;
use super::lesson::{about, sending, template};
use super::seen::{Recorded, Seen};
use cassettes::facets::credential::{Credential, credentials};
use cassettes::facets::error_class::Class;
use cassettes::plan::Lesson;
use std::collections::BTreeSet;

/// At most so many others are tried.
const MOST: usize = 2;

/// Lessons from somebody whom no recording knows, at most.
const STRANGERS: usize = 6;

/// The name of a credential that no recording has.
pub(crate) const OTHER: &str = "other-credential";

/// Another that was let in elsewhere never asked for this.
pub(super) fn roles(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let Some(own) = door(seen) else { return };
    let carried: BTreeSet<String> = seen
        .all
        .iter()
        .flat_map(|one| credentials(&one.exchange.request))
        .map(|credential| credential.text)
        .collect();
    let mut others: Vec<String> = Vec::new();
    for other in &seen.carried.let_in {
        let alike = other.place == own.place && other.scheme == own.scheme && other.jwt.is_none();
        if alike && !carried.contains(&other.text) && !others.contains(&other.text) {
            others.push(other.text.clone());
        }
    }
    let lessons = others.iter().take(MOST).filter_map(|other| with(seen, &own, other));
    let mut lessons: Vec<Lesson> =
        lessons.map(|one| about(one, "with a credential that is let in elsewhere")).collect();
    if lessons.is_empty() {
        return;
    }
    let first = lessons.remove(0);
    let because = "another that is let in elsewhere never asked for it";
    found.push(Lack::new("forbidden", seen.at(), first, because).and(lessons));
}

/// The credential itself under another scheme, asked once of all that it opens (RFC 9110 §11.1).
pub(super) fn other_scheme(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let Some(own) = seen.carried.first(seen.at().0, seen.shown.exchange) else { return };
    if seen.carried.schemes.len() > 1 || own.jwt.is_some() || !own.place.0.ends_with("header authorization") {
        return;
    }
    let other = if own.scheme.as_deref() == Some("basic") { "Bearer" } else { "Basic" };
    let mut lesson =
        about(sending("reject", seen, seen.request().target.as_str()), "a scheme that it has not");
    lesson.headers.push(("Authorization".to_owned(), Some(format!("{other} dHQ6dHQ="))));
    let because = "every credential came under the same scheme";
    found.push(Lack::new("auth-scheme", seen.at(), lesson, because));
}

/// What changes something, asked by somebody whom no recording knows: lessons that want a name for their
/// credential, each with the exchange that it varies.
pub(crate) fn strangers(recorded: &Recorded<'_>) -> Vec<(Lesson, (usize, usize))> {
    let lesson = |seen: &Seen<'_>| {
        let own = door(seen).filter(|_| !seen.is(&["GET", "HEAD"]))?;
        let carried = seen.all.iter().filter(|one| one.said.is_success());
        let carried: BTreeSet<String> =
            carried.flat_map(|one| credentials(&one.exchange.request)).map(|c| c.text).collect();
        let lesson = with(seen, &own, &format!("{{{{{OTHER}}}}}")).filter(|_| carried.len() == 1)?;
        Some((lesson, seen.at()))
    };
    let all = recorded.operations().into_iter();
    all.filter_map(|operation| lesson(&recorded.seen(operation)?)).take(STRANGERS).collect()
}

/// What lets in here, where that is an opaque credential in a header.
fn door(seen: &Seen<'_>) -> Option<Credential> {
    let names_one = template(seen.operation).contains('{');
    if seen.has_class(&[Class::Forbidden]) || (seen.is(&["GET", "HEAD"]) && !names_one) {
        return None;
    }
    let own = credentials(seen.request()).into_iter().find(|c| !c.is_in_body())?;
    (own.jwt.is_none() && own.place.0.starts_with("request header ")).then_some(own)
}

fn with(seen: &Seen<'_>, own: &Credential, other: &str) -> Option<Lesson> {
    let name = own.place.0.strip_prefix("request header ")?;
    let value = seen.request().headers.get(name)?.replace(&own.text, other);
    let mut lesson = sending("reject", seen, seen.request().target.as_str());
    lesson
        .headers
        .push((super::doors::field_of(own, seen.request()).split(':').next()?.to_owned(), Some(value)));
    Some(lesson)
}
