//! A recorded WebSocket, laid out when the tape is loaded.

use super::echo::{self, Echo};
use cassettes::matching;
use cassettes::model::{
    Answer, Body, Exchange, FailureKind, Frame, FrameKind, Micros, Request, Response, Side,
};
use cassettes::redact::{Names, Veil};

/// A recorded WebSocket.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// The 101, without frames.
    pub(super) response: Response,
    pub(super) steps: Box<[Step]>,
    pub(super) end: End,
    /// When it ended.
    pub(super) end_at: Micros,
}

/// What comes next.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// The vendor speaks.
    Say(Frame),
    /// The client is to have spoken.
    Hear(Heard),
}

/// What a client said.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    /// Its place among the recorded frames, counted from one.
    pub(super) number: usize,
    pub(super) at: Micros,
    pub(super) kind: FrameKind,
    pub(super) data: Body,
    /// What any spelling of the same content has in common.
    pub(super) key: Vec<u8>,
    /// Over what was taken out of it.
    pub(super) veil: Option<Box<Veil>>,
    /// Its own ids that the vendor repeats later.
    pub(super) echoes: Vec<Echo>,
}

/// How it ended, if not with a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It was left open: the client went, or the recorder did.
    Open,
    /// The connection was closed without a word.
    Close,
    /// It was reset.
    Reset,
}

impl Script {
    /// Of an exchange that became a WebSocket; none of any other.
    pub(crate) fn of(exchange: &Exchange, names: &Names) -> Option<Box<Script>> {
        let request = &exchange.request;
        let reply = exchange.answer.head().filter(|reply| reply.status == 101)?;
        if !wire::websocket::is_upgrade(&request.method, request.headers.iter()) {
            return None;
        }
        let mut steps = Vec::new();
        let mut pings: Vec<&Body> = Vec::new();
        for (number, frame) in (1..).zip(&reply.frames) {
            match (frame.from, frame.kind) {
                // A sign of life comes when it comes: each is answered here and now, and none is waited for.
                (Side::Client, FrameKind::Ping) => pings.push(&frame.data),
                (Side::Client, FrameKind::Pong) => {}
                (Side::Upstream, FrameKind::Pong) if pings.contains(&&frame.data) => {
                    pings.retain(|ping| **ping != frame.data);
                }
                (Side::Upstream, _) => steps.push(Step::Say(frame.clone())),
                (Side::Client, kind) => steps.push(Step::Hear(Heard {
                    number,
                    at: frame.at,
                    kind,
                    data: frame.data.clone(),
                    key: key(&frame.data, names),
                    veil: Veil::of_frame(&exchange.redactions, number).map(Box::new),
                    echoes: echo::of(&reply.frames, number - 1),
                })),
            }
        }
        let end = match &exchange.answer {
            Answer::Reply(_) => End::Open,
            Answer::Failed(failure) => match failure.kind {
                FailureKind::Timeout => End::Open,
                FailureKind::Closed | FailureKind::Truncated | FailureKind::Protocol => End::Close,
                _ => End::Reset,
            },
        };
        let response = Response { frames: Vec::new(), ..reply.clone() };
        let end_at = exchange.timing.end.unwrap_or_default();
        Some(Box::new(Script { response, steps: steps.into(), end, end_at }))
    }
}

/// A message's content in whatever spelling: JSON by meaning, secrets masked, as a body's.
pub(super) fn key(data: &Body, names: &Names) -> Vec<u8> {
    matching::key(&as_request(data), names)
}

/// A message as the body of a request, which is what all of matching speaks of.
pub(super) fn as_request(data: &Body) -> Request {
    Request { body: data.clone(), ..Request::new("MESSAGE", "/") }
}
