//! The page with the score: `docs/verifier-score.md`, of which the part between two marks is measured.

use super::outcome::{Outcome, Score};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The measured part of the page.
pub(crate) fn page(score: &Score) -> String {
    let mut page = String::from("\n");
    vendors(score, &mut page);
    operators(score, &mut page);
    rules(score, &mut page);
    missed(score, &mut page);
    page
}

/// The table by vendor alone.
pub(crate) fn vendors(score: &Score, page: &mut String) {
    page.push_str("| vendor | fakes with one change | found | right rule named | honest fakes | accused |\n|---|---|---|---|---|---|\n");
    let mut vendors: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in &score.outcomes {
        vendors.entry(outcome.vendor).or_default().push(outcome);
    }
    let mut line = |name: &str, outcomes: &[&Outcome]| {
        let count = |fits: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|o| fits(o)).count();
        let fakes = count(&|o| !o.is_honest());
        let (found, named) =
            (count(&|o| !o.is_honest() && o.is_found()), count(&|o| !o.is_honest() && o.is_named()));
        let (honest, accused) =
            (count(&Outcome::is_honest), count(&|o| o.is_honest() && !o.failing.is_empty()));
        let _ = writeln!(page, "| {name} | {fakes} | {found} | {named} | {honest} | {accused} |");
    };
    for (name, outcomes) in &vendors {
        line(name, outcomes);
    }
    let all: Vec<&Outcome> = score.outcomes.iter().collect();
    line("**all**", &all);
}

fn operators(score: &Score, page: &mut String) {
    page.push_str("\n### By operator\n\nOne of the rules must name the fake.\n\n| operator | rules | fakes | found | named |\n|---|---|---|---|---|\n");
    let mut all: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in score.mutants() {
        all.entry(&outcome.operator).or_default().push(outcome);
    }
    for (name, outcomes) in all {
        let rules: BTreeSet<&str> =
            outcomes.iter().flat_map(|o| o.expected.iter().flatten()).copied().collect();
        let rules: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
        let found = outcomes.iter().filter(|o| o.is_found()).count();
        let named = outcomes.iter().filter(|o| o.is_named()).count();
        let _ = writeln!(page, "| {name} | {} | {} | {found} | {named} |", rules.join(" "), outcomes.len());
    }
}

fn rules(score: &Score, page: &mut String) {
    page.push_str("\n### By rule\n\nHow many fakes only this rule names rightly: without it they would have no right name, and the test would be red.\n\n| rule | fakes | for example |\n|---|---|---|\n");
    for (rule, fakes) in &score.needed {
        let example = fakes.first().map_or("", String::as_str);
        let _ = writeln!(page, "| `{rule}` | {} | {example} |", fakes.len());
    }
}

fn missed(score: &Score, page: &mut String) {
    page.push_str("\n### Not found, or by another name\n\n");
    for outcome in score.mutants().filter(|o| !o.is_named()) {
        let words =
            |rules: Vec<&str>| rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", ");
        let wanted = words(outcome.expected.iter().flatten().copied().collect());
        let named: Vec<&str> = outcome.named.iter().copied().collect();
        let how = if outcome.is_found() { format!("named {}", words(named)) } else { "not found".to_owned() };
        let _ = writeln!(page, "- {}: {how}; wanted {wanted}", outcome.label());
    }
    if score.mutants().all(Outcome::is_named) {
        page.push_str("None.\n");
    }
}
