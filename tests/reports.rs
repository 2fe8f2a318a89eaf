//! The committed schema of `--format json`, and every form of report from real runs.

use crate::support::{Running, Upstream, get, truetape};
use serde_json::{Value, json};
use std::path::Path;
use verify::{
    RULES, Report,
    examples::{parse, play},
    reporters::{self, REPORTERS, View},
};

const FORMS: [&str; 7] = ["human", "json", "junit", "sarif", "github", "html", "markdown"];

/// The schema, closed: readers must pass over what they do not know, but we know everything.
pub(crate) fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    let text = std::fs::read_to_string(path).expect("the schema is committed");
    let mut schema: Value = serde_json::from_str(&text).expect("it is JSON");
    jsonschema::meta::validate(&schema).expect("it is a schema");
    close(&mut schema);
    jsonschema::validator_for(&schema).expect("it can be used")
}

fn close(schema: &mut Value) {
    if let Some(members) = schema.as_object_mut() {
        if members.get("properties").is_some_and(Value::is_object)
            && !members.contains_key("additionalProperties")
        {
            members.insert("additionalProperties".to_owned(), json!(false));
        }
        members.values_mut().for_each(close);
    } else if let Some(items) = schema.as_array_mut() {
        items.iter_mut().for_each(close);
    }
}

pub(crate) fn assert_fits(schema: &jsonschema::Validator, name: &str, report: &Value) {
    let faults: Vec<String> =
        schema.iter_errors(report).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(faults.is_empty(), "{name}\n{}\n{report:#}", faults.join("\n"));
}

fn document(report: &Report) -> Value {
    serde_json::from_str(&report.to_json().expect("JSON")).expect("JSON")
}

#[test]
fn every_report_of_every_page_fits_the_schema() {
    let schema = schema();
    for rule in RULES {
        for heading in ["Fires", "Quiet"] {
            for text in rule.meta.examples(heading) {
                let report = play(&parse(&text).expect("reads"), RULES).expect("asks");
                assert_fits(&schema, rule.meta.name, &document(&report));
            }
        }
    }
    assert_fits(&schema, "an empty report", &document(&Report::empty("verify")));
    assert_fits(&schema, "nothing to scan", &document(&Report::empty("scan")));
}

#[test]
fn the_schema_refuses_what_is_no_report() {
    let schema = schema();
    let example = parse(&reporters_rule().meta.examples("Fires")[0]).expect("reads");
    let report = document(&play(&example, RULES).expect("asks"));
    assert_fits(&schema, "the report itself", &report);
    for (pointer, wrong) in [
        ("/schema", json!(2)),
        ("/verdict", json!("fine")),
        ("/checks/total", json!("3")),
        ("/coverage/operations/0/behaviours/0/evidence/0", json!("nowhere")),
        ("/findings/0/severity", json!("fatal")),
        ("/findings/0/fingerprint", json!("x")),
        ("/findings/0/places", json!(0)),
        ("/findings/0/real", json!({"pointer": ""})),
        ("/exchanges", json!([])),
    ] {
        let mut spoiled = report.clone();
        *spoiled.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}")) = wrong;
        assert!(!schema.is_valid(&spoiled), "{pointer}");
    }
    for member in ["schema", "command", "verdict", "checks", "coverage", "findings"] {
        let mut spoiled = report.clone();
        spoiled.as_object_mut().expect("an object").remove(member);
        assert!(!schema.is_valid(&spoiled), "{member}");
    }
}

fn reporters_rule() -> &'static verify::Rule {
    verify::rules::find("pagination-flattened").expect("on the shelf")
}

#[test]
fn every_form_has_a_name_that_the_command_line_takes() {
    let names: Vec<&str> = REPORTERS.iter().map(|r| r.meta.name).collect();
    assert_eq!(names, FORMS);
    let mut out = Vec::new();
    let human = reporters::find("human").expect("on the shelf");
    (human.write)(&Report::empty("verify"), &View::default(), &mut out).expect("a vector takes it");
    assert!(String::from_utf8(out).expect("text").contains("nothing was proven"));
}

/// Records a vendor of two pages.
fn recorded(directory: &Path) {
    let vendor = Upstream::json(|asked| {
        let last = asked.target.contains("starting_after");
        let items = if last { r#"{"id":"sub_c"}"# } else { r#"{"id":"sub_a"},{"id":"sub_b"}"# };
        (200, format!(r#"{{"data":[{items}],"has_more":{}}}"#, !last))
    });
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "tapes.yaml"], directory, 1);
    get(recorder.url(), "/v1/subscriptions?limit=2");
    get(recorder.url(), "/v1/subscriptions?limit=2&starting_after=sub_b");
    assert_eq!(recorder.stop().code, 0);
}

#[test]
fn a_plan_that_was_taught_is_told_lesson_by_lesson() {
    let directory = tempfile::tempdir().expect("a directory");
    let here = directory.path();
    let vendor = Upstream::json(|_| (200, r#"{"data":[],"has_more":false}"#.into()));
    let plan = format!(
        "upstream: {}\nlessons:\n- walk: GET /v1/x\n- miss: GET /v1/x/1\n  believe:\n    not-found: 404\n",
        vendor.url
    );
    std::fs::write(here.join("plan.yaml"), plan).expect("written");
    let line = ["learn", "plan.yaml", "--cassette", "c.yaml", "--format", "json"];
    let done = truetape(&line, here);
    assert_eq!(done.code, 1, "{done:?}");
    let report: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_fits(&schema(), "learn", &report);
    assert_eq!(report["plan"], "plan.yaml");
    let [walk, miss] = report["lessons"].as_array().expect("lessons").as_slice() else { panic!("{report}") };
    assert_eq!((&walk["line"], &walk["outcome"]), (&json!(3), &json!("not-shown")));
    assert_eq!((&miss["kind"], &miss["outcome"]), (&json!("miss"), &json!("disagrees")));
    let belief = &miss["beliefs"][0];
    assert_eq!(
        (&belief["name"], &belief["line"], &belief["held"]),
        (&json!("not-found"), &json!(6), &json!(false))
    );
    assert_eq!(miss["exchanges"], json!(["c.yaml#2"]));
    assert!(
        report["exchanges"]["c.yaml#2"]["answer"].as_str().is_some_and(|a| a.starts_with("200 ")),
        "{report}"
    );
    assert!(report["coverage"]["unverified"].as_u64() > Some(0), "{report}");
    let sarif = truetape(&["learn", "plan.yaml", "--cassette", "c.yaml", "--format", "sarif"], here);
    let log: Value = serde_json::from_str(&sarif.stdout).expect("JSON");
    let help = log["runs"][0]["tool"]["driver"]["rules"][0]["help"]["markdown"].as_str();
    assert!(help.is_some_and(|page| page.contains("learning test")), "{log}");
}

#[test]
fn real_runs_end_alike_in_every_form() {
    let directory = tempfile::tempdir().expect("a directory");
    let here = directory.path();
    recorded(here);
    let flat = Upstream::json(|_| (200, r#"{"data":[{"id":"sub_1"}],"has_more":false}"#.into()));
    let schema = schema();
    for form in FORMS {
        let file = format!("report.{form}");
        let line = ["verify", "tapes.yaml", "--mock", &flat.url, "--format", form, "--output", file.as_str()];
        let done = truetape(&line, here);
        assert_eq!(done.code, 1, "{form}: {done:?}");
        let text = std::fs::read_to_string(here.join(&file)).expect("a report");
        assert!(text.contains("pagination-flattened"), "{form}: {text}");
        assert!(!text.contains('\u{1b}'), "{form}: colours in a file");
        match form {
            "json" => {
                let report: Value = serde_json::from_str(&text).expect("JSON");
                assert_fits(&schema, form, &report);
                assert_eq!(report["subject"], flat.url.as_str());
                assert_eq!(report["cassettes"], json!(["tapes.yaml"]));
                let cited = &report["exchanges"]["tapes.yaml#1"];
                assert_eq!(cited["request"], "GET /v1/subscriptions?limit=2");
                assert_eq!(cited["location"]["file"], "tapes.yaml");
                let line =
                    usize::try_from(cited["location"]["line"].as_u64().expect("a line")).expect("small");
                let tape = std::fs::read_to_string(here.join("tapes.yaml")).expect("the cassette");
                assert_eq!(tape.lines().nth(line - 1), Some("- id: 1"));
            }
            "sarif" => {
                let log: Value = serde_json::from_str(&text).expect("JSON");
                let at = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
                assert_eq!(at["artifactLocation"]["uri"], "tapes.yaml");
                assert!(at["region"]["startLine"].as_u64() > Some(1), "{at}");
            }
            "github" => {
                assert!(text.starts_with("::error file=tapes.yaml,line="), "{text}");
            }
            _ => {}
        }
    }
}

#[test]
fn every_report_of_the_gallery_fits_the_schema() {
    let schema = schema();
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boundaries");
    let folders = std::fs::read_dir(gallery).expect("the gallery").flatten().map(|entry| entry.path());
    let files = folders
        .filter(|path| path.is_dir())
        .flat_map(|folder| std::fs::read_dir(folder).expect("a case").flatten());
    let mut seen = 0;
    for file in files.map(|entry| entry.path()) {
        let name = file.to_string_lossy().into_owned();
        if name.ends_with(".report.json") {
            let text = std::fs::read_to_string(&file).expect("a report");
            assert_fits(&schema, &name, &serde_json::from_str(&text).expect("JSON"));
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}
