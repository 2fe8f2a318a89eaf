//! The house's laws, each a test. `docs/architecture.md` says what they are for.

#[path = "tidy/modules.rs"]
mod modules;
#[path = "tidy/shelves.rs"]
mod shelves;
#[path = "tidy/sources.rs"]
mod sources;

use sources::{CRATES, below, code_of, read};
use std::collections::BTreeSet;

/// No file of Rust is longer.
const LONGEST: usize = 400;

/// Which crates of the house each may name. Whoever is not listed may name nobody.
const LAYERS: [(&str, &[&str]); 6] = [
    ("cassettes", &[]),
    ("wire", &["cassettes"]),
    ("verify", &["cassettes"]),
    ("recorder", &["cassettes", "wire"]),
    ("replayer", &["cassettes", "wire"]),
    (".", &["cassettes", "recorder", "replayer", "verify", "wire"]),
];

/// What a crate must not be built from: the pure ones hold no runtime, replay holds no HTTP client.
const OUTSIDERS: [(&str, &[&str]); 3] = [
    ("cassettes", &["tokio", "hyper", "axum", "reqwest", "rustls", "socket2"]),
    ("verify", &["tokio", "hyper", "axum", "reqwest", "rustls", "socket2", "tempfile"]),
    ("replayer", &["hyper", "reqwest", "rustls"]),
];

/// What code of a crate must not name; the second part are the places that may.
const FORBIDDEN: [(&str, &[&str], &[&str]); 7] = [
    ("cassettes", &["std::fs", "std::net", "std::process", "tempfile::"], &["cassettes/src/store/"]),
    ("cassettes", &["std::env", "SystemTime", "Instant", "tokio::"], &[]),
    ("verify", &["std::fs", "std::net", "std::process", "std::env", "SystemTime", "Instant", "tokio::"], &[]),
    ("replayer", &["wire::client", "TcpStream", "std::env"], &[]),
    // A test that starts a replay is a program of its own, and nobody tells it the time.
    ("replayer", &["SystemTime"], &["replayer/src/testing/"]),
    ("recorder", &["std::env", "SystemTime"], &[]),
    ("wire", &["std::env", "SystemTime"], &[]),
];

fn check(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The lines of a manifest's dependency tables.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]") && !line.starts_with("[workspace");
        } else if inside {
            found.push(line.to_owned());
        }
    }
    found
}

fn name_of(dependency: &str) -> &str {
    dependency.split(['=', '.', ' ']).next().unwrap_or_default()
}

#[test]
fn each_crate_names_only_the_layers_below_it() {
    let mut faults = Vec::new();
    for (krate, below) in LAYERS {
        let manifest = read(&format!("{krate}/Cargo.toml"));
        let named = dependencies(&manifest);
        for name in named.iter().map(|line| name_of(line)) {
            let house = name == "truetape" || CRATES.contains(&name);
            if house && !below.contains(&name) {
                faults.push(format!("{krate}/Cargo.toml: may name {below:?}, names {name}"));
            }
            if OUTSIDERS.iter().any(|(of, outsiders)| *of == krate && outsiders.contains(&name)) {
                faults.push(format!("{krate}/Cargo.toml: must not be built from {name}"));
            }
        }
    }
    check(&faults);
}

#[test]
fn versions_stand_in_the_workspace_alone() {
    let mut faults = Vec::new();
    for krate in CRATES {
        let path = format!("{krate}/Cargo.toml");
        let manifest = read(&path);
        for line in dependencies(&manifest) {
            if !line.contains(".workspace = true") && !line.contains("workspace = true") {
                faults.push(format!("{path}: give the version in the workspace's table: {line}"));
            }
        }
        if !manifest.contains("[lints]\nworkspace = true") {
            faults.push(format!("{path}: take the workspace's lints"));
        }
    }
    // It breaks untagged, tagged and flattened numbers everywhere; the model keeps number text itself.
    for source in below(".", &["Cargo.toml"]) {
        let used = |line: &str| line.contains("arbitrary_precision") && !line.trim_start().starts_with('#');
        if source.text.lines().any(used) {
            faults.push(format!("{}: serde_json must not have arbitrary_precision", source.path));
        }
    }
    check(&faults);
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let mut faults = Vec::new();
    for krate in CRATES {
        let graph = modules::graph(krate, &code_of(krate));
        let cycles = modules::cycles(&graph);
        faults.extend(cycles.iter().map(|cycle| {
            let edges: Vec<String> = cycle
                .iter()
                .flat_map(|from| {
                    graph[from]
                        .iter()
                        .filter(|to| cycle.contains(to))
                        .map(move |to| format!("{from} -> {to}"))
                })
                .collect();
            format!("{krate}: a circle of modules: {}", edges.join(", "))
        }));
    }
    check(&faults);
}

#[test]
fn no_file_is_too_long_to_read() {
    let long = below(".", &[".rs"]).into_iter().filter(|source| source.text.lines().count() > LONGEST);
    let told = long.map(|s| format!("{}: {} lines; at most {LONGEST}", s.path, s.text.lines().count()));
    check(&told.collect::<Vec<_>>());
}

#[test]
fn pure_code_names_no_disk_no_clock_no_socket() {
    let mut faults = Vec::new();
    for (krate, words, places) in FORBIDDEN {
        for source in code_of(krate) {
            if places.iter().any(|place| source.path.starts_with(place)) {
                continue;
            }
            for word in words.iter().filter(|word| modules::names(&source.text, word)) {
                faults.push(format!("{}: must not name {word}", source.path));
            }
        }
    }
    check(&faults);
}

#[test]
fn the_program_reads_its_surroundings_in_one_place() {
    let mut faults = Vec::new();
    for source in code_of(".").iter().filter(|source| source.path != "src/env.rs") {
        for word in ["std::env", "SystemTime"] {
            if modules::names(&source.text, word) {
                faults.push(format!("{}: {word} belongs in src/env.rs", source.path));
            }
        }
    }
    check(&faults);
}

#[test]
fn every_shelf_lists_what_stands_on_it() {
    let shelves = shelves::all();
    assert!(!shelves.is_empty(), "no shelf was found: look at how items name themselves");
    check(&shelves.iter().filter_map(shelves::relist).collect::<Vec<_>>());
}

#[test]
fn every_item_has_a_page_with_examples_that_fire_and_stay_quiet() {
    let mut faults = Vec::new();
    for shelf in shelves::all() {
        let mut names = BTreeSet::new();
        for item in &shelf.items {
            faults.extend(shelves::faults(item));
            if !names.insert(item.meta.name) {
                faults.push(format!("{}: another item has its name", item.path));
            }
        }
    }
    check(&faults);
}

#[test]
fn every_file_says_what_it_is() {
    let mut faults = Vec::new();
    for krate in CRATES {
        for source in below(&format!("{krate}/src"), &[".rs"]) {
            if !sources::is_test(&source.path) && !source.text.starts_with("//!") {
                faults.push(format!("{}: begin with a `//!` sentence", source.path));
            }
        }
    }
    check(&faults);
}

#[test]
fn nothing_is_left_undone_and_no_machine_is_named() {
    // Put together here, so that this file does not say them.
    let unfinished = [
        concat!("to", "do!("),
        concat!("unimplem", "ented!("),
        concat!("#[ig", "nore"),
        concat!("FIX", "ME"),
    ];
    let places =
        [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];
    let mut faults = Vec::new();
    let ends = [".rs", ".md", ".toml", ".py", ".sh", ".mjs", ".json", ".yaml", ".yml"];
    for source in below(".", &ends) {
        for word in unfinished.iter().chain(&places).filter(|word| source.text.contains(**word)) {
            faults.push(format!("{}: must not say {word}", source.path));
        }
    }
    check(&faults);
}
