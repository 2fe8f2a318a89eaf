//! Every page's examples, executed, and the shelf's own laws.

use super::{AUDITS, GROUPS};
use crate::audit::{Heard, audit};
use crate::conduct::examples::{Example, parse};
use crate::finding::Finding;
use crate::report::Report;
use std::collections::BTreeSet;
use std::path::Path;

fn played(example: &Example) -> Report {
    audit(&example.cassettes, &example.journal, AUDITS, &Heard { command: "audit", file: "journal.jsonl" })
}

/// Plays every example under a heading and gives the complaints of those that do not behave.
fn misbehaving(heading: &str, behaves: impl Fn(&str, &Report) -> Result<(), &'static str>) {
    let mut wrong = Vec::new();
    for audit in AUDITS {
        for (number, text) in audit.meta.examples(heading).iter().enumerate() {
            let name = audit.meta.name;
            let report = match parse(text) {
                Ok(example) => played(&example),
                Err(why) => panic!("{name} {heading} {}: {why}", number + 1),
            };
            if let Err(why) = behaves(name, &report) {
                let told = |f: &Finding| {
                    format!(
                        "  {} at {}: {}\n    real {:?}\n    other {:?}\n",
                        f.rule, f.place, f.message, f.real, f.other
                    )
                };
                let told: String = report.findings.iter().map(told).collect();
                wrong.push(format!("{name}, {heading} {}: {why}\n{told}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn fires_and_says_where() {
    misbehaving("Fires", |audit, report| {
        let Some(finding) = report.findings.iter().find(|f| f.rule == audit) else { return Err("silent") };
        if report.checks.by_rule.get(audit).is_none_or(|n| *n == 0) {
            return Err("no check counted");
        }
        // What was never asked for stands in no line of the journal.
        let placed = finding.other.location.is_some() || finding.other.exchange.is_none();
        if placed { Ok(()) } else { Err("a request without its line") }
    });
}

#[test]
fn quiet() {
    misbehaving(
        "Quiet",
        |audit, report| {
            if report.findings.iter().any(|f| f.rule == audit) { Err("fired") } else { Ok(()) }
        },
    );
}

#[test]
fn quiet_examples_are_honest_to_every_audit_that_breaks_runs() {
    misbehaving(
        "Quiet",
        |_, report| {
            if report.findings.iter().any(Finding::fails) { Err("findings") } else { Ok(()) }
        },
    );
}

#[test]
fn every_audit_stands_in_a_group() {
    for audit in AUDITS {
        let group = audit.meta.group();
        let known = GROUPS.iter().any(|(name, _)| group.as_deref() == Some(name));
        assert!(known, "{}: {group:?}", audit.meta.name);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test reads the shelf it stands on")]
fn the_shelf_is_complete_and_in_order() {
    let names: Vec<&str> = AUDITS.iter().map(|audit| audit.meta.name).collect();
    let sorted: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names, sorted.iter().copied().collect::<Vec<_>>(), "in alphabetical order, each once");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/audits");
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("the shelf") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".rs")
            && !["mod", "audit", "tests"].contains(&stem)
        {
            files.insert(stem.replace('_', "-"));
        }
    }
    assert_eq!(files, names.iter().map(|n| (*n).to_owned()).collect(), "every file is on the shelf");
}
