//! What a case of the gallery is made of.

use crate::web::Handler;

/// One boundary: the real side, what was asked of it, and mocks of it.
pub(crate) struct Case {
    /// Its folder beside this file.
    pub(crate) folder: &'static str,
    /// The real side, in its first state. `true`: with the times it really takes.
    pub(crate) service: fn(bool) -> Handler,
    /// What is asked while recording; the base URL is the recorder's.
    pub(crate) client: fn(&str),
    /// Flags that `record` and `verify` both need.
    pub(crate) flags: &'static [&'static str],
    pub(crate) mocks: &'static [Mock],
}

/// One mock of a case.
pub(crate) struct Mock {
    /// Its report is `NAME.report.json`.
    pub(crate) name: &'static str,
    pub(crate) subject: Subject,
    /// The rules of the report's findings, in its order, each once. An honest mock has none.
    pub(crate) finds: &'static [&'static str],
}

/// What `--mock` is given.
pub(crate) enum Subject {
    /// The URL of a service that the test starts.
    Live(fn() -> Handler),
    /// Files of the case's folder, as a user names them.
    Words(&'static str),
}
