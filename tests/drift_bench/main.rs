//! Drift, measured: vendors and clients that changed in one respect, and ones that did not change at all.

#[path = "../optimism/kit/mod.rs"]
mod kit;
#[path = "../optimism/operators/mod.rs"]
mod operators;
#[path = "../optimism/vendors/mod.rs"]
mod vendors;

mod client_drift;
#[path = "../support/measured.rs"]
mod measured;
mod vendor_drift;

use measured::is_committed;

/// The least that is accepted of changes of vendors, in percent: the right verdict, the right rule, nothing beside it.
const VENDORS: [usize; 3] = [99, 98, 99];

/// The same of changes of clients: told rightly, and nothing beside it.
const CLIENTS: [usize; 2] = [92, 95];

fn percent<T>(of: &[T], fits: impl Fn(&T) -> bool) -> usize {
    of.iter().filter(|one| fits(one)).count() * 100 / of.len().max(1)
}

/// `cargo test --test drift_bench score -- --nocapture` prints what is not right. TRUETAPE_VENDOR=shop asks one
/// vendor alone, TRUETAPE_OPERATOR=member-removed looks at one change, TRUETAPE_HABIT=page-size at one of clients
/// (`all`: at every one), TRUETAPE_WHOLE=1 at every place, TRUETAPE_NOISE=1 shows what was taken for noise; none of
/// these compares anything with the committed page.
#[test]
fn score() {
    let of = |name: &str| std::env::var(name).is_ok();
    let (one_vendor, one_client) = (of("TRUETAPE_VENDOR") || of("TRUETAPE_OPERATOR"), of("TRUETAPE_HABIT"));
    let vendors = if one_client { Vec::new() } else { vendor_drift::everything() };
    let clients = if one_vendor { Vec::new() } else { client_drift::everything() };
    for o in
        vendors.iter().filter(|o| one_vendor || !(o.is_right() && o.is_named() && o.is_alone() && o.is_one()))
    {
        println!("{}", o.told());
    }
    for o in clients.iter().filter(|o| one_client || !(o.is_right() && o.is_alone())) {
        println!("{}", o.told());
    }
    let measured = [
        percent(&vendors, vendor_drift::Outcome::is_right),
        percent(&vendors, vendor_drift::Outcome::is_named),
        percent(&vendors, vendor_drift::Outcome::is_alone),
    ];
    let of_clients = [
        percent(&clients, client_drift::Outcome::is_right),
        percent(&clients, client_drift::Outcome::is_alone),
    ];
    let one = percent(&vendors, vendor_drift::Outcome::is_one);
    println!(
        "{} vendors {measured:?} one finding {one}; {} clients {of_clients:?}",
        vendors.len(),
        clients.len()
    );
    if one_vendor || one_client || of("TRUETAPE_WHOLE") || of("TRUETAPE_NOISE") {
        return;
    }
    let mut faults = Vec::new();
    if measured.iter().zip(VENDORS).any(|(is, least)| *is < least) {
        faults.push(format!("of vendors {measured:?} percent; at least {VENDORS:?}"));
    }
    if of_clients.iter().zip(CLIENTS).any(|(is, least)| *is < least) {
        faults.push(format!("of clients {of_clients:?} percent; at least {CLIENTS:?}"));
    }
    // Clients wait and hurry by the real clock, so that a busy machine may change a row: the floor alone holds there.
    println!("{}", client_drift::page(&clients));
    faults.extend(is_committed("drift-score.md", &vendor_drift::page(&vendors)).err());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
