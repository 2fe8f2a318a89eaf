//! An inventory page and a service that validates corrections. Both report how many of an item are sold, and each is
//! right by its own definition.

use crate::web::{Handler, Reply};

/// What has happened to each item: how many purchases, how many coupons that reserve one, how many cancellations.
fn events(item: &str) -> Option<[usize; 3]> {
    match item {
        "1" => Some([7, 0, 0]),
        "2" => Some([7, 3, 0]),
        "3" => Some([0, 0, 4]),
        _ => None,
    }
}

fn entries(kinds: &[(&str, usize)]) -> String {
    let all = kinds.iter().flat_map(|(kind, n)| std::iter::repeat_n(format!(r#"{{"type":"{kind}"}}"#), *n));
    all.collect::<Vec<_>>().join(",")
}

// >> display
/// Finalized purchases, read straight from the database.
pub(super) fn display() -> Handler {
    Box::new(|asked| {
        let item = asked.target.trim_start_matches("/items/");
        match events(item) {
            None => Reply::json(404, r#"{"error":{"code":"no_such_item"}}"#),
            Some([purchases, _, cancelled]) => {
                let entries = entries(&[("purchase", purchases), ("cancellation", cancelled)]);
                Reply::json(200, format!(r#"{{"item":{item},"sold":{purchases},"entries":[{entries}]}}"#))
            }
        }
    })
}
// << display

// >> validation
/// Commitments: whatever must not be sold twice.
pub(super) fn validation() -> Handler {
    Box::new(|asked| {
        let item = asked.target.trim_start_matches("/stock/");
        match events(item) {
            None => Reply::json(404, r#"{"message":"unknown item"}"#),
            Some([purchases, coupons, cancelled]) => {
                let entries = entries(&[
                    ("purchase", purchases),
                    ("reservation-coupon", coupons),
                    ("cancellation", cancelled),
                ]);
                let sold = purchases + coupons;
                Reply::json(
                    200,
                    format!(r#"{{"item":{item},"commitments":{{"sold":{sold}}},"entries":[{entries}]}}"#),
                )
            }
        }
    })
}
// << validation

/// The page after the domain has decided.
pub(super) fn repaired() -> Handler {
    Box::new(|asked| {
        let item = asked.target.trim_start_matches("/items/");
        match events(item) {
            None => Reply::json(404, r#"{"error":{"code":"no_such_item"}}"#),
            Some([purchases, coupons, _]) => {
                let entries = entries(&[("purchase", purchases), ("reservation-coupon", coupons)]);
                let sold = purchases + coupons;
                Reply::json(200, format!(r#"{{"item":{item},"sold":{sold},"entries":[{entries}]}}"#))
            }
        }
    })
}
