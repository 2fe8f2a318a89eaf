//! Which audits judge.

use crate::{commands::picked::Picked, exit::Stop};
use verify::Audit;

/// The audits to judge by.
pub(crate) fn audits(picked: &Picked) -> Result<Vec<&'static Audit>, Stop> {
    picked.check("audit", |name| verify::audits::find(name).is_some())?;
    Ok(verify::AUDITS.iter().copied().filter(|audit| picked.has(audit.meta.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audits_are_chosen_by_name_and_unknown_ones_refused() {
        let names = |only: &[&str], skip: &[&str]| {
            let own = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
            let chosen = audits(&Picked { only: own(only), skip: own(skip) });
            chosen.map(|all| all.iter().map(|audit| audit.meta.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["unsafe-retry"], &[]).expect("known"), ["unsafe-retry"]);
        assert!(!names(&[], &["unsafe-retry"]).expect("known").contains(&"unsafe-retry"));
        assert!(names(&["latency-free"], &[]).is_err(), "a rule is no audit");
    }
}
