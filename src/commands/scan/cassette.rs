//! A cassette is scanned by exchange and place, and its text besides: remarks and the header are in no exchange.

use cassettes::{
    model::{Exchange, ExchangeId},
    scan::{Leak, Scanner},
    store,
};
use std::{collections::BTreeSet, path::Path};

/// What was found in a cassette.
pub(super) struct Found {
    /// With the operation, where it is in an exchange.
    pub(super) leaks: Vec<(Leak, Option<String>)>,
    pub(super) exchanges: usize,
    /// Digests of the bodies that were looked into.
    pub(super) blobs: BTreeSet<String>,
}

/// Whether a text says that it is a cassette.
pub(super) fn is_one(text: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&text[..text.len().min(4096)]);
    head.lines()
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .is_some_and(|line| line.starts_with("truetape:"))
}

/// Reads it with its blobs and scans it. An error is a fragment that says why it could not be read.
pub(super) fn scan(path: &str, text: &[u8], scanner: &Scanner) -> Result<Found, String> {
    let cassette = store::load(Path::new(path)).map_err(|e| e.to_string())?.cassette;
    let starts = starts(text);
    let mut raw = scanner.text(text);
    let mut leaks = Vec::new();
    let mut blobs = BTreeSet::new();
    for exchange in &cassette.exchanges {
        let lines = lines(&starts, exchange.id);
        let operation = format!("{} {}", exchange.request.method, exchange.request.path());
        for mut leak in scanner.places(exchange) {
            // Where it stands in the file, if it stands there as it is.
            let same = |other: &Leak| {
                lines.contains(&other.line)
                    && other.kind.name == leak.kind.name
                    && other.excerpt == leak.excerpt
                    && other.tag == leak.tag
            };
            match raw.iter().position(same) {
                Some(at) => {
                    let told = raw.remove(at);
                    (leak.line, leak.column) = (told.line, told.column);
                }
                None => leak.line = lines.start,
            }
            leaks.push((leak, Some(operation.clone())));
        }
        bodies(exchange, &mut blobs);
    }
    let first = starts.first().map_or(u32::MAX, |(_, line)| *line);
    // Within exchanges a name is no proof: what stands there was judged above with all that is known of it.
    raw.retain(|leak| leak.line < first || leak.kind.certain);
    raw.retain(|leak| {
        !leaks.iter().any(|(told, _)| {
            told.kind.name == leak.kind.name && told.tag == leak.tag && told.excerpt == leak.excerpt
        })
    });
    leaks.extend(raw.into_iter().map(|leak| (leak, None)));
    Ok(Found { leaks, exchanges: cassette.exchanges.len(), blobs })
}

/// The line on which each exchange begins, counted from one.
fn starts(text: &[u8]) -> Vec<(ExchangeId, u32)> {
    let text = String::from_utf8_lossy(text);
    let id = |line: &str| line.strip_prefix("- id:").and_then(|id| id.trim().parse().ok()).map(ExchangeId);
    (1..).zip(text.lines()).filter_map(|(number, line)| Some((id(line)?, number))).collect()
}

fn lines(starts: &[(ExchangeId, u32)], id: ExchangeId) -> std::ops::Range<u32> {
    let Some(at) = starts.iter().position(|(other, _)| *other == id) else { return 1..u32::MAX };
    starts[at].1..starts.get(at + 1).map_or(u32::MAX, |(_, line)| *line)
}

fn bodies(exchange: &Exchange, blobs: &mut BTreeSet<String>) {
    let reply = exchange.answer.head().map(|reply| &reply.body);
    for body in std::iter::once(&exchange.request.body).chain(reply).filter(|body| !body.is_empty()) {
        blobs.insert(body.digest().to_string());
    }
}
