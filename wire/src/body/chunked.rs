//! The chunked transfer coding (RFC 9112 §7.1), read strictly: a size that two readers could read
//! differently is refused.

use super::Step;
use crate::head::{MAX_FIELDS, MAX_HEAD};
use cassettes::model::Headers;

/// The longest line with a chunk's size and extensions, in bytes.
const MAX_SIZE_LINE: usize = 4096;

/// A body that is not framed as its head says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The size line is no hexadecimal number with optional extensions.
    #[error("expected the size of a chunk in hexadecimal digits, got {0:?}")]
    Size(String),
    /// The size line has no end.
    #[error("the line with a chunk's size is longer than {MAX_SIZE_LINE} bytes")]
    SizeLine,
    /// The data of a chunk is longer than its size.
    #[error("expected a line break after a chunk's data")]
    DataEnd,
    /// The fields after the last chunk are no fields, too long or too many.
    #[error("the trailers cannot be read")]
    Trailers,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Chunked {
    state: State,
    pub(super) trailers: Headers,
}

#[derive(Debug, Default, Clone, PartialEq, Eq)]
enum State {
    /// A size line comes.
    #[default]
    Size,
    /// That many bytes of data come.
    Data(u64),
    /// The line break after the data comes.
    DataEnd,
    /// The trailers come.
    Trailers,
    Done,
}

impl Chunked {
    pub(super) fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// One piece of data with the framing around it, or the framing alone while data has not come.
    pub(super) fn step(&mut self, input: &[u8]) -> Result<Step, BodyError> {
        let mut at = 0;
        loop {
            let rest = &input[at..];
            match self.state {
                State::Done => break,
                State::DataEnd => match rest {
                    [b'\r', b'\n', ..] => (at, self.state) = (at + 2, State::Size),
                    [] | [b'\r'] => break,
                    _ => return Err(BodyError::DataEnd),
                },
                State::Size => {
                    let Some((size, length)) = size_line(rest)? else { break };
                    at += length;
                    self.state = if size == 0 { State::Trailers } else { State::Data(size) };
                }
                State::Data(left) => {
                    let data = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                    if data == 0 {
                        break;
                    }
                    let ends_chunk = data as u64 == left;
                    self.state = if ends_chunk { State::DataEnd } else { State::Data(left - data as u64) };
                    let mut taken = at + data;
                    if ends_chunk && input[taken..].starts_with(b"\r\n") {
                        (taken, self.state) = (taken + 2, State::Size);
                    }
                    return Ok(Step { taken, data: at..at + data, ends_chunk });
                }
                State::Trailers => {
                    let Some((trailers, length)) = trailers(rest)? else { break };
                    self.trailers = trailers;
                    at += length;
                    self.state = State::Done;
                }
            }
        }
        Ok(Step { taken: at, data: at..at, ends_chunk: false })
    }
}

/// A whole size line: the size, and the line's length with its break.
fn size_line(input: &[u8]) -> Result<Option<(u64, usize)>, BodyError> {
    let Some(end) = memchr::memchr(b'\n', &input[..input.len().min(MAX_SIZE_LINE)]) else {
        // Nonsense is told at once, not after four kilobytes.
        let digit = input.first().is_none_or(u8::is_ascii_hexdigit);
        return match (digit, input.len() < MAX_SIZE_LINE) {
            (true, true) => Ok(None),
            (false, _) => Err(bad_size(input)),
            (true, false) => Err(BodyError::SizeLine),
        };
    };
    let line = input[..end].strip_suffix(b"\r").ok_or_else(|| bad_size(&input[..end]))?;
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    // Some senders pad the size with blanks; what follows must be extensions.
    let after = line[digits..].trim_ascii_start();
    if digits == 0
        || digits > 16
        || !(after.is_empty() || after[0] == b';')
        || memchr::memchr(b'\r', line).is_some()
    {
        return Err(bad_size(line));
    }
    let size = std::str::from_utf8(&line[..digits]).ok().and_then(|d| u64::from_str_radix(d, 16).ok());
    Ok(Some((size.ok_or_else(|| bad_size(line))?, end + 1)))
}

fn bad_size(line: &[u8]) -> BodyError {
    BodyError::Size(String::from_utf8_lossy(&line[..line.len().min(40)]).into_owned())
}

fn trailers(input: &[u8]) -> Result<Option<(Headers, usize)>, BodyError> {
    let mut slots = [httparse::EMPTY_HEADER; MAX_FIELDS];
    match httparse::parse_headers(input, &mut slots) {
        Ok(httparse::Status::Complete((length, fields))) if length <= MAX_HEAD => {
            let fields = fields.iter().map(|f| (f.name.to_owned(), f.value.to_owned())).collect();
            Ok(Some((Headers(fields), length)))
        }
        Ok(httparse::Status::Partial) if input.len() < MAX_HEAD => Ok(None),
        _ => Err(BodyError::Trailers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &[u8] = b"5;a=b\r\nhello\r\n01\r\n!\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\nGET";

    /// However the bytes are cut, the body, its chunks and its trailers are the same.
    #[test]
    fn cuts_do_not_matter() {
        for cut in 1..SENT.len() {
            let mut chunked = Chunked::default();
            let (mut body, mut sizes, mut size) = (Vec::new(), Vec::new(), 0);
            let (mut held, mut raw) = (Vec::new(), Vec::new());
            for part in SENT.chunks(cut) {
                held.extend_from_slice(part);
                loop {
                    let step = chunked.step(&held).unwrap();
                    body.extend_from_slice(&held[step.data.clone()]);
                    size += step.data.len();
                    if step.ends_chunk {
                        sizes.push(std::mem::take(&mut size));
                    }
                    raw.extend(held.drain(..step.taken));
                    if step.taken == 0 || chunked.is_done() {
                        break;
                    }
                }
            }
            assert_eq!((body.as_slice(), sizes.as_slice()), (&b"hello!"[..], &[5, 1][..]), "cut {cut}");
            assert_eq!(raw, SENT[..SENT.len() - 3], "cut {cut}");
            assert_eq!(chunked.trailers, Headers::from_pairs([("X-Sum", "1"), ("x-sum", "2")]));
        }
    }

    #[test]
    fn bad_chunks_are_refused() {
        for bad in [
            &b"5\nhello"[..],
            b"xyz\r\n",
            b"-1\r\n",
            b"11111111111111111\r\n",
            b"2\r\nabc\r\n",
            b"5 5\r\n",
            b"\r\n",
            b"0x5\r\n",
        ] {
            let mut chunked = Chunked::default();
            let first = chunked.step(bad);
            let failed = first.and_then(|step| chunked.step(&bad[step.taken..]));
            assert!(failed.is_err(), "{:?}", String::from_utf8_lossy(bad));
        }
    }
}
