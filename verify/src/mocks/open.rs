//! From files to a subject: by the format's name, or by what is in them.

use super::placed::Placed;
use super::{FORMATS, Files, FormatError, MockFormat, Stubs};
use cassettes::model::Timestamp;

/// Reads files as the format of that name, or as the one that they look like.
pub fn open(format: Option<&str>, files: &Files, now: Timestamp) -> Result<Stubs, FormatError> {
    let refuse = |what: String| FormatError {
        what,
        place: files.root.clone(),
        hint: Some(format!(
            "name one of {} before the path, for example `{}:PATH`",
            names().join(", "),
            names()[0]
        )),
    };
    if files.list.is_empty() {
        return Err(refuse("expected files of stubs, found none".to_owned()));
    }
    let format = match format {
        Some(name) => find(name).ok_or_else(|| refuse(format!("there is no mock format `{name}`")))?,
        None => sniff(files).ok_or_else(|| refuse("expected files of a known mock format".to_owned()))?,
    };
    (format.read)(files).map(|stubs| stubs.at(now))
}

/// The format of that name.
pub fn find(name: &str) -> Option<&'static MockFormat> {
    FORMATS.iter().copied().find(|format| format.meta.name == name)
}

/// The format that files look like.
pub fn sniff(files: &Files) -> Option<&'static MockFormat> {
    FORMATS.iter().copied().find(|format| (format.sniff)(files))
}

/// The first file that cannot be read as what its name says it is.
pub fn unreadable(files: &Files) -> Option<String> {
    files.list.iter().find_map(|file| {
        let ends = |ends: &[&str]| ends.iter().any(|end| file.path.to_ascii_lowercase().ends_with(end));
        let read = match () {
            () if ends(&[".json", ".har"]) => Placed::json(&file.bytes),
            () if ends(&[".yaml", ".yml"]) => Placed::read(&file.bytes),
            () => return None,
        };
        read.err().map(|why| format!("{}:{}: {why}", file.path, why.line))
    })
}

fn names() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.meta.name).collect()
}
