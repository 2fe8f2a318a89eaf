//! One listener of a replay: from a call to the answer that is played.

use crate::admin::{self, Admin};
use crate::answer::prepare;
use crate::journal::{Event, Matched, Record};
use crate::play::{Played, play};
use crate::playback::Playback;
use crate::refusal::{Miss, problem_reply};
use crate::reserved::{RESERVED, SESSION, SESSION_FIELD};
use crate::said::Said;
use crate::session::{NotTaken, Session, Taken};
use crate::sessions::NoSession;
use crate::tape::{Base, Found, Leads};
use crate::websocket;
use cassettes::model::{Answer, Exchange, Framing, HttpVersion, Request};
use std::sync::Arc;
use std::time::Instant;
use wire::head::{Head, Length};
use wire::serve::{Call, ConnectionFacts, Flow, Handler, TlsRefusal};

/// One listener of a replay.
pub(crate) struct Door {
    pub(crate) playback: Arc<Playback>,
    /// Only exchanges of this upstream are served here.
    pub(crate) upstream: Option<u16>,
    /// `http://127.0.0.1:8080`, or the same with `https`.
    pub(crate) own: String,
    /// It listens on every address of this machine.
    pub(crate) everywhere: bool,
    pub(crate) leads: Leads,
    pub(crate) admin: Admin,
}

/// Where a request belongs.
enum Place<'d> {
    /// To a session; so many bytes of the target name it.
    Session(&'d Session, usize),
    /// To the admin API.
    Admin,
}

impl Handler for Door {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        let (session, prefix) = match self.place(call.head()) {
            Ok(Place::Session(session, prefix)) => (session, prefix),
            Ok(Place::Admin) => return Box::pin(self.admin(call)).await,
            Err(error) => return Box::pin(refuse(call, 400, &error)).await,
        };
        let said = if call.length() == Length::None {
            Said::default()
        } else {
            match Said::read(call).await {
                Ok(said) => said,
                Err(_) => return Flow::Close,
            }
        };
        let rules = self.playback.rules(self.upstream);
        let head = call.head();
        if said.blob.is_some() || (self.playback.tape.sockets && websocket::is_upgrade(head)) {
            return Box::pin(self.look(call, session, prefix, said)).await;
        }
        let bytes = (head.method(), target(head, prefix), said.body.bytes());
        match self.playback.tape.at_once(session, rules, bytes) {
            Some(Ok(taken)) => self.give(call, session, prefix, taken, None).await,
            Some(Err(not)) => Box::pin(self.used_up(call, session, prefix, not, said)).await,
            None => Box::pin(self.look(call, session, prefix, said)).await,
        }
    }

    fn closed(&self, facts: &ConnectionFacts) {
        if let Some(journal) = &self.playback.settings.journal {
            journal.tell(Event::Closed { facts: facts.clone(), at: Instant::now() });
        }
    }

    fn unshaken(&self, facts: &ConnectionFacts, refusal: &TlsRefusal) {
        self.playback.unshaken(facts.tunnel.as_deref(), refusal);
    }
}

impl Door {
    fn place(&self, head: &Head) -> Result<Place<'_>, NoSession> {
        let Playback { sessions, tape, .. } = &*self.playback;
        let target = head.origin_target();
        if target.starts_with(RESERVED) {
            let Some(rest) = target.strip_prefix(SESSION) else { return Ok(Place::Admin) };
            let name = rest.split(['/', '?']).next().unwrap_or_default();
            let below = &rest[name.len()..];
            // The session's own switch, unless the vendor has a `/reset` of its own.
            let switch = below.is_empty() || below == "/reset";
            let recorded = || tape.exact.find(&tape.entries, head.method(), below, &[]).is_some();
            if switch && matches!(head.method(), "POST" | "DELETE") && !recorded() {
                return Ok(Place::Admin);
            }
            let session = sessions.named(name, &tape.families)?;
            return Ok(Place::Session(session, SESSION.len() + name.len()));
        }
        let named = head
            .fields()
            .find(|(n, _)| n.len() == SESSION_FIELD.len() && n.eq_ignore_ascii_case(SESSION_FIELD));
        let Some((_, name)) = named else { return Ok(Place::Session(sessions.default(), 0)) };
        let name = std::str::from_utf8(name).map_err(|_| NoSession::Name)?;
        Ok(Place::Session(sessions.named(name, &tape.families)?, 0))
    }

    /// Plays the answer taken. `asked` is the cleaned request where it was not the recorded one byte for byte.
    async fn give(
        &self,
        call: &mut Call<'_>,
        session: &Session,
        prefix: usize,
        taken: Taken,
        asked: Option<Box<Request>>,
    ) -> Flow {
        let Playback { tape, settings, .. } = &*self.playback;
        let since = Instant::now();
        let entry = &tape.entries[taken.entry as usize];
        let found = if self.leads.concerns(entry, taken.entry, prefix > 0) {
            let head = call.head();
            let base = self.base(head, prefix);
            self.leads.answer(entry, taken.entry, base.is_elsewhere().then_some(&base))
        } else {
            Found::Ready(&entry.prepared)
        };
        let unchunked = (call.head().version() == HttpVersion::Http10)
            .then(|| for_old_clients(&entry.restored()))
            .flatten();
        let answer = match &unchunked {
            Some(answer) => &prepare(&entry.exchange().request.method, answer, &entry.exchange().timing),
            None => found.prepared(),
        };
        let played = play(call, answer, settings.speed, since, settings.patience).await;
        if settings.journal.is_some() {
            let matched = match asked {
                None => Matched::Exactly { taken, head: call.head().bytes().into() },
                Some(asked) => Matched::Alike { taken, asked },
            };
            self.tell(call.facts().clone(), session, matched, played);
        }
        played.flow
    }

    /// A request that was not recorded in its very bytes: led back, cleaned and matched.
    async fn look(&self, call: &mut Call<'_>, session: &Session, prefix: usize, said: Said) -> Flow {
        let asked = self.asked(call, prefix, said);
        let Playback { tape, settings, .. } = &*self.playback;
        let (cleaned, decision) =
            tape.choose(session, self.playback.rules(self.upstream), &asked, (settings.now)());
        match decision {
            Ok(taken) if tape.entries[taken.entry as usize].script.is_some() => {
                self.socket(call, session, taken, (&asked, cleaned)).await
            }
            Ok(taken) => self.give(call, session, prefix, taken, Some(Box::new(cleaned))).await,
            Err(miss) => self.refuse(call, session, miss, cleaned).await,
        }
    }

    /// A recorded request that was asked once too often.
    async fn used_up(
        &self,
        call: &mut Call<'_>,
        session: &Session,
        prefix: usize,
        not: NotTaken,
        said: Said,
    ) -> Flow {
        let tape = &self.playback.tape;
        let asked = self.asked(call, prefix, said);
        let cleaned = tape.policy.clean_request(&asked, (self.playback.settings.now)());
        let miss = tape.miss(&cleaned, not);
        session.miss(miss.clone());
        self.refuse(call, session, miss, cleaned).await
    }

    pub(crate) async fn refuse(
        &self,
        call: &mut Call<'_>,
        session: &Session,
        miss: Miss,
        asked: Request,
    ) -> Flow {
        let settings = &self.playback.settings;
        let reply = miss.reply(call.head().method(), settings.miss_status);
        let gave_up = call.send(&reply).await.is_err();
        let flow = if gave_up { Flow::Close } else { Flow::KeepAlive };
        let played = Played { flow, written: reply.len() as u64, gave_up };
        let (miss, asked) = (Box::new(miss), Box::new(asked));
        self.tell(
            call.facts().clone(),
            session,
            Matched::Missed { miss, status: settings.miss_status, asked },
            played,
        );
        flow
    }

    async fn admin(&self, call: &mut Call<'_>) -> Flow {
        if !admin::is_our_name(call.head().get("host"), &self.own, self.everywhere) {
            let error = "the admin API answers only clients that ask for this machine by a loopback or its own address";
            return refuse(call, 403, &error).await;
        }
        let Ok(body) = call.body(64 * 1024).await else { return Flow::Close };
        let reply = self.admin.answer(call.head(), body).await;
        if call.send(&reply).await.is_err() { Flow::Close } else { Flow::KeepAlive }
    }

    fn asked(&self, call: &Call<'_>, prefix: usize, said: Said) -> Request {
        let head = call.head();
        let mut asked = Request {
            method: head.method().to_owned(),
            target: target(head, prefix).to_owned(),
            headers: head.headers(),
            body: said.body,
            blob: said.blob,
            trailers: call.trailers().clone(),
        };
        asked.headers.remove(SESSION_FIELD);
        if asked.target.starts_with('?') {
            asked.target.insert(0, '/');
        }
        self.leads.question(&mut asked, &self.base(head, prefix));
        asked
    }

    /// Whether an authority is the listener's own.
    pub(crate) fn is_own(&self, authority: &str) -> bool {
        self.own.split_once("://").is_some_and(|(_, own)| own == authority)
    }

    /// By which name this client reaches us.
    fn base<'r>(&'r self, head: &'r Head, prefix: usize) -> Base<'r> {
        let lawful = |b: &u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(b);
        let authority = head.get("host").filter(|host| !host.is_empty() && host.iter().all(lawful));
        Base {
            own: &self.own,
            authority: authority.and_then(|host| std::str::from_utf8(host).ok()),
            prefix: &head.origin_target()[..prefix],
        }
    }

    pub(crate) fn tell(&self, facts: ConnectionFacts, session: &Session, matched: Matched, played: Played) {
        let Some(journal) = &self.playback.settings.journal else { return };
        let named = !std::ptr::eq(session, self.playback.sessions.default());
        journal.tell(Event::Served(Record {
            facts,
            session: named.then(|| session.name().into()),
            matched,
            end: Instant::now(),
            written: played.written,
            gave_up: played.gave_up,
        }));
    }
}

/// The target below the session's path.
fn target(head: &Head, prefix: usize) -> &str {
    match &head.origin_target()[prefix..] {
        "" => "/",
        below => below,
    }
}

/// HTTP/1.0 knows no chunks: the same bytes end with the connection instead (RFC 9112 §6.1).
fn for_old_clients(exchange: &Exchange) -> Option<Answer> {
    let method = &exchange.request.method;
    let mut answer = exchange.answer.clone();
    let response = answer.head_mut().filter(|r| r.framing == Framing::Chunked && method != "HEAD")?;
    response.framing = Framing::Close;
    response.trailers = cassettes::model::Headers::new();
    response.interim.clear();
    Some(answer)
}

/// Tells a client what is wrong with its request as such.
async fn refuse(call: &mut Call<'_>, status: u16, error: &(impl std::fmt::Display + Sync)) -> Flow {
    let problem = serde_json::json!({ "title": "Not a request for a replay", "status": status, "detail": error.to_string() });
    let reply = problem_reply(call.head().method(), status, &[], problem.to_string().as_bytes());
    let sent = call.send(&reply).await;
    if sent.is_err() || call.unread() { Flow::Close } else { Flow::KeepAlive }
}
