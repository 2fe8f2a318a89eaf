//! Two sessions at once, and the identity law: cassettes of two sessions against their own replay in memory,
//! which is put back to its beginning and asked a second time, both side by side.

use crate::support::{Running, get, truetape};
use cassettes::{
    examples,
    model::{Cassette, RedactRules, Request, Timestamp},
    redact::{Policy, PseudonymKey},
};
use replayer::Replay;
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use verify::{Options, RULES, Rule, Verdict};

const TWO: &str = "\
> POST /notes
> authorization: Bearer alice-key
> content-type: application/json
>> {\"text\":\"a note\"}
< 201 {\"id\":\"note_7f3a9c21d0\",\"text\":\"a note\"}
> GET /notes
> authorization: Bearer alice-key
< 200 {\"count\":1,\"data\":[{\"id\":\"note_7f3a9c21d0\",\"text\":\"a note\"}]}
> GET /usage
> authorization: Bearer alice-key
< 200 {\"calls\":3}
--- second.yaml
> POST /notes
> authorization: Bearer bob-key
> content-type: application/json
>> {\"text\":\"a note\"}
< 201 {\"id\":\"note_52b8e6f419\",\"text\":\"a note\"}
> GET /notes
> authorization: Bearer bob-key
< 200 {\"count\":1,\"data\":[{\"id\":\"note_52b8e6f419\",\"text\":\"a note\"}]}
> GET /usage
> authorization: Bearer bob-key
< 200 {\"calls\":1}
> GET /notes/note_7f3a9c21d0
> authorization: Bearer bob-key
< 404 {\"error\":{\"code\":\"not_found\"}}
";

fn policy() -> Policy {
    Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).expect("the defaults")
}

/// The examples' cassettes as they would stand on disk.
fn cassettes() -> Vec<Cassette> {
    let policy = policy();
    let clean = |cassette: Cassette| Cassette {
        exchanges: cassette.exchanges.into_iter().map(|e| policy.clean(e).into_exchange()).collect(),
        ..cassette
    };
    examples::parse(TWO).expect("reads").cassettes.into_iter().map(clean).collect()
}

#[tokio::test]
async fn the_replay_of_two_sessions_side_by_side_has_no_findings() {
    let cassettes = cassettes();
    let replay = Replay::new("replay", cassettes.clone(), Arc::new(policy()), || Timestamp(0));
    let options = Options {
        command: "verify",
        now: Timestamp(1_767_400_000_000_000),
        keys: None,
        max_age: None,
        reveal: &|_: &mut Request| Vec::new(),
    };
    let rules: Vec<&'static Rule> =
        RULES.iter().copied().filter(|rule| !rule.meta.name.starts_with("evidence-")).collect();
    let report = verify::compare(&cassettes, &replay, &rules, &options).await.expect("asks");
    assert_eq!(report.findings, []);
    assert_eq!(report.verdict, Verdict::Agreed);
    assert!(report.checks.by_rule["shared-state-leak"] > 0, "the sessions were told apart");
    assert_eq!(report.coverage.behaviours, report.coverage.reproduced);
}

/// Writes a cassette of one exchange.
fn save(path: &Path, body: &str) {
    let policy = policy();
    let notation = format!("> GET /v\n< 200 {body}\n");
    let cassette = examples::parse(&notation).expect("reads").cassettes.remove(0);
    let clean: Vec<_> = cassette.exchanges.into_iter().map(|e| policy.clean(e)).collect();
    cassettes::store::save(path, &cassette.header, &clean, &policy).expect("saved");
}

#[test]
fn cassettes_that_change_are_played_and_broken_ones_are_not() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("v.yaml");
    save(&path, "{\"v\":1}");
    let settings = "replay:\n  repeat: true\n  variables: {order: ord_1}\n";
    std::fs::write(directory.path().join("truetape.yaml"), settings).expect("written");
    let replay = Running::start(&["replay", "v.yaml", "--watch", "--session-age", "1h"], directory.path(), 1);
    let until = |wanted: &str| {
        let started = Instant::now();
        while !get(replay.url(), "/v").text().ends_with(wanted) {
            assert!(started.elapsed() < Duration::from_secs(20), "{:?}", get(replay.url(), "/v"));
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    until("{\"v\":1}");
    save(&path, "{\"v\":22}");
    until("{\"v\":22}");
    std::fs::write(&path, "truetape: 1\nexchanges: [").expect("written");
    std::thread::sleep(Duration::from_millis(900));
    until("{\"v\":22}");
    save(&path, "{\"v\":333}");
    until("{\"v\":333}");
    let done = replay.stop();
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(done.stderr.matches("every session begins anew").count(), 2, "{}", done.stderr);
    let refused =
        done.stderr.lines().filter(|line| line.contains("cannot be played, so the old ones are: ")).count();
    assert_eq!(refused, 1, "{}", done.stderr);
}

#[test]
fn settings_of_a_replay_that_are_none_are_refused() {
    let directory = tempfile::tempdir().expect("a directory");
    save(&directory.path().join("v.yaml"), "{}");
    for (settings, says) in [
        ("replay: {speed: fast}", "expected the speed"),
        ("replay: {cassettes: [v.yaml]}", "beside `replay`"),
        ("replay: {variables: {a b: c}}", "variable `a b`"),
        ("replay: {colour: red}", "colour"),
    ] {
        std::fs::write(directory.path().join("truetape.yaml"), settings).expect("written");
        let done = truetape(&["replay", "v.yaml", "--", "true"], directory.path());
        assert!(done.code == 2 && done.stderr.contains(says), "{settings}: {done:?}");
    }
}
