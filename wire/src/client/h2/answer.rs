//! An answer from frames to text.

use super::Broken;
use crate::{
    h2::write,
    head::{bridged_status_line, write_chunk},
};
use h2::{RecvStream, client::ResponseFuture};
use http::{HeaderMap, Response, StatusCode};
use std::{
    future::{Future as _, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// Writes the answer to the bridge as it comes, to its end.
pub(super) async fn carry(
    mut answer: ResponseFuture,
    method: &str,
    to: &mut (impl AsyncWrite + Unpin),
) -> Result<(), Broken> {
    let mut text = Vec::with_capacity(1024);
    let (head, mut body) = loop {
        match poll_fn(|cx| next(&mut answer, cx)).await.map_err(|e| Broken::of(&e, false))? {
            Head::Final(response) => break response.into_parts(),
            Head::Interim(interim) => {
                let (head, ()) = interim.into_parts();
                write_head(&mut text, head.status, &head.headers, true);
                if to.write_all(&text).await.is_err() {
                    return Ok(());
                }
            }
        }
    };
    let failed = |error: h2::Error| Broken::of(&error, true);
    // An answer that has no body may say so by an empty frame of one.
    if method == "HEAD" || matches!(head.status.as_u16(), 204 | 304) {
        while let Some(data) = body.data().await {
            let bytes = data.map_err(failed)?.len();
            release(&mut body, bytes);
        }
    }
    let ends = body.is_end_stream();
    write_head(&mut text, head.status, &head.headers, ends);
    if to.write_all(&text).await.is_err() || ends {
        return Ok(());
    }
    while let Some(data) = body.data().await {
        let data = data.map_err(failed)?;
        text.clear();
        write_chunk(&mut text, &data);
        if to.write_all(&text).await.is_err() {
            return Ok(());
        }
        release(&mut body, data.len());
    }
    let trailers = body.trailers().await.map_err(failed)?.unwrap_or_default();
    text.clear();
    text.extend_from_slice(b"0\r\n");
    write(&mut text, &trailers);
    // Whoever has left does not hear the end.
    let _ = to.write_all(&text).await;
    Ok(())
}

/// As much may follow as was passed on.
fn release(body: &mut RecvStream, bytes: usize) {
    let _ = body.flow_control().release_capacity(bytes);
}

fn write_head(text: &mut Vec<u8>, status: StatusCode, fields: &HeaderMap, ends: bool) {
    text.clear();
    bridged_status_line(text, status.as_u16(), ends);
    write(text, fields);
}

enum Head {
    Interim(Response<()>),
    Final(Response<RecvStream>),
}

/// Interims are asked for first and alone: asking for the final head would throw them away.
fn next(answer: &mut ResponseFuture, cx: &mut Context<'_>) -> Poll<Result<Head, h2::Error>> {
    match ready!(answer.poll_informational(cx)) {
        Some(interim) => Poll::Ready(interim.map(Head::Interim)),
        None => Pin::new(answer).poll(cx).map_ok(Head::Final),
    }
}
