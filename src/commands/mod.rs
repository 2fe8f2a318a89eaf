//! The commands, one file each.

pub(crate) mod accept;
pub(crate) mod audit;
pub(crate) mod ca;
mod chosen;
mod cleaned;
pub(crate) mod completions;
pub(crate) mod contract;
pub(crate) mod demo;
pub(crate) mod drift;
pub(crate) mod explain;
mod forms;
pub(crate) mod inspect;
mod known;
pub(crate) mod learn;
mod picked;
mod reached;
pub(crate) mod record;
pub(crate) mod recording;
pub(crate) mod replay;
mod reporting;
pub(crate) mod sandbox;
pub(crate) mod scan;
pub(crate) mod verify;
mod wrapped;
