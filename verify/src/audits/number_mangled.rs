//! # number-mangled
//!
//! A number that was served comes back altered, where it came back as it was when it was recorded.
//!
//! Group: data
//!
//! ## Why it matters
//!
//! JSON numbers become floats and lose their cents, large integers become round, `1,234.56` is one and a bit on
//! a machine of another locale. The reply to the client is still a success; the books are wrong.
//!
//! ## Fires
//!
//! Added up in floats:
//!
//! ```
//! > GET /v1/invoices/in_2
//! < 200 {"lines":[{"price":0.10},{"price":0.20}]}
//! > POST /v1/payments
//! > content-type: application/json
//! >> {"invoice":"in_2","amount":0.30}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/payments
//! + content-type: application/json
//! ++ {"invoice":"in_2","amount":0.30000000000000004}
//! ```
//!
//! Parsed by the rules of another country:
//!
//! ```
//! > GET /v1/prices
//! < 200 {"prices":[{"sku":"A-1","price":"1,234.56"}]}
//! > POST /v1/orders
//! > content-type: application/json
//! >> {"sku":"A-1","price":1234.56}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/orders
//! + content-type: application/json
//! ++ {"sku":"A-1","price":1.23456}
//! ```
//!
//! Cut off at the first mark:
//!
//! ```
//! > GET /v1/prices
//! < 200 {"prices":[{"sku":"B-2","price":"12,500.00"}]}
//! > POST /v1/orders
//! > content-type: application/json
//! >> {"sku":"B-2","price":"12500.00"}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/orders
//! + content-type: application/json
//! ++ {"sku":"B-2","price":"12.00"}
//! ```
//!
//! Counted in cents by way of floats, in which 19.99 times 100 is a bit less than 1999:
//!
//! ```
//! > GET /v1/invoices/in_3
//! < 200 {"total":"19.99"}
//! > POST /v1/payments
//! > content-type: application/json
//! >> {"invoice":"in_3","cents":1999}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/payments
//! + content-type: application/json
//! ++ {"invoice":"in_3","cents":1998}
//! ```
//!
//! Added up in floats of half the size:
//!
//! ```
//! > GET /v1/invoices/in_2
//! < 200 {"lines":[{"price":0.10},{"price":0.20}]}
//! > POST /v1/payments
//! > content-type: application/json
//! >> {"invoice":"in_2","amount":0.30}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/payments
//! + content-type: application/json
//! ++ {"invoice":"in_2","amount":0.30000001192092896}
//! ```
//!
//! An integer that no float can hold:
//!
//! ```
//! > GET /v1/ledger/le_1
//! < 200 {"id":"le_1","sequence":12345678901234567890123}
//! > GET /v1/marks?sequence=12345678901234567890123
//! < 200 {}
//! + 0.0 c1 #1
//! + 0.1 c1 GET /v1/marks?sequence=12345678901234567000000
//! ```
//!
//! ## Quiet
//!
//! Another amount is another amount:
//!
//! ```
//! > GET /v1/invoices/in_2
//! < 200 {"total":10.00}
//! > POST /v1/payments
//! > content-type: application/json
//! >> {"invoice":"in_2","amount":10.00}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/payments = #2
//! + content-type: application/json
//! ++ {"invoice":"in_2","amount":1000}
//! ```
//!
//! The next number in a row:
//!
//! ```
//! > GET /v1/ledger/le_1
//! < 200 {"id":"le_1","sequence":12345678901234567890123}
//! > POST /v1/entries
//! > content-type: application/json
//! >> {"sequence":12345678901234567890123}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/entries = #2
//! + content-type: application/json
//! ++ {"sequence":12345678901234567890124}
//! ```
//!
//! One cent less is another amount, where floats do not make it so:
//!
//! ```
//! > GET /v1/invoices/in_4
//! < 200 {"total":"20.50"}
//! > POST /v1/payments
//! > content-type: application/json
//! >> {"invoice":"in_4","cents":2050}
//! < 201 {}
//! + 0.0 c1 #1
//! + 0.1 c1 POST /v1/payments = #2
//! + content-type: application/json
//! ++ {"invoice":"in_4","cents":2049}
//! ```
//!
//! What was never served is the client's own:
//!
//! ```
//! > POST /v1/payments
//! > content-type: application/json
//! >> {"invoice":"in_2","amount":1234.50}
//! < 201 {}
//! + 0.0 c1 POST /v1/payments = #1
//! + content-type: application/json
//! ++ {"invoice":"in_2","amount":1234}
//! ```

use super::Audit;
use crate::conduct::Conduct;
use crate::finding::{Findings, Severity};
use crate::sent::{
    Altered, Differs, Given, Mangling, complain_of_altered, given, is_same_number, mangling, truncated,
};
use cassettes::facets::number_form::number_form;
use cassettes::meta::Meta;

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("number-mangled", include_str!("number_mangled.rs")), inspect };

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    let is_number = |text: &str| number_form(text).is_some();
    complain_of_altered(conduct, findings, is_number, |number, differs| {
        let (what, from) = altered(conduct, number, differs)?;
        let came = match &from {
            Some(given) => format!(
                "{}, served by {} at `{}`,",
                given.text, conduct.recorded[given.recorded].cite, given.at
            ),
            None => format!("what was {} when it was recorded", differs.recorded),
        };
        Some(Altered {
            severity: if what.is_another_value() { Severity::Error } else { Severity::Warning },
            came,
            what: what.to_string(),
            kind: format!("{what:?}"),
            hint: hint(what),
        })
    });
}

/// What became of a number that had been served, and what served it. A sum is served nowhere: that it was
/// reckoned in floats shows by itself.
fn altered<'c>(
    conduct: &'c Conduct<'_>,
    number: usize,
    differs: &Differs,
) -> Option<(Mangling, Option<Given<'c>>)> {
    let told = |given: &Given<'_>| {
        mangling(given.text, &differs.sent).or(mangling(&differs.recorded, &differs.sent))
    };
    let from = given(conduct, number, |text| is_same_number(text, &differs.recorded));
    if let Some((what, from)) = from.and_then(|given| Some((told(&given)?, given))) {
        return Some((what, Some(from)));
    }
    let cut = |text: &str| truncated(text, &differs.recorded, &differs.sent);
    if let Some(from) = given(conduct, number, |text| cut(text).is_some()) {
        return Some((cut(from.text)?, Some(from)));
    }
    mangling(&differs.recorded, &differs.sent)
        .filter(|what| *what == Mangling::Noise)
        .map(|what| (what, None))
}

fn hint(what: Mangling) -> &'static str {
    match what {
        Mangling::Shortened => {
            "give numbers back in the text in which they came, or as decimals with their places"
        }
        Mangling::Rounded => "read integers of that size as text or as big integers, never as floats",
        Mangling::Noise | Mangling::Truncated => {
            "count in the smallest unit, or in decimals, never in floats"
        }
        Mangling::Moved | Mangling::Cut => {
            "parse numbers by the locale of who wrote them, not of the machine"
        }
    }
}
