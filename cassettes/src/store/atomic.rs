//! Whole or not at all.

use super::StoreError;
use std::{fs, io::Write as _, path::Path};
use tempfile::NamedTempFile;

/// The directory a file stands in.
pub(super) fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Replaces the file by these bytes: readers see the old or the new, never a part, also across a crash.
pub(super) fn write(path: &Path, parts: &[&[u8]]) -> Result<(), StoreError> {
    let error = |e: &std::io::Error| StoreError::io(path, "writing", e);
    let directory = parent(path);
    fs::create_dir_all(directory).map_err(|e| StoreError::io(directory, "making the directory", &e))?;
    let mut file =
        tempfile::Builder::new().prefix(".truetape-").tempfile_in(directory).map_err(|e| error(&e))?;
    for part in parts {
        file.write_all(part).map_err(|e| error(&e))?;
    }
    persist(file, path)
}

/// Gives a temporary file its name once it is safe on the disk.
pub(super) fn persist(file: NamedTempFile, path: &Path) -> Result<(), StoreError> {
    let error = |e: &std::io::Error| StoreError::io(path, "writing", e);
    let directory = parent(path);
    file.as_file().sync_all().map_err(|e| error(&e))?;
    // Temporary files are private; a cassette is shared like any source file.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).map_or(0o644, |old| old.permissions().mode() & 0o777);
        file.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(|e| error(&e))?;
    }
    file.persist(path).map_err(|e| error(&e.error))?;
    if let Ok(directory) = fs::File::open(directory) {
        // A directory that cannot be synced (some network disks) still holds the new name.
        let _ = directory.sync_all();
    }
    Ok(())
}

/// Makes a file that only its owner can read; one that is there already stays as it is.
pub(super) fn create_private(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let error = |e: &std::io::Error| StoreError::io(path, "writing", e);
    // Temporary files are made private, and are never seen under their final name half written.
    let mut file =
        tempfile::Builder::new().prefix(".truetape-").tempfile_in(parent(path)).map_err(|e| error(&e))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(|e| error(&e))?;
    match file.persist_noclobber(path) {
        Err(e) if e.error.kind() != std::io::ErrorKind::AlreadyExists => Err(error(&e.error)),
        _ => Ok(()),
    }
}
