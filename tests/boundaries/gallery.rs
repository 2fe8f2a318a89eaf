//! `docs/boundaries.md`: its prose is written by hand, the blocks below its markers are what files hold and
//! what the binary prints.
//!
//! `<!-- show PATH -->` is followed by a file of this folder, `<!-- show PATH#NAME -->` by the part of it between
//! the comments `>> NAME` and `<< NAME`, `<!-- run FOLDER MOCK -->` by a run of `verify`, `<!-- audit FOLDER CLIENT -->`
//! by an audited replay, `<!-- drift FOLDER CLIENT -->` by a run of `drift client`,
//! `<!-- contract FOLDER RUN -->` by a run of `contract run`, `<!-- find FOLDER NUMBER -->` by one of `contract find`.

use crate::{CASES, CONDUCTS, CONTRACTS, DRIFTS, check};
use std::{
    fs,
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/boundaries.md")
}

/// What a run of this name looks like.
pub(crate) type Shown<'s> = &'s dyn Fn(&str) -> String;

/// Checks the blocks of one case, or writes them. `run` gives the blocks of its mocks, or of its clients.
pub(crate) fn check(folder: &str, (kind, run): (&str, Shown<'_>), blessed: bool) {
    let mut file = fs::File::options().read(true).write(blessed).open(page()).expect("the gallery");
    if blessed {
        // Other cases write theirs at the same time.
        file.lock().expect("a lock");
    }
    let mut text = String::new();
    file.read_to_string(&mut text).expect("the gallery reads");
    let fresh = renewed(&text, &|marker| block(marker, folder, (kind, run)));
    if blessed && fresh != text {
        file.set_len(0).and_then(|()| file.rewind()).expect("room");
        file.write_all(fresh.as_bytes()).expect("the gallery is written");
    } else {
        let who = format!("what docs/boundaries.md shows of {folder}");
        check::same(&who, &uncounted(&text), &uncounted(&fresh));
    }
}

/// The page without its counts of checks: they grow with every new rule, whatever it has to say.
fn uncounted(text: &str) -> String {
    let digits = |c: char| c.is_ascii_digit();
    let lines = text.lines().map(|line| match line.split_once(" · ") {
        Some((word, rest)) if rest.contains(" checks by ") => {
            let (_, after) = rest.split_once(" checks by ").unwrap_or_default();
            format!("{word} · {}", after.trim_start_matches(digits))
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The page with the blocks of one case as they are now.
fn renewed(text: &str, block: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, marker, after)) = next_marker(rest) {
        out.push_str(before);
        out.push_str(marker);
        rest = after;
        if let Some(block) = block(marker) {
            out.push_str(&block);
            rest = after_block(after);
        }
    }
    out + rest
}

/// What stands before a marker, its line, and what comes after it.
fn next_marker(text: &str) -> Option<(&str, &str, &str)> {
    let at = ["<!-- show ", "<!-- run ", "<!-- audit ", "<!-- drift ", "<!-- contract ", "<!-- find "]
        .iter()
        .filter_map(|start| text.find(start))
        .min()?;
    let end = at + text[at..].find('\n')? + 1;
    Some((&text[..at], &text[at..end], &text[end..]))
}

fn after_block(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("```") else { return text };
    rest.find("\n```\n").map_or("", |at| &rest[at + 5..])
}

/// The block that a marker of this case asks for.
fn block(marker: &str, of: &str, (kind, run): (&str, Shown<'_>)) -> Option<String> {
    let words: Vec<&str> =
        marker.trim_start_matches("<!-- ").trim_end().trim_end_matches(" -->").split(' ').collect();
    match words[..] {
        ["show", place] if place.split('/').next() == Some(of) => {
            let (path, part) = place.split_once('#').map_or((place, None), |(path, part)| (path, Some(part)));
            Some(shown(path, part))
        }
        [wanted, folder, name] if wanted == kind && folder == of => Some(run(name)),
        _ => None,
    }
}

fn shown(path: &str, part: Option<&str>) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boundaries").join(path);
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
    let language = match file.extension().and_then(|e| e.to_str()) {
        Some("rs") => "rust",
        Some("json" | "jsonl") => "json",
        Some("yaml" | "yml") => "yaml",
        Some(other) => other,
        None => "",
    };
    let lines: Vec<&str> = match part {
        None => text.lines().collect(),
        Some(part) => {
            let (open, close) = (format!(">> {part}"), format!("<< {part}"));
            let lines = text.lines().skip_while(|line| !line.ends_with(&open)).skip(1);
            lines.take_while(|line| !line.ends_with(&close)).collect()
        }
    };
    assert!(!lines.is_empty(), "{path}: there is no {part:?}");
    let indent = |line: &str| line.len() - line.trim_start().len();
    let least = lines.iter().filter(|l| !l.trim().is_empty()).map(|l| indent(l)).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(least..).unwrap_or_default()).collect();
    format!("```{language}\n{}\n```\n", lines.join("\n"))
}

#[test]
fn every_marker_belongs_to_a_case_and_every_case_is_shown() {
    let text = fs::read_to_string(page()).expect("the gallery");
    let mut rest = text.as_str();
    let mut runs = Vec::new();
    let kinds = CASES.iter().map(|case| ("run", case.folder));
    let kinds = kinds.chain(CONDUCTS.iter().map(|conduct| ("audit", conduct.folder)));
    let kinds =
        kinds.chain(CONTRACTS.iter().flat_map(|one| [("contract", one.folder), ("find", one.folder)]));
    let kinds: Vec<_> = kinds.chain(DRIFTS.iter().map(|drift| ("drift", drift.folder))).collect();
    while let Some((_, marker, after)) = next_marker(rest) {
        let words: Vec<&str> = marker.split([' ', '/']).collect();
        assert!(kinds.iter().any(|(_, folder)| *folder == words[2]), "whose is {marker}");
        runs.push((words[1], words[2]));
        rest = after;
    }
    for (kind, folder) in kinds {
        assert!(runs.contains(&(kind, folder)), "the gallery shows no {kind} of {folder}");
    }
}
