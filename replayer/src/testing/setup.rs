//! What a replay in a test is started with.

use super::replay::Replay;
use crate::{Auditor, Conditions, NoSession, Playback, Server, Settings, Tape, Wanted};
use cassettes::model::{Cassette, RedactRules, Timestamp};
use cassettes::redact::Policy;
use cassettes::store::{self, StoreError};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// What a replay in a test is started with.
///
/// ```no_run
/// # use replayer::{Conditions, testing::Setup};
/// let replay = Setup::new(["cassettes/billing.yaml"])
///     .conditions(Conditions { repeat: Some(true), ..Conditions::default() })
///     .start()
///     .unwrap();
/// ```
#[must_use]
pub struct Setup {
    paths: Vec<PathBuf>,
    redact: RedactRules,
    conditions: Conditions,
    auditor: Option<Auditor>,
    fail_on_unused: bool,
}

/// A replay that could not be started.
#[derive(Debug, thiserror::Error)]
pub enum NoReplay {
    /// A cassette cannot be read.
    #[error(transparent)]
    Cassette(#[from] StoreError),
    /// There is nothing to be replayed.
    #[error("expected cassettes with exchanges, found none in {}", paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "))]
    Empty {
        /// The cassettes named.
        paths: Vec<PathBuf>,
    },
    /// The rules of redaction cannot be used.
    #[error("the rules of redaction: {0}")]
    Rules(String),
    /// Its conditions cannot be met.
    #[error(transparent)]
    Conditions(#[from] NoSession),
    /// No port could be opened.
    #[error("opening a port of this machine: {0}")]
    Port(#[from] io::Error),
}

impl Setup {
    /// Of cassettes on the disk.
    pub fn new<P: Into<PathBuf>>(cassettes: impl IntoIterator<Item = P>) -> Self {
        Setup {
            paths: cassettes.into_iter().map(Into::into).collect(),
            redact: RedactRules::default(),
            conditions: Conditions::default(),
            auditor: None,
            fail_on_unused: false,
        }
    }

    /// How sessions play that say nothing else.
    pub fn conditions(mut self, conditions: Conditions) -> Self {
        self.conditions = conditions;
        self
    }

    /// Rules that the project adds to those of its cassettes: `redact:` of its truetape.yaml.
    pub fn redact(mut self, rules: RedactRules) -> Self {
        self.redact = rules;
        self
    }

    /// Who judges what the client did; findings of `error` and `warning` fail the test.
    pub fn auditor(mut self, auditor: Auditor) -> Self {
        self.auditor = Some(auditor);
        self
    }

    /// Fails the test when recorded exchanges were not asked for.
    pub fn fail_on_unused(mut self) -> Self {
        self.fail_on_unused = true;
        self
    }

    /// Starts it on a free port of this machine, on a thread of its own: a test needs no runtime for it.
    pub fn start(self) -> Result<Replay, NoReplay> {
        self.conditions.check()?;
        let mut cassettes: Vec<Cassette> = Vec::new();
        for path in &self.paths {
            cassettes.push(store::load_lean(path)?.cassette);
        }
        if cassettes.iter().all(|cassette| cassette.exchanges.is_empty()) {
            return Err(NoReplay::Empty { paths: self.paths });
        }
        let tape = Tape::prepare(cassettes.clone(), Arc::new(self.policy(&cassettes)?));
        let settings =
            Settings { conditions: self.conditions, auditor: self.auditor.clone(), ..Settings::new(now) };
        let playback = Arc::new(Playback::new(Arc::new(tape), settings));
        let (told, bound) = mpsc::channel();
        let (stop, stopped) = watch::channel(false);
        let of_thread = Arc::clone(&playback);
        let thread = std::thread::Builder::new().name("replay".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let wanted = Wanted { address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), upstream: None };
                let server = Server::bind(of_thread, &[wanted]).await?;
                let address = server.addresses().next().map(|(address, _)| address);
                let _ = told.send((address, tokio::runtime::Handle::current()));
                Ok(server.run(stopped).await)
            })
        })?;
        // A thread that could not bind says so when it is joined.
        let Ok((Some(address), runtime)) = bound.recv() else {
            return Err(match thread.join() {
                Ok(Err(error)) => NoReplay::Port(error),
                Ok(Ok(_)) | Err(_) => NoReplay::Port(io::Error::other("the replay's thread ended early")),
            });
        };
        let judged = (self.auditor, self.fail_on_unused);
        Ok(Replay::running((address, runtime), playback, stop, thread, judged))
    }

    /// Cleans questions as recording cleaned what was recorded: by the rules of all of them together.
    fn policy(&self, cassettes: &[Cassette]) -> Result<Policy, NoReplay> {
        let mut rules = self.redact.clone();
        for cassette in cassettes {
            let theirs = &cassette.header.redact;
            for (ours, theirs) in [
                (&mut rules.headers, &theirs.headers),
                (&mut rules.query, &theirs.query),
                (&mut rules.json, &theirs.json),
                (&mut rules.patterns, &theirs.patterns),
                (&mut rules.keep, &theirs.keep),
            ] {
                ours.extend(theirs.iter().cloned());
                ours.sort();
                ours.dedup();
            }
        }
        let beside = self.paths.first().and_then(|path| path.parent()).unwrap_or(std::path::Path::new("."));
        let key = store::pseudonym_key(beside, None)?;
        Policy::revealing(&rules, Vec::new(), key).map_err(|error| NoReplay::Rules(error.to_string()))
    }
}

/// A test is its own program: nobody else tells it the time.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
