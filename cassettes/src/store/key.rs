//! The key of the pseudonyms: made once per project, never in version control.

use super::{StoreError, atomic};
use crate::{model::Digest, redact::PseudonymKey};
use std::{fs, io, path::Path};

/// The project's key, from `.truetape/pseudonym.key` in `directory`. Where there is none, `fresh` (32
/// bytes from the operating system's generator) becomes it; with no `fresh` nothing is made.
///
/// The directory ignores itself in git, because whoever has the key can try out guesses of what a
/// pseudonym stands for.
pub fn pseudonym_key(directory: &Path, fresh: Option<[u8; 32]>) -> Result<Option<PseudonymKey>, StoreError> {
    let directory = directory.join(".truetape");
    let path = directory.join("pseudonym.key");
    if let Some(key) = read(&path)? {
        return Ok(Some(key));
    }
    let Some(fresh) = fresh else { return Ok(None) };
    atomic::write(&directory.join(".gitignore"), &[b"*\n"])?;
    atomic::create_private(&path, format!("{}\n", Digest(fresh)).as_bytes())?;
    // Two first recorders at once must agree: whoever came second reads the first one's key.
    read(&path)
}

fn read(path: &Path) -> Result<Option<PseudonymKey>, StoreError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(StoreError::io(path, "reading", &e)),
    };
    let digest = Digest::parse(text.trim()).ok_or_else(|| {
        let hint = "delete it: a new one is made, and new pseudonyms differ from the old";
        StoreError::new(path.display().to_string(), "expected 64 hexadecimal digits", hint)
    })?;
    Ok(Some(PseudonymKey(digest.0)))
}
