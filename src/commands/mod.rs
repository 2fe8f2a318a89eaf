//! The commands, one file each.

pub(crate) mod accept;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod inspect;
mod known;
pub(crate) mod record;
pub(crate) mod replay;
pub(crate) mod sandbox;
pub(crate) mod verify;
mod wrapped;
