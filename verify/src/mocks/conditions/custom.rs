//! A test that only its own format knows how to make.

use super::{Asked, Fit};
use std::fmt;
use std::sync::Arc;

/// A test that only its own format knows how to make.
#[derive(Clone)]
pub struct Custom {
    /// How a miss is explained: `body of the type that the contract says`.
    pub told: String,
    /// The test.
    pub test: Arc<dyn Fn(&Asked<'_>) -> Fit + Send + Sync>,
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custom({})", self.told)
    }
}

impl PartialEq for Custom {
    fn eq(&self, other: &Self) -> bool {
        self.told == other.told && Arc::ptr_eq(&self.test, &other.test)
    }
}
