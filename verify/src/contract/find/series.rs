//! What two reporters say of one thing over time: whether they disagree, or the number moved.

use super::amount::Likeness;
use super::recorded::Recorded;
use super::sightings::Seen;
use cassettes::model::{Micros, Timestamp};

/// Recordings that lie further apart say little of each other: an hour, in microseconds.
const FAR: Micros = 3_600_000_000;

/// The numbers of one reporter about one thing, in the order of time.
#[derive(Debug, Default)]
pub(super) struct Series(Vec<(Timestamp, usize)>);

impl Series {
    /// One more, not before the last.
    pub(super) fn push(&mut self, at: Timestamp, number: usize) {
        self.0.push((at, number));
    }

    /// Which of the sightings they are.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.0.iter().map(|(_, number)| *number)
    }
}

/// What two reporters come to about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They say the same; how their numbers are alike.
    Agree(Likeness),
    /// They do not.
    Disagree,
    /// They do not, and the number may have changed in between, for this reason.
    Perhaps(String),
}

/// A verdict, and the two numbers that it is about.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) pair: (usize, usize),
    pub(super) verdict: Verdict,
}

/// Judges by the two numbers that are nearest in time. None where the number was on the move between them.
pub(super) fn judge(
    seen: &Seen,
    recorded: &Recorded<'_>,
    a: &Series,
    b: &Series,
    writes: Option<&Vec<usize>>,
    part: &[usize],
) -> Option<Judged> {
    let likeness = |x: usize, y: usize| seen.sightings[x].amount.likeness(&seen.sightings[y].amount);
    let mut nearest: Option<((u64, bool), (usize, usize))> = None;
    for (at, (time, number)) in b.0.iter().enumerate() {
        let after = a.0.partition_point(|(other, _)| other < time);
        for near in [after.checked_sub(1), Some(after), after.checked_add(1)].into_iter().flatten() {
            let Some((other, _)) = a.0.get(near) else { continue };
            let differs = likeness(a.0[near].1, *number) == Likeness::Different;
            let far = (other.0.abs_diff(time.0), differs);
            if nearest.is_none_or(|(least, _)| far < least) {
                nearest = Some((far, (near, at)));
            }
        }
    }
    let ((far, _), (i, j)) = nearest?;
    let pair = (a.0[i].1, b.0[j].1);
    let agreed = likeness(pair.0, pair.1);
    if agreed != Likeness::Different {
        return Some(Judged { pair, verdict: Verdict::Agree(agreed) });
    }
    let moves =
        |series: &Series| series.0.windows(2).any(|two| likeness(two[0].1, two[1].1) == Likeness::Different);
    let (around_b, around_a) = (around(a, b.0[j].0), around(b, a.0[i].0));
    let moved =
        |around: Option<(usize, usize)>| around.is_some_and(|(x, y)| likeness(x, y) == Likeness::Different);
    if moved(around_b) || moved(around_a) {
        return None;
    }
    let steady = |around: Option<(usize, usize)>| around.is_some_and(|(x, y)| x != y && !moved(Some((x, y))));
    let reason = if steady(around_b) || steady(around_a) {
        // One says the same before and after the other: nothing changed.
        None
    } else if let Some(write) =
        between(recorded, writes, seen.sightings[pair.0].one, seen.sightings[pair.1].one)
    {
        if is_explained(seen, pair, write, part) {
            return None;
        }
        let one = &recorded.ones[write];
        Some(format!("`{}` ({}) wrote to it in between", recorded.operation(one), one.cite()))
    } else if far > FAR {
        Some(format!("they were recorded {} apart", span(far)))
    } else if moves(a) || moves(b) {
        Some("it was seen to change".to_owned())
    } else {
        None
    };
    Some(Judged { pair, verdict: reason.map_or(Verdict::Disagree, Verdict::Perhaps) })
}

/// Whether a write explains the two numbers: the service of the first said the second itself afterwards, or both are
/// of the service that was written to.
fn is_explained(seen: &Seen, pair: (usize, usize), write: usize, part: &[usize]) -> bool {
    let [a, b] = [pair.0, pair.1].map(|number| &seen.sightings[number]);
    let (first, last) = if a.one <= b.one { (a, b) } else { (b, a) };
    let service = |reporter: usize| seen.places[reporter].route.0;
    let of = service(first.reporter);
    of == service(last.reporter)
        || part.iter().map(|number| &seen.sightings[*number]).any(|other| {
            other.one >= write
                && service(other.reporter) == of
                && other.amount.likeness(&last.amount) != Likeness::Different
        })
}

/// The numbers of a series just before and just after a moment.
fn around(series: &Series, time: Timestamp) -> Option<(usize, usize)> {
    let after = series.0.partition_point(|(at, _)| *at < time);
    let (_, after_number) = series.0.get(after)?;
    let (_, before_number) = series.0.get(after.checked_sub(1)?)?;
    Some((*before_number, *after_number))
}

/// A write to the thing behind the earlier of two exchanges and not behind the later.
fn between(recorded: &Recorded<'_>, writes: Option<&Vec<usize>>, a: usize, b: usize) -> Option<usize> {
    let (first, last) = (a.min(b), a.max(b));
    let began = recorded.ones[first].at();
    // What gives the later number is no write between the two, unless it surely wrote before it told.
    let is_last = |write: usize| recorded.ones[write].at() > began && recorded.ones[write].surely_writes();
    writes?
        .iter()
        .copied()
        .find(|&write| write > first && (write < last || (write == last && is_last(write))))
}

/// A span of time in words.
fn span(micros: u64) -> String {
    let minutes = micros / 60_000_000;
    let (count, unit) = match minutes {
        0..=119 => (minutes, "minute"),
        120..=2879 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}
