//! Writing a prepared answer to a connection, at its pace and to its end.

use crate::answer::{End, Prepared};
use crate::pace::Speed;
use std::time::{Duration, Instant};
use tokio::time::{sleep, sleep_until};
use wire::serve::{Call, Flow};

/// So long the last bytes before a reset may take to reach the client: the reset may overtake them.
const BEFORE_RESET: Duration = Duration::from_millis(20);

/// How an answer went out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Played {
    /// What becomes of the connection.
    pub(crate) flow: Flow,
    /// Bytes written.
    pub(crate) written: u64,
    /// The client left before the end.
    pub(crate) gave_up: bool,
}

/// Plays an answer whose request was whole at `since`. A stalled one is held for `patience` at most.
pub(crate) async fn play(
    call: &mut Call<'_>,
    prepared: &Prepared,
    speed: Speed,
    since: Instant,
    patience: Duration,
) -> Played {
    let mut written = 0;
    let left = |written| Played { flow: Flow::Close, written, gave_up: true };
    if speed == Speed::Instant
        && !prepared.separate
        && let Some(whole) = &prepared.whole
    {
        if call.send(whole).await.is_err() {
            return left(0);
        }
        written = prepared.len;
    } else {
        for part in &prepared.parts {
            if let Some(due) = speed.due(part.at)
                && !wait(call, since + due).await
            {
                return left(written);
            }
            if call.send(&part.bytes).await.is_err() {
                return left(written);
            }
            written += part.bytes.len() as u64;
            if prepared.separate && call.flush().await.is_err() {
                return left(written);
            }
        }
    }
    let played = |flow| Played { flow, written, gave_up: false };
    if prepared.end != End::Keep
        && let Some(due) = speed.due(prepared.end_at)
        && prepared.end != End::Stall
        && !wait(call, since + due).await
    {
        return left(written);
    }
    match prepared.end {
        End::Keep => played(Flow::KeepAlive),
        End::Close => played(Flow::Close),
        End::Reset => {
            if written > 0 && call.flush().await.is_ok() {
                sleep(BEFORE_RESET).await;
            }
            played(Flow::Reset)
        }
        End::Stall => {
            tokio::select! {
                () = call.gone() => left(written),
                () = sleep(patience) => played(Flow::Close),
            }
        }
    }
}

/// Waits for a moment; `false` if the client leaves before it.
async fn wait(call: &mut Call<'_>, until: Instant) -> bool {
    if until <= Instant::now() {
        return true;
    }
    tokio::select! {
        biased;
        () = sleep_until(until.into()) => true,
        () = call.gone() => false,
    }
}
