//! An answer on its way: kept as it came, and turned into what the client is sent, piece by piece.

use super::{
    body::Kept,
    lead_back::{LeadBack, Route, WHOLE},
};
use crate::Recording;
use bytes::{Bytes, BytesMut};
use cassettes::model::{Chunk, Headers, Interim, Micros, Request, Response};
use wire::{
    client::{Event, Pieces},
    head::{Length, ReplyHead, head_bytes, write_chunk, write_last_chunk},
    websocket,
};

/// What a chunk may grow to while it is gathered to be led back as one.
const GATHERED: usize = 64 * 1024;

/// An answer on its way.
#[derive(Default)]
pub(super) struct Reply {
    interim: Vec<Interim>,
    /// The head as the client sees it, and the original.
    head: Option<Heads>,
    pub(super) body: Kept,
    trailers: Headers,
    pieces: Pieces,
    /// Of a chunk that is led back, what has come so far.
    gathered: BytesMut,
    /// Of an answer that is held back, what came after its head.
    held: BytesMut,
    /// How many bytes of body were seen.
    seen: u64,
    /// Something was led back.
    pub(super) led_back: bool,
    /// A stream of events, sent to arrive one by one for as long as somebody listens.
    pub(super) events: bool,
}

struct Heads {
    original: ReplyHead,
    /// As it came.
    raw: Bytes,
    /// Its fields led back, if that changed them.
    changed: Option<Headers>,
    route: Route,
}

/// What the client is sent now, and what only after the exchange was kept.
#[derive(Default)]
pub(super) struct Outgoing {
    pub(super) now: Vec<u8>,
    pub(super) held: Vec<u8>,
    /// The answer is whole.
    pub(super) over: bool,
}

impl Reply {
    /// Takes what came, at that moment after the request's last byte.
    pub(super) fn take(
        &mut self,
        event: Event,
        at: Micros,
        lead: &LeadBack,
        recording: Option<&Recording>,
        out: &mut Outgoing,
    ) {
        match event {
            Event::Interim { interim, raw } => {
                self.interim.push(interim);
                out.now.extend_from_slice(&raw);
            }
            Event::Head { head, raw } => self.head(*head, raw, lead, out),
            Event::Piece { raw, data, ends_chunk } => {
                self.pieces.add(at, data.len() as u64, ends_chunk);
                self.seen += data.len() as u64;
                if let Some(heads) = &self.head {
                    self.body.take(&data, &heads.original.response.headers, recording);
                }
                self.piece(&raw, &data, ends_chunk, out);
            }
            Event::End { raw, trailers } => {
                self.trailers = trailers;
                self.end(&raw, lead, out);
                out.over = true;
            }
        }
    }

    fn head(&mut self, head: ReplyHead, raw: Bytes, lead: &LeadBack, out: &mut Outgoing) {
        let mut headers = head.response.headers.clone();
        let changed = lead.fields(&mut headers).then_some(headers);
        self.led_back |= changed.is_some();
        self.events = head.response.headers.media_type().is_some_and(|media| media == "text/event-stream");
        let route = lead.route(&head.response.headers, head.length);
        self.pieces = Pieces::new(head.length == Length::Chunked);
        let heads = Heads { raw, changed, route, original: head };
        match (&heads.route, heads.original.length) {
            (Route::Whole, _) => {}
            // The head is all there is.
            (_, Length::None) => out.held.extend(heads.bytes()),
            _ => out.now.extend(heads.bytes()),
        }
        self.head = Some(heads);
    }

    fn piece(&mut self, raw: &[u8], data: &[u8], ends_chunk: bool, out: &mut Outgoing) {
        let Some(heads) = &mut self.head else { return };
        let length = heads.original.length;
        match &mut heads.route {
            Route::Whole => {
                self.held.extend_from_slice(raw);
                if self.held.len() as u64 > WHOLE {
                    // Too much to hold back: the rest goes as it comes.
                    heads.route = Route::Raw;
                    out.now.extend(heads.bytes());
                    out.now.extend_from_slice(&self.held.split());
                }
            }
            // The last byte is what makes the answer whole for the client.
            Route::Raw if matches!(length, Length::Exactly(bytes) if bytes <= self.seen) => {
                out.held.extend_from_slice(raw);
            }
            Route::Raw => out.now.extend_from_slice(raw),
            Route::Stream(rewriter) if length == Length::Chunked => {
                self.gathered.extend_from_slice(data);
                if ends_chunk || self.gathered.len() > GATHERED {
                    let chunk = self.gathered.split();
                    write_chunk(&mut out.now, &rewriter.push(&chunk));
                }
            }
            Route::Stream(rewriter) => out.now.extend(rewriter.push(data)),
        }
    }

    /// What a rewriter holds back goes out when nothing has followed it for a while.
    pub(super) fn let_go(&mut self, out: &mut Vec<u8>) {
        let Some(Heads { route: Route::Stream(rewriter), original, .. }) = &mut self.head else { return };
        let rest = rewriter.finish();
        match original.length {
            Length::Chunked => write_chunk(out, &rest),
            _ => out.extend(rest),
        }
    }

    /// Whether something is held back that could go out.
    pub(super) fn streams(&self) -> bool {
        matches!(&self.head, Some(Heads { route: Route::Stream(_), .. }))
    }

    fn end(&mut self, raw: &[u8], lead: &LeadBack, out: &mut Outgoing) {
        self.let_go(&mut out.held);
        let Some(heads) = &self.head else { return };
        let chunked = heads.original.length == Length::Chunked;
        let body = match heads.route {
            Route::Raw => return out.held.extend_from_slice(raw),
            _ if self.body.lost().is_some() => None,
            _ => Some(self.body.held()),
        };
        let mut response = heads.original.response.clone();
        let fresh = body.and_then(|body| lead.whole(&mut response.headers, &body));
        self.led_back |= fresh.is_some();
        match (&heads.route, fresh) {
            (Route::Whole, Some(fresh)) => {
                out.held.extend(head_bytes(&response));
                match chunked {
                    true => write_chunk(&mut out.held, fresh.bytes()),
                    false => out.held.extend_from_slice(fresh.bytes()),
                }
            }
            (Route::Whole, None) => {
                out.held.extend(heads.bytes());
                out.held.extend_from_slice(&self.held.split());
                return out.held.extend_from_slice(raw);
            }
            _ => {}
        }
        if chunked {
            write_last_chunk(&mut out.held, &self.trailers);
        }
    }

    /// The answer ends here without being whole: what came and was held back, then what never became a piece.
    pub(super) fn break_off(&mut self, rest: &[u8], out: &mut Vec<u8>) {
        if let Some(heads) = &self.head {
            match heads.route {
                Route::Whole => {
                    out.extend(heads.bytes());
                    out.extend_from_slice(&self.held.split());
                }
                Route::Stream(_) => {
                    let gathered = self.gathered.split();
                    write_chunk(out, &gathered);
                    self.let_go(out);
                }
                Route::Raw => {}
            }
        }
        out.extend_from_slice(rest);
    }

    /// Whether the other side leaves the connection open after this answer, as the client was told.
    pub(super) fn keeps_alive(&self) -> bool {
        self.head.as_ref().is_some_and(|heads| heads.original.keep_alive)
    }

    /// Whether the client was told to go on with its request.
    pub(super) fn invites(&self) -> bool {
        self.interim.iter().any(|interim| interim.status == 100)
    }

    /// Whether the final head came.
    pub(super) fn has_head(&self) -> bool {
        self.head.is_some()
    }

    /// The 101, if the answer makes the connection the WebSocket that was asked for.
    pub(super) fn switched(&mut self, request: &Request) -> Option<Response> {
        let heads = self.head.as_ref()?;
        let socket = websocket::is_upgrade(&request.method, request.headers.iter());
        if !socket || heads.original.response.status != 101 {
            return None;
        }
        self.finish(None).0
    }

    /// The answer as it came, if its head was whole, and when its pieces came.
    pub(super) fn finish(&mut self, first_byte: Option<Micros>) -> (Option<Response>, Vec<Chunk>) {
        let chunks = std::mem::take(&mut self.pieces).finish(first_byte);
        let Some(heads) = self.head.take() else { return (None, chunks) };
        let mut response = heads.original.response;
        (response.body, response.blob) = self.body.finish();
        response.trailers = std::mem::take(&mut self.trailers);
        response.interim = std::mem::take(&mut self.interim);
        (Some(response), chunks)
    }
}

impl Heads {
    /// For the client: as it came, unless something in it was led back.
    fn bytes(&self) -> Vec<u8> {
        match &self.changed {
            None => self.raw.to_vec(),
            Some(headers) => {
                head_bytes(&Response { headers: headers.clone(), ..self.original.response.clone() })
            }
        }
    }
}
