//! How well it goes, by vendor and by change.

use super::outcome::Outcome;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The tables and what is wrong.
pub(crate) fn page(outcomes: &[Outcome]) -> String {
    let mut page = String::from(
        "\n### Vendors\n\n| vendor | changes | right verdict | right rule | nothing beside it | one finding |\n|---|---|---|---|---|---|\n",
    );
    let mut by: BTreeMap<&str, Vec<&Outcome>> = BTreeMap::new();
    for outcome in outcomes {
        by.entry(outcome.vendor).or_default().push(outcome);
    }
    by.insert("~", outcomes.iter().collect());
    for (vendor, of_it) in &by {
        let vendor = if *vendor == "~" { "**all**" } else { vendor };
        let _ = writeln!(page, "| {vendor} | {} |", counts(of_it));
    }
    page.push_str(
        "\n### Changes of vendors\n\n*Came*: the vendor has it now; *went*: it had it when it was recorded. *Write*: only what was allowed shows it.\n\n| change | way | asked to | right verdict | changes | right verdict | right rule | nothing beside it | one finding |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut by: BTreeMap<_, Vec<&Outcome>> = BTreeMap::new();
    for o in outcomes {
        by.entry((o.operator.as_str(), o.way, o.may, o.right)).or_default().push(o);
    }
    for ((operator, way, may, right), of_it) in &by {
        let (way, may, right) = (way.as_str(), may.as_str(), right.as_str());
        let _ = writeln!(page, "| {operator} | {way} | {may} | {right} | {} |", counts(of_it));
    }
    page.push_str("\n### Not right\n\n");
    for o in outcomes.iter().filter(|o| !o.is_right() || !o.is_alone() || !o.is_named()) {
        let _ = writeln!(page, "- {}: {}", o.label(), o.fault());
    }
    if outcomes.iter().all(|o| o.is_right() && o.is_alone() && o.is_named()) {
        page.push_str("Nothing.\n");
    }
    page
}

fn counts(outcomes: &[&Outcome]) -> String {
    let count = |fits: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|o| fits(o)).count();
    format!(
        "{} | {} | {} | {} | {}",
        outcomes.len(),
        count(&Outcome::is_right),
        count(&Outcome::is_named),
        count(&Outcome::is_alone),
        count(&Outcome::is_one)
    )
}
