//! Whom a change concerns, and how many changes concern whom.

use serde::Serialize;

/// Whom a change concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Code that was right for the older recording can fail.
    Breaking,
    /// Code that was right stays right; there is more to know.
    Compatible,
    /// Nobody: two recordings of one vendor differ so.
    Noise,
}

impl Weight {
    /// As reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Weight::Breaking => "breaking",
            Weight::Compatible => "compatible",
            Weight::Noise => "noise",
        }
    }
}

/// How many changes there are of each weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// [`Weight::Breaking`].
    pub breaking: usize,
    /// [`Weight::Compatible`].
    pub compatible: usize,
    /// [`Weight::Noise`].
    pub noise: usize,
}
