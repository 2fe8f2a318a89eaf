//! The examples of each page are two recordings: the first *Fires*, the second does not.

use super::PAGES;
use crate::changes::between;
use crate::examples;

fn fires(name: &str, text: &str) -> bool {
    let example = examples::parse(text).expect("an example");
    let [before, after] = example.cassettes.as_slice() else { panic!("two recordings") };
    between(before, after).telling().any(|change| change.rule == name)
}

#[test]
fn pages_hold_what_they_promise() {
    for page in PAGES {
        for (section, wanted) in [("Fires", true), ("Quiet", false)] {
            let examples = page.meta.examples(section);
            assert!(!examples.is_empty(), "{}: {section}", page.meta.name);
            for example in examples {
                assert_eq!(fires(page.meta.name, &example), wanted, "{}: {section}", page.meta.name);
            }
        }
    }
}
