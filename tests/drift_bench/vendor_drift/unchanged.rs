//! A vendor that did not change is silent, at whatever hour and in whatever weather.

use super::run::each;
use super::told::{May, Seen, recorded, told};
use super::twin::Twin;
use super::weather::Weather;
use crate::kit::stage::Cast;
use crate::kit::world::{ASKED, REAL, World};
use crate::vendors::{VENDORS, Vendor};

/// Another hour of another day: more things than there were, in each second run other data altogether.
fn later(vendor: &Vendor, n: u64) -> Cast {
    let start = ASKED + i64::try_from(n).unwrap_or_default() * 93_421;
    let seed = if n.is_multiple_of(2) { REAL } else { 1_000 + n * 7 };
    let mut world = World::new(seed, start);
    world.more = isize::try_from(n % 4).unwrap_or_default();
    Cast { world, ..Cast::real(vendor.make) }
}

#[test]
fn a_vendor_that_is_asked_twenty_times_is_told_nothing_of() {
    let only = std::env::var("TRUETAPE_VENDOR").ok();
    let mut faults = Vec::new();
    for vendor in VENDORS.iter().filter(|v| only.as_deref().is_none_or(|only| only == v.name)) {
        let before = recorded(vendor, &Cast::real(vendor.make), 5);
        let runs: Vec<u64> = (1..=20).collect();
        let lines = each(&runs, |n| {
            let cast = later(vendor, *n);
            let mut lines = Vec::new();
            for may in [May::Read, May::Write] {
                let twin = Twin::new(&cast, &cast, Weather::new(100 + n, Some(25)));
                let came = told(&before, &twin, may);
                assert_eq!(twin.asked(), came.sent, "{}", vendor.name);
                // Some are asked by nothing that is safe.
                assert!(may == May::Read || came.compared > 10, "{}: {}", vendor.name, came.compared);
                let line = |s: Seen| format!("{}, time {n} ({}): {}", vendor.name, may.as_str(), s.line);
                lines.extend(came.seen.into_iter().map(line));
            }
            lines
        });
        faults.extend(lines.into_iter().flatten());
    }
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}
