//! What is kept of paths and headers for those who stand in for an upstream: a client that names its session
//! in one of these ways can be recorded as well as replayed.

/// The path below which nothing of any upstream is recorded or served.
pub const RESERVED: &str = "/__truetape/";

/// What precedes a session's name in a path.
pub const SESSION: &str = "/__truetape/session/";

/// The header by which a client names its session.
pub const SESSION_FIELD: &str = "truetape-session";
