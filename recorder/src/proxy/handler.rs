//! The listener's side: whom to ask about a request.

use super::{
    course::Course,
    lead_back::{LeadBack, Leads},
    place::{Place, authority},
    refusal::Refusal,
    upload::Said,
};
use crate::{First, Plan, Recording, Turn};
use cassettes::model::{ExchangeId, Request};
use std::sync::Arc;
use wire::{
    client::Upstream,
    reserved::SESSION_FIELD,
    serve::{Call, ConnectionFacts, Flow, Handler, TlsRefusal},
    websocket,
};

/// The longest body that is held where none can go to the disk, in bytes.
pub(super) const KEPT: usize = 1024 * 1024 * 1024;

/// An upstream and the listener that stands in for it, both as base URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The real side.
    pub upstream: String,
    /// What clients are told to ask instead.
    pub listener: String,
}

/// Stands in for one upstream. Several proxies may share one recording.
pub struct Proxy {
    pub(super) upstream: Upstream,
    pub(super) recording: Arc<Recording>,
    pub(super) leads: Leads,
    first: Option<Arc<dyn First>>,
    plan: Plan,
    /// Whether what passes is kept.
    pub(super) keeps: bool,
}

impl Proxy {
    /// Stands in for `upstream` at the base URL `listener` and records everything. `every` names all
    /// upstreams of the recording: an answer may lead from one to another.
    pub fn new(upstream: Upstream, recording: Arc<Recording>, listener: &str, every: &[Standing]) -> Proxy {
        let own = Standing { upstream: upstream.origin().to_string(), listener: listener.to_owned() };
        let leads = Leads::new(own, every);
        Proxy { upstream, recording, leads, first: None, plan: Plan::RecordAnew, keeps: true }
    }

    /// Of a forward proxy: clients ask for the upstream by its own name, so nothing is led back. What is not
    /// kept passes all the same.
    pub(super) fn passing(upstream: Upstream, recording: Arc<Recording>, keeps: bool) -> Proxy {
        let leads = Leads::none();
        Proxy { upstream, recording, leads, first: None, plan: Plan::RecordAnew, keeps }
    }

    /// Asks `first` before the real side, and the real side only if the plan allows it.
    #[must_use]
    pub fn with(mut self, first: Option<Arc<dyn First>>, plan: Plan) -> Proxy {
        self.first = first.filter(|_| plan != Plan::RecordAnew);
        self.plan = plan;
        self
    }

    /// The request as it is recorded: relative to the upstream, which it names as its host.
    fn request(&self, call: &Call<'_>, target: &str, lead: &LeadBack) -> Request {
        let head = call.head();
        let slash = if target.starts_with('?') { "/" } else { "" };
        let mut request = Request::new(head.method(), format!("{slash}{target}"));
        request.headers = head.headers();
        request.headers.remove(SESSION_FIELD);
        if request.headers.contains("host") {
            request.headers.set("host", self.upstream.authority());
        }
        lead.request(&mut request);
        if let Some(kept) = websocket::offers(&request.headers) {
            match kept.is_empty() {
                true => request.headers.remove("sec-websocket-extensions"),
                false => request.headers.set("sec-websocket-extensions", kept),
            }
        }
        request
    }

    /// Asks the upstream on behalf of a client that names it itself, by `authority`.
    pub(super) async fn pass(&self, call: &mut Call<'_>, target: &str, authority: &str) -> Flow {
        let at = self.recording.now();
        let mut request = self.request(call, target, self.leads.usual());
        // What the client says to its proxy is nobody else's business, credentials above all.
        request.headers.0.retain(|(name, _)| !is_for_the_proxy(name));
        // A target that names a host outdoes the field (RFC 9112 §3.2.2).
        if request.headers.contains("host") {
            request.headers.set("host", authority);
        }
        let asking = match self.known(call, &mut request).await {
            Ok(asking) => asking,
            Err(flow) => return flow,
        };
        Course::new(self, at, request, asking, None).run(call).await
    }

    /// What the cassette says. `Ok`: the real side is asked. `Err`: the call is over.
    async fn known(&self, call: &mut Call<'_>, request: &mut Request) -> Result<Asking, Flow> {
        if self.plan == Plan::RecordAnew {
            return Ok(Asking::default());
        }
        let Ok(said) = Said::read(call, &request.headers, Some(&self.recording)).await else {
            self.recording.book().unfinished += 1;
            return Err(Flow::Close);
        };
        if let Some(why) = said.lost {
            // It came before anybody was asked, and was let go of.
            return Err(self.refuse(call, Refusal::not_kept(&why)).await);
        }
        (request.body, request.blob) = (said.body, said.blob);
        request.trailers = call.trailers().clone();
        let turn = match &self.first {
            Some(first) => first.play(call, request).await,
            None => Turn::Unknown,
        };
        match turn {
            Turn::Played(flow) => {
                self.recording.forget(request.blob.as_deref());
                self.recording.book().known += 1;
                return Err(flow);
            }
            Turn::Anew(id) if self.plan != Plan::OnlyKnown => {
                return Ok(Asking { known: true, id: Some(id) });
            }
            Turn::Unknown if self.plan == Plan::RecordUnknown => {
                return Ok(Asking { known: true, id: None });
            }
            Turn::Unknown | Turn::Anew(_) => {}
        }
        self.recording.forget(request.blob.as_deref());
        let asked = format!("{} {}", request.method, request.path());
        let miss = Refusal::miss(&asked);
        self.recording.book().missed.push(asked);
        miss.send(call).await;
        Err(Flow::Close)
    }

    /// Refuses in the recorder's own name, and remembers it.
    pub(super) async fn refuse(&self, call: &mut Call<'_>, refusal: Refusal) -> Flow {
        let head = call.head();
        let path = head.origin_target().split('?').next().unwrap_or_default();
        let line = format!("{} {path}: {}", head.method(), refusal.detail);
        self.recording.book().refused.push(line);
        refusal.send(call).await;
        Flow::Close
    }
}

/// How the real side is asked.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asking {
    /// The body was read already, and stands in the request.
    pub(super) known: bool,
    /// The exchange that is recorded anew; none: a new one.
    pub(super) id: Option<ExchangeId>,
}

/// Whether a field is between a client and its proxy.
fn is_for_the_proxy(name: &str) -> bool {
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("proxy-"))
}

impl Handler for Proxy {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        if call.head().method() == "CONNECT" {
            let refusal = Refusal::tunnel(&self.upstream.origin().to_string());
            return self.refuse(call, refusal).await;
        }
        let (prefix, target) = match Place::of(call.head()) {
            Place::Upstream { prefix, target } => (prefix.to_owned(), target.to_owned()),
            // Only what a cassette knows can be put back, and nobody is asked.
            Place::Reset => {
                if let Some(first) = &self.first {
                    first.reset(call);
                }
                let sent = call.send(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                return if sent.is_ok() { Flow::KeepAlive } else { Flow::Close };
            }
            Place::Reserved => return self.refuse(call, Refusal::reserved()).await,
        };
        let at = self.recording.now();
        let unusual = self.leads.unusual(authority(call.head(), self.upstream.authority()), &prefix);
        let mut request = self.request(call, &target, unusual.as_ref().unwrap_or(self.leads.usual()));
        let asking = match self.known(call, &mut request).await {
            Ok(asking) => asking,
            Err(flow) => return flow,
        };
        Course::new(self, at, request, asking, unusual).run(call).await
    }

    fn closed(&self, facts: &ConnectionFacts) {
        self.upstream.forget(facts.connection);
    }

    fn unshaken(&self, facts: &ConnectionFacts, refusal: &TlsRefusal) {
        self.recording.unshaken(facts, refusal);
    }
}
