//! What the routes have at hand: the playback, and what is worked out once for all of them.

use super::problem::Problem;
use crate::journal::{Journal, Notice};
use crate::playback::Playback;
use crate::session::Session;
use crate::tape::Tape;
use axum::http::StatusCode;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

/// What the routes have at hand.
pub(super) struct Desk {
    pub(super) playback: Arc<Playback>,
    /// The last report of the audits; whoever wants one while it is made waits for it.
    judged: Mutex<Option<(Wanted, Arc<Judged>)>>,
}

/// By which base URL the client reaches the listener.
#[derive(Debug, Clone)]
pub(super) struct Reached(pub(super) String);

impl Reached {
    /// Where that client reaches another port of the same machine.
    pub(super) fn at_port(&self, address: SocketAddr) -> String {
        let authority = self.0.split_once("://").map_or(self.0.as_str(), |(_, authority)| authority);
        let end = match authority.rfind(']') {
            Some(end) => end + 1,
            None => authority.find(':').unwrap_or(authority.len()),
        };
        match &authority[..end] {
            "" => address.to_string(),
            host => format!("{host}:{}", address.port()),
        }
    }
}

/// How often each exchange of a tape was given.
pub(super) struct Plays {
    pub(super) tape: Arc<Tape>,
    pub(super) plays: Vec<u64>,
}

/// A report of the audits.
pub(super) struct Judged {
    pub(super) media: String,
    pub(super) body: Vec<u8>,
    /// How many lines had been let go of before the first that was judged.
    pub(super) cut: u64,
}

/// What a report was asked for: the journal's length, a session, and a format.
type Wanted = (u64, Option<String>, String);

impl Desk {
    pub(super) fn new(playback: Arc<Playback>) -> Self {
        Desk { playback, judged: Mutex::default() }
    }

    /// The number of the line that the journal's next will have.
    pub(super) fn lines(&self) -> u64 {
        self.playback.journal().map_or(0, |journal| *journal.shared().hub.news().borrow())
    }

    /// Waits until all that was asked so far stands in the journal.
    pub(super) async fn settle(&self) {
        let playback = Arc::clone(&self.playback);
        let settle = move || playback.journal().into_iter().for_each(Journal::settle);
        let _ = spawn_blocking(settle).await;
    }

    /// The journal so far, and how many lines of it were let go of.
    pub(super) async fn journal(&self, session: Option<&str>) -> Result<(String, u64), Problem> {
        let playback = Arc::clone(&self.playback);
        let session = session.map(str::to_owned);
        let read = move || playback.journal().map(|journal| journal.text(session.as_deref()));
        spawn_blocking(read).await.ok().flatten().ok_or_else(|| {
            Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the journal could not be begun",
                "see what the replay said",
            )
        })
    }

    /// Tells those who watch.
    pub(super) fn notice(&self, notice: Notice) {
        if let Some(journal) = self.playback.journal() {
            journal.notice(notice);
        }
    }

    /// Whether somebody judges the journal here.
    pub(super) fn judges(&self) -> bool {
        self.playback.settings.auditor.is_some()
    }

    /// What the audits say of the journal so far.
    pub(super) async fn judged(&self, session: Option<&str>, format: &str) -> Result<Arc<Judged>, Problem> {
        let Some(auditor) = self.playback.settings.auditor.clone() else {
            let hint = "replay with `truetape replay`, or judge a journal's file with `truetape audit`";
            return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "this replay has no audits", hint));
        };
        self.settle().await;
        let wanted = (self.lines(), session.map(str::to_owned), format.to_owned());
        let mut last = self.judged.lock().await;
        if let Some((of, report)) = &*last
            && *of == wanted
        {
            return Ok(Arc::clone(report));
        }
        let (text, cut) = self.journal(session).await?;
        let form = format.to_owned();
        let judged = spawn_blocking(move || auditor(&text, &form)).await;
        let (media, body) = match judged {
            Ok(Ok(report)) => report,
            Ok(Err(error)) => {
                let hint = "ask for format=json, human, html, junit, sarif, github or markdown";
                return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error, hint));
            }
            Err(_) => {
                let detail = "the audits ended early";
                return Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, detail, "please report it"));
            }
        };
        let report = Arc::new(Judged { media, body, cut });
        *last = Some((wanted, Arc::clone(&report)));
        Ok(report)
    }

    /// The session of a name, if it has begun.
    pub(super) fn session(&self, name: &str) -> Result<Arc<Session>, Problem> {
        self.playback.session(name).ok_or_else(|| {
            let detail = format!("expected the name of a session that has begun, found {name:?}");
            Problem::new(StatusCode::NOT_FOUND, detail, "GET sessions lists them; POST sessions begins one")
        })
    }

    /// How often each exchange was given: in one session, or in all together.
    pub(super) fn plays(&self, session: Option<&str>) -> Plays {
        let Some(name) = session else {
            let tape = self.playback.tape();
            let plays = self.playback.plays();
            return Plays { tape, plays };
        };
        let Some(session) = self.playback.session(name) else {
            // One that asked nothing was given nothing.
            let tape = self.playback.tape();
            return Plays { plays: vec![0; tape.len()], tape };
        };
        Plays { tape: Arc::clone(session.tape()), plays: session.plays() }
    }
}
