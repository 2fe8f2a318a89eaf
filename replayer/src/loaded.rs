//! The tape that is loaded, and the sessions over it: another tape takes the place of both at once.

use crate::conditions::Conditions;
use crate::no_session::NoSession;
use crate::options::Settings;
use crate::reel::Reel;
use crate::session::Session;
use crate::sessions::Sessions;
use crate::tape::Tape;
use crate::variables::Variables;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The tape that is loaded, and the sessions over it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// All of the tape.
    pub(crate) reel: Arc<Reel>,
    /// The same as sessions play it that say nothing else.
    played: Arc<Reel>,
    pub(crate) sessions: Sessions,
    defaults: Arc<Conditions>,
    /// Those of the defaults.
    variables: Option<Arc<Variables>>,
    /// Tapes that only some sessions play, prepared once for each set of cassettes and as long as it is played.
    parts: Mutex<HashMap<Wanted, Weak<Reel>>>,
}

/// The cassettes wanted, and the declarations that make a difference, as they are written.
type Wanted = (Vec<u16>, Option<String>);

/// The name of the session of those who name none.
const DEFAULT: &str = "default";

impl Loaded {
    /// A tape with the default session alone; `loading` counts how often one was loaded before.
    pub(crate) fn new(tape: Arc<Tape>, loading: u64, settings: &Settings) -> Self {
        let reel = Arc::new(Reel::new(tape, loading));
        // What a replay plays is its tape: the defaults name no cassettes.
        let defaults = Arc::new(Conditions { cassettes: None, ..settings.conditions.clone() });
        let required = defaults.matching.as_ref().filter(|declared| declared.requires());
        let played =
            required.map_or_else(|| Arc::clone(&reel), |declared| Arc::new(reel.requiring(declared)));
        let variables = Variables::of(&defaults, None, &settings.recorded, &reel.tape).map(Arc::new);
        let session = Session::shared(DEFAULT, Arc::clone(&played), Arc::clone(&defaults));
        let sessions = Sessions::new(session.with(variables.clone()), settings.most_sessions);
        Loaded { reel, played, sessions, defaults, variables, parts: Mutex::default() }
    }

    /// Another tape with the same sessions, which begin anew: those with conditions of their own at once, the
    /// others when they are asked something.
    pub(crate) fn again(&self, tape: Arc<Tape>, settings: &Settings) -> Result<Loaded, NoSession> {
        let fresh = Loaded::new(tape, self.reel.loading() + 1, settings);
        for session in self.sessions.all() {
            let Some(own) = session.own_conditions() else { continue };
            let anew = fresh.begin_under(session.name(), own.clone(), settings)?;
            anew.see(session.seen());
            fresh.sessions.begin(session.name(), || anew)?;
        }
        Ok(fresh)
    }

    /// A session with the default conditions.
    pub(crate) fn begin(&self, name: &str) -> Session {
        let session = Session::new(name, Arc::clone(&self.played), Arc::clone(&self.defaults), None);
        session.with(self.variables.clone())
    }

    /// A session with conditions of its own.
    pub(crate) fn begin_under(
        &self,
        name: &str,
        own: Conditions,
        settings: &Settings,
    ) -> Result<Session, NoSession> {
        let conditions = own.over(&settings.conditions).map_err(NoSession::Conditions)?;
        conditions.check()?;
        let reel = self.reel_of(&conditions)?;
        let defaults = Some(&settings.conditions);
        let variables = Variables::of(&conditions, defaults, &settings.recorded, &reel.tape);
        Ok(Session::new(name, reel, Arc::new(conditions), Some(own)).with(variables.map(Arc::new)))
    }

    /// What a session with these conditions plays: all of the tape, or some of it, or with other differences
    /// between requests.
    fn reel_of(&self, conditions: &Conditions) -> Result<Arc<Reel>, NoSession> {
        let tape = &self.reel.tape;
        let mut numbers = match &conditions.cassettes {
            None => Vec::new(),
            Some(names) => tape.cassettes_named(names).map_err(|name| NoSession::Cassette {
                name: name.to_owned(),
                known: tape.cassettes.clone(),
            })?,
        };
        if numbers.len() == tape.cassettes.len() {
            numbers.clear();
        }
        let required = conditions.matching.as_ref().filter(|declared| declared.requires());
        if conditions.cassettes.as_ref().is_none_or(|_| numbers.is_empty()) && required.is_none() {
            return Ok(Arc::clone(&self.reel));
        }
        let key = (numbers, required.and_then(|declared| serde_json::to_string(declared).ok()));
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reel) = parts.get(&key).and_then(Weak::upgrade) {
            return Ok(reel);
        }
        parts.retain(|_, reel| reel.strong_count() > 0);
        let some = (!key.0.is_empty()).then(|| self.reel.only(&key.0));
        let reel = match (some, required) {
            (Some(some), Some(declared)) => some.requiring(declared),
            (Some(some), None) => some,
            (None, Some(declared)) => self.reel.requiring(declared),
            (None, None) => return Ok(Arc::clone(&self.reel)),
        };
        let reel = Arc::new(reel);
        parts.insert(key, Arc::downgrade(&reel));
        Ok(reel)
    }
}
