//! One listener of a replay: from a call to the answer that is played.

use crate::admin::{Admin, Spot};
use crate::answer::prepare;
use crate::journal::{Event, Matched, Record, Remarks};
use crate::no_session::NoSession;
use crate::play::{Played, play};
use crate::playback::{Held, Playback};
use crate::reel::Reel;
use crate::refusal::{Miss, problem_reply};
use crate::reserved::{BARE, SESSION, SESSION_FIELD, is_reserved};
use crate::said::Said;
use crate::session::{NotTaken, Session, Taken};
use crate::tape::{Base, Found, Leads};
use crate::waiting::Waiting;
use crate::websocket;
use cassettes::model::{Answer, Exchange, Framing, HttpVersion, Request, Timestamp};
use std::sync::Arc;
use std::time::Instant;
use wire::head::{Head, HeadError, Length};
use wire::serve::{Call, ConnectionFacts, Flow, Handler, TlsRefusal};

/// One listener of a replay.
pub(crate) struct Door {
    pub(crate) playback: Arc<Playback>,
    pub(crate) side: Side,
    /// `http://127.0.0.1:8080`, or the same with `https`.
    pub(crate) own: String,
    /// It listens on every address of this machine.
    pub(crate) everywhere: bool,
    /// The session of those who name none; none: the default one.
    pub(crate) pinned: Option<Box<str>>,
    pub(crate) admin: Admin,
}

/// In whose place a listener stands.
pub(crate) enum Side {
    /// As the place of this number says.
    Place(usize),
    /// As the upstream itself, for clients that know it by its own name.
    Upstream(String),
}

/// Where a request belongs.
enum Place {
    /// To a session; so many bytes of the target name it.
    Session(Held, usize),
    /// To the admin API.
    Admin,
}

impl Handler for Door {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        let (held, prefix) = match self.place(call) {
            Ok(Place::Session(held, prefix)) => (held, prefix),
            Ok(Place::Admin) => return Box::pin(self.admin(call)).await,
            Err(error) => return Box::pin(refuse(call, &error)).await,
        };
        let session = held.session();
        let said = if call.length() == Length::None {
            Said::default()
        } else {
            match Said::read(call).await {
                Ok(said) => said,
                Err(error) => return self.broke_off(call, session, prefix, &error),
            }
        };
        let head = call.head();
        let tape = session.tape();
        if !session.is_plain() || said.blob.is_some() || (tape.sockets && websocket::is_upgrade(head)) {
            return Box::pin(self.look(call, session, prefix, said)).await;
        }
        let rules = Playback::rules(session, self.upstream(session.reel()));
        let bytes = (head.method(), target(head, prefix), said.body.bytes());
        match tape.at_once(session, rules, bytes) {
            Some(Ok(taken)) => self.give(call, session, prefix, taken, None).await,
            Some(Err(not)) => Box::pin(self.used_up(call, session, prefix, not, said)).await,
            None => Box::pin(self.look(call, session, prefix, said)).await,
        }
    }

    fn opened(&self, _: &ConnectionFacts) {
        if let Some(journal) = &self.playback.settings.journal {
            journal.opened();
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

    fn malformed(&self, facts: &ConnectionFacts, error: &HeadError, seen: &[u8]) {
        self.was_malformed(facts, error, seen);
    }
}

impl Door {
    /// A listener whose clients are in a session without naming it.
    pub(crate) fn pinned(playback: &Arc<Playback>, session: Box<str>, own: String, everywhere: bool) -> Door {
        Door {
            playback: Arc::clone(playback),
            side: Side::Place(0),
            own,
            everywhere,
            pinned: Some(session),
            admin: Admin::new(Arc::clone(playback)),
        }
    }

    fn place(&self, call: &Call<'_>) -> Result<Place, NoSession> {
        let head = call.head();
        let target = head.origin_target();
        if target.starts_with(BARE) && is_reserved(target) {
            let Some(rest) = target.strip_prefix(SESSION) else { return Ok(Place::Admin) };
            let name = rest.split(['/', '?']).next().unwrap_or_default();
            let below = &rest[name.len()..];
            // The session's own switch, unless the vendor has a `/reset` of its own.
            let switch = below.is_empty() || below == "/reset";
            let recorded = || {
                let tape = self.playback.tape();
                tape.exact.find(&tape.entries, head.method(), below, &[]).is_some()
            };
            if switch && matches!(head.method(), "POST" | "DELETE") && !recorded() {
                return Ok(Place::Admin);
            }
            return Ok(Place::Session(self.named(call, name)?, SESSION.len() + name.len()));
        }
        let named = head
            .fields()
            .find(|(n, _)| n.len() == SESSION_FIELD.len() && n.eq_ignore_ascii_case(SESSION_FIELD));
        let held = match (named, &self.pinned) {
            (None, None) => self.playback.default(),
            (None, Some(name)) => self.named(call, name)?,
            (Some((_, name)), _) => {
                self.named(call, std::str::from_utf8(name).map_err(|_| NoSession::Name)?)?
            }
        };
        Ok(Place::Session(held, 0))
    }

    fn named(&self, call: &Call<'_>, name: &str) -> Result<Held, NoSession> {
        let held = self.playback.named(name)?;
        held.session().see(self.playback.seconds(call.facts().asked));
        Ok(held)
    }

    /// Only exchanges of this upstream are served here.
    fn upstream(&self, reel: &Reel) -> Option<u16> {
        match &self.side {
            Side::Place(number) => reel.stand(*number, self.playback.places()).upstream,
            Side::Upstream(base) => Some(reel.upstream(base)),
        }
    }

    pub(crate) fn leads<'r>(&self, reel: &'r Reel) -> &'r Leads {
        match &self.side {
            Side::Place(number) => &reel.stand(*number, self.playback.places()).leads,
            Side::Upstream(_) => reel.nowhere(),
        }
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
        let settings = &self.playback.settings;
        let since = Instant::now();
        let entry = &session.tape().entries[taken.entry as usize];
        let leads = self.leads(session.reel());
        let found = if !session.is_plain() {
            self.dressed(call.head(), session, prefix, (taken, asked.as_deref()))
        } else if leads.concerns(entry, taken.entry, prefix > 0) {
            let head = call.head();
            let base = self.base(head, prefix);
            leads.answer(entry, taken.entry, base.is_elsewhere().then_some(&base))
        } else {
            Found::Ready(&entry.prepared)
        };
        let unchunked = (session.is_plain() && call.head().version() == HttpVersion::Http10)
            .then(|| for_old_clients(&entry.restored()))
            .flatten();
        let answer = match &unchunked {
            Some(answer) => &prepare(&entry.exchange().request.method, answer, &entry.exchange().timing),
            None => found.prepared(),
        };
        let beat = session.beat(taken.entry);
        let waiting = Waiting::begin(settings, call, session, (taken, asked.as_deref()), answer.end, || {
            self.remarks(session, taken).unwrap_or_default()
        });
        let played = play(call, answer, beat, since, settings.patience).await;
        waiting.into_iter().for_each(Waiting::over);
        if settings.journal.is_some() {
            let matched = match asked {
                None => Matched::Exactly { taken, head: call.head().bytes().into() },
                Some(asked) => Matched::Alike { taken, asked },
            };
            self.tell(call, session, matched, played);
        }
        played.flow
    }

    /// A request that was not recorded in its very bytes: led back, cleaned and matched.
    async fn look(&self, call: &mut Call<'_>, session: &Session, prefix: usize, said: Said) -> Flow {
        let asked = self.asked(call, session, prefix, said);
        let tape = session.tape();
        let rules = Playback::rules(session, self.upstream(session.reel()));
        let now = (self.playback.settings.now)();
        let meant = self.meant(session, &asked, now);
        let said = meant.as_ref().unwrap_or(&asked);
        let (strike, (cleaned, decision)) = session.struck_by(
            (&asked.method, &asked.target),
            || tape.choose(session, rules, said, session.now(now)),
            |(_, decision)| decision.as_ref().ok().copied(),
        );
        // What is told is what the client said.
        let cleaned = if meant.is_some() { tape.policy.clean_request(&asked, now) } else { cleaned };
        match (decision, strike) {
            (Ok(taken), Some(strike)) => {
                let asked = (taken, Box::new(cleaned));
                Box::pin(self.struck(call, session, prefix, asked, strike)).await
            }
            (Ok(taken), _) if tape.entries[taken.entry as usize].script.is_some() => {
                self.socket(call, session, taken, (&asked, cleaned)).await
            }
            (Ok(taken), _) => self.give(call, session, prefix, taken, Some(Box::new(cleaned))).await,
            (Err(miss), _) => self.refuse(call, session, miss, cleaned).await,
        }
    }

    /// What a request of a session with a clock or variables meant when it was recorded, if that is known; none:
    /// itself.
    fn meant(&self, session: &Session, asked: &Request, now: Timestamp) -> Option<Request> {
        if session.is_plain() {
            return None;
        }
        let tape = session.tape();
        let expired = session.led_back_but_expired(asked, now);
        if let Some(expired) = expired.filter(|asked| tape.turned_away(asked, session.now(now))) {
            return Some(expired);
        }
        let back = session.led_back(asked, now);
        let variables = |asked: &Request| session.variables().map(|v| v.recorded(asked)).unwrap_or_default();
        let of_back = back.iter().flat_map(variables).collect::<Vec<_>>();
        let known =
            of_back.into_iter().chain(back).chain(variables(asked)).find(|meant| tape.knows(meant, now));
        known.or_else(|| session.variables()?.turned(asked))
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
        let tape = session.tape();
        let asked = self.asked(call, session, prefix, said);
        let now = (self.playback.settings.now)();
        let cleaned = tape.policy.clean_request(&asked, now);
        let miss = tape.miss(session, &cleaned, not, now);
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
        let status = session.conditions().miss_status();
        let reply = miss.reply(call.head().method(), status);
        let gave_up = call.send(&reply).await.is_err();
        let flow = if gave_up { Flow::Close } else { Flow::KeepAlive };
        let played = Played { flow, written: reply.len() as u64, first: None, gave_up };
        let (miss, asked) = (Box::new(miss), Box::new(asked));
        self.tell(call, session, Matched::Missed { miss, status, asked }, played);
        flow
    }

    async fn admin(&self, call: &mut Call<'_>) -> Flow {
        let spot = Spot { own: &self.own, everywhere: self.everywhere };
        self.admin.answer(call, spot).await
    }

    pub(crate) fn asked(&self, call: &Call<'_>, session: &Session, prefix: usize, said: Said) -> Request {
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
        self.leads(session.reel()).question(&mut asked, &self.base(head, prefix));
        asked
    }

    /// Whether an authority is the listener's own.
    pub(crate) fn is_own(&self, authority: &str) -> bool {
        self.own.split_once("://").is_some_and(|(_, own)| own == authority)
    }

    /// By which name this client reaches us.
    pub(crate) fn base<'r>(&'r self, head: &'r Head, prefix: usize) -> Base<'r> {
        let lawful = |b: &u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(b);
        let authority = head.get("host").filter(|host| !host.is_empty() && host.iter().all(lawful));
        // A session's port stands in the place of the first listener, under another name.
        let own = match (&self.side, &self.pinned) {
            (Side::Place(number), Some(_)) => {
                self.playback.places().get(*number).map_or(&self.own, |p| &p.own)
            }
            _ => &self.own,
        };
        let here = || self.pinned.as_ref().and_then(|_| Some(self.own.split_once("://")?.1));
        Base {
            own,
            authority: authority.and_then(|host| std::str::from_utf8(host).ok()).or_else(here),
            prefix: &head.origin_target()[..prefix],
        }
    }

    /// What the journal says of an answer beside what was given; see [`Session::remarks`].
    pub(crate) fn remarks(&self, session: &Session, taken: Taken) -> Option<Remarks> {
        let settings = &self.playback.settings;
        session.remarks(taken, settings.conditions.speed(), settings.now)
    }

    pub(crate) fn tell(&self, call: &Call<'_>, session: &Session, matched: Matched, played: Played) {
        let Some(journal) = &self.playback.settings.journal else { return };
        let reel = session.reel();
        let remarks = match &matched {
            Matched::Exactly { taken, .. } | Matched::Alike { taken, .. } | Matched::Socket { taken, .. } => {
                self.remarks(session, *taken)
            }
            Matched::Missed { .. } | Matched::Broken { .. } => None,
        };
        journal.tell(Event::Served(Record {
            remarks: remarks.map(Box::new),
            version: call.head().version(),
            session: (!session.is_default()).then(|| session.name().into()),
            tape: (!reel.is_first()).then(|| Arc::clone(&reel.tape)),
            first: played.first,
            written: played.written,
            gave_up: played.gave_up,
            ..Record::of(call.facts().clone(), matched)
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
pub(crate) fn for_old_clients(exchange: &Exchange) -> Option<Answer> {
    let method = &exchange.request.method;
    let mut answer = exchange.answer.clone();
    let response = answer.head_mut().filter(|r| r.framing == Framing::Chunked && method != "HEAD")?;
    response.framing = Framing::Close;
    response.trailers = cassettes::model::Headers::new();
    response.interim.clear();
    Some(answer)
}

/// Tells a client what is wrong with its request as such.
async fn refuse(call: &mut Call<'_>, error: &NoSession) -> Flow {
    let (status, title) = (error.status(), "Not a request for a replay");
    let problem = serde_json::json!({ "title": title, "status": status, "detail": error.to_string(), "hint": error.hint() });
    let reply = problem_reply(call.head().method(), status, &[], problem.to_string().as_bytes());
    let sent = call.send(&reply).await;
    if sent.is_err() || call.unread() { Flow::Close } else { Flow::KeepAlive }
}
