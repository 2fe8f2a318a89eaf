//! The engine against mocks that note what they are asked.

use crate::examples::{parse, ready};
use crate::{Options, RULES, Report, Verdict, compare};
use cassettes::model::{Answer, Headers, Request, Response, Timestamp};
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::sync::Mutex;

type Respond = dyn Fn(&Request) -> Result<String, NoAnswer> + Send + Sync;

struct Mock {
    respond: Box<Respond>,
    asked: Mutex<Vec<String>>,
}

impl Subject for Mock {
    fn name(&self) -> &str {
        "mock"
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        let body = String::from_utf8_lossy(request.body.bytes()).into_owned();
        self.asked.lock().expect("not poisoned").push(format!("{} {}{body}", request.method, request.target));
        let json = Headers::from_pairs([("content-type", "application/json")]);
        let said = (self.respond)(request).map(|b| Observed::of(Answer::Reply(Response::new(200, json, b))));
        Box::pin(std::future::ready(said))
    }
}

fn run(
    tape: &str,
    respond: impl Fn(&Request) -> Result<String, NoAnswer> + Send + Sync + 'static,
) -> (Result<Report, NoAnswer>, Vec<String>) {
    let example = parse(tape).expect("reads");
    let mock = Mock { respond: Box::new(respond), asked: Mutex::default() };
    let reveal = |request: &mut Request| -> Vec<String> {
        let missing = request.headers.get("x-key").is_some_and(|v| v.contains("{{"));
        if missing { vec!["key".to_owned()] } else { Vec::new() }
    };
    let options =
        Options { command: "verify", now: Timestamp(0), keys: None, max_age: None, reveal: &reveal };
    let report = ready(compare(&example.cassettes, &mock, RULES, &options));
    (report, mock.asked.into_inner().expect("not poisoned"))
}

const TWO_PAGES: &str = "\
> POST /find
>> {\"q\":1,\"cursor\":null}
< 200 {\"hits\":[{\"id\":\"a\"}],\"next\":\"real-1\"}
> POST /find
>> {\"q\":1,\"cursor\":\"real-1\"}
< 200 {\"hits\":[{\"id\":\"b\"}],\"next\":null}
";

#[test]
fn the_mocks_own_cursor_is_sent_and_its_listing_followed_to_the_end() {
    let (report, asked) = run(TWO_PAGES, |request| {
        let body = String::from_utf8_lossy(request.body.bytes()).into_owned();
        let page = ["null", "own-1", "own-2"].iter().position(|c| body.contains(c)).unwrap_or(9);
        let next = ["\"own-1\"", "\"own-2\"", "null"].get(page).unwrap_or(&"null");
        Ok(format!("{{\"hits\":[{{\"id\":\"m{page}\"}}],\"next\":{next}}}"))
    });
    assert_eq!(
        asked,
        [
            "POST /find{\"q\":1,\"cursor\":null}",
            "POST /find{\"q\":1,\"cursor\":\"own-1\"}",
            "POST /find{\"q\":1,\"cursor\":\"own-2\"}",
        ]
    );
    let report = report.expect("asked");
    assert_eq!((report.verdict, report.findings.len()), (Verdict::Agreed, 0));
}

#[test]
fn a_listing_without_an_end_is_left_after_twice_the_pages_and_ten() {
    let count = Mutex::new(0);
    let (report, asked) = run(TWO_PAGES, move |_| {
        let mut count = count.lock().expect("not poisoned");
        *count += 1;
        Ok(format!("{{\"hits\":[{{\"id\":\"m{count}\"}}],\"next\":\"own-{count}\"}}"))
    });
    assert_eq!(asked.len(), 14);
    let report = report.expect("asked");
    assert_eq!(report.findings.iter().map(|f| f.rule).collect::<Vec<_>>(), ["page-end-wrong"]);
}

#[test]
fn a_cursor_of_the_real_side_is_never_sent() {
    let (report, asked) = run(TWO_PAGES, |_| Ok("{\"hits\":[{\"id\":\"m\"}]}".to_owned()));
    assert_eq!(asked.len(), 1);
    let report = report.expect("asked");
    assert!(report.findings.iter().any(|f| f.rule == "pagination-flattened"));
}

#[test]
fn what_cannot_be_asked_is_unverified_and_nothing_checked_is_vacuous() {
    let (report, asked) = run("> GET /a\n> x-key: {{key}}\n< 200 {\"a\":1}", |_| Ok("{}".to_owned()));
    let report = report.expect("nobody is down");
    assert!(asked.is_empty());
    assert_eq!(report.coverage.operations[0].behaviours[0].reproduced, None);
    let (report, asked) = run("> GET /a\n@ edited\n< 200 {\"a\":1}", |_| Ok("{}".to_owned()));
    let report = report.expect("nobody is down");
    assert_eq!((asked.len(), report.verdict, report.coverage.behaviours), (1, Verdict::Vacuous, 0));
}

#[test]
fn a_subject_that_is_down_is_no_verdict() {
    let down = |_: &Request| Err(NoAnswer { reason: "connection refused".to_owned(), fatal: true });
    assert_eq!(run(TWO_PAGES, down).0.map_err(|no| no.reason), Err("connection refused".to_owned()));
}
