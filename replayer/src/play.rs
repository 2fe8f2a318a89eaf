//! Writing a prepared answer to a connection, at its pace and to its end.

use crate::answer::{End, Prepared};
use crate::pace::Beat;
use std::io::SeekFrom;
use std::ops::Range;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio::time::{sleep, sleep_until};
use wire::serve::{Call, Flow};

/// So long the last bytes before a reset may take to reach the client: the reset may overtake them.
const BEFORE_RESET: Duration = Duration::from_millis(20);

/// What is read of a blob at once.
const PIECE: usize = 256 * 1024;

/// How an answer went out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Played {
    /// What becomes of the connection.
    pub(crate) flow: Flow,
    /// Bytes written.
    pub(crate) written: u64,
    /// When the first of them was handed to the connection, where the last was not handed with it.
    pub(crate) first: Option<Instant>,
    /// The client left before the end.
    pub(crate) gave_up: bool,
}

/// Plays an answer whose request was whole at `since`. A stalled one is held for `patience` at most.
pub(crate) async fn play(
    call: &mut Call<'_>,
    prepared: &Prepared,
    beat: Beat,
    since: Instant,
    patience: Duration,
) -> Played {
    let mut played = Played { flow: Flow::KeepAlive, written: 0, first: None, gave_up: false };
    if beat.is_instant()
        && !prepared.separate
        && let Some(whole) = &prepared.whole
    {
        if call.send(whole).await.is_err() {
            return played.left();
        }
        played.written = prepared.len;
    } else {
        for part in prepared.parts().iter() {
            if let Some(due) = beat.due(part.at)
                && !wait(call, since + due).await
            {
                return played.left();
            }
            if call.send(&part.bytes).await.is_err() {
                return played.left();
            }
            played.first.get_or_insert_with(Instant::now);
            played.written += part.bytes.len() as u64;
            if let (Some(range), Some(blob)) = (&part.from_blob, &prepared.blob) {
                match from_blob(call, blob, range.clone(), &mut played.written).await {
                    Ok(()) => {}
                    Err(Stopped::Left) => return played.left(),
                    // What is declared cannot be kept to: the client must not take it for the whole.
                    Err(Stopped::Unread) => return Played { flow: Flow::Reset, ..played },
                }
            }
            if prepared.separate && call.flush().await.is_err() {
                return played.left();
            }
        }
    }
    let due = beat.due(prepared.end_at).map(|due| since + due);
    end(call, (prepared.end, prepared.code), due, patience, played).await
}

/// What follows the last byte, once it is due.
pub(crate) async fn end(
    call: &mut Call<'_>,
    (end, code): (End, Option<u32>),
    due: Option<Instant>,
    patience: Duration,
    played: Played,
) -> Played {
    if let (End::Close | End::Reset, Some(due)) = (end, due)
        && !wait(call, due).await
    {
        return played.left();
    }
    match end {
        End::Keep => played,
        End::Close => Played { flow: Flow::Close, ..played },
        End::Reset => {
            if played.written > 0 && call.flush().await.is_ok() {
                sleep(BEFORE_RESET).await;
            }
            if let Some(code) = code {
                call.reset_code(code);
            }
            Played { flow: Flow::Reset, ..played }
        }
        End::Stall => {
            tokio::select! {
                () = call.gone() => played.left(),
                () = sleep(patience) => Played { flow: Flow::Close, ..played },
            }
        }
    }
}

impl Played {
    /// The client left before the end.
    pub(crate) fn left(self) -> Played {
        Played { flow: Flow::Close, gave_up: true, ..self }
    }
}

/// Why a body was not written to its end.
pub(crate) enum Stopped {
    /// The client left.
    Left,
    /// The blob could not be read, though it could when it was loaded.
    Unread,
}

/// Writes what stands there in a blob, piece by piece, as fast as the client takes it.
pub(crate) async fn from_blob(
    call: &mut Call<'_>,
    blob: &Path,
    range: Range<u64>,
    written: &mut u64,
) -> Result<(), Stopped> {
    let mut file = File::open(blob).await.map_err(|_| Stopped::Unread)?;
    file.seek(SeekFrom::Start(range.start)).await.map_err(|_| Stopped::Unread)?;
    let mut file = file.take(range.end - range.start);
    let mut piece = vec![0; PIECE];
    let mut left = range.end - range.start;
    while left > 0 {
        match file.read(&mut piece).await {
            Ok(read @ 1..) => {
                call.send(&piece[..read]).await.map_err(|_| Stopped::Left)?;
                call.flush().await.map_err(|_| Stopped::Left)?;
                *written += read as u64;
                left -= read as u64;
            }
            _ => return Err(Stopped::Unread),
        }
    }
    Ok(())
}

/// Waits for a moment; `false` if the client leaves before it.
pub(crate) async fn wait(call: &mut Call<'_>, until: Instant) -> bool {
    if until <= Instant::now() {
        return true;
    }
    tokio::select! {
        biased;
        () = sleep_until(until.into()) => true,
        () = call.gone() => false,
    }
}
