//! Bytes of one side as messages: frames unmasked, fragments put together, control frames between them.

use super::Inflater;
use bytes::Bytes;
use cassettes::model::FrameKind;

/// A message of more fragments than these is not read.
const MOST_FRAGMENTS: usize = 65_536;

/// A message that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is.
    pub kind: FrameKind,
    /// Unmasked and inflated.
    pub data: Bytes,
    /// The bytes of each fragment, counted in `data`, if there was more than one.
    pub fragments: Vec<u64>,
    /// It was compressed.
    pub compressed: bool,
    /// It was masked, as a client's must be (RFC 6455 §5.1).
    pub masked: bool,
}

/// Bytes that are no frames, or frames that make no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Bits that mean nothing that was agreed on.
    #[error("expected a frame with no other bits than were agreed on, got {0:#04x}")]
    Bits(u8),
    /// An opcode that has no meaning.
    #[error("expected a known opcode, got {0:#x}")]
    Opcode(u8),
    /// A control frame that is long or in fragments (RFC 6455 §5.5).
    #[error("expected a whole control frame of at most 125 bytes")]
    Control,
    /// A continuation of nothing, or a new message within another.
    #[error("expected {0}")]
    Order(&'static str),
    /// Longer than the reader allows.
    #[error("a message is longer than {most} bytes")]
    TooLarge {
        /// In bytes.
        most: usize,
    },
    /// A message in more fragments than are told apart.
    #[error("a message in more than {MOST_FRAGMENTS} fragments")]
    Fragments,
    /// What is said to be compressed is not, or unfolds to more than the reader allows.
    #[error("a compressed message cannot be inflated")]
    Inflate,
}

/// Reads one side's bytes.
#[derive(Debug)]
pub struct Reader {
    head: [u8; 14],
    have: usize,
    frame: Option<Open>,
    message: Option<Partial>,
    inflater: Option<Inflater>,
    most: usize,
}

/// A frame whose payload comes.
#[derive(Debug)]
struct Open {
    fin: bool,
    opcode: u8,
    left: u64,
    mask: Option<[u8; 4]>,
    /// How much of the mask was used.
    turn: usize,
    /// A control frame's payload, or the piece of a compressed one that was not inflated yet.
    held: Vec<u8>,
}

/// A data message whose fragments come.
#[derive(Debug)]
struct Partial {
    kind: FrameKind,
    data: Vec<u8>,
    ends: Vec<usize>,
    compressed: bool,
}

impl Reader {
    /// For messages of at most so many bytes; `inflater` where compression was agreed on.
    pub fn new(most: usize, inflater: Option<Inflater>) -> Self {
        Reader { head: [0; 14], have: 0, frame: None, message: None, inflater, most }
    }

    /// Whether something came that is no whole message yet.
    pub fn is_within(&self) -> bool {
        self.have > 0 || self.frame.is_some() || self.message.is_some()
    }

    /// Takes bytes; appends the messages that are whole with them. After an error nothing more can be read.
    pub fn push(&mut self, mut input: &[u8], out: &mut Vec<Message>) -> Result<(), FrameError> {
        loop {
            if self.frame.is_none() {
                let need = self.need();
                while self.have < need && !input.is_empty() {
                    self.head[self.have] = input[0];
                    self.have += 1;
                    input = &input[1..];
                }
                if self.have < self.need() {
                    if input.is_empty() {
                        return Ok(());
                    }
                    continue;
                }
                let open = self.open()?;
                self.have = 0;
                self.frame = Some(open);
            }
            let Some(frame) = &mut self.frame else { continue };
            let len = usize::try_from(frame.left).map_or(input.len(), |left| left.min(input.len()));
            let (piece, rest) = input.split_at(len);
            input = rest;
            frame.left -= len as u64;
            let over = frame.left == 0;
            self.payload(piece, over)?;
            if !over {
                return Ok(());
            }
            if let Some(frame) = self.frame.take()
                && let Some(message) = self.end(frame)
            {
                out.push(message);
            }
        }
    }

    /// How long the head is, as far as it tells.
    fn need(&self) -> usize {
        if self.have < 2 {
            return 2;
        }
        let extended = match self.head[1] & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        2 + extended + if self.head[1] & 0x80 == 0 { 0 } else { 4 }
    }

    /// A whole head (RFC 6455 §5.2). Lengths that could be written shorter are read all the same.
    fn open(&mut self) -> Result<Open, FrameError> {
        let [first, second, ..] = self.head;
        let (fin, opcode, masked) = (first & 0x80 != 0, first & 0x0f, second & 0x80 != 0);
        let (left, at) = match second & 0x7f {
            126 => (u64::from(u16::from_be_bytes([self.head[2], self.head[3]])), 4),
            127 => {
                let mut long = [0; 8];
                long.copy_from_slice(&self.head[2..10]);
                (u64::from_be_bytes(long), 10)
            }
            short => (u64::from(short), 2),
        };
        let mask = masked.then(|| [self.head[at], self.head[at + 1], self.head[at + 2], self.head[at + 3]]);
        // RSV1 alone, on the first frame of a data message, says that it is compressed (RFC 7692 §6).
        let compressed = first & 0x70 == 0x40 && matches!(opcode, 1 | 2) && self.inflater.is_some();
        if first & 0x70 != 0 && !compressed {
            return Err(FrameError::Bits(first));
        }
        let kind = match opcode {
            0 => None,
            1 => Some(FrameKind::Text),
            2 => Some(FrameKind::Binary),
            8..=10 if !fin || left > 125 => return Err(FrameError::Control),
            8..=10 => None,
            other => return Err(FrameError::Opcode(other)),
        };
        match (kind, &self.message) {
            (Some(_), Some(_)) => return Err(FrameError::Order("the rest of a message before the next one")),
            (None, None) if opcode == 0 => {
                return Err(FrameError::Order("a message before its continuation"));
            }
            (Some(kind), None) => {
                self.message = Some(Partial { kind, data: Vec::new(), ends: Vec::new(), compressed });
            }
            _ => {}
        }
        if opcode < 8 {
            let have = self.message.as_ref().map_or(0, |message| message.data.len() as u64);
            // Fragments may be empty, and each is remembered.
            if self.message.as_ref().is_some_and(|message| message.ends.len() >= MOST_FRAGMENTS) {
                return Err(FrameError::Fragments);
            }
            if left.saturating_add(have) > self.most as u64 {
                return Err(FrameError::TooLarge { most: self.most });
            }
        }
        Ok(Open { fin, opcode, left, mask, turn: 0, held: Vec::new() })
    }

    fn payload(&mut self, piece: &[u8], over: bool) -> Result<(), FrameError> {
        let Some(frame) = &mut self.frame else { return Ok(()) };
        let inflated = self.message.as_ref().filter(|m| frame.opcode < 8 && m.compressed).is_some();
        let into = match &mut self.message {
            Some(message) if frame.opcode < 8 && !inflated => &mut message.data,
            _ => &mut frame.held,
        };
        let from = into.len();
        into.extend_from_slice(piece);
        if let Some(mask) = frame.mask {
            for (turn, byte) in (frame.turn..).zip(&mut into[from..]) {
                *byte ^= mask[turn & 3];
            }
            frame.turn = (frame.turn + piece.len()) & 3;
        }
        if inflated && let (Some(message), Some(inflater)) = (&mut self.message, &mut self.inflater) {
            let last = over && frame.fin;
            let done = inflater.push(&frame.held, last, &mut message.data, self.most);
            frame.held.clear();
            return done.ok_or(FrameError::Inflate);
        }
        Ok(())
    }

    /// A frame is whole, and with it perhaps a message.
    fn end(&mut self, frame: Open) -> Option<Message> {
        let masked = frame.mask.is_some();
        if frame.opcode >= 8 {
            let kind = match frame.opcode {
                8 => FrameKind::Close,
                9 => FrameKind::Ping,
                _ => FrameKind::Pong,
            };
            let data = Bytes::from(frame.held);
            return Some(Message { kind, data, fragments: Vec::new(), compressed: false, masked });
        }
        let message = self.message.as_mut()?;
        message.ends.push(message.data.len());
        if !frame.fin {
            return None;
        }
        let Partial { kind, mut data, ends, compressed } = self.message.take()?;
        data.shrink_to_fit();
        let mut from = 0;
        let lens = ends.iter().map(|end| (end - std::mem::replace(&mut from, *end)) as u64);
        let fragments = if ends.len() > 1 { lens.collect() } else { Vec::new() };
        Some(Message { kind, data: data.into(), fragments, compressed, masked })
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
