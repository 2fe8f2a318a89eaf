//! The vendor as it is asked again, beside itself as it was: whatever is asked goes to both, so that it is known
//! of each answer whether the change shows in it.

use super::unknowable::Put;
use super::weather::Weather;
use crate::kit::client::timing;
use crate::kit::service::{Told, What};
use crate::kit::stage::{Cast, Stage};
use cassettes::model::Request;
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A vendor asked again, later.
pub(crate) struct Twin {
    both: Mutex<Both>,
}

struct Both {
    now: Stage,
    then: Stage,
    start: i64,
    clock: i64,
    weather: Weather,
    asked: Vec<Put>,
}

impl Twin {
    /// `now` answers; `then` is what it would be without the change.
    pub(crate) fn new(now: &Cast, then: &Cast, weather: Weather) -> Self {
        let clock = now.world.start;
        let both =
            Both { now: now.stage(), then: then.stage(), start: clock, clock, weather, asked: Vec::new() };
        Twin { both: Mutex::new(both) }
    }

    fn both(&self) -> MutexGuard<'_, Both> {
        self.both.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell(&self, request: &Request) -> Told {
        let both = &mut *self.both();
        both.clock += 3;
        let has_tag = |told: &Told| told.reply().is_some_and(|reply| reply.headers.contains("etag"));
        let (tagged, told) = match both.weather.trouble() {
            Some(trouble) => {
                both.asked.push(Put { request: request.clone(), shown: None, is_trouble: true });
                (false, trouble)
            }
            None => {
                let (now, then) = (both.now.ask(request), both.then.ask(request));
                let shows =
                    (now.status(), &now.answer, now.millis) != (then.status(), &then.answer, then.millis);
                let is_trouble =
                    matches!(then.what, What::Retryable | What::Broken | What::Limited | What::Failed);
                let shown = shows.then(|| now.answer.clone());
                both.asked.push(Put { request: request.clone(), shown, is_trouble });
                (has_tag(&now) || has_tag(&then), now)
            }
        };
        both.weather.over(both.clock, tagged, told)
    }

    /// The questions whose answers showed the change.
    pub(crate) fn shown(&self) -> Vec<Request> {
        self.put().into_iter().filter(|put| put.shown.is_some()).map(|put| put.request).collect()
    }

    /// Every question, in its order.
    pub(crate) fn put(&self) -> Vec<Put> {
        self.both().asked.clone()
    }

    /// The epoch second at which it began.
    pub(crate) fn start(&self) -> i64 {
        self.both().start
    }

    /// How many questions came.
    pub(crate) fn asked(&self) -> usize {
        self.both().asked.len()
    }
}

impl Subject for Twin {
    fn name(&self) -> &str {
        "the vendor in memory"
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        let told = self.tell(request);
        let observed = Observed { timing: timing(&told), ..Observed::of(told.answer) };
        Box::pin(std::future::ready(Ok(observed)))
    }
}
