//! `truetape.yaml`, beside the tests: the project's settings. Flags win over it.

mod age;
mod drift;
mod file;
mod matching;
mod mock;
mod notify;
mod proxy;
mod pseudonyms;
mod replay;
mod scan;

pub(crate) use age::{age, unknown};
pub(crate) use file::{Settings, join};
pub(crate) use notify::Webhook;
pub(crate) use proxy::OthersSetting;
pub(crate) use pseudonyms::Several;
