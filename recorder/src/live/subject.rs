//! Asks a live server over the network.

use super::{
    body::{self, Answered},
    client::{LiveError, LiveLimits, build, innermost},
    failure,
};
use cassettes::{
    model::{Answer, FailureKind, Framing, Headers, HttpVersion, Micros, Request, Response, Timing},
    subject::{Boxed, NoAnswer, Observed, Subject},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version};
use http_body_util::BodyExt as _;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};
use wire::client::{Origin, Pieces, is_hop_by_hop};

/// A live server. The HTTP library under it gives field names in lower case and repeats together, and adds
/// `Accept: */*` to a question that has none; judging answers ignores both.
pub struct Live {
    name: String,
    origin: Origin,
    client: reqwest::Client,
    /// Somebody was there once: from then on a refusal is an answer.
    met: AtomicBool,
}

impl Live {
    /// For a base URL. `extra` are certificates in PEM form that are believed besides the system's.
    pub fn new(url: &str, extra: Option<&[u8]>, limits: LiveLimits) -> Result<Live, LiveError> {
        let origin = Origin::parse(url)?;
        Ok(Live {
            name: origin.to_string(),
            origin,
            client: build(extra, limits)?,
            met: AtomicBool::new(false),
        })
    }

    /// The question in the library's terms, or why it cannot be put.
    async fn question(&self, request: &Request) -> Result<reqwest::Request, String> {
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| format!("`{}` is no method", request.method))?;
        let target = self.origin.target(&request.target);
        let root = Origin { base: String::new(), ..self.origin.clone() };
        let url = reqwest::Url::parse(&format!("{root}{target}")).map_err(|e| format!("`{target}`: {e}"))?;
        // A URL library resolves `..`; then another question would be asked.
        if Request::new("GET", url.path()).segments() != Request::new("GET", target.as_str()).segments() {
            return Err(format!("`{target}` cannot be sent as it is"));
        }
        let mut question = reqwest::Request::new(method, url);
        *question.headers_mut() = fields(&request.headers)?;
        *question.body_mut() = body::of(request).await?;
        Ok(question)
    }

    async fn ask(&self, request: &Request) -> Result<Observed, NoAnswer> {
        let cannot = |reason| NoAnswer { reason, fatal: false };
        let question = self.question(request).await.map_err(cannot)?;
        let begun = Instant::now();
        let since = |at: Instant| at.saturating_duration_since(begun).as_micros() as Micros;
        let mut timing = Timing::default();
        let reply = match self.client.execute(question).await {
            Ok(reply) => http::Response::<reqwest::Body>::from(reply),
            Err(error) => {
                let failed = failure::of(&error, None);
                let nobody = matches!(failed.kind, FailureKind::Refused | FailureKind::Unresolved);
                if nobody && !self.met.load(Ordering::Relaxed) {
                    return Err(NoAnswer {
                        reason: format!("nobody answers: {}", innermost(&error)),
                        fatal: true,
                    });
                }
                timing.end = Some(since(Instant::now()));
                return Ok(Observed { timing, ..Observed::of(Answer::Failed(failed)) });
            }
        };
        self.met.store(true, Ordering::Relaxed);
        timing.first_byte = Some(since(Instant::now()));
        let (parts, mut coming) = reply.into_parts();
        let mut response = head(&parts, &request.method);
        let mut whole = Answered::default();
        let mut pieces = Pieces::new(false);
        let failed = loop {
            match coming.frame().await {
                None => break None,
                Some(Err(error)) => break Some(error),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        pieces.add(since(Instant::now()), data.len() as u64, false);
                        whole.push(&data, &response.headers);
                    }
                    Err(frame) => {
                        if let Ok(trailers) = frame.into_trailers() {
                            response.trailers = kept(&trailers);
                        }
                    }
                },
            }
        };
        timing.end = Some(since(Instant::now()));
        timing.chunks = pieces.finish(timing.first_byte);
        whole.finish(&mut response);
        let answer = match failed {
            None => Answer::Reply(response),
            Some(error) => Answer::Failed(failure::of(&error, Some(response))),
        };
        Ok(Observed { timing, ..Observed::of(answer) })
    }
}

impl Subject for Live {
    fn name(&self) -> &str {
        &self.name
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        Box::pin(self.ask(request))
    }
}

/// The fields of a question: what belongs to the recorded connection stays behind, and the library says host
/// and length itself.
fn fields(headers: &Headers) -> Result<HeaderMap, String> {
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers.iter() {
        let lower = name.to_ascii_lowercase();
        if is_hop_by_hop(&lower) || matches!(lower.as_str(), "host" | "content-length" | "expect") {
            continue;
        }
        let name =
            HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` is no field name"))?;
        let value =
            HeaderValue::from_bytes(value).map_err(|_| format!("the value of `{name}` cannot be sent"))?;
        map.append(name, value);
    }
    Ok(map)
}

fn kept(map: &HeaderMap) -> Headers {
    Headers(map.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec())).collect())
}

fn head(parts: &http::response::Parts, method: &str) -> Response {
    let headers = kept(&parts.headers);
    let status = parts.status.as_u16();
    let reason = match parts.extensions.get::<hyper::ext::ReasonPhrase>() {
        Some(reason) => String::from_utf8_lossy(reason.as_bytes()).into_owned(),
        // The library tells only phrases that are not the usual one.
        None => parts.status.canonical_reason().unwrap_or_default().to_owned(),
    };
    let framing = match () {
        () if method == "HEAD" || matches!(status, 100..=199 | 204 | 304) => Framing::None,
        () if headers.contains("transfer-encoding") => Framing::Chunked,
        () if headers.contains("content-length") => Framing::Length,
        () => Framing::Close,
    };
    let version = if parts.version == Version::HTTP_10 { HttpVersion::Http10 } else { HttpVersion::Http11 };
    Response { status, reason, version, headers, framing, ..Response::default() }
}
