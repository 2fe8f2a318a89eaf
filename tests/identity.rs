//! The identity law: a cassette verified against its own replay has no findings. Over every cassette at hand.

use crate::support::{Done, Running, truetape};
use std::path::{Path, PathBuf};

const KEY: &str = "hs256:sandbox-signing-key-0123456789abcdef";

/// Every cassette of the library.
fn library() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("cassettes/library")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the library").flatten() {
            let path = entry.path();
            if path.is_dir() && !path.ends_with("blobs") {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() >= 3, "the library holds the registry and the sandbox: {found:?}");
    found
}

/// Verifies a cassette against its own replay, over sockets.
fn verified(cassette: &str, directory: &Path) -> Done {
    let replay = Running::start(&["replay", cassette], directory, 1);
    let done = truetape(
        &[
            "verify",
            cassette,
            "--mock",
            replay.url(),
            "--token-key",
            KEY,
            "--format",
            "json",
            "--timeout",
            "1",
        ],
        directory,
    );
    drop(replay);
    done
}

fn assert_agreed(name: &str, done: &Done) {
    let report: serde_json::Value =
        serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{name}: {e}: {done:?}"));
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(0), "{name}: {:#}", report["findings"]);
    assert_eq!(report["verdict"], "agreed", "{name}");
    assert!(report["checks"]["total"].as_u64() > Some(0), "{name}");
    assert_eq!(
        report["coverage"]["behaviours"], report["coverage"]["reproduced"],
        "{name}: {:#}",
        report["coverage"]
    );
}

#[test]
fn every_cassette_of_the_library_agrees_with_its_own_replay() {
    let directory = tempfile::tempdir().expect("a directory");
    for path in library() {
        let name = path.display().to_string();
        assert_agreed(&name, &verified(&name, directory.path()));
    }
}

#[test]
fn loading_and_saving_every_cassette_is_the_identity() {
    use cassettes::{
        redact::{Clean, Policy, PseudonymKey},
        store,
    };
    let policy =
        Policy::new(&Default::default(), Vec::new(), PseudonymKey([1; 32]), None).expect("the defaults");
    for path in library() {
        let loaded = store::load(&path).expect("loads");
        assert_eq!(loaded.notes, Vec::<String>::new(), "{}", path.display());
        let copy = tempfile::tempdir().expect("a directory");
        let target = copy.path().join(path.file_name().expect("a name"));
        // Cleaning what is clean changes nothing, whatever the key.
        let cleaned: Vec<Clean> =
            loaded.cassette.exchanges.iter().cloned().map(|e| policy.clean(e)).collect();
        for (clean, exchange) in cleaned.iter().zip(&loaded.cassette.exchanges) {
            let (again, before) = (clean.exchange(), exchange);
            let name = loaded.cassette.cite(exchange.id);
            assert_eq!((&again.redactions, &again.tokens), (&before.redactions, &before.tokens), "{name}");
            assert_eq!(again, before, "{name}");
        }
        store::save(&target, &loaded.cassette.header, &cleaned, &policy).expect("saves");
        assert_eq!(
            std::fs::read(&target).expect("bytes"),
            std::fs::read(&path).expect("bytes"),
            "{}",
            path.display()
        );
    }
}

#[test]
fn the_demo_ends_as_it_should() {
    let directory = tempfile::tempdir().expect("a directory");
    let done = truetape(&["demo"], directory.path());
    assert_eq!(done.code, 0, "{}\n{}", done.stdout, done.stderr);
    for rule in ["pagination-flattened", "not-found-invented", "token-accepted"] {
        assert!(done.stdout.contains(rule), "{rule}: {}", done.stdout);
    }
}
