//! The shelf of mock formats, one file each, and what they have in common: stubs that are interpreted.
//!
//! An adapter reads files into [`Stub`]s: conditions and replies as data. [`Stubs`] is the subject that
//! they make. What an adapter does not understand it says, with file and line; a question that such a
//! stub might answer stays open: never agreed, and no finding either.

pub mod conditions;
mod files;
mod format;
mod instead;
mod javascript;
pub mod message;
mod miss;
mod mockoon;
mod mockserver;
mod nock;
mod open;
mod openapi;
mod pact;
mod routes;
mod stub;
mod stubs;
pub mod templates;
mod transcript;
mod wiremock;

#[cfg(test)]
mod stubs_tests;
#[cfg(test)]
mod tests;

pub(crate) use cassettes::placed;

pub use files::{Cite, Files, MockFile};
pub use format::{FormatError, MockFormat};
pub use open::{find, open, sniff, unreadable};
pub use stub::{Content, Made, Make, Order, Replies, Reply, STARTED, Scenario, Scene, Stub, Unknown};
pub use stubs::Stubs;

/// Every format, in the order in which files are tried for them.
pub static FORMATS: &[&MockFormat] = &[
    &openapi::FORMAT,
    &mockoon::FORMAT,
    &mockserver::FORMAT,
    &wiremock::FORMAT,
    &pact::FORMAT,
    &nock::FORMAT,
    &transcript::FORMAT,
];
