//! What every line of one exchange has in common, formatted when it is first given.

use super::line::{content, json};
use crate::tape::Tape;
use std::sync::Arc;

/// A tape with the formatted parts of its exchanges.
pub(super) struct Pieces {
    pub(super) tape: Arc<Tape>,
    made: Vec<Option<Box<Piece>>>,
}

/// One exchange's part of a line.
pub(super) struct Piece {
    /// `"method":…,"target":…`
    pub(super) request: Vec<u8>,
    /// `"body":…,"exchange":…`
    pub(super) exchange: Vec<u8>,
    /// `"answer":…`
    pub(super) answer: Vec<u8>,
    /// The status recorded; none for a transport failure.
    pub(super) status: Option<u16>,
}

impl Pieces {
    pub(super) fn new(tape: Arc<Tape>) -> Self {
        let made = (0..tape.len()).map(|_| None).collect();
        Pieces { tape, made }
    }

    /// The piece of an entry; none if the tape has no such entry.
    pub(super) fn of(&mut self, entry: u32) -> Option<&Piece> {
        let tape = &self.tape;
        let piece = self.made.get_mut(entry as usize)?;
        Some(piece.get_or_insert_with(|| Box::new(Piece::of(tape, entry))))
    }
}

impl Piece {
    fn of(tape: &Tape, entry: u32) -> Self {
        let exchange = tape.entries[entry as usize].exchange();
        let mut piece = Piece {
            request: b"\"method\":".to_vec(),
            exchange: Vec::new(),
            answer: b",\"answer\":".to_vec(),
            status: exchange.answer().reply().map(|reply| reply.status),
        };
        json(&exchange.request.method, &mut piece.request);
        piece.request.extend_from_slice(b",\"target\":");
        json(&exchange.request.target, &mut piece.request);
        if let Some(content) = content(&exchange.request) {
            piece.exchange.extend_from_slice(b",\"body\":");
            json(&content, &mut piece.exchange);
        }
        piece.exchange.extend_from_slice(b",\"exchange\":");
        json(&tape.cite(entry), &mut piece.exchange);
        json(&exchange.answer().label(), &mut piece.answer);
        piece
    }
}
