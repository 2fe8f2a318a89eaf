//! A recording in progress: appended to, never rewritten, so that the last exchange costs what the
//! first did and a kill loses nothing that was saved.

use super::{Spill, StoreError, atomic, blobs, file, save};
use crate::{
    model::{Cassette, Header},
    redact::{Clean, Policy},
    yaml,
};
use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Follows each exchange that was written whole. What stands after the last mark is torn.
const MARK: &str = "# saved\n";
const FRESH: &str = "# A recording in progress. It becomes the cassette when the recorder stops.\n";
const ADDING: &str = "# A recording in progress. It is added to the cassette when the recorder stops.\n";

fn path_of(cassette: &Path) -> PathBuf {
    let mut name = cassette.as_os_str().to_owned();
    name.push(".recording");
    PathBuf::from(name)
}

/// Whether a recording replaces the cassette or is added to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// What the cassette held before is dropped when the recorder stops, and not earlier.
    Fresh,
    /// What the cassette holds stays.
    Adding,
}

/// What a recorder, or a recovery, left on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Exchanges added by this recording.
    pub added: usize,
    /// Exchanges in the cassette now.
    pub total: usize,
}

/// Appends exchanges to a recording.
pub struct Writer {
    cassette: PathBuf,
    header: Header,
    policy: Arc<Policy>,
    file: Mutex<(File, u64)>,
    start: Start,
}

impl Writer {
    /// Begins a recording beside the cassette. Fails if another recorder is at it.
    pub fn start(
        cassette: &Path,
        header: Header,
        start: Start,
        policy: Arc<Policy>,
    ) -> Result<Writer, StoreError> {
        let path = path_of(cassette);
        let directory = atomic::parent(cassette);
        fs::create_dir_all(directory).map_err(|e| StoreError::io(directory, "making the directory", &e))?;
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| StoreError::io(&path, "writing", &e))?;
        lock(&file, &path)?;
        let mut text = String::from(if start == Start::Fresh { FRESH } else { ADDING });
        yaml::write_header(&header, &mut text);
        file.set_len(0)
            .or_else(|e| if e.kind() == io::ErrorKind::InvalidInput { Ok(()) } else { Err(e) })
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(|e| StoreError::io(&path, "writing", &e))?;
        let file = Mutex::new((file, text.len() as u64));
        Ok(Writer { cassette: cassette.to_owned(), header, policy, file, start })
    }

    /// Appends one exchange. When this returns, a kill of the recorder no longer loses it.
    pub fn append(&self, clean: &Clean) -> Result<(), StoreError> {
        let (mut text, bodies) = save::item(&self.cassette, &self.header, clean, &self.policy)?;
        for blob in &bodies {
            blobs::write(&self.cassette, blob)?;
        }
        text.push_str(MARK);
        let mut guard = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, len) = &mut *guard;
        match file.write_all(text.as_bytes()) {
            Ok(()) => {
                *len += text.len() as u64;
                Ok(())
            }
            Err(e) => {
                // Half an exchange must not stand before the next whole one.
                let _ = file.set_len(*len).and_then(|()| file.seek(SeekFrom::Start(*len)));
                Err(StoreError::io(&path_of(&self.cassette), "saving an exchange", &e))
            }
        }
    }

    /// A place for a body that is too large to be held.
    pub fn spill(&self) -> Result<Spill, StoreError> {
        Spill::begin(&self.cassette, Arc::clone(&self.policy))
    }

    /// Merges the recording into the cassette, in order of start. Where nothing was recorded, nothing changes.
    pub fn finish(&self) -> Result<Finished, StoreError> {
        let guard = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        guard
            .0
            .sync_all()
            .or_else(|e| if e.kind() == io::ErrorKind::InvalidInput { Ok(()) } else { Err(e) })
            .map_err(|e| StoreError::io(&path_of(&self.cassette), "saving", &e))?;
        merge(&self.cassette, self.start == Start::Fresh)
    }
}

fn lock(file: &File, path: &Path) -> Result<(), StoreError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(StoreError::new(
            path.display().to_string(),
            "another recorder is writing to it",
            "wait until it has stopped, or record into another cassette",
        )),
        Err(TryLockError::Error(e)) => Err(StoreError::io(path, "locking", &e)),
    }
}

/// The exchanges in a recording that were written whole, as text with their numbers, and how many bytes were torn.
fn items(text: &str) -> (Vec<(u32, &str)>, usize) {
    let Some(start) = text.find("\nexchanges:\n").map(|at| at + "\nexchanges:\n".len()) else {
        return (Vec::new(), 0);
    };
    let mut rest = &text[start..];
    let mut items: Vec<(u32, &str)> = Vec::new();
    let mut places = HashMap::new();
    // The mark begins a line and no content of an item stands at the left margin.
    while let Some(end) = rest.find(&format!("\n{MARK}")) {
        let item = &rest[..=end];
        let id = item.strip_prefix("- id: ").and_then(|i| i.lines().next()).and_then(|id| id.parse().ok());
        // An exchange that took long was kept in parts, each with all that had come by then.
        match id.and_then(|id| places.insert(id, items.len()).map(|place| (id, place))) {
            Some((id, place)) => {
                items[place] = (id, item);
                places.insert(id, place);
            }
            None => items.push((id.unwrap_or(u32::MAX), item)),
        }
        rest = &rest[end + 1 + MARK.len()..];
    }
    (items, rest.len())
}

/// Writes the cassette anew from what it held and what the recording holds, then drops the recording.
fn merge(cassette: &Path, fresh: bool) -> Result<Finished, StoreError> {
    let path = path_of(cassette);
    let text = fs::read(&path).map_err(|e| StoreError::io(&path, "reading", &e))?;
    let text = String::from_utf8_lossy(&text);
    let (mut added, _) = items(&text);
    added.sort_by_key(|(id, _)| *id);
    if added.is_empty() {
        fs::remove_file(&path).map_err(|e| StoreError::io(&path, "removing", &e))?;
        let total = if cassette.exists() { file::read(cassette, true)?.cassette.exchanges.len() } else { 0 };
        return Ok(Finished { added: 0, total });
    }
    let old = if fresh || !cassette.exists() { None } else { Some(file::read(cassette, true)?.cassette) };
    let mut head = String::new();
    match &old {
        Some(old) => head.push_str(&with_exchanges(old, &text)),
        None => {
            let start = text.find("truetape:").unwrap_or_default();
            let end = text.find("\nexchanges:\n").map_or(text.len(), |at| at + "\nexchanges:\n".len());
            head.push_str(&text[start..end]);
        }
    }
    let mut parts = vec![head.as_bytes()];
    parts.extend(added.iter().map(|(_, item)| item.as_bytes()));
    atomic::write(cassette, &parts)?;
    fs::remove_file(&path).map_err(|e| StoreError::io(&path, "removing", &e))?;
    let total = old.map_or(0, |old| old.exchanges.len()) + added.len();
    Ok(Finished { added: added.len(), total })
}

/// The old cassette as text, with the upstreams and rules of the recording added to its header.
fn with_exchanges(old: &Cassette, recording: &str) -> String {
    let mut header = old.header.clone();
    let head = recording.find("\nexchanges:\n").map_or(recording, |at| &recording[..=at]);
    if let Ok(new) =
        yaml::read("recording", &format!("{}exchanges: []\n", head.trim_start_matches(ADDING)), &|_| {
            Err(io::ErrorKind::NotFound.into())
        })
    {
        let new = new.cassette.header;
        for upstream in new.upstreams {
            if !header.upstreams.contains(&upstream) {
                header.upstreams.push(upstream);
            }
        }
        header.redact = new.redact;
    }
    let mut text = String::new();
    yaml::write_header(&header, &mut text);
    for exchange in &old.exchanges {
        yaml::write_exchange(exchange, header.upstreams.first().map_or("", String::as_str), &mut text);
    }
    text
}

/// What stands in a recording that nobody finished.
pub(super) struct Left {
    pub(super) cassette: Cassette,
    pub(super) fresh: bool,
    torn: bool,
    running: bool,
}

impl Left {
    pub(super) fn describe(&self, cassette: &Path) -> String {
        let n = self.cassette.exchanges.len();
        let exchanges = if n == 1 { "exchange" } else { "exchanges" };
        let name = file::name(cassette);
        if self.running {
            return format!(
                "{name}: is being recorded right now; {n} {exchanges} of that recording included"
            );
        }
        let torn = if self.torn { " (one more was torn; its answer had not reached the client)" } else { "" };
        format!("{name}: recovered {n} {exchanges} from a recording whose recorder was killed{torn}")
    }
}

/// The recording beside a cassette, if there is one.
pub(super) fn left_beside(cassette: &Path, lean: bool) -> Result<Option<Left>, StoreError> {
    let path = path_of(cassette);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(StoreError::io(&path, "reading", &e)),
    };
    let running = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    let text = fs::read(&path).map_err(|e| StoreError::io(&path, "reading", &e))?;
    // A kill may have torn the last character too.
    let text = String::from_utf8_lossy(&text);
    let (items, torn) = items(&text);
    let head = text.find("\nexchanges:\n").map_or(0, |at| at + "\nexchanges:\n".len());
    let mut whole = text[..head].to_owned();
    items.iter().for_each(|(_, item)| whole.push_str(item));
    let cassette =
        if items.is_empty() { Cassette::default() } else { file::parse(cassette, &whole, lean)?.cassette };
    Ok(Some(Left { cassette, fresh: text.starts_with(FRESH), torn: torn > 0, running }))
}

/// Merges a recording that a killed recorder left. Gives a line for the user if there was one.
pub fn recover(cassette: &Path) -> Result<Option<String>, StoreError> {
    let Some(left) = left_beside(cassette, true)? else { return Ok(None) };
    let path = path_of(cassette);
    let file = File::open(&path).map_err(|e| StoreError::io(&path, "reading", &e))?;
    lock(&file, &path)?;
    if left.cassette.exchanges.is_empty() {
        fs::remove_file(&path).map_err(|e| StoreError::io(&path, "removing", &e))?;
        return Ok(None);
    }
    let line = left.describe(cassette);
    merge(cassette, left.fresh)?;
    Ok(Some(line))
}
