//! The key of the pseudonyms: made once per project, never in version control.

use super::{StoreError, atomic};
use crate::redact::PseudonymKey;
use std::{fs, path::Path};

/// The project's key, from `.truetape/pseudonym.key` in `directory`. Where there is none, `fresh` (32
/// bytes from the operating system's generator) becomes it; with no `fresh` nothing is made.
///
/// The directory ignores itself in git, because whoever has the key can try out guesses of what a
/// pseudonym stands for.
pub fn pseudonym_key(directory: &Path, fresh: Option<[u8; 32]>) -> Result<Option<PseudonymKey>, StoreError> {
    let directory = directory.join(".truetape");
    let path = directory.join("pseudonym.key");
    match fs::read_to_string(&path) {
        Ok(text) => {
            let digest = crate::model::Digest::parse(text.trim()).ok_or_else(|| {
                let hint = "delete it: a new one is made, and new pseudonyms differ from the old";
                StoreError::new(path.display().to_string(), "expected 64 hexadecimal digits", hint)
            })?;
            Ok(Some(PseudonymKey(digest.0)))
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let Some(fresh) = fresh else { return Ok(None) };
            atomic::write(&directory.join(".gitignore"), &[b"*\n"])?;
            let text = format!("{}\n", crate::model::Digest(fresh));
            atomic::write(&path, &[text.as_bytes()])?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
                    .map_err(|e| StoreError::io(&path, "keeping it private", &e))?;
            }
            Ok(Some(PseudonymKey(fresh)))
        }
        Err(e) => Err(StoreError::io(&path, "reading", &e)),
    }
}
