//! Every redactor's page is executed: what it says becomes of an exchange does, and what it says is left
//! alone is.

use super::support::{exchange, policy, write};
use crate::redact::REDACTORS;

#[test]
fn pages_say_what_happens() {
    for redactor in REDACTORS {
        let name = redactor.meta.name;
        let (fires, quiet) = (redactor.meta.examples("Fires"), redactor.meta.examples("Quiet"));
        assert!(
            !fires.is_empty() && !quiet.is_empty() && redactor.meta.section("Why it matters").is_some(),
            "{name}"
        );
        for example in fires {
            let (before, after) =
                example.split_once("becomes\n").unwrap_or_else(|| panic!("{name}: {example}"));
            let clean = policy().clean(exchange(before));
            assert_eq!(write(clean.exchange()).trim_end(), after.trim_end(), "{name}");
            assert_ne!(write(clean.exchange()).trim_end(), before.trim_end(), "{name}");
            let by = |r: &crate::model::Redaction| {
                r.by == name || (name == "named-secret" && r.by.starts_with("secret "))
            };
            assert!(clean.exchange().redactions.iter().any(by), "{name}: {:?}", clean.exchange().redactions);
        }
        for example in quiet {
            let clean = policy().clean(exchange(&example));
            assert_eq!(write(clean.exchange()).trim_end(), example.trim_end(), "{name}");
            assert_eq!(clean.exchange().redactions, [], "{name}");
        }
    }
}
