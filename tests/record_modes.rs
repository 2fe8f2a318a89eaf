//! When the real side is asked: by mode, by what there is, in CI, and in part.

use crate::support::{Done, Running, ask, get, lives::Lives, truetape_with};
use std::path::Path;

/// A vendor that says in which life it is asked; ids are new in every life.
fn start() -> Lives {
    Lives::start(|target, life, _| {
        let own = format!("ord_7f3k{life}q9z2m");
        match target {
            "/orders" => (200, format!(r#"{{"orders":[{{"id":"{own}"}}],"life":{life}}}"#)),
            target if target.strip_prefix("/orders/") == Some(&own) => {
                (200, format!(r#"{{"id":"{own}","life":{life}}}"#))
            }
            target if target.starts_with("/orders/") => (404, r#"{"error":{"code":"no_such_order"}}"#.into()),
            target => (200, format!(r#"{{"path":"{target}","life":{life}}}"#)),
        }
    })
}

/// Records what these paths answer; gives the bodies, and what the run said.
fn record(vendor: &Lives, directory: &Path, more: &[&str], paths: &[&str]) -> (Vec<String>, Done) {
    record_with(vendor, directory, more, paths, &[])
}

fn record_with(
    vendor: &Lives,
    directory: &Path,
    more: &[&str],
    paths: &[&str],
    variables: &[(&str, &str)],
) -> (Vec<String>, Done) {
    let arguments = [&["record", "--upstream", &vendor.up.url, "--cassette", "c.yaml"], more].concat();
    let recorder = Running::start_with(&arguments, directory, 1, variables);
    let body = |path: &&str| String::from_utf8_lossy(&get(recorder.url(), path).body()).into_owned();
    let bodies = paths.iter().map(body).collect();
    (bodies, recorder.stop())
}

fn file(directory: &Path, name: &str) -> String {
    std::fs::read_to_string(directory.join(name)).expect("a file")
}

/// One exchange as it stands in a file.
fn item(text: &str, id: u32) -> String {
    let from = text.find(&format!("- id: {id}\n")).expect("the exchange");
    let rest = &text[from..];
    rest[..rest[2..].find("\n- id: ").map_or(rest.len(), |at| at + 3)].to_owned()
}

#[test]
fn in_ci_nothing_is_recorded_unless_it_is_forced() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = start();
    let stopped = |more: &[&str], ci: &str| {
        let arguments = [&["record", "--upstream", &vendor.up.url, "--cassette", "c.yaml"], more].concat();
        let done = truetape_with(&arguments, directory, &[("CI", ci)]);
        assert_eq!(done.code, 2, "{more:?}: {done:?}");
        assert!(done.stdout.is_empty(), "it never listens: {done:?}");
        assert!(done.stderr.contains("CI") && done.stderr.contains("--force-record"), "{done:?}");
    };
    for mode in ["once", "new", "all"] {
        stopped(&["--mode", mode], "true");
    }
    assert_eq!(std::fs::read_dir(directory).expect("a directory").count(), 0, "nothing was written");
    for (forced, variables) in [
        (vec!["--force-record"], vec![("CI", "1")]),
        (vec![], vec![("CI", "yes"), ("TRUETAPE_FORCE_RECORD", "1")]),
        (vec![], vec![("CI", "false")]),
        (vec![], vec![("CI", "0")]),
    ] {
        let (_, done) = record_with(&vendor, directory, &forced, &["/a"], &variables);
        assert_eq!(done.code, 0, "{done:?}");
        std::fs::remove_file(directory.join("c.yaml")).expect("it was recorded");
    }
    record(&vendor, directory, &[], &["/a"]);
    vendor.asked();
    let before = file(directory, "c.yaml");
    stopped(&["--mode", "all"], "true");
    for mode in ["once", "new"] {
        let ci = [("CI", "true")];
        let (bodies, done) = record_with(&vendor, directory, &["--mode", mode], &["/a", "/b"], &ci);
        assert_eq!(done.code, 1, "{done:?}");
        assert!(bodies[0].contains("/a") && bodies[1].contains("\"status\": 501"), "{bodies:?}");
        assert_eq!(record_with(&vendor, directory, &["--mode", mode], &["/a"], &ci).1.code, 0);
    }
    assert_eq!((vendor.asked(), file(directory, "c.yaml")), (vec![], before));
}

#[test]
fn new_replays_the_known_for_every_session_and_says_what_cannot_work() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = start();
    let (_, done) = record(&vendor, directory, &[], &["/orders", "/a"]);
    assert!(done.stderr.contains("recorded 2, replayed 0, lost 0"), "{done:?}");
    vendor.asked();
    vendor.next_life();

    let arguments = ["record", "--upstream", &vendor.up.url, "--cassette", "c.yaml", "--mode", "new"];
    let recorder = Running::start(&arguments, directory, 1);
    for session in ["one", "two"] {
        let base = format!("{}/__truetape/session/{session}", recorder.url());
        assert!(get(&base, "/a").text().contains("\"life\":1"));
        assert!(
            get(&base, "/a").text().contains("\"life\":2"),
            "a queue that is used up goes on at the real side"
        );
        assert_eq!(ask(&base, "POST", "/reset", &[], b"").status(), 204);
        assert!(get(&base, "/a").text().contains("\"life\":1"), "put back, it begins anew");
    }
    // The list is replayed, and what it gave means nothing to the real side any more.
    let listed = get(recorder.url(), "/orders").text();
    assert!(listed.contains("ord_7f3k1q9z2m"), "{listed}");
    assert_eq!(get(recorder.url(), "/orders/ord_7f3k1q9z2m").status(), 404);
    let done = recorder.stop();
    assert_eq!(
        (done.code, vendor.asked()),
        (0, vec!["/a".into(), "/a".into(), "/orders/ord_7f3k1q9z2m".into()])
    );
    assert!(done.stderr.contains("recorded 3, replayed 5, lost 0"), "{done:?}");
    assert!(
        done.stderr.contains("note: #5 GET /orders/ord_7f3k1q9z2m carries `ord_7f3k1q9z2m` (path segment 2), which the cassette gave in #1"),
        "{done:?}"
    );
}

#[test]
fn a_part_is_recorded_anew_and_the_rest_stays_byte_for_byte() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = start();
    let (bodies, _) = record(&vendor, directory, &[], &["/orders", "/orders/ord_7f3k1q9z2m", "/a", "/b"]);
    assert!(bodies[1].contains("\"life\":1"), "{bodies:?}");
    let old = file(directory, "c.yaml");
    vendor.asked();
    vendor.next_life();

    let part = ["--mode", "all", "--exchange", "#3"];
    let (bodies, done) = record(&vendor, directory, &part, &["/orders", "/a", "/b"]);
    assert_eq!((done.code, vendor.asked()), (0, vec!["/a".to_owned()]), "{done:?}");
    assert!(bodies[0].contains("\"life\":1") && bodies[1].contains("\"life\":2"), "{bodies:?}");
    assert!(done.stderr.contains("recorded 1, replayed 2, lost 0"), "{done:?}");
    let new = file(directory, "c.new.yaml");
    assert_eq!(file(directory, "c.yaml"), old, "the old cassette waits");
    for id in [1, 2, 4] {
        assert_eq!(item(&new, id), item(&old, id));
    }
    assert_ne!(item(&new, 3), item(&old, 3));

    // A list that is recorded anew gives new ids: what hangs on them is still known, and named.
    let part = ["--mode", "all", "--operation", "get /orders"];
    let (bodies, done) = record(&vendor, directory, &part, &["/orders", "/orders/ord_7f3k2q9z2m", "/none"]);
    assert_eq!((done.code, vendor.asked()), (1, vec!["/orders".to_owned()]), "{done:?}");
    assert!(bodies[1].contains("\"life\":1"), "the dependant is played: {bodies:?}");
    assert!(done.stderr.contains("miss: GET /none") && done.stderr.contains("missed 1"), "{done:?}");
    assert!(done.stderr.contains("note: #2 carries `ord_7f3k1q9z2m`"), "{done:?}");

    let part = ["--mode", "all", "--operation", "GET /orders", "--operation", "GET /orders/{order}"];
    let (bodies, done) = record(&vendor, directory, &part, &["/orders", "/orders/ord_7f3k2q9z2m"]);
    assert_eq!((done.code, vendor.asked().len()), (0, 2), "{done:?}");
    assert!(bodies[1].contains("\"life\":2"), "{bodies:?}");
    assert!(!done.stderr.contains("carries"), "{done:?}");
}

#[test]
fn a_part_whose_recorder_is_killed_still_stands_among_the_rest() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = start();
    record(&vendor, directory, &[], &["/a", "/b", "/orders"]);
    let old = file(directory, "c.yaml");
    vendor.next_life();
    let part = ["--mode", "all", "--exchange", "#2"];
    let arguments = [&["record", "--upstream", &vendor.up.url, "--cassette", "c.yaml"], &part[..]].concat();
    let recorder = Running::start(&arguments, directory, 1);
    assert!(get(recorder.url(), "/b").text().contains("\"life\":2"));
    recorder.kill();
    assert!(!directory.join("c.new.yaml").exists());
    let done = truetape_with(&["accept", "c.yaml", "--dry-run"], directory, &[]);
    assert!(done.stderr.contains("c.new.yaml: recovered 1 exchange of a part"), "{done:?}");
    assert!(done.stdout.contains("3 exchanges then, 3 in c.new.yaml now"), "{done:?}");
    let new = file(directory, "c.new.yaml");
    assert_eq!((item(&new, 1), item(&new, 3)), (item(&old, 1), item(&old, 3)));
    assert_ne!(item(&new, 2), item(&old, 2));
}

#[test]
fn a_part_that_is_none_is_bad_usage() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = start();
    let run = |more: &[&str]| {
        let arguments = [&["record", "--upstream", &vendor.up.url, "--cassette", "c.yaml"], more].concat();
        let done = truetape_with(&arguments, directory, &[]);
        assert_eq!(done.code, 2, "{done:?}");
        done.stderr
    };
    assert!(run(&["--mode", "all", "--exchange", "#1"]).contains("there is none yet"));
    record(&vendor, directory, &[], &["/orders/ord_7f3k1q9z2m", "/a"]);
    assert!(run(&["--mode", "all", "--exchange", "#9"]).contains("has #1 to #2"));
    assert!(
        run(&["--mode", "all", "--operation", "GET /order/{id}"]).contains("nearest are 'GET /orders/{id}'")
    );
    assert!(run(&["--exchange", "#1"]).contains("give --mode all"));
    assert!(!directory.join("c.new.yaml").exists());
}
