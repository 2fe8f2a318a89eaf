//! # time-form-narrowed
//!
//! Times have offsets or a precision on the real side that the mock never uses.
//!
//! Group: numbers and times
//!
//! ## Why it matters
//!
//! A client that drops the offset is right as long as every time ends in `Z`. In production it is hours
//! off, and near midnight a day.
//!
//! ## Fires
//!
//! Always `Z`:
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T23:30:00+02:00"},{"at":"2026-01-02T21:30:00Z"}]
//! ~ 200 [{"at":"2026-05-05T10:00:00Z"},{"at":"2026-05-05T11:00:00Z"}]
//! ```
//!
//! The offset dropped:
//!
//! ```
//! > GET /v1/events/1
//! < 200 {"at":"2026-01-02T23:30:00+02:00"}
//! ~ 200 {"at":"2026-05-05T10:00:00"}
//! ```
//!
//! A space where a `T` stands:
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T03:04:05Z"},{"at":"2026-01-05T03:04:05Z"}]
//! ~ 200 [{"at":"2025-11-02 13:04:05Z"}]
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T23:30:00+02:00"},{"at":"2026-01-02T21:30:00Z"}]
//! ~ 200 [{"at":"2026-05-05T10:00:00Z"},{"at":"2026-05-05T11:00:00-05:00"}]
//! ```
//!
//! A mock with one event of its own:
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T23:30:00+02:00"},{"at":"2026-01-02T21:30:00Z"},{"at":"2026-01-02T21:31:00Z"}]
//! ~ 200 [{"at":"2026-05-05T10:00:00Z"}]
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Of, Written, expected, is_telling, kin};
use cassettes::facets::time_form::{Offset, TimeForm, TimeKind};
use cassettes::json::Pointer;
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("time-form-narrowed", include_str!("time_form_narrowed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let iso =
                |times: Vec<Written<'_, TimeForm>>| times.iter().all(|(_, _, f, _)| f.kind == TimeKind::Iso);
            let (real, other) = (node.times(place), other.times(place));
            if real.is_empty() || other.is_empty() || !iso(real.clone()) || !iso(other.clone()) {
                continue;
            }
            findings.check();
            // What such things have in other answers, they may have here.
            let elsewhere = |of: Of| -> BTreeSet<Offset> {
                let alike = kin(run.shapes(), group, place, of);
                alike.iter().flat_map(|(node, _)| node.times(place)).map(|(_, _, f, _)| f.offset).collect()
            };
            let known = [elsewhere(|g| &g.real), elsewhere(|g| &g.other)];
            offsets(&group.operation, place, (&real, &other), &known, findings);
            let alike = kin(run.shapes(), group, place, |g| &g.real);
            let alike: Vec<_> = alike.iter().flat_map(|(node, _)| node.times(place)).collect();
            separators(&group.operation, place, (&real, &alike), &other, findings);
            fractions(&group.operation, place, &real, &other, findings);
        }
    }
}

type Times<'a, 'n> = &'a [Written<'n, TimeForm>];

fn offsets(
    operation: &Operation,
    place: &Pointer,
    (real, other): (Times<'_, '_>, Times<'_, '_>),
    [elsewhere, said_elsewhere]: &[BTreeSet<Offset>; 2],
    findings: &mut Findings,
) {
    let own: BTreeSet<Offset> = real.iter().map(|(_, _, f, _)| f.offset).collect();
    let known: BTreeSet<Offset> = own.union(elsewhere).copied().collect();
    let said: BTreeSet<Offset> = other.iter().map(|(_, _, f, _)| f.offset).collect();
    let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
    let with = |offset: &Offset| real.iter().filter(|(_, _, f, _)| f.offset == *offset).count();
    let lost = own.difference(&said).find(|lost| {
        // Where the mock says what the real side never does, one time is enough.
        !said.is_subset(&known) || expected(count(with(lost)), count(real.len()), count(other.len()))
    });
    let Some(lost) = lost else { return };
    let Some((_, text, _, at)) = real.iter().find(|(_, _, f, _)| f.offset == *lost) else { return };
    let Some((_, written, form, written_at)) =
        other.iter().find(|(_, _, f, _)| !known.contains(&f.offset)).or(other.first())
    else {
        return;
    };
    let cosmetic =
        *lost != Offset::Other && *lost != Offset::None && matches!(form.offset, Offset::Zulu | Offset::Zero);
    // One kind of offset out of several may be missing from a few times by chance.
    let telling = !said.is_subset(&known) || {
        let all = if own.len() > 1 { real.len() } else { real.len() + elsewhere.len() };
        !said_elsewhere.contains(lost) && is_telling(count(with(lost)), count(all), count(other.len()))
    };
    findings.add(Complaint {
        severity: match (telling, cosmetic) {
            (false, _) => Severity::Info,
            (true, true) => Severity::Warning,
            (true, false) => Severity::Error,
        },
        operation: operation.clone(),
        message: format!(
            "`{place}` has {lost} on the real side, as in {text}; the mock only has {}, as in {written}",
            form.offset
        ),
        place: format!("{place} offset"),
        real: (*at).clone(),
        other: (*written_at).clone(),
        hint: Some(format!("give the mock times with {lost} there, some of them near midnight")),
    });
}

/// `2026-01-02 03:04:05` is no moment to parsers of RFC 3339 §5.6 that want a `T`, nor the other way round.
fn separators(
    operation: &Operation,
    place: &Pointer,
    (real, elsewhere): (Times<'_, '_>, Times<'_, '_>),
    other: Times<'_, '_>,
    findings: &mut Findings,
) {
    let mark = |text: &str| text.as_bytes().get(10).copied();
    let known: BTreeSet<u8> = real.iter().chain(elsewhere).filter_map(|(_, text, ..)| mark(text)).collect();
    let foreign = |text: &str| mark(text).is_some_and(|mark| !known.contains(&mark));
    let changed = other.iter().find(|(_, text, ..)| foreign(text));
    let shown = real.iter().find(|(_, text, ..)| mark(text).is_some());
    let (Some((_, written, _, written_at)), Some((_, text, _, at))) = (changed, shown) else { return };
    let name = |text: &str| match mark(text) {
        Some(b' ') => "a space".to_owned(),
        mark => format!("`{}`", mark.map(char::from).unwrap_or('T')),
    };
    findings.add(Complaint {
        severity: Severity::Error,
        operation: operation.clone(),
        message: format!(
            "`{place}` has {} between date and time on the real side, as in {text}; the mock has {}, as in {written}",
            name(text),
            name(written)
        ),
        place: format!("{place} separator"),
        real: (*at).clone(),
        other: (*written_at).clone(),
        hint: Some(format!("write {} between date and time in the mock", name(text))),
    });
}

fn fractions(
    operation: &Operation,
    place: &Pointer,
    real: Times<'_, '_>,
    other: Times<'_, '_>,
    findings: &mut Findings,
) {
    let known: BTreeSet<usize> = real.iter().map(|(_, _, f, _)| f.fraction).collect();
    let (Some(least), Some(most)) = (known.first(), known.last()) else { return };
    // Writers that drop trailing zeros have every length up to their own.
    let lawful =
        |digits: usize| if known.len() > 1 { (*least..=*most).contains(&digits) } else { digits == *most };
    let Some((_, written, form, written_at)) = other.iter().find(|(_, _, f, _)| !lawful(f.fraction)) else {
        return;
    };
    let (_, text, _, at) = &real[0];
    findings.add(Complaint {
        severity: Severity::Warning,
        operation: operation.clone(),
        message: format!(
            "`{place}` has {most} digits after the seconds on the real side, as in {text}; the mock has {}, as in {written}",
            form.fraction
        ),
        place: format!("{place} precision"),
        real: (*at).clone(),
        other: (*written_at).clone(),
        hint: Some(format!("write the mock's times with {most} digits after the seconds")),
    });
}
