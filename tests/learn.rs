//! `truetape learn`: plans taught to the practice vendor, and to one that does as it is told.

use crate::support::{Running, Upstream, truetape, truetape_with};
use std::{
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

const KEY: &str = "hs256:sandbox-signing-key-0123456789abcdef";

/// Every kind of lesson, each of which shows its thing on the practice vendor.
const WHOLE: &str = r#"
token:
  claims: {iss: "https://idp.test", aud: api, sub: u1, exp: +1h, iat: now, scope: profile:read}
lessons:
- walk: GET /v1/customers?limit=3
  believe: {pages: 3, unique: true}
- walk: GET /v1/invoices
  believe: {pages: 3}
- walk: GET /v1/events
  believe: {pages: 3}
- walk: GET /v1/products?offset=0&limit=3
  believe: {items: 7}
- walk: POST /v1/ledger/query
  unsafe: true
  json: {}
  believe: {pages: 3}
- miss: GET /v1/customers/cus_nope
  believe: {not-found: 404, class: not-found}
- miss: GET /v1/search?q=nobody
  believe: {not-found: empty-list}
- reject: POST /v1/charges
  json: {amount: ten, source: tok_ok}
  believe: {status: 422, class: validation}
- repeat: GET /v1/tags
  times: 3
  believe: {order: unstable, same: false}
- ask: GET /v1/me
  believe: {status: 200, header: {x-request-id: true, x-nope: false}}
- rate: GET /v1/limited
  most: 10
  wait: true
  believe: {retry-hint: seconds, opens: true}
- ask: POST /v1/customers
  json: {name: "{{new.name}}", email: "{{new.name}}@example.test"}
  keep: {id: $.id, place: header.location}
- conditional: GET /v1/customers/{{id}}
  change: PATCH /v1/customers/{{id}}
  unsafe: true
  json: {name: other}
  believe: {not-modified: true, stale: 200, precondition: 412}
- idempotent: POST /v1/charges
  json: {amount: 500, currency: eur, source: tok_ok}
  believe: {replayed: true, conflict: 409}
- concurrent: GET {{place}}
  times: 5
  believe: {statuses: {200: 5}}
- tokens: GET /v1/me
finally:
- ask: DELETE /v1/customers/{{id}}
  believe: {status: 204}
"#;

fn written(directory: &Path, name: &str, text: &str) {
    std::fs::write(directory.join(name), text).expect("a file");
}

#[test]
fn every_lesson_shows_its_thing_on_the_practice_vendor() {
    let directory = tempfile::tempdir().expect("a folder");
    let directory = directory.path();
    let vendor = Running::start(&["sandbox", "--listen", "127.0.0.1:0"], directory, 1);
    written(directory, "plan.yaml", WHOLE);
    let learn =
        ["learn", "plan.yaml", "--cassette", "c.yaml", "--upstream", vendor.url(), "--token-key", KEY];
    // Twice: what it makes has another name each time, and the second recording waits to be accepted.
    for file in ["c.yaml", "c.new.yaml"] {
        let done = truetape(&learn, directory);
        assert_eq!(done.code, 0, "{done:?}");
        assert_eq!(done.stderr.lines().filter(|line| line.contains("  shown")).count(), 17, "{done:?}");
        assert!(done.stdout.contains(file), "{done:?}");
    }
    let done = truetape(&["inspect", "c.yaml", "--format", "json"], directory);
    for kind in
        ["next-page", "last-page", "not-found", "validation", "rate-limit", "not-modified", "conflict"]
    {
        assert!(done.stdout.contains(&format!("\"{kind}\"")), "{kind}: {done:?}");
    }
    let cassette = std::fs::read_to_string(directory.join("c.yaml")).expect("the cassette");
    assert!(
        cassette.contains("- \"If-None-Match: ") && !cassette.to_ascii_lowercase().contains("accept:"),
        "as the plan has it"
    );
}

#[test]
fn a_broken_belief_is_a_finding_with_its_place_in_the_plan() {
    let directory = tempfile::tempdir().expect("a folder");
    let directory = directory.path();
    let vendor = Upstream::json(|_| (200, "{\"data\":[]}".to_owned()));
    let plan = format!(
        "upstream: {}\nlessons:\n- miss: GET /v1/x?id=7\n  believe:\n    not-found: 404\n",
        vendor.url
    );
    written(directory, "plan.yaml", &plan);
    let done = truetape(&["learn", "plan.yaml", "--cassette", "c.yaml"], directory);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(
        done.stdout.contains("broken: not-found: expected 404, came 200, a success with an empty list"),
        "{done:?}"
    );
    let done = truetape(&["learn", "plan.yaml", "--cassette", "c.yaml", "--format", "json"], directory);
    let report: serde_json::Value = serde_json::from_str(&done.stdout).expect("a report");
    let finding = &report["findings"][0];
    assert_eq!((&report["command"], &finding["rule"]), (&"learn".into(), &"belief-broken".into()));
    assert_eq!(finding["real"]["exchange"], "c.new.yaml#1");
    assert_eq!(finding["other"]["location"], serde_json::json!({"file": "plan.yaml", "line": 5}));
    for form in ["junit", "sarif", "github", "html", "markdown"] {
        let done = truetape(&["learn", "plan.yaml", "--cassette", "c.yaml", "--format", form], directory);
        assert!(done.code == 1 && done.stdout.contains("belief-broken"), "{form}: {done:?}");
    }
    // What is accepted for a while is no finding for so long.
    let fingerprint = finding["fingerprint"].as_str().expect("a fingerprint");
    let ignore = format!("ignore:\n- {{finding: '{fingerprint}', reason: known, until: 2999-01-01}}\n");
    written(directory, "truetape.yaml", &ignore);
    assert_eq!(truetape(&["learn", "plan.yaml", "--cassette", "c.yaml"], directory).code, 0);
    assert_eq!(truetape(&["explain", "belief-broken"], directory).code, 0);
    assert_eq!(truetape(&["explain", "walk"], directory).code, 0);
}

#[test]
fn what_is_wrong_is_said_before_anybody_is_asked() {
    let directory = tempfile::tempdir().expect("a folder");
    let directory = directory.path();
    let asked = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&asked);
    let vendor = Upstream::json(move |_| {
        *counted.lock().expect("no panic") += 1;
        (200, "{}".to_owned())
    });
    let learn = |lessons: &str| {
        written(
            directory,
            "plan.yaml",
            &format!("upstream: {}\nlessons:\n- ask: GET /ok\n{lessons}", vendor.url),
        );
        truetape(&["learn", "plan.yaml", "--cassette", "c.yaml"], directory)
    };
    for (lessons, said) in [
        ("- walk: GET /x\n  believe: {page: 1}\n", "plan.yaml:5: unknown belief of `walk` `page`"),
        ("- walk: POST /x\n", "plan.yaml:4: `walk` would send POST"),
        ("- ask: GET /{{id}}\n", "plan.yaml:4: the target names {{id}}"),
        ("- ask: GET /x\n  nonsense: [\n", "plan.yaml:"),
    ] {
        let done = learn(lessons);
        assert!(done.code == 2 && done.stderr.contains(said), "{lessons}: {done:?}");
    }
    let done = truetape_with(&["learn", "plan.yaml", "--cassette", "c.yaml"], directory, &[("CI", "true")]);
    assert_eq!(done.code, 2, "{done:?}");
    learn("- ask: POST /x\n  json: {a: 1}\n");
    *asked.lock().expect("no panic") = 0;
    let done = truetape(&["learn", "plan.yaml", "--dry-run"], directory);
    assert!(done.code == 0 && done.stdout.contains("{\"a\":1}"), "{done:?}");
    assert_eq!(*asked.lock().expect("no panic"), 0, "nobody was asked");
    let forced = ["learn", "plan.yaml", "--cassette", "d.yaml", "--force-record", "--only", "ask"];
    let done = truetape_with(&forced, directory, &[("CI", "true")]);
    assert_eq!((done.code, *asked.lock().expect("no panic")), (0, 2), "{done:?}");
}

#[test]
fn adding_asks_anew_and_keeps_what_was_there() {
    let directory = tempfile::tempdir().expect("a folder");
    let directory = directory.path();
    let vendor = Upstream::json(|asked| (200, format!("{{\"at\":\"{}\"}}", asked.target)));
    written(directory, "plan.yaml", "lessons:\n- ask: GET /a\n- ask: GET /b\n");
    let learn = ["learn", "plan.yaml", "--cassette", "c.yaml", "--add", "--upstream", &vendor.url];
    for total in [2, 4] {
        let done = truetape(&learn, directory);
        assert!(
            done.code == 0 && done.stderr.contains(&format!("c.yaml holds {total} exchanges")),
            "{done:?}"
        );
    }
    assert!(!directory.join("c.new.yaml").exists());
}

#[test]
fn nobody_there_is_no_agreement() {
    let directory = tempfile::tempdir().expect("a folder");
    let directory = directory.path();
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    written(directory, "plan.yaml", "lessons:\n- ask: GET /a\n- ask: GET /b\nfinally:\n- ask: DELETE /a\n");
    let done = truetape(
        &["learn", "plan.yaml", "--cassette", "c.yaml", "--upstream", &format!("http://{free}")],
        directory,
    );
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("could not ask") && !done.stderr.contains("GET /b"), "{done:?}");
}

#[test]
fn a_plan_that_is_stopped_cleans_up() {
    let directory = tempfile::tempdir().expect("a folder");
    let directory = directory.path();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let vendor = Upstream::json(move |asked| {
        heard.lock().expect("no panic").push(asked.head.lines().next().unwrap_or_default().to_owned());
        (200, "{\"id\":7}".to_owned())
    });
    written(
        directory,
        "plan.yaml",
        "lessons:\n- ask: POST /v1/things\n  keep: {id: $.id}\n- repeat: GET /v1/slow\n  times: 1000\n  pause: 1s\n- ask: GET /v1/never\nfinally:\n- ask: DELETE /v1/things/{{id}}\n",
    );
    let learn = ["learn", "plan.yaml", "--cassette", "c.yaml", "--upstream", &vendor.url];
    let running = Running::start(&learn, directory, 0);
    let deadline = Instant::now() + Duration::from_secs(20);
    while asked.lock().expect("no panic").len() < 2 && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(10));
    }
    let done = running.stop();
    assert_eq!(done.code, 3, "it was not taught to its end: {done:?}");
    let all = asked.lock().expect("no panic").clone();
    assert_eq!(all.last().map(String::as_str), Some("DELETE /v1/things/7 HTTP/1.1"), "{done:?}");
    assert!(!all.iter().any(|line| line.contains("never")), "{all:?}");
    assert!(directory.join("c.yaml").exists(), "what was recorded is kept: {done:?}");
}

#[test]
fn a_silence_is_an_answer_that_can_be_believed() {
    let directory = tempfile::tempdir().expect("a folder");
    let directory = directory.path();
    let vendor = Upstream::start(|asked, stream| match asked.target.as_str() {
        "/reset" => crate::support::upstream::reset(stream),
        _ => {
            thread::sleep(Duration::from_secs(20));
            false
        }
    });
    let plan = "lessons:\n- ask: GET /silent\n  believe: {status: timeout}\n- ask: GET /reset\n  believe: {status: [reset, closed]}\n";
    written(directory, "plan.yaml", plan);
    let started = Instant::now();
    let learn = ["learn", "plan.yaml", "--cassette", "c.yaml", "--upstream", &vendor.url, "--timeout", "0.5"];
    let done = truetape(&learn, directory);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(started.elapsed() < Duration::from_secs(5), "nobody waits longer than the recorder does");
}
