//! Which answers can hold absolute URLs of an upstream, and how they are led back to the listener that
//! stands in for it. What is recorded is the original.

use super::Standing;
use cassettes::{
    links::{Origins, Rewriter, is_textual},
    model::{Body, Headers, Request},
};
use wire::head::Length;

/// The longest body that is held back to be led back as a whole, in bytes.
pub(super) const WHOLE: u64 = 8 * 1024 * 1024;

pub(super) struct LeadBack {
    /// This upstream alone: what a path without authority refers to.
    own: Origins,
    /// Every upstream of the recording: an answer may lead from one to another.
    every: Origins,
    /// The way there: what a client says about the listener is said to the upstream about itself.
    there: Origins,
}

/// How the body of an answer goes to the client.
pub(super) enum Route {
    /// Byte by byte as it came.
    Raw,
    /// Led back while it passes, in the chunks in which it came.
    Stream(Box<Rewriter>),
    /// Held back until it is whole: its length is told before it begins, or it is coded.
    Whole,
}

impl LeadBack {
    pub(super) fn new(own: &Standing, every: &[Standing]) -> Self {
        let back = |s: &Standing| (s.upstream.clone(), s.listener.clone());
        LeadBack {
            own: Origins::new([back(own)]),
            every: Origins::new(every.iter().chain([own]).map(back)),
            there: Origins::new([(own.listener.clone(), own.upstream.clone())]),
        }
    }

    pub(super) fn request(&self, request: &mut Request) {
        self.there.rewrite_request(request);
    }

    /// Leads the fields of an answer back. Whether any changed.
    pub(super) fn fields(&self, headers: &mut Headers) -> bool {
        let before = headers.clone();
        self.own.headers(headers);
        self.every.headers(headers);
        *headers != before
    }

    pub(super) fn route(&self, headers: &Headers, length: Length) -> Route {
        let media = headers.media_type().unwrap_or_default();
        let coded = !headers.codings().is_empty();
        if length == Length::None || !is_textual(&media) || (!coded && !self.every.may_stream(headers)) {
            return Route::Raw;
        }
        match length {
            Length::Exactly(bytes) if bytes <= WHOLE => Route::Whole,
            Length::Exactly(_) => Route::Raw,
            // Events are sent to arrive one by one; holding a coded stream back would defeat it.
            _ if coded && media == "text/event-stream" => Route::Raw,
            _ if coded => Route::Whole,
            _ => Route::Stream(Box::new(self.every.stream())),
        }
    }

    /// Leads a whole answer back: its fields in place, its body as the result if it changed.
    pub(super) fn whole(&self, headers: &mut Headers, body: &Body) -> Option<Body> {
        self.own.headers(headers);
        self.every.rewrite(headers, body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer may lead from one upstream to another; a path without authority stays with its own.
    #[test]
    fn every_upstream_leads_to_its_own_listener() {
        let standing = |upstream: &str, listener: &str| Standing {
            upstream: upstream.into(),
            listener: listener.into(),
        };
        let own = standing("https://api.test/v1", "http://127.0.0.1:1");
        let lead = LeadBack::new(&own, &[own.clone(), standing("https://files.test", "http://127.0.0.1:2")]);
        let mut headers =
            Headers::from_pairs([("Location", "/v1/x"), ("Link", "<https://files.test/y>; rel=next")]);
        let body = Body::from("{\"a\":\"https:\\/\\/api.test\\/v1\\/z\",\"b\":\"https://files.test.evil/\"}");
        let led = lead.whole(&mut headers, &body).expect("one URL leads back");
        assert_eq!(headers.get("location").as_deref(), Some("/x"));
        assert_eq!(headers.get("link").as_deref(), Some("<http://127.0.0.1:2/y>; rel=next"));
        let text = String::from_utf8_lossy(led.bytes());
        assert_eq!(text, "{\"a\":\"http:\\/\\/127.0.0.1:1\\/z\",\"b\":\"https://files.test.evil/\"}");
    }

    #[test]
    fn only_text_is_looked_into() {
        let yes = ["text/html", "application/json", "application/vnd.api+json", "application/atom+xml"];
        assert!(yes.into_iter().all(is_textual));
        let no = ["image/png", "application/octet-stream", "", "application/jsonx", "application/grpc"];
        assert!(!no.into_iter().any(is_textual));
    }
}
