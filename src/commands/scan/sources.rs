//! What is scanned: files, everything below a directory, the standard input.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

/// Larger files are not held in memory.
const LARGEST: u64 = 512 << 20;
/// What others made, and what only version control reads; walked where it is named.
const SKIPPED: [&str; 3] = [".git", "target", "node_modules"];
/// Directories within directories.
const DEEPEST: usize = 64;

/// One thing to scan.
pub(super) enum Source {
    Text {
        /// As people would type it.
        path: String,
        text: Vec<u8>,
    },
    Unread {
        path: String,
        why: String,
    },
}

/// Calls `visit` for everything that a path stands for, in the order of names.
pub(super) fn each(path: &Path, visit: &mut dyn FnMut(Source)) {
    if path == Path::new("-") {
        let mut text = Vec::new();
        let path = "<stdin>".to_owned();
        visit(match std::io::stdin().lock().take(LARGEST).read_to_end(&mut text) {
            Ok(_) => Source::Text { path, text },
            Err(e) => Source::Unread { path, why: e.to_string() },
        });
        return;
    }
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() => below(path, 0, visit),
        Ok(_) => visit(read(path)),
        Err(e) => visit(Source::Unread { path: shown(path), why: e.to_string() }),
    }
}

fn below(directory: &Path, depth: usize, visit: &mut dyn FnMut(Source)) {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(e) => return visit(Source::Unread { path: shown(directory), why: e.to_string() }),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    // Files first: a cassette tells which blobs below it are its own.
    paths.sort_by_key(|path| (path.is_dir(), path.clone()));
    for path in paths {
        let Ok(meta) = std::fs::symlink_metadata(&path) else { continue };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if meta.is_file() {
            visit(read(&path));
        } else if meta.is_dir() && !SKIPPED.contains(&name.as_str()) && depth < DEEPEST {
            below(&path, depth + 1, visit);
        }
    }
}

fn read(path: &Path) -> Source {
    let shown = shown(path);
    let text = std::fs::metadata(path).and_then(|meta| {
        if meta.len() > LARGEST {
            return Err(std::io::Error::other(format!(
                "expected at most {LARGEST} bytes, found {}",
                meta.len()
            )));
        }
        std::fs::read(path)
    });
    match text {
        Ok(text) => Source::Text { path: shown, text },
        Err(e) => Source::Unread { path: shown, why: e.to_string() },
    }
}

fn shown(path: &Path) -> String {
    path.strip_prefix("./").unwrap_or(path).display().to_string()
}
