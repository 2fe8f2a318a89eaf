//! What vendors, operators and the score are made from.

pub(crate) mod client;
pub(crate) mod data;
pub(crate) mod dress;
pub(crate) mod hooks;
pub(crate) mod json;
pub(crate) mod pages;
pub(crate) mod service;
pub(crate) mod stage;
pub(crate) mod tokens;
pub(crate) mod world;
