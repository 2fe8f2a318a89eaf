//! The verifier, verified: vendors of many conventions, honest fakes of each, and fakes with one change.

mod differences;
mod happy;
mod honest;
mod kit;
#[path = "../support/measured.rs"]
mod measured;
mod mock;
mod operators;
mod score;
mod vendors;

use measured::is_committed;
use score::{Outcome, everything, page, vendors};

/// The least that is accepted, in percent of the fakes with one change: found, and rightly named.
const FLOOR: (usize, usize) = (98, 97);

/// Rules that no fake of these vendors needs, and why.
const NOT_NEEDED: [(&str, &str); 0] = [];

fn told(outcomes: &[&Outcome]) -> String {
    let line = |o: &&Outcome| {
        let lies = o.failing.join("\n    ");
        format!("{}\n    expected {:?}, named {:?}\n    {lies}\n", o.label(), o.expected, o.named)
    };
    outcomes.iter().map(line).collect()
}

/// `cargo test --test optimism score -- --nocapture` prints the score. TRUETAPE_VENDOR=shop asks one vendor
/// alone, TRUETAPE_SEEDS=200 tries more honest data; neither compares anything with the committed page.
#[test]
fn score() {
    let score = everything();
    let mut table = String::new();
    vendors(&score, &mut table);
    let missed: Vec<&Outcome> = score.mutants().filter(|o| !o.is_named()).collect();
    println!("{table}\n{}", told(&missed));
    let mut faults = Vec::new();
    let accused = score.accused();
    if !accused.is_empty() {
        faults.push(format!("{} honest fakes accused:\n{}", accused.len(), told(&accused)));
    }
    let whole = ["TRUETAPE_VENDOR", "TRUETAPE_SEEDS"].iter().all(|name| std::env::var(name).is_err());
    if whole {
        let (found, named) = score.percent();
        if found < FLOOR.0 || named < FLOOR.1 {
            faults.push(format!("{found} % found and {named} % named; at least {FLOOR:?}"));
        }
        for (rule, fakes) in &score.needed {
            if fakes.is_empty() && !NOT_NEEDED.iter().any(|(name, _)| name == rule) {
                faults.push(format!("{rule}: no fake needs it, and it is not among those that none needs"));
            }
        }
        faults.extend(score.idle.iter().map(|rule| format!("{rule}: without it the score is the same")));
        faults.extend(is_committed("verifier-score.md", &page(&score)).err());
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
