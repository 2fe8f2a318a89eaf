//! Every kind of mock that `--mock` takes: servers that are started, programs that are asked line by line, files.

use crate::support::{Done, Running, Upstream, ask, get, truetape};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// What the real side answers.
fn real(target: &str) -> (u16, String) {
    match target {
        "/v1/things" => (201, r#"{"id":"th_1","name":"a"}"#.into()),
        "/v1/things/th_1" => (200, r#"{"id":"th_1","name":"a"}"#.into()),
        _ => (404, r#"{"error":{"code":"no_such_thing"}}"#.into()),
    }
}

/// Records a creation, a reading and a miss into `name`.
pub(crate) fn recorded(directory: &Path, name: &str) {
    let vendor = Upstream::json(|asked| real(&asked.target));
    let recorder = Running::start(&["record", "--upstream", &vendor.url, "--cassette", name], directory, 1);
    let json = [("Content-Type", "application/json")];
    assert_eq!(ask(recorder.url(), "POST", "/v1/things", &json, br#"{"name":"a"}"#).status(), 201);
    assert_eq!(get(recorder.url(), "/v1/things/th_1").status(), 200);
    assert_eq!(get(recorder.url(), "/v1/things/nope").status(), 404);
    assert_eq!(recorder.stop().code, 0);
}

fn verify(directory: &Path, more: &[&str]) -> Done {
    truetape(&[&["verify", "c.yaml"], more].concat(), directory)
}

/// A server for `cmd:` that answers as the real side did.
fn replaying() -> String {
    format!("{} replay c.yaml --repeat --listen 127.0.0.1:$PORT", env!("CARGO_BIN_EXE_truetape"))
}

/// A program for `exec:` in nothing but the shell: `answer` sets status and body from method and path.
fn program(directory: &Path, answer: &str) -> &'static str {
    let script = format!(
        r#"while IFS= read -r line; do
  echo "heard $line" >&2
  case $line in *'"reset"'*) echo reset >> resets; echo '{{"reset":true}}'; continue;; esac
  id=${{line#*'"id":'}}; id=${{id%%,*}}
  method=${{line#*'"method":"'}}; method=${{method%%'"'*}}
  path=${{line#*'"path":"'}}; path=${{path%%'"'*}}
  {answer}
  printf '{{"id":%s,"status":%s,"headers":[["content-type","application/json"]],"body":"%s"}}\n' "$id" "$status" "$body"
done
"#
    );
    fs::write(directory.join("mock.sh"), script).expect("written");
    "exec:sh mock.sh"
}

const HONEST: &str = r#"case "$method $path" in
    "POST /v1/things") status=201 body='{\"id\":\"th_9\",\"name\":\"a\"}';;
    "GET /v1/things/th_9") status=200 body='{\"id\":\"th_9\",\"name\":\"a\"}';;
    *) status=404 body='{\"error\":{\"code\":\"no_such_thing\"}}';;
  esac"#;

/// Whether a process runs. One that has ended and that nobody asked about yet does not.
fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    if stat.contains(") Z") {
        return false;
    }
    let line = format!("kill -0 {} 2>/dev/null", pid.trim());
    Command::new("sh").args(["-c", &line]).status().expect("a shell").success()
}

fn wait_for(path: &Path) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') => return text,
            _ => assert!(Instant::now() < deadline, "{} did not come", path.display()),
        }
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_server_is_started_on_a_free_port_asked_and_stopped_with_its_children() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    let line = format!("echo $$ > pid; sleep 1000 & echo $! > child; {}", replaying());
    let done = verify(directory, &["--mock", &format!("cmd:{line}")]);
    assert_eq!(done.code, 0, "{done:?}");
    let braces = line.replace("$PORT", "{port}");
    assert_eq!(verify(directory, &["--mock", &format!("cmd:{braces}")]).code, 0);
    for file in ["pid", "child"] {
        assert!(!is_alive(&wait_for(&directory.join(file))), "{file} still runs");
    }
}

#[test]
fn a_server_that_does_not_listen_is_told_with_its_words() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    let done = verify(directory, &["--mock", "cmd:echo out; echo cannot find module >&2; exit 7"]);
    assert_eq!(done.code, 3, "{done:?}");
    for text in ["exit status: 7", "| out", "| cannot find module", "hint:"] {
        assert!(done.stderr.contains(text), "{text}: {}", done.stderr);
    }
    let slow = "cmd:echo $$ > pid; echo waiting; sleep 1000";
    let done = verify(directory, &["--mock", slow, "--start-timeout", "0.3"]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(
        done.stderr.contains("nothing listened on port") && done.stderr.contains("| waiting"),
        "{done:?}"
    );
    assert!(!is_alive(&wait_for(&directory.join("pid"))));
    let taken = Upstream::json(|_| (200, String::new()));
    let done = verify(directory, &["--mock", "cmd:sleep 1000", "--mock-url", &taken.url]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("listens on") && done.stderr.contains("already"), "{done:?}");
}

#[test]
fn whoever_is_interrupted_leaves_nothing_behind() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    let mut child = Command::new(env!("CARGO_BIN_EXE_truetape"))
        .args(["verify", "c.yaml", "--mock", "cmd:echo $$ > pid; sleep 1000"])
        .current_dir(directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let pid = wait_for(&directory.join("pid"));
    assert!(is_alive(&pid));
    let line = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &line]).status().expect("a shell").success());
    assert_eq!(child.wait().expect("ends").code(), Some(3));
    let deadline = Instant::now() + Duration::from_secs(5);
    while is_alive(&pid) {
        assert!(Instant::now() < deadline, "it still runs");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_server_begins_anew_for_each_cassette() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    recorded(directory, "d.yaml");
    // Without `--repeat` each answer is given once: the second cassette needs fresh state.
    let line = format!("cmd:echo start >> starts; {}", replaying().replace(" --repeat", ""));
    let done = truetape(&["verify", "c.yaml", "d.yaml", "--mock", &line], directory);
    assert_eq!(done.code, 0, "{done:?}");
    let starts = || fs::read_to_string(directory.join("starts")).expect("written").lines().count();
    assert!((2..=4).contains(&starts()), "{}", starts());
    assert!(!done.stderr.contains("first state"), "{done:?}");
}

#[test]
fn a_program_is_asked_line_by_line() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    recorded(directory, "d.yaml");
    let done = truetape(&["verify", "c.yaml", "d.yaml", "--mock", program(directory, HONEST)], directory);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(fs::read_to_string(directory.join("resets")).expect("asked").contains("reset\n"));
    let done = verify(directory, &["--mock", program(directory, "status=404 body=")]);
    assert_eq!(done.code, 1, "{done:?}");
}

#[test]
fn a_program_that_breaks_the_protocol_is_quoted() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    for (answer, texts) in [
        ("status=200 body=; echo debugging", ["line 1 of its output", "found no JSON", "debugging"]),
        ("status=200 body=; id=77", ["expected the answer to question 1", "found one to 77", "\"id\":77"]),
        ("status=9 body=", ["`status`: expected a number from 100 to 999", "found 9", "\"id\":1"]),
        (
            "[ $id = 2 ] && { echo boom >&2; exit 5; }; status=404 body=",
            ["after 1 of 2", "status: 5", "| boom"],
        ),
    ] {
        let done = verify(directory, &["--mock", program(directory, answer)]);
        assert_eq!(done.code, 3, "{answer}: {done:?}");
        for text in texts {
            assert!(done.stderr.contains(text), "{answer}: expected `{text}` in {}", done.stderr);
        }
    }
    let begun = Instant::now();
    let done = verify(directory, &["--mock", program(directory, "continue"), "--timeout", "0.3"]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("no answer to questions 1 and 2"), "{done:?}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    let done = verify(directory, &["--mock", "exec:no-such-program-anywhere"]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("not found"), "{done:?}");
}

#[test]
fn a_running_server_is_put_back_by_a_request() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    recorded(directory, "d.yaml");
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heard);
    let mock = Upstream::json(move |asked| {
        if asked.target == "/__reset" {
            log.lock().expect("a log").push(asked.head.clone());
            return (204, String::new());
        }
        real(&asked.target)
    });
    let both = |more: &[&str]| {
        truetape(&[&["verify", "c.yaml", "d.yaml", "--mock", &mock.url], more].concat(), directory)
    };
    let done = both(&["--reset", "POST /__reset"]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(heard.lock().expect("a log").len() >= 2);
    assert!(heard.lock().expect("a log")[0].starts_with("POST /__reset "));
    assert!(!done.stderr.contains("first state"), "{done:?}");
    let done = both(&[]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stderr.contains("not put back into its first state between 2 cassettes"), "{done:?}");
    let done = both(&["--reset", "POST /v1/nowhere"]);
    assert_eq!(done.code, 3, "{done:?}");
    assert!(done.stderr.contains("reset `POST /v1/nowhere`: expected a 2xx, the answer is 404"), "{done:?}");
}

#[test]
fn what_is_no_mock_is_told_what_one_is() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    fs::create_dir(directory.join("empty")).expect("made");
    fs::write(directory.join("prose.txt"), "Dear reader").expect("written");
    for (mock, text) in [
        ("nope", "no such file or directory"),
        ("foo:bar", "there is no kind of mock `foo`"),
        ("cmd:", "expected a command after `cmd:`"),
        ("transcript:nowhere.jsonl", "nowhere.jsonl: reading the mock"),
        ("empty", "there is no file in it"),
        ("prose.txt", "stubs of no kind that is known"),
        ("transcript:prose.txt", "prose.txt:1: expected JSON"),
        ("localhost:8080", "expected a base URL"),
    ] {
        let done = verify(directory, &["--mock", mock]);
        assert_eq!(done.code, 2, "{mock}: {done:?}");
        assert!(done.stderr.contains(text), "{mock}: expected `{text}` in {}", done.stderr);
    }
    let done = verify(directory, &["--mock", "nope"]);
    for kind in ["transcript:", "exec:", "cmd:", "http://"] {
        assert!(done.stderr.contains(kind), "{kind}: {}", done.stderr);
    }
    let done = verify(directory, &[]);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("no mock named"), "{done:?}");
}
