//! Checks upgrades: the same client with an older and a newer library asks a replay, and what `drift client` says
//! of the two must be the committed report to the byte, but for what varies.

use crate::{
    check::{blessing, same, uncounted},
    conduct::{Client, steady},
    gallery,
    run::{Done, Running, truetape_with},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// One boundary: a client before an upgrade, and after it.
pub(crate) struct Drift {
    /// Its folder beside this file.
    pub(crate) folder: &'static str,
    pub(crate) cassette: &'static str,
    /// Flags of `replay`.
    pub(crate) flags: &'static [&'static str],
    /// What the client does with a base URL before the upgrade.
    pub(crate) before: fn(&str),
    /// After it. The first of them is the client as it was: of that nothing may be said.
    pub(crate) after: &'static [Client],
}

/// Two runs teach what varies.
const BASELINES: [&str; 2] = ["before.jsonl", "before-again.jsonl"];

fn folder(drift: &Drift) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/boundaries").join(drift.folder)
}

/// Everything that must hold of a case's upgrades.
pub(crate) fn check(drift: &Drift) {
    let baselines = baselines(drift);
    for client in drift.after {
        judge(drift, baselines.path(), client);
    }
    gallery::check(
        drift.folder,
        ("drift", &|name| shown(drift, baselines.path(), name)),
        blessing().is_some(),
    );
}

/// A directory with the cassette and the journals of the client before the upgrade.
fn baselines(drift: &Drift) -> TempDir {
    let scratch = tempfile::tempdir().expect("a directory");
    // Away from the key of pseudonyms beside the cassette: what values are called would be another on each machine.
    fs::copy(folder(drift).join(drift.cassette), scratch.path().join(drift.cassette))
        .expect("the cassette is there");
    for journal in BASELINES {
        asks(drift, scratch.path(), drift.before, journal);
    }
    scratch
}

/// A replay with this client, and what it sent.
fn asks(drift: &Drift, scratch: &Path, client: fn(&str), journal: &str) {
    let arguments = [&["replay", drift.cassette], drift.flags, &["--journal", journal]].concat();
    let replay = Running::start(&arguments, scratch, 1);
    client(replay.url());
    let done = replay.stop();
    assert_eq!(done.code, 0, "{}: {journal}: {done:?}", drift.folder);
}

/// What is said of a client after the upgrade.
fn compared(drift: &Drift, scratch: &Path, client: &Client, format: &str) -> (Done, String) {
    let after = format!("{}.jsonl", client.name);
    if !scratch.join(&after).exists() {
        asks(drift, scratch, client.run, &after);
    }
    let arguments =
        [&command(drift)[..], &["--against", &after, "--no-history", "--format", format]].concat();
    let done = truetape_with(&arguments, scratch, &[("COLUMNS", "100")]);
    let report = steady(&done.stdout);
    (done, report)
}

fn command(drift: &Drift) -> Vec<&'static str> {
    let baselines = BASELINES.map(|journal| ["--baseline", journal]).concat();
    [&["drift", "client", drift.cassette], &baselines[..]].concat()
}

fn judge(drift: &Drift, scratch: &Path, client: &Client) {
    let who = format!("{}: {}", drift.folder, client.name);
    let (done, report) = compared(drift, scratch, client, "json");
    let parsed: Value = serde_json::from_str(&report).unwrap_or_else(|e| panic!("{who}: {e}: {done:?}"));
    let path = folder(drift).join(format!("{}.report.json", client.name));
    if blessing().is_some() {
        fs::write(&path, &report).expect("the report is written");
    }
    let findings = parsed["findings"].as_array().expect("findings");
    let mut seen = BTreeSet::new();
    let rules: Vec<&str> =
        findings.iter().filter_map(|f| f["rule"].as_str()).filter(|r| seen.insert(*r)).collect();
    let told = findings.iter().map(|f| format!("{} {}: {}", f["severity"], f["rule"], f["message"]));
    assert_eq!(rules, client.finds, "{who}: what has drifted\n{}", told.collect::<Vec<_>>().join("\n"));
    let failing = findings.iter().any(|finding| finding["severity"] != "info");
    assert_eq!(done.code, i32::from(failing), "{who}: the exit code: {done:?}");
    assert_eq!(parsed["verdict"], if failing { "findings" } else { "agreed" }, "{who}");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    same(&who, &uncounted(&committed), &uncounted(&report));
}

/// The same run for people, as the gallery shows it.
fn shown(drift: &Drift, scratch: &Path, name: &str) -> String {
    let client = drift.after.iter().find(|client| client.name == name);
    let client = client.unwrap_or_else(|| panic!("{} has no upgrade {name}", drift.folder));
    let (_, report) = compared(drift, scratch, client, "human");
    let flags: String = drift.flags.iter().map(|flag| format!(" {flag}")).collect();
    let cassette = drift.cassette;
    format!(
        "```console\n$ truetape replay {cassette}{flags} --journal {name}.jsonl -- {name}\n$ truetape {} --against {name}.jsonl\n{}\n```\n",
        command(drift).join(" "),
        aligned(report.trim_end())
    )
}

/// The report with its columns one below the other again: times are shorter than they were.
fn aligned(report: &str) -> String {
    let column =
        report.lines().filter_map(|line| Some(line.split_once('│')?.0.chars().count())).max().unwrap_or(0);
    let lines = report.lines().map(|line| match line.split_once('│') {
        Some((left, right)) => format!("{left:column$}│{right}"),
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
