//! A vendor in memory, asked again: what comes each time is told, what came once is not.

use super::{Guard, Judging, Manners, Side, Terms, ask_again, judge};
use crate::examples::{self, ready};
use crate::options::Options;
use cassettes::model::{Answer, Headers, Request, Response, Timestamp};
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Answers by how often it was asked before.
struct Vendor<F> {
    asked: AtomicUsize,
    answers: F,
}

impl<F: Fn(usize, &Request) -> Response + Send + Sync> Subject for Vendor<F> {
    fn name(&self) -> &str {
        "the sandbox"
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        let answer = Answer::Reply((self.answers)(self.asked.fetch_add(1, Ordering::Relaxed), request));
        Box::pin(std::future::ready(Ok(Observed::of(answer))))
    }
}

fn reply(status: u16, fields: &[(&str, &str)], body: &str) -> Response {
    let mut headers = Headers::new();
    headers.push("Content-Type", "application/json");
    fields.iter().for_each(|(name, value)| headers.push(*name, *value));
    Response::new(status, headers, body.as_bytes().to_vec())
}

/// The findings about a recording, and why a part of it could not be asked.
fn told(
    recording: &str,
    answers: impl Fn(usize, &Request) -> Response + Send + Sync,
) -> (Vec<&'static str>, Vec<String>) {
    let example = examples::parse(recording).expect("an example");
    let upstream = example.cassettes[0].exchanges[0].upstream.clone();
    let vendor = Vendor { asked: AtomicUsize::new(0), answers };
    let guard = Guard::default();
    let terms = Terms {
        options: Options {
            command: "drift vendor",
            now: Timestamp(0),
            keys: None,
            max_age: None,
            reveal: &|_| Vec::new(),
        },
        sides: &[Side { upstream: &upstream, subject: &vendor }],
        guard: &guard,
        manners: Manners {
            interval: Duration::ZERO,
            concurrency: 1,
            patience: Duration::from_secs(60),
            second_look: Duration::from_secs(1),
            wait: &|_| Box::pin(std::future::ready(())),
            clock: || Timestamp(0),
        },
        clean: &|exchange| exchange,
        progress: &|_| {},
    };
    let asked = ready(ask_again(&example.cassettes, &terms)).expect("somebody is there");
    let judging = Judging {
        command: "drift vendor",
        subject: "the sandbox",
        noise: false,
        compatible_fails: false,
        triangle: None,
    };
    let report = judge(&asked, &judging);
    (report.findings.iter().map(|finding| finding.rule).collect(), asked.unheard)
}

const BUSY: &str = r#"
> GET /v1/exports/9
< retry-after: 5
< 503 {"error":{"code":"busy"}}
> GET /v1/things
< 200 {"data":[{"id":1}]}
"#;

/// Another answer to the export, the same to everything else.
fn export(request: &Request, answer: Response) -> Response {
    if request.path() == "/v1/exports/9" { answer } else { reply(200, &[], r#"{"data":[{"id":1}]}"#) }
}

#[test]
fn a_trouble_that_is_over_says_nothing_and_another_error_each_time_does() {
    let fine = || reply(200, &[], r#"{"rows":3}"#);
    let bad = || reply(400, &[], r#"{"error":{"code":"bad_range"}}"#);
    assert_eq!(told(BUSY, |_, request| export(request, fine())).0, [""; 0]);
    assert_eq!(told(BUSY, |_, request| export(request, bad())).0, ["retryability-swapped"]);
    // Whatever it was: the next time it is over.
    let once = |n: usize, request: &Request| export(request, if n == 0 { bad() } else { fine() });
    assert_eq!(told(BUSY, once).0, [""; 0]);
    // One trouble in the place of another.
    let broken = || reply(500, &[], r#"{"error":{"code":"oops"}}"#);
    assert_eq!(told(BUSY, |_, request| export(request, broken())).0, [""; 0]);
}

#[test]
fn when_to_ask_again_is_missed_where_the_trouble_stays() {
    let busy = || reply(503, &[], r#"{"error":{"code":"busy"}}"#);
    assert_eq!(told(BUSY, |_, request| export(request, busy())).0, ["retry-hint-missing"]);
    let fine = || reply(200, &[], r#"{"rows":3}"#);
    let once = |n: usize, request: &Request| export(request, if n == 0 { busy() } else { fine() });
    assert_eq!(told(BUSY, once).0, [""; 0]);
}

#[test]
fn whoever_refuses_a_key_is_named_as_they_were_asked() {
    let recording = r#"
> GET /v1/things
> x-api-key: abc
< 200 {"data":[{"id":1}]}
> GET /v1/me
> x-api-key: abc
< 200 {"name":"Ada"}
> GET /v1/health
< 200 {"ok":true}
"#;
    let (_, unheard) = told(recording, |_, request| {
        let is_open = request.path() == "/v1/health";
        if is_open { reply(200, &[], r#"{"ok":true}"#) } else { reply(401, &[], r#"{"error":"no"}"#) }
    });
    assert_eq!(unheard.len(), 1, "{unheard:?}");
    assert!(unheard[0].contains("refused by the sandbox each time"), "{unheard:?}");
}

#[test]
fn a_method_that_nobody_there_knows_has_written_nothing() {
    let after = |status: u16| {
        let recording = format!(
            r#"
> GET /v1/things
< 200 {{"data":[]}}
> PATCH /v1/things
< {status} {{"error":{{"code":"no_such_method"}}}}
> GET /v1/things/none
< 404 {{"error":{{"code":"none"}}}}
"#
        );
        let vendor = |_, request: &Request| match request.path() {
            "/v1/things" => reply(200, &[], r#"{"data":[]}"#),
            _ => reply(404, &[], r#"{"error":{"code":"unknown"}}"#),
        };
        told(&recording, vendor).0
    };
    assert_eq!(after(501), ["error-code-changed"]);
    assert!(after(500).is_empty());
}
