//! Two sessions at once, and the identity law: cassettes of two sessions against their own replay in memory,
//! which is put back to its beginning and asked a second time, both side by side.

use cassettes::{
    examples,
    model::{Cassette, RedactRules, Request, Timestamp},
    redact::{Policy, PseudonymKey},
};
use replayer::Replay;
use std::sync::Arc;
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
