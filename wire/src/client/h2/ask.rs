//! A question from text to frames.

use super::Broken;
use crate::{
    body::Decoder,
    h2::{carried, send},
    head::{Head, Length, Plan},
};
use bytes::{Bytes, BytesMut};
use h2::SendStream;
use http::{Method, Request, Uri, uri::PathAndQuery};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// A question whose head is whole.
pub(super) struct Asked {
    pub(super) head: Request<()>,
    /// It has no body.
    pub(super) ends: bool,
    pub(super) method: String,
    pub(super) decoder: Decoder,
    /// What came with the head.
    pub(super) rest: BytesMut,
}

/// Waits for the head of a question; none if nothing is asked after all.
pub(super) async fn head(from: &mut (impl AsyncRead + Unpin), scheme: &str) -> Result<Option<Asked>, Broken> {
    let mut buffer = BytesMut::with_capacity(4096);
    let mut head = Head::default();
    let unaskable = |what: String| Broken::unaskable(format!("it cannot be asked over HTTP/2: {what}"));
    let length = loop {
        match head.read(&buffer).map_err(|e| unaskable(e.to_string()))? {
            Some(length) => break length,
            None if matches!(from.read_buf(&mut buffer).await, Ok(1..)) => {}
            None => return Ok(None),
        }
    };
    let rest = buffer.split_off(length);
    let plan = Plan::of(&head).map_err(|e| unaskable(e.to_string()))?;
    let mut fields = head.headers();
    let authority = fields.get("host").unwrap_or_default().into_owned();
    fields.remove("host");
    let mut request = Request::new(());
    *request.method_mut() = Method::from_bytes(head.method().as_bytes())
        .map_err(|_| unaskable(format!("`{}` is no method", head.method())))?;
    let no_target = |_| unaskable(format!("`{}` is no target", head.target()));
    let target = PathAndQuery::try_from(head.origin_target()).map_err(no_target)?;
    *request.uri_mut() = Uri::builder()
        .scheme(scheme)
        .authority(authority.as_str())
        .path_and_query(target)
        .build()
        .map_err(|_| unaskable(format!("`{authority}` is no authority")))?;
    *request.headers_mut() = carried(&fields);
    Ok(Some(Asked {
        head: request,
        ends: plan.length == Length::None,
        method: head.method().to_owned(),
        decoder: Decoder::new(plan.length),
        rest,
    }))
}

/// Sends the body as it comes over the bridge. Resolves when the near end of the bridge is gone, for which it
/// listens on when the body is whole or the upstream takes no more of it.
pub(super) async fn carry(
    from: &mut (impl AsyncRead + Unpin),
    mut buffer: BytesMut,
    mut decoder: Decoder,
    mut to: SendStream<Bytes>,
) {
    let mut taken = !decoder.is_done();
    loop {
        if taken {
            taken = pass_on(&mut buffer, &mut decoder, &mut to).await;
        } else {
            buffer.clear();
        }
        buffer.reserve(16 * 1024);
        if !matches!(from.read_buf(&mut buffer).await, Ok(1..)) {
            return;
        }
    }
}

/// Sends what has come. Whether there is more to send.
async fn pass_on(buffer: &mut BytesMut, decoder: &mut Decoder, to: &mut SendStream<Bytes>) -> bool {
    loop {
        // What is written to the bridge is framed by ourselves.
        let Ok(step) = decoder.step(buffer) else { return false };
        let taken = buffer.split_to(step.taken).freeze();
        let data = taken.slice(step.data);
        let trailers = if decoder.is_done() { decoder.take_trailers() } else { Default::default() };
        let ends = decoder.is_done() && trailers.is_empty();
        if send(to, data, ends).await.is_err() {
            return false;
        }
        if !trailers.is_empty() {
            let _ = to.send_trailers(carried(&trailers));
        }
        if decoder.is_done() {
            return false;
        }
        if taken.is_empty() {
            return true;
        }
    }
}
