//! The vendor as it is asked again, beside itself as it was: whatever is asked goes to both, so that it is known
//! of each answer whether the change shows in it.

use super::weather::Weather;
use crate::kit::client::timing;
use crate::kit::service::Told;
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
    shown: Vec<Request>,
    asked: usize,
}

impl Twin {
    /// `now` answers; `then` is what it would be without the change.
    pub(crate) fn new(now: &Cast, then: &Cast, weather: Weather) -> Self {
        let clock = now.world.start;
        let both = Both {
            now: now.stage(),
            then: then.stage(),
            start: clock,
            clock,
            weather,
            shown: Vec::new(),
            asked: 0,
        };
        Twin { both: Mutex::new(both) }
    }

    fn both(&self) -> MutexGuard<'_, Both> {
        self.both.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell(&self, request: &Request) -> Told {
        let both = &mut *self.both();
        both.asked += 1;
        both.clock += 3;
        let told = match both.weather.trouble() {
            Some(trouble) => trouble,
            None => {
                let (now, then) = (both.now.ask(request), both.then.ask(request));
                if (now.status(), &now.answer, now.millis) != (then.status(), &then.answer, then.millis) {
                    both.shown.push(request.clone());
                }
                now
            }
        };
        both.weather.over(both.clock, told)
    }

    /// The questions whose answers showed the change.
    pub(crate) fn shown(&self) -> Vec<Request> {
        self.both().shown.clone()
    }

    /// The epoch second at which it began.
    pub(crate) fn start(&self) -> i64 {
        self.both().start
    }

    /// How many questions came.
    pub(crate) fn asked(&self) -> usize {
        self.both().asked
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
