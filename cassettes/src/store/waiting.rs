//! Bodies on the disk that no saved exchange names yet.

use super::{StoreError, atomic};
use crate::model::Digest;
use std::{
    collections::HashMap,
    fs::{self, File},
    io,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tempfile::NamedTempFile;

/// How the files begin that have no name of their own yet.
const PREFIX: &str = ".truetape-";

/// Bodies that are whole and wait for the exchange that names them. Those that nobody asks for are gone with it.
#[derive(Default)]
pub(super) struct Waiting(Mutex<HashMap<Digest, Body>>);

/// A body that waits.
struct Body {
    file: NamedTempFile,
    /// How many exchanges said it.
    wanted: usize,
}

impl Waiting {
    /// A file for a body that comes. It is locked as long as somebody writes it: a kill leaves it unlocked.
    pub(super) fn file(&self, cassette: &Path) -> Result<NamedTempFile, StoreError> {
        let directory = atomic::parent(cassette).join("blobs");
        let file = fs::create_dir_all(&directory)
            .and_then(|()| tempfile::Builder::new().prefix(PREFIX).tempfile_in(&directory))
            .map_err(|e| StoreError::io(&directory, "writing", &e))?;
        // Where files cannot be locked, none is swept either.
        let _ = file.as_file().try_lock();
        Ok(file)
    }

    /// A body is whole: from here on a crash of the machine does not lose a byte of it. Gives where it stands now.
    pub(super) fn finish(
        &self,
        file: NamedTempFile,
        digest: Digest,
        path: &Path,
    ) -> Result<Arc<Path>, StoreError> {
        if let Some(same) = self.all().get_mut(&digest) {
            same.wanted += 1;
            return Ok(same.file.path().into());
        }
        // A blob that is there already is the same blob: its name is its content.
        let len = file.as_file().metadata().map_err(|e| StoreError::io(path, "writing", &e))?.len();
        if !fs::metadata(path).is_ok_and(|there| there.len() == len) {
            file.as_file().sync_all().map_err(|e| StoreError::io(path, "writing", &e))?;
        }
        let mut all = self.all();
        let body = all.entry(digest).or_insert(Body { file, wanted: 0 });
        body.wanted += 1;
        Ok(body.file.path().into())
    }

    /// An exchange that names it is about to be saved: it becomes a blob.
    pub(super) fn place(&self, digest: &Digest, path: &Path) -> Result<(), StoreError> {
        let mut all = self.all();
        let Some(body) = all.remove(digest) else {
            let missing =
                || StoreError::new(path.display().to_string(), "the body is not there", "ask again");
            return if path.exists() { Ok(()) } else { Err(missing()) };
        };
        let len = body.file.as_file().metadata().map_or(0, |file| file.len());
        if fs::metadata(path).is_ok_and(|there| there.len() == len) {
            return Ok(());
        }
        atomic::persist(body.file, path)
    }

    /// An exchange that said it is not saved.
    pub(super) fn forget(&self, digest: &Digest) {
        let mut all = self.all();
        if let Some(body) = all.get_mut(digest) {
            body.wanted -= 1;
            if body.wanted == 0 {
                all.remove(digest);
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Digest, Body>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes what killed recorders left half written beside a cassette. Nobody would take it for a blob.
pub(super) fn sweep(cassette: &Path) -> io::Result<()> {
    for entry in fs::read_dir(atomic::parent(cassette).join("blobs"))? {
        let entry = entry?;
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if ours && File::open(entry.path())?.try_lock().is_ok() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
