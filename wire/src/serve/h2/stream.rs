//! One stream: the request goes over the bridge as text, the answer comes back as text and leaves in frames.

use super::{answer::Answer, ask, turns::Turns};
use crate::{
    h2::BRIDGE,
    head::{Length, write_chunk},
    serve::{
        ConnectionFacts,
        connection::{self, Service},
        link::Link,
        listener::Handler,
        stream::{Bridge, Shore, Stream},
    },
};
use bytes::Bytes;
use h2::{RecvStream, server::SendResponse};
use http::Request;
use std::{io, pin::pin};
use tokio::io::{AsyncWrite, AsyncWriteExt as _, split};

/// From the head of a request to the last frame of its answer.
pub(super) async fn run<H: Handler>(
    request: Request<RecvStream>,
    respond: SendResponse<Bytes>,
    facts: ConnectionFacts,
    service: Service<H>,
    turns: Turns,
) {
    let (asked, body) = request.into_parts();
    let (head, length) = ask::text(&asked, body.is_end_stream());
    let (bridge, shore) = Bridge::new(BRIDGE);
    // What follows a CONNECT is not its body.
    let told = if length == Length::UntilClose { Length::None } else { length };
    let link = Link::single(Stream::Bridge(bridge), facts, told);
    let answer = Answer::new(respond, asked.method.as_str(), turns);
    tokio::join!(connection::run(link, &service), carry(shore, answer, (head, length, body)));
}

/// Ends when the answer has, or when the client has no more interest in it: then the handler finds the far end
/// of the bridge gone.
async fn carry(shore: Shore, answer: Answer, (head, length, body): (Vec<u8>, Length, RecvStream)) {
    let (pipe, reset) = shore.into_parts();
    let (reading, mut writing) = split(pipe);
    let mut answering = pin!(answer.run(reading, reset));
    let mut uploading = pin!(upload(&mut writing, &head, length, body));
    tokio::select! {
        () = &mut answering => return,
        lost = &mut uploading => if lost.is_err() { return },
    }
    // The near end stays open: its end would say that the client has left.
    answering.await;
}

/// The client has given its request up.
struct Lost;

/// Whatever comes of the body, as it comes. A handler that reads no more of it loses nothing else.
async fn upload(
    to: &mut (impl AsyncWrite + Unpin),
    head: &[u8],
    length: Length,
    mut body: RecvStream,
) -> Result<(), Lost> {
    if to.write_all(head).await.is_err() {
        return Ok(());
    }
    if length == Length::None {
        return Ok(());
    }
    let mut frame = Vec::new();
    while let Some(data) = body.data().await {
        let data = data.map_err(|_| Lost)?;
        let sent = match length {
            Length::Chunked => {
                frame.clear();
                write_chunk(&mut frame, &data);
                to.write_all(&frame).await
            }
            _ => to.write_all(&data).await,
        };
        if sent.is_err() {
            return Ok(());
        }
        // Only now may as much follow.
        let _ = body.flow_control().release_capacity(data.len());
    }
    let trailers = body.trailers().await.map_err(|_| Lost)?.unwrap_or_default();
    let ended: io::Result<()> = match length {
        Length::Chunked => {
            frame.clear();
            frame.extend_from_slice(b"0\r\n");
            crate::h2::write(&mut frame, &trailers);
            to.write_all(&frame).await
        }
        // What a client sends through a tunnel ends without the tunnel.
        Length::UntilClose => to.shutdown().await,
        Length::Exactly(_) | Length::None => Ok(()),
    };
    // Its handler needs no more of it.
    drop(ended);
    Ok(())
}
