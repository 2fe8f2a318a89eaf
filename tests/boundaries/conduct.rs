//! Checks clients: each asks a replay of what was recorded, and the audit of what it did must be the
//! committed one to the byte, but for what varies ([`steady`]).

use crate::{
    check::{blessing, same, uncounted},
    gallery,
    run::{Done, Running},
    web::{Handler, serve},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// One boundary: what was recorded, and clients that ask a replay of it.
pub(crate) struct Conduct {
    /// Its folder beside this file.
    pub(crate) folder: &'static str,
    pub(crate) cassette: &'static str,
    /// What the cassette was recorded from; none where the mocks of the case have it already.
    pub(crate) taped: Option<Taped>,
    /// Flags of `replay`.
    pub(crate) flags: &'static [&'static str],
    pub(crate) clients: &'static [Client],
}

/// The real side, and who asked it.
pub(crate) struct Taped {
    pub(crate) service: fn() -> Handler,
    pub(crate) client: fn(&str),
}

/// One client of a case.
pub(crate) struct Client {
    /// Its report is `NAME.report.json`.
    pub(crate) name: &'static str,
    /// What it does with a base URL.
    pub(crate) run: fn(&str),
    /// The audits of the report's findings, in its order, each once. A repaired client has none.
    pub(crate) finds: &'static [&'static str],
}

fn folder(conduct: &Conduct) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/boundaries").join(conduct.folder)
}

/// Everything that must hold of a case's clients.
pub(crate) fn check(conduct: &Conduct) {
    if let (Some("1"), Some(taped)) = (blessing().as_deref(), &conduct.taped) {
        record(&folder(conduct), conduct.cassette, taped);
    }
    for client in conduct.clients {
        judge(conduct, client);
    }
    gallery::check(conduct.folder, ("audit", &|name| shown(conduct, name)), blessing().is_some());
}

/// Records the service with the binary. Nobody types a cassette.
fn record(directory: &Path, cassette: &str, taped: &Taped) {
    let _ = fs::remove_file(directory.join(cassette));
    let url = serve((taped.service)());
    let recorder = Running::start(&["record", "--upstream", &url, "--cassette", cassette], directory, 1);
    (taped.client)(recorder.url());
    let done = recorder.stop();
    assert_eq!(done.code, 0, "{done:?}");
}

/// A replay with this client, and what was said at its end.
fn audited(conduct: &Conduct, client: &Client, format: &str) -> (Done, String) {
    let scratch = tempfile::tempdir().expect("a directory");
    let place = |name: &str| scratch.path().join(name).to_string_lossy().into_owned();
    let (journal, report) = (place("journal.jsonl"), place("report"));
    let judged = ["--audit", "--format", format, "--output", &report, "--journal", &journal];
    let arguments = [&["replay", conduct.cassette], conduct.flags, &judged].concat();
    // Away from the key of pseudonyms that a recording here leaves beside the cassette: what a client's values are
    // called in a report would be another on each machine.
    fs::copy(folder(conduct).join(conduct.cassette), place(conduct.cassette)).expect("the cassette is there");
    let replay = Running::start_with(&arguments, scratch.path(), 1, &[("COLUMNS", "100")]);
    (client.run)(replay.url());
    let done = replay.stop();
    let report = fs::read_to_string(&report).unwrap_or_default();
    (done, steady(&report.replace(&journal, "journal.jsonl")))
}

fn judge(conduct: &Conduct, client: &Client) {
    let who = format!("{}: {}", conduct.folder, client.name);
    let (done, report) = audited(conduct, client, "json");
    let parsed: Value = serde_json::from_str(&report).unwrap_or_else(|e| panic!("{who}: {e}: {done:?}"));
    let path = folder(conduct).join(format!("{}.report.json", client.name));
    if blessing().is_some() {
        fs::write(&path, &report).expect("the report is written");
    }
    let findings = parsed["findings"].as_array().expect("findings");
    let mut seen = BTreeSet::new();
    let audits: Vec<&str> =
        findings.iter().filter_map(|f| f["rule"].as_str()).filter(|rule| seen.insert(*rule)).collect();
    let told = findings.iter().map(|f| format!("{} {}: {}", f["severity"], f["rule"], f["message"]));
    assert_eq!(audits, client.finds, "{who}: the audits that fired\n{}", told.collect::<Vec<_>>().join("\n"));
    let failing = findings.iter().any(|finding| finding["severity"] != "info");
    assert_eq!(done.code, i32::from(failing), "{who}: the exit code: {done:?}");
    assert_eq!(parsed["verdict"], if failing { "findings" } else { "agreed" }, "{who}");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    same(&who, &uncounted(&committed), &uncounted(&report));
}

/// The same run for people, as the gallery shows it.
fn shown(conduct: &Conduct, name: &str) -> String {
    let client = conduct.clients.iter().find(|client| client.name == name);
    let client = client.unwrap_or_else(|| panic!("{} has no client {name}", conduct.folder));
    let flags: String = conduct.flags.iter().map(|flag| format!(" {flag}")).collect();
    let (_, report) = audited(conduct, client, "human");
    format!(
        "```console\n$ truetape replay {} --audit{flags} -- {name}\n{}\n```\n",
        conduct.cassette,
        report.trim_end()
    )
}

/// A report without what is not the same each time: times are told to the tenth of a second, and the moments in
/// tokens are all one.
pub(crate) fn steady(report: &str) -> String {
    let mut out = String::new();
    let mut rest = report;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, number) = rest.split_at(at);
        let end = number.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(number.len());
        let (number, after) = number.split_at(end);
        out.push_str(before);
        let thousandths = number.split_once('.').is_some_and(|(_, places)| places.len() == 3);
        // In a column the unit may stand on the next line.
        let is_moment = is_seconds(after) || ["at ", "after "].iter().any(|word| before.ends_with(word));
        match number {
            number if thousandths && is_moment => out.push_str(&number[..number.len() - 2]),
            // Seconds since 1970, as long as there are ten digits of them.
            number if number.len() == 10 && !number.contains('.') => out.push_str("1800000000"),
            number => out.push_str(number),
        }
        rest = after;
    }
    out + rest
}

/// Whether a number is followed by the unit of seconds, on its line or the next.
fn is_seconds(after: &str) -> bool {
    let unit = after.trim_start();
    unit.len() < after.len()
        && unit.strip_prefix('s').is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[test]
fn only_what_varies_is_steadied() {
    assert_eq!(
        steady(r#"after 0.503 s of 12.000 s, 0.123 so 1.23456 {"iat":1790000000,"id":12345678901}"#),
        r#"after 0.5 s of 12.0 s, 0.123 so 1.23456 {"iat":1800000000,"id":12345678901}"#
    );
}
