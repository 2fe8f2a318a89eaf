//! What varies from run to run in a value that means the same: moments, drawn words, versions.

mod moments;
pub(crate) mod normal;

pub(crate) use normal::masked;
