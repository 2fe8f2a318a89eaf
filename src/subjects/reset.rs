//! A running server that is put back into its first state by a request.

use crate::exit::Stop;
use cassettes::{
    model::{Answer, Request},
    subject::{Boxed, NoAnswer, Observed, Subject},
};
use recorder::{Live, LiveLimits};
use wire::client::Origin;

/// The request that puts a server back: `POST /__reset`, its target on the mock itself or a whole URL.
#[derive(Debug, Clone)]
pub(crate) struct ResetRequest {
    /// As the user wrote it.
    text: String,
    /// Another server than the mock, where its administration listens elsewhere.
    elsewhere: Option<String>,
    request: Request,
}

impl ResetRequest {
    /// Reads `METHOD TARGET`, with a body behind it where one is needed.
    pub(crate) fn parse(text: &str) -> Result<ResetRequest, Stop> {
        let wrong = |what: &str| {
            Stop::usage(
                format!("reset `{text}`: expected METHOD TARGET, {what}"),
                "for example --reset 'POST /__admin/reset'",
            )
        };
        let mut words = text.trim().splitn(3, ' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(wrong("found one word"));
        };
        if method.is_empty() || !method.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(wrong(&format!("found `{method}` for a method")));
        }
        let (elsewhere, target) = if target.starts_with('/') {
            (None, target.to_owned())
        } else {
            let (base, path) =
                whole_url(target).ok_or_else(|| wrong(&format!("found `{target}` for a target")))?;
            (Some(base), path)
        };
        let mut request = Request::new(method, target);
        if let Some(body) = words.next().map(str::trim).filter(|body| !body.is_empty()) {
            if body.starts_with(['{', '[']) {
                request.headers.push("content-type", "application/json");
            }
            request.body = body.to_owned().into();
        } else if method != "GET" {
            // Many servers want to be told that nothing follows.
            request.headers.push("content-length", "0");
        }
        Ok(ResetRequest { text: text.trim().to_owned(), elsewhere, request })
    }

    /// Asks for fresh state. Errs where the server does not say that it did.
    pub(super) async fn send(&self, mock: &dyn Subject, limits: LiveLimits) -> Result<bool, NoAnswer> {
        let fatal = |what: String| NoAnswer { reason: format!("reset `{}`: {what}", self.text), fatal: true };
        let answered = match &self.elsewhere {
            None => mock.answer(&self.request).await,
            Some(base) => {
                let other = Live::new(base, None, limits).map_err(|e| fatal(e.to_string()))?;
                other.answer(&self.request).await
            }
        };
        let Observed { answer, .. } = answered.map_err(|no| fatal(no.reason))?;
        match &answer {
            Answer::Reply(reply) if reply.is_success() => Ok(true),
            answer => Err(fatal(format!("expected a 2xx, the answer is {}", answer.label()))),
        }
    }
}

/// A URL as its origin and the target there.
fn whole_url(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    let at = rest.find('/').unwrap_or(rest.len());
    let base = format!("{scheme}://{}", &rest[..at]);
    Origin::parse(&base).ok()?;
    let target = if at == rest.len() { "/" } else { &rest[at..] };
    Some((base, target.to_owned()))
}

/// A subject whose state such a request restores.
pub(super) struct Resettable<S> {
    pub(super) inner: S,
    pub(super) by: Option<ResetRequest>,
    pub(super) limits: LiveLimits,
}

impl<S: Subject> Subject for Resettable<S> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        self.inner.answer(request)
    }

    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        match &self.by {
            Some(by) => Box::pin(by.send(&self.inner, self.limits)),
            None => self.inner.reset(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_and_nonsense_is_not() {
        let reset = ResetRequest::parse("POST /__admin/reset").expect("a request");
        assert_eq!(
            (reset.request.method.as_str(), reset.request.target.as_str()),
            ("POST", "/__admin/reset")
        );
        let reset = ResetRequest::parse(r#"PUT http://127.0.0.1:9001/reset?x=1 {"all": true}"#).expect("one");
        assert_eq!(reset.elsewhere.as_deref(), Some("http://127.0.0.1:9001"));
        assert_eq!(reset.request.target, "/reset?x=1");
        assert_eq!(reset.request.body.bytes(), br#"{"all": true}"#);
        for wrong in ["", "POST", "post /x", "/reset", "POST reset"] {
            assert!(ResetRequest::parse(wrong).is_err(), "{wrong}");
        }
    }
}
