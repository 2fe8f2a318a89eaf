//! A clone without the key of the pseudonyms that records: what the cassette knows is not asked again, in whichever
//! place a secret of it stands.

use crate::support::{Done, Running, ask, get, lives::Lives, truetape};
use std::{fs, path::Path};

/// What is not named as a secret, and looks like one.
const SECRET: &str = "ghp_aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gH3jK5";
const OF_ITS_FORM: &str = "ghp_bA4eD6hG8kJ1nM2qP4tS6wV8aZ1dC2hG4kJ6";
const HOOK: &str = "/services/T0A1B2C3D/B0A1B2C3D/aBcDeFgHiJkLmNoPqRsT1234";

/// A vendor whose ids and answers are new in every life.
fn start() -> Lives {
    Lives::start(|target, life, number| match target {
        "/orders" => (200, format!(r#"{{"orders":[{{"id":"ord_7f3k{life}q9z2m"}}],"life":{life}}}"#)),
        _ => (200, format!(r#"{{"life":{life},"number":{number}}}"#)),
    })
}

/// Records what these questions are answered; gives the bodies, and what the run said.
fn record(
    vendor: &Lives,
    base: &str,
    directory: &Path,
    more: &[&str],
    asked: &[(&str, String)],
) -> (Vec<String>, Done) {
    let upstream = format!("{}{base}", vendor.up.url);
    let arguments = [&["record", "--upstream", &upstream, "--cassette", "c.yaml"], more].concat();
    let recorder = Running::start(&arguments, directory, 1);
    let json = [("Content-Type", "application/json")];
    let body = |(target, body): &(&str, String)| match body.as_str() {
        "" => get(recorder.url(), target).body(),
        body => ask(recorder.url(), "POST", target, &json, body.as_bytes()).body(),
    };
    let bodies = asked.iter().map(|one| String::from_utf8_lossy(&body(one)).into_owned()).collect();
    (bodies, recorder.stop())
}

/// The cassette alone, as version control carries it.
fn cloned(directory: &Path) -> tempfile::TempDir {
    let clone = tempfile::tempdir().expect("a directory");
    fs::copy(directory.join("c.yaml"), clone.path().join("c.yaml")).expect("copied");
    clone
}

fn note(secret: &str, n: u32) -> (&'static str, String) {
    ("/notes", format!(r#"{{"note":"it is {secret}, keep it","n":{n}}}"#))
}

#[test]
fn what_is_known_is_not_recorded_again() {
    let home = tempfile::tempdir().expect("a directory");
    let vendor = start();
    let known = [note(SECRET, 1), (HOOK, "{}".to_owned())];
    let (first, _) = record(&vendor, "", home.path(), &[], &known);
    let before = fs::read_to_string(home.path().join("c.yaml")).expect("a cassette");
    assert!(!before.contains(SECRET) && !before.contains("aBcDeFgHiJkLmNoPqRsT1234"), "{before}");
    assert_eq!(vendor.asked().len(), 2);
    vendor.next_life();

    // Nothing but the known: no exchange is added, in whichever mode.
    for mode in ["once", "new"] {
        let clone = cloned(home.path());
        let (bodies, done) = record(&vendor, "", clone.path(), &["--mode", mode], &known);
        assert_eq!((done.code, vendor.asked(), &bodies), (0, vec![], &first), "{mode}: {done:?}");
        let after = fs::read_to_string(clone.path().join("c.yaml")).expect("a cassette");
        assert_eq!(after, before, "{mode}");
        let told = done.stderr.contains("another key of the pseudonyms than .truetape/pseudonym.key");
        assert_eq!(told, mode == "new", "who makes a key says so: {done:?}");
        assert_eq!(clone.path().join(".truetape").exists(), mode == "new", "who only replays makes none");
    }
    // What is not known is asked for: another question, and a secret of another form.
    let clone = cloned(home.path());
    let news = [known.to_vec(), vec![note(SECRET, 2), note(&SECRET.replace('5', "x"), 1)]].concat();
    let (bodies, done) = record(&vendor, "", clone.path(), &["--mode", "new"], &news);
    assert_eq!((done.code, vendor.asked().len(), &bodies[..2]), (0, 2, &first[..]), "{done:?}");
    assert!(done.stderr.contains("recorded 2, replayed 2, lost 0"), "{done:?}");
    let after = fs::read_to_string(clone.path().join("c.yaml")).expect("a cassette");
    assert!(after.starts_with(before.trim_end()) && !after.contains(SECRET), "{after}");
    // With the key a secret of the same form is another secret.
    let of_its_form = [note(OF_ITS_FORM, 1)];
    let (_, done) = record(&vendor, "", home.path(), &["--mode", "new"], &of_its_form);
    assert_eq!(vendor.asked().len(), 1, "{done:?}");
    assert!(!done.stderr.contains("pseudonyms"), "{done:?}");
}

#[test]
fn a_secret_in_the_base_url_is_no_other_upstream() {
    let home = tempfile::tempdir().expect("a directory");
    let vendor = start();
    let known = [("/me", String::new())];
    let (first, _) = record(&vendor, HOOK, home.path(), &[], &known);
    assert_eq!(vendor.asked(), [format!("{HOOK}/me")]);
    let clone = cloned(home.path());
    let (bodies, done) = record(&vendor, HOOK, clone.path(), &["--mode", "new"], &known);
    assert_eq!((done.code, vendor.asked(), bodies), (0, vec![], first), "{done:?}");
    // Another base URL is another upstream, of the same form or not.
    for base in ["/services", "/tenants/tenant-0001"] {
        let home = tempfile::tempdir().expect("a directory");
        record(&vendor, base, home.path(), &[], &known);
        let clone = cloned(home.path());
        vendor.asked();
        let other = base.replace('1', "2").replace("services", "servants");
        let (_, done) = record(&vendor, &other, clone.path(), &["--mode", "new"], &known);
        assert_eq!(vendor.asked(), [format!("{other}/me")], "{done:?}");
    }
}

#[test]
fn a_part_is_recorded_anew_and_what_hangs_on_it_is_known() {
    let home = tempfile::tempdir().expect("a directory");
    let vendor = start();
    let asked = |life: u32, secret: &str| {
        let body = format!(r#"{{"order":"ord_7f3k{life}q9z2m","note":"it is {secret}"}}"#);
        [("/orders", String::new()), ("/pay", body)]
    };
    record(&vendor, "", home.path(), &[], &asked(1, SECRET));
    vendor.asked();
    vendor.next_life();
    let part = ["--mode", "all", "--operation", "GET /orders"];
    let clone = cloned(home.path());
    for directory in [home.path(), clone.path()] {
        let (bodies, done) = record(&vendor, "", directory, &part, &asked(2, SECRET));
        assert_eq!((done.code, vendor.asked()), (0, vec!["/orders".to_owned()]), "{done:?}");
        assert!(bodies[0].contains("\"life\":2") && bodies[1].contains("\"life\":1"), "{bodies:?}");
    }
}

#[test]
fn a_contract_finds_what_was_recorded() {
    let home = tempfile::tempdir().expect("a directory");
    let vendor = start();
    let (first, _) = record(&vendor, "", home.path(), &[], &[note(SECRET, 1)]);
    let number =
        |body: &str| serde_json::from_str::<serde_json::Value>(body).expect("JSON")["number"].clone();
    let case = |directory: &Path, secret: &str| {
        let contract = format!(
            "number: notes
implementations:
  recorded: {{cassette: c.yaml, post: /notes, json: {{note: \"it is {secret}, keep it\", n: \"{{n}}\"}}, value: $.number}}
cases:
- {{name: one, with: {{n: 1}}, expect: {}}}
",
            number(&first[0])
        );
        fs::write(directory.join("contract.yaml"), contract).expect("written");
        truetape(&["contract", "run", "contract.yaml", "--format", "json"], directory)
    };
    let clone = cloned(home.path());
    for directory in [home.path(), clone.path()] {
        let done = case(directory, SECRET);
        assert_eq!(done.code, 0, "{done:?}");
        assert_ne!(case(directory, "nothing").code, 0);
    }
    assert_ne!(case(home.path(), OF_ITS_FORM).code, 0, "with the key it is another secret");
    // Of two of one form nobody knows which: that is said, and nothing is guessed.
    record(&vendor, "", home.path(), &["--mode", "new"], &[note(OF_ITS_FORM, 1)]);
    let clone = cloned(home.path());
    assert_eq!(case(home.path(), SECRET).code, 0);
    let done = case(clone.path(), SECRET);
    assert!(
        done.code != 0 && format!("{done:?}").contains("only the key of its pseudonyms tells apart"),
        "{done:?}"
    );
}
