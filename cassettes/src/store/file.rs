//! A cassette's file by itself.

use super::{StoreError, blobs};
use crate::{
    model::{Cassette, Digest, Headers, Side},
    yaml,
};
use std::{fs, path::Path};

/// A cassette and what a person should know about it.
#[derive(Debug)]
pub struct Loaded {
    /// The cassette.
    pub cassette: Cassette,
    /// One line each: exchanges edited by hand, exchanges found in the recording that a killed recorder left.
    pub notes: Vec<String>,
}

/// More threads than this gain nothing: reading is bound by memory then.
const HANDS: usize = 8;

/// Reads the file and its blobs, but for those that nobody looks into. `lean` leaves more where they are.
pub(super) fn read(path: &Path, lean: bool) -> Result<Loaded, StoreError> {
    let bytes = fs::read(path).map_err(|e| StoreError::io(path, "reading", &e))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        StoreError::new(
            path.display().to_string(),
            format!("is not a cassette: no UTF-8 at byte {at}"),
            "name a cassette file",
        )
    })?;
    parse(path, &text, lean)
}

pub(super) fn parse(path: &Path, text: &str, lean: bool) -> Result<Loaded, StoreError> {
    let Text { fetch, leave, hands } = reading(path, lean);
    let reading = yaml::read_leaving(&name(path), text, &*fetch, Some(&*leave), hands)?;
    Ok(Loaded { cassette: reading.cassette, notes: notes(&reading.edited) })
}

/// What reading a cassette's text needs beside it.
pub(super) struct Text<'p> {
    pub(super) fetch: Box<yaml::Fetch<'p>>,
    pub(super) leave: Box<yaml::Leave<'p>>,
    pub(super) hands: usize,
}

pub(super) fn reading(path: &Path, lean: bool) -> Text<'_> {
    Text {
        fetch: Box::new(|digest: &Digest| blobs::read(path, digest)),
        leave: Box::new(move |side, headers: &Headers, digest: &Digest, len| {
            // A request is matched by what it says.
            blobs::leave(path, headers, (digest, len), lean && side == Side::Upstream)
        }),
        hands: std::thread::available_parallelism().map_or(1, usize::from).min(HANDS),
    }
}

pub(super) fn notes(edited: &[String]) -> Vec<String> {
    edited.iter().map(|e| format!("{e}: replayed, but no evidence")).collect()
}

/// What evidence calls a cassette: its file name.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}
