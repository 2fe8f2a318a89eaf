//! The last lines in memory, and those who watch them come.
//!
//! Whoever watches holds nothing but the number of the line that it wants next, so that a thousand slow
//! watchers cost no more memory than none: what was let go of meanwhile they are told to have lost.

use super::{Kind, Told};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// How many bytes of lines are kept, with what it takes to keep them.
pub(crate) const KEPT: usize = 32 * 1024 * 1024;

/// What a batch costs beside its lines, and a line beside its text, in bytes.
const BATCH_COSTS: usize = 128;
const LINE_COSTS: usize = size_of::<Mark>();

/// The last lines, and the news that there are more.
pub(crate) struct Hub {
    ring: Mutex<Ring>,
    /// The number of the line that comes next.
    next: watch::Sender<u64>,
    most: usize,
}

#[derive(Default)]
struct Ring {
    batches: VecDeque<Arc<Batch>>,
    /// The bytes that they cost.
    bytes: usize,
    /// Lines of the journal that were let go of.
    cut: u64,
    next: u64,
}

/// Some lines that were written together.
pub(crate) struct Batch {
    /// The number of the first.
    first: u64,
    text: Box<str>,
    marks: Box<[Mark]>,
}

/// Where a line ends, and what it tells.
#[derive(Clone, Copy)]
struct Mark {
    end: u32,
    kind: Kind,
}

/// A line that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line<'b> {
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    /// With its line end.
    pub(crate) text: &'b str,
}

/// What is kept from some line on.
pub(crate) struct Kept {
    batches: Vec<Arc<Batch>>,
    from: u64,
    /// How many of the lines wanted were let go of before.
    pub(crate) lost: u64,
    /// The number of the line that comes after them.
    pub(crate) next: u64,
    /// How many lines of the journal were ever let go of.
    pub(crate) cut: u64,
}

impl Hub {
    /// One that keeps so many bytes.
    pub(crate) fn new(most: usize) -> Self {
        Hub { ring: Mutex::default(), next: watch::Sender::new(0), most }
    }

    /// Keeps lines, one after the other in `text`.
    pub(super) fn push(&self, text: &[u8], ends: &[(usize, Told)]) {
        if ends.is_empty() {
            return;
        }
        let marks = ends
            .iter()
            .map(|(end, told)| Mark { end: u32::try_from(*end).unwrap_or(u32::MAX), kind: told.kind })
            .collect();
        // Lines are JSON, made from text: what is not UTF-8 could only be a fault of ours. Looking for faults byte by
        // byte would cost more than writing the lines.
        let text: Box<str> = match std::str::from_utf8(text) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(text).into(),
        };
        let next = {
            let mut ring = self.ring();
            let batch = Batch { first: ring.next, text, marks };
            ring.next += ends.len() as u64;
            ring.bytes += batch.costs();
            ring.batches.push_back(Arc::new(batch));
            while ring.bytes > self.most && ring.batches.len() > 1 {
                let Some(oldest) = ring.batches.pop_front() else { break };
                ring.bytes -= oldest.costs();
                ring.cut += oldest.marks.iter().filter(|mark| mark.kind.is_journal()).count() as u64;
            }
            ring.next
        };
        self.next.send_replace(next);
    }

    /// The lines from a number on, as far as they are kept.
    pub(crate) fn from(&self, from: u64) -> Kept {
        self.some(from, usize::MAX)
    }

    /// The first of them, of about so many bytes at most.
    pub(crate) fn some(&self, from: u64, most: usize) -> Kept {
        let ring = self.ring();
        let first = ring.batches.front().map_or(ring.next, |batch| batch.first);
        let at = ring.batches.partition_point(|batch| batch.end() <= from);
        let mut bytes = 0;
        let fits = |batch: &&Arc<Batch>| {
            let fits = bytes < most;
            bytes += batch.text.len();
            fits
        };
        let batches: Vec<_> = ring.batches.iter().skip(at).take_while(fits).cloned().collect();
        Kept {
            from: from.max(first),
            lost: first.saturating_sub(from),
            next: batches.last().map_or(ring.next, |batch| batch.end()),
            cut: ring.cut,
            batches,
        }
    }

    /// Tells when there are more lines: the number of the one that comes next.
    pub(crate) fn news(&self) -> watch::Receiver<u64> {
        self.next.subscribe()
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Batch {
    fn end(&self) -> u64 {
        self.first + self.marks.len() as u64
    }

    fn costs(&self) -> usize {
        self.text.len() + self.marks.len() * LINE_COSTS + BATCH_COSTS
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut start = 0;
        (self.first..).zip(&self.marks).map(move |(number, mark)| {
            let end = mark.end as usize;
            let text = self.text.get(start..end).unwrap_or_default();
            start = end;
            Line { number, kind: mark.kind, text }
        })
    }
}

impl Kept {
    /// Each line in order.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.batches.iter().flat_map(|batch| batch.lines()).skip_while(|line| line.number < self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: Told = Told { kind: Kind::Served, status: Some(200) };

    fn pushed(most: usize, lines: u64) -> Hub {
        let hub = Hub::new(most);
        for n in 0..lines {
            let text = format!("{n:09}\n{n:09}+\n");
            hub.push(text.as_bytes(), &[(10, TOLD), (text.len(), TOLD)]);
        }
        hub
    }

    #[test]
    fn what_is_let_go_of_is_counted_and_memory_is_bounded() {
        let hub = pushed(64 * 1024, 100_000);
        let kept = hub.from(0);
        let lines: Vec<_> = kept.lines().collect();
        assert!(hub.ring().bytes <= 64 * 1024);
        assert_eq!((kept.lost, kept.cut), (kept.lost, kept.lost));
        assert_eq!(kept.lost + lines.len() as u64, 200_000);
        assert_eq!((lines[0].number, lines.last().unwrap().number), (kept.lost, 199_999));
        assert_eq!(lines.last().unwrap().text, "000099999+\n");
    }

    #[test]
    fn a_watcher_goes_on_in_the_middle_of_a_batch() {
        let hub = pushed(1024 * 1024, 3);
        let kept = hub.from(3);
        let numbers: Vec<_> = kept.lines().map(|line| (line.number, line.text)).collect();
        assert_eq!(numbers, [(3, "000000001+\n"), (4, "000000002\n"), (5, "000000002+\n")]);
        assert_eq!(
            (kept.lost, kept.next, hub.from(6).lines().count(), hub.from(99).lines().count()),
            (0, 6, 0, 0)
        );
    }
}
