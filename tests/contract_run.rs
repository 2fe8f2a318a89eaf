//! `contract run`, met as users meet it: services of all kinds, secrets, failures, files of every kind of wrong.

use crate::support::{
    run::{Done, truetape, truetape_with},
    upstream::Upstream,
};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// A service that says `7` for every item but for these.
fn service(others: &'static [(&'static str, u16, &'static str)]) -> Upstream {
    Upstream::json(move |asked| {
        let item = asked.target.rsplit('/').next().unwrap_or_default().to_owned();
        let other = others.iter().find(|(name, ..)| *name == item);
        other.map_or((200, r#"{"sold":7}"#.to_owned()), |(_, status, body)| (*status, (*body).to_owned()))
    })
}

fn run(directory: &Path, contract: &str, flags: &[&str]) -> Done {
    fs::write(directory.join("contract.yaml"), contract).expect("written");
    truetape(&[&["contract", "run", "contract.yaml"], flags].concat(), directory)
}

fn report(done: &Done) -> Value {
    serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"))
}

fn answers(report: &Value, case: usize) -> Vec<&str> {
    let answers = report["matrix"]["cases"][case]["answers"].as_array().expect("answers");
    answers.iter().filter_map(|cell| cell["answer"].as_str()).collect()
}

#[test]
fn failures_are_answers_of_their_own_and_spoil_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = service(&[("2", 402, r#"{"error":{"code":"card_declined"}}"#), ("9", 404, "{}")]);
    let two = service(&[("2", 402, r#"{"error":{"code":"card_declined"}}"#), ("9", 404, r#"{"a":1}"#)]);
    let slow = Upstream::start(|_, _| {
        std::thread::sleep(Duration::from_secs(20));
        false
    });
    let contract = format!(
        "number: sold
implementations:
  one: {{get: \"{}/{{item}}\", value: $.sold}}
  two: {{get: \"{}/{{item}}\", value: $.sold}}
  slow: {{get: \"{}/{{item}}\", value: $.sold}}
  gone: {{get: \"http://127.0.0.1:1/{{item}}\", value: $.sold}}
  program: {{exec: \"sh -c 'case $0 in 9) exit 4;; *) echo 7;; esac' {{item}}\", value: $}}
cases:
- {{name: plain, with: {{item: 1}}, expect: 7}}
- {{name: declined, with: {{item: 2}}}}
- {{name: unknown, with: {{item: 9}}, expect: not-found}}
",
        one.url, two.url, slow.url
    );
    let begun = Instant::now();
    let done = run(folder.path(), &contract, &["--timeout", "0.5", "--format", "json"]);
    assert!(begun.elapsed() < Duration::from_secs(15), "nobody waits for the slow one");
    assert_eq!(done.code, 1, "{done:?}");
    let report = report(&done);
    assert_eq!(answers(&report, 0), ["7", "7", "timeout", "refused", "7"]);
    assert_eq!(
        answers(&report, 1),
        ["error 402 card_declined", "error 402 card_declined", "timeout", "refused", "7"]
    );
    assert_eq!(answers(&report, 2), ["404", "404", "timeout", "refused", "exit 4"]);
    let outcomes: Vec<&str> = report["matrix"]["cases"]
        .as_array()
        .expect("cases")
        .iter()
        .filter_map(|c| c["outcome"].as_str())
        .collect();
    assert_eq!(outcomes, ["unanswered", "disagree", "disagree"]);
    let messages: Vec<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|f| f["message"].as_str())
        .collect();
    assert_eq!(messages.len(), 4, "one for each cause: {messages:#?}");
    for who in ["slow", "gone"] {
        assert!(
            messages.iter().any(|m| m.contains(&format!("`{who}` gave no answer to all 3 cases"))),
            "{messages:#?}"
        );
    }
}

#[test]
fn a_value_is_one_word_and_one_segment_whatever_it_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let echo = Upstream::json(|asked| (200, format!("{{\"n\":\"{}\"}}", asked.target)));
    let contract = format!(
        "number: n
implementations:
  web: {{get: \"{}/{{item}}?q={{item}}\", value: $.n}}
  program: {{exec: [printf, \"%s\", \"{{item}}\"], value: $}}
cases:
- {{name: hostile, with: {{item: \"a/b; touch owned\"}}}}
",
        echo.url
    );
    let done = run(folder.path(), &contract, &["--format", "json"]);
    let report = report(&done);
    let encoded = "a%2Fb%3B%20touch%20owned";
    assert_eq!(answers(&report, 0), [format!("\"/{encoded}?q={encoded}\"").as_str(), "a/b; touch owned"]);
    assert!(!folder.path().join("owned").exists());
}

#[test]
fn secrets_are_sent_and_never_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("truetape.yaml"), "secrets: {key: \"env:THE_KEY\"}\n").expect("written");
    let echo = Upstream::json(|asked| {
        (200, format!("{{\"n\":1,\"told\":\"{}\"}}", asked.header("authorization").unwrap_or("none")))
    });
    let contract = format!(
        "number: n
implementations:
  a: {{post: \"{0}/\", headers: {{Authorization: \"Bearer {{{{key}}}}\"}}, json: {{id: \"{{id}}\"}}, value: $.n}}
  b: {{get: \"{0}/{{id}}\", value: $.told}}
cases: [{{name: one, with: {{id: 1}}}}]
",
        echo.url
    );
    fs::write(folder.path().join("contract.yaml"), contract).expect("written");
    let secret = "v3ry-s3cret-value-91827";
    for form in ["json", "human", "html", "junit", "sarif", "github", "markdown"] {
        let arguments = ["contract", "run", "contract.yaml", "--format", form];
        let done = truetape_with(&arguments, folder.path(), &[("THE_KEY", secret)]);
        assert_eq!(done.code, 1, "{form}: {done:?}");
        assert!(!done.stdout.contains(secret) && !done.stderr.contains(secret), "{form}: {}", done.stdout);
        assert!(form == "github" || done.stdout.contains("{{key}}"), "{form}: {}", done.stdout);
    }
    let unset = truetape(&["contract", "run", "contract.yaml"], folder.path());
    assert_eq!(unset.code, 2, "{unset:?}");
}

#[test]
fn thousands_of_cases_are_reported_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (service(&[]), service(&[("700", 200, r#"{"sold":8}"#)]));
    let cases: String = (0..1000).map(|n| format!("- {{name: c{n}, with: {{item: {n}}}}}\n")).collect();
    let contract = format!(
        "number: sold\nimplementations:\n  one: {{get: \"{}/{{item}}\", value: $.sold}}\n  two: {{get: \"{}/{{item}}\", value: $.sold}}\ncases:\n{cases}",
        one.url, two.url
    );
    let done = run(folder.path(), &contract, &["--format", "json", "--concurrency", "8"]);
    let whole = report(&done);
    let rows = whole["matrix"]["cases"].as_array().expect("cases");
    assert_eq!(rows.len(), 1000);
    assert!(rows.iter().enumerate().all(|(n, row)| row["name"] == format!("c{n}")));
    assert_eq!(whole["findings"].as_array().map(Vec::len), Some(1));
    let human = run(folder.path(), &contract, &[]).stdout;
    assert!(
        human.contains("✗ c700") && human.contains("and 999 more cases") && human.lines().count() < 30,
        "{human}"
    );
    let only = run(folder.path(), &contract, &["--only", "c3", "--only", "c4"]);
    assert_eq!(only.code, 0, "{only:?}");
    assert!(only.stdout.contains("2 cases: 2 agree"), "{}", only.stdout);
}

#[test]
fn servers_are_started_for_the_run_and_ended_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    static SERIAL: AtomicU32 = AtomicU32::new(0);
    let mark = format!("contract-{}-{}", std::process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
    let script = "import http.server, os, sys
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'item,sold\\n1,\"7\"\\n2,10\\n'
        self.send_response(200); self.send_header('Content-Type', 'text/csv'); self.send_header('X-Sold', '7')
        self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.HTTPServer(('127.0.0.1', int(os.environ['PORT'])), H).serve_forever()
";
    fs::write(folder.path().join("served.py"), script).expect("written");
    let contract = format!(
        "number: sold
implementations:
  table: {{start: \"python3 served.py {mark}\", get: /all, value: \"$[?(@.item=='{{item}}')].sold\"}}
  field: {{start: \"python3 served.py {mark}\", get: /all, value: header X-Sold}}
  never: {{start: \"exit 3\", get: /all, value: $}}
cases:
- {{name: one, with: {{item: 1}}, expect: 7}}
"
    );
    let done = run(folder.path(), &contract, &["--format", "json"]);
    assert_eq!(answers(&report(&done), 0), ["7", "7", "not started"], "{done:?}");
    let left = std::process::Command::new("sh")
        .args(["-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '"])
        .output();
    let left = String::from_utf8_lossy(&left.expect("looked").stdout).into_owned();
    assert!(!left.contains(&mark), "nothing is left behind");
}

#[test]
fn what_proves_nothing_exits_3_and_what_makes_no_sense_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let head = "number: sold\nimplementations:\n  a: {get: \"http://127.0.0.1:1/{item}\", value: $.sold}\n  b: {get: \"http://127.0.0.1:1/{item}\", value: $.sold}\n";
    let none = run(folder.path(), &format!("{head}cases: []\n"), &[]);
    assert_eq!(none.code, 3, "{none:?}");
    let refused = run(folder.path(), &format!("{head}cases: [{{name: x, with: {{item: 1}}}}]\n"), &[]);
    assert_eq!(refused.code, 3, "two that are down agree on nothing: {refused:?}");
    for (contract, place, what) in [
        (format!("{head}cases:\n- {{name: x, wiht: {{item: 1}}}}\n"), ":6:13:", "did you mean `with`?"),
        (format!("{head}cases:\n- {{name: x}}\n"), ":6:10:", "has no `item`, which `a` is asked with"),
        (format!("{head}cases:\n- {{name: x, with: {{item: 1, itm: 2}}}}\n"), ":6:29:", "no implementation is asked with `itm`"),
        ("number: n\nimplementations:\n  a: {get: \"http://h/\", value: $.x, scale: 100}\ncases: []\n".to_owned(), ":3:3:", "compare: number"),
        ("number: n\nunit: euros\nimplementations:\n  a: {get: \"http://h/\", value: $.x, unit: cents}\ncases: []\n".to_owned(), ":4:3:", "`a` counts cents, and the contract euros"),
        ("number: n\nimplementations:\n  a: {exec: \"x {{{{key}}}}\", value: $}\ncases: []\n".replace("{{{{", "{{").replace("}}}}", "}}"), ":3:", "unknown secret `key`"),
        ("number: n\nimplementations:\n  a: {get: http://h/{item}, value: $}\ncases: []\n".to_owned(), ":3:", "put quotes around"),
        ("- 1\n".to_owned(), ":1:", "expected a contract"),
    ] {
        let done = run(folder.path(), &contract, &[]);
        assert_eq!(done.code, 2, "{contract}: {done:?}");
        assert!(done.stderr.contains(&format!("contract.yaml{place}")), "{place} in {}", done.stderr);
        assert!(done.stderr.contains(what) && done.stderr.contains("hint:"), "{what} in {}", done.stderr);
    }
}

#[test]
fn numbers_are_compared_as_the_contract_says() {
    let folder = tempfile::tempdir().expect("a folder");
    let euros = service(&[("1", 200, r#"{"sold":"1.234,50"}"#), ("0", 200, r#"{"sold":null}"#)]);
    let cents = service(&[("1", 200, r#"{"sold":123450}"#), ("0", 404, "{}")]);
    let contract = |head: &str, more: [&str; 2]| {
        format!(
            "number: sold\n{head}implementations:\n  a: {{get: \"{}/{{i}}\", value: $.sold{}}}\n  b: {{get: \"{}/{{i}}\", value: $.sold{}}}\ncases:\n- {{name: one, with: {{i: 1}}}}\n- {{name: none, with: {{i: 0}}}}\n",
            euros.url, more[0], cents.url, more[1]
        )
    };
    let said = "unit: euros\ncompare: number\nsame: [[null, not-found]]\n";
    let done =
        run(folder.path(), &contract(said, [", digits: \"1.234,56\"", ", unit: cents, scale: 100"]), &[]);
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stdout.contains("b (cents)"), "{}", done.stdout);
    let done = run(folder.path(), &contract("", ["", ""]), &["--format", "json"]);
    assert_eq!(done.code, 1);
    let report = report(&done);
    assert_eq!(answers(&report, 0), ["\"1.234,50\"", "123450"]);
    assert_eq!(answers(&report, 1), ["null", "404"]);
    let print = report["findings"][0]["fingerprint"].as_str().expect("a fingerprint");
    fs::write(
        folder.path().join("truetape.yaml"),
        format!("ignore: [{{finding: {print}, reason: known, until: 2099-01-01}}]\n"),
    )
    .expect("written");
    let done = run(folder.path(), &contract("", ["", ""]), &["--format", "json"]);
    assert_eq!(self::report(&done)["findings"].as_array().map(Vec::len), Some(1), "{done:?}");
}

#[test]
fn whoever_was_never_asked_or_never_answered_agrees_with_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let recorded =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boundaries/13-two-services/display.yaml");
    fs::copy(recorded, folder.path().join("display.yaml")).expect("copied");
    let one = service(&[("8", 401, "{}")]);
    let contract = |path: &str, cases: &str| {
        format!(
            "number: sold
implementations:
  a: {{get: \"{0}/{{item}}\", value: $.sold}}
  b: {{get: \"{0}/{{item}}\", value: $.sold}}
  recorded: {{cassette: display.yaml, get: \"{path}/{{item}}\", value: $.sold}}
  program: {{exec: \"echo 7\", value: $}}
cases:
{cases}",
            one.url
        )
    };
    let plain = "- {name: plain, with: {item: 1}, expect: 7}\n";
    let good = run(folder.path(), &contract("/items", plain), &[]);
    assert_eq!(good.code, 0, "{good:?}");
    let slip = run(folder.path(), &contract("/itms", plain), &[]);
    assert_eq!(slip.code, 1, "{slip:?}");
    assert!(
        slip.stdout.contains("`recorded` was never asked") && slip.stdout.contains("GET /items/1"),
        "{}",
        slip.stdout
    );
    let program = run(folder.path(), &contract("/items", plain), &["--url", "program=http://127.0.0.1:1"]);
    assert_eq!(program.code, 2, "a program has no URL: {program:?}");
    let refused = contract("/items", "- {name: locked, with: {item: 8}}\n");
    let refused = refused.lines().filter(|line| !line.contains("echo")).collect::<Vec<_>>().join("\n");
    let refused = run(folder.path(), &refused, &[]);
    assert_eq!(refused.code, 3, "two that ask for credentials agree on nothing: {refused:?}");
    assert!(refused.stdout.contains("`a` and `b` answer error 401"), "{}", refused.stdout);
}

#[test]
fn both_sides_stand_in_the_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (service(&[]), service(&[("1", 200, r#"{"sold":941}"#)]));
    let contract = format!(
        "number: sold\nimplementations:\n  one: {{get: \"{}/{{item}}\", value: $.sold}}\n  two: {{get: \"{}/{{item}}\", value: $.sold}}\ncases:\n- {{name: plain, with: {{item: 1}}}}\n",
        one.url, two.url
    );
    let page = run(folder.path(), &contract, &["--format", "html"]).stdout;
    let sides = page.split("class=\"sides\"").nth(1).and_then(|rest| rest.split("</pre></div></div>").next());
    let sides: Vec<&str> = sides.expect("two sides").split("<pre>").skip(1).collect();
    assert_eq!(sides.len(), 2);
    assert!(!sides[0].contains("941") && sides[1].contains("941"), "{sides:#?}");
}
