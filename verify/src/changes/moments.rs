//! How moments are written: the offset, what stands between date and time, the digits after the seconds.

use super::difference::{Change, Kind, Weight};
use crate::finding::Evidence;
use crate::run::Run;
use crate::run::shape::{Group, Written, expected, is_telling, kin};
use cassettes::facets::time_form::{Offset, TimeForm, TimeKind};
use cassettes::json::Pointer;
use std::collections::BTreeSet;

/// Moments whose form another recording never had, or no longer has; `run` has the older recording in the place
/// of the real side.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    let of = |group| Group::places(group).filter_map(move |place| change(run, group, place));
    run.shapes().iter().flat_map(of).collect()
}

/// That two ways of writing are told apart by where they stand, and are not, is told no more often than this.
const BY_CHANCE: f64 = 0.02;

type Moment<'n> = Written<'n, TimeForm>;

/// What is known of one place.
struct Known<'n> {
    then: Vec<Moment<'n>>,
    now: Vec<Moment<'n>>,
    /// What such things had in other answers.
    then_elsewhere: Vec<Moment<'n>>,
    now_elsewhere: Vec<Moment<'n>>,
}

/// What changed in one respect.
struct Seen<'n> {
    weight: Weight,
    words: String,
    before: &'n Evidence,
    after: &'n Evidence,
}

fn change(run: &Run<'_>, group: &Group, place: &Pointer) -> Option<Change> {
    let (then, now) = (group.real.nodes[place].times(place), group.other.nodes[place].times(place));
    let iso = |all: &[Moment<'_>]| !all.is_empty() && all.iter().all(|(.., f, _)| f.kind == TimeKind::Iso);
    if !iso(&then) || !iso(&now) {
        return None;
    }
    let elsewhere = |of: fn(&Group) -> &crate::run::shape::Shape| -> Vec<Moment<'_>> {
        let alike = kin(run.shapes(), group, place, of);
        alike.iter().flat_map(|(node, _)| node.times(place)).collect()
    };
    let mut known =
        Known { then, now, then_elsewhere: elsewhere(|g| &g.real), now_elsewhere: elsewhere(|g| &g.other) };
    if known.is_unlike_others() {
        (known.then_elsewhere, known.now_elsewhere) = (Vec::new(), Vec::new());
    }
    let mut seen: Vec<Seen<'_>> =
        [known.offsets(), known.separators(), known.digits()].into_iter().flatten().collect();
    let weight = seen.iter().map(|one| one.weight).min()?;
    seen.retain(|one| one.weight == weight);
    let words: Vec<&str> = seen.iter().map(|one| one.words.as_str()).collect();
    let first = seen.first()?;
    Some(Change {
        kind: Kind::TimeForm,
        rule: "time-form-narrowed",
        weight,
        operation: group.operation.clone(),
        message: format!("`{place}`: {}", words.join("; ")),
        place: place.to_string(),
        before: first.before.clone(),
        after: first.after.clone(),
    })
}

impl<'n> Known<'n> {
    /// Whether other answers wrote their moments in another way when they were recorded: then they say nothing of how
    /// these may be written.
    fn is_unlike_others(&self) -> bool {
        let way = |(_, text, form, _): &Moment<'n>| (mark(text), form.offset, form.fraction == 0);
        let (own, theirs) = (Self::of(&[&self.then], way), Self::of(&[&self.then_elsewhere], way));
        let unlike = |a: &Moment<'n>| {
            self.then_elsewhere.iter().any(|b| instant(a.1) == instant(b.1) && way(a) != way(b))
        };
        // The same moments, there in another way.
        if own.is_disjoint(&theirs) && self.then.iter().any(unlike) {
            return true;
        }
        // That all of one kind stand here and all of the other there, chance explains less often than this.
        let (n, m) = (self.then.len(), self.then_elsewhere.len());
        let chance: f64 = (0..n).map(|k| (k + 1) as f64 / (n + m - k) as f64).product();
        own.is_disjoint(&theirs) && m > 0 && chance <= BY_CHANCE
    }

    fn of<T: Ord>(all: &[&[Moment<'n>]], form: impl Fn(&Moment<'n>) -> T) -> BTreeSet<T> {
        all.iter().flat_map(|side| side.iter()).map(form).collect()
    }

    /// What stands there now and never did, or no longer does, in one respect.
    fn differs<T: Ord + Copy>(
        &self,
        form: impl Fn(&Moment<'n>) -> T + Copy,
        lawful: impl Fn(&BTreeSet<T>, T) -> bool,
        words: impl Fn(&Moment<'n>) -> String,
        name: (&str, &str),
    ) -> Option<Seen<'n>> {
        let then = Self::of(&[&self.then, &self.then_elsewhere], form);
        let own = Self::of(&[&self.then], form);
        let now = Self::of(&[&self.now], form);
        let (one, many) = name;
        if let Some(new) = self.now.iter().find(|m| !lawful(&then, form(m))) {
            let old = self.then.iter().find(|m| form(m) != form(new)).or(self.then.first())?;
            let wholly = now.iter().all(|now| !own.contains(now));
            let words = if wholly {
                format!("the {one} was {}, and is {} now", words(old), words(new))
            } else {
                format!("some {many} {} now, which never was so; {} was", words(new), words(old))
            };
            return Some(Seen { weight: Weight::Breaking, words, before: old.3, after: new.3 });
        }
        // One form out of several may be missing from a few moments by chance.
        let kept = Self::of(&[&self.now, &self.now_elsewhere], form);
        let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
        let with = |lost: T| count(self.then.iter().filter(|m| form(m) == lost).count());
        let all = count(self.then.len() + if own.len() > 1 { 0 } else { self.then_elsewhere.len() });
        let chances = count(self.now.len());
        let lost = own.iter().copied().filter(|form| !kept.contains(form)).find(|&lost| {
            expected(with(lost), count(self.then.len()), chances) && is_telling(with(lost), all, chances)
        })?;
        let old = self.then.iter().find(|m| form(m) == lost)?;
        let new = self.now.first()?;
        let words = format!("the {one} is always {} now, and was {} at times", words(new), words(old));
        Some(Seen { weight: Weight::Compatible, words, before: old.3, after: new.3 })
    }

    fn offsets(&self) -> Option<Seen<'n>> {
        let words = |(_, text, form, _): &Moment<'n>| match form.offset {
            Offset::None => "none".to_owned(),
            Offset::Zulu => "`Z`".to_owned(),
            Offset::Zero | Offset::Other => format!("`{}`", offset(text)),
        };
        let name = ("offset of its moments", "offsets are");
        // Whoever reads several offsets reads `Z` as well.
        let moments = || self.then.iter().chain(&self.then_elsewhere);
        let several = moments().filter(|m| m.2.offset == Offset::Other).map(|m| offset(m.1));
        let several = several.collect::<BTreeSet<_>>().len() > 1;
        let lawful = |known: &BTreeSet<Offset>, new| known.contains(&new) || several && new == Offset::Zulu;
        // It never was `Z` anywhere: that is news, in however few moments.
        let is_zulu = |m: &Moment<'n>| m.2.offset == Offset::Zulu;
        if several && self.now.iter().all(is_zulu) && !moments().any(is_zulu) {
            let (old, new) = (self.then.first()?, self.now.first()?);
            let words = format!("the {} was {}, and is {} now", name.0, words(old), words(new));
            return Some(Seen { weight: Weight::Compatible, words, before: old.3, after: new.3 });
        }
        self.differs(|(.., form, _)| form.offset, lawful, words, name)
    }

    /// `2026-01-02 03:04:05` is no moment to parsers of RFC 3339 §5.6 that want a `T`, nor the other way round.
    fn separators(&self) -> Option<Seen<'n>> {
        let mark = |(_, text, ..): &Moment<'n>| mark(text);
        let words = |moment: &Moment<'n>| match mark(moment) {
            b' ' => "a space".to_owned(),
            mark => format!("`{}`", char::from(mark)),
        };
        let name = ("mark between date and time", "marks between date and time are");
        self.differs(mark, |known, new| known.contains(&new), words, name)
    }

    fn digits(&self) -> Option<Seen<'n>> {
        // Writers that drop trailing zeros have every length up to their own.
        let lawful = |known: &BTreeSet<usize>, new: usize| match (known.first(), known.last()) {
            (Some(least), Some(most)) => (*least..=*most).contains(&new),
            _ => true,
        };
        let words = |(.., form, _): &Moment<'n>| form.fraction.to_string();
        let name = ("number of digits after its seconds", "numbers of digits after the seconds are");
        self.differs(|(.., form, _)| form.fraction, lawful, words, name).filter(|seen| {
            seen.weight == Weight::Breaking || Self::of(&[&self.now], |m| m.2.fraction).len() == 1
        })
    }
}

/// What stands between date and time.
fn mark(text: &str) -> u8 {
    text.as_bytes().get(10).copied().unwrap_or(b'T')
}

/// The second on the clock, in whichever zone.
fn instant(text: &str) -> Option<(&str, &str)> {
    Some((text.get(..10)?, text.get(11..19)?))
}

/// `+01:00` of `2026-01-02T03:04:05+01:00`.
fn offset(text: &str) -> &str {
    text.rfind(['+', '-', '\u{2212}']).filter(|at| *at > 10).and_then(|at| text.get(at..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::changes::{Weight, between};
    use crate::examples;

    fn told(then: &[&str], now: &[&str]) -> Vec<(Weight, String)> {
        let list = |times: &[&str]| {
            let items = times.iter().enumerate().map(|(n, t)| format!(r#"{{"id":"a{n}","at":"{t}"}}"#));
            format!("> GET /v1/things\n< 200 [{}]\n", items.collect::<Vec<_>>().join(","))
        };
        let text = format!("{}--- new.yaml\n{}", list(then), list(now));
        let example = examples::parse(&text).expect("an example");
        let difference = between(&example.cassettes[0], &example.cassettes[1]);
        difference.telling().map(|change| (change.weight, change.message.clone())).collect()
    }

    #[test]
    fn another_offset_breaks_and_fewer_do_not() {
        let berlin = ["2026-01-02T03:04:05+01:00", "2026-01-03T03:04:05+01:00", "2026-01-04T03:04:05+01:00"];
        let utc = ["2026-01-02T02:04:05Z", "2026-01-03T02:04:05Z", "2026-01-04T02:04:05Z"];
        let words = "`/*/at`: the offset of its moments was `+01:00`, and is `Z` now".to_owned();
        assert_eq!(told(&berlin, &utc), [(Weight::Breaking, words)]);
        let zones = ["2026-01-02T03:04:05+01:00", "2026-07-03T03:04:05+02:00"];
        let words = "`/*/at`: the offset of its moments was `+01:00`, and is `Z` now".to_owned();
        assert_eq!(told(&zones, &utc[..2]), [(Weight::Compatible, words)], "whoever reads both reads `Z`");
        let mixed = [berlin, utc].concat();
        let later: Vec<String> = (1..=6).map(|day| format!("2026-02-0{day}T02:04:05Z")).collect();
        let later: Vec<&str> = later.iter().map(String::as_str).collect();
        let words =
            "`/*/at`: the offset of its moments is always `Z` now, and was `+01:00` at times".to_owned();
        assert_eq!(told(&mixed, &later), [(Weight::Compatible, words)]);
        assert_eq!(told(&mixed, &utc[..1]), [], "chance");
    }

    #[test]
    fn a_space_breaks_and_dropped_zeros_do_not() {
        let words = "`/*/at`: the mark between date and time was `T`, and is a space now".to_owned();
        assert_eq!(told(&["2026-01-02T03:04:05Z"], &["2026-01-02 03:04:05Z"]), [(Weight::Breaking, words)]);
        let most = ["2026-01-02T03:04:05.123Z", "2026-01-02T03:04:06Z"];
        assert_eq!(told(&most, &["2026-01-02T03:04:05.25Z"]), []);
        let words = "`/*/at`: the number of digits after its seconds was 3, and is 0 now".to_owned();
        assert_eq!(told(&most[..1], &["2026-01-02T03:04:05Z"]), [(Weight::Breaking, words)]);
    }
    #[test]
    fn what_is_written_elsewhere_in_another_way_says_nothing_of_it() {
        let thing = |at: &str| {
            format!("> GET /v1/things/7\n< 200 {{\"id\":\"a7\",\"name\":\"x\",\"at\":\"{at}\"}}\n")
        };
        let all =
            "> GET /v1/things\n< 200 [{\"id\":\"a7\",\"name\":\"x\",\"at\":\"2026-01-02T03:04:05Z\"}]\n";
        let told = |then: &str, now: &str| -> Vec<String> {
            let text = format!("{}{all}--- new.yaml\n{}{all}", thing(then), thing(now));
            let example = examples::parse(&text).expect("an example");
            let difference = between(&example.cassettes[0], &example.cassettes[1]);
            difference.telling().map(|change| change.message.clone()).collect()
        };
        let words = "`/at`: the mark between date and time was a space, and is `T` now";
        assert_eq!(told("2026-01-02 03:04:05Z", "2026-01-02T03:04:05Z"), [words]);
        // Elsewhere it is another moment, which may well be written so here, too.
        assert_eq!(told("2026-01-01T00:00:00.5Z", "2026-01-03T00:00:00Z"), [""; 0]);
    }
}
