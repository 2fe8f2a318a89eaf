//! Takes a body apart as its framing says, piece by piece.

use super::chunked::{BodyError, Chunked};
use crate::head::Length;
use cassettes::model::Headers;
use std::ops::Range;

/// Takes one body apart. Feed it what has come; drop what it took; feed it the rest with what comes next.
#[derive(Debug, Default, Clone)]
pub struct Decoder {
    state: State,
}

#[derive(Debug, Default, Clone)]
enum State {
    #[default]
    Done,
    Exactly(u64),
    UntilClose,
    Chunked(Chunked),
}

/// What was found at the start of the input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// How many bytes were taken, framing included; 0: more input is needed.
    pub taken: usize,
    /// Which of them are the body's.
    pub data: Range<usize>,
    /// These are the last bytes of an HTTP chunk; never set for other framings.
    pub ends_chunk: bool,
}

impl Decoder {
    /// For a body that ends in that way.
    pub fn new(length: Length) -> Self {
        let state = match length {
            Length::None | Length::Exactly(0) => State::Done,
            Length::Exactly(bytes) => State::Exactly(bytes),
            Length::Chunked => State::Chunked(Chunked::default()),
            Length::UntilClose => State::UntilClose,
        };
        Decoder { state }
    }

    /// Takes at most one piece from the start of `input`.
    pub fn step(&mut self, input: &[u8]) -> Result<Step, BodyError> {
        match &mut self.state {
            State::Done => Ok(Step::default()),
            State::UntilClose => Ok(Step { taken: input.len(), data: 0..input.len(), ends_chunk: false }),
            State::Exactly(left) => {
                let taken = usize::try_from(*left).map_or(input.len(), |left| left.min(input.len()));
                *left -= taken as u64;
                if *left == 0 {
                    self.state = State::Done;
                }
                Ok(Step { taken, data: 0..taken, ends_chunk: false })
            }
            State::Chunked(chunked) => chunked.step(input),
        }
    }

    /// Whether the body has ended. One that ends with the connection never has: ask [`Decoder::may_close`].
    pub fn is_done(&self) -> bool {
        match &self.state {
            State::Done => true,
            State::Exactly(_) | State::UntilClose => false,
            State::Chunked(chunked) => chunked.is_done(),
        }
    }

    /// Whether a connection that closes now leaves the body whole.
    pub fn may_close(&self) -> bool {
        matches!(self.state, State::UntilClose) || self.is_done()
    }

    /// How many bytes must still come at least, where the framing tells.
    pub fn missing(&self) -> Option<u64> {
        match self.state {
            State::Exactly(left) => Some(left),
            State::Done => Some(0),
            State::UntilClose | State::Chunked(_) => None,
        }
    }

    /// The fields after a chunked body; empty before its end.
    pub fn take_trailers(&mut self) -> Headers {
        match &mut self.state {
            State::Chunked(chunked) => std::mem::take(&mut chunked.trailers),
            State::Done | State::Exactly(_) | State::UntilClose => Headers::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counted_body_takes_no_byte_of_the_next_message() {
        let mut decoder = Decoder::new(Length::Exactly(5));
        assert_eq!(decoder.step(b"ab").unwrap().taken, 2);
        assert_eq!((decoder.may_close(), decoder.missing()), (false, Some(3)));
        assert_eq!(decoder.step(b"cdeGET /").unwrap().data, 0..3);
        assert!(decoder.is_done());
        assert_eq!(decoder.step(b"GET /").unwrap(), Step::default());
    }

    #[test]
    fn a_body_until_the_close_is_never_done() {
        let mut decoder = Decoder::new(Length::UntilClose);
        assert_eq!(decoder.step(b"abc").unwrap().taken, 3);
        assert_eq!((decoder.is_done(), decoder.may_close()), (false, true));
    }
}
