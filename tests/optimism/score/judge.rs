//! Asking one fake what the real side was asked, and judging it.

use crate::kit::client::cassette;
use crate::kit::stage::{Cast, KEY};
use crate::kit::world::ASKED;
use crate::mock::Mock;
use crate::operators::Survey;
use cassettes::jwt::HmacKey;
use cassettes::model::{Cassette, Request, Timestamp};
use cassettes::redact::Policy;
use verify::examples::ready;
use verify::{Options, Report, Rule};

/// The rules that judge a mock; those about the evidence alone are asked elsewhere.
pub(crate) fn rules() -> Vec<&'static Rule> {
    verify::RULES.iter().copied().filter(|rule| !rule.meta.name.starts_with("evidence-")).collect()
}

/// What recording a vendor's script gives.
pub(crate) fn cassettes(survey: &Survey, policy: &Policy) -> Vec<Cassette> {
    let one = |(i, session): (usize, &Vec<_>)| {
        cassette(&format!("{}-{}.yaml", survey.vendor.name, i + 1), session, policy)
    };
    survey.real.iter().enumerate().map(one).collect()
}

/// What verify says of a fake.
pub(crate) fn judge(cassettes: &[Cassette], cast: &Cast, policy: &Policy, rules: &[&'static Rule]) -> Report {
    let keys = HmacKey(KEY.to_vec());
    let reveal = |request: &mut Request| policy.reveal(request);
    let now = Timestamp(ASKED * 1_000_000);
    let options = Options { command: "verify", now, keys: Some(&keys), max_age: None, reveal: &reveal };
    ready(verify::compare(cassettes, &Mock::new(cast.clone()), rules, &options)).expect("it can be asked")
}
