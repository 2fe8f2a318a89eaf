//! What every line of one exchange has in common, formatted when it is first given.

use super::line::{content, json};
use crate::tape::Tape;
use std::sync::Arc;

/// A tape with the formatted parts of its exchanges.
pub(super) struct Pieces {
    pub(super) tape: Arc<Tape>,
    made: Vec<Option<Piece>>,
}

/// One exchange's part of a line, in one piece of memory: with many exchanges a line costs as much as the places
/// in memory that it has to wait for.
pub(super) struct Piece {
    bytes: Box<[u8]>,
    /// Where its second and its third part begin.
    parts: [u32; 2],
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
        Some(piece.get_or_insert_with(|| Piece::of(tape, entry)))
    }
}

impl Piece {
    /// `"method":…,"target":…`
    pub(super) fn request(&self) -> &[u8] {
        &self.bytes[..self.parts[0] as usize]
    }

    /// `"body":…,"exchange":…`
    pub(super) fn exchange(&self) -> &[u8] {
        &self.bytes[self.parts[0] as usize..self.parts[1] as usize]
    }

    /// `"answer":…`
    pub(super) fn answer(&self) -> &[u8] {
        &self.bytes[self.parts[1] as usize..]
    }

    fn of(tape: &Tape, entry: u32) -> Self {
        let exchange = tape.entries[entry as usize].exchange();
        let answer = exchange.answer();
        let mut bytes = b"\"method\":".to_vec();
        json(&exchange.request.method, &mut bytes);
        bytes.extend_from_slice(b",\"target\":");
        json(&exchange.request.target, &mut bytes);
        let second = bytes.len() as u32;
        if let Some(content) = content(&exchange.request) {
            bytes.extend_from_slice(b",\"body\":");
            json(&content, &mut bytes);
        }
        bytes.extend_from_slice(b",\"exchange\":");
        json(&tape.cite(entry), &mut bytes);
        let third = bytes.len() as u32;
        bytes.extend_from_slice(b",\"answer\":");
        json(&answer.label(), &mut bytes);
        let status = answer.reply().map(|reply| reply.status);
        Piece { bytes: bytes.into(), parts: [second, third], status }
    }
}
