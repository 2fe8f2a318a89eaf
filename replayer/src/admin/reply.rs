//! A response of the router on its way to the client: whole, or as it comes.

use super::desk::Desk;
use super::live::{self, Live};
use axum::response::Response;
use cassettes::model::HttpVersion;
use http_body_util::BodyExt as _;
use wire::serve::{Call, Flow};

/// Sends a response. What watches the journal is sent for as long as the client stays.
pub(super) async fn send(call: &mut Call<'_>, response: Response, desk: &Desk) -> Flow {
    let (mut parts, body) = response.into_parts();
    let live = parts.extensions.remove::<Live>();
    let bodiless = call.head().method() == "HEAD";
    // A client of HTTP/1.0 knows no chunks: its answer ends with the connection.
    let chunked = call.head().version() != HttpVersion::Http10;
    let mut head = format!("HTTP/1.1 {}\r\n", parts.status).into_bytes();
    parts.headers.remove("content-length");
    for (name, value) in &parts.headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"x-content-type-options: nosniff\r\nreferrer-policy: no-referrer\r\n");
    if let Some(live) = live {
        head.extend_from_slice(if chunked {
            b"transfer-encoding: chunked\r\n\r\n"
        } else {
            b"connection: close\r\n\r\n"
        });
        if call.send(&head).await.is_err() {
            return Flow::Close;
        }
        return if bodiless { Flow::KeepAlive } else { live::stream(call, live, desk, chunked).await };
    }
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    if parts.status != axum::http::StatusCode::NO_CONTENT {
        head.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    let unread = call.unread();
    if unread {
        head.extend_from_slice(b"connection: close\r\n");
    }
    head.extend_from_slice(b"\r\n");
    if !bodiless {
        head.extend_from_slice(&body);
    }
    if call.send(&head).await.is_err() || unread { Flow::Close } else { Flow::KeepAlive }
}
