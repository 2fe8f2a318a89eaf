//! Asks a person about one operation after the other: answers are whole, so what changed in the answers of one
//! operation is one thing to decide.

use super::{
    choice::{Choice, choose},
    part::Part,
    shown::{self, Compared},
};
use crate::{
    exit::Stop,
    ui::{self, count},
};
use cassettes::operation::Operation;
use verify::changes::{Change, Counts, Pair, Weight};

/// What a person took.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Everything,
    Nothing,
    These(Part),
}

/// Asks about each operation of which something is told; noise goes along with the rest.
pub(super) fn ask(one: &Compared, noise: bool) -> Result<Wanted, Stop> {
    let mut operations: Vec<&Operation> = Vec::new();
    for change in one.difference.telling() {
        if !operations.contains(&&change.operation) {
            operations.push(&change.operation);
        }
    }
    operations.sort();
    let (mut chosen, mut left, mut unasked) = (Part::new(), 0, false);
    let all = operations.len();
    let Counts { breaking, compatible, .. } = one.difference.counts();
    let bold = ui::BOLD;
    let path = one.path.display();
    anstream::eprintln!(
        "{bold}{path}{bold:#}: {breaking} breaking, {compatible} compatible in {all} operations"
    );
    for (number, operation) in (1..).zip(operations) {
        let pairs = of(one, operation);
        if unasked {
            chosen.extend(pairs);
            continue;
        }
        let dim = ui::DIM;
        anstream::eprintln!("\n{dim}{number} of {all}{dim:#}");
        let mut text = Vec::new();
        let changes = one.difference.changes.iter();
        let changes: Vec<&Change> = changes
            .filter(|change| change.operation == *operation && (noise || change.weight != Weight::Noise))
            .collect();
        // Into memory; nothing can fail.
        let _ = shown::changes(&changes, &mut text);
        anstream::eprint!("{}", String::from_utf8_lossy(&text));
        match choose(&format!("  accept {} of it?", count(pairs.len(), "exchange")))? {
            Choice::Accept => chosen.extend(pairs),
            Choice::All => {
                unasked = true;
                chosen.extend(pairs);
            }
            Choice::Leave => left += 1,
            Choice::Stop => {
                left += all + 1 - number;
                break;
            }
        }
    }
    Ok(match (chosen.is_empty(), left) {
        (_, 0) => Wanted::Everything,
        (true, _) => Wanted::Nothing,
        (false, _) => Wanted::These(chosen),
    })
}

/// The exchanges of an operation, and those that its changes cite.
fn of(one: &Compared, operation: &Operation) -> Vec<Pair> {
    let cited = |pair: &Pair| {
        let (before, after) =
            (pair.before.map(|id| one.before.cite(id)), pair.after.map(|id| one.after.cite(id)));
        one.difference.changes.iter().filter(|change| change.operation == *operation).any(|change| {
            let is = |cite: &Option<String>, of: &Option<String>| cite.is_some() && cite == of;
            is(&before, &change.before.exchange) || is(&after, &change.after.exchange)
        })
    };
    one.difference.pairs.iter().filter(|pair| pair.operation == *operation || cited(pair)).cloned().collect()
}
