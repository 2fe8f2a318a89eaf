//! What the replay keeps for itself of paths and headers; the recorder takes the same off what it asks.

pub(crate) use wire::reserved::{RESERVED, SESSION, SESSION_FIELD};
