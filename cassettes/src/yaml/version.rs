//! The first line: which version of the format a file is written in.

use super::{VERSION, read::ReadError};

/// The version is looked at before anything else, so that a newer file is called newer and not broken.
pub(super) fn check_version(name: &str, text: &str) -> Result<(), ReadError> {
    let head = text.lines().map(str::trim_end).find(|l| !l.is_empty() && !l.starts_with('#') && *l != "---");
    let version = head.and_then(|l| l.strip_prefix("truetape:")).map(str::trim);
    match version.map(str::parse::<u32>) {
        Some(Ok(version)) if version > VERSION => Err(ReadError {
            place: name.to_owned(),
            what: format!("was written in format {version}; this truetape reads formats up to {VERSION}"),
            hint: "use the newer truetape that wrote it".into(),
        }),
        Some(Ok(version)) if version > 0 => Ok(()),
        _ => Err(ReadError {
            place: name.to_owned(),
            what: match head {
                Some(line) => format!(
                    "is not a cassette: expected `truetape: {VERSION}` as its first line, found `{}`",
                    line.chars().take(60).collect::<String>()
                ),
                None => "is not a cassette: it is empty".into(),
            },
            hint: "`truetape record` writes cassettes".into(),
        }),
    }
}
