//! Shelves: folders whose files are items, each with its page.

use super::sources::{Source, below, root};
use cassettes::meta::Meta;
use std::collections::BTreeMap;

/// Kinds of items that judge nothing: they have no example on which to fire or to stay quiet.
const MAKERS: [&str; 5] = ["Command", "Format", "Lesson", "MockFormat", "Reporter"];

/// A folder with items.
pub(crate) struct Shelf {
    pub(crate) folder: String,
    pub(crate) items: Vec<Item>,
}

/// One item's file.
pub(crate) struct Item {
    pub(crate) path: String,
    /// Without `.rs`.
    pub(crate) stem: String,
    /// The static that holds it.
    pub(crate) constant: String,
    /// The static's type: `Rule`.
    pub(crate) kind: String,
    /// Its name and page.
    pub(crate) meta: Meta,
}

/// Every shelf of the workspace, found by its items.
pub(crate) fn all() -> Vec<Shelf> {
    let mut shelves: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for source in below(".", &[".rs"]) {
        let Some((folder, file)) = source.path.rsplit_once('/') else { continue };
        if let Some(item) = item(&source, file) {
            shelves.entry(folder.to_owned()).or_default().push(item);
        }
    }
    shelves.into_iter().map(|(folder, items)| Shelf { folder, items }).collect()
}

/// A file is an item if a static of its own names the file itself as its page.
fn item(source: &Source, file: &str) -> Option<Item> {
    let (before, after) = source.text.split_once("Meta::new(\"")?;
    let (name, after) = after.split_once('"')?;
    if !after.trim_start_matches([',', ' ', '\n']).starts_with(&format!("include_str!(\"{file}\")")) {
        return None;
    }
    let (constant, kind) = before.rsplit_once("static ")?.1.split_once(':')?;
    let kind = kind.split('=').next()?.trim().rsplit("::").next()?;
    let leak = |text: &str| -> &'static str { text.to_owned().leak() };
    Some(Item {
        path: source.path.clone(),
        stem: file.trim_end_matches(".rs").to_owned(),
        constant: constant.trim().to_owned(),
        kind: kind.to_owned(),
        meta: Meta::new(leak(name), leak(&source.text)),
    })
}

/// What is wrong with an item's page or name.
pub(crate) fn faults(item: &Item) -> Vec<String> {
    let mut faults = Vec::new();
    let meta = &item.meta;
    let mut must = |holds: bool, what: &str| {
        if !holds {
            faults.push(format!("{}: {what}", item.path));
        }
    };
    let kebab = !meta.name.is_empty()
        && meta
            .name
            .split('-')
            .all(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
    must(kebab, "its name is not kebab-case");
    must(meta.name == item.stem.replace('_', "-"), "its name is not that of its file");
    must(
        meta.page().lines().next() == Some(&format!("# {}", meta.name)),
        "its page does not begin with `# name`",
    );
    must(!meta.summary().is_empty(), "its page has no sentence under the title");
    must(
        meta.section("Why it matters").is_some_and(|text| !text.trim().is_empty()),
        "no `## Why it matters`",
    );
    if item.kind == "MockFormat" {
        must(!meta.examples("Understands").is_empty(), "no example under `## Understands`");
        must(!meta.examples("Does not understand").is_empty(), "no example under `## Does not understand`");
    }
    if item.kind == "Lesson" {
        must(!meta.examples("Shows").is_empty(), "no example under `## Shows`");
    }
    if !MAKERS.contains(&item.kind.as_str()) {
        must(!meta.examples("Fires").is_empty(), "no example under `## Fires`");
        must(!meta.examples("Quiet").is_empty(), "no example under `## Quiet`");
    }
    faults
}

/// Writes a shelf's `mod` lines and list anew if they differ from its folder, and says so.
pub(crate) fn relist(shelf: &Shelf) -> Option<String> {
    let path = root().join(&shelf.folder).join("mod.rs");
    let text = std::fs::read_to_string(&path).ok()?;
    let listed = listed(&text, shelf);
    if listed == text {
        return None;
    }
    std::fs::write(&path, listed).ok()?;
    Some(format!(
        "{}/mod.rs did not list what is in its folder; it does now: look at it and run again",
        shelf.folder
    ))
}

/// `mod.rs` with a `mod` line and a place in the list for each item, and none for what is not there.
fn listed(text: &str, shelf: &Shelf) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let exists = |stem: &str| {
        let folder = root().join(&shelf.folder);
        folder.join(format!("{stem}.rs")).exists() || folder.join(stem).is_dir()
    };
    let mod_name = |line: &str| {
        let line = line
            .trim_start_matches("pub ")
            .trim_start_matches("pub(super) ")
            .trim_start_matches("pub(crate) ");
        Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned())
    };
    let reference = |item: &Item| format!("&{}::{}", item.stem, item.constant);
    // A file that went takes its `mod` line and its places with it.
    let gone: Vec<String> =
        lines.iter().filter_map(|l| mod_name(l)).filter(|n| n != "tests" && !exists(n)).collect();
    lines.retain(|line| mod_name(line).is_none_or(|name| !gone.contains(&name)));
    lines.retain(|line| !gone.iter().any(|name| line.trim().starts_with(&format!("&{name}::"))));
    for item in &shelf.items {
        if !lines.iter().any(|line| mod_name(line).as_deref() == Some(&item.stem)) {
            let line = format!("mod {};", item.stem);
            let later = lines.iter().position(|l| mod_name(l).is_some_and(|name| name > item.stem));
            let last = lines.iter().rposition(|l| mod_name(l).is_some()).map(|at| at + 1);
            let first = lines.iter().position(|l| !l.starts_with("//!") && !l.is_empty());
            lines.insert(later.or(last).or(first).unwrap_or(lines.len()), line);
        }
        let wanted = reference(item);
        if !lines.iter().any(|line| line.contains(&wanted)) {
            enlist(&mut lines, &wanted);
        }
    }
    lines.join("\n") + "\n"
}

/// Puts a reference into the list: where its name belongs if the list is in order, else at the end.
fn enlist(lines: &mut Vec<String>, wanted: &str) {
    let Some(end) = lines.iter().rposition(|line| line.ends_with("];")) else { return };
    if let Some(open) = lines[end].strip_suffix("];").filter(|open| !open.trim().is_empty()) {
        lines[end] = format!("{open}, {wanted}];");
        return;
    }
    let start = lines[..end].iter().rposition(|line| line.ends_with("&[")).map_or(end, |at| at + 1);
    let entry = |line: &String| line.trim().trim_end_matches(',').to_owned();
    let entries: Vec<String> = lines[start..end].iter().map(entry).collect();
    let place = match entries.is_sorted() {
        true => entries.iter().position(|entry| entry.as_str() > wanted).unwrap_or(entries.len()),
        false => entries.len(),
    };
    lines.insert(start + place, format!("    {wanted},"));
}

#[test]
fn a_new_item_is_listed_and_a_lost_one_is_not() {
    let page: &'static str = "//! # new-one\n";
    let item = Item {
        path: String::new(),
        stem: "new_one".to_owned(),
        constant: "RULE".to_owned(),
        kind: "Rule".to_owned(),
        meta: Meta::new("new-one", page),
    };
    let shelf = Shelf { folder: "tests/nowhere".to_owned(), items: vec![item] };
    let before = "//! The shelf.\n\nmod lost;\n\nstatic ALL: &[&Rule] = &[\n    &lost::RULE,\n];\n";
    let after = "//! The shelf.\n\n\nmod new_one;\nstatic ALL: &[&Rule] = &[\n    &new_one::RULE,\n];\n";
    assert_eq!(listed(before, &shelf), after);
    let one_line = "mod a;\nmod new_one;\nstatic ALL: &[&Rule] = &[&a::RULE];\n";
    let kept = "mod new_one;\nstatic ALL: &[&Rule] = &[&a::RULE, &new_one::RULE];\n";
    assert_eq!(listed(one_line, &shelf), kept);
    let without = Shelf { folder: "tests/nowhere".to_owned(), items: Vec::new() };
    assert!(!listed(after, &without).contains("new_one"));
}
