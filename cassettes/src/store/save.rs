//! A whole cassette at once, and the step from a proposal to the truth.

use super::{StoreError, atomic, blobs, unnamed};
use crate::{
    model::Header,
    redact::{Clean, Policy},
    yaml,
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Saves a cassette, replacing what was there, after a last look at the final bytes.
pub fn save(path: &Path, header: &Header, exchanges: &[Clean], policy: &Policy) -> Result<(), StoreError> {
    let mut text = String::new();
    yaml::write_header(header, &mut text);
    for clean in exchanges {
        let (item, bodies) = item(path, header, clean, policy)?;
        for blob in &bodies {
            blobs::write(path, blob)?;
        }
        text.push_str(&item);
    }
    atomic::write(path, &[text.as_bytes()])
}

/// One exchange as it will stand in the file, scanned.
pub(super) fn item(
    path: &Path,
    header: &Header,
    clean: &Clean,
    policy: &Policy,
) -> Result<(String, Vec<yaml::Blob>), StoreError> {
    let mut text = String::new();
    let exchange = clean.exchange();
    let bodies =
        yaml::write_exchange(exchange, header.upstreams.first().map_or("", String::as_str), &mut text);
    let leak = policy
        .scan(text.as_bytes())
        .into_iter()
        .chain(bodies.iter().flat_map(|blob| policy.scan(&blob.bytes)))
        .next();
    match leak {
        None => Ok((text, bodies)),
        Some(leak) => Err(StoreError::new(
            format!("{}{}", path.display(), exchange.id),
            format!("not saved: after redaction it still holds {leak}"),
            "name the field under `redact:` in truetape.yaml, or the value under `secrets:`",
        )),
    }
}

/// Where a re-recording of a cassette waits to be accepted: `billing.yaml` waits as `billing.new.yaml`.
pub fn proposal_path(cassette: &Path) -> PathBuf {
    let extension = cassette.extension().and_then(|e| e.to_str()).unwrap_or("yaml");
    cassette.with_extension(format!("new.{extension}"))
}

/// The cassette that a proposal is for.
pub(super) fn proposed(proposal: &Path) -> Option<PathBuf> {
    let (name, extension) = (proposal.file_stem()?.to_str()?, proposal.extension()?.to_str()?);
    let cassette = proposal.with_file_name(format!("{}.{extension}", name.strip_suffix(".new")?));
    (proposal_path(&cassette) == proposal).then_some(cassette)
}

/// What was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// How many exchanges the cassette holds.
    pub total: usize,
    /// How many blobs were removed, because nothing names them any more.
    pub removed: usize,
}

/// Makes the proposal the cassette. The proposal is read in full first: what cannot be read replaces nothing.
/// Its blobs stand beside the cassette already; those of the old one go unless another cassette names them.
pub fn accept(cassette: &Path) -> Result<Accepted, StoreError> {
    let proposal = proposal_path(cassette);
    let total = super::load_lean(&proposal)?.cassette.exchanges.len();
    let before = unnamed::named(cassette);
    fs::rename(&proposal, cassette).map_err(|e| StoreError::io(cassette, "replacing", &e))?;
    Ok(Accepted { total, removed: unnamed::remove(cassette, &before) })
}

/// Removes the proposal, and the blobs that it alone names; says how many these were.
pub fn discard(cassette: &Path) -> Result<usize, StoreError> {
    let proposal = proposal_path(cassette);
    let before = unnamed::named(&proposal);
    fs::remove_file(&proposal).map_err(|e| StoreError::io(&proposal, "removing", &e))?;
    Ok(unnamed::remove(cassette, &before))
}
