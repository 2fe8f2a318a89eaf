//! What becomes of a whole run of vendor drift: one answer to whatever is asked, one real side of two that is away, a
//! key that is another one, a mock that is not there, a wish that it stop.

use crate::support::drift::{DRIFT, drift, report};
use crate::support::{Running, Upstream, ask, get};
use cassettes::{
    json::Json,
    jwt::{Good, HmacKey, Jwt},
};
use serde_json::{Value, json};
use std::{
    io::Write as _,
    path::Path,
    sync::{Arc, Mutex},
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

const KEY: &[u8] = b"a key that signs tokens for this test";

/// A vendor whose ways can be changed.
struct Vendor {
    upstream: Upstream,
    way: Arc<Mutex<&'static str>>,
}

impl Vendor {
    fn start() -> Vendor {
        let way = Arc::new(Mutex::new(""));
        let ways = Arc::clone(&way);
        let upstream = Upstream::start(move |asked, stream| {
            let way = *ways.lock().expect("a way");
            let path = asked.target.as_str();
            let (status, media, more, body) = match way {
                "login" => {
                    (302, "", format!("Location: https://login.test/sso?next={path}\r\n"), String::new())
                }
                // Another nonce for each.
                "page" => (
                    200,
                    "text/html",
                    String::new(),
                    format!("<html><form><input value='{path}'></form></html>"),
                ),
                "empty" => (200, "", String::new(), String::new()),
                "closed" => (410, "application/json", String::new(), json!({"error": "sunset"}).to_string()),
                way => {
                    if way == "slow" {
                        sleep(Duration::from_millis(500));
                    }
                    let (status, body) = answer(path, asked.header("authorization"), way);
                    (status, "application/json", String::new(), body.to_string())
                }
            };
            let media = if media.is_empty() { String::new() } else { format!("Content-Type: {media}\r\n") };
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\n{media}{more}Content-Length: {length}\r\n\r\n");
            stream.write_all((head + &body).as_bytes()).is_ok()
        });
        Vendor { upstream, way }
    }

    fn becomes(&self, way: &'static str) {
        *self.way.lock().expect("a way") = way;
    }
}

fn answer(path: &str, credential: Option<&str>, way: &str) -> (u16, Value) {
    if path.starts_with("/v1/me") {
        let token = credential.and_then(|value| Jwt::parse(value.strip_prefix("Bearer ")?));
        let good = token.filter(|jwt| jwt.verdict(Some(&HmacKey(KEY.to_vec()))).as_str() == "good");
        let exp = good.as_ref().and_then(|jwt| jwt.claim("exp")?.scalar_text()?.parse::<i64>().ok());
        return match (good, exp) {
            (None, _) => (401, json!({"error": {"code": "bad_signature"}})),
            (_, Some(exp)) if exp > seconds() => (200, json!({"id": path, "plan": "gold"})),
            _ => (401, json!({"error": {"code": "token_expired"}})),
        };
    }
    match path {
        "/v1/none" => (404, json!({"error": {"code": "no_such_thing"}})),
        "/oauth/token" => (200, json!({"expires_in": 5})),
        _ if way == "renamed" => (200, json!({"path": path, "total": 100})),
        _ if way == "named otherwise" => (200, json!({"path": path, "sum": 100})),
        _ => (200, json!({"path": path, "amount": 100})),
    }
}

fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock");
    i64::try_from(since.as_secs()).expect("a moment")
}

fn token(life: i64) -> String {
    let (header, claims) = (
        r#"{"alg":"HS256","typ":"JWT"}"#.to_owned(),
        format!(r#"{{"sub":"u1","iat":{},"exp":{}}}"#, seconds(), seconds() + life),
    );
    let json = |text: &str| Json::parse(text.as_bytes()).expect("JSON");
    Good::of(json(&header), json(&claims))
        .token(Some(&HmacKey(KEY.to_vec())))
        .unwrap_or_else(|_| panic!("a token"))
}

const PLAIN: &[&str] = &["/v1/a", "/v1/b", "/v1/c", "/v1/none"];

fn record(upstreams: &[&Vendor], directory: &Path, flags: &[&str], asked: impl Fn(&str)) {
    let mut arguments = vec!["record", "--cassette", "c.yaml"];
    upstreams.iter().for_each(|vendor| arguments.extend(["--upstream", &vendor.upstream.url]));
    arguments.extend(flags);
    let recorder = Running::start(&arguments, directory, upstreams.len());
    recorder.urls.iter().for_each(|url| asked(url));
    assert_eq!(recorder.stop().code, 0);
}

fn plain(url: &str) {
    PLAIN.iter().for_each(|path| drop(get(url, path)));
}

fn only(report: &Value) -> &Value {
    let [finding] = report["findings"].as_array().expect("a list").as_slice() else { panic!("{report:#}") };
    finding
}

#[test]
fn one_answer_to_whatever_is_asked_is_one_finding_and_no_proposal() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(&[&vendor], directory, &[], plain);
    let ways = [
        ("login", "redirect-hidden", "302 to https://login.test/sso?next=/v1/…, 4 of 4 answers"),
        ("page", "success-shaped-failure", "200 text/html, 4 of 4 answers"),
        ("empty", "success-shaped-failure", "200 with no body, 4 of 4 answers"),
        ("closed", "success-refused", "410, 4 of 4 answers"),
    ];
    for (way, rule, said) in ways {
        vendor.becomes(way);
        let (code, report) = report(directory, &[]);
        let finding = only(&report);
        assert_eq!((code, finding["rule"].as_str()), (1, Some(rule)), "{way}: {report:#}");
        assert!(finding["message"].as_str().is_some_and(|text| text.ends_with(said)), "{way}: {report:#}");
        assert!(!directory.join("c.new.yaml").exists(), "{way}");
    }
}

#[test]
fn what_one_of_two_real_sides_does_says_nothing_of_the_other() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let (one, other) = (Vendor::start(), Vendor::start());
    record(&[&one, &other], directory, &[], plain);
    assert_eq!(drift(directory, &[]).code, 0);
    other.becomes("renamed");
    let (_, renamed) = report(directory, &["--no-propose"]);
    assert!(
        only(&renamed)["message"].as_str().is_some_and(|text| text.contains("is renamed")),
        "{renamed:#}"
    );
    other.becomes("page");
    let (_, page) = report(directory, &[]);
    let said = format!("200 text/html, 4 of 4 answers of {}", other.upstream.url);
    assert!(only(&page)["message"].as_str().is_some_and(|text| text.ends_with(&said)), "{page:#}");
    assert!(!directory.join("c.new.yaml").exists());
    let away = drift(directory, &["--upstream", &format!("{}=http://127.0.0.1:9", other.upstream.url)]);
    assert!(away.code == 3 && away.stderr.contains("nobody answers"), "{away:?}");
    let to = |port: &str| format!("{}=http://127.0.0.1:{port}", other.upstream.url);
    assert_eq!(drift(directory, &["--upstream", &to("9"), "--upstream", &to("8")]).code, 2);
}

#[test]
fn tokens_are_made_afresh_and_another_key_is_no_drift() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let key = String::from_utf8(KEY.to_vec()).expect("text");
    let right = format!("hs256:{key}");
    let vendor = Vendor::start();
    for flags in [&["--token-key", right.as_str()][..], &[]] {
        record(&[&vendor], directory, flags, |url| {
            let show = |path: &str, token: &str| {
                drop(ask(url, "GET", path, &[("authorization", &format!("Bearer {token}"))], b""));
            };
            let good = token(2);
            show("/v1/me", &good);
            show("/v1/me/plan", &good);
            show("/v1/me", &token(-60));
            show("/v1/me", &format!("{}AAAA", good.split_at(good.len() - 4).0));
            drop(get(url, "/v1/a"));
        });
        sleep(Duration::from_millis(2100));
        let (code, later) = report(directory, &["--token-key", &right]);
        assert_eq!((code, later["findings"].as_array().map(Vec::len)), (0, Some(0)), "{flags:?} {later:#}");
        // Whoever had no key cannot know what the real side had against a token.
        assert_eq!(later["drift"]["compared"], if flags.is_empty() { 4 } else { 5 }, "{flags:?} {later:#}");
        let strange = drift(directory, &["--token-key", "hs256:the key of somebody else altogether"]);
        assert!(strange.code == 3 && strange.stderr.contains("no token made with the key"), "{strange:?}");
        assert!(!directory.join("c.new.yaml").exists());
        std::fs::remove_file(directory.join("c.yaml")).expect("a file");
    }
}

#[test]
fn a_mock_that_cannot_be_asked_hides_no_drift() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(&[&vendor], directory, &[], plain);
    let mock = ["--no-propose", "--mock", "http://127.0.0.1:9"];
    let same = drift(directory, &mock);
    assert!(same.code == 3 && same.stderr.contains("could not ask the mock"), "{same:?}");
    vendor.becomes("renamed");
    let (code, told) = report(directory, &mock);
    assert_eq!((code, only(&told)["wrong"].as_str()), (1, Some("unknown")), "{told:#}");
}

#[test]
fn a_mock_that_does_neither_is_wrong_and_one_that_is_wrong_alone_is_noted() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let (vendor, mock) = (Vendor::start(), Vendor::start());
    record(&[&vendor], directory, &[], plain);
    mock.becomes("named otherwise");
    let flags = ["--no-propose", "--mock", &mock.upstream.url];
    let alone = drift(directory, &flags);
    assert!(alone.code == 0 && alone.stderr.contains("that did not change"), "{alone:?}");
    vendor.becomes("renamed");
    for (way, wrong) in [("named otherwise", "mock"), ("page", "mock"), ("renamed", "cassette")] {
        mock.becomes(way);
        let (_, told) = report(directory, &flags);
        assert_eq!(only(&told)["wrong"], wrong, "{way}: {told:#}");
    }
    assert!(!drift(directory, &flags).stderr.contains("that did not change"));
}

#[test]
fn a_route_that_fits_nothing_is_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(&[&vendor], directory, &[], |url| {
        drop(ask(url, "POST", "/oauth/token", &[], b"a=b"));
        drop(get(url, "/v1/a"));
    });
    let note = |route: &str| drift(directory, &["--allow", route]).stderr;
    let mistyped = note("POST /oauth/tokens");
    assert!(mistyped.contains("did you mean `POST /oauth/token`?"), "{mistyped}");
    assert!(!note("POST /oauth/token").contains("--allow"));
}

#[test]
fn a_run_that_is_stopped_ends_at_once_and_leaves_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    let vendor = Vendor::start();
    record(&[&vendor], directory, &[], plain);
    let before = std::fs::read(directory.join("c.yaml")).expect("a cassette");
    vendor.becomes("slow");
    let marked = "cmd:echo here > started; exec sleep 61";
    let asking: &[&str] = &["--since-last", "--no-history"];
    for more in [asking, &["--mock", marked, "--no-history"]] {
        let run = Running::start(&[DRIFT, more].concat(), directory, 0);
        let begun = Instant::now();
        while more.contains(&marked) && !directory.join("started").exists() {
            assert!(begun.elapsed() < Duration::from_secs(30), "the mock was not started");
            sleep(Duration::from_millis(20));
        }
        sleep(Duration::from_millis(700));
        let asked = Instant::now();
        let done = run.stop();
        assert!(done.code == 3 && done.stderr.contains("stopped before everything"), "{done:?}");
        assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
    }
    assert_eq!(std::fs::read(directory.join("c.yaml")).expect("a cassette"), before);
    let left: Vec<String> = std::fs::read_dir(directory.join(".truetape"))
        .expect("a directory")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("drift"))
        .collect();
    assert!(left.is_empty() && !directory.join("c.new.yaml").exists(), "{left:?}");
}
