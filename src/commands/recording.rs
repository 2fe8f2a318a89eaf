//! Whether anything may be recorded here: in CI nothing is, unless it is forced.

use crate::{env, exit::Stop};

/// What the flag is spelt in the environment.
const FORCE: &str = "TRUETAPE_FORCE_RECORD";

/// Whether this is a CI run: `CI` is set, and says neither `false` nor `0`.
pub(crate) fn is_ci() -> bool {
    is_set("CI")
}

/// Whether recording is forced, by the flag `--force-record` or by `TRUETAPE_FORCE_RECORD=1`.
pub(crate) fn is_forced(flag: bool) -> bool {
    flag || is_set(FORCE)
}

/// Whether recording must not happen: in CI, unless it is forced.
pub(crate) fn is_forbidden(force: bool) -> bool {
    is_ci() && !is_forced(force)
}

/// Stops a command that would record where nothing may be: before it listens, asks or writes anything. `what`
/// says what it would do, as in "`--mode all` records anew"; `instead` what to do about it.
pub(crate) fn allow(force: bool, what: &str, instead: &str) -> Result<(), Stop> {
    if !is_forbidden(force) {
        return Ok(());
    }
    Err(Stop::usage(
        format!("nothing is recorded in CI (CI is set), and {what}"),
        format!("{instead}; or force it with --force-record or {FORCE}=1"),
    ))
}

fn is_set(name: &str) -> bool {
    env::var(name).is_some_and(|value| {
        let value = value.trim();
        !(value.is_empty() || value == "0" || value.eq_ignore_ascii_case("false"))
    })
}
