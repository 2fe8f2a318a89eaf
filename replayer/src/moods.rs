//! What a session with whims makes of requests and answers.

use crate::clock::{Clock, Running};
use crate::faults::{Faults, Strike, Struck};
use crate::journal::Remarks;
use crate::pace::{Beat, Speed};
use crate::playback::Playback;
use crate::seed::{Draw, purpose};
use crate::session::{Session, Taken};
use cassettes::model::{Exchange, Request, Timestamp};

impl Playback {
    /// With which seed the default session shuffles, and how many lists and how many objects have no order; none if
    /// it does not shuffle.
    pub fn unstable(&self) -> Option<(u64, usize, usize)> {
        let held = self.default();
        let session = held.session();
        let seed = session.conditions().shuffle?;
        let (lists, objects) = session.reel().studies().orders(session.tape()).counts();
        Some((seed, lists, objects))
    }
}

impl Session {
    /// What its clock says.
    pub fn now(&self, real: Timestamp) -> Timestamp {
        self.clock().map_or(real, |clock| clock.now(real))
    }

    /// Puts its clock to another moment. `false`: it follows none, which has to be said when it begins.
    pub fn set_clock(&self, to: Clock) -> bool {
        self.clock().map(|clock| clock.set(to)).is_some()
    }

    /// Puts its clock forward by so many seconds. `false`: it follows none.
    pub fn advance_clock(&self, seconds: i64) -> bool {
        self.clock().map(|clock| clock.advance(seconds)).is_some()
    }

    /// How often each of its declared faults struck.
    pub fn struck(&self) -> Vec<Struck> {
        self.whims().and_then(|whims| whims.faults.as_ref()).map(Faults::struck).unwrap_or_default()
    }

    /// Exchanges that it was given and whose bodies could not follow its clock, as evidence cites them, and why.
    pub fn left_behind(&self) -> Vec<(String, String)> {
        let left = self.clock().map(Running::left).unwrap_or_default();
        left.into_iter().map(|(entry, left)| (self.tape().cite(entry), left.to_string())).collect()
    }

    fn clock(&self) -> Option<&Running> {
        self.whims()?.clock.as_ref()
    }

    /// What a request may have meant under its clock, the likeliest first; the request itself is not among it.
    pub(crate) fn led_back(&self, asked: &Request, real: Timestamp) -> Vec<Request> {
        self.clock().map(|clock| clock.back(asked, real)).unwrap_or_default()
    }

    /// The same where it shows tokens that have run out since they were shown: with these as they are.
    pub(crate) fn led_back_but_expired(&self, asked: &Request, real: Timestamp) -> Option<Request> {
        self.clock()?.back_but_expired(asked, real)
    }

    /// Takes an answer, and counts a request that found one, with nobody else taking one meanwhile if a fault may strike. What
    /// strikes, and what was taken: given back where the exchange is to stay.
    pub(crate) fn struck_by<T>(
        &self,
        (method, target): (&str, &str),
        take: impl FnOnce() -> T,
        taken: impl FnOnce(&T) -> Option<Taken>,
    ) -> (Option<Strike>, T) {
        let Some(faults) = self.whims().and_then(|whims| whims.faults.as_ref()) else {
            return (None, take());
        };
        let _alone = faults.taking();
        let result = take();
        // Where there is no answer there is nothing to strike.
        let Some(taken) = taken(&result) else { return (None, result) };
        let strike = faults.strike(method, target);
        if strike.as_ref().is_some_and(Strike::gives_back) {
            self.give_back(taken);
        }
        (strike, result)
    }

    /// Changes an answer of its tape as its clock and its orders want it; whether anything is another.
    pub(crate) fn changed(&self, exchange: &mut Exchange, entry: u32, real: Timestamp) -> bool {
        let Some(whims) = self.whims() else { return false };
        let (tape, studies) = (self.tape(), self.reel().studies());
        let mut changed = false;
        if let Some(clock) = &whims.clock {
            let at = (entry, tape.entries[entry as usize].cassette);
            changed |= clock.answer(exchange, at, studies.spots(tape, entry), real, tape.keys());
        }
        if let Some(seed) = self.conditions().shuffle
            && let Some(unstable) = studies.orders(tape).of(entry)
        {
            let turn = whims.turn(entry);
            let mut draw = Draw::new(seed, purpose(&format!("{} {} {turn}", self.name(), tape.cite(entry))));
            let Exchange { answer, timing, .. } = exchange;
            changed |= unstable.draw(answer, timing, &mut |many| draw.below(many));
        }
        changed
    }

    /// What the journal says of an answer that it gave: by what declarations its request passed, and what it
    /// does that the others of the replay do not. None where nothing is to be said.
    pub(crate) fn remarks(&self, taken: Taken, others: Speed, now: fn() -> Timestamp) -> Option<Remarks> {
        let loosened = if taken.loosened == 0 && !taken.veiled { Vec::new() } else { self.words(taken) };
        let own = self.conditions().speed();
        let speed = (own != others).then(|| own.to_string());
        let clock = self.clock().and_then(|clock| {
            let entry = &self.tape().entries[taken.entry as usize];
            clock.told(entry.cassette, entry.exchange().at.0, now())
        });
        let said = !loosened.is_empty() || speed.is_some() || clock.is_some();
        said.then(|| Remarks { loosened, speed, clock, ..Remarks::default() })
    }

    /// When the parts of an entry's answer are due.
    pub(crate) fn beat(&self, entry: u32) -> Beat {
        let conditions = self.conditions();
        let beat = Beat::of(conditions.speed());
        let Some(whims) = self.whims() else { return beat };
        let mut beat = beat;
        if let Speed::Sampled(seed) = conditions.speed() {
            let mut draw = whims.draw(seed);
            let sample = self.reel().studies().sample(self.tape(), entry, &mut |many| draw.below(many));
            beat = sample.map_or(beat, |(own, other)| beat.sampled(own, other));
        }
        match conditions.latency {
            Some(latency) => {
                beat.after(latency.drawn(&mut whims.draw(conditions.shuffle.unwrap_or_default())))
            }
            None => beat,
        }
    }

    /// Draws for what a fault leaves to chance.
    pub(crate) fn chance(&self) -> Draw {
        self.whims().map_or_else(|| Draw::new(0, 0), |whims| whims.draw(0))
    }
}
