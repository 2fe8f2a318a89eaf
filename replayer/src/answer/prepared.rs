//! One answer as the bytes that will be written, prepared once when the tape is loaded.

use super::head::{self, frame};
use bytes::Bytes;
use cassettes::model::{Answer, FailureKind, Framing, Micros, Response, Timing};
use cassettes::slab::Slab;
use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Answers up to this size are laid out as one piece, so that they leave in one write; larger bodies are
/// shared with the cassette instead of copied.
const GLUED: usize = 64 * 1024;

/// Chunks up to this size are laid out with their framing; larger ones are shared with the cassette.
const SMALL_CHUNK: usize = 16 * 1024;

/// What to do once the last byte is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The connection stays open for the next request.
    Keep,
    /// The connection ends in order (FIN).
    Close,
    /// The connection is reset (RST).
    Reset,
    /// Nothing more comes, and the connection stays open until the client leaves.
    Stall,
}

/// Bytes that leave together.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// When they are due, counted from the end of the request.
    pub(crate) at: Micros,
    /// What is written.
    pub(crate) bytes: Bytes,
    /// After these, what stands there in the body's blob.
    pub(crate) from_blob: Option<Range<u64>>,
}

impl Part {
    fn len(&self) -> u64 {
        let blob = self.from_blob.as_ref().map_or(0, |range| range.end - range.start);
        self.bytes.len() as u64 + blob
    }
}

/// How the bytes came.
#[derive(Debug, Clone)]
enum Parts {
    /// All of `whole` at one moment.
    Whole(Micros),
    Several(Box<[Part]>),
}

/// An answer ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// Every byte in one piece, unless the answer is large.
    pub(crate) whole: Option<Bytes>,
    /// The same bytes as they came.
    parts: Parts,
    /// What follows the last byte.
    pub(crate) end: End,
    /// With which code a reset is told over HTTP/2, where the recording tells it.
    pub(crate) code: Option<u32>,
    /// When the end was known.
    pub(crate) end_at: Micros,
    /// Each part is a message of its own (server-sent events) and is never joined with the next.
    pub(crate) separate: bool,
    /// Every byte there is to write.
    pub(crate) len: u64,
    /// Where the body stands, if it is not held.
    pub(crate) blob: Option<Arc<Path>>,
    /// Where the body stands in `whole`, if it stands there in one piece.
    body_from: Option<usize>,
}

impl Prepared {
    /// The same bytes as they came, in order.
    pub(crate) fn parts(&self) -> Cow<'_, [Part]> {
        match (&self.parts, &self.whole) {
            (Parts::Several(parts), _) => Cow::Borrowed(parts),
            (Parts::Whole(at), Some(whole)) => {
                Cow::Owned(vec![Part { at: *at, bytes: whole.clone(), from_blob: None }])
            }
            (Parts::Whole(_), None) => Cow::Borrowed(&[]),
        }
    }

    /// The body as a share of the prepared bytes, so that it is held in memory once.
    pub(crate) fn shared_body(&self, len: usize) -> Option<Bytes> {
        let from = self.body_from?;
        Some(self.whole.as_ref()?.slice(from..from + len))
    }
}

impl Prepared {
    /// Lays the bytes beside those of other answers.
    pub(crate) fn settle(&mut self, slab: &mut Slab) {
        let Some(whole) = &mut self.whole else { return };
        *whole = slab.keep(whole);
        let Parts::Several(parts) = &mut self.parts else { return };
        let mut from = 0;
        for part in parts {
            let to = from + part.bytes.len();
            part.bytes = whole.slice(from..to);
            from = to;
        }
    }
}

/// Prepares the answer to a request with this method. Nothing here can fail: what a hand-edited
/// cassette declares wrongly is declared rightly instead.
pub(crate) fn prepare(method: &str, answer: &Answer, timing: &Timing) -> Prepared {
    let mut layout = Layout::default();
    let first = timing.first_byte.unwrap_or(0);
    let end_at = timing.end.unwrap_or(first).max(first);
    let end = match answer {
        Answer::Reply(response) => {
            if layout.reply(method, response, timing, true) {
                End::Close
            } else {
                End::Keep
            }
        }
        Answer::Failed(failure) => {
            layout.code = wire::reset_code(&failure.message);
            match failure.partial.as_deref() {
                Some(partial) => {
                    layout.reply(method, partial, timing, false);
                }
                // What came of it stands in the message, quoted: no HTTP at all, or a head that broke off. Where
                // it does not (an import, say), what was no HTTP still has to be met as that class of failure: by
                // a line that no HTTP parser takes for a status line.
                None => {
                    let none =
                        (failure.kind == FailureKind::Protocol).then_some(&b"this is not HTTP\r\n\r\n"[..]);
                    let came = wire::quote::unquoted(&failure.message).map(Bytes::from);
                    if let Some(came) = came.or(none.map(Bytes::from_static)) {
                        layout.push(first, &came);
                    }
                }
            }
            match failure.kind {
                // Already connected when the request is read: a reset is the nearest that can be shown.
                FailureKind::Unresolved | FailureKind::Refused | FailureKind::Tls | FailureKind::Reset => {
                    End::Reset
                }
                FailureKind::Closed | FailureKind::Truncated | FailureKind::Protocol => End::Close,
                FailureKind::Timeout => End::Stall,
            }
        }
    };
    layout.finish(end, end_at)
}

#[derive(Default)]
struct Layout {
    parts: Vec<Part>,
    blob: Option<Arc<Path>>,
    separate: bool,
    code: Option<u32>,
    body_from: Option<usize>,
}

impl Layout {
    /// Lays a reply out; returns whether the connection ends with it.
    fn reply(&mut self, method: &str, response: &Response, timing: &Timing, whole: bool) -> bool {
        let frame = frame(method, response, whole);
        self.separate = response.headers.media_type().as_deref() == Some("text/event-stream");
        let mut head = Vec::with_capacity(256);
        head::write(&mut head, response, frame);
        let first = timing.first_byte.unwrap_or(0);
        let head_len = head.len();
        self.push(first, &Bytes::from(head));
        let body = response.body.0.clone();
        self.blob = response.blob.as_ref().and_then(|blob| blob.file.clone());
        let pieces = pieces(usize::try_from(response.len()).unwrap_or(usize::MAX), first, timing);
        match frame.framing {
            Framing::None => {}
            Framing::Length | Framing::Close => {
                for (at, range) in pieces {
                    self.body(at, &body, range);
                }
                self.body_from = Some(head_len);
            }
            Framing::Chunked => self.chunks(&body, pieces, response, whole, timing),
        }
        frame.closes
    }

    /// RFC 9112 §7.1, with the recorded chunk sizes.
    fn chunks(
        &mut self,
        body: &Bytes,
        pieces: Vec<(Micros, Range<usize>)>,
        response: &Response,
        whole: bool,
        timing: &Timing,
    ) {
        let last = pieces.last().map_or(timing.first_byte.unwrap_or(0), |(at, _)| *at);
        let alone = pieces.len() == 1;
        for (at, range) in pieces {
            let size = Bytes::from(format!("{:x}\r\n", range.len()));
            if alone {
                let before: usize = self.parts.iter().map(|p| p.bytes.len()).sum();
                self.body_from = Some(before + size.len());
            }
            if range.len() <= SMALL_CHUNK && self.blob.is_none() {
                // A chunk with its framing leaves in one write.
                let mut chunk = Vec::with_capacity(size.len() + range.len() + 2);
                chunk.extend_from_slice(&size);
                chunk.extend_from_slice(&body[range]);
                chunk.extend_from_slice(b"\r\n");
                self.push(at, &Bytes::from(chunk));
            } else {
                self.push(at, &size);
                self.body(at, body, range);
                self.push(at, &Bytes::from_static(b"\r\n"));
            }
        }
        if whole {
            let mut tail = Vec::new();
            wire::head::write_last_chunk(&mut tail, &response.trailers);
            // Where the head was all there was, its end came with it.
            let end = timing.end.filter(|_| response.framing != Framing::None);
            self.push(end.unwrap_or(last).max(last), &Bytes::from(tail));
        }
    }

    fn push(&mut self, at: Micros, bytes: &Bytes) {
        if !bytes.is_empty() {
            self.parts.push(Part { at, bytes: bytes.clone(), from_blob: None });
        }
    }

    /// A piece of the body: shared, or to be read when it is due.
    fn body(&mut self, at: Micros, body: &Bytes, range: Range<usize>) {
        if self.blob.is_none() {
            return self.push(at, &body.slice(range));
        }
        let from_blob = Some(range.start as u64..range.end as u64);
        self.parts.push(Part { at, bytes: Bytes::new(), from_blob });
    }

    fn finish(self, end: End, end_at: Micros) -> Prepared {
        let Layout { mut parts, separate, code, body_from, blob } = self;
        let len: u64 = parts.iter().map(Part::len).sum();
        let whole = (len <= GLUED as u64 && blob.is_none()).then(|| {
            let mut whole = Vec::with_capacity(len as usize);
            for part in &parts {
                whole.extend_from_slice(&part.bytes);
            }
            Bytes::from(whole)
        });
        if let Some(whole) = &whole {
            parts = moments(parts, whole);
        }
        let parts = match parts[..] {
            [ref alone] if whole.is_some() => Parts::Whole(alone.at),
            _ => Parts::Several(parts.into()),
        };
        Prepared { whole, parts, end, code, end_at, separate, len, blob, body_from }
    }
}

/// Parts of one moment become one part, each a share of the whole.
fn moments(parts: Vec<Part>, whole: &Bytes) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::new();
    let mut from = 0;
    let mut start = 0;
    for part in parts {
        from += part.bytes.len();
        match joined.last_mut() {
            Some(last) if last.at == part.at => last.bytes = whole.slice(start..from),
            _ => {
                start = from - part.bytes.len();
                joined.push(Part { at: part.at, bytes: whole.slice(start..from), from_blob: None });
            }
        }
    }
    joined.shrink_to_fit();
    joined
}

/// The body's pieces as they came. A list that does not add up (a body changed by hand) covers the body
/// as far as it goes; the last piece takes the rest.
fn pieces(len: usize, first: Micros, timing: &Timing) -> Vec<(Micros, Range<usize>)> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut at = first;
    for chunk in timing.chunks.iter().filter(|c| c.len > 0) {
        if from == len {
            break;
        }
        at = at.max(chunk.at);
        let to = from.saturating_add(usize::try_from(chunk.len).unwrap_or(usize::MAX)).min(len);
        pieces.push((at, from..to));
        from = to;
    }
    if from < len {
        match pieces.last_mut() {
            Some((_, range)) => range.end = len,
            None => pieces.push((at, 0..len)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Chunk, Headers, TransportFailure};

    fn bytes(prepared: &Prepared) -> String {
        let joined: Vec<u8> = prepared.parts().iter().flat_map(|p| p.bytes.to_vec()).collect();
        if let Some(whole) = &prepared.whole {
            assert_eq!(whole, &joined);
        }
        assert_eq!(prepared.len, joined.len() as u64);
        String::from_utf8(joined).unwrap()
    }

    #[test]
    fn chunks_keep_their_sizes_their_times_and_their_trailers() {
        let response = Response {
            status: 200,
            reason: "OK".into(),
            headers: Headers::from_pairs([("Transfer-Encoding", "chunked")]),
            body: "hello world".into(),
            trailers: Headers::from_pairs([("X-Sum", "7")]),
            framing: Framing::Chunked,
            ..Response::default()
        };
        let timing = Timing {
            first_byte: Some(10),
            end: Some(90),
            chunks: vec![Chunk { at: 10, len: 6 }, Chunk { at: 50, len: 5 }],
        };
        let prepared = prepare("GET", &Answer::Reply(response), &timing);
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(bytes(&prepared), format!("{head}6\r\nhello \r\n5\r\nworld\r\n0\r\nX-Sum: 7\r\n\r\n"));
        let times: Vec<Micros> = prepared.parts().iter().map(|p| p.at).collect();
        assert_eq!((times, prepared.end), (vec![10, 50, 90], End::Keep));
    }

    #[test]
    fn what_came_before_a_failure_keeps_its_promise_unkept() {
        let partial = Response::new(200, Headers::from_pairs([("Content-Length", "100")]), "half");
        let failed = |kind, partial: Option<Response>| {
            let partial = partial.map(Box::new);
            let answer = Answer::Failed(TransportFailure { kind, message: String::new(), partial });
            prepare("GET", &answer, &Timing::default())
        };
        let truncated = failed(FailureKind::Truncated, Some(partial));
        assert_eq!(bytes(&truncated), "HTTP/1.1 200 \r\nContent-Length: 100\r\n\r\nhalf");
        assert_eq!(truncated.end, End::Close);
        assert_eq!(failed(FailureKind::Refused, None).end, End::Reset);
        assert_eq!(failed(FailureKind::Timeout, None).end, End::Stall);
        assert_eq!(failed(FailureKind::Closed, None).parts().len(), 0);
    }

    #[test]
    fn a_body_is_held_once_and_an_uneven_list_of_chunks_covers_it() {
        let response = Response::new(200, Headers::from_pairs([("content-length", "4")]), "abcd");
        let timing = Timing { chunks: vec![Chunk { at: 5, len: 3 }], ..Timing::default() };
        let prepared = prepare("GET", &Answer::Reply(response), &timing);
        assert_eq!(prepared.shared_body(4).unwrap(), "abcd");
        assert!(bytes(&prepared).ends_with("\r\n\r\nabcd"));
        assert_eq!(pieces(4, 0, &Timing { chunks: vec![Chunk { at: 1, len: 9 }], ..timing }), [(1, 0..4)]);
    }
}
