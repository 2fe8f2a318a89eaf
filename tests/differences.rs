//! Added field, removed field, root array, number text: all seen, and nothing else is.

use crate::support::{Running, Upstream, get, truetape};

const REAL: &str = r#"[{"id":"it_1","price":10.10,"name":"a","tags":["x"]},{"id":"it_2","price":12.50,"name":"b","tags":[]}]"#;

fn findings(mock: &'static str) -> (i32, Vec<(String, String)>) {
    let vendor = Upstream::json(|_| (200, REAL.into()));
    let directory = tempfile::tempdir().expect("a directory");
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory.path(), 1);
    for _ in 0..2 {
        get(recorder.url(), "/items");
    }
    assert_eq!(recorder.stop().code, 0);
    let mock = Upstream::json(move |_| (200, mock.into()));
    let done = truetape(&["verify", "c.yaml", "--mock", &mock.url, "--format", "json"], directory.path());
    let report: serde_json::Value =
        serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    let list = report["findings"].as_array().expect("findings").iter();
    let text = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
    (
        done.code,
        list.filter(|f| f["severity"] != "info")
            .map(|f| (text(&f["rule"]), text(&f["other"]["pointer"]) + &text(&f["real"]["pointer"])))
            .collect(),
    )
}

#[test]
fn a_faithful_mock_with_its_own_data_is_silent() {
    let (code, findings) = findings(
        r#"[{"name":"z","tags":["q","r"],"id":"it_9","price":99.20},{"tags":[],"id":"it_8","price":1.00,"name":"y"}]"#,
    );
    assert_eq!((code, findings), (0, vec![]));
}

#[test]
fn each_difference_is_named() {
    for (mock, rule, part) in [
        (
            r#"[{"id":"it_1","price":10.10,"tags":["x"]},{"id":"it_2","price":12.50,"tags":[]}]"#,
            "field-missing",
            "name",
        ),
        (
            r#"[{"id":"it_1","price":10.10,"name":"a","tags":["x"],"extra":1},{"id":"it_2","price":12.50,"name":"b","tags":[],"extra":2}]"#,
            "field-invented",
            "extra",
        ),
        (
            r#"[{"id":"it_1","price":10.1,"name":"a","tags":["x"]},{"id":"it_2","price":12.5,"name":"b","tags":[]}]"#,
            "number-text-changed",
            "price",
        ),
        (
            r#"[{"id":"it_1","price":"10.10","name":"a","tags":["x"]},{"id":"it_2","price":"12.50","name":"b","tags":[]}]"#,
            "number-kind-changed",
            "price",
        ),
        (r#"{"items":[{"id":"it_1","price":10.10,"name":"a","tags":["x"]}]}"#, "kind-changed", ""),
    ] {
        let (code, findings) = findings(mock);
        assert_eq!(code, 1, "{mock}");
        assert!(findings.iter().any(|(r, at)| r == rule && at.contains(part)), "{mock}: {findings:?}");
    }
}

#[test]
fn a_known_finding_can_be_ignored_for_a_while() {
    let vendor = Upstream::json(|_| (200, REAL.into()));
    let directory = tempfile::tempdir().expect("a directory");
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory.path(), 1);
    for _ in 0..2 {
        get(recorder.url(), "/items");
    }
    assert_eq!(recorder.stop().code, 0);
    let mock = Upstream::json(|_| (200, REAL.replace("\"name\":\"a\",", "").replace("\"name\":\"b\",", "")));
    let verify = ["verify", "c.yaml", "--mock", &mock.url, "--format", "json"];
    let done = truetape(&verify, directory.path());
    let report: serde_json::Value = serde_json::from_str(&done.stdout).expect("json");
    let found: Vec<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|finding| finding["fingerprint"].as_str())
        .collect();
    assert!(done.code == 1 && !found.is_empty(), "{done:?}");
    let run = |until: &str| {
        let ignores =
            found.iter().map(|f| format!("- {{finding: \"{f}\", reason: known, until: \"{until}\"}}\n"));
        let settings = format!("ignore:\n{}", ignores.collect::<String>());
        std::fs::write(directory.path().join("truetape.yaml"), settings).expect("settings");
        truetape(&verify, directory.path())
    };
    assert_eq!(run("2999-12-31").code, 0);
    assert_eq!(run("2020-01-01").code, 1, "an ignore ends");
    assert_eq!(run("some day").code, 2);
}
