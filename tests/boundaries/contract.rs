//! Checks contracts: services that the test starts answer the cases, and the report must be the committed one to
//! the byte, but for where the services are.

use crate::{
    check::{blessing, same, uncounted},
    client::get,
    gallery,
    run::{Done, Running, truetape_with},
    web::{Handler, serve},
};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// One boundary: services that report one number.
pub(crate) struct Contract {
    /// Its folder beside this file.
    pub(crate) folder: &'static str,
    /// The services, by what the contracts call them.
    pub(crate) services: &'static [Service],
    pub(crate) runs: &'static [Run],
}

/// One service.
pub(crate) struct Service {
    /// As the contracts call it; its cassette is `NAME.yaml`.
    pub(crate) name: &'static str,
    /// Where the contracts say that it is.
    pub(crate) at: &'static str,
    pub(crate) start: fn() -> Handler,
    /// In its repaired form.
    pub(crate) repaired: fn() -> Handler,
    /// What is asked while recording.
    pub(crate) targets: &'static [&'static str],
}

/// One run of a contract.
pub(crate) struct Run {
    /// Its report is `NAME.report.json`.
    pub(crate) name: &'static str,
    pub(crate) contract: &'static str,
    /// Whether the services are the repaired ones.
    pub(crate) repaired: bool,
    /// The clauses of the report's findings, in its order.
    pub(crate) finds: &'static [&'static str],
}

fn folder(contract: &Contract) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/boundaries").join(contract.folder)
}

/// Everything that must hold of a case's contracts.
pub(crate) fn check(contract: &Contract) {
    if blessing().as_deref() == Some("1") {
        contract.services.iter().for_each(|service| record(contract, service));
    }
    for run in contract.runs {
        judge(contract, run);
    }
    let shown = |name: &str| shown(contract, name);
    gallery::check(contract.folder, ("contract", &shown), blessing().is_some());
    gallery::check(contract.folder, ("find", &|name| found(contract, name)), blessing().is_some());
}

/// Records a service with the binary. Nobody types a cassette.
fn record(contract: &Contract, service: &Service) {
    let directory = folder(contract);
    let cassette = format!("{}.yaml", service.name);
    let _ = fs::remove_file(directory.join(&cassette));
    let url = serve((service.start)());
    let recorder = Running::start(&["record", "--upstream", &url, "--cassette", &cassette], &directory, 1);
    for target in service.targets {
        assert!(matches!(get(recorder.url(), target).status(), 200 | 404));
    }
    let done = recorder.stop();
    assert_eq!(done.code, 0, "{done:?}");
}

/// A run; where the services are is what the contract says of them.
fn asked(contract: &Contract, run: &Run, format: &str) -> Done {
    let urls: Vec<String> = contract
        .services
        .iter()
        .map(|service| serve(if run.repaired { (service.repaired)() } else { (service.start)() }))
        .collect();
    let flags: Vec<String> =
        contract.services.iter().zip(&urls).map(|(service, url)| format!("{}={url}", service.name)).collect();
    let mut arguments = vec!["contract", "run", run.contract, "--format", format];
    flags.iter().for_each(|flag| arguments.extend(["--url", flag.as_str()]));
    let mut done = truetape_with(&arguments, &folder(contract), &[("COLUMNS", "100")]);
    assert!(done.code <= 1, "{}: {} could not be asked: {done:?}", contract.folder, run.name);
    for (service, url) in contract.services.iter().zip(&urls) {
        done.stdout = done.stdout.replace(url, service.at);
    }
    done
}

fn judge(contract: &Contract, run: &Run) {
    let done = asked(contract, run, "json");
    let path = folder(contract).join(format!("{}.report.json", run.name));
    if blessing().is_some() {
        fs::write(&path, &done.stdout).expect("the report is written");
    }
    let who = format!("{}: {}", contract.folder, run.name);
    let report: Value = serde_json::from_str(&done.stdout).expect("a report");
    let rules: Vec<&str> =
        report["findings"].as_array().expect("findings").iter().filter_map(|f| f["rule"].as_str()).collect();
    assert_eq!(rules, run.finds, "{who}: {report:#}");
    assert_eq!(done.code, i32::from(!run.finds.is_empty()), "{who}: the exit code");
    let committed = fs::read_to_string(&path).unwrap_or_default();
    same(&who, &uncounted(&committed), &uncounted(&done.stdout));
}

/// The same run for people, as the gallery shows it.
fn shown(contract: &Contract, name: &str) -> String {
    let run = contract.runs.iter().find(|run| run.name == name);
    let run = run.unwrap_or_else(|| panic!("{} has no run {name}", contract.folder));
    let report = asked(contract, run, "human").stdout;
    format!("```console\n$ truetape contract run {}\n{}\n```\n", run.contract, report.trim_end())
}

/// Who reports the number in the recordings of the services.
fn found(contract: &Contract, number: &str) -> String {
    let cassettes: Vec<String> =
        contract.services.iter().map(|service| format!("{}.yaml", service.name)).collect();
    let mut arguments = vec!["contract", "find", number];
    arguments.extend(cassettes.iter().map(String::as_str));
    let done = truetape_with(&arguments, &folder(contract), &[("COLUMNS", "100")]);
    assert_eq!(done.code, 1, "{}: two reporters disagree: {done:?}", contract.folder);
    format!("```console\n$ truetape {}\n{}\n```\n", arguments.join(" "), done.stdout.trim_end())
}
