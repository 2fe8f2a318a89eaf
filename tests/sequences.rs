//! Chains and polls in order, for one client and for two at once, and what comes after the last answer.

use crate::support::{Running, Upstream, ask, get};
use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

/// Three pages by cursor, and a job that is done at the third look.
fn vendor() -> Upstream {
    let looks = AtomicU32::new(0);
    Upstream::json(move |asked| match asked.target.as_str() {
        "/items?limit=2" => (200, r#"{"data":["a","b"],"next_cursor":"c1"}"#.into()),
        "/items?limit=2&cursor=c1" => (200, r#"{"data":["c","d"],"next_cursor":"c2"}"#.into()),
        "/items?limit=2&cursor=c2" => (200, r#"{"data":["e"],"next_cursor":null}"#.into()),
        "/jobs/7" => {
            let state = ["pending", "running", "done"][looks.fetch_add(1, Ordering::SeqCst).min(2) as usize];
            (200, format!(r#"{{"state":"{state}"}}"#))
        }
        _ => (404, "{}".into()),
    })
}

fn walk(url: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut target = "/items?limit=2".to_owned();
    loop {
        let page: serde_json::Value = serde_json::from_slice(&get(url, &target).body()).expect("json");
        seen.push(page["data"].to_string());
        match page["next_cursor"].as_str() {
            Some(cursor) => target = format!("/items?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    for _ in 0..3 {
        let job: serde_json::Value = serde_json::from_slice(&get(url, "/jobs/7").body()).expect("json");
        seen.push(job["state"].as_str().expect("a state").to_owned());
    }
    seen
}

const SEEN: [&str; 6] = [r#"["a","b"]"#, r#"["c","d"]"#, r#"["e"]"#, "pending", "running", "done"];

fn recorded(directory: &Path) {
    let vendor = vendor();
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory, 1);
    assert_eq!(walk(recorder.url()), SEEN);
    assert_eq!(recorder.stop().code, 0);
}

#[test]
fn pages_and_polls_replay_in_order() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    assert_eq!(walk(replay.url()), SEEN);
    let done = replay.stop();
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stderr.contains("replayed 6 of 6 exchanges, no miss"), "{}", done.stderr);
}

#[test]
fn two_clients_at_once_each_see_the_whole_sequence() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    let clients: Vec<_> = (0..8)
        .map(|n| {
            let url = format!("{}/__truetape/session/client-{n}", replay.url());
            thread::spawn(move || walk(&url))
        })
        .collect();
    for client in clients {
        assert_eq!(client.join().expect("a client"), SEEN);
    }
    assert_eq!(replay.stop().code, 0);
}

#[test]
fn after_the_last_answer_there_is_a_miss_and_never_the_network() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    walk(replay.url());
    let again = get(replay.url(), "/jobs/7");
    assert_eq!(again.status(), 501);
    assert!(again.header("truetape-miss").expect("a header").starts_with("exhausted"), "{}", again.text());
    let done = replay.stop();
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.stderr.contains("GET /jobs/7"), "{}", done.stderr);

    let replay = Running::start(&["replay", "c.yaml", "--repeat"], directory.path(), 1);
    for _ in 0..2 {
        get(replay.url(), "/jobs/7");
    }
    for _ in 0..3 {
        assert_eq!(get(replay.url(), "/jobs/7").body(), br#"{"state":"done"}"#);
    }
    assert_eq!(replay.stop().code, 0);
}

#[test]
fn the_modes_once_new_and_all() {
    let directory = tempfile::tempdir().expect("a directory");
    let hits = std::sync::Arc::new(AtomicU32::new(0));
    let counted = std::sync::Arc::clone(&hits);
    let vendor = Upstream::json(move |asked| {
        (200, format!(r#"{{"hit":{},"path":"{}"}}"#, counted.fetch_add(1, Ordering::SeqCst), asked.target))
    });
    let run = |mode: &str, targets: &[&str]| {
        let arguments = ["record", "--upstream", &vendor.url, "--cassette", "c.yaml", "--mode", mode];
        let recorder = Running::start(&arguments, directory.path(), 1);
        let statuses: Vec<u16> = targets.iter().map(|t| get(recorder.url(), t).status()).collect();
        (statuses, recorder.stop())
    };
    assert_eq!(run("once", &["/a"]).0, [200]);
    assert_eq!(hits.load(Ordering::SeqCst), 1);
    let (statuses, done) = run("once", &["/a", "/b"]);
    assert_eq!((statuses, done.code), (vec![200, 501], 1), "{}", done.stderr);
    assert_eq!(hits.load(Ordering::SeqCst), 1, "an existing cassette is never asked past");
    let (statuses, done) = run("new", &["/a", "/b"]);
    assert_eq!((statuses, done.code), (vec![200, 200], 0), "{}", done.stderr);
    assert_eq!(hits.load(Ordering::SeqCst), 2, "only the unknown is asked");
    let before = std::fs::read(directory.path().join("c.yaml")).expect("a cassette");
    assert_eq!(run("all", &["/a"]).1.code, 0);
    assert_eq!(
        std::fs::read(directory.path().join("c.yaml")).expect("a cassette"),
        before,
        "the old one waits for a person"
    );
    let done = crate::support::truetape(&["accept", "c.yaml", "--yes"], directory.path());
    assert_eq!(done.code, 0, "{done:?}");
    assert_ne!(std::fs::read(directory.path().join("c.yaml")).expect("a cassette"), before);
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    assert_eq!(ask(replay.url(), "GET", "/a", &[], b"").body(), br#"{"hit":2,"path":"/a"}"#);
    assert_eq!(replay.stop().code, 0);
}
