//! The rules as lenses: each says what one side of a run does and the other does not. Looked through from the
//! older recording to the newer one they show what is gone, the other way round what has come.

use super::difference::{Change, Kind, Weight};
use super::said::{sentence, sizes, sorted};
use super::words;
use crate::case::Case;
use crate::compare::judge;
use crate::finding::Finding;
use crate::rules::{RULES, Rule};
use crate::run::Run;
use crate::run::shape::{Presence, Shape};
use cassettes::facets::not_found::MissStyle;
use cassettes::json::Pointer;
use std::collections::BTreeMap;

/// How a rule is looked through, and what its finding then means.
struct Lens {
    rule: &'static str,
    kind: Kind,
    weight: Weight,
    /// A sentence; `{}` is the place.
    says: &'static str,
}

const fn lens(rule: &'static str, kind: Kind, weight: Weight, says: &'static str) -> Lens {
    Lens { rule, kind, weight, says }
}

use Weight::{Breaking, Compatible, Noise};

/// From the older recording to the newer one.
const FORTH: &[Lens] = &[
    lens("field-missing", Kind::FieldGone, Breaking, "{} is no longer there"),
    lens("kind-changed", Kind::ValueKind, Breaking, "another kind of value stands at {}"),
    lens("number-kind-changed", Kind::ValueKind, Breaking, "a number was written as a text at {}, or is now"),
    lens("number-text-changed", Kind::NumberForm, Breaking, "the number at {} has lost its fixed decimals"),
    lens("time-kind-changed", Kind::TimeForm, Breaking, "the moment at {} is written in another way"),
    lens("absence-confused", Kind::ValueKind, Breaking, "where there is no value, {} says so in another way"),
    lens("id-form-changed", Kind::IdForm, Breaking, "the ids at {} have another form"),
    lens("echo-broken", Kind::Effect, Breaking, "{} no longer repeats what was asked"),
    lens("error-code-changed", Kind::Code, Breaking, "the error has another code"),
    lens("error-code-missing", Kind::Code, Breaking, "the error has lost its code"),
    lens("error-shape-changed", Kind::ErrorShape, Breaking, "the error is told in another document"),
    lens("not-found-restyled", Kind::Miss, Breaking, "that there is no such thing is said in another way"),
    lens("not-found-invented", Kind::Miss, Breaking, "where there was no such thing, there is one now"),
    lens("delete-restyled", Kind::Miss, Breaking, "a deletion is answered in another way"),
    lens("delete-without-effect", Kind::Effect, Breaking, "a deleted thing is still there"),
    lens("write-not-read-back", Kind::Effect, Breaking, "what was written is not read back"),
    lens("pagination-flattened", Kind::Pages, Breaking, "the listing no longer goes on after its first page"),
    lens("page-signal-missing", Kind::Pages, Breaking, "the listing no longer says at {} that it goes on"),
    lens("page-cap-ignored", Kind::Pages, Compatible, "{} a page holds more items than it did"),
    lens("order-changed", Kind::Order, Breaking, "the listing was sorted, and is no longer, by what it was"),
    lens("header-missing", Kind::Header, Breaking, "a header that clients act on is gone: {}"),
    lens("media-type-changed", Kind::MediaType, Breaking, "another media type: {}"),
    lens(
        "challenge-missing",
        Kind::Header,
        Breaking,
        "the rejection no longer says which credential it wants",
    ),
    lens("challenge-changed", Kind::Header, Breaking, "the rejection asks for another credential"),
    lens("retry-hint-missing", Kind::RetryHint, Breaking, "it no longer says when to ask again"),
    lens("retry-hint-restyled", Kind::RetryHint, Breaking, "it says in another form when to ask again"),
    lens("value-unknown", Kind::Word, Compatible, "{} holds a word that it never held"),
    lens("order-narrowed", Kind::Order, Noise, "the order was unsteady"),
    lens("cursor-ignored", Kind::Pages, Breaking, "asked for another page, it gives the same one again"),
    lens("page-overlap", Kind::Pages, Breaking, "pages share items, or leave some out"),
    lens("page-end-wrong", Kind::Pages, Breaking, "the end of the listing is said in another way, or never"),
    lens("page-size-uneven", Kind::Pages, Breaking, "a page before the last one is short"),
    lens("id-static", Kind::Effect, Breaking, "everything that is made gets the same id"),
    lens("idempotency-ignored", Kind::Effect, Breaking, "a key that comes again makes another thing"),
    lens("idempotency-conflict-never", Kind::Effect, Breaking, "a key is taken again for another request"),
    lens("etag-static", Kind::Effect, Breaking, "a thing changes, and its ETag does not"),
    lens("not-modified-never", Kind::Effect, Compatible, "what has not changed is sent again"),
    lens("read-changes-state", Kind::Effect, Breaking, "reading changes what is read"),
    lens(
        "check-order-changed",
        Kind::Token,
        Breaking,
        "the credential and the thing are checked in another order",
    ),
    lens("number-rounded", Kind::NumberForm, Breaking, "large integers at {} are rounded to floats"),
    lens(
        "number-form-narrowed",
        Kind::NumberForm,
        Compatible,
        "the number at {} has lost a form that it had",
    ),
    lens("value-set-narrowed", Kind::Word, Compatible, "{} holds only one word, where it held more"),
    lens("variant-missing", Kind::Word, Compatible, "things of a type stand no longer at {}"),
    lens("time-frozen", Kind::Effect, Compatible, "every moment at {} is the same"),
    lens("empty-never", Kind::Miss, Compatible, "a listing that was empty no longer is"),
    lens("gone-collapsed", Kind::Miss, Breaking, "what was there is no longer told from what never was"),
];

/// From the newer recording to the older one.
const BACK: &[Lens] = &[
    lens("field-missing", Kind::FieldNew, Compatible, "{} is new"),
    lens(
        "number-text-changed",
        Kind::NumberForm,
        Breaking,
        "the number at {} has a fixed number of decimals",
    ),
    lens("number-form-narrowed", Kind::NumberForm, Breaking, "the number at {} has a form that it never had"),
    lens("value-set-narrowed", Kind::Word, Compatible, "{} holds more words than the one that it held"),
    lens("variant-missing", Kind::Word, Compatible, "things of a new type stand at {}"),
    lens(
        "pagination-flattened",
        Kind::Pages,
        Breaking,
        "the listing goes on after its first page, which was all",
    ),
    lens("page-signal-missing", Kind::Pages, Compatible, "the listing says at {} that it goes on"),
    lens("page-cap-ignored", Kind::Pages, Breaking, "{} a page holds fewer items than it did"),
    lens("order-changed", Kind::Order, Noise, "the listing is sorted, which it was not"),
    lens("header-missing", Kind::Header, Compatible, "a header that clients act on is new: {}"),
    lens("challenge-missing", Kind::Header, Compatible, "the rejection says which credential it wants"),
    lens("retry-hint-missing", Kind::RetryHint, Compatible, "it says when to ask again"),
    lens("not-modified-never", Kind::Effect, Compatible, "what has not changed is not sent again"),
    lens("error-code-missing", Kind::Code, Compatible, "the error has a code"),
    lens("order-narrowed", Kind::Order, Noise, "the order is unsteady"),
    lens("gone-collapsed", Kind::Miss, Breaking, "what was there is told from what never was"),
];

/// How often each rule had something to compare.
pub(super) type Checks = BTreeMap<&'static str, u64>;

/// What the lenses show: `forth` has the older recording in the place of the real side, `back` the newer.
pub(super) fn changes(forth: &Run<'_>, back: &Run<'_>) -> (Vec<Change>, Checks) {
    let (mut changes, mut checks) = through(FORTH, forth, false);
    let (more, again) = through(BACK, back, true);
    changes.extend(more);
    // What becomes of a question under a bad credential is told of its answer; here it is only counted.
    changes.retain(|change| change.rule != "check-order-changed");
    let (said, mut changes): (Vec<Change>, Vec<Change>) =
        changes.into_iter().partition(|change| change.kind == Kind::Word);
    changes.extend(words::changes(forth, said));
    for (rule, times) in again {
        *checks.entry(rule).or_default() += times;
    }
    (changes, checks)
}

fn through(lenses: &[Lens], run: &Run<'_>, back: bool) -> (Vec<Change>, Checks) {
    let rules: Vec<&'static Rule> =
        RULES.iter().copied().filter(|rule| lenses.iter().any(|l| l.rule == rule.meta.name)).collect();
    let report = judge(run, &rules, "changes");
    let seen = |finding: Finding| {
        let lens = lenses.iter().find(|lens| lens.rule == finding.rule)?;
        let chance = match finding.rule {
            "field-missing" => is_chance(run, &finding),
            "not-found-invented" => !is_named(run, &finding),
            _ => false,
        };
        (!chance).then(|| change(lens, finding, back))
    };
    (report.findings.into_iter().filter_map(seen).collect(), report.checks.by_rule)
}

/// Whether a member was there at times only on either side: how often counts, and is judged elsewhere.
fn is_chance(run: &Run<'_>, finding: &Finding) -> bool {
    let sometimes = |shape: &Shape, at: &Pointer| matches!(shape.presence(at), Some(Presence::Sometimes(_)));
    let group = run.shapes().iter().filter(|group| group.operation == finding.operation);
    group
        .filter_map(|group| {
            Some((group, group.real.nodes.keys().find(|at| at.to_string() == finding.place)?))
        })
        .any(|(group, at)| sometimes(&group.real, at) || sometimes(&group.other, at))
}

/// Whether a miss that was told within a success was of something that the request named, and no list that was empty
/// or place that had nothing in it: what these hold is their life. What was refused is told as such.
fn is_named(run: &Run<'_>, finding: &Finding) -> bool {
    let of = |case: &&Case<'_>| case.real.cite.is_some() && case.real.cite == finding.real.exchange;
    let Some(case) = run.cases.iter().find(of).filter(|case| case.real.is_success()) else { return false };
    let request = &case.exchange.request;
    let Some(style) = case.real.meant(request).and_then(|meant| meant.miss) else { return false };
    let path = case.operation.template.split(' ').next().unwrap_or_default();
    let asks = !request.query_pairs().is_empty() || !request.body.is_empty();
    style != MissStyle::EmptyList && (style.is_certain() || asks && !path.contains('{'))
}

fn change(lens: &Lens, finding: Finding, back: bool) -> Change {
    let Finding { operation, place, real, other, message: said, .. } = finding;
    let (before, after) = if back { (other, real) } else { (real, other) };
    let named = if place.starts_with('/') { format!("`{place}`") } else { place.clone() };
    let named = if named.is_empty() { "the answer" } else { &named };
    let of_finding = || match lens.rule {
        "page-cap-ignored" => sizes(named, &said, back),
        "order-changed" if !back => sorted(&said),
        _ => None,
    };
    let message = sentence(lens.rule, named, &before, &after).or_else(of_finding);
    let message = message.unwrap_or_else(|| lens.says.replace("{}", named));
    // A member that the newer recording alone has is, to those who rely on the older one, invented.
    let rule = if lens.kind == Kind::FieldNew { "field-invented" } else { lens.rule };
    Change { kind: lens.kind, rule, weight: lens.weight, operation, message, place, before, after }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lens_is_a_rule() {
        for lens in FORTH.iter().chain(BACK) {
            assert!(RULES.iter().any(|rule| rule.meta.name == lens.rule), "{}", lens.rule);
        }
    }
}
