//! One cause of everything: a key that is refused, or one answer to whatever is asked. What then differs answer by
//! answer says nothing of the vendor.

use super::again::Asked;
use crate::case::Said;
use crate::changes::{Change, Kind, Weight};
use cassettes::facets::credential::credentials;
use cassettes::model::{Exchange, Response};
use cassettes::operation::Operation;
use std::collections::BTreeSet;

/// So many answers make a rule.
const ENOUGH: usize = 3;

/// An exchange then and now.
struct Pair<'a> {
    operation: &'a Operation,
    cite: String,
    then: &'a Exchange,
    now: &'a Exchange,
    was: &'a Response,
    is: &'a Response,
}

/// The change that explains all others; none where there is no such thing.
pub(super) fn one_for_all(asked: &Asked<'_>) -> Option<Change> {
    let all = pairs(asked);
    let succeeded: Vec<&Pair<'_>> = all.iter().filter(|pair| pair.was.is_success()).collect();
    refused(&succeeded).or_else(|| same(&all, &succeeded))
}

fn pairs<'a>(asked: &'a Asked<'_>) -> Vec<Pair<'a>> {
    let mut all = Vec::new();
    for ((cassette, now), operations) in asked.cassettes.iter().zip(&asked.now).zip(&asked.operations) {
        for ((then, now), operation) in cassette.exchanges.iter().zip(now).zip(operations) {
            let Some(now) = now else { continue };
            if let (Some(was), Some(is)) = (then.answer.reply(), now.answer.reply()) {
                all.push(Pair { operation, cite: cassette.cite(then.id), then, now, was, is });
            }
        }
    }
    all
}

/// Whoever was let in is not, whatever they ask.
fn refused(succeeded: &[&Pair<'_>]) -> Option<Change> {
    let with: Vec<&&Pair<'_>> =
        succeeded.iter().filter(|pair| !credentials(&pair.then.request).is_empty()).collect();
    let all = with.len() >= ENOUGH && with.iter().all(|pair| matches!(pair.is.status, 401 | 403));
    let first = with.first().filter(|_| all)?;
    let message = format!(
        "every request with a credential that was let in is refused now ({}), {} of {}: has the key expired?",
        first.is.status,
        with.len(),
        with.len()
    );
    Some(change(first, Kind::Token, "success-refused", message))
}

/// Whatever is asked, one answer comes: a login page, a proxy's own.
fn same(all: &[Pair<'_>], succeeded: &[&Pair<'_>]) -> Option<Change> {
    let bodies = |of: &dyn Fn(&Pair<'_>) -> Vec<u8>| all.iter().map(of).collect::<BTreeSet<_>>().len();
    let then = bodies(&|pair| pair.was.body.bytes().to_vec());
    let now = bodies(&|pair| pair.is.body.bytes().to_vec());
    let statuses: BTreeSet<u16> = all.iter().map(|pair| pair.is.status).collect();
    let status = statuses.first().copied().filter(|_| statuses.len() == 1)?;
    let (elsewhere, alike) = ((300..400).contains(&status) && status != 304, now == 1 && status < 300);
    if succeeded.len() < ENOUGH || then < ENOUGH || !(elsewhere || alike) {
        return None;
    }
    let first = succeeded.first()?;
    let to = first.is.headers.get("location").map(|to| format!(" to {}", crate::excerpt::bounded(&to)));
    let (rule, what) = if elsewhere {
        ("redirect-hidden", format!("leads elsewhere now ({status}{})", to.unwrap_or_default()))
    } else {
        ("success-shaped-failure", format!("is the same now ({status})"))
    };
    let message = format!("every answer {what}, {} of {}: is this the vendor?", all.len(), all.len());
    Some(change(first, Kind::Class, rule, message))
}

fn change(pair: &Pair<'_>, kind: Kind, rule: &'static str, message: String) -> Change {
    let whole = |exchange: &Exchange, cite: String| Said::recorded(exchange, cite).whole();
    let mut after = whole(pair.now, String::new());
    after.exchange = None;
    Change {
        kind,
        rule,
        weight: Weight::Breaking,
        operation: pair.operation.clone(),
        message,
        place: format!("* {} {}", pair.was.status, pair.is.status),
        before: whole(pair.then, pair.cite.clone()),
        after,
    }
}
