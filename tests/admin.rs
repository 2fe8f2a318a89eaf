//! The admin API of a running replay: its token, its page, and how it ends.

use crate::support::{Running, Upstream, ask, get, truetape};
use std::path::Path;

fn recorded(directory: &Path) {
    let vendor = Upstream::json(|_| (200, r#"{"id":"a_1"}"#.into()));
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory, 1);
    assert_eq!(get(recorder.url(), "/a").status(), 200);
    assert_eq!(recorder.stop().code, 0);
}

#[test]
fn a_token_from_the_environment_is_asked_for() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let arguments = ["replay", "c.yaml", "--admin-token", "env:TAPE_TOKEN"];
    let replay = Running::start_with(&arguments, directory.path(), 1, &[("TAPE_TOKEN", "s3cret")]);
    let health = |value: &str| {
        ask(replay.url(), "GET", "/__truetape/health", &[("Authorization", value)], b"").status()
    };
    assert_eq!((health("Bearer s3cret"), health("Bearer secret"), health("s3cret")), (200, 401, 401));
    let page = get(replay.url(), "/__truetape/");
    assert_eq!(page.status(), 200, "it tells nothing of the replay");
    assert!(page.header("content-security-policy").expect("a policy").contains("default-src 'none'"));
    assert_eq!(get(replay.url(), "/a").status(), 200);
}

#[test]
fn a_replay_for_other_machines_makes_a_token_and_tells_it() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let replay = Running::start(&["replay", "c.yaml", "--listen", "0.0.0.0:0"], directory.path(), 1);
    let here = replay.url().replace("0.0.0.0", "127.0.0.1");
    assert_eq!(get(&here, "/__truetape/health").status(), 401);
    let said = replay.stop().stderr;
    let token = said.split("asks for the token ").nth(1).expect("it is told").split_whitespace().next();
    assert_eq!(token.map(str::len), Some(32), "{said}");
}

#[test]
fn a_command_reaches_a_replay_for_other_machines_and_its_admin_api() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let suite = "echo \"$TRUETAPE_URL token=$TRUETAPE_ADMIN_TOKEN\"";
    let arguments = ["replay", "c.yaml", "--listen", "0.0.0.0:0", "--", "sh", "-c", suite];
    let done = truetape(&arguments, directory.path());
    let said = done.stdout;
    assert!(said.starts_with("http://127.0.0.1:"), "{said}");
    assert_eq!(said.trim().split_once("token=").map(|(_, token)| token.len()), Some(32), "{said}");
}

#[test]
fn what_was_missed_before_a_reset_is_told_and_what_is_unused_too() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    assert_eq!(get(replay.url(), "/never").status(), 501);
    assert_eq!(ask(replay.url(), "POST", "/__truetape/reset", &[], b"").status(), 204);
    let done = replay.stop();
    assert!(done.code == 1 && done.stderr.contains("1 miss"), "{}: {}", done.code, done.stderr);
    let done = Running::start(&["replay", "c.yaml", "--fail-on-unused"], directory.path(), 1).stop();
    assert!(done.code == 1 && done.stderr.contains("unused: c.yaml#1 GET /a"), "{}", done.stderr);
}

#[test]
fn shutdown_ends_it_as_a_signal_does() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    assert_eq!(get(replay.url(), "/never").status(), 501);
    let audits = String::from_utf8(get(replay.url(), "/__truetape/audits").body()).expect("text");
    assert!(audits.contains("unknown-request"), "{audits}");
    assert_eq!(ask(replay.url(), "POST", "/__truetape/shutdown", &[], b"").status(), 202);
    let done = replay.ended();
    assert_eq!(done.code, 1, "the miss counts: {}", done.stderr);
}
