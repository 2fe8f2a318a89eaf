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
//! Where two services call their things otherwise, as `/items/2` and `/stock/2`, the things are one if the services know
//! the same ids and give the same number of at least half of them. That is a warning while chance can have done it: ids
//! are small numbers, and few of them are shared.
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
//! Two words for one thing, which the numbers of all other things give away; a warning, as ids from one to three are
//! ids of many things:
//!
//! ```text
//! > GET /items/1
//! < 200 {"sold":5}
//! > GET /items/2
//! < 200 {"sold":7}
//! > GET /items/3
//! < 200 {"sold":2}
//! --- validation.yaml
//! > GET /stock/1
//! < 200 {"commitments":{"sold":5}}
//! > GET /stock/2
//! < 200 {"commitments":{"sold":10}}
//! > GET /stock/3
//! < 200 {"commitments":{"sold":2}}
//! ```
//!
//! The same with ids that are not given to the first things of every kind, and with a map from them to the numbers:
//!
//! ```text
//! > GET /items/40731
//! < 200 {"sold":5}
//! > GET /items/40732
//! < 200 {"sold":7}
//! > GET /items/40738
//! < 200 {"sold":2}
//! --- validation.yaml
//! > GET /summary
//! < 200 {"sold":{"40731":5,"40732":10,"40738":2}}
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
//! So they are where another service has them, and some of the numbers are the same by chance:
//!
//! ```text
//! > GET /items/1
//! < 200 {"sold":3}
//! > GET /items/2
//! < 200 {"sold":3}
//! > GET /items/3
//! < 200 {"sold":0}
//! > GET /items/4
//! < 200 {"sold":1}
//! --- people.yaml
//! > GET /sellers/1
//! < 200 {"sold":3}
//! > GET /sellers/2
//! < 200 {"sold":1}
//! > GET /sellers/3
//! < 200 {"sold":3}
//! > GET /sellers/4
//! < 200 {"sold":1}
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
    use crate::contract::find::{Search, find};
    use crate::finding::Severity;
    use cassettes::examples::parse;

    #[test]
    fn the_examples_of_the_page_fire_and_stay_quiet() {
        use Severity::{Error, Warning};
        for (heading, severities) in [("Fires", &[Error, Error, Warning, Warning, Error][..]), ("Quiet", &[])]
        {
            let examples = REPORTERS_DISAGREE.meta.examples(heading);
            assert!(!examples.is_empty());
            for (at, text) in examples.iter().enumerate() {
                let mut example = parse(text).expect("reads");
                for cassette in &mut example.cassettes {
                    let upstream = format!("https://{}.test", cassette.name);
                    cassette.exchanges.iter_mut().for_each(|exchange| exchange.upstream = upstream.clone());
                }
                let report = find(&example.cassettes, &Search { name: "sold", ..Search::default() })
                    .expect("it is there");
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
