//! The sandbox on a socket.

use super::optimistic;
use super::vendor::{self, Vendor};
use super::{Kind, Options, cast, faults};
use axum::Router;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use cassettes::model::{Headers, HttpVersion};
use http_body_util::BodyExt as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::{fmt::Write as _, io};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use wire::head::{status_line, write_chunk, write_fields, write_last_chunk};
use wire::serve::{Call, Flow, Handler, Listener, WireError};

/// Bodies above this many bytes are refused with 413.
const LARGEST_BODY: usize = 1 << 20;

/// Everything but the faults, as a router that can be asked without a socket.
pub(super) fn router(options: Options) -> Router {
    match options.kind {
        Kind::Vendor => vendor::router(Arc::new(Vendor::new(options, &cast::VENDOR))),
        Kind::Honest => vendor::router(Arc::new(Vendor::new(options, &cast::HONEST))),
        Kind::Optimistic => optimistic::router(options.now),
    }
}

/// Serves until `stop` holds true. Gives the address that was bound.
pub(crate) async fn serve(
    options: Options,
    address: SocketAddr,
    stop: watch::Receiver<bool>,
) -> io::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = Listener::bind(address).await?;
    let address = listener.local_addr();
    let sandbox = Sandbox { faults: options.kind != Kind::Optimistic, router: router(options) };
    Ok((address, tokio::spawn(listener.run(Arc::new(sandbox), stop))))
}

struct Sandbox {
    router: Router,
    /// Whether it fails on the wire where the vendor does.
    faults: bool,
}

impl Handler for Sandbox {
    async fn handle(&self, call: &mut Call<'_>) -> Flow {
        let target = call.head().origin_target().to_owned();
        if self.faults
            && let Some(fault) = faults::named(&target)
        {
            return faults::answer(call, fault, &target).await;
        }
        self.routed(call, &target).await.unwrap_or(Flow::Close)
    }
}

impl Sandbox {
    async fn routed(&self, call: &mut Call<'_>, target: &str) -> io::Result<Flow> {
        let body = match call.body(LARGEST_BODY).await {
            Ok(body) => body,
            Err(WireError::TooLarge { .. }) => {
                call.send(
                    b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                )
                .await?;
                return Ok(Flow::Close);
            }
            Err(_) => return Ok(Flow::Close),
        };
        let Some(request) = request(call, target, body.0) else {
            call.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await?;
            return Ok(Flow::KeepAlive);
        };
        let head_only = request.method() == http::Method::HEAD;
        let Ok(response) = self.router.clone().oneshot(request).await;
        send(call, response, head_only).await
    }
}

/// `None`: the router's types cannot hold what was asked.
fn request(call: &Call<'_>, target: &str, body: Bytes) -> Option<http::Request<Body>> {
    let head = call.head();
    let mut request = http::Request::builder().method(head.method()).uri(target);
    for (name, value) in head.fields() {
        request = request.header(name, value);
    }
    request.body(Body::from(body)).ok()
}

/// Writes the router's answer as a vendor with an HTTP/1.1 server of the old school does.
async fn send(call: &mut Call<'_>, response: http::Response<Body>, head_only: bool) -> io::Result<Flow> {
    let (parts, mut body) = response.into_parts();
    let status = parts.status.as_u16();
    let bodiless = head_only || matches!(status, 204 | 304);
    let mut headers =
        Headers::from_pairs(parts.headers.iter().map(|(n, v)| (spelled(n.as_str()), v.as_bytes().to_vec())));
    let exact = HttpBody::size_hint(&body).exact();
    let mut flow = Flow::KeepAlive;
    let mut chunked = false;
    match exact {
        _ if matches!(status, 204 | 304) => headers.remove("content-length"),
        _ if bodiless => {}
        Some(length) => headers.set("Content-Length", length.to_string()),
        None if call.head().version() == HttpVersion::Http10 => flow = Flow::Close,
        None => {
            headers.set("Transfer-Encoding", "chunked");
            chunked = true;
        }
    }
    let mut out = Vec::with_capacity(512);
    status_line(&mut out, HttpVersion::Http11, status, parts.status.canonical_reason().unwrap_or_default());
    write_fields(&mut out, &headers);
    call.send(&out).await?;
    if bodiless {
        return Ok(flow);
    }
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        if !chunked {
            call.send(&data).await?;
            continue;
        }
        out.clear();
        write_chunk(&mut out, &data);
        call.send(&out).await?;
        call.flush().await?;
    }
    if chunked {
        out.clear();
        write_last_chunk(&mut out, &Headers::new());
        call.send(&out).await?;
    }
    Ok(flow)
}

/// A field name as old servers write it: `Content-Type`, `ETag`, `WWW-Authenticate`. The counters of the
/// rate limiter stay in lower case: a newer layer adds them.
fn spelled(name: &str) -> String {
    match name {
        "etag" => return "ETag".to_owned(),
        "www-authenticate" => return "WWW-Authenticate".to_owned(),
        _ if name.starts_with("x-ratelimit") => return name.to_owned(),
        _ => {}
    }
    let mut spelled = String::with_capacity(name.len());
    for (i, word) in name.split('-').enumerate() {
        let dash = if i > 0 { "-" } else { "" };
        let (first, rest) = word.split_at(word.len().min(1));
        // Writing to a string cannot fail.
        let _ = write!(spelled, "{dash}{}{rest}", first.to_ascii_uppercase());
    }
    spelled
}
