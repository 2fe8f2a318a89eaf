//! When the pieces of a body came.

use cassettes::model::{Chunk, Micros};

/// Pieces that come so close to each other are one: the reader's buffer cut them, not the sender.
const CLOSE: Micros = 1000;

/// How many are told apart; beyond that, neighbours are joined.
const MOST: usize = 4096;

/// Collects when the pieces of a body came. Each HTTP chunk is one; where there are none, each read is.
#[derive(Debug, Clone, Default)]
pub struct Pieces {
    chunks: Vec<Chunk>,
    chunked: bool,
    open: u64,
    last: Micros,
}

impl Pieces {
    /// For a body with that framing.
    pub fn new(chunked: bool) -> Self {
        Pieces { chunked, ..Pieces::default() }
    }

    /// Bytes of body came, `at` after the request's last byte.
    pub fn add(&mut self, at: Micros, len: u64, ends_chunk: bool) {
        self.last = at;
        if self.chunked {
            self.open += len;
            if ends_chunk {
                let len = std::mem::take(&mut self.open);
                self.push(Chunk { at, len });
            }
            return;
        }
        match self.chunks.last_mut() {
            _ if len == 0 => {}
            Some(last) if at.saturating_sub(last.at) <= CLOSE => last.len += len,
            _ => self.push(Chunk { at, len }),
        }
    }

    fn push(&mut self, chunk: Chunk) {
        if self.chunks.len() == MOST {
            // A piece is there when its last byte is: the later moment stays true for both.
            self.chunks = self.chunks.chunks(2).map(join).collect();
        }
        self.chunks.push(chunk);
    }

    /// What the model keeps: nothing for a body that came in one piece with its head.
    pub fn finish(mut self, first_byte: Option<Micros>) -> Vec<Chunk> {
        if self.open > 0 {
            self.push(Chunk { at: self.last, len: self.open });
        }
        if let [only] = self.chunks[..]
            && first_byte.is_some_and(|first| only.at.saturating_sub(first) <= CLOSE)
        {
            self.chunks.clear();
        }
        self.chunks
    }
}

fn join(pair: &[Chunk]) -> Chunk {
    let at = pair.last().map_or(0, |chunk| chunk.at);
    Chunk { at, len: pair.iter().map(|chunk| chunk.len).sum() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_joined_and_chunks_are_not() {
        let mut reads = Pieces::new(false);
        for (at, len) in [(10, 5), (900, 5), (250_000, 1), (251_001, 1)] {
            reads.add(at, len, false);
        }
        let of = |at, len| Chunk { at, len };
        assert_eq!(reads.finish(Some(10)), [of(10, 10), of(250_000, 1), of(251_001, 1)]);
        let mut chunks = Pieces::new(true);
        for (at, len, ends) in [(10, 3, false), (20, 2, true), (20, 1, true), (30, 4, false)] {
            chunks.add(at, len, ends);
        }
        assert_eq!(chunks.finish(Some(10)), [of(20, 5), of(20, 1), of(30, 4)]);
        let mut one = Pieces::new(false);
        one.add(500, 9, false);
        assert_eq!(one.finish(Some(0)), []);
    }

    #[test]
    fn there_are_never_too_many_and_no_byte_is_lost() {
        let mut many = Pieces::new(true);
        for at in 0..20_000 {
            many.add(at * 5000, 1, true);
        }
        let chunks = many.finish(None);
        assert!(chunks.len() <= MOST && chunks.iter().map(|c| c.len).sum::<u64>() == 20_000);
        assert_eq!(chunks.last().unwrap().at, 19_999 * 5000);
    }
}
