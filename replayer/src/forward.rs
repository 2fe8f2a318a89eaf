//! A replay that clients reach as their forward proxy: they ask for the real side by its own name, and what was
//! recorded of it answers. Nobody else does: what is not known is a miss, whoever it was meant for.

use crate::door::Door;
use crate::journal::Matched;
use crate::play::Played;
use crate::playback::Playback;
use crate::refusal::{Miss, Reason, problem_reply};
use crate::said::Said;
use cassettes::model::Request;
use std::sync::Arc;
use wire::Origin;
use wire::head::Length;
use wire::serve::{Call, ConnectionFacts, Flow, Handler, TlsRefusal};

/// What clients that want a tunnel are told: it leads to us.
const ESTABLISHED: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";

/// A replay that clients reach as their forward proxy.
pub(crate) struct Forward {
    playback: Arc<Playback>,
    /// What is asked of the listener itself.
    own: Door,
    /// For each upstream that was recorded.
    doors: Vec<(Origin, Door)>,
}

impl Forward {
    /// `own` answers what is asked of the listener itself, `doors` what is asked of each upstream.
    pub(crate) fn new(playback: Arc<Playback>, own: Door, doors: Vec<(Origin, Door)>) -> Self {
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
    fn door(&self, origin: &Origin, target: &str) -> Option<&Door> {
        let same =
            |base: &Origin| (base.tls, &base.host, base.port) == (origin.tls, &origin.host, origin.port);
        let below = |base: &Origin| {
            target.strip_prefix(base.base.as_str()).is_some_and(|rest| rest.starts_with(['/', '?']))
        };
        let same = || self.doors.iter().filter(|(base, _)| same(base));
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
        let Ok(said) = Said::read(call).await else { return Flow::Close };
        let known = self.known();
        let Playback { tape, sessions, settings, .. } = &*self.playback;
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
        };
        let session = sessions.default();
        session.miss(miss.clone());
        let status = settings.miss_status;
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
        let played = Played { flow, written: reply.len() as u64, gave_up };
        let matched = Matched::Missed { miss: Box::new(miss), status, asked: Box::new(asked) };
        self.own.tell(call.facts().clone(), session, matched, played);
        flow
    }

    fn known(&self) -> Vec<String> {
        self.doors.iter().map(|(origin, _)| origin.to_string()).collect()
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
        match self.door(&meant, call.head().origin_target()) {
            Some(door) => door.handle(call).await,
            // A client whose proxy settings hold for the listener's own address as well.
            None if self.own.is_own(&meant.authority()) => self.own.handle(call).await,
            None => Box::pin(self.unknown(call, &meant)).await,
        }
    }

    fn closed(&self, facts: &ConnectionFacts) {
        self.own.closed(facts);
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
