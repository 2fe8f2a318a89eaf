//! Which top modules of a crate use which.

use super::sources::Source;
use std::collections::{BTreeMap, BTreeSet};

/// From each top module to those it names.
pub(crate) type Graph = BTreeMap<String, BTreeSet<String>>;

/// The graph of a crate, from its bare code.
pub(crate) fn graph(krate: &str, code: &[Source]) -> Graph {
    let prefix = if krate == "." { "src/".to_owned() } else { format!("{krate}/src/") };
    let place = |source: &Source| -> Vec<String> {
        let inner = source.path.strip_prefix(&prefix).unwrap_or(&source.path).trim_end_matches(".rs");
        let mut place: Vec<String> = inner.split('/').map(str::to_owned).collect();
        place.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
        place
    };
    let mut graph: Graph =
        code.iter().filter_map(|s| Some((place(s).first()?.clone(), BTreeSet::new()))).collect();
    let tops: BTreeSet<String> = graph.keys().cloned().collect();
    for source in code {
        let place = place(source);
        let Some(top) = place.first() else { continue };
        let mut named = after(&source.text, "crate::");
        named.extend(after(&source.text, &"super::".repeat(place.len())));
        let used = named.into_iter().filter(|name| tops.contains(name) && name != top);
        graph.entry(top.clone()).or_default().extend(used);
    }
    graph
}

/// Whether code names something; `std::fs` also as `std::{fs, …}`.
pub(crate) fn names(code: &str, word: &str) -> bool {
    match word.strip_prefix("std::") {
        Some(module) => after(code, "std::").iter().any(|name| name == module),
        None => code.contains(word),
    }
}

/// The first names after a path's beginning, those of a `{group}` included.
fn after(code: &str, beginning: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(beginning) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &code[at + beginning.len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(group_names(group)),
            None => names.push(name(rest)),
        }
    }
    names
}

fn group_names(group: &str) -> Vec<String> {
    let (mut depth, mut fresh, mut names) = (0_usize, true, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && !c.is_whitespace() => {
                names.push(name(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Every cycle's members: modules that reach each other.
pub(crate) fn cycles(graph: &Graph) -> Vec<Vec<String>> {
    let reach = |from: &String| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(next) = open.pop() {
            for to in graph.get(next).into_iter().flatten() {
                if seen.insert(to.clone()) {
                    open.push(to);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> = graph.keys().map(|from| (from, reach(from))).collect();
    let mut cycles: Vec<Vec<String>> = Vec::new();
    for (from, to) in &reached {
        if to.contains(*from) && !cycles.iter().any(|cycle| cycle.contains(from)) {
            cycles.push(
                to.iter().filter(|m| reached.get(m).is_some_and(|r| r.contains(*from))).cloned().collect(),
            );
        }
    }
    cycles
}

#[test]
fn a_cycle_is_seen_through_groups_and_supers() {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let code = [
        source("k/src/lib.rs", "mod a; mod b; mod c;"),
        source("k/src/a.rs", "use crate::{\n    b::{x, c},\n    other,\n};"),
        source("k/src/b/mod.rs", "mod d;"),
        source("k/src/b/d.rs", "use super::super::c::y;"),
        source("k/src/c.rs", "fn f() { super::a::g() }"),
    ];
    assert_eq!(cycles(&graph("k", &code)), [["a", "b", "c"]]);
    assert!(cycles(&graph("k", &code[..4])).is_empty());
}
