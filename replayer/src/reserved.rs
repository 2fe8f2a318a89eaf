//! What the replay keeps for itself of paths and headers.

/// The path below which nothing of any cassette is served.
pub(crate) const RESERVED: &str = "/__truetape/";

/// What precedes a session's name in a path.
pub(crate) const SESSION: &str = "/__truetape/session/";

/// The header by which a client names its session.
pub(crate) const SESSION_FIELD: &str = "truetape-session";
