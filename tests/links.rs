//! Absolute links lead back to us, for the client; the file keeps the originals.

use crate::support::{Running, Upstream, get, upstream};
use std::io::Write as _;

#[test]
fn next_links_and_locations_lead_back_and_originals_are_kept() {
    let vendor = Upstream::start(|asked, stream| {
        let own = format!("http://{}", asked.header("host").unwrap_or_default());
        let (head, body) = match asked.target.as_str() {
            "/moved" => (format!("HTTP/1.1 307 Moved\r\nLocation: {own}/list?page=1\r\n"), String::new()),
            "/list?page=1" => (
                format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLink: <{own}/list?page=2>; rel=\"next\"\r\n"
                ),
                format!(
                    r#"{{"data":[1],"next":"{own}/list?page=2","escaped":"{}"}}"#,
                    own.replace('/', "\\/")
                ),
            ),
            _ => (
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n".into(),
                r#"{"data":[2],"next":null}"#.into(),
            ),
        };
        let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).is_ok() && upstream::close(stream)
    });
    let walk = |url: &str| {
        let moved = get(url, "/moved").header("location").expect("a location");
        assert!(moved.starts_with(&format!("{url}/list")), "{moved} leads away from {url}");
        let target = moved.strip_prefix(url).expect("ours").to_owned();
        let first = get(url, &target);
        let page: serde_json::Value = serde_json::from_slice(&first.body()).expect("json");
        let next = page["next"].as_str().expect("a next page").to_owned();
        assert_eq!(first.header("link").as_deref(), Some(format!("<{next}>; rel=\"next\"").as_str()));
        assert_eq!(page["escaped"], url);
        assert_eq!(first.header("content-length"), Some(first.body().len().to_string()), "the frame fits");
        assert!(first.text().contains("\\/\\/"), "escaped slashes stay escaped");
        let last = get(url, next.strip_prefix(url).expect("ours"));
        assert_eq!(last.body(), br#"{"data":[2],"next":null}"#);
    };
    let directory = tempfile::tempdir().expect("a directory");
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory.path(), 1);
    let recorder_url = recorder.url().to_owned();
    walk(&recorder_url);
    assert_eq!(recorder.stop().code, 0);
    let text = std::fs::read_to_string(directory.path().join("c.yaml")).expect("a cassette");
    assert!(text.contains(&format!("Location: {}/list?page=1", vendor.url)), "{text}");
    assert!(text.contains(&format!("\"next\": \"{}/list?page=2\"", vendor.url).replace(": ", ":")), "{text}");
    assert!(!text.contains(&recorder_url), "the recorder's own address is nowhere in the file");
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    walk(replay.url());
    let done = replay.stop();
    assert_eq!(done.code, 0, "{done:?}");
}

#[test]
fn several_upstreams_have_a_listener_each_and_lead_to_one_another() {
    let files = Upstream::json(|_| (200, r#"{"file":1}"#.into()));
    let other = files.url.clone();
    let api = Upstream::json(move |_| (200, format!(r#"{{"download":"{other}/file"}}"#)));
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = Running::start(
        &["record", "--upstream", &api.url, "--upstream", &files.url, "--cassette", "c.yaml"],
        directory.path(),
        2,
    );
    let walk = |api: &str, files: &str| {
        let page: serde_json::Value = serde_json::from_slice(&get(api, "/x").body()).expect("json");
        assert_eq!(page["download"], format!("{files}/file"));
        assert_eq!(get(files, "/file").body(), br#"{"file":1}"#);
    };
    walk(&recorder.urls[0], &recorder.urls[1]);
    assert_eq!(recorder.stop().code, 0);
    let replay = Running::start(&["replay", "c.yaml", "--repeat"], directory.path(), 3);
    walk(&replay.urls[1], &replay.urls[2]);
    walk(&replay.urls[0], &replay.urls[0]);
    assert_eq!(replay.stop().code, 0);
}
