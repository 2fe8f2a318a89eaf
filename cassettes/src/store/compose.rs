//! A cassette put together from two that were saved: what was accepted of a proposal, or what was recorded anew.

use super::{StoreError, atomic, load_lean, unnamed};
use crate::{
    model::{Cassette, Exchange, ExchangeId, Header},
    yaml,
};
use std::path::Path;

/// One exchange of the cassette that is put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whether it is taken from the newer cassette, not from the older.
    pub newer: bool,
    /// Its number there.
    pub exchange: ExchangeId,
    /// The number that it gets.
    pub id: ExchangeId,
}

/// What was put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Composed {
    /// How many exchanges it holds.
    pub total: usize,
    /// How many blobs were removed, because nothing names them any more.
    pub removed: usize,
}

/// Writes `target` from an older cassette and a newer one, whole or not at all; `target` may be one of them.
///
/// What was saved was clean, so nothing is cleaned again; exchanges of the older cassette are written as they
/// were, and those edited by hand stay marked as such. A real side that moved to another port keeps the name
/// that the older cassette has for it, so that both parts stay exchanges of one upstream.
pub fn compose(target: &Path, from: [&Path; 2], taken: &[Taken]) -> Result<Composed, StoreError> {
    let [older, newer] = [load_lean(from[0])?.cassette, load_lean(from[1])?.cassette];
    let moved = moved(&older.header, &newer.header);
    let mut header = older.header.clone();
    header.recorder.clone_from(&newer.header.recorder);
    for upstream in &newer.header.upstreams {
        if moved.is_none() && !header.upstreams.contains(upstream) {
            header.upstreams.push(upstream.clone());
        }
    }
    join(&mut header, &newer.header);
    let mut text = String::new();
    yaml::write_header(&header, &mut text);
    let first = header.upstreams.first().map_or("", String::as_str);
    for one in taken {
        let cassette = if one.newer { &newer } else { &older };
        let mut exchange: Exchange = find(cassette, one.exchange)?.clone();
        exchange.id = one.id;
        if let (true, Some(name)) = (one.newer, &moved) {
            exchange.upstream.clone_from(name);
        }
        // Its large bodies stand beside both files already.
        yaml::write_exchange(&exchange, first, &mut text);
    }
    let before = unnamed::named(target);
    atomic::write(target, &[text.as_bytes()])?;
    Ok(Composed { total: taken.len(), removed: unnamed::remove(target, &before) })
}

fn find(cassette: &Cassette, id: ExchangeId) -> Result<&Exchange, StoreError> {
    cassette.exchanges.iter().find(|exchange| exchange.id == id).ok_or_else(|| {
        StoreError::new(cassette.cite(id), "there is no such exchange", "read both cassettes again")
    })
}

/// What the older cassette calls the only upstream of both, where it has moved to another port since.
pub(super) fn moved(older: &Header, newer: &Header) -> Option<String> {
    let host = |upstream: &str| {
        let bare = upstream.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        bare.map_or_else(|| upstream.to_owned(), |(host, _)| host.to_owned())
    };
    match (older.upstreams.as_slice(), newer.upstreams.as_slice()) {
        ([then], [now]) if then != now && host(then) == host(now) => Some(then.clone()),
        _ => None,
    }
}

/// The rules of both: what either was cleaned by.
fn join(header: &mut Header, newer: &Header) {
    let lists = |rules: &crate::model::RedactRules| {
        [&rules.headers, &rules.query, &rules.json, &rules.patterns, &rules.keep].map(Clone::clone)
    };
    let own = &mut header.redact;
    let all = [&mut own.headers, &mut own.query, &mut own.json, &mut own.patterns, &mut own.keep];
    for (list, more) in all.into_iter().zip(lists(&newer.redact)) {
        for rule in more {
            if !list.contains(&rule) {
                list.push(rule);
            }
        }
    }
}
