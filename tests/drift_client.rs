//! Client drift, by whole commands: a suite whose requests change, one whose requests do not, and what a run says of
//! itself.

use crate::support::{Done, Running, ask, client::ask_raw, get, truetape, truetape_with};
use cassettes::{
    examples,
    model::RedactRules,
    redact::{Policy, PseudonymKey},
    store,
};
use serde_json::Value;
use std::{fs, path::Path, thread};

const SHOP: &str = "\
> GET /v1/things?limit=2
< 200 {\"data\":[{\"id\":\"t1\"}]}
> POST /v1/charges
> content-type: application/json
>> {\"amount\": 100}
< 504
> POST /v1/charges
> content-type: application/json
>> {\"amount\": 100}
< 201 {\"id\":\"ch_1\"}
> GET /v1/a
< 200 {\"a\":1}
> GET /v1/b
< 200 {\"b\":1}
";

fn record(folder: &Path) {
    let policy =
        Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).expect("the defaults");
    let cassette = examples::parse(SHOP).expect("reads").cassettes.remove(0);
    let clean: Vec<_> = cassette.exchanges.into_iter().map(|exchange| policy.clean(exchange)).collect();
    store::save(&folder.join("shop.yaml"), &cassette.header, &clean, &policy).expect("saved");
}

/// What a client does against a replay, compared with these flags.
fn run(folder: &Path, flags: &[&str], client: impl FnOnce(&str)) -> (Done, Value) {
    let arguments = [
        &["drift", "client", "shop.yaml", "--no-history", "--format", "json", "--output", "report.json"],
        flags,
    ]
    .concat();
    let replay = Running::start(&arguments, folder, 1);
    client(replay.url());
    let done = replay.stop();
    let text = fs::read_to_string(folder.join("report.json")).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    (done, serde_json::from_str(&text).expect("JSON"))
}

/// By rule: severity and message.
fn found(report: &Value) -> Vec<(String, String, String)> {
    let text = |finding: &Value, member: &str| finding[member].as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().expect("findings").iter();
    findings.map(|f| (text(f, "rule"), text(f, "severity"), text(f, "message"))).collect()
}

fn charge(url: &str, agent: &str, body: &[u8]) -> u16 {
    let headers = [("content-type", "application/json"), ("user-agent", agent)];
    ask(url, "POST", "/v1/charges", &headers, body).status()
}

/// A client that does not try again, with an id of its own for each request.
fn old(url: &str) {
    let id = format!("{:x}-{:?}", std::process::id(), std::time::Instant::now());
    let id: String = id.bytes().map(|byte| format!("{byte:02x}")).collect();
    let headers = [("user-agent", "shop/1.0"), ("x-request-id", &id[..32])];
    assert_eq!(ask(url, "GET", "/v1/things?limit=2", &headers, b"").status(), 200);
    assert_eq!(charge(url, "shop/1.0", b"{\"amount\": 100}"), 504);
    thread::scope(|scope| {
        for path in ["/v1/a", "/v1/b"] {
            scope.spawn(move || assert_eq!(get(url, path).status(), 200));
        }
    });
}

/// It was upgraded: it charges again, asks for larger pages, writes JSON otherwise and calls itself another version.
fn new(url: &str) {
    let headers = [("user-agent", "shop/2.0"), ("x-request-id", "9f86d081884c7d659a2feaa0c55ad015")];
    assert_eq!(ask(url, "GET", "/v1/things?limit=50", &headers, b"").status(), 501);
    assert_eq!(charge(url, "shop/2.0", b"{\"amount\":100}"), 504);
    assert_eq!(charge(url, "shop/2.0", b"{\"amount\":100}"), 201);
    assert_eq!(get(url, "/v1/b").status(), 200);
}

#[test]
fn an_upgraded_client_is_told_cause_by_cause_and_again_from_its_journal() {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let (done, report) = run(folder.path(), &["--journal", "base.jsonl"], old);
    // When it was recorded the charge was tried again: this client does not.
    assert_eq!(done.code, 1, "{done:?}");
    assert!(found(&report).iter().any(|(rule, ..)| rule == "retries-changed"), "{report:#}");

    let base = ["--baseline", "base.jsonl"];
    let (done, report) = run(folder.path(), &[&base[..], &["--journal", "new.jsonl"]].concat(), new);
    assert_eq!(done.code, 1, "{done:?}");
    let found_now = found(&report);
    let rules: Vec<(&str, &str)> = found_now.iter().map(|(r, s, _)| (r.as_str(), s.as_str())).collect();
    assert_eq!(
        rules,
        [
            ("retries-changed", "error"),
            ("calls-lost", "warning"),
            ("page-size-changed", "warning"),
            ("header-changed", "info"),
            ("body-changed", "info"),
        ],
        "{report:#}"
    );
    let retries = &report["findings"][0];
    assert_eq!(retries["change"], "breaking");
    assert_eq!(retries["real"]["location"]["file"], "base.jsonl");
    assert_eq!(retries["other"]["location"]["file"], "new.jsonl");
    assert!(report["requests"]["is"].to_string().contains("shop/2.0"), "{report:#}");

    let again = [
        "drift",
        "client",
        "shop.yaml",
        "--no-history",
        "--baseline",
        "base.jsonl",
        "--against",
        "new.jsonl",
        "--format",
        "json",
    ];
    let offline = truetape(&again, folder.path());
    assert_eq!(offline.code, 1, "{offline:?}");
    let offline: Value = serde_json::from_str(&offline.stdout).expect("JSON");
    assert_eq!(offline["findings"], report["findings"]);
}

#[test]
fn the_same_client_is_silent_with_threads_and_ids_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    run(folder.path(), &["--journal", "one.jsonl"], old);
    run(folder.path(), &["--journal", "two.jsonl"], old);
    for flags in [
        &["--baseline", "one.jsonl"][..],
        &["--baseline", "one.jsonl", "--baseline", "two.jsonl"],
        &["--baseline", "two.jsonl", "--speed", "recorded"],
    ] {
        for _ in 0..5 {
            let (done, report) = run(folder.path(), flags, old);
            assert_eq!((done.code, found(&report)), (0, Vec::new()), "{done:?}");
        }
    }
}

#[test]
fn a_suite_passes_its_status_on_and_one_that_asks_nothing_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let (_, _) = run(folder.path(), &["--journal", "base.jsonl"], old);
    let common = ["drift", "client", "shop.yaml", "--no-history", "--baseline", "base.jsonl"];
    let with = |flags: &[&str], command: &[&str]| {
        truetape(&[&common[..], flags, &["--"], command].concat(), folder.path())
    };
    let failing = with(&["--format", "json", "--output", "failing.json"], &["sh", "-c", "exit 7"]);
    assert_eq!(failing.code, 7, "{failing:?}");
    assert!(folder.path().join("failing.json").exists(), "the report is written all the same");
    let renewing = with(&["--write-baseline", "new.jsonl"], &["sh", "-c", "kill -INT $$"]);
    assert_eq!((renewing.code, folder.path().join("new.jsonl").exists()), (130, false), "{renewing:?}");
    for said in ["the suite was stopped (SIGINT)", "new.jsonl is not written: the suite has not passed"] {
        assert!(renewing.stderr.contains(said), "{said}: {renewing:?}");
    }
    let idle = with(&[], &["true"]);
    assert_eq!(idle.code, 3, "{idle:?}");
    assert!(idle.stderr.contains("nothing was asked"), "{idle:?}");
}

#[test]
fn what_is_accepted_becomes_the_baseline() {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    run(folder.path(), &["--journal", "base.jsonl"], old);
    let base = ["--baseline", "base.jsonl"];
    let (done, report) = run(folder.path(), &[&base[..], &["--write-baseline", "base.jsonl"]].concat(), new);
    assert_eq!((done.code, report["verdict"].as_str()), (0, Some("agreed")), "{done:?}");
    assert!(!found(&report).is_empty(), "what is accepted is shown");
    assert_eq!(report["requests"]["renewed"], "base.jsonl");
    let (done, report) = run(folder.path(), &base, new);
    assert_eq!((done.code, found(&report)), (0, Vec::new()), "{done:?}");
}

#[test]
fn what_is_no_journal_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let done = truetape(
        &["drift", "client", "shop.yaml", "--no-history", "--baseline", "shop.yaml", "--", "true"],
        folder.path(),
    );
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("shop.yaml: expected a journal, found a cassette"), "{done:?}");
}

#[test]
fn a_baseline_is_not_renewed_in_ci() {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let arguments =
        ["drift", "client", "shop.yaml", "--no-history", "--write-baseline", "base.jsonl", "--", "true"];
    let done = truetape_with(&arguments, folder.path(), &[("CI", "true")]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("`--write-baseline` accepts whatever has changed"), "{done:?}");
    assert!(!folder.path().join("base.jsonl").exists());
}

/// Asks on one connection, one thing after the other.
fn in_order(url: &str, targets: &[(&str, &str)]) {
    let one = |(number, (method, target)): (usize, &(&str, &str))| {
        let end = if number + 1 == targets.len() { "connection: close\r\n" } else { "" };
        let body = if *method == "POST" { "{\"amount\":100}" } else { "" };
        let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
        let length = body.len();
        format!("{method} {target} HTTP/1.1\r\nhost: h\r\n{kind}content-length: {length}\r\n{end}\r\n{body}")
    };
    let all: String = targets.iter().enumerate().map(one).collect();
    assert_eq!(ask_raw(url, all.as_bytes()).text().matches("HTTP/1.1 ").count(), targets.len());
}

#[test]
fn a_client_that_reorders_its_calls_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let old = [("GET", "/v1/a"), ("POST", "/v1/charges"), ("GET", "/v1/b")];
    let new = [("POST", "/v1/charges"), ("GET", "/v1/a"), ("GET", "/v1/b")];
    run(folder.path(), &["--journal", "one.jsonl"], |url| in_order(url, &old));
    run(folder.path(), &["--journal", "two.jsonl"], |url| in_order(url, &old));
    let both = ["--baseline", "one.jsonl", "--baseline", "two.jsonl"];
    let (_, report) = run(folder.path(), &both, |url| in_order(url, &old));
    assert_eq!(found(&report), Vec::new());
    let (_, report) = run(folder.path(), &both, |url| in_order(url, &new));
    let told = found(&report);
    assert_eq!(told.len(), 1, "{report:#}");
    let (rule, severity, message) = &told[0];
    assert_eq!((rule.as_str(), severity.as_str()), ("calls-reordered", "warning"));
    assert_eq!(message, "POST /v1/charges comes before GET /v1/a, and came after it");
}

#[test]
fn a_claim_that_vanished_from_a_token_is_told() {
    // Expiring, and for ever.
    const OLD: &str = "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhIiwiaWF0IjoxNzY3MjI1NjAwLCJleHAiOjE3NjcyMjkyMDB9.c2lnbmVk";
    const NEW: &str =
        "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhIiwiaWF0IjoxNzY3MjI1NjAwfQ.c2lnbmVk";
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let with = |token: &'static str| {
        move |url: &str| {
            assert_eq!(ask(url, "GET", "/v1/a", &[("authorization", token)], b"").status(), 200);
        }
    };
    run(folder.path(), &["--journal", "base.jsonl"], with(OLD));
    let (done, report) = run(folder.path(), &["--baseline", "base.jsonl"], with(NEW));
    assert_eq!(done.code, 1, "{done:?}");
    let told = found(&report);
    let text = "the claim `exp` has vanished from the token".to_owned();
    assert_eq!(told, [("claims-changed".to_owned(), "error".to_owned(), text)]);
}
