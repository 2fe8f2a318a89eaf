//! What cassettes show by themselves: the behaviours in them, and what nobody ever provoked.

use crate::compare::compare;
use crate::examples::ready;
use crate::options::Options;
use crate::report::Report;
use crate::rules::{RULES, Rule};
use cassettes::model::{Cassette, Request, Timestamp};
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};

/// The coverage of some cassettes with nobody asked, and the findings of the rules that judge evidence alone.
pub fn learned(cassettes: &[Cassette]) -> Report {
    let rules: Vec<&'static Rule> =
        RULES.iter().copied().filter(|rule| rule.meta.name.starts_with("evidence-")).collect();
    let options = Options { command: "inspect", now: Timestamp(0), keys: None, reveal: &|_| Vec::new() };
    // Nobody is asked, so nobody can be unreachable.
    ready(compare(cassettes, &Nobody, &rules, &options)).unwrap_or_else(|_| Report::empty("inspect"))
}

/// Answers nothing: what is left of a comparison is what the real side said.
struct Nobody;

impl Subject for Nobody {
    fn name(&self) -> &str {
        "nobody"
    }

    fn answer<'a>(&'a self, _: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        let none = NoAnswer { reason: "nobody is asked".to_owned(), fatal: false };
        Box::pin(std::future::ready(Err(none)))
    }
}
