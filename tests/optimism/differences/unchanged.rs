//! Silent about a vendor that did not change, at whatever time it is asked and whatever it holds.

use super::recorded::{later, recorded, shown, telling};
use crate::honest::honest;
use crate::kit::stage::Cast;
use crate::kit::world::{ASKED, World};
use crate::operators::Survey;
use crate::vendors::VENDORS;
use verify::changes::Change;

/// Honest fakes that refuse what the real side takes, or cut pages in another way, are another vendor.
fn is_same(name: &str) -> bool {
    !name.starts_with("stricter") && name != "smaller pages"
}

/// What is told of the vendor, whatever its data, manners and fortunes.
fn told(only: Option<&str>, casts: impl Fn(&Survey) -> Vec<(String, Cast)>) -> Vec<String> {
    let mut faults = Vec::new();
    for vendor in VENDORS.iter().filter(|v| only.is_none_or(|only| only == v.name)) {
        let survey = Survey::of(vendor);
        let before = recorded("then", &survey.real);
        assert_eq!(telling(&before, &before), [], "{}: itself", vendor.name);
        for (name, cast) in casts(&survey) {
            // Where there is no second page the script goes on to nothing.
            let asked = |change: &Change| !change.message.contains("/missing");
            for change in telling(&before, &later(vendor, &cast)).into_iter().filter(asked) {
                faults.push(format!("{}, {name}: {}", vendor.name, shown(&change)));
            }
        }
    }
    faults
}

#[test]
fn a_vendor_in_another_dress_has_no_difference() {
    let only = std::env::var("TRUETAPE_VENDOR").ok();
    let faults = told(only.as_deref(), |survey| {
        honest(survey).into_iter().filter(|f| is_same(&f.name)).map(|f| (f.name, f.cast)).collect()
    });
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_vendor_that_is_asked_twenty_times_has_no_difference() {
    let only = std::env::var("TRUETAPE_VENDOR").ok();
    let faults = told(only.as_deref(), |survey| {
        let later = |n: u64| {
            // Another hour of another day, with other data in it.
            let start = ASKED + i64::try_from(n).unwrap_or_default() * 93_421;
            let world = World::new(1_000 + n * 7, start);
            (format!("time {n}"), Cast { world, ..Cast::real(survey.vendor.make) })
        };
        (1..=20).map(later).collect()
    });
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}
