//! A tape being played: its sessions, shared by every listener and the admin API.

use crate::conditions::Conditions;
use crate::journal::{Journal, Notice};
use crate::keeper::{AdminToken, Wish};
use crate::loaded::Loaded;
use crate::no_session::NoSession;
use crate::options::Settings;
use crate::outcome::{Outcome, SessionOutcome, Unused};
use crate::past::{self, Past};
use crate::ports::Ports;
use crate::question::Rules;
use crate::reel::Place;
use crate::refusal::Miss;
use crate::session::Session;
use crate::tape::Tape;
use arc_swap::{ArcSwap, Guard};
use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;
use wire::serve::TlsRefusal;

/// A tape being played.
#[derive(Debug)]
pub struct Playback {
    /// Read at every request, and never waited for.
    loaded: ArcSwap<Loaded>,
    pub(crate) settings: Settings,
    /// How the listeners stand in for the real side.
    places: OnceLock<Box<[Place]>>,
    pub(crate) ports: Ports,
    /// Held by whoever begins, ends or replaces sessions.
    past: Mutex<Past>,
    /// Names for those who ask for none.
    names: AtomicU64,
    began: Instant,
    /// Whether the admin API was asked to stop it all.
    pub(crate) wish: Wish,
    /// TLS that clients began with us and that came to nothing, and how often.
    unshaken: Mutex<BTreeMap<String, u32>>,
}

/// A session while a request is answered.
pub(crate) enum Held {
    /// The one for those that name none. Nothing is counted to hold it.
    Default(Guard<Arc<Loaded>>),
    /// Another one.
    Named(Arc<Session>),
}

impl Held {
    /// Either way.
    pub(crate) fn session(&self) -> &Session {
        match self {
            Held::Default(loaded) => loaded.sessions.default(),
            Held::Named(session) => session,
        }
    }
}

impl Playback {
    /// From the first exchange on.
    pub fn new(tape: Arc<Tape>, settings: Settings) -> Self {
        let mut settings = settings;
        if settings.journal.is_none() {
            let conditions = &settings.conditions;
            let pace = (conditions.speed().to_string(), conditions.repeats());
            settings.journal = Journal::unnamed(&tape, pace, settings.now);
        }
        let loaded = Loaded::new(tape, 0, &settings);
        Playback {
            loaded: ArcSwap::from_pointee(loaded),
            settings,
            places: OnceLock::new(),
            ports: Ports::default(),
            past: Mutex::default(),
            names: AtomicU64::new(0),
            began: Instant::now(),
            wish: Wish::default(),
            unshaken: Mutex::default(),
        }
    }

    /// What is played now.
    pub fn tape(&self) -> Arc<Tape> {
        Arc::clone(&self.loaded.load().reel.tape)
    }

    /// The default session.
    pub(crate) fn default(&self) -> Held {
        Held::Default(self.loaded.load())
    }

    /// The session of a name, begun if it is new.
    pub(crate) fn named(&self, name: &str) -> Result<Held, NoSession> {
        let loaded = self.loaded.load();
        if name == loaded.sessions.default().name() {
            return Ok(Held::Default(loaded));
        }
        if let Some(session) = loaded.sessions.find(name) {
            return Ok(Held::Named(session));
        }
        drop(loaded);
        let past = self.past();
        if past.is_over(name) {
            return Err(NoSession::Over { name: name.to_owned() });
        }
        let loaded = self.loaded.load();
        let session = loaded.sessions.named(name, || loaded.begin(name))?;
        session.see(self.seconds(Instant::now()));
        Ok(Held::Named(session))
    }

    /// The session of a name, if it has begun.
    pub fn session(&self, name: &str) -> Option<Arc<Session>> {
        self.loaded.load().sessions.find(name)
    }

    /// Every session that has begun and not ended, the default one first, the others by name.
    pub fn sessions(&self) -> Vec<Arc<Session>> {
        self.loaded.load().sessions.all()
    }

    /// Begins a session with conditions of its own, under a name that none has; without one it gets one.
    pub fn begin(&self, name: Option<&str>, conditions: Conditions) -> Result<Arc<Session>, NoSession> {
        let mut past = self.past();
        let loaded = self.loaded.load();
        let name = name.map_or_else(|| self.fresh_name(&loaded), str::to_owned);
        let session = loaded.begin_under(&name, conditions, &self.settings)?;
        let session = loaded.sessions.begin(&name, || session)?;
        past.begun(&name);
        session.see(self.seconds(Instant::now()));
        if let Some(places) = self.places.get() {
            session.reel().stands(places);
        }
        Ok(session)
    }

    /// Ends a session: its port closes, what came of it still counts, and its name can begin anew; by a request
    /// alone only if it had no conditions of its own, which nobody would notice to be gone. `false` if there is
    /// none of that name, or if it is the default one, which does not end.
    pub fn end(&self, name: &str) -> bool {
        let mut past = self.past();
        let Some(session) = self.loaded.load().sessions.end(name) else { return false };
        self.ports.close(name);
        past.end(session);
        true
    }

    /// Puts a session back to its first state: every answer can be given anew. What came of it until now still
    /// counts at the end of the replay.
    pub fn reset(&self, session: &Session) {
        let mut past = self.past();
        past.keep(session);
        session.reset();
    }

    /// The misses of a session that has ended, as far as they are kept.
    pub(crate) fn past_misses(&self, name: &str) -> Vec<Miss> {
        let mut outcomes = BTreeMap::new();
        self.past().tell(&mut outcomes, &mut []);
        outcomes.remove(name).map(|outcome| outcome.misses).unwrap_or_default()
    }

    /// Ends the sessions that are too old.
    pub(crate) fn end_old(&self) {
        let Some(age) = self.settings.session_age else { return };
        let now = self.began.elapsed();
        for session in self.sessions().into_iter().skip(1) {
            // One that still answers something is held by that: by it, by this list and by the table.
            let idle = Arc::strong_count(&session) <= 2;
            if idle && now.as_secs().saturating_sub(u64::from(session.seen())) > age.as_secs() {
                let name = session.name().to_owned();
                drop(session);
                if self.end(&name) {
                    self.notice(Notice::Over(name));
                }
            }
        }
    }

    /// Opens a port whose clients are in a session without naming it; the one it has if it has one.
    pub async fn open_port(&self, session: &Session) -> io::Result<SocketAddr> {
        self.ports.open(session.name()).await
    }

    /// The port of a session, if it has one.
    pub fn port(&self, session: &Session) -> Option<SocketAddr> {
        self.ports.of(session.name())
    }

    /// Plays another tape from now on. Every session begins anew on it, those that were begun with conditions of
    /// their own with these; requests under way are answered from the old one. `Err`: the conditions of a
    /// session cannot be met on the new tape, and nothing has changed.
    pub fn replace(&self, tape: Arc<Tape>) -> Result<(), NoSession> {
        let mut past = self.past();
        let old = self.loaded.load_full();
        let loaded = old.again(tape, &self.settings)?;
        if let Some(places) = self.places.get() {
            loaded.reel.stands(places);
            for session in loaded.sessions.all() {
                session.reel().stands(places);
            }
        }
        let loading = loaded.reel.loading();
        self.loaded.store(Arc::new(loaded));
        past.reloaded(loading);
        for session in old.sessions.all() {
            past.add(session);
        }
        self.notice(Notice::Reloaded(self.loaded.load().reel.tape.cassettes.clone()));
        Ok(())
    }

    /// How often another tape was put in this one's place.
    pub fn loading(&self) -> u64 {
        self.loaded.load().reel.loading()
    }

    /// From now on listeners stand there.
    pub(crate) fn stand(&self, places: Vec<Place>) -> io::Result<()> {
        let again = || io::Error::new(io::ErrorKind::AlreadyExists, "the playback has a server already");
        self.places.set(places.into()).map_err(|_| again())?;
        for session in self.sessions() {
            session.reel().stands(self.places());
        }
        Ok(())
    }

    pub(crate) fn places(&self) -> &[Place] {
        self.places.get().map_or(&[], |places| places)
    }

    /// So many seconds after the replay began.
    pub(crate) fn seconds(&self, at: Instant) -> u32 {
        u32::try_from(at.saturating_duration_since(self.began).as_secs()).unwrap_or(u32::MAX)
    }

    /// Resolves when the admin API was asked to stop the replay: whoever runs the server then stops it.
    pub fn asked_to_stop(&self) -> impl Future<Output = ()> + Send + use<> {
        self.wish.wished()
    }

    /// What came of it so far. Exchanges count as given if a session was given them since the tape was loaded.
    pub fn outcome(&self) -> Outcome {
        let past = self.past();
        let loaded = self.loaded.load();
        let reel = &loaded.reel;
        let mut plays = vec![0; reel.tape.len()];
        let mut outcomes = BTreeMap::new();
        past.tell(&mut outcomes, &mut plays);
        for session in loaded.sessions.all() {
            if let Some(outcome) = past::of(&session) {
                past::merge(&mut outcomes, outcome, usize::MAX);
            }
            past::count(&session, reel.loading(), &mut plays);
        }
        let default = outcomes.remove(loaded.sessions.default().name());
        let sessions: Vec<SessionOutcome> = default.into_iter().chain(outcomes.into_values()).collect();
        let unused = unused(&reel.tape, &plays);
        Outcome { exchanges: plays.len(), unused, sessions, unshaken: self.all_unshaken() }
    }

    /// How often each exchange was given by all sessions since the tape was loaded, in recorded order.
    pub(crate) fn plays(&self) -> Vec<u64> {
        let past = self.past();
        let loaded = self.loaded.load();
        let reel = &loaded.reel;
        let mut plays = vec![0; reel.tape.len()];
        past.tell(&mut BTreeMap::new(), &mut plays);
        for session in loaded.sessions.all() {
            past::count(&session, reel.loading(), &mut plays);
        }
        plays
    }

    /// Remembers that a client's TLS came to nothing.
    pub(crate) fn unshaken(&self, tunnel: Option<&str>, refusal: &TlsRefusal) {
        const MOST: usize = 1000;
        let what = format!("{}: {refusal}", tunnel.unwrap_or("the listener"));
        let mut unshaken = self.unshaken.lock().unwrap_or_else(PoisonError::into_inner);
        if unshaken.len() < MOST || unshaken.contains_key(&what) {
            *unshaken.entry(what).or_default() += 1;
        }
    }

    fn all_unshaken(&self) -> BTreeMap<String, u32> {
        self.unshaken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The journal, if there is one; whoever runs the server closes it at the end.
    pub fn journal(&self) -> Option<&Journal> {
        self.settings.journal.as_ref()
    }

    /// What the admin API asks everybody for.
    pub fn admin_token(&self) -> Option<&AdminToken> {
        self.settings.admin_token.as_ref()
    }

    pub(crate) fn rules(session: &Session, upstream: Option<u16>) -> Rules {
        Rules { upstream, repeat: session.conditions().repeats() }
    }

    fn notice(&self, notice: Notice) {
        if let Some(journal) = self.journal() {
            journal.notice(notice);
        }
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh_name(&self, loaded: &Loaded) -> String {
        loop {
            let name = format!("s{}", self.names.fetch_add(1, Relaxed) + 1);
            if loaded.sessions.find(&name).is_none() {
                return name;
            }
        }
    }
}

/// The exchanges without plays.
pub(crate) fn unused(tape: &Tape, plays: &[u64]) -> Vec<Unused> {
    (0u32..)
        .zip(plays)
        .filter(|(_, plays)| **plays == 0)
        .map(|(number, _)| {
            let request = &tape.entries[number as usize].exchange().request;
            let exchange = tape.cite(number);
            Unused { exchange, method: request.method.clone(), target: request.target.clone() }
        })
        .collect()
}
