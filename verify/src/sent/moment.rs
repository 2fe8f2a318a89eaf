//! How a moment is altered by a program that forgets where on earth it was.

use cassettes::facets::time_form::{TimeKind, epoch_form, time_form};
use cassettes::model::Timestamp;
use std::fmt;

const MINUTE: i64 = 60_000_000;

/// Offsets are whole quarters of an hour, from UTC-12 to UTC+14; two of them are this far apart at most.
const QUARTER: i64 = 15 * MINUTE;
const FARTHEST: i64 = 26 * 60 * MINUTE;

/// An hour or two later is another moment that somebody may want, whatever the offset.
const USUAL: i64 = 2 * 60 * MINUTE;

/// What became of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slip {
    /// `22:30-06:00` as `22:30`
    Naive,
    /// `22:30-06:00` as `04:30`, with no offset
    NaiveElsewhere,
    /// `22:30-06:00` as `22:30Z`
    Relabelled,
    /// `22:30-06:00` as a moment six hours from it
    Shifted,
    /// `22:30+06:00` as `22:30 06:00`
    Unescaped,
}

impl fmt::Display for Slip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Slip::Naive => "its offset was cut off",
            Slip::NaiveElsewhere => "it is the wall clock of another place, and does not say of which",
            Slip::Relabelled => "the wall clock stayed, the offset is another",
            Slip::Unescaped => "its plus sign was not escaped, and says a space",
            Slip::Shifted => "it is another moment, as far away as its offset",
        })
    }
}

/// What is written: the wall clock, as if it were UTC, and the offset.
#[derive(Debug, Clone, Copy)]
struct Written {
    wall: i64,
    offset: Option<i64>,
}

impl Written {
    fn read(text: &str) -> Option<Written> {
        time_form(text).filter(|form| form.kind == TimeKind::Iso)?;
        let seconds = text.get(..19).filter(|_| text.as_bytes().get(16) == Some(&b':'));
        let wall = seconds.map_or_else(|| format!("{}:00Z", &text[..16]), |wall| format!("{wall}Z"));
        let wall = Timestamp::parse(&wall.replace(' ', "T"))?.0;
        let rest = text[16..].trim_start_matches(|c: char| c.is_ascii_digit() || ":.,".contains(c));
        let offset = match rest {
            "" => None,
            "Z" | "z" => Some(0),
            _ => Some(offset(rest)?),
        };
        Some(Written { wall, offset })
    }

    fn moment(self) -> Option<i64> {
        Some(self.wall - self.offset?)
    }
}

/// `+05:30`, `+0530`, `+05`
fn offset(text: &str) -> Option<i64> {
    let sign = if text.starts_with('+') { 1 } else { -1 };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes: i64 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    Some(sign * (hours.parse::<i64>().ok()? * 60 + minutes) * MINUTE)
}

/// Whether both are the same moment, to the second, however they are written.
pub(crate) fn is_same_moment(a: &str, b: &str) -> bool {
    a == b || matches!((instant(a), instant(b)), (Some(a), Some(b)) if a == b)
}

fn instant(text: &str) -> Option<i64> {
    Written::read(text).and_then(Written::moment).or_else(|| epoch(text))
}

/// Seconds or milliseconds since 1970, in microseconds, to the second.
fn epoch(text: &str) -> Option<i64> {
    let value: f64 = text.parse().ok()?;
    let unit = match epoch_form(text)?.kind {
        TimeKind::Seconds => 1_000_000.0,
        TimeKind::Millis => 1_000.0,
        _ => return None,
    };
    Some(((value * unit) as i64).div_euclid(1_000_000) * 1_000_000)
}

/// What became of a moment that was served as `served` and sent as `recorded` when it was recorded, now that
/// it is sent as `sent`; none where it is the same moment, or another one altogether.
pub(crate) fn slip(served: &str, recorded: &str, sent: &str) -> Option<Slip> {
    let old = Written::read(served)?;
    let (moment, offset) = (old.moment()?, old.offset?);
    if is_same_moment(recorded, sent) || !is_same_moment(served, recorded) {
        return None;
    }
    if let Some((wall, rest)) = sent.rsplit_once(' ')
        && wall.len() >= 16
        && is_same_moment(recorded, &format!("{wall}+{rest}"))
    {
        return Some(Slip::Unescaped);
    }
    let Some(new) = Written::read(sent) else {
        // The recorded client had counted seconds, too.
        let apart = epoch(sent)? - epoch(recorded)?;
        return (apart != 0 && apart.abs() == offset.abs()).then_some(Slip::Shifted);
    };
    let apart = new.wall - old.wall;
    match new.moment() {
        None if apart == 0 => Some(Slip::Naive),
        None => (apart % QUARTER == 0 && apart.abs() <= FARTHEST).then_some(Slip::NaiveElsewhere),
        Some(_) if apart == 0 => Some(Slip::Relabelled),
        Some(_) if new.offset == old.offset && offset.abs() <= USUAL => None,
        Some(sent) => ((sent - moment).abs() == offset.abs() && offset != 0).then_some(Slip::Shifted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_moment_is_told() {
        let served = "2026-06-12T22:30:00-06:00";
        for (sent, told) in [
            ("2026-06-12T22:30:00", Some(Slip::Naive)),
            ("2026-06-12 22:30", Some(Slip::Naive)),
            ("2026-06-13T04:30:00", Some(Slip::NaiveElsewhere)),
            ("2026-06-12T22:30:00Z", Some(Slip::Relabelled)),
            ("2026-06-12T22:30:00.000+02:00", Some(Slip::Relabelled)),
            ("2026-06-12T16:30:00-06:00", Some(Slip::Shifted)),
            ("2026-06-13T04:30:00Z", None),
            ("2026-06-13T04:30:00.000+00:00", None),
            ("2026-06-13T10:00:00+0530", None),
            ("2026-06-14T09:12:31Z", None),
            ("2026-06-12", None),
            ("soon", None),
        ] {
            assert_eq!(slip(served, served, sent), told, "{sent}");
        }
        let served_at_one = "2026-03-29T01:30:00+01:00";
        let slipped = |sent| slip(served_at_one, served_at_one, sent);
        assert_eq!(slipped("2026-03-29T01:30:00 01:00"), Some(Slip::Unescaped));
        assert_eq!(slipped("2026-03-29T02:30:00+01:00"), None, "an hour later");
        assert_eq!(slip(served, "1781325000", "1781303400"), Some(Slip::Shifted));
        assert_eq!(slip(served, "1781325000", "1781325000.0"), None);
        assert_eq!(slip("2026-06-12T22:30:00", served, "2026-06-12T22:30:00"), None, "served without one");
    }
}
