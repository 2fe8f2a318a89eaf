//! Sending a body as fast as the peer takes it.

use bytes::Bytes;
use h2::SendStream;
use std::{future::poll_fn, time::Duration};
use tokio::time::timeout;

/// How long a peer may take no byte of a stream before it is given up.
const STUCK: Duration = Duration::from_secs(300);

/// The peer takes no more of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gone;

/// Sends data, and the stream's end with the last of it; waits for as much room as it needs, so that nothing
/// piles up before a slow peer.
pub(crate) async fn send(to: &mut SendStream<Bytes>, mut data: Bytes, ends: bool) -> Result<(), Gone> {
    while !data.is_empty() {
        let room = timeout(STUCK, room(to, data.len())).await.map_err(|_| Gone)??;
        let piece = data.split_to(room.min(data.len()));
        let last = ends && data.is_empty();
        to.send_data(piece, last).map_err(|_| Gone)?;
        if last {
            return Ok(());
        }
    }
    if ends { to.send_data(Bytes::new(), true).map_err(|_| Gone) } else { Ok(()) }
}

async fn room(to: &mut SendStream<Bytes>, wanted: usize) -> Result<usize, Gone> {
    to.reserve_capacity(wanted);
    loop {
        // Room that is there already is told by nothing else.
        match to.capacity() {
            0 => {}
            room => return Ok(room),
        }
        match poll_fn(|cx| to.poll_capacity(cx)).await {
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(Gone),
        }
    }
}
