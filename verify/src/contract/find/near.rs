//! Names of numbers that are like one that stands nowhere.

use super::amount::{Amount, Written};
use super::documents;
use super::name::Unit;
use super::recorded::Recorded;
use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::plan::nearest;
use std::collections::{BTreeMap, BTreeSet};

/// So many are told.
const MOST: usize = 3;

/// The likeliest names, with how many answers have each.
pub(super) fn near(recorded: &Recorded<'_>, name: &str) -> Vec<(String, usize)> {
    // By their words, with the spelling that was seen first.
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    for one in &recorded.ones {
        let Some(reply) = one.exchange.answer.reply() else { continue };
        let Some(document) = documents::of(&one.exchange.request, reply) else { continue };
        let mut names = BTreeSet::new();
        numbers(&document.tree, &mut names);
        for name in names {
            let spelling = spelled.entry(words(name).concat()).or_insert_with(|| name.to_owned());
            *counts.entry(spelling.clone()).or_default() += 1;
        }
    }
    let wanted = words(name);
    // Those that share most words, then those that a slip leads to.
    let shared = |known: &str| words(known).iter().filter(|word| wanted.contains(word)).count();
    let mut all: Vec<(usize, &String, usize)> =
        counts.iter().map(|(known, count)| (shared(known), known, *count)).filter(|(n, ..)| *n > 0).collect();
    all.sort_by_key(|(shared, known, count)| (std::cmp::Reverse((*shared, *count)), known.len()));
    let mut found: Vec<(String, usize)> =
        all.into_iter().take(MOST).map(|(_, known, count)| (known.clone(), count)).collect();
    let known: Vec<&str> = counts.keys().map(String::as_str).collect();
    if let Some(slip) = nearest(name, &known).filter(|slip| found.iter().all(|(known, _)| known != slip)) {
        found.truncate(MOST - 1);
        found.push((slip.to_owned(), counts.get(slip).copied().unwrap_or_default()));
    }
    found
}

fn numbers<'j>(tree: &'j Json, names: &mut BTreeSet<&'j str>) {
    for (name, value) in tree.members() {
        let text = match value {
            Json::Number(text) | Json::String(text) => text,
            _ => "",
        };
        if Amount::read(text, Written::Text, Unit::Plain).is_some() {
            names.insert(name);
        }
        numbers(value, names);
    }
    tree.items().iter().for_each(|item| numbers(item, names));
}
