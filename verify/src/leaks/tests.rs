//! Two cassettes asked side by side, of mocks that keep one store for all and of those that keep one for each.

use crate::examples::{parse, ready};
use crate::rules::find;
use crate::{Options, Report, compare};
use cassettes::model::{Answer, Headers, Request, Response, Timestamp};
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A notebook: `POST /notes` writes, `GET /notes` lists.
struct Notebook {
    shared: bool,
    notes: Mutex<BTreeMap<String, Vec<String>>>,
    asked: Mutex<usize>,
}

impl Subject for Notebook {
    fn name(&self) -> &str {
        "notebook"
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        *self.asked.lock().expect("not poisoned") += 1;
        let who = request.headers.get("authorization").map(Cow::into_owned).unwrap_or_default();
        let who = if self.shared { String::new() } else { who };
        let mut all = self.notes.lock().expect("not poisoned");
        let count = all.values().map(Vec::len).sum::<usize>();
        let notes = all.entry(who).or_default();
        let body = if request.method == "POST" {
            let note = format!("{{\"id\":\"note_{count:010}\"}}");
            notes.push(note.clone());
            note
        } else {
            format!("{{\"count\":{},\"data\":[{}]}}", notes.len(), notes.join(","))
        };
        let json = Headers::from_pairs([("content-type", "application/json")]);
        let said = Observed::of(Answer::Reply(Response::new(200, json, body)));
        Box::pin(std::future::ready(Ok(said)))
    }

    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        self.notes.lock().expect("not poisoned").clear();
        Box::pin(std::future::ready(Ok(true)))
    }
}

const ALICE_THEN_BOB: &str = "\
> POST /notes
> authorization: Bearer alice-key
< 200 {\"id\":\"note_7f3a9c21d0\"}
> GET /notes
> authorization: Bearer alice-key
< 200 {\"count\":1,\"data\":[{\"id\":\"note_7f3a9c21d0\"}]}
--- second.yaml
> POST /notes
@ at 2026-01-02T09:00:00Z
> authorization: Bearer WHO
< 200 {\"id\":\"note_52b8e6f419\"}
> GET /notes
@ at 2026-01-02T09:00:01Z
> authorization: Bearer WHO
< 200 {\"count\":1,\"data\":[{\"id\":\"note_52b8e6f419\"}]}
";

fn asked(tape: &str, who: &str, shared: bool) -> (Report, usize) {
    let example = parse(&tape.replace("WHO", who)).expect("reads");
    let mock = Notebook { shared, notes: Mutex::default(), asked: Mutex::default() };
    let options = Options {
        command: "verify",
        now: Timestamp(0),
        keys: None,
        max_age: None,
        reveal: &|_: &mut Request| Vec::new(),
    };
    let rules = [find("shared-state-leak").expect("on the shelf")];
    let report = ready(compare(&example.cassettes, &mock, &rules, &options)).expect("asks");
    (report, mock.asked.into_inner().expect("not poisoned"))
}

#[test]
fn what_one_session_makes_beside_another_shows_in_a_mock_that_shares() {
    let (report, questions) = asked(ALICE_THEN_BOB, "bob-key", true);
    assert_eq!(
        report.findings.iter().map(|f| (f.place.as_str(), f.fails())).collect::<Vec<_>>(),
        [("list", false)]
    );
    assert_eq!(questions, 8, "each question twice, and no more");
    assert_eq!(asked(ALICE_THEN_BOB, "bob-key", false).0.findings, []);
}

#[test]
fn it_is_an_error_where_these_two_were_seen_to_be_kept_apart() {
    let proof = "\
--- proof.yaml
> POST /notes
> authorization: Bearer alice-key
< 200 {\"id\":\"note_aa00bb11cc\"}
> GET /notes
> authorization: Bearer bob-key
< 200 {\"count\":0,\"data\":[]}
";
    let (report, _) = asked(&format!("{ALICE_THEN_BOB}{proof}"), "bob-key", true);
    assert!(report.findings.iter().any(crate::Finding::fails), "{:?}", report.findings);
    assert_eq!(asked(&format!("{ALICE_THEN_BOB}{proof}"), "bob-key", false).0.findings, []);
}

#[test]
fn one_session_in_two_cassettes_is_asked_once() {
    let (report, questions) = asked(ALICE_THEN_BOB, "alice-key", true);
    assert_eq!((report.findings.len(), questions), (0, 4));
}
