//! Every page's examples, executed, and the shelf's own laws.

use super::RULES;
use crate::examples::{Example, parse, play, play_identity};
use crate::report::Report;
use std::collections::BTreeSet;
use std::path::Path;

fn examples(heading: &str) -> Vec<(&'static str, usize, Example)> {
    let mut all = Vec::new();
    for rule in RULES {
        for (number, text) in rule.meta.examples(heading).iter().enumerate() {
            let example = parse(text)
                .unwrap_or_else(|why| panic!("{} {heading} {}: {why}", rule.meta.name, number + 1));
            all.push((rule.meta.name, number + 1, example));
        }
    }
    all
}

fn told(report: &Report) -> String {
    let line = |f: &crate::Finding| {
        format!(
            "  {} at {}: {}\n    real {:?}\n    other {:?}\n",
            f.rule, f.place, f.message, f.real, f.other
        )
    };
    report.findings.iter().map(line).collect()
}

/// Runs every example and gives the complaints of those that do not behave.
fn misbehaving(heading: &str, behaves: impl Fn(&str, &Example) -> Result<(), String>) {
    let wrong: Vec<String> = examples(heading)
        .iter()
        .filter_map(|(rule, number, example)| {
            behaves(rule, example).err().map(|why| format!("{rule}, {heading} {number}: {why}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn fires() {
    misbehaving("Fires", |rule, example| {
        let report = play(example, RULES).map_err(|e| e.to_string())?;
        let fires = report.findings.iter().any(|f| f.rule == rule);
        if fires { Ok(()) } else { Err(format!("silent; others said\n{}", told(&report))) }
    });
}

#[test]
fn quiet() {
    misbehaving("Quiet", |rule, example| {
        let report = play(example, RULES).map_err(|e| e.to_string())?;
        if report.findings.iter().any(|f| f.rule == rule) {
            Err(format!("fired\n{}", told(&report)))
        } else {
            Ok(())
        }
    });
}

#[test]
fn quiet_examples_are_honest_to_every_rule_that_breaks_runs() {
    misbehaving("Quiet", |_, example| {
        let report = play(example, RULES).map_err(|e| e.to_string())?;
        if report.findings.iter().any(crate::Finding::fails) {
            Err(format!("findings\n{}", told(&report)))
        } else {
            Ok(())
        }
    });
}

#[test]
fn reality_agrees_with_itself() {
    for heading in ["Fires", "Quiet"] {
        misbehaving(heading, |_, example| {
            let report = play_identity(example, RULES).map_err(|e| e.to_string())?;
            if report.findings.is_empty() { Ok(()) } else { Err(format!("findings\n{}", told(&report))) }
        });
    }
}

#[test]
fn every_rule_has_both_kinds_of_example_and_checks_something() {
    for rule in RULES {
        for heading in ["Why it matters", "Fires", "Quiet"] {
            assert!(
                rule.meta.section(heading).is_some_and(|s| !s.trim().is_empty()),
                "{}: {heading}",
                rule.meta.name
            );
        }
        assert!(rule.meta.page().starts_with(&format!("# {}\n", rule.meta.name)), "{}", rule.meta.name);
        assert!(!rule.meta.summary().is_empty(), "{}", rule.meta.name);
    }
    misbehaving("Fires", |rule, example| {
        let report = play(example, RULES).map_err(|e| e.to_string())?;
        if report.checks.by_rule.get(rule).is_some_and(|n| *n > 0) {
            Ok(())
        } else {
            Err("no check counted".into())
        }
    });
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test reads the shelf it stands on")]
fn the_shelf_is_complete_and_in_order() {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.meta.name).collect();
    let sorted: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names, sorted.iter().copied().collect::<Vec<_>>(), "in alphabetical order, each once");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("the shelf") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(".rs")
            && !["mod", "rule", "tests"].contains(&stem)
        {
            files.insert(stem.replace('_', "-"));
        }
    }
    assert_eq!(files, names.iter().map(|n| (*n).to_owned()).collect(), "every file is on the shelf");
}
