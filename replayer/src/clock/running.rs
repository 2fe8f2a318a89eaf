//! The clock of one session while it runs: which recorded moment is which moment to its client.

use super::Clock;
use cassettes::journal::Clocked;
use cassettes::jwt::{self, Jwt, Keys};
use cassettes::model::{Exchange, Place, Request, SignatureVerdict, Timestamp, TokenFacts};
use cassettes::times::{Left, Move, Spots, moved_request};
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The clock of one session.
#[derive(Debug)]
pub(crate) struct Running(Mutex<State>);

#[derive(Debug)]
struct State {
    clock: Clock,
    /// When the session was first asked something, and what its clock said then.
    began: Option<(Timestamp, Timestamp)>,
    /// Seconds by which it was put forward since.
    advanced: i64,
    sittings: Vec<Sitting>,
    /// Moments that were shown, in seconds, and the recorded ones that they stand for.
    shown: HashMap<i64, i64>,
    /// Tokens and digests that were shown, and the recorded ones.
    said: HashMap<String, String>,
    /// Exchanges whose bodies could not follow, and why.
    left: BTreeMap<u32, Left>,
}

/// Exchanges that were recorded together: what is a second apart in them stays so.
#[derive(Debug)]
struct Sitting {
    cassette: u16,
    /// From its first to its last moment so far, in microseconds.
    from: i64,
    to: i64,
    /// From the recorded moment to the shown one, in seconds: fractions stay as they are.
    shift: i64,
}

/// What was recorded so far apart belongs to another sitting: an hour, in microseconds.
const APART: i64 = 3_600_000_000;

/// So many moments, and so many tokens, a session remembers.
const MOST: usize = 65_536;

const SECOND: i64 = 1_000_000;

/// So many seconds a server's clock may stand beside the recorder's.
const ASTRAY: u64 = 60;

impl Running {
    /// A clock that begins with the first request.
    pub(crate) fn new(clock: Clock) -> Self {
        Running(Mutex::new(State {
            clock,
            began: None,
            advanced: 0,
            sittings: Vec::new(),
            shown: HashMap::new(),
            said: HashMap::new(),
            left: BTreeMap::new(),
        }))
    }

    /// What the session's clock says.
    pub(crate) fn now(&self, real: Timestamp) -> Timestamp {
        self.state().now(real).unwrap_or(real)
    }

    /// Puts it to another moment. What was shown keeps what it stands for.
    pub(crate) fn set(&self, clock: Clock) {
        let mut state = self.state();
        state.clock = clock;
        (state.began, state.advanced) = (None, 0);
        state.sittings.clear();
    }

    /// Puts it forward, or back: answers are as if so many seconds had passed.
    pub(crate) fn advance(&self, seconds: i64) {
        let mut state = self.state();
        state.advanced = state.advanced.saturating_add(seconds);
        for sitting in &mut state.sittings {
            sitting.shift = sitting.shift.saturating_add(seconds);
        }
    }

    /// Puts it back to its beginning.
    pub(crate) fn reset(&self) {
        let clock = self.state().clock;
        *self.state() = Running::new(clock).0.into_inner().unwrap_or_else(PoisonError::into_inner);
    }

    /// What it made of an answer that was given: of this cassette, recorded at this moment.
    pub(crate) fn told(&self, cassette: u16, at: i64, real: Timestamp) -> Option<Clocked> {
        let state = self.state();
        let sitting = || state.sittings.iter().find(|sitting| sitting.holds(cassette, at));
        let moved = state.set_apart().or_else(|| Some(sitting()?.shift))?;
        let ahead = state.now(real)?.0.saturating_sub(real.0);
        // To the nearest second: the clock stands a few microseconds beside where it was put.
        let ahead = ahead.saturating_add(SECOND / 2).div_euclid(SECOND);
        Some(Clocked { moved, ahead })
    }

    /// Exchanges that were given and whose bodies could not follow, and why.
    pub(crate) fn left(&self) -> BTreeMap<u32, Left> {
        self.state().left.clone()
    }

    /// Moves the moments of an answer of the tape; whether anything is another.
    pub(crate) fn answer(
        &self,
        exchange: &mut Exchange,
        (entry, cassette): (u32, u16),
        spots: &Spots,
        real: Timestamp,
        keys: Option<&dyn Keys>,
    ) -> bool {
        let mut state = self.state();
        let end = exchange.timing.end.or(exchange.timing.first_byte).unwrap_or_default();
        let came = exchange.at.0.saturating_add(i64::try_from(end).unwrap_or_default());
        let said = || exchange.answer.reply()?.headers.get("date").and_then(|date| second_of(&date));
        let came_at = (came, said().unwrap_or(i64::MAX));
        let Some(by) = state.shift(cassette, exchange.at.0, came_at, real) else { return false };
        if let Some(left) = spots.left() {
            state.left.insert(entry, left);
        }
        if by == 0 || spots.is_empty() {
            return false;
        }
        for moment in spots.moments() {
            if state.shown.len() < MOST {
                state.shown.insert(moment.saturating_add(by), moment);
            }
        }
        let now = state.now(real).unwrap_or(real).seconds();
        let said = &mut state.said;
        let mut token = |text: &str| {
            let by = by.min(latest_fresh(text, came.div_euclid(SECOND), now).unwrap_or(by));
            let fresh = moved_token(text, by, keys);
            if said.len() < MOST {
                said.insert(fresh.clone(), text.to_owned());
            }
            Some(fresh)
        };
        let Exchange { answer, timing, .. } = exchange;
        let moved = spots.move_in(answer, timing, &mut Move { by, token: &mut token });
        said.extend(moved.digests.into_iter().map(|(before, after)| (after, before)));
        moved.any
    }

    /// The same with the tokens left in place that were shown and have run out since, by the clock; none where it
    /// shows no such token.
    pub(crate) fn back_but_expired(&self, asked: &Request, real: Timestamp) -> Option<Request> {
        let state = self.state();
        // By a clock that is as recorded it is the day of the recording.
        let now = state.now(real).filter(|_| state.clock != Clock::Recorded)?;
        let expired = Cell::new(false);
        let said = |text: &str| {
            let recorded = state.said.get(text)?;
            let is_out = has_expired(text, now);
            expired.set(expired.get() || is_out);
            (!is_out).then(|| recorded.clone())
        };
        let shown = |at: i64| state.shown.get(&at).map(|recorded| recorded - at);
        let meant = moved_request(asked, now, &mut { shown }, &said);
        expired.get().then(|| meant.unwrap_or_else(|| asked.clone()))
    }

    /// What a request may have meant, the likeliest first: with every moment, token and digest that was shown as
    /// it was recorded; with every moment led back. None of these is the request itself.
    pub(crate) fn back(&self, asked: &Request, real: Timestamp) -> Vec<Request> {
        let state = self.state();
        let Some(now) = state.now(real) else { return Vec::new() };
        let said = |text: &str| state.said.get(text).cloned();
        let mut shown = |at: i64| state.shown.get(&at).map(|recorded| recorded - at);
        let mut meant: Vec<Request> = moved_request(asked, now, &mut shown, &said).into_iter().collect();
        let by = state.set_apart().or_else(|| state.sittings.last().map(|sitting| sitting.shift));
        if let Some(by) = by {
            let all = moved_request(asked, now, &mut |at| shown(at).or(Some(-by)), &said);
            meant.extend(all.filter(|all| !meant.contains(all)));
        }
        meant
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// What the clock says; none: as recorded.
    fn now(&self, real: Timestamp) -> Option<Timestamp> {
        let passed = |began: Timestamp| real.0.saturating_sub(began.0).max(0);
        let at = match self.began {
            Some((began, said)) => said.0.saturating_add(passed(began)),
            None if self.set_apart().is_some() => real.0,
            None => self.clock.origin(real)?.0,
        };
        Some(Timestamp(at.saturating_add(self.advanced.saturating_mul(SECOND))))
    }

    /// By how many seconds all is moved: those by which a clock was put forward that is as recorded otherwise.
    fn set_apart(&self) -> Option<i64> {
        (self.clock == Clock::Recorded && self.advanced != 0).then_some(self.advanced)
    }

    /// By how many seconds what was recorded at this moment is moved, so that the first answer of its sitting
    /// comes now. `said`: the second in which it says that it came. None: it is not moved.
    fn shift(&mut self, cassette: u16, at: i64, (came, said): (i64, i64), real: Timestamp) -> Option<i64> {
        if self.clock == Clock::Recorded {
            return self.set_apart();
        }
        let now = self.now(real)?;
        if self.began.is_none() {
            self.began = Some((real, self.clock.origin(real)?));
        }
        if let Some(sitting) = self.sittings.iter_mut().find(|sitting| sitting.holds(cassette, at)) {
            (sitting.from, sitting.to) = (sitting.from.min(at), sitting.to.max(at));
            return Some(sitting.shift);
        }
        let shift = match self.clock {
            // Who names a moment holds a clock to it that stands there: nothing says that it came before it.
            Clock::At(first) => {
                let second = now.seconds().max(first.0.saturating_add(SECOND - 1).div_euclid(SECOND));
                let came = came.div_euclid(SECOND);
                second.saturating_sub(if came.abs_diff(said) <= ASTRAY { came.min(said) } else { came })
            }
            // Rounded down: nothing is later than it was.
            _ => now.0.saturating_sub(came).div_euclid(SECOND),
        };
        self.sittings.push(Sitting { cassette, from: at, to: at, shift });
        Some(shift)
    }
}

impl Sitting {
    /// Whether what was recorded at this moment belongs to it.
    fn holds(&self, cassette: u16, at: i64) -> bool {
        let from = self.from.saturating_sub(APART);
        self.cassette == cassette && (from..=self.to.saturating_add(APART)).contains(&at)
    }
}

/// The second that an HTTP date names.
fn second_of(date: &str) -> Option<i64> {
    cassettes::times::read_http_date(date).map(Timestamp::seconds)
}

/// By how many seconds a token may be moved so that it is not issued later than it was: a replay is faster than
/// the recording, and readers of tokens allow for no clock that is ahead.
fn latest_fresh(token: &str, came: i64, now: i64) -> Option<i64> {
    let times = Jwt::parse(token)?.times();
    let issued =
        times.iter().filter(|(name, _)| matches!(name.as_str(), "iat" | "nbf")).map(|(_, at)| *at).max()?;
    Some(now.saturating_sub(issued.min(came)))
}

/// Whether a token says of itself that it has run out (RFC 7519 §4.1.4).
fn has_expired(token: &str, now: Timestamp) -> bool {
    let ends = |(name, at): &(String, i64)| name == "exp" && *at <= now.seconds();
    Jwt::parse(token).is_some_and(|token| token.times().iter().any(ends))
}

/// The token issued so many seconds later: signed again where its key is known, else with the signature that it
/// has. That of a cassette is a stand-in in any case.
fn moved_token(token: &str, by: i64, keys: Option<&dyn Keys>) -> String {
    let place = Place::of("reply", "token", "");
    let facts = TokenFacts { place, signature: SignatureVerdict::Unknown, times: Vec::new() };
    jwt::mint(token, &facts, Timestamp(0), Timestamp(by.saturating_mul(SECOND)), keys).token
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Answer, Connection, ExchangeId, Headers, Response, Timing};

    /// 2026-01-02T03:04:05Z
    const AT: i64 = 1_767_323_045;

    fn exchange(at: i64, body: &str) -> Exchange {
        let headers = Headers::from_pairs([("Content-Type", "application/json")]);
        Exchange {
            id: ExchangeId(1),
            at: Timestamp(at * SECOND),
            upstream: String::new(),
            request: Request::new("GET", "/a"),
            answer: Answer::Reply(Response::new(200, headers, body.to_owned())),
            timing: Timing { end: Some(700_000), ..Timing::default() },
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        }
    }

    fn body(running: &Running, at: i64, text: &str, now: i64) -> String {
        let mut exchange = exchange(at, text);
        let spots = Spots::of(&exchange);
        running.answer(&mut exchange, (0, 0), &spots, Timestamp(now), None);
        let reply = exchange.answer.reply().map(|reply| reply.body.bytes().to_vec());
        String::from_utf8(reply.unwrap_or_default()).unwrap_or_default()
    }

    #[test]
    fn one_shift_for_a_sitting_and_the_way_back() {
        let running = Running::new(Clock::FromNow(0));
        let now = (AT + 1_000_000) * SECOND;
        assert_eq!(running.back(&Request::new("GET", "/a?since=2026-01-02T03:04:05Z"), Timestamp(now)), []);
        // It came within its second: the shift is a second less than the distance.
        let one = body(&running, AT, r#"{"created":1767323045}"#, now);
        assert_eq!(one, r#"{"created":1768323044}"#);
        let told = |at: i64, now: i64| running.told(0, at * SECOND, Timestamp(now));
        assert_eq!(told(AT, now), Some(Clocked { moved: 999_999, ahead: 0 }));
        assert_eq!(told(AT - 86_400, now), None);
        let later = now + 5 * SECOND;
        let two = body(&running, AT + 20, r#"{"created":1767323045,"updated":1767323065}"#, later);
        assert_eq!(two, r#"{"created":1768323044,"updated":1768323064}"#);
        let back = |target: &str| running.back(&Request::new("GET", target), Timestamp(later));
        let meant = back("/a?created=1768323044&since=1768323000");
        assert_eq!(meant[0].target, "/a?created=1767323045&since=1768323000");
        assert_eq!(meant[1].target, "/a?created=1767323045&since=1767323001");
        running.advance(60);
        assert_eq!(told(AT, later), Some(Clocked { moved: 1_000_059, ahead: 60 }));
        assert_eq!(running.now(Timestamp(later)), Timestamp(later + 60 * SECOND));
        assert_eq!(body(&running, AT + 21, r#"{"at":1767323066}"#, later), r#"{"at":1768323125}"#);
        // Another sitting begins now.
        let other = body(&running, AT - 86_400, r#"{"at":1767236645}"#, later);
        assert_eq!(other, r#"{"at":1768323109}"#);
        running.set(Clock::Recorded);
        assert_eq!(body(&running, AT, r#"{"at":1767323066}"#, later), r#"{"at":1767323066}"#);
        assert_eq!(running.now(Timestamp(later)), Timestamp(later));
        running.advance(3600);
        assert_eq!(body(&running, AT, r#"{"at":1767323066}"#, later), r#"{"at":1767326666}"#);
        assert_eq!(running.now(Timestamp(later)), Timestamp(later + 3600 * SECOND));
        assert_eq!(told(AT, later), Some(Clocked { moved: 3600, ahead: 3600 }));
        assert_eq!(
            running.back(&Request::new("GET", "/a?at=1767326666"), Timestamp(later))[0].target,
            "/a?at=1767323066"
        );
    }

    #[test]
    fn the_first_answer_never_comes_before_the_moment_that_was_named() {
        // 2026-01-01T00:00:00Z; the answer came within its second, and says that it came the second before.
        let midnight = Timestamp(1_767_225_600 * SECOND);
        let date = |said: &str| {
            let running = Running::new(Clock::At(midnight));
            let mut exchange = exchange(AT, "{}");
            if let Answer::Reply(reply) = &mut exchange.answer {
                reply.headers.push("Date", said);
            }
            let spots = Spots::of(&exchange);
            running.answer(&mut exchange, (0, 0), &spots, Timestamp(7), None);
            exchange.answer.reply().and_then(|reply| reply.headers.get("date").map(|date| date.to_string()))
        };
        for said in ["Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:04:04 GMT"] {
            assert_eq!(date(said).as_deref(), Some("Thu, 01 Jan 2026 00:00:00 GMT"), "{said}");
        }
    }

    #[test]
    fn a_token_is_never_issued_later_than_it_was() {
        // {"alg":"none"} and {"iat":1767323075,"exp":1767326675}: issued thirty seconds into the recording.
        let token = "eyJhbGciOiJub25lIn0.eyJpYXQiOjE3NjczMjMwNzUsImV4cCI6MTc2NzMyNjY3NX0.";
        let running = Running::new(Clock::FromNow(0));
        let now = (AT + 1_000_000) * SECOND;
        body(&running, AT, "{}", now);
        let said = body(&running, AT + 30, &format!(r#"{{"t":"{token}"}}"#), now);
        let fresh = said.trim_start_matches(r#"{"t":""#).trim_end_matches(r#""}"#);
        let times = Jwt::parse(fresh).map(|token| token.times()).unwrap_or_default();
        assert_eq!(times, [("iat".to_owned(), AT + 1_000_000), ("exp".to_owned(), AT + 1_003_600)]);
        let mut asked = Request::new("GET", "/me");
        asked.headers.push("Authorization", format!("Bearer {fresh}"));
        let meant = running.back(&asked, Timestamp(now));
        assert_eq!(meant[0].headers.get("authorization"), Some(format!("Bearer {token}").into()));
        assert_eq!(running.back_but_expired(&asked, Timestamp(now)), None);
        running.advance(7200);
        assert_eq!(running.back_but_expired(&asked, Timestamp(now)), Some(asked));
    }
}
