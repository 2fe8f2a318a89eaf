//! Which answers can hold absolute URLs of an upstream, and how they are led back to the listener that
//! stands in for it. What is recorded is the original.

use super::Standing;
use cassettes::{
    large::is_textual,
    links::{Origins, Rewriter},
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
    /// Nothing is led anywhere.
    idle: bool,
}

/// Prepares for each client what leads it back by the way on which it came.
pub(super) struct Leads {
    own: Standing,
    every: Vec<Standing>,
    usual: LeadBack,
}

impl Leads {
    pub(super) fn new(own: Standing, every: &[Standing]) -> Self {
        let usual = LeadBack::for_client(&own, every, None, "");
        Leads { own, every: every.to_vec(), usual }
    }

    /// For clients that know the upstream by its own name.
    pub(super) fn none() -> Self {
        let own = Standing { upstream: String::new(), listener: String::new() };
        let none = || Origins::new(std::iter::empty::<(&str, &str)>());
        let usual = LeadBack { own: none(), every: none(), there: none(), idle: true };
        Leads { own, every: Vec::new(), usual }
    }

    /// For a client that reaches the listener by that authority, below the `prefix` of its session. None: as
    /// most clients do, see [`Leads::usual`].
    pub(super) fn unusual(&self, authority: Option<&str>, prefix: &str) -> Option<LeadBack> {
        let own = authority.is_none_or(|a| authority_of(&self.own.listener) == a);
        let usual = own && prefix.is_empty();
        (!usual).then(|| LeadBack::for_client(&self.own, &self.every, authority, prefix))
    }

    /// For a client that reaches the listener by its own address.
    pub(super) fn usual(&self) -> &LeadBack {
        &self.usual
    }
}

fn scheme_of(listener: &str) -> &str {
    listener.split_once("://").map_or("http", |(scheme, _)| scheme)
}

fn authority_of(listener: &str) -> &str {
    listener.split_once("://").map_or(listener, |(_, authority)| authority)
}

/// The base URL by which a client can reach a listener: one that listens on every address of the machine is
/// reached by the name that the client used for its neighbour, or by the local address.
fn reachable(listener: &str, authority: Option<&str>) -> String {
    let Some((scheme, address)) = listener.split_once("://") else { return listener.to_owned() };
    let Some(port) = address.strip_prefix("0.0.0.0").or_else(|| address.strip_prefix("[::]")) else {
        return listener.to_owned();
    };
    let host = authority
        .map_or("127.0.0.1", |a| &a[..a.rfind(':').filter(|at| !a[*at..].contains(']')).unwrap_or(a.len())]);
    format!("{scheme}://{host}{port}")
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
    fn for_client(own: &Standing, every: &[Standing], authority: Option<&str>, prefix: &str) -> Self {
        let back = |s: &Standing| {
            let base = match authority.filter(|_| s.listener == own.listener) {
                Some(authority) => format!("{}://{authority}", scheme_of(&own.listener)),
                None => reachable(&s.listener, authority),
            };
            (s.upstream.clone(), format!("{base}{prefix}"))
        };
        // A client may know the listener by its own name as well, and an origin has no prefix.
        let bases = [back(own).1, reachable(&own.listener, authority), own.listener.clone()];
        let named = authority.map(|authority| format!("{}://{authority}", scheme_of(&own.listener)));
        LeadBack {
            own: Origins::new([back(own)]),
            every: Origins::new(every.iter().chain([own]).map(back)),
            idle: false,
            there: Origins::new(bases.into_iter().chain(named).map(|base| (base, own.upstream.clone()))),
        }
    }

    pub(super) fn request(&self, request: &mut Request) {
        if !self.idle {
            self.there.rewrite_request(request);
        }
    }

    /// Leads the fields of an answer back. Whether any changed.
    pub(super) fn fields(&self, headers: &mut Headers) -> bool {
        if self.idle {
            return false;
        }
        let before = headers.clone();
        self.own.headers(headers);
        self.every.headers(headers);
        *headers != before
    }

    pub(super) fn route(&self, headers: &Headers, length: Length) -> Route {
        if self.idle {
            return Route::Raw;
        }
        let media = headers.media_type().unwrap_or_default();
        let coded = !headers.codings().is_empty();
        if length == Length::None || !is_textual(&media) || (!coded && !self.every.may_stream(headers)) {
            return Route::Raw;
        }
        // Over HTTP/2 the length may be told beside chunks.
        let told = headers.get("content-length").filter(|_| !headers.contains("transfer-encoding"));
        let length = told.and_then(|bytes| bytes.parse().ok()).map_or(length, Length::Exactly);
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
        if self.idle {
            return None;
        }
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
        let leads = Leads::new(own.clone(), &[own, standing("https://files.test", "http://127.0.0.1:2")]);
        let lead = leads.usual();
        let mut headers = Headers::from_pairs([
            ("Location", "/v1/x"),
            ("Link", "<https://files.test/y>; rel=next"),
            ("Content-Type", "application/json"),
        ]);
        let body = Body::from("{\"a\":\"https:\\/\\/api.test\\/v1\\/z\",\"b\":\"https://files.test.evil/\"}");
        let led = lead.whole(&mut headers, &body).expect("one URL leads back");
        assert_eq!(headers.get("location").as_deref(), Some("/x"));
        assert_eq!(headers.get("link").as_deref(), Some("<http://127.0.0.1:2/y>; rel=next"));
        let text = String::from_utf8_lossy(led.bytes());
        assert_eq!(text, "{\"a\":\"http:\\/\\/127.0.0.1:1\\/z\",\"b\":\"https://files.test.evil/\"}");
    }

    /// Links lead where the client came from, and never to an address that is none.
    #[test]
    fn a_client_is_led_back_by_its_own_way() {
        let standing = |upstream: &str, listener: &str| Standing {
            upstream: upstream.into(),
            listener: listener.into(),
        };
        let own = standing("https://api.test", "http://0.0.0.0:1");
        let leads = Leads::new(own.clone(), &[own, standing("https://files.test", "http://[::]:2")]);
        let led = |lead: &LeadBack, link: &str| {
            let mut headers = Headers::from_pairs([("Location", link)]);
            lead.fields(&mut headers);
            headers.get("location").map(std::borrow::Cow::into_owned).unwrap_or_default()
        };
        assert_eq!(led(leads.usual(), "https://api.test/x"), "http://127.0.0.1:1/x");
        let named = leads.unusual(Some("tape:8080"), "/__truetape/session/n").expect("another way");
        assert_eq!(led(&named, "https://api.test/x"), "http://tape:8080/__truetape/session/n/x");
        assert_eq!(led(&named, "https://files.test/x"), "http://tape:2/__truetape/session/n/x");
        assert_eq!(led(&named, "/x"), "/__truetape/session/n/x");
        let mut request = Request::new("GET", "/");
        request.headers.push("Origin", "http://tape:8080");
        named.request(&mut request);
        assert_eq!(request.headers.get("origin").as_deref(), Some("https://api.test"));
        let fixed = Leads::new(standing("https://api.test", "http://127.0.0.1:1"), &[]);
        assert!(fixed.unusual(Some("127.0.0.1:1"), "").is_none() && fixed.unusual(None, "").is_none());
    }

    #[test]
    fn only_text_is_looked_into() {
        let yes = ["text/html", "application/json", "application/vnd.api+json", "application/atom+xml"];
        assert!(yes.into_iter().all(is_textual));
        let no = ["image/png", "application/octet-stream", "", "application/jsonx", "application/grpc"];
        assert!(!no.into_iter().any(is_textual));
    }
}
