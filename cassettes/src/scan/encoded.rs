//! What stands in a text as something else: base64, hexadecimal digits, compressed bytes, UTF-16.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use std::{borrow::Cow, ops::Range};

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
const URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

/// Shorter runs hold no secret that is worth its name.
const LEAST: usize = 20;
/// Signs that fill up a run's end.
const PADDING: usize = 2;
/// So much of a run tells whether it is worth decoding.
const TASTE: usize = 32;
/// Breaks of lines within a run that was wrapped.
const WRAPPED: usize = 60;

/// A run that means something else.
pub(super) struct Encoded {
    pub(super) span: Range<usize>,
    pub(super) bytes: Vec<u8>,
    pub(super) label: &'static str,
}

/// Every run of base64 or hexadecimal digits that decodes to text, or to what unfolds to it.
pub(super) fn runs(text: &[u8]) -> impl Iterator<Item = Encoded> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        // A run begins only behind what is none: most of a text is stepped over by its least length.
        while let Some(first) = text.get(at..at + LEAST - PADDING) {
            if let Some(last) = first.iter().rposition(|b| !is_base(*b)) {
                at += last + 1;
                continue;
            }
            let span = run(text, at);
            at = span.end.max(at + 1);
            if span.len() >= LEAST
                && let Some(found) = decode(text, span)
            {
                return Some(found);
            }
        }
        None
    })
}

const BASE: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        let c = b as u8;
        table[b] = c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'-' | b'_');
        b += 1;
    }
    table
};

fn is_base(b: u8) -> bool {
    BASE[usize::from(b)]
}

/// A run with its padding; lines that are full go on in the next.
fn run(text: &[u8], start: usize) -> Range<usize> {
    let mut end = start;
    loop {
        let line = text[end..].iter().take_while(|b| is_base(**b)).count();
        end += line;
        let gap = match &text[end..] {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => 0,
        };
        let full = gap > 0 && line >= WRAPPED && text.get(end + gap).is_some_and(|b| is_base(*b));
        if !full {
            break;
        }
        end += gap;
    }
    end += text[end..].iter().take(PADDING).take_while(|b| **b == b'=').count();
    start..end
}

fn decode(text: &[u8], span: Range<usize>) -> Option<Encoded> {
    let run = &text[span.clone()];
    let head = &run[..run.len().min(TASTE)];
    let mut taste = [0; TASTE];
    if run.len().is_multiple_of(2)
        && unhex(head, &mut taste).is_some_and(|len| is_promising(&taste[..len]))
        && run.iter().all(u8::is_ascii_hexdigit)
    {
        let mut bytes = vec![0; run.len() / 2];
        unhex(run, &mut bytes)?;
        return Some(Encoded { bytes, span, label: "hex" });
    }
    // What stands before the run may have become a part of it: `path/aGVsbG8…`, `token-aGVsbG8…`.
    let seams =
        memchr::memchr2_iter(b'/', b'-', head).chain(memchr::memchr_iter(b'_', head)).map(|at| at + 1);
    let mut url = None;
    for from in std::iter::once(0).chain(seams.take(4)) {
        let part = &run[from..];
        if part.len() < LEAST {
            continue;
        }
        let first = &part[..part.len().min(TASTE) / 4 * 4];
        // The letters that both alphabets share tell nearly always; which one it is needs the whole run.
        if !first.iter().any(|b| matches!(b, b'+' | b'/' | b'-' | b'_' | b'\r' | b'\n'))
            && !promises(&STANDARD, first, &mut taste)
        {
            continue;
        }
        // A dash that only stands before the part is none of it.
        let last_dash = *url.get_or_insert_with(|| memchr::memrchr2(b'-', b'_', run));
        let engine = if last_dash.is_some_and(|at| at >= from) { &URL } else { &STANDARD };
        if !promises(engine, first, &mut taste) {
            continue;
        }
        let whole: Cow<'_, [u8]> = if part.contains(&b'\n') {
            part.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect()
        } else {
            part.into()
        };
        // A last character that belongs to nobody is none of it.
        let whole = if whole.iter().filter(|b| **b != b'=').count() % 4 == 1 {
            &whole[..whole.len() - 1]
        } else {
            &whole[..]
        };
        if let Ok(bytes) = engine.decode(whole) {
            return Some(Encoded { bytes, span: span.start + from..span.end, label: "base64" });
        }
    }
    None
}

fn promises(engine: &GeneralPurpose, first: &[u8], into: &mut [u8; TASTE]) -> bool {
    engine.decode_slice(first, into).is_ok_and(|len| is_promising(&into[..len]))
}

/// Pairs of digits, as many as there are whole ones; how many bytes they were.
fn unhex(digits: &[u8], into: &mut [u8]) -> Option<usize> {
    let digit = |b: u8| (b as char).to_digit(16);
    let pairs = digits.as_chunks::<2>().0;
    for ([high, low], byte) in pairs.iter().zip(into) {
        *byte = (digit(*high)? * 16 + digit(*low)?) as u8;
    }
    Some(pairs.len())
}

/// Text, or what unfolds to it.
fn is_promising(bytes: &[u8]) -> bool {
    let text = |bytes: &[u8]| {
        let cut = bytes.len() - bytes.len().min(3);
        // What is random has a control character soon.
        bytes.iter().all(|b| *b >= b' ' || matches!(b, b'\n' | b'\r' | b'\t'))
            && match std::str::from_utf8(bytes) {
                Ok(_) => true,
                Err(e) => e.valid_up_to() >= cut && e.error_len().is_none(),
            }
    };
    bytes.len() >= 12 && (text(bytes) || coding(bytes).is_some() || is_utf16(bytes).is_some())
}

/// How bytes say that they are compressed.
pub(super) fn coding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x1f, 0x8b, 8, ..] => Some("gzip"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => Some("deflate"),
        _ => None,
    }
}

/// Whether it is UTF-16, and little-endian.
fn is_utf16(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [0xff, 0xfe, ..] => return Some(true),
        [0xfe, 0xff, ..] => return Some(false),
        _ => {}
    }
    let taste = &bytes[..bytes.len().min(64) / 2 * 2];
    let plain = |b: u8| (b' '..0x7f).contains(&b) || matches!(b, b'\n' | b'\r' | b'\t');
    if taste.len() < 12 {
        return None;
    }
    let all = |low: usize| taste.chunks_exact(2).all(|pair| plain(pair[low]) && pair[1 - low] == 0);
    if all(0) {
        Some(true)
    } else if all(1) {
        Some(false)
    } else {
        None
    }
}

/// UTF-16 as UTF-8; a byte of the result stands at about twice its place.
pub(super) fn from_utf16(bytes: &[u8]) -> Option<Vec<u8>> {
    let little = is_utf16(bytes)?;
    let unit = |pair: &[u8]| {
        if little { u16::from_le_bytes([pair[0], pair[1]]) } else { u16::from_be_bytes([pair[0], pair[1]]) }
    };
    let units = bytes.chunks_exact(2).map(unit);
    Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect::<String>().into_bytes())
}
