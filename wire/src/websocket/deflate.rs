//! Compressed messages (RFC 7692 §7.2).

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// What ends each compressed message and is not sent (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// Inflates one side's messages. The window is kept from message to message, which is right whether or not
/// the sender keeps its own.
#[derive(Debug)]
pub struct Inflater(Decompress);

impl Default for Inflater {
    fn default() -> Self {
        Inflater(Decompress::new(false))
    }
}

impl Inflater {
    /// Inflates a piece of a message onto `out`, which may become `most` bytes long. `last`: the message ends
    /// with it. None: it is no such stream, or longer.
    pub(super) fn push(&mut self, piece: &[u8], last: bool, out: &mut Vec<u8>, most: usize) -> Option<()> {
        self.run(piece, out, most)?;
        if last { self.run(&TAIL, out, most) } else { Some(()) }
    }

    fn run(&mut self, mut input: &[u8], out: &mut Vec<u8>, most: usize) -> Option<()> {
        loop {
            // At least so much room that no more output can wait for it once it was not used up.
            if out.capacity() - out.len() < 1024 {
                out.reserve((input.len() * 3).max(4096));
            }
            let (room, before) = (out.capacity() - out.len(), self.0.total_in());
            let length = out.len();
            let status = self.0.decompress_vec(input, out, FlushDecompress::Sync).ok()?;
            input = &input[(self.0.total_in() - before) as usize..];
            if out.len() > most {
                return None;
            }
            let used_up = out.len() - length == room;
            match status {
                // A block that says it is the last one (§7.2.3.4): what follows begins anew.
                Status::StreamEnd => {
                    self.0.reset(false);
                    if input.is_empty() {
                        return Some(());
                    }
                }
                Status::Ok | Status::BufError if input.is_empty() && !used_up => return Some(()),
                Status::BufError if !used_up => return None,
                Status::Ok | Status::BufError => {}
            }
        }
    }
}

/// Deflates messages, each by itself, which every receiver understands.
#[derive(Debug)]
pub struct Deflater(Compress);

impl Default for Deflater {
    fn default() -> Self {
        Deflater(Compress::new(Compression::new(6), false))
    }
}

impl Deflater {
    /// A whole message.
    pub(super) fn message(&mut self, data: &[u8]) -> Vec<u8> {
        self.0.reset();
        let mut out = Vec::with_capacity(data.len() / 2 + 64);
        loop {
            let at = usize::try_from(self.0.total_in()).unwrap_or(data.len()).min(data.len());
            // Writing to memory cannot fail, and there is always room.
            let _ = self.0.compress_vec(&data[at..], &mut out, FlushCompress::Sync);
            let whole = self.0.total_in() == data.len() as u64;
            if whole && out.len() < out.capacity() {
                break;
            }
            out.reserve(out.len().max(256));
        }
        if out.ends_with(&TAIL) {
            out.truncate(out.len() - TAIL.len());
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_back_in_any_pieces() {
        let (mut deflater, mut inflater) = (Deflater::default(), Inflater::default());
        let noise: Vec<u8> = (0..200_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for (data, cut) in [(&b""[..], 1), (b"Hello", 1), (&noise, 1000), (&[7; 90_000], 3), (b"Hello", 9)] {
            let sent = deflater.message(data);
            let mut out = Vec::new();
            for piece in sent.chunks(cut) {
                inflater.push(piece, false, &mut out, 1 << 20).unwrap();
            }
            inflater.push(b"", true, &mut out, 1 << 20).unwrap();
            assert!(out == data, "{} bytes", data.len());
        }
        // RFC 7692 §7.2.3.1 to §7.2.3.4: one block, with a shared window, and one that says it is the last.
        let mut inflater = Inflater::default();
        for sent in [
            &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00][..],
            &[0xf2, 0x00, 0x11, 0x00, 0x00],
            &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
        ] {
            let mut out = Vec::new();
            inflater.push(sent, true, &mut out, 100).unwrap();
            assert_eq!(out, b"Hello");
        }
    }

    #[test]
    fn bombs_and_nonsense_are_refused() {
        let bomb = Deflater::default().message(&vec![0; 1 << 20]);
        assert_eq!(Inflater::default().push(&bomb, true, &mut Vec::new(), 1 << 16), None);
        assert_eq!(Inflater::default().push(&[0xff; 9], true, &mut Vec::new(), 100), None);
    }
}
