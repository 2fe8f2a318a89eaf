//! Bad input: one clear message with the place and what to do, the right code, nothing lost.

use crate::support::{Running, Upstream, get, truetape};
use std::{fs, path::Path};

/// Runs and expects this code, an `error:` with this text, a `hint:` and no panic.
fn refused(arguments: &[&str], directory: &Path, code: i32, text: &str) {
    let done = truetape(arguments, directory);
    assert_eq!(done.code, code, "{arguments:?}: {done:?}");
    assert!(done.stderr.contains(text), "{arguments:?}: expected `{text}` in {}", done.stderr);
    assert!(done.stderr.contains("error:"), "{}", done.stderr);
    assert!(!done.stderr.contains("panicked") && !done.stderr.contains("internal error"), "{}", done.stderr);
}

fn recorded(directory: &Path) -> String {
    let vendor = Upstream::json(|_| (200, r#"{"a":1}"#.into()));
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory, 1);
    get(recorder.url(), "/x");
    assert_eq!(recorder.stop().code, 0);
    fs::read_to_string(directory.join("c.yaml")).expect("a cassette")
}

#[test]
fn cassettes_that_cannot_be_used() {
    let directory = tempfile::tempdir().expect("a directory");
    let good = recorded(directory.path());
    let body = "      sha256: \"";
    let bomb = format!("truetape: 1\nrecorder: &a \"x\"\nupstreams: [{}]\n", "*a, ".repeat(3)) + &laughs();
    for (name, text, expected) in [
        ("prose.yaml", "Dear reader,\nthis is no cassette.\n".to_owned(), "is not a cassette"),
        ("empty.yaml", String::new(), "it is empty"),
        ("broken.yaml", good.replace("exchanges:", "exchanges: ["), "broken.yaml:"),
        (
            "newer.yaml",
            good.replace("truetape: 1", "truetape: 2"),
            "format 2; this truetape reads formats up to 1",
        ),
        ("digest.yaml", good.replace(body, "      sha256: \"zz"), "64 lower-case hexadecimal digits"),
        (
            "climbs.yaml",
            good.replace(body, "      blob: \"../../../etc/passwd\"\n      sha256: \""),
            "blobs/SHA256 and nothing else",
        ),
        ("missing-blob.yaml", missing_blob(&good), "cannot read the blob"),
        ("bomb.yaml", bomb, "bomb.yaml"),
    ] {
        fs::write(directory.path().join(name), &text).expect("written");
        for command in
            [&["replay", name][..], &["inspect", name], &["verify", name, "--mock", "http://127.0.0.1:9"]]
        {
            refused(command, directory.path(), 2, expected);
        }
        assert_eq!(fs::read_to_string(directory.path().join(name)).expect("still there"), text);
    }
    fs::write(directory.path().join("bytes.yaml"), b"truetape: 1\n\xff\xfe").expect("written");
    refused(&["replay", "bytes.yaml"], directory.path(), 2, "no UTF-8");
    refused(&["replay", "absent.yaml"], directory.path(), 2, "absent.yaml");
    refused(&["replay", "."], directory.path(), 2, "directory");
    fs::write(
        directory.path().join("none.yaml"),
        "truetape: 1\nrecorder: \"t\"\nupstreams:\n- \"http://h\"\nexchanges:\n",
    )
    .expect("written");
    refused(&["replay", "none.yaml"], directory.path(), 3, "no exchange recorded");
    refused(
        &["verify", "none.yaml", "--mock", "http://127.0.0.1:9"],
        directory.path(),
        3,
        "no exchange recorded",
    );
}

/// Nine levels of nine aliases each.
fn laughs() -> String {
    let mut text = String::from("redact:\n  headers: &l0 [\"lol\"]\n");
    for level in 1..10 {
        text.push_str(&format!("l{level}: &l{level} [{}]\n", format!("*l{}, ", level - 1).repeat(9)));
    }
    text
}

fn missing_blob(good: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut in_body = false;
    for line in good.lines() {
        if line == "      json: |-" {
            lines.push("      blob: 7".into());
            in_body = true;
        } else if !in_body || !line.starts_with("        ") {
            in_body = false;
            lines.push(line.into());
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn an_edited_exchange_replays_and_is_no_evidence() {
    let directory = tempfile::tempdir().expect("a directory");
    let good = recorded(directory.path());
    fs::write(
        directory.path().join("c.yaml"),
        good.replace("\"a\": 1", "\"a\": 2").replace("\"a\":1", "\"a\":2"),
    )
    .expect("written");
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    assert_eq!(get(replay.url(), "/x").body(), br#"{"a":2}"#);
    let done = replay.stop();
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stderr.contains("c.yaml#1") && done.stderr.contains("no evidence"), "{done:?}");
    let mock = Upstream::json(|_| (200, r#"{"a":1}"#.into()));
    let done = truetape(&["verify", "c.yaml", "--mock", &mock.url], directory.path());
    assert_eq!(done.code, 3, "nothing is left to judge by: {done:?}");
}

#[test]
fn words_that_are_off() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    for arguments in [
        &["record"][..],
        &["replay", "c.yaml", "--speeed", "x2"],
        &["replay", "c.yaml", "--speed", "fast"],
        &["verify", "c.yaml"],
        &["frobnicate"],
        &[],
        &["record", "--cassette", "d.yaml"],
        &["record", "--upstream", "ftp://h", "--cassette", "d.yaml"],
        &["record", "--upstream", "not a url", "--cassette", "d.yaml"],
        &["verify", "c.yaml", "--mock", "http://127.0.0.1:9", "--only", "no-such-rule"],
        &["verify", "c.yaml", "--mock", "stubs.json"],
        &["explain", "no-such-rule"],
        &["replay"],
        &["replay", "c.yaml", "--listen", "nowhere"],
    ] {
        let done = truetape(arguments, directory.path());
        assert_eq!(done.code, 2, "{arguments:?}: {done:?}");
        assert!(!done.stderr.is_empty() && !done.stderr.contains("panicked"), "{arguments:?}: {done:?}");
    }
    assert!(!directory.path().join("d.yaml").exists());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    refused(&["replay", "c.yaml", "--listen", &address], directory.path(), 2, "cannot listen");
    refused(
        &["record", "--upstream", "http://127.0.0.1:9", "--cassette", "d.yaml", "--listen", &address],
        directory.path(),
        2,
        "cannot listen",
    );
    refused(&["sandbox", "--listen", &address], directory.path(), 2, "cannot listen");
    refused(
        &["record", "--upstream", "http://127.0.0.1:9", "--cassette", "d.yaml", "--", "no-such-program"],
        directory.path(),
        2,
        "cannot start",
    );
}

#[test]
fn what_checked_nothing_is_not_green() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    refused(&["verify", "c.yaml", "--mock", &format!("http://{free}")], directory.path(), 3, "could not ask");
    let done = truetape(
        &["record", "--upstream", "http://127.0.0.1:9", "--cassette", "d.yaml", "--", "true"],
        directory.path(),
    );
    assert_eq!(done.code, 3, "{done:?}");
    assert!(!directory.path().join("d.yaml").exists(), "nothing recorded is no cassette");
    // A rule that has nothing to look at here.
    let mock = Upstream::json(|_| (200, r#"{"a":1}"#.into()));
    let done = truetape(
        &["verify", "c.yaml", "--mock", &mock.url, "--only", "pagination-flattened"],
        directory.path(),
    );
    assert_eq!(done.code, 3, "{done:?}");
    let done = truetape(&["verify", "c.yaml", "--mock", &mock.url], directory.path());
    assert_eq!(done.code, 0, "{done:?}");
}

#[test]
fn a_pipe_that_closes_is_no_error() {
    let directory = tempfile::tempdir().expect("a directory");
    let script = format!(
        "{} explain | head -n 1; {} man | head -n 1",
        env!("CARGO_BIN_EXE_truetape"),
        env!("CARGO_BIN_EXE_truetape")
    );
    let out = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(directory.path())
        .output()
        .expect("sh");
    assert_eq!(String::from_utf8_lossy(&out.stderr), "");
}
