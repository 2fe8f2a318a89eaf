//! The tour, taken against each kind of sandbox.

use super::serve::router;
use super::tour::TourStep;
use super::{Kind, Options, Said, serve, tour};
use axum::Router;
use axum::body::{Body, to_bytes};
use cassettes::model::{Body as Bytes, Headers, Request, Response, Timestamp};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use tower::ServiceExt as _;

const NOW: Timestamp = Timestamp(1_772_000_000_000_000);

fn options(kind: Kind) -> Options {
    Options::new(kind, || NOW)
}

async fn ask(router: &Router, request: &Request) -> Response {
    let mut question = http::Request::builder().method(request.method.as_str()).uri(&request.target);
    question = question.header("host", "sandbox.test");
    for (name, value) in request.headers.iter() {
        question = question.header(name, value);
    }
    let question = question.body(Body::from(request.body.0.clone())).expect("a lawful question");
    let Ok(answer) = router.clone().oneshot(question).await;
    let (parts, body) = answer.into_parts();
    let headers = Headers::from_pairs(parts.headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())));
    let body = to_bytes(body, 1 << 20).await.expect("a whole body");
    Response::new(parts.status.as_u16(), headers, Bytes(body))
}

/// The steps that need no socket.
fn steps() -> Vec<TourStep> {
    let raw = ["/faults/", "/v1/raw/headers", "/v1/raw/trailers", "/v1/stream", "/v1/reports/slow"];
    tour().into_iter().filter(|step| !raw.iter().any(|prefix| step.target.starts_with(prefix))).collect()
}

/// Every step answered, gaps filled from this sandbox's own answers; none: a gap could not be filled.
async fn walk(kind: Kind) -> Vec<(&'static str, Option<Response>)> {
    let router = router(options(kind));
    let (mut said, mut walked) = (Said::new(), Vec::new());
    for step in steps() {
        let answer = match step.request(&said, super::DEFAULT_KEY, NOW) {
            Some(request) => Some(ask(&router, &request).await),
            None => None,
        };
        said.extend(answer.clone().map(|answer| (step.key, answer)));
        walked.push((step.key, answer));
    }
    walked
}

#[tokio::test]
async fn the_vendor_gives_what_each_step_promises_and_gives_it_again() {
    let walked = walk(Kind::Vendor).await;
    let keys: BTreeSet<_> = walked.iter().map(|(key, _)| key).collect();
    assert_eq!(keys.len(), walked.len(), "keys are unique");
    for (key, answer) in &walked {
        let status = answer.as_ref().unwrap_or_else(|| panic!("{key} has an unfilled gap")).status;
        let tail = key.rsplit('-').next().and_then(|tail| tail.parse::<u16>().ok()).filter(|s| *s >= 100);
        let expected = match *key {
            "customers-bad" | "events-bad" => 400,
            "charge-reuse" => 409,
            "nowhere" => 404,
            "delete-read" => 410,
            "limited-3" => 429,
            "internal" | "legacy" => 500,
            "unavailable" | "maintenance" => 503,
            "gateway" => 504,
            "moved" => 307,
            "me-missing-scope" => 403,
            key if key.starts_with("me-") => 401,
            "delete" => 204,
            "create" | "charge" | "charge-again" => 201,
            "ship" | "job" => 202,
            _ => tail.unwrap_or(200),
        };
        assert_eq!(status, expected, "{key}");
    }
    assert_eq!(walked, walk(Kind::Vendor).await, "the same questions, the same answers");
}

#[tokio::test]
async fn the_honest_mock_differs_in_data_alone() {
    let (real, fake) = (walk(Kind::Vendor).await, walk(Kind::Honest).await);
    let mut differing = 0;
    for ((key, real), (_, fake)) in real.iter().zip(&fake) {
        let (real, fake) = (real.as_ref().expect("answered"), fake.as_ref().expect("answered"));
        assert_eq!(real.status, fake.status, "{key}");
        assert_eq!(real.headers.media_type(), fake.headers.media_type(), "{key}");
        for name in ["link", "etag", "location", "retry-after", "allow", "www-authenticate"] {
            assert_eq!(real.headers.contains(name), fake.headers.contains(name), "{key} {name}");
        }
        differing += usize::from(real.body != fake.body);
    }
    assert!(differing > 50, "{differing}");
}

#[tokio::test]
async fn the_optimistic_mock_is_kinder_than_the_vendor() {
    let (real, fake) = (walk(Kind::Vendor).await, walk(Kind::Optimistic).await);
    let refused = |walked: &[(&str, Option<Response>)]| {
        walked.iter().flat_map(|(_, answer)| answer).filter(|a| (400..500).contains(&a.status)).count()
    };
    assert!(refused(&real) > 35);
    // A path and a method that its router does not know are all that it refuses.
    assert_eq!(refused(&fake), 2);
}

/// Everything that comes on a connection until it ends, and whether it was reset.
fn raw(address: std::net::SocketAddr, head: &str) -> (Vec<u8>, bool) {
    let mut stream = std::net::TcpStream::connect(address).expect("connects");
    stream.write_all(head.as_bytes()).expect("sends");
    let mut came = Vec::new();
    let reset = stream.read_to_end(&mut came).is_err();
    (came, reset)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_does_what_the_router_cannot() {
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let (address, task) =
        serve(options(Kind::Vendor), ([127, 0, 0, 1], 0).into(), stopped).await.expect("binds");
    let told = tokio::task::spawn_blocking(move || {
        let get = |target: &str| {
            raw(address, &format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        };
        assert_eq!(get("/faults/reset"), (Vec::new(), true));
        assert_eq!(get("/faults/close"), (Vec::new(), false));
        let (half, reset) = get("/faults/reset-midway");
        assert!(reset && half.ends_with(b"{\"id\":2},"));
        let (half, reset) = get("/faults/truncate");
        assert!(!reset && half.ends_with(b"{\"id\":2},"));
        let (odd, _) = get("/v1/raw/headers");
        assert!(odd.starts_with(b"HTTP/1.1 203 Answered By A Copy\r\n"));
        let (stream, _) = get("/v1/stream?gap=1");
        let text = String::from_utf8_lossy(&stream).into_owned();
        assert_eq!(text.matches("\r\nid: ").count(), 4, "{text}");
        assert!(text.contains("Transfer-Encoding: chunked\r\n") && text.ends_with("\r\n0\r\n\r\n"));
        let (page, _) = raw(address, "GET /v1/invoices HTTP/1.1\r\nHost: h:8\r\nConnection: close\r\n\r\n");
        let text = String::from_utf8_lossy(&page).into_owned();
        assert!(
            text.contains("Link: <http://h:8/v1/invoices?page=2&per_page=2>; rel=\"next\"\r\n"),
            "{text}"
        );
        let (head, _) = raw(address, "HEAD /v1/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assert!(
            head.ends_with(b"\r\n\r\n") && String::from_utf8_lossy(&head).contains("Content-Length: 3\r\n")
        );
    });
    told.await.expect("all as said");
    stop.send(true).expect("heard");
    task.await.expect("ends");
}
