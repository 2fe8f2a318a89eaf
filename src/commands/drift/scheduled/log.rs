//! The history of a project: a file to which every run adds a line.

use crate::{exit::Stop, settings::Settings};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};
use verify::history::past::Past;

/// The file's name, beside truetape.yaml.
const FILE: &str = "drift-history.jsonl";

/// Where the history of a project is kept; none where there is no project to keep it for.
pub(crate) fn place(settings: &Settings) -> Option<PathBuf> {
    settings.is_there().then(|| settings.below(Path::new(FILE)))
}

/// What stands in a history.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The runs, the oldest first.
    pub(crate) runs: Vec<Past>,
    /// The lines, counted from one, that are none: of a run that was killed while it wrote, say.
    pub(crate) torn: Vec<usize>,
}

/// Reads a history; none where there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<Read>, Stop> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(failed(path, "reading", &e)),
    };
    let mut read = Read::default();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match std::str::from_utf8(line).ok().and_then(Past::read) {
            Some(past) => read.runs.push(past),
            None => read.torn.push(number),
        }
    }
    // Runs that overlapped stand in the order in which they ended; merged files may not.
    read.runs.sort_by(|a, b| a.when.cmp(&b.when));
    Ok(Some(read))
}

/// Adds a run. Several programs may do so at once: each holds the file while it writes its line, and a line that
/// another left unfinished is ended first.
pub(crate) fn add(path: &Path, past: &Past) -> Result<(), Stop> {
    let line = past.line().map_err(|e| failed(path, "writing", &e.into()))?;
    append(path, &line).map_err(|e| failed(path, "writing", &e))
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    if let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory)?;
    }
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    // Where the file system has no locks, appending a line in one piece has to do.
    let held = match file.lock() {
        Ok(()) => true,
        Err(e) if e.kind() == io::ErrorKind::Unsupported => false,
        Err(e) => return Err(e),
    };
    let torn = !ends_a_line(&mut file)?;
    let whole = format!("{}{line}\n", if torn { "\n" } else { "" });
    let written = file.write_all(whole.as_bytes()).and_then(|()| file.sync_data());
    if held {
        file.unlock()?;
    }
    written
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

fn failed(path: &Path, what: &str, error: &io::Error) -> Stop {
    Stop::usage(
        format!("{}: {what} the history: {error}", path.display()),
        "check --history, or give --no-history",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::Timestamp;
    use verify::history::past::Came;

    #[test]
    fn runs_that_end_at_once_and_one_that_was_killed_lose_no_line() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("new/history.jsonl");
        let past = |n: i64| {
            let mut past = Past::at(Timestamp(n), "vendor", Came::Agreed);
            // Longer than a page: such lines are not written in one piece everywhere.
            past.subject = "x".repeat(20_000);
            past
        };
        add(&path, &past(0)).expect("added");
        let whole = std::fs::read(&path).expect("bytes");
        std::fs::write(&path, &whole[..whole.len() / 2]).expect("torn");
        std::thread::scope(|scope| {
            for n in 1..=8 {
                scope.spawn({
                    let (path, past) = (&path, &past);
                    move || (0..5).for_each(|m| add(path, &past(n * 10 + m)).expect("added"))
                });
            }
        });
        let read = read(&path).expect("read").expect("there");
        assert_eq!((read.runs.len(), read.torn), (40, vec![1]));
        assert!(read.runs.is_sorted_by(|a, b| a.when <= b.when));
    }
}
