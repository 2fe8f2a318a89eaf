//! The files of a stub-file mock, as somebody else has read them from the disk.

use super::FormatError;
use crate::excerpt;
use cassettes::json::{Json, Pointer};
use cassettes::subject::Spot;
use std::borrow::Cow;

/// One file, whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MockFile {
    /// As the user would type it.
    pub path: String,
    /// As it stands on the disk.
    pub bytes: Vec<u8>,
}

/// Everything that a user named as one mock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// What the user named: a file or a directory.
    pub root: String,
    /// Sorted by path; one entry where a file was named.
    pub list: Vec<MockFile>,
}

impl Files {
    /// The file of that path, as the user would type it.
    pub fn find(&self, path: &str) -> Option<&MockFile> {
        self.list.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|at| &self.list[at])
    }

    /// Every file whose name ends like that: `.json`. Letter case does not matter.
    pub fn ending<'f>(&'f self, end: &'f str) -> impl Iterator<Item = &'f MockFile> {
        self.list.iter().filter(move |file| file.ends_with(end))
    }
}

impl MockFile {
    /// Whether the name ends like that. Letter case does not matter.
    pub fn ends_with(&self, end: &str) -> bool {
        let (path, end) = (self.path.as_bytes(), end.as_bytes());
        path.len() >= end.len() && path[path.len() - end.len()..].eq_ignore_ascii_case(end)
    }

    /// Whether one of the folders that it stands in has that name.
    pub fn is_below(&self, folder: &str) -> bool {
        let mut folders: Vec<&str> = self.path.split(['/', '\\']).collect();
        folders.pop();
        folders.contains(&folder)
    }

    /// The content as text, without a byte-order mark; what is no UTF-8 becomes U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.bytes))
    }

    /// The content as JSON.
    pub fn json(&self) -> Result<Json, FormatError> {
        Json::parse(&self.bytes).map_err(|error| FormatError {
            what: format!("expected JSON, found {}", error.what),
            place: self.at(error.at).cite(),
            hint: None,
        })
    }

    /// Where a byte of it stands.
    pub fn at(&self, offset: usize) -> Spot {
        let before = &self.bytes[..offset.min(self.bytes.len())];
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        Spot { file: self.path.clone(), line: u32::try_from(line).unwrap_or(u32::MAX) }
    }

    /// Where a value of it stands, for a file that is JSON; its first line if there is no such value.
    pub fn spot(&self, pointer: &Pointer) -> Spot {
        self.at(excerpt::locate(&self.bytes, pointer).map_or(0, |span| span.start))
    }
}

/// How a place is written.
pub trait Cite {
    /// `stubs/list.json:12`.
    fn cite(&self) -> String;
}

impl Cite for Spot {
    fn cite(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}
