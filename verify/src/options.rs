//! What the engine needs from outside.

use crate::budget::Budget;
use cassettes::jwt::Keys;
use cassettes::model::{Request, Timestamp};

/// What the engine needs from outside.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The command that reports, for the report's head.
    pub command: &'static str,
    /// The moment for which tokens are minted, and to which evidence has aged.
    pub now: Timestamp,
    /// The keys with which tokens are signed.
    pub keys: Option<&'a dyn Keys>,
    /// How old evidence may be; none: any age.
    pub max_age: Option<&'a Budget>,
    /// Puts named secrets back into a request; gives the names that have no value.
    pub reveal: &'a (dyn Fn(&mut Request) -> Vec<String> + Send + Sync),
}
