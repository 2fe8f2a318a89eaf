//! Findings that a project has accepted for a while: `ignore:` in truetape.yaml.

mod apply;
mod edit;
mod entry;
mod ignore_expired;

pub(crate) use apply::{Applied, apply};
pub(crate) use edit::{New, add};
pub(crate) use entry::{Ignore, last_moment};
pub(crate) use ignore_expired::NOTICE;
