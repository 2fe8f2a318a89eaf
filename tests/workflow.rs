//! Findings over time: accepted with a reason and an end, back when the end has come; settings; the age of evidence.

use crate::{
    mock_kinds::recorded,
    support::{Upstream, truetape, truetape_with},
};
use cassettes::{
    model::RedactRules,
    redact::{Policy, PseudonymKey},
    store,
};
use std::{fs, path::Path};

/// A mock that finds everything: findings are certain.
fn kind_mock() -> Upstream {
    Upstream::json(|asked| match asked.target.as_str() {
        "/v1/things" => (201, r#"{"id":"th_1","name":"a"}"#.into()),
        _ => (200, r#"{"id":"th_1","name":"a"}"#.into()),
    })
}

fn report(directory: &Path, mock: &str) -> (i32, Vec<serde_json::Value>) {
    let done =
        truetape(&["verify", "c.yaml", "--mock", mock, "--format", "json", "--output", "r.json"], directory);
    let text = fs::read_to_string(directory.join("r.json")).unwrap_or_else(|_| panic!("{done:?}"));
    let report: serde_json::Value = serde_json::from_str(&text).expect("json");
    (done.code, report["findings"].as_array().expect("findings").clone())
}

const SETTINGS: &str =
    "# ours\nsecrets: {}   # none yet\n\nignore: # known\n# (nothing)\ncassettes: [c.yaml]\n";

#[test]
fn findings_are_accepted_for_a_while_and_come_back() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    let mock = kind_mock();
    fs::write(directory.join("truetape.yaml"), SETTINGS).expect("written");
    let (code, found) = report(directory, &mock.url);
    assert_eq!(code, 1);
    let print = found[0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let terms = ["--reason", "the fake learns this in March", "--until", "2999-03-31"];
    let accept = |more: &[&str]| truetape(&[&["accept", "--report", "r.json"], more].concat(), directory);

    let done = accept(&["--all"]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("expected --reason"), "{done:?}");
    let done = accept(&terms);
    assert_eq!(done.code, 2, "nobody to ask: {done:?}");
    assert!(done.stdout.contains(&print) && done.stderr.contains("--finding FINGERPRINT"), "{done:?}");
    let done = accept(&["--finding", "0000", terms[0], terms[1], terms[2], terms[3]]);
    assert_eq!(done.code, 2, "{done:?}");
    let done = accept(&["--all", "--reason", "r", "--until", "2020-01-01"]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("a day that is not over"), "{done:?}");
    let in_ci = [&["accept", "--report", "r.json", "--all"], &terms[..]].concat();
    assert_eq!(truetape_with(&in_ci, directory, &[("CI", "true")]).code, 2);
    assert_eq!(fs::read_to_string(directory.join("truetape.yaml")).expect("there"), SETTINGS);

    let done = accept(&[&["--all"], &terms[..]].concat());
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains(&print), "it is shown first: {done:?}");
    let written = fs::read_to_string(directory.join("truetape.yaml")).expect("there");
    assert!(written.starts_with("# ours\nsecrets: {}   # none yet\n\nignore: # known\n"), "{written}");
    assert!(written.ends_with("# (nothing)\ncassettes: [c.yaml]\n"), "{written}");
    let (code, left) = report(directory, &mock.url);
    assert_eq!((code, left.len()), (0, 0), "{left:?}");
    let again = accept(&[&["--all"], &terms[..]].concat());
    assert!(again.stdout.contains("no finding"), "{again:?}");

    fs::write(directory.join("truetape.yaml"), written.replace("2999-03-31", "2020-03-31")).expect("written");
    let (code, back) = report(directory, &mock.url);
    assert_eq!(code, 1);
    assert!(back.iter().any(|f| f["fingerprint"] == print.as_str()), "it is back");
    let expired = back.iter().find(|f| f["rule"] == "ignore-expired").expect("a finding of its own");
    assert_eq!(expired["severity"], "warning");
    assert_eq!(expired["other"]["location"]["file"], "truetape.yaml");
    let line = expired["other"]["location"]["line"].as_u64().expect("a line") as usize;
    assert!(written.lines().nth(line - 1).expect("a line").contains("finding: "), "{expired}");
    let done = truetape(&["verify", "c.yaml", "--mock", &mock.url, "--skip", "ignore-expired"], directory);
    assert!(!done.stdout.contains("ignore-expired"), "{done:?}");
    // Accepted anew, the old entry says nothing any more.
    report(directory, &mock.url);
    assert_eq!(accept(&[&["--all"], &terms[..]].concat()).code, 0);
    let (code, left) = report(directory, &mock.url);
    assert_eq!((code, left.len()), (0, 0), "{left:?}");
}

#[test]
fn fingerprints_do_not_depend_on_the_mocks_data() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    let prints = |id: &'static str| {
        let mock = Upstream::json(move |asked| match asked.target.as_str() {
            "/v1/things" => (201, format!(r#"{{"id":"{id}","title":"{id}"}}"#)),
            _ => (200, format!(r#"{{"id":"{id}","title":"{id}"}}"#)),
        });
        let (_, found) = report(directory, &mock.url);
        let mut prints: Vec<String> = found.iter().map(|f| f["fingerprint"].to_string()).collect();
        prints.sort();
        prints
    };
    let first = prints("th_aaaa");
    assert!(!first.is_empty());
    assert_eq!(first, prints("th_bbbb"));
}

#[test]
fn the_settings_name_the_mock_and_what_belongs_to_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    let binary = env!("CARGO_BIN_EXE_truetape");
    let line = format!("{binary} replay c.yaml --repeat --listen 127.0.0.1:$PORT");
    fs::write(directory.join("truetape.yaml"), format!("cassettes: [c.yaml]\nmock: 'cmd:{line}'\n"))
        .expect("written");
    let done = truetape(&["verify"], directory);
    assert_eq!(done.code, 0, "{done:?}");
    let below = directory.join("tests");
    fs::create_dir(&below).expect("made");
    let done = truetape(&["verify"], &below);
    assert_eq!(done.code, 0, "the command runs where the settings are: {done:?}");
    let whole = format!("cassettes: [c.yaml]\nmock: {{subject: 'cmd:{line}', reset: GET /v1/things/nope}}\n");
    fs::write(directory.join("truetape.yaml"), whole).expect("written");
    let done = truetape(&["verify"], directory);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("reset `GET /v1/things/nope`"), "{done:?}");
    for (bad, text) in [
        ("mock: [a]\n", "a subject as after --mock"),
        ("mock: {subjekt: a}\n", "subjekt"),
        ("evidence: {max-age: soon}\n", "expected a number of days such as 180d"),
        ("ignore:\n- {finding: 1234, reason: r, until: 2999-01-01}\n", "a fingerprint in quotes"),
        ("ignore:\n- {finding: 'a', reason: ' ', until: 2999-01-01}\n", "an ignore needs a reason"),
        ("ignore:\n- {finding: 'a', reason: r, until: soon}\n", "expected YYYY-MM-DD, found `soon`"),
        ("ignore:\n- {finding: 'a', reason: r}\n", "until"),
    ] {
        fs::write(directory.join("truetape.yaml"), bad).expect("written");
        let done = truetape(&["verify", "c.yaml", "--mock", "http://127.0.0.1:9"], directory);
        assert_eq!(done.code, 2, "{bad}: {done:?}");
        assert!(done.stderr.contains(text), "{bad}: expected `{text}` in {}", done.stderr);
    }
}

/// Saves a cassette as if it had been recorded two thousand days earlier.
fn age(path: &Path) {
    let policy =
        Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([7; 32]), None).expect("a policy");
    let cassette = store::load(path).expect("loads").cassette;
    let older = cassette.exchanges.into_iter().map(|mut exchange| {
        exchange.at.0 -= 2000 * 24 * 60 * 60 * 1_000_000;
        policy.clean(exchange)
    });
    store::save(path, &cassette.header, &older.collect::<Vec<_>>(), &policy).expect("saves");
}

#[test]
fn old_evidence_is_a_finding_for_those_who_ask() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    age(&directory.join("c.yaml"));
    let mock =
        format!("cmd:{} replay c.yaml --repeat --listen 127.0.0.1:$PORT", env!("CARGO_BIN_EXE_truetape"));
    let verify =
        |more: &[&str]| truetape(&[&["verify", "c.yaml", "--mock", &mock], more].concat(), directory);
    assert_eq!(verify(&[]).code, 0);
    let done = verify(&["--max-age", "180d"]);
    assert!(done.stdout.contains("evidence-old"), "{done:?}");
    assert!(verify(&["--evidence", "--max-age", "26w"]).stdout.contains("evidence-old"));
    assert!(!verify(&["--max-age", "99y"]).stdout.contains("evidence-old"));
    assert_eq!(verify(&["--max-age", "soon"]).code, 2);
    let done = truetape(&["inspect", "c.yaml", "--max-age", "180"], directory);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.stdout.contains("Too old"), "{done:?}");
    fs::write(directory.join("truetape.yaml"), "evidence: {max-age: 180d}\n").expect("written");
    assert!(verify(&[]).stdout.contains("evidence-old"));
}

#[test]
fn every_page_can_be_read() {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in [
        ("ignore-expired", "On the day after"),
        ("transcript", "in-process fake"),
        ("html", "html"),
        ("pagination-flattened", "Fires"),
    ] {
        let done = truetape(&["explain", name], directory.path());
        assert_eq!(done.code, 0, "{done:?}");
        assert!(done.stdout.contains(text), "{name}: {}", done.stdout);
    }
    let done = truetape(&["explain"], directory.path());
    for name in ["transcript", "ignore-expired", "sarif"] {
        assert!(done.stdout.contains(name), "{name}: {}", done.stdout);
    }
}
