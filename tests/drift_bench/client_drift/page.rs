//! How well it goes, by habit.

use super::changed::Outcome;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The table.
pub(crate) fn page(outcomes: &[Outcome]) -> String {
    let mut page = String::from(
        "\n### Changes of clients\n\nOne of the rules must say it; where there is none, nothing may make the run fail.\n\n| change | rules | told by | right | nothing beside it |\n|---|---|---|---|---|\n",
    );
    let words = |rules: &BTreeSet<&str>| -> String {
        let all: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
        all.join(" ")
    };
    let yes = |is: bool| if is { "yes" } else { "**no**" };
    for o in outcomes {
        let told: BTreeSet<&str> = o.seen.iter().map(|s| s.rule).collect();
        let (wanted, told) = (words(&o.rules.iter().copied().collect()), words(&told));
        let (right, alone) = (yes(o.is_right()), yes(o.is_alone()));
        let _ = writeln!(page, "| {} | {wanted} | {told} | {right} | {alone} |", o.name);
    }
    let count = |fits: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|o| fits(o)).count();
    let (right, alone) = (count(&Outcome::is_right), count(&Outcome::is_alone));
    let _ = writeln!(page, "| **{}** | | | {right} | {alone} |", outcomes.len());
    page
}
