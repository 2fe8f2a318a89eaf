//! A whole file: in the emitter's own spelling by several hands at once, else by the general reader.

use super::{
    disk,
    read::{Fetch, Leave, ReadError, Reader},
    stream::Stream,
    version::check_version,
};
use crate::{
    model::{Body, Cassette, Exchange, Header},
    slab::Slab,
};
use std::collections::BTreeSet;

/// A cassette as read, and what a reader of reports should know about it.
#[derive(Debug)]
pub struct Reading {
    /// The cassette.
    pub cassette: Cassette,
    /// One line for each exchange that is no longer evidence, and why.
    pub edited: Vec<String>,
}

/// Reads a cassette. `name` is what evidence will call it; `blob` fetches the bodies that stand beside it.
pub fn read(name: &str, text: &str, blob: &Fetch<'_>) -> Result<Reading, ReadError> {
    read_leaving(name, text, blob, None, 1)
}

/// As [`read`], but for bodies that stay in their blobs: `leave` is told whose body it is, with which fields,
/// and the blob's name and length, and gives the blob once it is known to hold that. None: the body is fetched. As many threads as `hands` says
/// share the work.
pub fn read_leaving(
    name: &str,
    text: &str,
    blob: &Fetch<'_>,
    leave: Option<&Leave<'_>>,
    hands: usize,
) -> Result<Reading, ReadError> {
    check_version(name, text)?;
    if let Some(reading) = quickly(name, text, blob, leave, hands) {
        return Ok(reading);
    }
    assemble(name, general(name, text)?, blob, leave)
}

/// A file in the emitter's own spelling that has nothing wrong with it; for anything else the general reader
/// finds the words.
fn quickly(
    name: &str,
    text: &str,
    blob: &Fetch<'_>,
    leave: Option<&Leave<'_>>,
    hands: usize,
) -> Option<Reading> {
    let stream = Stream::begin(name, text.as_bytes())?;
    let header = stream.header();
    let each = stream.each(blob, leave, hands, || {
        let mut slab = Slab::default();
        move |mut exchange: Exchange| {
            let request = &mut exchange.request.body;
            *request = Body(slab.keep(&request.0));
            if let Some(response) = exchange.answer.head_mut() {
                response.body = Body(slab.keep(&response.body.0));
            }
            exchange
        }
    })?;
    let cassette = Cassette { name: name.to_owned(), header, exchanges: each.found };
    Some(Reading { cassette, edited: each.edited })
}

/// Any YAML, with the place of what is wrong in it.
fn general(name: &str, text: &str) -> Result<disk::File, ReadError> {
    serde_yaml::from_str(text).map_err(|e| {
        let place =
            e.location().map_or(name.to_owned(), |at| format!("{name}:{}:{}", at.line(), at.column()));
        let hint = "mend the line, or record again; docs/format.md describes the format".into();
        ReadError { place, what: e.to_string(), hint }
    })
}

fn assemble(
    name: &str,
    file: disk::File,
    blob: &Fetch<'_>,
    leave: Option<&Leave<'_>>,
) -> Result<Reading, ReadError> {
    let reader = Reader::new(name, &file, blob, leave);
    let mut edited = Vec::new();
    let mut exchanges = Vec::new();
    let mut ids = BTreeSet::new();
    for exchange in file.exchanges.unwrap_or_default() {
        let id = exchange.id;
        if !ids.insert(id) {
            let hint = "give each exchange a number of its own";
            return Err(reader.error(id, "", format!("the number {id} occurs twice"), hint));
        }
        exchanges.push(reader.exchange(exchange, &mut edited)?);
    }
    exchanges.sort_by_key(|e| e.id);
    let header = Header { recorder: file.recorder, upstreams: file.upstreams, redact: file.redact };
    Ok(Reading { cassette: Cassette { name: name.to_owned(), header, exchanges }, edited })
}

/// As [`read`], by the general reader alone: what the fast one is held against.
#[cfg(test)]
pub(super) fn read_generally(name: &str, text: &str, blob: &Fetch<'_>) -> Result<Reading, ReadError> {
    assemble(name, general(name, text)?, blob, None)
}
