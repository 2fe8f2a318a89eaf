//! One cause of everything that a real side answers: a key that is refused, a login page for whatever is asked, a way
//! that leads elsewhere. What then differs answer by answer says nothing of the vendor, and nobody wants it recorded.

use super::again::Asked;
use crate::case::Said;
use crate::changes::{Change, Kind, Weight};
use crate::finding::Finding;
use cassettes::facets::credential::credentials;
use cassettes::model::{Exchange, Response};
use cassettes::operation::Operation;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// So many answers make a rule about whoever shows a credential.
const ENOUGH: usize = 3;

/// So many successes that were different ones make a rule about whoever asks.
const DIFFERENT: usize = 2;

/// Begins the place of a change that is about everything.
const WHOLE: &str = "* ";

/// Where an exchange stands: the number of its cassette, and its position there.
pub(super) type At = (usize, usize);

/// A change that explains the others.
pub(super) struct AtAll {
    pub(super) change: Change,
    /// What it explains.
    pub(super) exchanges: BTreeSet<At>,
}

/// An exchange then and now.
struct Pair<'a> {
    at: At,
    operation: &'a Operation,
    cite: String,
    then: &'a Exchange,
    now: &'a Exchange,
    was: &'a Response,
    is: &'a Response,
}

/// For each real side the change that explains all others; none where there is no such thing.
pub(super) fn at_all(asked: &Asked<'_>) -> Vec<AtAll> {
    let mut sides: BTreeMap<&str, Vec<Pair<'_>>> = BTreeMap::new();
    for pair in pairs(asked) {
        sides.entry(&pair.then.upstream).or_default().push(pair);
    }
    let several = sides.len() > 1;
    let explained = |(upstream, all): (&&str, &Vec<Pair<'_>>)| {
        let mut found = refused(all).or_else(|| alike(all))?;
        if several {
            found.change.message = format!("{} of {upstream}", found.change.message);
        }
        Some(found)
    };
    sides.iter().filter_map(explained).collect()
}

/// The changes without those that one kind of answer to whatever is asked explains, and the changes that do.
pub(super) fn explained(mut changes: Vec<Change>, asked: &Asked<'_>) -> (Vec<Change>, Vec<Change>) {
    let mut whole = Vec::new();
    for all in at_all(asked) {
        let stands = |&(number, at): &At| {
            let cassette = &asked.cassettes[number];
            (cassette.cite(cassette.exchanges[at].id), &asked.operations[number][at])
        };
        let (cites, operations): (BTreeSet<String>, BTreeSet<&Operation>) =
            all.exchanges.iter().map(stands).unzip();
        let is_of_it = |change: &Change| match &change.before.exchange {
            Some(cite) => cites.contains(cite),
            None => operations.contains(&change.operation),
        };
        if changes.iter().any(|change| change.weight == Weight::Breaking && is_of_it(change)) {
            changes.retain(|change| !is_of_it(change));
            whole.push(all.change);
        }
    }
    (changes, whole)
}

/// Whether a change is of this kind.
pub(super) fn is_at_all(change: &Change) -> bool {
    change.place.starts_with(WHOLE)
}

/// Whether a finding is.
pub fn is_about_all(finding: &Finding) -> bool {
    finding.place.starts_with(WHOLE)
}

/// What to do about one.
pub(super) fn hint(change: &Change) -> String {
    let who = match change.kind {
        Kind::Token => "see that the credential is still good",
        _ => "see that this is the vendor, and that whoever asks is let in",
    };
    format!("{who}; none of these answers is proposed")
}

fn pairs<'a>(asked: &'a Asked<'_>) -> Vec<Pair<'a>> {
    let mut all = Vec::new();
    for (number, (cassette, now)) in asked.cassettes.iter().zip(&asked.now).enumerate() {
        for (position, (then, now)) in cassette.exchanges.iter().zip(now).enumerate() {
            let Some(now) = now else { continue };
            if let (Some(was), Some(is)) = (then.answer.reply(), now.answer.reply()) {
                let (at, operation) = ((number, position), &asked.operations[number][position]);
                all.push(Pair { at, operation, cite: cassette.cite(then.id), then, now, was, is });
            }
        }
    }
    all
}

/// Whoever was let in is not, whatever they ask.
fn refused(all: &[Pair<'_>]) -> Option<AtAll> {
    let let_in = |pair: &&Pair<'_>| pair.was.is_success() && !credentials(&pair.then.request).is_empty();
    let with: Vec<&Pair<'_>> = all.iter().filter(let_in).collect();
    let none = with.len() >= ENOUGH && with.iter().all(|pair| matches!(pair.is.status, 401 | 403));
    let first = with.first().filter(|_| none)?;
    let message = format!(
        "every request with a credential that was let in is refused now: {}, {} of {} answers",
        first.is.status,
        with.len(),
        with.len()
    );
    let change = change(first, (Kind::Token, "success-refused"), message, None);
    Some(AtAll { change, exchanges: with.iter().map(|pair| pair.at).collect() })
}

/// Whatever is asked, answers of one kind come.
fn alike(all: &[Pair<'_>]) -> Option<AtAll> {
    let succeeded: Vec<&Pair<'_>> = all.iter().filter(|pair| pair.was.is_success()).collect();
    let first = succeeded.first()?;
    let status = first.is.status;
    let were: BTreeSet<&[u8]> = succeeded.iter().map(|pair| pair.was.body.bytes()).collect();
    if were.len() < DIFFERENT || all.iter().any(|pair| pair.is.status != status) {
        return None;
    }
    let (rule, what, header) = match status {
        304 => return None,
        300..400 => {
            let to = led(all);
            let what = to.map_or_else(String::new, |to| format!(" to {to}"));
            ("redirect-hidden", format!("is led elsewhere now: {status}{what}"), Some("location"))
        }
        200..300 if is_one_page(all) => {
            let media = || first.is.headers.media_type().map(|media| format!(" {media}"));
            let empty = first.is.body.bytes().is_empty();
            let what = if empty { " with no body".to_owned() } else { media().unwrap_or_default() };
            ("success-shaped-failure", format!("is answered alike now: {status}{what}"), None)
        }
        400..500 => ("success-refused", format!("is refused now: {status}"), None),
        _ => return None,
    };
    let message = format!("whatever is asked {what}, {} of {} answers", all.len(), all.len());
    let change = change(first, (Kind::Class, rule), message, header);
    Some(AtAll { change, exchanges: all.iter().map(|pair| pair.at).collect() })
}

/// Where redirections lead, as far as they agree.
fn led(all: &[Pair<'_>]) -> Option<String> {
    let mut to = all.iter().map(|pair| pair.is.headers.get("location").map(Cow::into_owned));
    let first = to.next()??;
    let mut common = first.len();
    for other in to {
        let same = first.bytes().zip(other?.bytes()).take_while(|(a, b)| a == b).count();
        common = common.min(same);
    }
    let mut shown = crate::excerpt::bounded(first.get(..common).unwrap_or_default());
    if common < first.len() {
        shown.push('…');
    }
    Some(shown)
}

/// Whether all of it is one body, or one page of HTML where none was.
fn is_one_page(all: &[Pair<'_>]) -> bool {
    let is_html = |reply: &Response| reply.headers.media_type().is_some_and(|media| media.contains("html"));
    let of = |kind: &dyn Fn(&Pair<'_>) -> Vec<u8>| all.iter().map(kind).collect::<BTreeSet<_>>().len();
    let is_page = || {
        all.iter().all(|pair| is_html(pair.is) && !is_html(pair.was))
            && of(&|pair| elements(pair.is.body.bytes())) == 1
    };
    of(&|pair| pair.is.body.bytes().to_vec()) == 1 || is_page()
}

/// The names of a page's elements, in their order: nonces and where to go afterwards stand in attributes.
fn elements(page: &[u8]) -> Vec<u8> {
    let mut names = Vec::new();
    for part in page.split(|byte| *byte == b'<').skip(1) {
        names.extend(part.iter().take_while(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase));
        names.push(b' ');
    }
    names
}

fn change(
    pair: &Pair<'_>,
    (kind, rule): (Kind, &'static str),
    message: String,
    header: Option<&str>,
) -> Change {
    let now = Said::recorded(pair.now, String::new());
    let mut after = now.whole();
    if let Some((name, value)) = header.and_then(|name| Some((name, pair.is.headers.get(name)?))) {
        let text = format!("{} {name}: {value}", pair.is.status);
        after = now.evidence(format!("header {name}"), crate::excerpt::bounded(&text));
    }
    after.exchange = None;
    Change {
        kind,
        rule,
        weight: Weight::Breaking,
        operation: pair.operation.clone(),
        message,
        place: format!("{WHOLE}{} {}", pair.was.status, pair.is.status),
        before: Said::recorded(pair.then, pair.cite.clone()).whole(),
        after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_known_by_its_elements() {
        let one = elements(b"<!doctype html><FORM action='/a?next=1'><input value=4f>Hi</form>");
        assert_eq!(one, elements(b"<!doctype html><form action='/a?next=2'><input value=9c>You</form>"));
        assert_ne!(one, elements(b"<!doctype html><form><p>Hi</p></form>"));
    }
}
