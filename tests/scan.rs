//! `scan` finds secrets in any text, and `record` does not write what it would report for certain.

use crate::support::{Running, Upstream, ask, truetape, upstream};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{collections::BTreeMap, io::Write as _, path::Path};

/// In two parts: whoever scans this file finds nothing.
const KEY: &str = concat!("glp", "at-q8Wm2Zx5Vb7Nc1Kd9Rt4");

fn write(directory: &Path, name: &str, text: &str) {
    let path = directory.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
    std::fs::write(path, text).expect("written");
}

fn scan(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let run = truetape(&[&["scan"], arguments].concat(), directory);
    (run.code, run.stdout, run.stderr)
}

#[test]
fn a_directory_is_walked_and_what_others_made_is_not() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    write(at, "a/notes.txt", &format!("one\n  key: {KEY}\n"));
    write(at, "node_modules/x.js", &format!("'{KEY}'"));
    write(at, "b.bin", &format!("\0\0\0\0\0\0\0\0\0\0\0\0{KEY}"));
    let (code, out, err) = scan(at, &[".", "--format", "json"]);
    assert_eq!(code, 1, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let places: Vec<String> = findings.iter().map(|f| f["other"]["location"].to_string()).collect();
    assert_eq!(places, [r#"{"file":"a/notes.txt","line":2}"#, r#"{"file":"b.bin","line":1}"#], "{out}");
    assert_eq!(findings[0]["other"]["pointer"], "column 8");
    assert!(!out.contains(&KEY[..8]) && !err.contains(&KEY[..8]), "never the secret: {out}");
    // Named, it is walked.
    assert_eq!(scan(at, &["node_modules"]).0, 1);
    assert_eq!(scan(at, &["a", "--skip", "gitlab-token"]).0, 0);
    assert_eq!(scan(at, &["a", "--only", "github-token"]).0, 0);
    let (code, _, err) = scan(at, &["a", "--only", "gitlab"]);
    assert!(code == 2 && err.contains("gitlab-token"), "{err}");
}

#[test]
fn every_form_names_file_and_line_and_an_ignore_hides_for_a_while() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    write(at, "x.txt", &format!("\n\n{KEY}\n"));
    for form in ["human", "sarif", "github", "junit", "html", "markdown"] {
        let (code, out, _) = scan(at, &["x.txt", "--format", form]);
        assert_eq!(code, 1);
        assert!(out.contains("x.txt") && out.contains("glpa…") && !out.contains(KEY), "{form}: {out}");
    }
    let (_, out, _) = scan(at, &["x.txt", "--format", "sarif"]);
    let sarif: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let region = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((region["startLine"].as_u64(), region["startColumn"].as_u64()), (Some(3), Some(1)));
    let (_, out, _) = scan(at, &["x.txt", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let print = report["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    write(
        at,
        "truetape.yaml",
        &format!("ignore:\n- {{finding: '{print}', reason: a test, until: 2999-01-01}}\n"),
    );
    assert_eq!(scan(at, &["x.txt"]).0, 0);
    write(at, "truetape.yaml", "scan: {allow: [gitlab-token]}\n");
    assert_eq!(scan(at, &["x.txt"]).0, 0);
}

#[test]
fn nothing_to_scan_is_no_agreement_and_what_cannot_be_read_is_said() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    assert_eq!(scan(at, &[]).0, 3);
    std::fs::create_dir(at.join("cassettes")).expect("made");
    assert_eq!(scan(at, &[]).0, 3, "an empty directory");
    let (code, _, err) = scan(at, &["gone.txt"]);
    assert!(code == 2 && err.contains("gone.txt"), "{err}");
    write(at, "cassettes/c.yaml", "truetape: 1\nexchanges: nonsense\n");
    assert_eq!(scan(at, &[]).0, 2);
    let (code, out, _) = scan(at, &["--kinds"]);
    assert!(
        code == 0 && out.lines().count() >= 200 && out.contains("gitlab-token: a GitLab token (certain)")
    );
}

/// A vendor that answers with a key inside base64, where nothing can take it out and keep what was sent.
fn vendor() -> Upstream {
    Upstream::start(|asked, stream| {
        let inner = STANDARD.encode(format!("config:\n  key: {KEY}\n"));
        let body = match asked.target.as_str() {
            "/plain" => format!(r#"{{"note":"use {KEY}"}}"#),
            "/coded" => format!(r#"{{"file":{{"content":"{inner}"}}}}"#),
            _ => "{}".to_owned(),
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(head.as_bytes()).is_ok() && upstream::close(stream)
    })
}

#[test]
fn what_cannot_be_taken_out_is_not_written() {
    let vendor = vendor();
    for (allow, code) in [(&[][..], 3), (&["--allow-secret", "gitlab-token"][..], 0)] {
        let directory = tempfile::tempdir().expect("a directory");
        let arguments = [&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], allow].concat();
        let recorder = Running::start(&arguments, directory.path(), 1);
        for target in ["/plain", "/coded", "/clean"] {
            let answer = ask(recorder.url(), "GET", target, &[], b"");
            assert_eq!(
                answer.body(),
                ask(&vendor.url, "GET", target, &[], b"").body(),
                "the client sees the truth"
            );
        }
        let run = recorder.stop();
        assert_eq!(run.code, code, "{}", run.stderr);
        let text = std::fs::read_to_string(directory.path().join("c.yaml")).expect("a cassette");
        assert!(!text.contains(KEY), "taken out where it can be");
        let inside = text.contains(&STANDARD.encode(format!("config:\n  key: {KEY}\n")));
        assert_eq!(inside, code == 0, "written only where it is allowed by name");
        if code == 3 {
            let told = "GET /coded: it holds a GitLab token (gitlab-token) at reply json /file/content within base64: glpa…";
            assert!(
                run.stderr.contains(told) && run.stderr.contains("--allow-secret gitlab-token"),
                "{}",
                run.stderr
            );
        } else {
            let (found, out, _) = scan(directory.path(), &["c.yaml", "--format", "json"]);
            assert_eq!(found, 1);
            assert!(out.contains("c.yaml#2") && out.contains("reply json /file/content"), "{out}");
        }
    }
}

#[test]
fn recordings_of_others_give_what_was_looked_at() {
    let Some(corpora) = std::env::var_os("TRUETAPE_CORPORA") else {
        eprintln!("TRUETAPE_CORPORA is not set: nothing was read");
        return;
    };
    let run = truetape(&["scan", &corpora.to_string_lossy(), "--format", "json"], Path::new("."));
    let report: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
    for finding in report["findings"].as_array().expect("findings") {
        let message = finding["message"].as_str().expect("a message");
        let what = message.strip_prefix("found ").expect("a kind").split(" (").next().unwrap_or_default();
        let what = what.split(" within").next().unwrap_or_default();
        let what = what.split(" in ").next().unwrap_or_default();
        *kinds.entry(what.to_owned()).or_default() += finding["places"].as_u64().expect("a count");
    }
    let kinds: Vec<(&str, u64)> = kinds.iter().map(|(kind, n)| (kind.as_str(), *n)).collect();
    // Tokens, client secrets and passwords of test accounts that their owners recorded as they were; presigned
    // URLs carry the id of the key that signed them; one certificate was uploaded with its private key.
    assert_eq!(
        kinds,
        [
            ("a bearer token", 14),
            ("a private key", 1),
            ("a signed token", 25),
            ("a value that its name gives away", 53),
            ("an AWS access key id", 3),
        ]
    );
}

#[test]
fn cassettes_of_the_library_are_clean() {
    let library = concat!(env!("CARGO_MANIFEST_DIR"), "/cassettes/library");
    let run = truetape(&["scan", library], Path::new("."));
    assert_eq!(run.code, 0, "{}", run.stdout);
}
