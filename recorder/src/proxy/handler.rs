//! The listener's side: whom to ask about a request.

use super::{
    course::Course,
    lead_back::{LeadBack, Leads},
    place::{Place, authority},
    refusal::Refusal,
};
use crate::{First, Plan, Recording};
use cassettes::model::{Body, Request};
use std::sync::Arc;
use wire::{
    client::Upstream,
    reserved::SESSION_FIELD,
    serve::{Call, ConnectionFacts, Flow, Handler, WireError},
};

/// The longest body that is kept, in bytes.
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
    record: bool,
}

impl Proxy {
    /// Stands in for `upstream` at the base URL `listener` and records everything. `every` names all
    /// upstreams of the recording: an answer may lead from one to another.
    pub fn new(upstream: Upstream, recording: Arc<Recording>, listener: &str, every: &[Standing]) -> Proxy {
        let own = Standing { upstream: upstream.origin().to_string(), listener: listener.to_owned() };
        let leads = Leads::new(own, every);
        Proxy { upstream, recording, leads, first: None, record: true }
    }

    /// Asks `first` before the real side, and the real side only if the plan allows it.
    #[must_use]
    pub fn with(mut self, first: Option<Arc<dyn First>>, plan: Plan) -> Proxy {
        self.first = first.filter(|_| plan != Plan::RecordAnew);
        self.record = plan != Plan::OnlyKnown;
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
        request
    }

    /// What the cassette says. `Err`: the call is over.
    async fn known(&self, call: &mut Call<'_>, request: &mut Request) -> Result<Option<Body>, Flow> {
        if self.record && self.first.is_none() {
            return Ok(None);
        }
        let body = match call.body(KEPT).await {
            Ok(body) => body,
            Err(WireError::TooLarge { limit }) => {
                return Err(self.refuse(call, Refusal::too_large(limit)).await);
            }
            Err(_) => {
                self.recording.book().unfinished += 1;
                return Err(Flow::Close);
            }
        };
        request.body = body.clone();
        request.trailers = call.trailers().clone();
        if let Some(first) = &self.first
            && let Some(flow) = first.play(call, request).await
        {
            self.recording.book().known += 1;
            return Err(flow);
        }
        if self.record {
            return Ok(Some(body));
        }
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

impl Handler for Proxy {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        if call.head().method() == "CONNECT" {
            let refusal = Refusal::tunnel(&self.upstream.origin().to_string());
            return self.refuse(call, refusal).await;
        }
        let (prefix, target) = match Place::of(call.head()) {
            Place::Upstream { prefix, target } => (prefix.to_owned(), target.to_owned()),
            // There is nothing to put back, and nobody is asked.
            Place::Reset => {
                let sent = call.send(b"HTTP/1.1 204 No Content\r\n\r\n").await;
                return if sent.is_ok() { Flow::KeepAlive } else { Flow::Close };
            }
            Place::Reserved => return self.refuse(call, Refusal::reserved()).await,
        };
        let at = self.recording.now();
        let unusual = self.leads.unusual(authority(call.head(), self.upstream.authority()), &prefix);
        let mut request = self.request(call, &target, unusual.as_ref().unwrap_or(self.leads.usual()));
        let body = match self.known(call, &mut request).await {
            Ok(body) => body,
            Err(flow) => return flow,
        };
        Course::new(self, at, request, body, unusual).run(call).await
    }

    fn closed(&self, facts: &ConnectionFacts) {
        self.upstream.forget(facts.connection);
    }
}
