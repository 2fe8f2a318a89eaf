//! The request cases of Pact's own specification, put to the adapter: each expected request as a contract.
//!
//! The corpus stands outside the repository: `TRUETAPE_CORPORA` names its folder; without it nothing runs.

use cassettes::json::Json;
use cassettes::model::{Body, Request, Timestamp};
use std::path::{Path, PathBuf};
use verify::mocks::{Files, MockFile};

#[test]
fn contracts_take_the_requests_that_the_specification_says() {
    let Ok(corpora) = std::env::var("TRUETAPE_CORPORA") else { return };
    let folder = Path::new(&corpora).join("pact-spec-testcases/spec_testcases");
    let mut paths = Vec::new();
    collect(&folder, &mut paths);
    paths.sort();
    assert!(paths.len() > 80, "{}: {} cases", folder.display(), paths.len());
    let mut wrong = Vec::new();
    for path in &paths {
        let bytes = std::fs::read(path).expect("a case");
        let case = Json::parse(&bytes).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let told = case.get("match") == Some(&Json::Bool(true));
        if let Err(why) = check(&case, told) {
            wrong.push(format!("{}: {why}", path.display()));
        }
    }
    println!("{} of {} request cases of the specification", paths.len() - wrong.len(), paths.len());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|end| end == "json")
            && path.components().any(|part| part.as_os_str() == "request")
        {
            found.push(path);
        }
    }
}

/// Asks the contract that a case makes what the case asks.
fn check(case: &Json, told: bool) -> Result<(), String> {
    let expected = case.get("expected").ok_or("no expected request")?;
    let contract = format!(
        r#"{{"consumer":{{}},"provider":{{}},"interactions":[{{"request":{expected},"response":{{"status":299}}}}]}}"#
    );
    let list = vec![MockFile { path: "case.json".to_owned(), bytes: contract.into_bytes() }];
    let files = Files { root: "case.json".to_owned(), list };
    let stubs = verify::mocks::open(Some("pact"), &files, Timestamp(0)).map_err(|why| why.to_string())?;
    let actual = case.get("actual").ok_or("no actual request")?;
    let observed = stubs.ask(&request(actual)).map_err(|no| format!("stays open: {no}"))?;
    let taken = observed.answer.reply().is_some_and(|reply| reply.status == 299);
    (taken == told).then_some(()).ok_or_else(|| format!("taken: {taken}, but the specification says {told}"))
}

fn request(actual: &Json) -> Request {
    let text = |name: &str, usual| actual.get(name).and_then(Json::as_str).unwrap_or(usual);
    let (path, query) = (text("path", "/"), text("query", ""));
    let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut request = Request::new(text("method", "GET"), target);
    for (name, value) in actual.get("headers").map(Json::members).unwrap_or_default() {
        request.headers.push(name.as_str(), value.scalar_text().unwrap_or_default());
    }
    request.body = match actual.get("body") {
        None | Some(Json::Null) => Body::empty(),
        Some(Json::String(text)) => Body::from(text.clone()),
        Some(json) => Body::from(json.to_string()),
    };
    request
}
