//! # reporters-disagree
//!
//! Two reporters of one number say different things of the same entity.
//!
//! ## Why it matters
//!
//! The page says that seven are sold, the check behind the form says ten. Each is right by its own definition, and
//! nobody sees both: until somebody acts on the one and is refused by the other. If a number gates a behaviour, it
//! has one definition, and every reporter of it has that one.
//!
//! Both numbers must be about the same thing: an id of the same kind and value in the path, the query, the request's
//! body or the answer, or an id that nothing else is likely to have. They are compared by value: `7`, `"7"` and
//! `7.0` agree, `1,234` and `1234`, and `12.50` and `amount_cents: 1250`. Of numbers that change, those nearest in
//! time are compared. Where the recordings lie more than an hour apart, or something wrote to the thing in between,
//! it is a warning; that one service knows of no such thing while another has a number for it is told as information.
//!
//! In the examples each cassette is of a service of its own.
//!
//! ## Fires
//!
//! The display counts purchases, the validation counts reservations, too:
//!
//! ```text
//! > GET /items/2
//! < 200 {"id":2,"sold":7,"available":3}
//! --- validation.yaml
//! > GET /stock/2
//! < 200 {"item_id":2,"commitments":{"sold":10}}
//! ```
//!
//! A report that is downloaded, against the page that people see:
//!
//! ```text
//! > GET /admin/items/2
//! < content-type: text/html
//! < 200 <table><tr><th>Sold</th><td>7</td></tr></table>
//! > GET /export/sales.csv
//! < content-type: text/csv
//! < 200 Item ID;Sold
//! << 1;3
//! << 2;10
//! ```
//!
//! Something wrote to it in between, so that it is a warning:
//!
//! ```text
//! > GET /items/2
//! < 200 {"id":2,"sold":7}
//! > POST /purchases
//! >> {"item_id":2}
//! < 201 {"id":91}
//! --- validation.yaml
//! > GET /stock?item_id=2
//! @ at 2026-01-02T03:04:09Z
//! < 200 {"sold":10}
//! ```
//!
//! ## Quiet
//!
//! Forms differ, values do not:
//!
//! ```text
//! > GET /items/2
//! < 200 {"id":2,"sold":1234}
//! > GET /items
//! < 200 {"data":[{"id":2,"sold":"1234"},{"id":3,"sold":4.0}]}
//! --- export.yaml
//! > GET /export.csv
//! < content-type: text/csv
//! < 200 item_id;sold
//! << 2;1,234
//! << 3;4
//! ```
//!
//! Small numbers are ids of many kinds of things:
//!
//! ```text
//! > GET /items/2
//! < 200 {"id":2,"sold":7}
//! > GET /sellers/2
//! < 200 {"id":2,"sold":912}
//! ```
//!
//! The number moved: each saw it before and after.
//!
//! ```text
//! > GET /items/2
//! < 200 {"id":2,"sold":7}
//! > GET /stock?item_id=2
//! < 200 {"sold":7}
//! > GET /stock?item_id=2
//! < 200 {"sold":8}
//! > GET /items/2
//! < 200 {"id":2,"sold":8}
//! ```
//!
//! The service was written to, and says so itself:
//!
//! ```text
//! > GET /items/2
//! < 200 {"id":2,"sold":7}
//! > PATCH /items/2
//! >> {"sold":8}
//! < 204
//! > GET /items
//! < 200 {"data":[{"id":2,"sold":8}]}
//! ```
//!
//! Other numbers of the same name, in other places of the same answer:
//!
//! ```text
//! > GET /items/2
//! < 200 {"id":2,"sold":7,"last_month":{"sold":1}}
//! > GET /items
//! < 200 {"data":[{"id":2,"sold":7}]}
//! ```

use cassettes::meta::Meta;

/// What `contract find` complains of.
pub struct Page {
    /// Its name and page.
    pub meta: Meta,
}

/// The page of `reporters-disagree`.
pub static REPORTERS_DISAGREE: Page =
    Page { meta: Meta::new("reporters-disagree", include_str!("reporters_disagree.rs")) };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::find::find;
    use crate::finding::Severity;
    use cassettes::examples::parse;

    #[test]
    fn the_examples_of_the_page_fire_and_stay_quiet() {
        for (heading, severities) in
            [("Fires", &[Severity::Error, Severity::Error, Severity::Warning][..]), ("Quiet", &[])]
        {
            let examples = REPORTERS_DISAGREE.meta.examples(heading);
            assert!(!examples.is_empty());
            for (at, text) in examples.iter().enumerate() {
                let mut example = parse(text).expect("reads");
                for cassette in &mut example.cassettes {
                    let upstream = format!("https://{}.test", cassette.name);
                    cassette.exchanges.iter_mut().for_each(|exchange| exchange.upstream = upstream.clone());
                }
                let report = find(&example.cassettes, "sold", false).expect("it is there");
                let found: Vec<Severity> = report.findings.iter().map(|finding| finding.severity).collect();
                assert_eq!(
                    found.as_slice(),
                    severities.get(at).map_or(&[][..], std::slice::from_ref),
                    "{text}{:#?}",
                    report.findings
                );
                let compared = report.numbers.expect("numbers").compared;
                let silent = ["/sellers/", "PATCH"].iter().any(|word| text.contains(word));
                assert_eq!(compared > 0, !silent, "{text}");
            }
        }
    }
}
