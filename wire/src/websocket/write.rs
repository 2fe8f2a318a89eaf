//! Messages as frames.

use super::Deflater;
use cassettes::model::FrameKind;

/// Appends a message: in one frame, or in fragments of these lengths, which are made to fit. `deflater`
/// compresses a data message. `mask` is what a client's frames must have (RFC 6455 §5.3).
pub fn write_message(
    out: &mut Vec<u8>,
    kind: FrameKind,
    data: &[u8],
    fragments: &[u64],
    deflater: Option<&mut Deflater>,
    mask: Option<[u8; 4]>,
) {
    let opcode = match kind {
        FrameKind::Text => 1,
        FrameKind::Binary => 2,
        FrameKind::Close => 8,
        FrameKind::Ping => 9,
        FrameKind::Pong => 10,
    };
    if !kind.is_data() {
        // RFC 6455 §5.5: at most 125 bytes.
        return frame(out, 0x80 | opcode, mask, &data[..data.len().min(125)]);
    }
    let count = fragments.len().max(1);
    let (data, sizes, rsv) = match deflater {
        None => (std::borrow::Cow::Borrowed(data), fragments.to_vec(), 0),
        Some(deflater) => {
            let small = deflater.message(data);
            // As many fragments as there were: their bytes are those of another compressor.
            let share = (small.len() / count) as u64;
            (std::borrow::Cow::Owned(small), vec![share; count], 0x40)
        }
    };
    let mut rest = &data[..];
    for number in 0..count {
        let last = number + 1 == count;
        let size = sizes.get(number).map_or(rest.len(), |size| usize::try_from(*size).unwrap_or(usize::MAX));
        let (piece, after) = rest.split_at(if last { rest.len() } else { size.min(rest.len()) });
        rest = after;
        let first = if number == 0 { opcode | rsv } else { 0 };
        frame(out, first | if last { 0x80 } else { 0 }, mask, piece);
    }
}

fn frame(out: &mut Vec<u8>, first: u8, mask: Option<[u8; 4]>, payload: &[u8]) {
    out.reserve(payload.len() + 14);
    out.push(first);
    let masked = if mask.is_some() { 0x80 } else { 0 };
    match payload.len() {
        short @ 0..=125 => out.push(masked | short as u8),
        middle @ 126..=0xffff => {
            out.push(masked | 126);
            out.extend_from_slice(&(middle as u16).to_be_bytes());
        }
        long => {
            out.push(masked | 127);
            out.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    let Some(mask) = mask else { return out.extend_from_slice(payload) };
    out.extend_from_slice(&mask);
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

/// A mask that nobody can foretell (RFC 6455 §10.3).
pub fn mask() -> [u8; 4] {
    let mut mask = [0; 4];
    // Without randomness a mask of zeros is still a mask.
    let _ = aws_lc_rs::rand::fill(&mut mask);
    mask
}
