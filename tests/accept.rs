//! A re-recording becomes the truth: after its difference was shown, whole or in part, and never by itself.

use crate::support::{Done, Running, Upstream, get, truetape, truetape_with};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Records a vendor before and after a change of it: `c.yaml` and `c.new.yaml`.
fn changed(directory: &Path) {
    let now = Arc::new(AtomicBool::new(false));
    let is_now = Arc::clone(&now);
    let vendor = Upstream::json(move |asked| match (asked.target.as_str(), is_now.load(Ordering::SeqCst)) {
        ("/things/1", false) => (200, r#"{"id":1,"name":"a","old":true}"#.into()),
        ("/things/1", true) => (200, r#"{"id":1,"name":"a","fresh":"x"}"#.into()),
        ("/door", false) => (200, r#"{"open":true}"#.into()),
        ("/door", true) => (403, r#"{"error":{"code":"closed"}}"#.into()),
        (_, now) => (200, format!(r#"{{"same":{}}}"#, i32::from(now))),
    });
    let record = |mode: &str, paths: &[&str]| {
        let arguments = ["record", "--upstream", &vendor.url, "--cassette", "c.yaml", "--mode", mode];
        let recorder = Running::start(&arguments, directory, 1);
        paths.iter().for_each(|path| drop(get(recorder.url(), path)));
        assert_eq!(recorder.stop().code, 0);
    };
    record("once", &["/things/1", "/door", "/lost", "/same"]);
    now.store(true, Ordering::SeqCst);
    record("all", &["/things/1", "/door", "/same", "/added"]);
}

fn accept(directory: &Path, more: &[&str]) -> Done {
    truetape(&[&["accept", "c.yaml"], more].concat(), directory)
}

fn file(directory: &Path, name: &str) -> String {
    std::fs::read_to_string(directory.join(name)).expect("a file")
}

#[test]
fn nothing_is_replaced_before_somebody_has_said_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    changed(directory);
    let (old, new) = (file(directory, "c.yaml"), file(directory, "c.new.yaml"));
    let done = accept(directory, &[]);
    assert_eq!(done.code, 1, "{done:?}");
    for line in [
        "GET /things/{id}",
        "breaking   `/old` is no longer there",
        "compatible `/fresh` is new",
        "c.yaml#1 /old  true",
        "c.new.yaml#1 /fresh  \"x\"",
        "a success (200) is an error of the class forbidden (403) now",
        "`GET /lost` was not asked again",
        "compatible `GET /added` was not asked before",
        "3 breaking, 2 compatible",
    ] {
        assert!(done.stdout.contains(line), "{line}: {}", done.stdout);
    }
    assert!(done.stderr.contains("--yes accepts all of it"), "{done:?}");
    assert_eq!(accept(directory, &["--dry-run"]).code, 1);
    assert_eq!(truetape_with(&["accept", "c.yaml", "--yes"], directory, &[("CI", "1")]).code, 2);
    assert_eq!(truetape_with(&["accept", "c.yaml", "--dry-run"], directory, &[("CI", "1")]).code, 1);
    assert_eq!((file(directory, "c.yaml"), file(directory, "c.new.yaml")), (old, new.clone()));

    let json = accept(directory, &["--dry-run", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let listed = &json["cassettes"][0];
    assert_eq!(listed["counts"], serde_json::json!({"breaking": 3, "compatible": 2, "noise": 0}));
    let gone = listed["changes"].as_array().expect("a list").iter().find(|c| c["kind"] == "field-gone");
    assert_eq!(gone.expect("a change")["before"]["exchange"], "c.yaml#1");

    let page = accept(directory, &["--dry-run", "--format", "markdown"]).stdout;
    assert!(page.contains("## c.yaml") && page.contains("**3 breaking**, 2 compatible"), "{page}");
    assert!(page.contains("| **breaking** | `GET /things/{id}` | `/old` is no longer there |"), "{page}");

    let done = accept(directory, &["--yes"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("3 breaking"), "it is shown first: {done:?}");
    assert_eq!(file(directory, "c.yaml"), new);
    assert!(!directory.join("c.new.yaml").exists());
    assert_eq!(accept(directory, &["--yes"]).code, 2, "there is none any more");
}

#[test]
fn a_part_is_accepted_and_the_rest_waits() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    changed(directory);
    let new = file(directory, "c.new.yaml");
    let done = accept(directory, &["--exchange", "#1", "--exchange", "c.new.yaml#4"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stderr.contains("replaced 1 exchange, added c.new.yaml#4 as #5"), "{done:?}");
    assert_eq!(file(directory, "c.new.yaml"), new, "the proposal stays");
    let text = file(directory, "c.yaml");
    assert!(text.contains("fresh") && !text.contains("\"old\"") && text.contains("/lost"), "{text}");
    let shown = truetape(&["inspect", "c.yaml"], directory);
    assert!(!shown.stderr.contains("edited") && !shown.stderr.contains("seal"), "every seal fits: {shown:?}");

    // What was accepted is no difference any more.
    let done = accept(directory, &["--dry-run"]);
    assert!(done.stdout.contains("2 breaking, 0 compatible"), "{done:?}");
    let done = accept(directory, &["--operation", "GET /lost", "--operation", "GET /door"]);
    assert!(done.stderr.contains("replaced 1 exchange, removed 1"), "{done:?}");
    let done = accept(directory, &["--dry-run"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("no difference in meaning"), "{done:?}");
    assert_eq!(accept(directory, &["--exchange", "#77"]).code, 2);
    assert_eq!(accept(directory, &["--operation", "GET /nowhere"]).code, 2);
}

#[test]
fn what_is_taken_does_not_hide_the_rest() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let now = Arc::new(AtomicBool::new(false));
    let is_now = Arc::clone(&now);
    let vendor = Upstream::json(move |asked| {
        let member = if is_now.load(Ordering::SeqCst) { "headline" } else { "title" };
        (200, format!(r#"{{"id":"{}","{member}":"x"}}"#, asked.target.trim_start_matches("/things/")))
    });
    for mode in ["once", "all"] {
        let arguments = ["record", "--upstream", &vendor.url, "--cassette", "c.yaml", "--mode", mode];
        let recorder = Running::start(&arguments, directory, 1);
        (101..=104).for_each(|id| drop(get(recorder.url(), &format!("/things/{id}"))));
        assert_eq!(recorder.stop().code, 0);
        now.store(true, Ordering::SeqCst);
    }
    assert_eq!(accept(directory, &["--exchange", "1,2"]).code, 0);
    let done = accept(directory, &["--dry-run"]);
    assert_eq!(done.code, 1, "{done:?}");
    assert!(
        done.stdout.contains("`/title` is renamed") || done.stdout.contains("`/title` is no longer"),
        "{done:?}"
    );
    assert_eq!(accept(directory, &["--exchange", "3,4"]).code, 0);
    let done = accept(directory, &["--dry-run"]);
    assert!(done.code == 0 && done.stdout.contains("no difference in meaning"), "{done:?}");
}

#[test]
fn an_unchanged_vendor_has_no_difference() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let walk = |url: &str| {
        for path in ["/v1/customers?limit=3", "/v1/tags", "/v1/tags", "/v1/me", "/v1/customers/cus_nope"] {
            get(url, path);
        }
        let page = get(url, "/v1/customers?limit=3").text();
        let ids: Vec<&str> =
            page.split("\"id\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let last = ids.last().expect("an id");
        get(url, &format!("/v1/customers?limit=3&starting_after={last}"));
        get(url, &format!("/v1/customers/{last}"));
    };
    for (seed, mode) in [("1", "once"), ("2", "all")] {
        let vendor = Running::start(&["sandbox", "--listen", "127.0.0.1:0", "--seed", seed], directory, 1);
        let arguments = ["record", "--upstream", vendor.url(), "--cassette", "c.yaml", "--mode", mode];
        let recorder = Running::start(&arguments, directory, 1);
        walk(recorder.url());
        assert_eq!(recorder.stop().code, 0);
    }
    let done = accept(directory, &["--dry-run"]);
    assert_eq!(done.code, 0, "{}", done.stdout);
}

/// A listing of two pages before and after a change of the vendor, with cursors of their own.
fn pages(directory: &Path) {
    let now = Arc::new(AtomicBool::new(false));
    let is_now = Arc::clone(&now);
    let vendor = Upstream::json(move |asked| {
        let (cursor, member) =
            if is_now.load(Ordering::SeqCst) { ("cur_n3wN3w", "fresh") } else { ("cur_0ld0ld", "old") };
        match asked.target.as_str() {
            "/list" => {
                (200, format!(r#"{{"data":[{{"id":"it_1","{member}":1}}],"next_cursor":"{cursor}"}}"#))
            }
            "/door" => (200, format!(r#"{{"{member}":true}}"#)),
            _ => (200, format!(r#"{{"data":[{{"id":"it_2","{member}":1}}],"next_cursor":null}}"#)),
        }
    });
    for (mode, cursor) in [("once", "cur_0ld0ld"), ("all", "cur_n3wN3w")] {
        let arguments = ["record", "--upstream", &vendor.url, "--cassette", "c.yaml", "--mode", mode];
        let recorder = Running::start(&arguments, directory, 1);
        for path in ["/list", &format!("/list?cursor={cursor}"), "/door"] {
            drop(get(recorder.url(), path));
        }
        assert_eq!(recorder.stop().code, 0);
        now.store(true, Ordering::SeqCst);
    }
}

#[test]
fn what_hangs_together_is_accepted_together_and_the_rest_is_dropped() {
    for (named, with) in
        [("1", "c.yaml#2: it carries `cur_0ld0ld`"), ("2", "c.yaml#1: it gives `cur_n3wN3w`")]
    {
        let directory = tempfile::tempdir().expect("a directory");
        let directory = directory.path();
        pages(directory);
        let done = accept(directory, &["--exchange", named]);
        assert_eq!(done.code, 0, "{done:?}");
        assert!(done.stderr.contains(with) && done.stderr.contains("replaced 2 exchanges"), "{done:?}");
        let text = file(directory, "c.yaml");
        assert!(text.matches("cur_n3wN3w").count() >= 2 && !text.contains("cur_0ld0ld"), "{text}");
        assert!(text.contains("\"old\":true"), "the door was not named: {text}");
        let done = accept(directory, &["--drop"]);
        assert_eq!(done.code, 0, "{done:?}");
        assert!(!directory.join("c.new.yaml").exists());
        assert_eq!(file(directory, "c.yaml"), text);
    }
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    pages(directory);
    assert_eq!(accept(directory, &["--exchange", "1,3", "--all"]).code, 2);
    let done = accept(directory, &["--exchange", "1,3", "--drop"]);
    assert!(done.code == 0 && done.stderr.contains("replaced 3 exchanges"), "{done:?}");
    assert!(!file(directory, "c.yaml").contains("old\"") && !directory.join("c.new.yaml").exists());
}
