//! What a handler sends, from text to frames.

use super::turns::Turns;
use crate::{
    body::Decoder,
    h2::{Gone, carried, send},
    head::{HeadError, Length, ReplyHead},
    serve::stream::WasReset,
};
use bytes::{Bytes, BytesMut};
use cassettes::model::{Headers, HttpVersion};
use h2::{Reason, SendStream, server::SendResponse};
use http::{Response, StatusCode};
use std::{
    future::poll_fn,
    task::{Context, Poll},
};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The way back to the client.
pub(super) struct Answer {
    way: Way,
    method: String,
    turns: Turns,
    buffer: BytesMut,
}

/// What was sent so far.
enum Way {
    /// Nothing, or interims.
    Head(SendResponse<Bytes>),
    /// The head.
    Body(SendStream<Bytes>, Decoder),
}

/// How an answer goes on.
enum Next {
    /// With what has not come yet.
    Wait,
    Over,
}

/// Why an answer cannot go on.
enum Broken {
    /// The client wants no more of it.
    Gone,
    /// It is none that HTTP/2 could carry.
    Reset(Reason),
}

impl From<Gone> for Broken {
    fn from(_: Gone) -> Self {
        Broken::Gone
    }
}

impl From<h2::Error> for Broken {
    fn from(_: h2::Error) -> Self {
        Broken::Gone
    }
}

impl Answer {
    pub(super) fn new(respond: SendResponse<Bytes>, method: &str, turns: Turns) -> Self {
        let way = Way::Head(respond);
        Answer { way, method: method.to_owned(), turns, buffer: BytesMut::new() }
    }

    /// Sends what comes over the bridge as it comes, to its end.
    pub(super) async fn run(mut self, mut from: impl AsyncRead + Unpin, reset: WasReset) {
        let reason = loop {
            match self.step().await {
                Ok(Next::Over) | Err(Broken::Gone) => return,
                Err(Broken::Reset(reason)) => break reason,
                Ok(Next::Wait) => {}
            }
            self.buffer.reserve(16 * 1024);
            let read = tokio::select! {
                read = from.read_buf(&mut self.buffer) => read,
                () = poll_fn(|cx| self.way.poll_left(cx)) => return,
            };
            if !matches!(read, Ok(1..)) {
                match &mut self.way {
                    _ if let Some(code) = reset.told() => break code.into(),
                    Way::Body(stream, decoder) if decoder.may_close() => {
                        let _ = stream.send_data(Bytes::new(), true);
                        return;
                    }
                    // Less than was promised is never told as an end.
                    _ => break Reason::INTERNAL_ERROR,
                }
            }
        };
        // What came of it leaves first.
        self.turns.settled().await;
        match self.way {
            Way::Head(mut respond) => respond.send_reset(reason),
            Way::Body(mut stream, _) => stream.send_reset(reason),
        }
    }

    /// Sends all that is in the buffer.
    async fn step(&mut self) -> Result<Next, Broken> {
        loop {
            match &mut self.way {
                Way::Head(respond) => {
                    let read = ReplyHead::read_bridged(&self.buffer, &self.method);
                    let Some((mut head, length)) = read.map_err(|e| unspeakable(&e))? else {
                        return Ok(Next::Wait);
                    };
                    let _ = self.buffer.split_to(length);
                    let response = response(&mut head)?;
                    if response.status().is_informational() {
                        respond.send_informational(response)?;
                        continue;
                    }
                    let tunnel = self.method == "CONNECT" && response.status().is_success();
                    let mut decoder = Decoder::new(if tunnel { Length::UntilClose } else { head.length });
                    // An answer that is whole with its head is told as one.
                    let ends = ends_here(&mut decoder, &mut self.buffer)?;
                    let bare = matches!(&ends, Some(trailers) if trailers.is_empty());
                    let mut stream = respond.send_response(response, bare)?;
                    match ends {
                        Some(_) if bare => return Ok(Next::Over),
                        Some(trailers) => {
                            stream.send_trailers(carried(&trailers))?;
                            return Ok(Next::Over);
                        }
                        None => self.way = Way::Body(stream, decoder),
                    }
                }
                Way::Body(stream, decoder) => return body(stream, decoder, &mut self.buffer).await,
            }
        }
    }
}

async fn body(
    stream: &mut SendStream<Bytes>,
    decoder: &mut Decoder,
    buffer: &mut BytesMut,
) -> Result<Next, Broken> {
    loop {
        let step = decoder.step(buffer).map_err(|_| Broken::Reset(Reason::INTERNAL_ERROR))?;
        let taken = buffer.split_to(step.taken).freeze();
        let data = taken.slice(step.data);
        // The last data tells the end along with it where both came together.
        let ends = if data.is_empty() && !decoder.is_done() { None } else { ends_here(decoder, buffer)? };
        match ends {
            None if taken.is_empty() => return Ok(Next::Wait),
            None => send(stream, data, false).await?,
            Some(trailers) if trailers.is_empty() => {
                send(stream, data, true).await?;
                return Ok(Next::Over);
            }
            Some(trailers) => {
                send(stream, data, false).await?;
                stream.send_trailers(carried(&trailers))?;
                return Ok(Next::Over);
            }
        }
    }
}

/// The trailers, if the body ends here and the buffer shows it.
fn ends_here(decoder: &mut Decoder, buffer: &mut BytesMut) -> Result<Option<Headers>, Broken> {
    if !decoder.is_done() {
        let mut ahead = decoder.clone();
        let step = ahead.step(buffer).map_err(|_| Broken::Reset(Reason::INTERNAL_ERROR))?;
        if ahead.is_done() && step.data.is_empty() {
            let _ = buffer.split_to(step.taken);
            *decoder = ahead;
        }
    }
    Ok(decoder.is_done().then(|| decoder.take_trailers()))
}

fn response(head: &mut ReplyHead) -> Result<Response<()>, Broken> {
    let reply = &mut head.response;
    if reply.status == 101 {
        // There is nothing to switch to on a stream (RFC 9113 §8.6).
        return Err(Broken::Reset(Reason::HTTP_1_1_REQUIRED));
    }
    let status = StatusCode::from_u16(reply.status).map_err(|_| Broken::Reset(Reason::INTERNAL_ERROR))?;
    if head.length == Length::Chunked && reply.version != HttpVersion::Http2 {
        // Beside chunks it is not what tells the length (RFC 9112 §6.3).
        reply.headers.remove("content-length");
    }
    let mut response = Response::new(());
    *response.status_mut() = status;
    *response.headers_mut() = carried(&reply.headers);
    Ok(response)
}

/// A handler answered with what is no HTTP, as a vendor may have done before.
fn unspeakable(_: &HeadError) -> Broken {
    Broken::Reset(Reason::PROTOCOL_ERROR)
}

impl Way {
    /// The client has reset the stream, or its connection has ended.
    fn poll_left(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self {
            Way::Head(respond) => respond.poll_reset(cx).map(|_| ()),
            Way::Body(stream, _) => stream.poll_reset(cx).map(|_| ()),
        }
    }
}
