//! A file in the emitter's own spelling, read piece by piece by several hands at once: its text is never held as a
//! whole, and what is made of an exchange is made by the hand that read it, before it reads the next.

use super::{
    disk, fast,
    read::{Fetch, Leave, Reader},
    version::check_version,
};
use crate::model::{Exchange, Header};
use std::{
    io::{self, Read},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// A cassette of which the header has been read.
pub struct Stream<R> {
    name: String,
    file: disk::File,
    source: Source<R>,
}

/// What was made of the exchanges of a file.
#[derive(Debug)]
pub struct Each<T> {
    /// In the order of the exchanges' numbers.
    pub found: Vec<T>,
    /// One line for each exchange that is no longer evidence, and why.
    pub edited: Vec<String>,
}

impl<R: Read + Send> Stream<R> {
    /// Reads what stands before the exchanges. None for anything but the emitter's own spelling of a version that
    /// this program reads: the general reader reads it, or finds the words for what is wrong.
    pub fn begin(name: &str, from: R) -> Option<Self> {
        let mut source = Source { from, first: None, rest: Vec::new(), ended: false, given: 0 };
        let mut first = Vec::new();
        source.next(&mut first).ok()??;
        let text = std::str::from_utf8(&first).ok()?;
        check_version(name, text).ok()?;
        let (file, rest) = fast::head(text)?;
        let head = text.len() - rest.len();
        first.drain(..head);
        source.first = Some(first);
        Some(Stream { name: name.to_owned(), file, source })
    }

    /// What stands before the exchanges.
    pub fn header(&self) -> Header {
        let file = &self.file;
        let (recorder, upstreams) = (file.recorder.clone(), file.upstreams.clone());
        Header { recorder, upstreams, redact: file.redact.clone() }
    }

    /// Reads the exchanges, with as many threads as `hands` says where there is work for several; each gives what
    /// it has read to a hand of its own. `blob` and `leave` are those of [`super::read_leaving`]. None where the
    /// rest of the file is not the emitter's own, or has anything wrong with it: then what the hands did counts for
    /// nothing.
    pub fn each<T: Send, H: FnMut(Exchange) -> T>(
        self,
        blob: &Fetch<'_>,
        leave: Option<&Leave<'_>>,
        hands: usize,
        hand: impl Fn() -> H + Sync,
    ) -> Option<Each<T>> {
        let Stream { name, file, source } = self;
        let reader = Reader::new(&name, &file, blob, leave);
        let hands = if source.ended { 1 } else { hands.max(1) };
        let source = Mutex::new(source);
        let work = || {
            let (mut hand, mut piece, mut parts) = (hand(), Vec::new(), Vec::new());
            loop {
                let next = lock(&source).next(&mut piece).ok()?;
                let Some(number) = next else { return Some(parts) };
                let Some(part) = part(number, &piece, &reader, &mut hand) else {
                    lock(&source).stop();
                    return None;
                };
                parts.push(part);
            }
        };
        // A small file is not worth a thread. A large one is read by none but threads of their own: most allocators
        // give each thread its own memory, which goes back to the system when what was read is let go of.
        let parts = match hands {
            1 => work()?,
            _ => std::thread::scope(|scope| {
                let threads: Vec<_> = (0..hands).map(|_| scope.spawn(work)).collect();
                // A thread that panicked has read nothing.
                let parts = threads.into_iter().map(|thread| thread.join().ok().flatten());
                Some(parts.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect())
            })?,
        };
        joined(parts)
    }
}

/// What one piece gave.
struct Part<T> {
    number: usize,
    found: Vec<(u32, T)>,
    edited: Vec<String>,
}

fn part<T>(
    number: usize,
    piece: &[u8],
    reader: &Reader<'_>,
    hand: &mut impl FnMut(Exchange) -> T,
) -> Option<Part<T>> {
    let (mut found, mut edited) = (Vec::new(), Vec::new());
    fast::exchanges(std::str::from_utf8(piece).ok()?, |disk| {
        let exchange = reader.exchange(disk, &mut edited).ok()?;
        found.push((exchange.id.0, hand(exchange)));
        Some(())
    })?;
    Some(Part { number, found, edited })
}

/// Parts in the order of the file, exchanges in that of their numbers; none if a number occurs twice.
fn joined<T>(mut parts: Vec<Part<T>>) -> Option<Each<T>> {
    parts.sort_by_key(|part| part.number);
    let mut found = Vec::with_capacity(parts.iter().map(|part| part.found.len()).sum());
    let mut edited = Vec::new();
    for part in parts {
        found.extend(part.found);
        edited.extend(part.edited);
    }
    found.sort_by_key(|(id, _)| *id);
    if found.windows(2).any(|two| two[0].0 == two[1].0) {
        return None;
    }
    Some(Each { found: found.into_iter().map(|(_, made)| made).collect(), edited })
}

fn lock<R>(source: &Mutex<Source<R>>) -> MutexGuard<'_, Source<R>> {
    source.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the text comes from, in pieces of whole exchanges.
struct Source<R> {
    from: R,
    /// A piece that was read already.
    first: Option<Vec<u8>>,
    /// The beginning of an exchange whose end has not been read.
    rest: Vec<u8>,
    ended: bool,
    /// How many pieces were given.
    given: usize,
}

/// About so large is a piece: small beside the cassettes for which it matters, large beside an exchange.
const PIECE: usize = 256 * 1024;

/// Between two exchanges: nothing within one stands so far to the left.
const BETWEEN: &[u8] = b"\n- id: ";

impl<R: Read> Source<R> {
    /// The next piece and its number; none at the end.
    fn next(&mut self, piece: &mut Vec<u8>) -> io::Result<Option<usize>> {
        piece.clear();
        if let Some(first) = self.first.take() {
            *piece = first;
        } else {
            std::mem::swap(piece, &mut self.rest);
            self.fill(piece)?;
        }
        if piece.is_empty() && self.ended {
            return Ok(None);
        }
        self.given += 1;
        Ok(Some(self.given))
    }

    /// Reads on until there is at least one whole exchange, and leaves what follows the last one for later.
    fn fill(&mut self, piece: &mut Vec<u8>) -> io::Result<()> {
        while !self.ended {
            let seen = piece.len().saturating_sub(BETWEEN.len());
            piece.reserve(PIECE);
            self.ended = (&mut self.from).take(PIECE as u64).read_to_end(piece)? < PIECE;
            if self.ended {
                break;
            }
            if let Some(at) = memchr::memmem::rfind(&piece[seen..], BETWEEN) {
                let end = seen + at + 1;
                self.rest.extend_from_slice(&piece[end..]);
                piece.truncate(end);
                break;
            }
        }
        Ok(())
    }

    /// Nobody needs more of it.
    fn stop(&mut self) {
        (self.first, self.ended) = (None, true);
        self.rest.clear();
    }
}
