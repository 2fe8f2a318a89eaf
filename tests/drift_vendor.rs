//! The real side is asked again: what changed is found and told once, what only differs is not, and nothing is asked
//! that nobody allowed.

use crate::support::drift::{DRIFT, drift, report};
use crate::support::{Running, Upstream, ask, get, truetape, truetape_with, upstream::Asked};
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// A vendor whose ways can be changed, and which keeps what it was asked.
struct Vendor {
    upstream: Upstream,
    way: Arc<Mutex<&'static str>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Vendor {
    fn start() -> Vendor {
        let (way, log) = (Arc::new(Mutex::new("")), Arc::new(Mutex::new(Vec::new())));
        let count = AtomicU64::new(7);
        let (ways, logs) = (Arc::clone(&way), Arc::clone(&log));
        let upstream = Upstream::json(move |asked| {
            let line = asked.head.lines().next().unwrap_or_default();
            let method = line.split(' ').next().unwrap_or_default().to_owned();
            logs.lock().expect("a log").push(format!("{method} {}", asked.target));
            let now = count.fetch_add(0x9E37_79B9, Ordering::SeqCst);
            let way = *ways.lock().expect("a way");
            answer(asked, &method, way, now)
        });
        Vendor { upstream, way, log }
    }

    fn becomes(&self, way: &'static str) {
        *self.way.lock().expect("a way") = way;
        self.log.lock().expect("a log").clear();
    }

    fn log(&self) -> Vec<String> {
        self.log.lock().expect("a log").clone()
    }
}

/// One thing: its id stays, its moments, counters and the order of its tags do not.
fn thing(number: u64, way: &str, now: u64) -> Value {
    let mut tags = ["a", "b", "c", "d", "e", "f", "g"];
    tags.rotate_left((now % 7) as usize);
    let moment = format!("2026-03-{:02}T{:02}:11:12Z", now % 28 + 1, now % 24);
    let mut thing = json!({
        "id": format!("th_{number:06}"), "amount": number * 100, "seen": moment, "serial": now,
        "nonce": format!("{now:016x}"), "tags": tags,
    });
    let members = thing.as_object_mut().expect("an object");
    if way == "renamed" {
        let amount = members.remove("amount").expect("an amount");
        members.insert("total".to_owned(), amount);
    }
    if way == "added" {
        members.insert("currency".to_owned(), json!("EUR"));
    }
    thing
}

fn answer(asked: &Asked, method: &str, way: &str, now: u64) -> (u16, String) {
    let busy = way == "busy" && now.is_multiple_of(3);
    let path = asked.target.split('?').next().unwrap_or_default();
    let body = match (method, path) {
        _ if busy || way == "down" => return (503, r#"{"error":{"code":"busy"}}"#.to_owned()),
        (_, "/v1/things/th_000002") if way == "broken" => {
            return (500, r#"{"error":{"code":"oops"}}"#.to_owned());
        }
        ("POST", "/v1/search") => json!({"hits": [thing(2, way, now)]}),
        ("POST", _) => return (201, thing(9, way, now).to_string()),
        ("DELETE", _) => return (204, String::new()),
        (_, "/v1/things" | "/v1/other") => {
            let mut list: Vec<Value> = (1..=8).map(|number| thing(number, way, now)).collect();
            list.rotate_left((now % 8) as usize);
            json!({ "data": list })
        }
        (_, "/v1/things/none" | "/v1/things/th_gone") => {
            return (404, r#"{"error":{"code":"no_such_thing","message":"no"}}"#.to_owned());
        }
        _ => thing(path[path.len() - 1..].parse().unwrap_or(1), way, now),
    };
    (200, body.to_string())
}

fn record(vendor: &Vendor, directory: &Path, asked: &[(&str, &str)]) {
    let recorder =
        Running::start(&["record", "--upstream", &vendor.upstream.url, "--cassette", "c.yaml"], directory, 1);
    for (method, target) in asked {
        let body: &[u8] = if *method == "POST" { br#"{"a":1}"# } else { b"" };
        match *method {
            "GET" => drop(get(recorder.url(), target)),
            method => {
                drop(ask(recorder.url(), method, target, &[("content-type", "application/json")], body));
            }
        }
    }
    assert_eq!(recorder.stop().code, 0);
}

const READS: &[(&str, &str)] = &[
    ("GET", "/v1/things"),
    ("GET", "/v1/things/th_000001"),
    ("GET", "/v1/things/th_000002"),
    ("GET", "/v1/things/none"),
    ("GET", "/v1/other"),
];

#[test]
fn an_unchanged_vendor_is_silent_each_time() {
    let directory = tempfile::tempdir().expect("a directory");
    let vendor = Vendor::start();
    record(&vendor, directory.path(), READS);
    for way in ["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "busy"] {
        vendor.becomes(way);
        let (code, report) = report(directory.path(), &[]);
        assert_eq!((code, report["findings"].as_array().map(Vec::len)), (0, Some(0)), "{way}: {report:#}");
        assert!(report["drift"]["compared"].as_u64() > Some(3), "{report:#}");
    }
    assert!(!directory.path().join("c.new.yaml").exists());
}

#[test]
fn one_cause_is_one_finding_and_its_answers_wait_to_be_accepted() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(&vendor, directory, READS);
    vendor.becomes("renamed");
    let done = truetape_with(&[DRIFT, &["--format", "json"]].concat(), directory, &[("CI", "1")]);
    assert!(done.code == 1 && done.stderr.contains("nothing is recorded in CI"), "{done:?}");
    assert!(!directory.join("c.new.yaml").exists());
    let (code, report) = report(directory, &[]);
    let [finding] = report["findings"].as_array().expect("a list").as_slice() else { panic!("{report:#}") };
    assert_eq!(
        (code, &finding["rule"], &finding["change"]),
        (1, &json!("field-missing"), &json!("breaking"))
    );
    assert_eq!((&finding["places"], finding["operations"].as_array().map(Vec::len)), (&json!(4), Some(3)));
    assert!(
        finding["message"].as_str().is_some_and(|m| m.contains("`amount` is renamed: it is `total` now"))
    );
    assert_eq!(finding["real"]["exchange"], "c.yaml#5");
    let skipped = drift(directory, &["--skip", "field-missing"]);
    assert!(skipped.code == 0 && skipped.stdout.contains("1 breaking left out"), "{skipped:?}");
    let shown = truetape(&["accept", "c.yaml", "--dry-run"], directory);
    assert!(shown.code == 1 && shown.stdout.contains("amount` is no longer there"), "{shown:?}");
    assert_eq!(truetape_with(&["accept", "c.yaml", "--yes"], directory, &[("CI", "")]).code, 0);
    assert_eq!(drift(directory, &[]).code, 0);
}

#[test]
fn what_is_new_fails_only_those_who_ask_for_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let vendor = Vendor::start();
    record(&vendor, directory.path(), READS);
    vendor.becomes("added");
    let (code, first) = report(directory.path(), &["--no-propose"]);
    assert_eq!((code, &first["findings"][0]["change"]), (0, &json!("compatible")), "{first:#}");
    let (code, second) = report(directory.path(), &["--no-propose", "--fail-on", "compatible"]);
    assert_eq!((code, &second["findings"][0]["severity"]), (1, &json!("warning")), "{second:#}");
    assert!(!directory.path().join("c.new.yaml").exists());
}

#[test]
fn nothing_is_sent_that_nobody_allowed() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    let asked: &[(&str, &str)] = &[
        ("POST", "/v1/search"),
        ("GET", "/v1/things/th_000003"),
        ("POST", "/v1/things"),
        ("GET", "/v1/things/th_000009"),
        ("GET", "/v1/things"),
        ("DELETE", "/v1/things/th_000002"),
        ("GET", "/v1/other"),
    ];
    record(&vendor, directory, asked);
    for (way, allowed) in [("", 0), ("renamed", 0), ("", 1), ("renamed", 1)] {
        vendor.becomes(way);
        let flags: &[&str] = if allowed > 0 { &["--allow", "POST /v1/search"] } else { &[] };
        let (_, report) = report(directory, &[&["--no-propose"], flags].concat());
        let (safe, other): (Vec<_>, Vec<_>) =
            vendor.log().into_iter().partition(|line| line.starts_with("GET "));
        assert!(!safe.is_empty(), "{report:#}");
        assert!(other.iter().all(|line| line == "POST /v1/search" && allowed > 0), "{other:?}");
        assert_eq!(other.is_empty(), allowed == 0, "{other:?}");
        let skipped = report["drift"]["skipped"].as_array().expect("a list");
        assert_eq!(skipped.len(), 5 - allowed, "{report:#}");
        let reason = |cite: &str| {
            let of = skipped.iter().find(|one| one["exchange"] == cite);
            of.and_then(|one| one["reason"].as_str()).unwrap_or_default()
        };
        assert!(reason("c.yaml#3").contains("it may change something"), "{report:#}");
        for dependent in ["c.yaml#4", "c.yaml#5"] {
            assert!(reason(dependent).contains("POST /v1/things (#3)"), "{dependent}: {report:#}");
        }
    }
}

#[test]
fn a_run_that_asked_nothing_fails_and_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(&vendor, directory, &[("POST", "/v1/things"), ("DELETE", "/v1/things/th_000001")]);
    vendor.becomes("");
    let done = drift(directory, &[]);
    assert_eq!((done.code, vendor.log().len()), (3, 0), "{done:?}");
    assert!(done.stderr.contains("nothing was compared: 2 exchanges skipped"), "{done:?}");
    let away = drift(directory, &["--upstream", "http://127.0.0.1:9", "--allow", "POST /v1/things"]);
    assert!(away.code == 3 && away.stderr.contains("could not ask"), "{away:?}");
    assert_eq!(drift(directory, &["--allow", "v1/things"]).code, 2);
    assert_eq!(drift(directory, &["--rate", "0"]).code, 2);
}

#[test]
fn what_always_fails_is_told_and_who_is_away_agrees_with_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(&vendor, directory, READS);
    vendor.becomes("broken");
    let (code, told) = report(directory, &[]);
    let [finding] = told["findings"].as_array().expect("a list").as_slice() else { panic!("{told:#}") };
    assert_eq!((code, &finding["change"]), (1, &json!("breaking")), "{told:#}");
    assert_eq!(finding["real"]["exchange"], "c.yaml#3", "{told:#}");
    vendor.becomes("down");
    let down = drift(directory, &["--no-propose"]);
    assert!(down.code == 3 && down.stderr.contains("nothing but 503 came"), "{down:?}");
}

#[test]
fn without_its_secret_a_run_agrees_with_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    std::fs::write(directory.join("truetape.yaml"), "secrets: {vendor-key: env:THE_VENDORS_KEY}\n")
        .expect("settings");
    let secret = [("THE_VENDORS_KEY", "qT7vX2mLp9Zs4Wd8")];
    let vendor = Vendor::start();
    let arguments = ["record", "--upstream", &vendor.upstream.url, "--cassette", "c.yaml"];
    let recorder = Running::start_with(&arguments, directory, 1, &secret);
    let shown = [("authorization", "Bearer qT7vX2mLp9Zs4Wd8")];
    drop(ask(recorder.url(), "GET", "/v1/things", &shown, b""));
    drop(get(recorder.url(), "/v1/things/th_000001"));
    assert_eq!(recorder.stop().code, 0);
    let with = truetape_with(DRIFT, directory, &[("CI", ""), secret[0]]);
    assert_eq!(with.code, 0, "{with:?}");
    let without = drift(directory, &[]);
    assert!(
        without.code == 3 && without.stderr.contains("the secret `vendor-key` has no value here"),
        "{without:?}"
    );
}

#[test]
fn a_proposal_that_waits_is_kept() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(&vendor, directory, READS);
    vendor.becomes("renamed");
    let waits = directory.join("c.new.yaml");
    std::fs::write(&waits, "waits").expect("a file");
    let kept = drift(directory, &[]);
    assert!(kept.stderr.contains("--propose writes it anew"), "{kept:?}");
    assert_eq!(std::fs::read_to_string(&waits).expect("a file"), "waits");
    drift(directory, &["--propose"]);
    assert_ne!(std::fs::read_to_string(&waits).expect("a file"), "waits");
    let other = drift(directory, &["--only", "idempotency-ignored"]);
    assert!(other.code == 3 && other.stderr.contains("no such rule"), "{other:?}");
}

#[test]
fn a_mock_beside_it_tells_who_is_wrong() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let (vendor, mock) = (Vendor::start(), Vendor::start());
    record(&vendor, directory, READS);
    vendor.becomes("renamed");
    for (way, wrong) in [("", "cassette and mock"), ("renamed", "cassette")] {
        mock.becomes(way);
        let (_, report) = report(directory, &["--no-propose", "--mock", &mock.upstream.url]);
        assert_eq!(report["findings"][0]["wrong"], wrong, "{way}: {report:#}");
    }
}
