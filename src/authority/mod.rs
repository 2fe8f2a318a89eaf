//! The user's own certificate authority: where its files lie, and what makes programs trust it.

mod files;
mod variables;

pub(crate) use files::{Files, directory};
pub(crate) use variables::{proxy_variables, trust_variables};
