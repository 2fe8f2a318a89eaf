//! Every facet's page is executed: what it says of the last exchange of an example, the facet says.

use super::FACETS;
use super::facet::Facet;
use crate::examples::parse;

/// What the facet calls the last exchange. An example that has more than exchanges in it is a mistake.
fn label(facet: &Facet, text: &str) -> Option<String> {
    let name = facet.meta.name;
    let example = parse(text).unwrap_or_else(|why| panic!("{name}: {why}"));
    assert!(example.answers.is_empty() && !example.forever, "{name}: a facet knows no mock\n{text}");
    let [cassette] = example.cassettes.as_slice() else { panic!("{name}: more than one cassette\n{text}") };
    let last = cassette.exchanges.last().unwrap_or_else(|| panic!("{name}: no exchange\n{text}"));
    facet.of(last)
}

#[test]
fn pages_say_what_exchanges_mean() {
    for facet in FACETS {
        let name = facet.meta.name;
        let (fires, quiet) = (facet.meta.examples("Fires"), facet.meta.examples("Quiet"));
        assert!(!fires.is_empty() && !quiet.is_empty(), "{name}: no examples");
        for text in fires {
            let told = text.trim_end().rsplit_once("\n= ");
            let (exchanges, expected) =
                told.unwrap_or_else(|| panic!("{name}: ends with no `= label`\n{text}"));
            assert_eq!(label(facet, exchanges).as_deref(), Some(expected), "{name}\n{text}");
        }
        for text in quiet {
            assert_eq!(label(facet, &text), None, "{name}\n{text}");
        }
    }
}
