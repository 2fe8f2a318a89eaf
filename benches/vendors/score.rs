//! How the test judges a fake.

#[path = "../../tests/optimism/score/judge.rs"]
mod judge;
#[expect(dead_code, reason = "the comparison adds up by itself")]
#[path = "../../tests/optimism/score/outcome.rs"]
mod outcome;

pub(crate) use judge::{cassettes, judge, rules};
pub(crate) use outcome::Outcome;
