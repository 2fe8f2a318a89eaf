//! How a run ends: six codes, and the two lines that a failed run prints.

use std::process::ExitCode;

/// The exit codes, the same for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: everything agreed.
    Agreed,
    /// 1: findings, drift or misses.
    Findings,
    /// 2: bad usage, or a file that cannot be used.
    Usage,
    /// 3: nobody could be asked, or nothing was checked.
    CouldNotAsk,
    /// 4: truetape itself failed.
    Internal,
    /// A wrapped command failed; its status passes through.
    Wrapped(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Agreed => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::CouldNotAsk => 3,
            Exit::Internal => 4,
            Exit::Wrapped(code) => code,
        })
    }
}

/// Why a command stopped, for a person.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    /// What was expected, what came, where.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

impl Stop {
    pub(crate) fn new(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Stop { exit, message: message.into(), hint: Some(hint.into()) }
    }

    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Stop::new(Exit::Usage, message, hint)
    }
}

impl From<cassettes::store::StoreError> for Stop {
    fn from(error: cassettes::store::StoreError) -> Self {
        let message = error.to_string();
        Stop::usage(message, error.hint)
    }
}

/// What a command gives back.
pub(crate) type Outcome = Result<Exit, Stop>;
