//! `truetape.yaml`, beside the tests: the project's settings. Flags win over it.

mod age;
mod file;
mod mock;
mod proxy;
mod pseudonyms;
mod scan;

pub(crate) use age::age;
pub(crate) use file::{Settings, join};
pub(crate) use proxy::OthersSetting;
