//! A replay that clients reach as their forward proxy: they ask for the real side by its own name, and what was
//! recorded of it answers. Nobody else does: what is not known is a miss, whoever it was meant for.

use crate::admin::Admin;
use crate::door::{Door, Side};
use crate::journal::Matched;
use crate::play::Played;
use crate::playback::Playback;
use crate::refusal::{Miss, Reason, problem_reply};
use crate::said::Said;
use arc_swap::{ArcSwap, Guard};
use cassettes::model::Request;
use std::ops::Deref;
use std::sync::Arc;
use wire::Origin;
use wire::head::{HeadError, Length};
use wire::serve::{Call, ConnectionFacts, Flow, Handler, TlsRefusal};

/// What clients that want a tunnel are told: it leads to us.
const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// A replay that clients reach as their forward proxy.
pub(crate) struct Forward {
    playback: Arc<Playback>,
    /// What is asked of the listener itself.
    own: Door,
    doors: ArcSwap<Doors>,
}

/// Doors for clients that know an upstream by its own name: nothing is led back there.
struct Doors {
    /// Of which loading of the tape they are.
    loading: u64,
    doors: Vec<(Origin, Door)>,
}

impl Forward {
    /// `own` answers what is asked of the listener itself.
    pub(crate) fn new(playback: Arc<Playback>, own: Door) -> Self {
        let doors = ArcSwap::from_pointee(Doors::of(&playback));
        Forward { playback, own, doors }
    }

    /// Whom a request is for; none: for the listener. `Err`: nobody can be meant.
    fn meant(call: &Call<'_>) -> Result<Option<Origin>, &'static str> {
        let (head, facts) = (call.head(), call.facts());
        let parse = |scheme: &str, authority: &str| {
            Origin::parse(&format!("{scheme}://{authority}")).map_err(|_| "its target names no host")
        };
        if let Some((scheme, authority)) = head.origin() {
            return parse(scheme, authority).map(Some);
        }
        let Some(tunnel) = &facts.tunnel else { return Ok(None) };
        parse(if facts.secure { "https" } else { "http" }, tunnel).map(Some)
    }

    /// The door of an origin: the one whose base the target lies below, the longest first.
    fn door<'d>(doors: &'d Doors, origin: &Origin, target: &str) -> Option<&'d Door> {
        let same =
            |base: &Origin| (base.tls, &base.host, base.port) == (origin.tls, &origin.host, origin.port);
        let below = |base: &Origin| {
            target.strip_prefix(base.base.as_str()).is_some_and(|rest| rest.starts_with(['/', '?']))
        };
        let same = || doors.iter().filter(|(base, _)| same(base));
        same()
            .filter(|(base, _)| below(base))
            .max_by_key(|(base, _)| base.base.len())
            .or_else(|| same().next())
            .map(|(_, door)| door)
    }

    async fn connect(&self, call: &mut Call<'_>) -> Flow {
        let target = call.head().target().to_owned();
        let named = target.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && !port.is_empty());
        let host = named && Origin::parse(&format!("https://{target}")).is_ok();
        if !host || call.length() != Length::None || call.facts().tunnel.is_some() {
            return refuse(call, "CONNECT asks, without a body and not within a tunnel, for HOST:PORT").await;
        }
        if call.send(ESTABLISHED).await.is_ok() { Flow::Intercept } else { Flow::Close }
    }

    /// A request for a host that nothing was recorded of.
    async fn unknown(&self, call: &mut Call<'_>, origin: &Origin) -> Flow {
        let held = self.playback.default();
        let session = held.session();
        let said = match Said::read(call).await {
            Ok(said) => said,
            Err(error) => return self.own.broke_off(call, session, 0, &error),
        };
        let known: Vec<String> = self.doors().iter().map(|(origin, _)| origin.to_string()).collect();
        let (tape, settings) = (session.tape(), &self.playback.settings);
        let head = call.head();
        let method = head.method().to_owned();
        let asked = Request {
            headers: head.headers(),
            body: said.body,
            blob: said.blob,
            ..Request::new(method.clone(), head.origin_target())
        };
        let mut asked = tape.policy.clean_request(&asked, (settings.now)());
        asked.target = format!("{origin}{}", asked.target);
        let detail = format!("nothing was recorded of {origin}; the cassettes know {}", known.join(", "));
        let miss = Miss {
            reason: Reason::Unknown,
            method: asked.method.clone(),
            target: asked.target.clone(),
            nearest: Vec::new(),
            advice: None,
        };
        session.miss(miss.clone());
        let status = session.conditions().miss_status();
        let problem = serde_json::json!({
            "type": "urn:truetape:miss:unknown",
            "title": "Nothing recorded of this host",
            "status": status,
            "detail": detail,
            "reason": "unknown",
            "nearest": [],
            "known": known,
            "hint": miss.hint(),
        });
        let fields = [("truetape-miss", "unknown; differs=\"host\"".to_owned())];
        let reply = problem_reply(&method, status, &fields, problem.to_string().as_bytes());
        let gave_up = call.send(&reply).await.is_err();
        let flow = if gave_up { Flow::Close } else { Flow::KeepAlive };
        let played = Played { flow, written: reply.len() as u64, first: None, gave_up };
        let matched = Matched::Missed { miss: Box::new(miss), status, asked: Box::new(asked) };
        self.own.tell(call, session, matched, played);
        flow
    }

    /// A door for each upstream of the tape that is loaded.
    fn doors(&self) -> Arc<Doors> {
        let doors = self.doors.load();
        let loading = self.playback.loading();
        if doors.loading == loading {
            return Guard::into_inner(doors);
        }
        let fresh = Arc::new(Doors::of(&self.playback));
        self.doors.store(Arc::clone(&fresh));
        fresh
    }
}

impl Doors {
    fn of(playback: &Arc<Playback>) -> Self {
        let door = |base: &String| {
            let origin = Origin::parse(base).ok()?;
            let own = format!("{}://{}", if origin.tls { "https" } else { "http" }, origin.authority());
            let admin = Admin::new(Arc::clone(playback));
            let side = Side::Upstream(base.clone());
            let playback = Arc::clone(playback);
            Some((origin, Door { playback, side, own, everywhere: false, pinned: None, admin }))
        };
        let loading = playback.loading();
        Doors { loading, doors: playback.tape().upstreams().iter().filter_map(door).collect() }
    }
}

impl Deref for Doors {
    type Target = [(Origin, Door)];

    fn deref(&self) -> &Self::Target {
        &self.doors
    }
}

impl Handler for Forward {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        if call.head().method() == "CONNECT" {
            return self.connect(call).await;
        }
        let meant = match Self::meant(call) {
            Ok(Some(origin)) => origin,
            Ok(None) => return self.own.handle(call).await,
            Err(problem) => return refuse(call, problem).await,
        };
        let doors = self.doors();
        match Self::door(&doors, &meant, call.head().origin_target()) {
            Some(door) => door.handle(call).await,
            // A client whose proxy settings hold for the listener's own address as well.
            None if self.own.is_own(&meant.authority()) => self.own.handle(call).await,
            None => Box::pin(self.unknown(call, &meant)).await,
        }
    }

    fn opened(&self, facts: &ConnectionFacts) {
        self.own.opened(facts);
    }

    fn closed(&self, facts: &ConnectionFacts) {
        self.own.closed(facts);
    }

    fn malformed(&self, facts: &ConnectionFacts, error: &HeadError, seen: &[u8]) {
        self.own.malformed(facts, error, seen);
    }

    fn unshaken(&self, facts: &ConnectionFacts, refusal: &TlsRefusal) {
        self.own.unshaken(facts, refusal);
    }
}

/// What is no request for a forward proxy.
async fn refuse(call: &mut Call<'_>, detail: &str) -> Flow {
    let problem =
        serde_json::json!({ "title": "Not a request for a replay", "status": 400, "detail": detail });
    let reply = problem_reply(call.head().method(), 400, &[], problem.to_string().as_bytes());
    let sent = call.send(&reply).await;
    if sent.is_err() || call.unread() { Flow::Close } else { Flow::KeepAlive }
}
