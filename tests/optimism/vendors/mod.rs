//! Vendors of different conventions, each with a script that records it.

mod blobs;
mod calendar;
mod chat;
mod cloud;
mod git_host;
mod graph;
mod hyper;
mod identity;
mod payments;
mod shop;
mod tables;
mod warehouse;

use crate::kit::client::Client;
use crate::kit::stage::Make;

/// One vendor.
pub(crate) struct Vendor {
    pub(crate) name: &'static str,
    pub(crate) make: Make,
    /// What is asked of it; each is a cassette.
    pub(crate) sessions: &'static [fn(&mut Client)],
}

pub(crate) static VENDORS: &[&Vendor] = &[
    &git_host::VENDOR,
    &cloud::VENDOR,
    &payments::VENDOR,
    &shop::VENDOR,
    &graph::VENDOR,
    &tables::VENDOR,
    &blobs::VENDOR,
    &identity::VENDOR,
    &warehouse::VENDOR,
    &calendar::VENDOR,
    &chat::VENDOR,
    &hyper::VENDOR,
];
