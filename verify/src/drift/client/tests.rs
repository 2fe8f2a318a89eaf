//! Every page's examples, executed, and the shelf's own laws.

use super::examples::parse;
use super::{Baseline, DRIFTS, GROUPS, Options, drifted};
use crate::finding::Severity;
use crate::report::Report;
use std::collections::BTreeSet;
use std::path::Path;

fn played(text: &str) -> Result<Report, String> {
    let example = parse(text)?;
    let before: Vec<Baseline<'_>> =
        example.before.iter().map(|journal| Baseline { journal, file: "baseline.jsonl" }).collect();
    Ok(drifted(&before, &example.after, &example.cassettes, &Options::default()))
}

fn misbehaving(heading: &str, behaves: impl Fn(&str, &Report) -> Result<(), &'static str>) {
    let mut wrong = Vec::new();
    for drift in DRIFTS {
        let name = drift.meta.name;
        for (number, text) in drift.meta.examples(heading).iter().enumerate() {
            let report = match played(text) {
                Ok(report) => report,
                Err(why) => panic!("{name} {heading} {}: {why}", number + 1),
            };
            if let Err(why) = behaves(name, &report) {
                let told: Vec<String> = report
                    .findings
                    .iter()
                    .map(|f| {
                        format!("  {} {:?} {} [{}]: {}", f.rule, f.severity, f.operation, f.place, f.message)
                    })
                    .collect();
                wrong.push(format!("{name}, {heading} {}: {why}\n{}", number + 1, told.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn fires_once_for_each_cause_and_says_where() {
    misbehaving("Fires", |drift, report| {
        let own: Vec<_> = report.findings.iter().filter(|f| f.rule == drift).collect();
        if own.is_empty() {
            return Err("silent");
        }
        if report.checks.by_rule.get(drift).is_none_or(|n| *n == 0) {
            return Err("no check counted");
        }
        let others = report.findings.iter().filter(|f| f.rule != drift && f.fails()).count();
        let placed = own.iter().all(|f| f.real.location.is_some() || f.other.location.is_some());
        match (others, placed) {
            (0, true) => Ok(()),
            (_, false) => Err("a change without its line"),
            _ => Err("one cause is told by another rule as well"),
        }
    });
}

#[test]
fn quiet() {
    misbehaving(
        "Quiet",
        |drift, report| {
            if report.findings.iter().any(|f| f.rule == drift) { Err("fired") } else { Ok(()) }
        },
    );
}

#[test]
fn a_run_is_no_other_than_itself() {
    for drift in DRIFTS {
        for text in ["Fires", "Quiet"].iter().flat_map(|heading| drift.meta.examples(heading)) {
            let example = parse(&text).expect("reads");
            let own = Baseline { journal: &example.after, file: "baseline.jsonl" };
            let report = drifted(&[own], &example.after, &example.cassettes, &Options::default());
            assert!(report.findings.is_empty(), "{}: {:#?}", drift.meta.name, report.findings);
        }
    }
}

#[test]
fn a_run_that_lies_months_back_is_no_other_than_itself() {
    let fixed = "> GET /v1/things?since=1970-01-01T00:00:00.000Z&born=1984-05-06&from=1767225600\n< 200 []\n\
                 + 0.0 c1 #1\n+ x-contract: Fri, 02 Jan 2026 03:04:05 GMT\n";
    let pages =
        DRIFTS.iter().flat_map(|drift| ["Fires", "Quiet"].map(|heading| drift.meta.examples(heading)));
    for text in pages.flatten().chain([fixed.to_owned()]) {
        for started in ["2026-01-31T12:00:00Z", "2026-02-03T23:59:00Z", "2027-07-01T00:00:00Z"] {
            let mut example = parse(&text).expect("reads");
            example.after.opening.started = "2026-01-31T12:00:00Z".to_owned();
            let mut again = example.after.clone();
            again.opening.started = started.to_owned();
            let own = Baseline { journal: &example.after, file: "baseline.jsonl" };
            let report = drifted(&[own], &again, &example.cassettes, &Options::default());
            assert!(report.findings.is_empty(), "{started}: {:#?}", report.findings);
        }
    }
}

#[test]
fn what_follows_a_request_that_finds_no_answer_is_told_once_and_fails_nothing() {
    let text = "> GET /v1/things?limit=10\n< 200 {\"next\":\"p2\"}\n> GET /v1/things?limit=10&page=p2\n< 200 []\n\
                > GET /v1/other\n< 200 1\n- 0.0 c1 #1\n- 0.1 c1 #2\n- 0.2 c1 #3\n+ 0.0 c1 GET /v1/things?limit=20\n";
    let report = played(text).expect("reads");
    let told: Vec<_> = report.findings.iter().map(|f| (f.rule, f.severity, f.places)).collect();
    assert_eq!(told, [("page-size-changed", Severity::Warning, 1), ("calls-lost", Severity::Info, 2)]);
    assert!(
        report.findings[1]
            .message
            .starts_with("2 requests of 2 operations are no longer sent: GET /v1/things before")
    );
}

#[test]
fn the_recording_asked_again_as_it_was_is_silent() {
    for drift in DRIFTS {
        for text in drift.meta.examples("Fires") {
            let example = parse(&text).expect("reads");
            let again = super::recording(&example.cassettes);
            let report = drifted(&[], &again, &example.cassettes, &Options::default());
            assert!(report.findings.is_empty(), "{}: {:#?}", drift.meta.name, report.findings);
        }
    }
}

#[test]
fn every_item_stands_in_a_group() {
    for drift in DRIFTS {
        let group = drift.meta.group();
        assert!(
            GROUPS.iter().any(|(name, _)| group.as_deref() == Some(name)),
            "{}: {group:?}",
            drift.meta.name
        );
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test reads the shelf it stands on")]
fn the_shelf_is_complete_and_in_order() {
    let names: Vec<&str> = DRIFTS.iter().map(|drift| drift.meta.name).collect();
    let sorted: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names, sorted.iter().copied().collect::<Vec<_>>(), "in alphabetical order, each once");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/drift/client");
    for entry in std::fs::read_dir(folder).expect("the shelf") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a file");
        let stem = path.file_stem().expect("a name").to_string_lossy().replace('_', "-");
        if stem != "tests" && text.contains("static DRIFT: Drift") {
            assert!(names.contains(&stem.as_str()), "{stem} is on the shelf");
        }
    }
}
