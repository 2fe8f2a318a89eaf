//! Which routes are allowed, and which of these nothing takes.

use crate::exit::Stop;
use cassettes::{model::Cassette, operation::Operations, plan::nearest};
use std::collections::BTreeSet;
use verify::drift::vendor::Guard;

/// The routes that a run allows.
pub(super) struct Allowed {
    pub(super) guard: Guard,
    /// Each with where it was said.
    routes: Vec<(&'static str, String)>,
}

impl Allowed {
    /// Of the settings and of flags.
    pub(super) fn of(settings: &[String], flags: &[String]) -> Result<Allowed, Stop> {
        let routes: Vec<(&str, String)> = settings
            .iter()
            .map(|route| ("drift.allow", route.clone()))
            .chain(flags.iter().map(|route| ("--allow", route.clone())))
            .collect();
        let guard = Guard::allowing(routes.iter().map(|(_, route)| route)).map_err(|e| {
            Stop::usage(e.to_string(), "--allow and `drift: allow:` take routes as reports print them")
        })?;
        Ok(Allowed { guard, routes })
    }

    /// What is to be said of routes that no exchange takes.
    pub(super) fn idle(&self, cassettes: &[Cassette]) -> Vec<String> {
        let exchanges = || cassettes.iter().flat_map(|cassette| &cassette.exchanges);
        let idle = self.guard.idle(exchanges().map(|exchange| &exchange.request));
        if idle.is_empty() {
            return Vec::new();
        }
        let mut operations: BTreeSet<String> = BTreeSet::new();
        for cassette in cassettes {
            let known = Operations::learn(&cassette.exchanges);
            let kept = cassette.exchanges.iter().filter(|exchange| !self.guard.allows(&exchange.request));
            operations.extend(kept.map(|exchange| known.of(&exchange.request).to_string()));
        }
        let names: Vec<&str> = operations.iter().map(String::as_str).collect();
        let say = |at: usize| {
            let (from, route) = &self.routes[at];
            match nearest(route, &names) {
                Some(near) => format!("{from}: no exchange here is `{route}`: did you mean `{near}`?"),
                None => format!("{from}: no exchange here is `{route}`"),
            }
        };
        idle.into_iter().map(say).collect()
    }
}
