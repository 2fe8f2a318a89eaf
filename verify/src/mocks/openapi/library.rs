//! The documents that lie together, and the references between them.

use crate::mocks::Files;
use crate::mocks::placed::{Placed, Unreadable};
use cassettes::model::Request;
use std::collections::BTreeMap;

/// How many references may lead on to another one.
const MOST_HOPS: usize = 32;

/// Every file that could be read, by its path.
pub(super) struct Library<'f> {
    documents: BTreeMap<&'f str, Result<Placed, Unreadable>>,
    files: &'f Files,
}

/// A value and the file it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'l> {
    pub(super) file: &'l str,
    pub(super) node: &'l Placed,
}

/// What the adapter does not understand, and where.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gap {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) what: String,
}

impl<'f> Library<'f> {
    /// Reads every file that may be a document.
    pub(super) fn read(files: &'f Files) -> Self {
        let document = |path: &str| {
            let path = path.to_ascii_lowercase();
            [".json", ".yaml", ".yml"].iter().any(|end| path.ends_with(end))
        };
        let documents = files
            .list
            .iter()
            .filter(|file| document(&file.path) || files.list.len() == 1)
            .map(|file| (file.path.as_str(), Placed::read(&file.bytes)))
            .collect();
        Library { documents, files }
    }

    /// Every document, whole.
    pub(super) fn documents(&self) -> impl Iterator<Item = Place<'_>> {
        self.documents.iter().filter_map(|(file, read)| Some(Place { file, node: read.as_ref().ok()? }))
    }

    /// The files that are no documents at all.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = (&str, &Unreadable)> {
        self.documents.iter().filter_map(|(file, read)| Some((*file, read.as_ref().err()?)))
    }

    /// The bytes of a file that is named in another one.
    pub(super) fn bytes(&self, from: &str, name: &str) -> Option<(&'f str, &'f [u8])> {
        let path = beside(from, name);
        let file = self.files.list.iter().find(|f| f.path == path)?;
        Some((file.path.as_str(), file.bytes.as_slice()))
    }

    /// What stands at the end of a chain of references.
    pub(super) fn resolve<'l>(&'l self, place: Place<'l>) -> Result<Place<'l>, Gap> {
        let mut here = place;
        for _ in 0..MOST_HOPS {
            let Some(reference) = here.node.str_of("$ref") else { return Ok(here) };
            here = self.follow(here, reference).ok_or_else(|| here.gap(format!("$ref {reference}")))?;
        }
        Err(place.gap("a $ref that leads in a circle"))
    }

    fn follow<'l>(&'l self, from: Place<'l>, reference: &str) -> Option<Place<'l>> {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let path = if file.is_empty() { from.file.to_owned() } else { beside(from.file, &decoded(file)) };
        let (file, document) = self.documents.get_key_value(path.as_str())?;
        let node = document.as_ref().ok()?;
        if fragment.is_empty() {
            return Some(Place { file, node });
        }
        let unescaped = |step: &str| decoded(step).replace("~1", "/").replace("~0", "~");
        let steps: Vec<String> = fragment.strip_prefix('/')?.split('/').map(unescaped).collect();
        node.at(steps.iter().map(String::as_str)).map(|node| Place { file, node })
    }
}

impl<'l> Place<'l> {
    /// Another value of the same file.
    pub(super) fn with(self, node: &'l Placed) -> Self {
        Place { file: self.file, node }
    }

    /// The value of a member.
    pub(super) fn get(self, name: &str) -> Option<Place<'l>> {
        self.node.get(name).map(|node| self.with(node))
    }

    /// Something here that is not understood.
    pub(super) fn gap(self, what: impl Into<String>) -> Gap {
        Gap { file: self.file.to_owned(), line: self.node.line, what: what.into() }
    }
}

/// The path that a file's words mean, seen from the file.
fn beside(from: &str, name: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let absolute = from.starts_with('/');
    let mut steps: Vec<&str> = folder.split('/').filter(|s| !s.is_empty() && *s != ".").collect();
    let dotted = from.starts_with("./");
    for step in name.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|s| *s != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    let path = steps.join("/");
    match (absolute, dotted) {
        (true, _) => format!("/{path}"),
        (false, true) => format!("./{path}"),
        (false, false) => path,
    }
}

/// Percent-decoded.
fn decoded(text: &str) -> String {
    Request::new("GET", format!("/{text}")).segments().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen_from_the_file_that_says_them() {
        assert_eq!(beside("api/openapi.yaml", "./schemas/pet.yaml"), "api/schemas/pet.yaml");
        assert_eq!(beside("openapi.yaml", "pet.yaml"), "pet.yaml");
        assert_eq!(beside("./a/b.yaml", "../c.yaml"), "./c.yaml");
        assert_eq!(beside("/x/a/b.yaml", "../../../c.yaml"), "/../c.yaml");
        assert_eq!(decoded("paths/~1a~1%7Bid%7D+"), "paths/~1a~1{id}+");
    }
}
