//! A raw upstream that says what it is told, a raw client that notes what it gets and when, and a rig with a
//! recorder between them.

mod client;
mod fake;
mod rig;
mod tls;
mod upstream2;

pub(crate) use client::{End, Heard, get, talk, talk_within};
pub(crate) use fake::{Fake, Step};
pub(crate) use rig::{Rig, Setup};
pub(crate) use tls::{AUTHORITY, picky, secure};
pub(crate) use upstream2::{Upstream2, map};
