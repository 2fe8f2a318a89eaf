//! What `--mock` names, made into a subject: servers, programs and files.

mod exec;
mod files;
mod group;
mod log;
mod mock;
mod reset;
mod server;
mod wish;

pub(crate) use group::Group;
pub(crate) use mock::{Manner, Mock};
pub(crate) use reset::ResetRequest;
pub(crate) use wish::Wish;
