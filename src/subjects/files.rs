//! Reads the files of a mock from the disk, within bounds.

use crate::exit::Stop;
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use verify::mocks::{Files, MockFile};

/// A directory holds at most so many files.
const MOST_FILES: usize = 10_000;
/// All of them together hold at most so many bytes.
const MOST_BYTES: u64 = 128 * 1024 * 1024;
/// Directories are looked into so far down: a link to a directory above would never end.
const DEEPEST: usize = 16;
/// The folder of mappings that belongs to one of bodies.
const MAPPINGS: &str = "mappings";
/// That folder of bodies, beside it.
const BODIES: &str = "__files";
/// Directories that hold what tools put there.
const PASSED_OVER: [&str; 1] = ["node_modules"];

/// The file, or every file below the directory, but for hidden ones; and one that belongs to them.
pub(super) fn read(path: &Path, with: Option<&Path>) -> Result<Files, Stop> {
    let mut reading = Reading { list: Vec::new(), bytes: 0, root: path };
    let kind = fs::metadata(path).map_err(|e| failed(path, &e))?;
    if kind.is_dir() {
        reading.directory(path, 0)?;
    } else {
        reading.file(path)?;
    }
    if let Some(with) = with.filter(|with| !reading.list.iter().any(|file| Path::new(&file.path) == *with)) {
        reading.file(with)?;
    }
    if let Some(bodies) = bodies(path) {
        reading.directory(&bodies, 0)?;
    }
    reading.list.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Files { root: path.display().to_string(), list: reading.list })
}

/// The folder of bodies beside a folder of mappings, where that or something in it is named: the mappings do not
/// say what they answer without it.
fn bodies(path: &Path) -> Option<PathBuf> {
    let whole = std::path::absolute(path).ok()?;
    let mappings = whole.ancestors().take(DEEPEST).position(|folder| folder.ends_with(MAPPINGS))?;
    // As the user wrote it, as far as that goes.
    let named = path.ancestors().nth(mappings).filter(|folder| folder.ends_with(MAPPINGS));
    let bodies = named.map_or_else(|| whole.ancestors().nth(mappings), Some)?.with_file_name(BODIES);
    bodies.is_dir().then_some(bodies)
}

struct Reading<'p> {
    list: Vec<MockFile>,
    bytes: u64,
    root: &'p Path,
}

impl Reading<'_> {
    fn directory(&mut self, path: &Path, depth: usize) -> Result<(), Stop> {
        if depth > DEEPEST {
            return Err(self.too_much(&format!("holds directories more than {DEEPEST} deep")));
        }
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>())
            .map_err(|e| failed(path, &e))?;
        entries.sort();
        for entry in entries {
            let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // A link that leads nowhere is no stub.
            let Ok(kind) = fs::metadata(&entry) else { continue };
            if name.starts_with('.') || (kind.is_dir() && PASSED_OVER.contains(&name.as_str())) {
                continue;
            }
            if kind.is_dir() {
                self.directory(&entry, depth + 1)?;
            } else if kind.is_file() {
                self.file(&entry)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), Stop> {
        // Before it is read: nobody wants a disk image in memory to be told that it is no stub.
        let size = fs::metadata(path).map_err(|e| failed(path, &e))?.len();
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > MOST_BYTES {
            return Err(self.too_much(&format!("holds more than {} MiB", MOST_BYTES >> 20)));
        }
        if self.list.len() == MOST_FILES {
            return Err(self.too_much(&format!("holds more than {MOST_FILES} files")));
        }
        let bytes = fs::read(path).map_err(|e| failed(path, &e))?;
        self.list.push(MockFile { path: path.display().to_string(), bytes });
        Ok(())
    }

    fn too_much(&self, what: &str) -> Stop {
        Stop::usage(
            format!("--mock {}: {what}", self.root.display()),
            "name the directory of the stubs itself",
        )
    }
}

fn failed(path: &Path, error: &io::Error) -> Stop {
    Stop::usage(format!("{}: reading the mock: {error}", path.display()), "check the path after --mock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_are_read_whole_in_order_but_for_what_is_hidden() {
        let directory = tempfile::tempdir().expect("a directory");
        for (path, text) in [("b/x.json", "1"), ("a.json", "2"), (".git/x", "3"), ("node_modules/y/z", "4")] {
            let path = directory.path().join(path);
            fs::create_dir_all(path.parent().expect("below")).expect("made");
            fs::write(path, text).expect("written");
        }
        let files = read(directory.path(), None).expect("read");
        let list: Vec<_> = files.list.iter().map(|file| file.bytes.as_slice()).collect();
        assert_eq!(list, [b"2", b"1"]);
        assert!(files.list[1].path.ends_with("x.json") && files.list[1].path.starts_with(&files.root));
        let one = read(&directory.path().join("a.json"), None).expect("read");
        assert_eq!(one.list.len(), 1);
    }

    #[test]
    fn bodies_are_read_with_the_mappings_beside_them() {
        let directory = tempfile::tempdir().expect("a directory");
        for path in
            ["stubs/mappings/in/a.json", "stubs/mappings/b.json", "stubs/__files/x.json", "__files/y.json"]
        {
            let path = directory.path().join(path);
            fs::create_dir_all(path.parent().expect("below")).expect("made");
            fs::write(path, "{}").expect("written");
        }
        let count = |named: &str| {
            let files = read(&directory.path().join(named), None).expect(named);
            let bodies = files.list.iter().filter(|file| file.path.ends_with("stubs/__files/x.json")).count();
            (files.list.len(), bodies)
        };
        assert_eq!(count("stubs"), (3, 1));
        assert_eq!(count("stubs/mappings"), (3, 1));
        assert_eq!(count("stubs/mappings/in/a.json"), (2, 1));
        assert_eq!(count("stubs/__files/x.json"), (1, 1));
    }

    #[cfg(unix)]
    #[test]
    fn a_circle_of_links_ends() {
        let directory = tempfile::tempdir().expect("a directory");
        std::os::unix::fs::symlink(directory.path(), directory.path().join("again")).expect("a link");
        let stop = read(directory.path(), None).expect_err("endless");
        assert!(stop.message.contains("deep"), "{}", stop.message);
    }
}
