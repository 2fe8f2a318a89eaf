//! Checks a case: its cassette against the service that it was recorded from, against its own replay, and
//! against each mock, whose report must be the committed one to the byte, but for what varies: a live
//! mock's port, how long a mock took that takes no time ([`steady`]), and how many checks there are in all
//! ([`uncounted`]).

use crate::{
    case::{Case, Mock, Subject},
    gallery,
    run::{Running, truetape_with},
    web::serve,
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::PathBuf};

/// A report's page is as wide as this.
const COLUMNS: [(&str, &str); 1] = [("COLUMNS", "100")];

/// What reports say instead of the address of a mock that the test has started.
const SOMEWHERE: &str = "http://127.0.0.1:8080";

/// `1`: the cassettes are recorded anew, and all reports are written. `reports`: the reports alone.
pub(crate) fn blessing() -> Option<String> {
    std::env::var("TRUETAPE_BLESS").ok().filter(|value| !value.is_empty())
}

fn folder(case: &Case) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/boundaries").join(case.folder)
}

/// Everything that must hold of a case.
pub(crate) fn check(case: &Case) {
    if blessing().as_deref() == Some("1") {
        record(case);
    }
    the_service_still_says_so(case);
    the_replay_agrees(case);
    for mock in case.mocks {
        judge(case, mock);
    }
    gallery::check(case.folder, ("run", &|name| shown(case, name)), blessing().is_some());
}

/// Records the service with the binary. Nobody types a cassette.
fn record(case: &Case) {
    let directory = folder(case);
    let _ = fs::remove_file(directory.join("cassette.yaml"));
    let url = serve((case.service)(true));
    let arguments = [&["record", "--upstream", &url, "--cassette", "cassette.yaml"], case.flags].concat();
    let recorder = Running::start(&arguments, &directory, 1);
    (case.client)(recorder.url());
    let done = recorder.stop();
    assert_eq!(done.code, 0, "{done:?}");
}

/// A run of `verify`, as JSON.
fn verify(case: &Case, mock: &str) -> (i32, String) {
    let arguments = [&["verify", "cassette.yaml", "--mock", mock, "--format", "json"], case.flags].concat();
    let done = truetape_with(&arguments, &folder(case), &COLUMNS);
    assert!(done.code <= 1, "{}: verify --mock {mock} could not judge: {done:?}", case.folder);
    (done.code, done.stdout)
}

/// The same run for people, as the gallery shows it.
fn shown(case: &Case, name: &str) -> String {
    let mock = case.mocks.iter().find(|mock| mock.name == name);
    let mock = mock.unwrap_or_else(|| panic!("{} has no mock {name}", case.folder));
    let asked = match mock.subject {
        Subject::Live(_) => SOMEWHERE.to_owned(),
        Subject::Words(words) if words.contains(' ') => format!("'{words}'"),
        Subject::Words(words) => words.to_owned(),
    };
    let flags: String = case.flags.iter().map(|flag| format!(" {flag}")).collect();
    let subject = started(mock);
    let arguments = [&["verify", "cassette.yaml", "--mock", &subject], case.flags].concat();
    let report = steady(&truetape_with(&arguments, &folder(case), &COLUMNS).stdout, &subject);
    format!("```console\n$ truetape verify cassette.yaml --mock {asked}{flags}\n{}\n```\n", report.trim_end())
}

fn started(mock: &Mock) -> String {
    match mock.subject {
        Subject::Live(mock) => serve(mock()),
        Subject::Words(words) => words.to_owned(),
    }
}

fn parsed(report: &str) -> Value {
    serde_json::from_str(report).expect("a report")
}

fn findings(report: &str) -> Vec<Value> {
    parsed(report)["findings"].as_array().expect("findings").clone()
}

/// Nothing is said of this subject, and nothing that was recorded is left unproven.
fn assert_agreed(who: &str, code: i32, report: &str) {
    assert_eq!((code, findings(report)), (0, vec![]), "{who}");
    let (verdict, coverage) = (&parsed(report)["verdict"], &parsed(report)["coverage"]);
    assert_eq!(verdict, "agreed", "{who}");
    assert_eq!(coverage["reproduced"], coverage["behaviours"], "{who}: {coverage}");
}

/// Of the service that the cassette was recorded from nothing may be said.
fn the_service_still_says_so(case: &Case) {
    let (code, report) = verify(case, &serve((case.service)(false)));
    assert_agreed(&format!("{}: its own service", case.folder), code, &report);
}

/// Nor of the cassette's own replay. A tenth of the recorded times is enough to have waited.
fn the_replay_agrees(case: &Case) {
    let replay = Running::start(&["replay", "cassette.yaml", "--speed", "x8"], &folder(case), 1);
    let (code, report) = verify(case, replay.url());
    assert_agreed(&format!("{}: its own replay", case.folder), code, &report);
    assert_eq!(replay.stop().code, 0, "{}: everything was asked", case.folder);
}

fn judge(case: &Case, mock: &Mock) {
    let subject = started(mock);
    let (code, report) = verify(case, &subject);
    let report = steady(&report, &subject);
    let path = folder(case).join(format!("{}.report.json", mock.name));
    if blessing().is_some() {
        fs::write(&path, &report).expect("the report is written");
    }
    let who = format!("{}: {}", case.folder, mock.name);
    let findings = findings(&report);
    let mut seen = BTreeSet::new();
    let rules: Vec<&str> =
        findings.iter().filter_map(|f| f["rule"].as_str()).filter(|r| seen.insert(*r)).collect();
    let told = findings.iter().map(|f| format!("{} {}: {}", f["severity"], f["rule"], f["message"]));
    assert_eq!(rules, mock.finds, "{who}: the rules that fired\n{}", told.collect::<Vec<_>>().join("\n"));
    let failing = findings.iter().any(|finding| finding["severity"] != "info");
    assert_eq!(code, i32::from(failing), "{who}: the exit code");
    if mock.finds.is_empty() {
        assert_agreed(&who, code, &report);
    }
    assert_eq!(parsed(&report)["verdict"], if failing { "findings" } else { "agreed" }, "{who}");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    same(&who, &uncounted(&committed), &uncounted(&report));
}

/// Both are the same to the byte; else the first line that is not.
pub(crate) fn same(who: &str, committed: &str, fresh: &str) {
    let lines = |text: &str| text.lines().map(str::to_owned).chain([String::new()]).collect::<Vec<_>>();
    let first = lines(committed).into_iter().zip(lines(fresh)).find(|(old, new)| old != new);
    let renew = "look at it, then renew it with TRUETAPE_BLESS=reports";
    assert!(committed == fresh, "{who} has changed, first here; {renew}\n{first:#?}");
}

/// A report without its counts of checks: they grow with every new rule, whatever it has to say.
pub(crate) fn uncounted(report: &str) -> String {
    let (before, rest) = report.split_once("\"checks\": {").unwrap_or((report, ""));
    let after = rest.split_once("\"coverage\": {").map_or(rest, |(_, after)| after);
    format!("{before}{after}")
}

/// A report without what is not the same each time: a mock's port, and how long it took where it takes no
/// time. Times below a second become `0.0 s`; recorded times are seconds and stay.
fn steady(report: &str, subject: &str) -> String {
    let report =
        if subject.starts_with("http://") { report.replace(subject, SOMEWHERE) } else { report.to_owned() };
    let mut out = String::new();
    let mut rest = report.as_str();
    while let Some((before, after)) = rest.split_once(" s") {
        let digits = before.bytes().rev().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        let (text, time) = before.split_at(before.len() - digits);
        let below = time.len() == 3 && time.starts_with("0.");
        out.push_str(&format!("{text}{} s", if below { "0.0" } else { time }));
        rest = after;
    }
    out + rest
}

#[test]
fn only_times_below_a_second_are_steadied() {
    assert_eq!(
        steady("took 12.0 s, the mock 0.3 s; 10.5 s sold 0.10 so", "exec:sh mock.sh"),
        "took 12.0 s, the mock 0.0 s; 10.5 s sold 0.10 so"
    );
}
