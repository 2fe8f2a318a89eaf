//! The moments of one answer, found once, and the answer for another moment.

use super::document;
use super::fields;
use super::form;
use super::spots::{Around, Spot, What};
use crate::model::{Answer, Exchange, Headers, Timing};
use crate::rebody::{self, Sum};

/// Where the moments of one answer stand.
#[derive(Debug, Default)]
pub struct Spots {
    headers: Vec<(usize, Vec<Spot>)>,
    trailers: Vec<(usize, Vec<Spot>)>,
    body: Vec<Spot>,
    /// Fields that hold a digest of the body.
    sums: Vec<Sum>,
    /// The second of the day at which it was recorded.
    of_day: i64,
    /// Why what may stand in its body cannot follow.
    left: Option<Left>,
}

/// Why moments of an answer stay as they were recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Left {
    /// Its coding cannot be undone.
    Coding,
    /// It is too large to be looked through.
    Large,
    /// It is one side of a conversation over a WebSocket.
    Frames,
}

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Left::Coding => "its content coding cannot be undone",
            Left::Large => "its body is too large to be looked through",
            Left::Frames => "messages of a WebSocket are played as recorded",
        })
    }
}

/// How moments move.
pub struct Move<'m> {
    /// By so many seconds.
    pub by: i64,
    /// What stands in the place of a token.
    pub token: &'m mut dyn FnMut(&str) -> Option<String>,
}

/// What changed with an answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Anything did.
    pub any: bool,
    /// Fields that say a digest of the body, as they were and as they are.
    pub digests: Vec<(String, String)>,
}

impl Spots {
    /// Finds the moments of an answer that was recorded when the exchange was.
    pub fn of(exchange: &Exchange) -> Spots {
        let Some(response) = exchange.answer.head() else { return Spots::default() };
        let around = Around(exchange.at.seconds());
        let mut spots = Spots {
            headers: fields::spots(around, &response.headers),
            trailers: fields::spots(around, &response.trailers),
            of_day: exchange.at.seconds(),
            ..Spots::default()
        };
        if response.blob.is_some() || response.body.len() > rebody::MOST {
            spots.left = Some(Left::Large);
        } else if response.status == 101 {
            spots.left = Some(Left::Frames);
        } else {
            match rebody::plain(&response.headers, &response.body) {
                Some(body) => {
                    let media = response.headers.media_type().unwrap_or_default();
                    spots.body = document::spots(around, &media, &body);
                    if !spots.body.is_empty() {
                        spots.sums = rebody::sums(&response.headers, response.body.bytes(), &body);
                    }
                }
                None => spots.left = Some(Left::Coding),
            }
        }
        spots
    }

    /// Whether nothing would move.
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty() && self.trailers.is_empty() && self.body.is_empty()
    }

    /// Why what may stand in its body cannot follow.
    pub fn left(&self) -> Option<Left> {
        self.left
    }

    /// The moments, in seconds since 1970.
    pub fn moments(&self) -> impl Iterator<Item = i64> {
        let fields = self.headers.iter().chain(&self.trailers).flat_map(|(_, spots)| spots);
        fields.chain(&self.body).filter_map(|spot| match spot.what {
            What::Moment(moment) | What::Encoded(moment) => Some(moment.seconds),
            What::Token => None,
        })
    }

    /// Moves the moments of that very answer. Its lengths, the shares of its pieces and digests of its body
    /// are made to fit.
    pub fn move_in(&self, answer: &mut Answer, timing: &mut Timing, to: &mut Move<'_>) -> Moved {
        let mut moved = Moved::default();
        let Some(response) = answer.head_mut() else { return moved };
        moved.any |= in_fields(&mut response.headers, &self.headers, to, self.of_day);
        moved.any |= in_fields(&mut response.trailers, &self.trailers, to, self.of_day);
        if self.body.is_empty() {
            return moved;
        }
        let fresh = rebody::plain(&response.headers, &response.body)
            .and_then(|plain| spliced(&plain, &self.body, to, self.of_day));
        let Some(fresh) = fresh else { return moved };
        if let Some(digests) = rebody::replace(response, timing, fresh, &self.sums) {
            moved.any = true;
            moved.digests = digests;
        }
        moved
    }
}

/// The fields with their moments moved; whether any is another.
pub(super) fn in_fields(
    headers: &mut Headers,
    spots: &[(usize, Vec<Spot>)],
    to: &mut Move<'_>,
    of_day: i64,
) -> bool {
    let mut any = false;
    for (number, spots) in spots {
        let Some((_, value)) = headers.0.get_mut(*number) else { continue };
        if let Some(fresh) = spliced(value, spots, to, of_day) {
            *value = fresh;
            any = true;
        }
    }
    any
}

/// The text with its spots moved; none if none is another.
pub(super) fn spliced(text: &[u8], spots: &[Spot], to: &mut Move<'_>, of_day: i64) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut done = 0;
    let mut any = false;
    for spot in spots {
        let Some(old) = text.get(spot.at.clone()).and_then(|old| std::str::from_utf8(old).ok()) else {
            continue;
        };
        let new = match spot.what {
            What::Moment(moment) => form::moved(old, moment.form, to.by, of_day),
            What::Encoded(moment) => encoded(old, moment.form, to.by, of_day),
            What::Token => (to.token)(old),
        };
        let Some(new) = new.filter(|new| new != old && spot.at.start >= done) else { continue };
        out.extend_from_slice(&text[done..spot.at.start]);
        out.extend_from_slice(new.as_bytes());
        done = spot.at.end;
        any = true;
    }
    out.extend_from_slice(&text[done..]);
    any.then_some(out)
}

/// The same for a text with percent-encoded marks: digits are written over, the rest stays as it was escaped.
fn encoded(old: &str, form: form::Form, by: i64, of_day: i64) -> Option<String> {
    let plain = crate::percent::decode_bytes(old.as_bytes(), false);
    let fresh = form::moved(std::str::from_utf8(&plain).ok()?, form, by, of_day)?;
    if fresh.len() != plain.len() {
        return Some(crate::model::encode(&fresh));
    }
    let mut out = String::with_capacity(old.len());
    let mut rest = old;
    for c in fresh.chars() {
        let escaped = rest.starts_with('%') && rest.len() >= 3;
        let (raw, after) =
            rest.split_at_checked(if escaped { 3 } else { rest.chars().next()?.len_utf8() })?;
        if escaped && !c.is_ascii_alphanumeric() {
            out.push_str(raw);
        } else {
            out.push(c);
        }
        rest = after;
    }
    Some(out)
}
