//! Drift with nobody watching: what is known fails nothing, what is new is told once, what proves nothing says so.

use crate::support::{Done, Running, Upstream, ask, get, truetape, truetape_with};
use cassettes::{model::Timestamp, store, yaml};
use serde_json::Value;
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
};

/// A vendor that changes when it is told to, and what it was asked.
struct Vendor {
    url: String,
    stage: Arc<AtomicU16>,
    asked: Arc<AtomicUsize>,
}

impl Vendor {
    fn start() -> Vendor {
        let (stage, asked) = (Arc::new(AtomicU16::new(0)), Arc::new(AtomicUsize::new(0)));
        let (now, count) = (Arc::clone(&stage), Arc::clone(&asked));
        let upstream = Upstream::json(move |asked| {
            count.fetch_add(1, Ordering::SeqCst);
            let stage = now.load(Ordering::SeqCst);
            let n = count.load(Ordering::SeqCst);
            match asked.target.as_str() {
                "/a" if stage & 1 != 0 => (200, r#"{"id":1}"#.into()),
                "/a" => (200, r#"{"id":1,"a":"x"}"#.into()),
                "/unstable" => (200, unstable(n, stage & 4 != 0)),
                "/e" => (
                    404,
                    format!(
                        r#"{{"error":{{"code":"{}"}}}}"#,
                        ["gone", "late", "later"][usize::from(stage / 8)]
                    ),
                ),
                "/b" if stage & 2 != 0 => (200, r#"{"id":2}"#.into()),
                _ => (200, r#"{"id":2,"b":"y"}"#.into()),
            }
        });
        Vendor { url: upstream.url, stage, asked }
    }

    /// Bit 1: `/a` has lost a member; bit 2: so has `/b`; bit 3: `/unstable` has more; the rest: another code.
    fn is(&self, stage: u16) {
        self.stage.store(stage, Ordering::SeqCst);
    }
}

/// Ids, moments, numbers and words, and members below a new one, that are others each time.
fn unstable(n: usize, more: bool) -> String {
    let id = format!("{n:08x}-1111-4222-8333-44445555{n:04x}");
    let extra = format!(r#","extra":{{"trace":"{n:x}","price":{n}.5}},"fresh":"{}""#, ["x", "y"][n % 2]);
    let (second, carrier) = (n % 60, ["DHL", "DPD", "UPS"][n % 3]);
    let extra = if more { extra } else { String::new() };
    format!(r#"{{"id":"{id}","at":"2026-11-22T03:00:{second:02}Z","carrier":"{carrier}","load":{n}{extra}}}"#)
}

fn record(directory: &Path, url: &str, paths: &[&str]) {
    let recorder = Running::start(&["record", "--upstream", url, "--cassette", "c.yaml"], directory, 1);
    paths.iter().for_each(|path| drop(get(recorder.url(), path)));
    assert_eq!(recorder.stop().code, 0);
    std::fs::write(directory.join("truetape.yaml"), "cassettes: [c.yaml]\n").expect("settings");
}

fn drift(directory: &Path, more: &[&str]) -> Done {
    truetape(&[&["drift", "vendor", "--no-propose", "--rate", "1000"], more].concat(), directory)
}

fn since(directory: &Path) -> (i32, [u64; 3]) {
    let done = drift(directory, &["--since-last", "--format", "json"]);
    let json: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{done:?}"));
    (done.code, ["new", "known", "gone"].map(|name| json["since"][name].as_u64().unwrap_or(99)))
}

fn history(directory: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(directory.join("drift-history.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn what_is_known_fails_nothing_and_what_comes_back_is_new() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(directory, &vendor.url, &["/a", "/b"]);
    let mut came = Vec::new();
    for stage in [0, 1, 1, 3, 2, 3] {
        vendor.is(stage);
        came.push(since(directory));
    }
    let expected =
        [(0, [0, 0, 0]), (1, [1, 0, 0]), (0, [0, 1, 0]), (1, [1, 1, 0]), (0, [0, 1, 1]), (1, [1, 1, 0])];
    assert_eq!(came, expected);
    let done = drift(directory, &["--since-last"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(
        done.stdout.contains("Known, and found again") && done.stdout.contains("2 known since 20"),
        "{done:?}"
    );
    // Without it everything is judged, and the state is left alone.
    let state = directory.join(".truetape/drift-vendor.state.json");
    let kept = std::fs::read(&state).expect("a state");
    assert_eq!(drift(directory, &[]).code, 1);
    assert_eq!(std::fs::read(&state).expect("a state"), kept);
    let runs: Vec<(u64, Value)> = history(directory)
        .iter()
        .map(|run| (run["breaking"].as_u64().expect("a count"), run["new"].clone()))
        .collect();
    let expected = [0_u64, 1, 1, 2, 1, 2, 2, 2];
    assert_eq!(runs.iter().map(|run| run.0).collect::<Vec<_>>(), expected);
    assert_eq!((&runs[1].1, &runs[2].1, &runs[7].1), (&1.into(), &0.into(), &Value::Null));
}

#[test]
fn another_value_is_new_and_what_varies_is_known() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(directory, &vendor.url, &["/unstable", "/unstable", "/unstable", "/e"]);
    vendor.is(4);
    let (code, [new, ..]) = since(directory);
    assert!(code == 0 && new >= 1, "what is added breaks nobody: {code}, {new}");
    for night in 2..=8 {
        assert_eq!(since(directory), (0, [0, new, 0]), "night {night}");
    }
    // Another code of an error, and then another one.
    let mut came = Vec::new();
    for stage in [12, 12, 20] {
        vendor.is(stage);
        came.push(since(directory));
    }
    assert_eq!(came, [(1, [1, new, 0]), (0, [0, new + 1, 0]), (1, [1, new, 1])]);
    // Some rules have nothing to compare where nothing is wrong: what they said is gone all the same.
    vendor.is(0);
    assert_eq!(since(directory), (0, [0, 0, new + 1]));
    vendor.is(4);
    assert_eq!(since(directory), (0, [new, 0, 0]));
    let runs = history(directory);
    let verdicts: Vec<&str> = runs[8..11].iter().filter_map(|run| run["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["findings", "agreed", "findings"]);
}

#[test]
fn another_value_of_a_header_that_is_known_is_new() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(directory, &vendor.url, &["/a", "/b"]);
    let run = |flags: &[&str], version: &str| {
        let arguments =
            [&["drift", "client", "c.yaml", "--format", "json", "--output", "r.json"], flags].concat();
        let replay = Running::start(&arguments, directory, 1);
        for path in ["/a", "/b"] {
            ask(replay.url(), "GET", path, &[("api-version", version)], b"");
        }
        let code = replay.stop().code;
        let text = std::fs::read_to_string(directory.join("r.json")).expect("a report");
        (code, serde_json::from_str::<Value>(&text).expect("JSON"))
    };
    run(&["--journal", "base.jsonl", "--no-history"], "2024-01-01");
    let mut came = Vec::new();
    for version in ["2025-02-02", "2025-02-02", "2026-03-03", "2026-03-03"] {
        let (code, report) = run(&["--baseline", "base.jsonl", "--since-last"], version);
        let since = &report["since"];
        came.push((code, since["new"].as_u64(), since["known"].as_u64()));
        let before = &since["changed"][0]["message"];
        assert_eq!(before.as_str().is_some_and(|m| m.contains("2025-02-02")), came.len() == 3, "{since:#}");
    }
    let (new, known) = ((1, Some(1), Some(0)), (0, Some(0), Some(1)));
    assert_eq!(came, [new, known, new, known]);
    let runs = history(directory);
    let verdicts: Vec<&str> = runs.iter().filter_map(|run| run["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["findings", "agreed", "findings", "agreed"]);
    // In words of this side.
    let run = &runs[3];
    assert_eq!((&run["asked"], &run["warnings"], &run["breaking"]), (&2.into(), &1.into(), &Value::Null));
    assert_eq!(run["found"][0]["weight"], "warning");
    assert!(run["subject"].as_str().is_some_and(|subject| !subject.is_empty()), "{run}");
    let drawn = truetape(&["drift", "history"], directory);
    assert!(drawn.stdout.contains("warnings") && drawn.stdout.contains("✗✓✗✓"), "{drawn:?}");
}

#[test]
fn a_broken_state_asks_nobody_and_loses_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(directory, &vendor.url, &["/a"]);
    let asked = vendor.asked.load(Ordering::SeqCst);
    let other = r#"{"schema":1,"kind":"client","last":"2026-11-01T03:00:00Z","findings":{}}"#;
    for broken in
        ["{\"schema\":1,", "[]", "", r#"{"schema":7,"kind":"vendor","last":"","findings":{}}"#, other]
    {
        std::fs::write(directory.join("s.json"), broken).expect("a file");
        let done = drift(directory, &["--since-last", "--state", "s.json"]);
        assert_eq!(done.code, 2, "{broken}: {done:?}");
        assert!(done.stderr.contains("s.json"), "{done:?}");
        assert_eq!(std::fs::read_to_string(directory.join("s.json")).expect("a file"), broken);
    }
    assert_eq!(vendor.asked.load(Ordering::SeqCst), asked, "nobody was asked");
    assert!(history(directory).is_empty(), "nothing was run");
}

#[test]
fn a_run_that_proves_nothing_says_so_ends_no_finding_and_stands_in_the_history() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(directory, &vendor.url, &["/a"]);
    vendor.is(1);
    assert_eq!(since(directory), (1, [1, 0, 0]));
    let state = directory.join(".truetape/drift-vendor.state.json");
    let kept = std::fs::read(&state).expect("a state");
    // Nobody listens there.
    let done = drift(directory, &["--since-last", "--upstream", "http://127.0.0.1:9"]);
    assert_eq!(done.code, 3, "{done:?}");
    // What writes is not asked again.
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "p.yaml"], directory, 1);
    drop(ask(recorder.url(), "POST", "/a", &[], b"{}"));
    assert_eq!(recorder.stop().code, 0);
    let done = drift(directory, &["p.yaml", "--since-last"]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stdout.contains("vacuous"), "{done:?}");
    assert_eq!(std::fs::read(&state).expect("a state"), kept);
    let runs = history(directory);
    let verdicts: Vec<&str> = runs.iter().filter_map(|run| run["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["findings", "could-not-ask", "vacuous"]);
    assert!(runs[1]["because"].is_string() && runs[2]["because"].is_string(), "{runs:?}");
    assert_eq!(since(directory), (0, [0, 1, 0]), "an outage is no end");
}

#[test]
fn a_webhook_is_told_once_and_what_it_missed_is_told_by_the_next_run() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(directory, &vendor.url, &["/a", "/b"]);
    let told: Arc<Mutex<Vec<Value>>> = Arc::default();
    let (kept, status) = (Arc::clone(&told), Arc::new(AtomicU16::new(404)));
    let answer = Arc::clone(&status);
    let hook = Upstream::json(move |asked| {
        assert_eq!(asked.target, "/services/s3cret?sig=s3cret");
        kept.lock().expect("whole").push(serde_json::from_slice(&asked.body).expect("JSON"));
        (answer.load(Ordering::SeqCst), "ok".into())
    });
    let url = format!("{}/services/s3cret?sig=s3cret", hook.url);
    let run = |more: &[&str]| {
        let arguments =
            ["drift", "vendor", "--no-propose", "--rate", "1000", "--since-last", "--notify", "env:HOOK"];
        truetape_with(&[&arguments, more].concat(), directory, &[("HOOK", &url)])
    };
    assert_eq!(run(&[]).code, 0);
    assert!(told.lock().expect("whole").is_empty(), "there is no news");
    vendor.is(1);
    let done = run(&["--also", "html=d.html"]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.stderr.contains("could not notify env:HOOK: it answers 404"), "{done:?}");
    status.store(200, Ordering::SeqCst);
    // Known, but nobody knows.
    assert_eq!(run(&[]).code, 0);
    assert_eq!(run(&[]).code, 0);
    {
        let told = told.lock().expect("whole");
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!((&told[0]["new"], &told[1]["new"]), (&1.into(), &0.into()));
        assert!(told[0]["text"].as_str().expect("a text").contains("• breaking"), "{told:?}");
        assert!(told[1]["text"].as_str().expect("a text").contains("1 of before"), "{told:?}");
        assert_eq!(told[0]["findings"], told[1]["findings"], "in the same words");
    }
    let files = ["d.html", "drift-history.jsonl", ".truetape/drift-vendor.state.json"];
    let text: String = files.map(|name| std::fs::read_to_string(directory.join(name)).expect(name)).concat();
    assert!(!(text + &done.stderr + &done.stdout).contains("s3cret"), "its URL is told nowhere");
    // What no run can use is found before anybody is asked.
    let asked = vendor.asked.load(Ordering::SeqCst);
    for (hook, says) in [("env:NOT_SET", "NOT_SET is not set"), ("hooks.test/s3cret", "expected a URL")] {
        let done = drift(directory, &["--notify", hook]);
        assert!(done.code == 2 && done.stderr.contains(says) && !done.stderr.contains("s3cret"), "{done:?}");
    }
    assert_eq!(vendor.asked.load(Ordering::SeqCst), asked);
}

#[test]
fn a_history_is_drawn_and_a_torn_line_is_passed_over() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let line = |day: u32, verdict: &str, found: &str| {
        format!(
            r#"{{"schema":1,"when":"2026-11-{day:02}T03:00:00Z","kind":"vendor","verdict":"{verdict}","breaking":1,"found":[{found}]}}"#
        )
    };
    let seen = r#"{"fingerprint":"00aa00aa00aa00aa","rule":"field-missing","operation":"GET /a","weight":"breaking"}"#;
    let lines = [
        line(1, "agreed", ""),
        line(2, "findings", seen),
        line(3, "could-not-ask", ""),
        line(4, "findings", seen),
    ];
    let torn = r#"{"schema":1,"when":"2026-11-05T0"#;
    std::fs::write(directory.join("h.jsonl"), format!("{}\n{torn}", lines.join("\n"))).expect("a file");
    let show = |more: &[&str]| truetape(&[&["drift", "history", "h.jsonl"], more].concat(), directory);
    let done = show(&[]);
    assert_eq!(done.code, 0, "{done:?}");
    for part in ["✓✗!✗", "·■ ■", "first seen 2026-11-02, last 2026-11-04, in 2 runs"] {
        assert!(done.stdout.contains(part), "{part}: {}", done.stdout);
    }
    assert!(done.stderr.contains("h.jsonl:5: passed over 1 line"), "{done:?}");
    let json: Value = serde_json::from_str(&show(&["--format", "json", "--last", "1"]).stdout).expect("JSON");
    let kind = &json["kinds"][0];
    assert_eq!((kind["runs"].as_array().map(Vec::len), &kind["findings"][0]["times"]), (Some(1), &2.into()));
    let page = show(&["--format", "html"]).stdout;
    assert!(page.contains("<svg class=\"history\"") && !page.contains("<script"), "{page}");
    let wide = truetape_with(&["drift", "history", "h.jsonl"], directory, &[("COLUMNS", "60")]);
    assert!(wide.stdout.lines().all(|line| line.chars().count() <= 60), "{wide:?}");
    for (arguments, code) in [(&["--kind", "client"][..], 2), (&["--last", "0"], 2)] {
        assert_eq!(show(arguments).code, code);
    }
    assert_eq!(truetape(&["drift", "history", "none.jsonl"], directory).code, 2);
    std::fs::write(directory.join("h.jsonl"), "nonsense\n").expect("a file");
    assert_eq!(show(&[]).code, 2);
}

#[test]
fn each_operation_has_a_budget_for_the_age_of_its_evidence() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(directory, &vendor.url, &["/a", "/b"]);
    let path = directory.join("c.yaml");
    let cassette = store::load(&path).expect("a cassette").cassette;
    let mut text = String::new();
    yaml::write_header(&cassette.header, &mut text);
    for mut exchange in cassette.exchanges {
        exchange.at = Timestamp::parse("2020-01-01T00:00:00Z").expect("a moment");
        yaml::write_exchange(&exchange, &vendor.url, &mut text);
    }
    std::fs::write(path, text).expect("a cassette");
    let settings = "cassettes: [c.yaml]\nevidence: {max-age: 100y, operations: {GET /b: 1y, GET /c: 1y}}\n";
    std::fs::write(directory.join("truetape.yaml"), settings).expect("settings");
    let verify = truetape(&["verify", "--mock", &vendor.url, "--only", "evidence-old"], directory);
    for done in [verify, drift(directory, &[])] {
        assert_eq!(done.code, 1, "{done:?}");
        let old: Vec<&str> = done.stdout.lines().filter(|line| line.contains("  evidence-old  ")).collect();
        assert!(old.len() == 1 && old[0].contains("GET /b"), "{done:?}");
        assert!(done.stderr.contains("no cassette here has `GET /c`"), "{done:?}");
    }
}
