//! A replay that runs beside a test.

use super::failure;
use super::setup::{NoReplay, Setup};
use crate::{Auditor, Conditions, Miss, NoSession, Outcome, Playback};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// A replay that runs beside a test and ends with it. Dropping it fails the test if there were misses or findings,
/// unless the test fails already.
pub struct Replay {
    address: SocketAddr,
    runtime: Handle,
    playback: Arc<Playback>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<io::Result<Outcome>>>,
    auditor: Option<Auditor>,
    fail_on_unused: bool,
    forgiving: bool,
}

/// One isolated session of it: each test of a suite that shares a replay has one.
#[derive(Clone)]
pub struct Session {
    name: String,
    address: SocketAddr,
    runtime: Handle,
    playback: Arc<Playback>,
}

impl Replay {
    /// Serves cassettes on a free port of this machine.
    pub fn start<P: Into<PathBuf>>(cassettes: impl IntoIterator<Item = P>) -> Result<Self, NoReplay> {
        Setup::new(cassettes).start()
    }

    pub(super) fn running(
        (address, runtime): (SocketAddr, Handle),
        playback: Arc<Playback>,
        stop: watch::Sender<bool>,
        thread: JoinHandle<io::Result<Outcome>>,
        (auditor, fail_on_unused): (Option<Auditor>, bool),
    ) -> Self {
        let thread = Some(thread);
        Replay { address, runtime, playback, stop, thread, auditor, fail_on_unused, forgiving: false }
    }

    /// The base URL to give to the client: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A session of this name, which begins with its first request.
    pub fn session(&self, name: &str) -> Session {
        Session {
            name: name.to_owned(),
            address: self.address,
            runtime: self.runtime.clone(),
            playback: Arc::clone(&self.playback),
        }
    }

    /// A session with conditions of its own.
    pub fn session_with(&self, name: &str, conditions: Conditions) -> Result<Session, NoSession> {
        self.playback.begin(Some(name), conditions)?;
        Ok(self.session(name))
    }

    /// What is played, for whatever is not said here.
    pub fn playback(&self) -> &Arc<Playback> {
        &self.playback
    }

    /// What came of it so far.
    pub fn outcome(&self) -> Outcome {
        self.playback.outcome()
    }

    /// Misses and findings do not fail the test: it looks at them itself.
    pub fn forgive(&mut self) {
        self.forgiving = true;
    }

    /// Ends it.
    ///
    /// # Panics
    ///
    /// If something was asked that was not recorded, with what was asked, the nearest exchange and each
    /// difference; and if there are findings.
    #[track_caller]
    pub fn done(mut self) {
        let failed = self.end();
        if let Some(failed) = failed {
            panic!("{failed}");
        }
    }

    /// Why the test fails; none if it does not, or if it has ended before.
    fn end(&mut self) -> Option<String> {
        let thread = self.thread.take()?;
        let _ = self.stop.send(true);
        let outcome = match thread.join() {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => return Some(format!("the replay failed: {error}")),
            Err(_) => return Some("the replay's thread ended early".to_owned()),
        };
        if self.forgiving {
            return None;
        }
        let journal = self.auditor.as_ref().and(self.playback.journal()).map(|journal| journal.text(None).0);
        let judged = self.auditor.as_ref().zip(journal);
        failure::of(&outcome, self.fail_on_unused, judged)
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        let failed = self.end();
        if let Some(failed) = failed.filter(|_| !std::thread::panicking()) {
            panic!("{failed}");
        }
    }
}

impl Session {
    /// The base URL to give to the client: whatever it asks below it belongs to this session.
    pub fn url(&self) -> String {
        format!("http://{}/__truetape/session/{}", self.address, self.name)
    }

    /// The header that puts a request into this session, for a client whose base URL has to stay without a path.
    pub fn header(&self) -> (&'static str, &str) {
        (crate::reserved::SESSION_FIELD, &self.name)
    }

    /// The base URL of a port of its own, for a client that takes neither a path nor a header.
    pub fn own_port(&self) -> io::Result<String> {
        let session = match self.playback.session(&self.name) {
            Some(session) => session,
            None => self.playback.begin(Some(&self.name), Conditions::default()).map_err(io::Error::other)?,
        };
        let (told, opened) = mpsc::channel();
        let playback = Arc::clone(&self.playback);
        self.runtime.spawn(async move {
            let _ = told.send(playback.open_port(&session).await);
        });
        let over = || io::Error::new(io::ErrorKind::NotConnected, "the replay is over");
        Ok(format!("http://{}", opened.recv().map_err(|_| over())??))
    }

    /// What it asked in vain so far.
    pub fn misses(&self) -> Vec<Miss> {
        self.playback.session(&self.name).map(|session| session.misses()).unwrap_or_default()
    }

    /// Ends it; its name can begin anew.
    ///
    /// # Panics
    ///
    /// If something was asked that was not recorded, with what was asked, the nearest exchange and each
    /// difference.
    #[track_caller]
    pub fn done(self) {
        let misses = self.misses();
        self.playback.end(&self.name);
        if !misses.is_empty() {
            panic!("{}", failure::missed(&self.name, &misses, misses.len() as u64));
        }
    }
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Replay({})", self.url())
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({})", self.url())
    }
}
