//! One stream to an upstream, as a bridge: the question goes in as text, the answer comes out as text.

use super::{
    Broken, answer,
    ask::{self, Asked},
    lines::End,
};
use crate::h2::BRIDGE;
use bytes::Bytes;
use h2::client::SendRequest;
use std::{
    io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex, split},
    sync::{oneshot, watch},
    time::timeout,
};

/// How long a stream that was lost with its connection waits for what the connection has to say.
const LAST_WORD: Duration = Duration::from_millis(100);

/// The near end of a stream. Dropping it resets the stream if it has not ended.
pub(in crate::client) struct Bridge {
    pipe: DuplexStream,
    broken: Arc<OnceLock<Broken>>,
    /// Dropped with it, which is heard at once.
    _here: oneshot::Sender<()>,
}

/// Nothing is asked before the head of the question has come over the bridge.
pub(super) fn open(
    mut send: SendRequest<Bytes>,
    scheme: &'static str,
    mut end: watch::Receiver<End>,
) -> Bridge {
    let (pipe, far) = duplex(BRIDGE);
    let broken = Arc::new(OnceLock::new());
    let (here, gone) = oneshot::channel();
    tokio::spawn({
        let broken = Arc::clone(&broken);
        async move {
            let (mut questions, mut answers) = split(far);
            let carried = async {
                let Some(asked) = ask::head(&mut questions, scheme).await? else { return Ok(()) };
                let Asked { head, ends, method, decoder, rest } = asked;
                let sent = send.send_request(head, ends);
                let (answer, body) = sent.map_err(|e| Broken::of(&e, false))?;
                tokio::select! {
                    done = answer::carry(answer, &method, &mut answers) => done,
                    // Nobody waits for the answer any more.
                    _ = gone => Ok(()),
                    () = ask::carry(&mut questions, rest, decoder, body) => Ok(()),
                }
            };
            if let Err(mut why) = carried.await {
                if why.connection
                    && let Ok(Ok(end)) = timeout(LAST_WORD, end.wait_for(Option::is_some)).await
                {
                    why.explain(end.as_ref().and_then(Option::as_ref));
                }
                // Told before the end of the bytes is.
                let _ = broken.set(why);
            }
        }
    });
    Bridge { pipe, broken, _here: here }
}

impl Bridge {
    /// Whether the connection ended with this stream.
    pub(in crate::client) fn lost_connection(&self) -> bool {
        self.broken.get().is_some_and(|broken| broken.connection)
    }
}

impl AsyncRead for Bridge {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let polled = Pin::new(&mut this.pipe).poll_read(cx, buf);
        let ended = matches!(polled, Poll::Ready(Ok(()))) && buf.filled().len() == before;
        match this.broken.get() {
            Some(broken) if ended && buf.remaining() > 0 => {
                Poll::Ready(Err(io::Error::other(broken.clone())))
            }
            _ => polled,
        }
    }
}

impl AsyncWrite for Bridge {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().pipe).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().pipe).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().pipe).poll_shutdown(cx)
    }
}
