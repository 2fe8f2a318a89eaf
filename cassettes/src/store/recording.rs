//! A recording in progress: appended to, never rewritten, so that the last exchange costs what the
//! first did and a kill loses nothing that was saved.

use super::{
    Spill, StoreError, atomic, blobs,
    compose::{Taken, compose, moved},
    file, save,
    waiting::{self, Waiting},
};
use crate::{
    model::{Blob, Cassette, ExchangeId, Header, Headers},
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
const PART: &str = "# A part of the cassette in progress, anew. It takes its places in the proposal when the recorder stops.\n";
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
    /// A proposal is recorded: what the cassette holds that it is for, with each exchange that was recorded in the
    /// place of the one of its number.
    Part,
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
    /// Bodies that no exchange names yet.
    waiting: Arc<Waiting>,
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
        let mut text = String::from(match start {
            Start::Fresh => FRESH,
            Start::Adding => ADDING,
            Start::Part => PART,
        });
        yaml::write_header(&header, &mut text);
        file.set_len(0)
            .or_else(|e| if e.kind() == io::ErrorKind::InvalidInput { Ok(()) } else { Err(e) })
            .and_then(|()| file.write_all(text.as_bytes()))
            .map_err(|e| StoreError::io(&path, "writing", &e))?;
        let file = Mutex::new((file, text.len() as u64));
        // What cannot be swept does no harm.
        let _ = waiting::sweep(cassette);
        let waiting = Arc::default();
        Ok(Writer { cassette: cassette.to_owned(), header, policy, file, start, waiting })
    }

    /// Appends one exchange. When this returns, a kill of the recorder no longer loses it.
    pub fn append(&self, clean: &Clean) -> Result<(), StoreError> {
        let (mut text, bodies) = save::item(&self.cassette, &self.header, clean, &self.policy)?;
        for blob in &bodies {
            blobs::write(&self.cassette, blob)?;
        }
        for blob in clean.exchange().blobs() {
            self.waiting.place(&blob.digest, &blobs::path(&self.cassette, &blob.digest))?;
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

    /// A place for a body with these fields that is too large to be held.
    pub fn spill(&self, headers: &Headers) -> Result<Spill, StoreError> {
        Spill::begin(&self.cassette, headers, Arc::clone(&self.policy), Arc::clone(&self.waiting))
    }

    /// The exchange that said a body is not saved: no blob is made of it.
    pub fn forget(&self, blob: &Blob) {
        self.waiting.forget(&blob.digest);
    }

    /// Merges the recording into the cassette, in order of start. Where nothing was recorded, nothing changes.
    pub fn finish(&self) -> Result<Finished, StoreError> {
        let guard = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        guard
            .0
            .sync_all()
            .or_else(|e| if e.kind() == io::ErrorKind::InvalidInput { Ok(()) } else { Err(e) })
            .map_err(|e| StoreError::io(&path_of(&self.cassette), "saving", &e))?;
        merge(&self.cassette, self.start)
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
fn merge(cassette: &Path, start: Start) -> Result<Finished, StoreError> {
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
    let old = if start != Start::Adding || !cassette.exists() {
        None
    } else {
        Some(file::read(cassette, true)?.cassette)
    };
    let mut head = String::new();
    let mut rewritten = None;
    match &old {
        Some(old) => {
            let new = whole(cassette, &text, &added, true)?;
            head.push_str(&with_exchanges(old, &new.header));
            // An exchange without an upstream of its own is of the first one, which is the old cassette's.
            if old.header.upstreams.first() != new.header.upstreams.first() {
                rewritten = Some(under(old, new));
            }
        }
        None => {
            let start = text.find("truetape:").unwrap_or_default();
            let end = text.find("\nexchanges:\n").map_or(text.len(), |at| at + "\nexchanges:\n".len());
            head.push_str(&text[start..end]);
        }
    }
    let mut parts = vec![head.as_bytes()];
    match &rewritten {
        Some(text) => parts.push(text.as_bytes()),
        None => parts.extend(added.iter().map(|(_, item)| item.as_bytes())),
    }
    atomic::write(cassette, &parts)?;
    let mut total = old.map_or(0, |old| old.exchanges.len()) + added.len();
    if start == Start::Part {
        // A kill before the recording is gone finds it here again, and puts them together again.
        total = together(cassette)?.unwrap_or(total);
    }
    fs::remove_file(&path).map_err(|e| StoreError::io(&path, "removing", &e))?;
    Ok(Finished { added: added.len(), total })
}

/// Puts a part that was recorded anew in its places among the exchanges of the cassette it is for, if that is there.
fn together(proposal: &Path) -> Result<Option<usize>, StoreError> {
    let Some(cassette) = save::proposed(proposal).filter(|cassette| cassette.exists()) else {
        return Ok(None);
    };
    let ids = |path: &Path| -> Result<Vec<ExchangeId>, StoreError> {
        Ok(file::read(path, true)?.cassette.exchanges.iter().map(|exchange| exchange.id).collect())
    };
    let (old, new) = (ids(&cassette)?, ids(proposal)?);
    let added = new.iter().filter(|id| !old.contains(id));
    let taken: Vec<Taken> =
        old.iter().chain(added).map(|id| Taken { newer: new.contains(id), exchange: *id, id: *id }).collect();
    Ok(Some(compose(proposal, [&cassette, proposal], &taken)?.total))
}

/// The exchanges of a recording that were written whole, as a cassette.
fn whole(cassette: &Path, text: &str, items: &[(u32, &str)], lean: bool) -> Result<Cassette, StoreError> {
    let head = text.find("\nexchanges:\n").map_or(0, |at| at + "\nexchanges:\n".len());
    let mut whole = text[..head].to_owned();
    items.iter().for_each(|(_, item)| whole.push_str(item));
    Ok(file::parse(cassette, &whole, lean)?.cassette)
}

/// What was recorded, as text below the header of the old cassette. A real side that moved to another port
/// keeps the name that it has there; another one is named with each of its exchanges.
fn under(old: &Cassette, mut new: Cassette) -> String {
    let moved = moved(&old.header, &new.header);
    let mut text = String::new();
    for exchange in &mut new.exchanges {
        if let Some(name) = &moved {
            exchange.upstream.clone_from(name);
        }
        // Its large bodies stand beside the file already.
        yaml::write_exchange(exchange, old.header.upstreams.first().map_or("", String::as_str), &mut text);
    }
    text
}

/// The old cassette as text, with the upstreams and rules of the recording added to its header.
fn with_exchanges(old: &Cassette, new: &Header) -> String {
    let mut header = old.header.clone();
    let moved = moved(&old.header, new);
    for upstream in &new.upstreams {
        if moved.is_none() && !header.upstreams.contains(upstream) {
            header.upstreams.push(upstream.clone());
        }
    }
    header.redact = new.redact.clone();
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
    pub(super) start: Start,
    torn: bool,
    running: bool,
}

impl Left {
    pub(super) fn describe(&self, cassette: &Path) -> String {
        let n = self.cassette.exchanges.len();
        let exchanges = if n == 1 { "exchange" } else { "exchanges" };
        let name = file::name(cassette);
        let exchanges =
            if self.start == Start::Part { format!("{exchanges} of a part") } else { exchanges.to_owned() };
        if self.running {
            return format!(
                "{name}: is being recorded right now; {n} {exchanges} of that recording included"
            );
        }
        let torn = if self.torn { " (one more was torn; its answer had not reached the client)" } else { "" };
        format!("{name}: recovered {n} {exchanges} from a recording whose recorder was killed{torn}")
    }
}

/// Whether a recording may stand beside a cassette.
pub(super) fn is_beside(cassette: &Path) -> bool {
    path_of(cassette).symlink_metadata().is_ok()
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
    let cassette = if items.is_empty() { Cassette::default() } else { whole(cassette, &text, &items, lean)? };
    let start = match &text {
        text if text.starts_with(FRESH) => Start::Fresh,
        text if text.starts_with(PART) => Start::Part,
        _ => Start::Adding,
    };
    Ok(Some(Left { cassette, start, torn: torn > 0, running }))
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
    merge(cassette, left.start)?;
    Ok(Some(line))
}
