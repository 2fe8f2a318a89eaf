//! The difference of two recordings: silent about a vendor that did not change, at whatever time it is asked.

use crate::kit::client::{cassette, policy};
use crate::kit::service::Told;
use crate::operators::survey::act;
use crate::operators::{Survey, honest};
use crate::vendors::VENDORS;
use cassettes::model::{Cassette, Request};
use verify::changes::{Change, Kind, Weight, between};

fn recorded(name: &str, sessions: &[Vec<(Request, Told)>]) -> Vec<Cassette> {
    let of = |(i, session): (usize, &Vec<_>)| cassette(&format!("{name}-{i}.yaml"), session, &policy());
    sessions.iter().enumerate().map(of).collect()
}

/// What is told of the sessions of one recording and another.
fn changes(before: &[Cassette], after: &[Cassette]) -> Vec<Change> {
    before.iter().zip(after).flat_map(|(before, after)| between(before, after).changes).collect()
}

fn shown(change: &Change) -> String {
    format!(
        "{} {} {}: {} [{} -> {}]",
        change.weight.as_str(),
        change.kind.as_str(),
        change.operation,
        change.message,
        change.before.excerpt,
        change.after.excerpt
    )
}

#[test]
fn a_vendor_that_did_not_change_has_no_difference() {
    let mut faults = Vec::new();
    for vendor in VENDORS {
        let survey = Survey::of(vendor);
        let before = recorded("then", &survey.real);
        assert_eq!(changes(&before, &before), [], "{}: itself", vendor.name);
        let fake = honest(&survey).into_iter().find(|fake| fake.name == "the real data, later");
        if let Some(fake) = fake {
            let after = recorded("now", &act(vendor, &fake.cast));
            for change in changes(&before, &after) {
                // How long it takes is a manner, too.
                if change.weight != Weight::Noise && change.kind != Kind::Timing {
                    faults.push(format!("{}, {}: {}", vendor.name, fake.name, shown(&change)));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}
