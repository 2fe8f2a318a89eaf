//! `truetape.yaml`, beside the tests: the project's settings. Flags win over it.

mod age;
mod file;
mod mock;

pub(crate) use age::age;
pub(crate) use file::{Settings, join};
