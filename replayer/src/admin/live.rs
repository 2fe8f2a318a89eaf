//! The journal as it is written, as server-sent events (WHATWG HTML §9.2), for as long as a client stays.

use super::desk::Desk;
use super::findings::Findings;
use crate::journal::session_of;
use std::fmt::Write as _;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use wire::serve::{Call, Flow};

/// What watches the journal; a response that holds it is an endless one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Live {
    /// The number of the first line wanted.
    pub(super) from: u64,
    /// Only of this session.
    pub(super) session: Option<String>,
}

/// What is read of the journal at once, in bytes: so much does a slow client hold at most.
const AT_ONCE: usize = 256 * 1024;

/// So often something is said, so that nobody between takes the connection for dead.
const ALIVE: Duration = Duration::from_secs(15);

/// Lines that come together are sent together: so long the first of them waits.
const TOGETHER: Duration = Duration::from_millis(20);

/// Sends events until the client leaves or the replay stops.
pub(super) async fn stream(call: &mut Call<'_>, live: Live, desk: &Desk, chunked: bool) -> Flow {
    let Some(journal) = desk.playback.journal() else { return Flow::Close };
    let mut news = journal.shared().hub.news();
    let mut stopping = std::pin::pin!(call.stopping());
    let mut findings = Findings::default();
    let mut next = live.from;
    let mut text = String::from("retry: 1000\n\n");
    loop {
        let mut behind = true;
        while behind {
            let seen = *news.borrow_and_update();
            let from = next;
            next = events(desk, &live, next, &mut text);
            behind = next > from && next < seen;
            if !text.is_empty() && send(call, &text, chunked).await.is_err() {
                return Flow::Close;
            }
            text.clear();
        }
        let alive = Instant::now() + ALIVE;
        tokio::select! {
            () = &mut stopping => break,
            () = call.gone() => return Flow::Close,
            changed = news.changed() => {
                if changed.is_err() {
                    break;
                }
                tokio::time::sleep(TOGETHER).await;
            }
            found = findings.next(desk, live.session.as_deref()) => text.push_str(&found),
            () = sleep_until(alive) => text.push_str(":\n\n"),
        }
    }
    if chunked && call.send(b"0\r\n\r\n").await.is_ok() { Flow::KeepAlive } else { Flow::Close }
}

/// Appends what is there from a line on, and gives the number of the line that comes next.
fn events(desk: &Desk, live: &Live, from: u64, text: &mut String) -> u64 {
    let Some(journal) = desk.playback.journal() else { return from };
    let kept = journal.shared().hub.some(from, AT_ONCE);
    if kept.lost > 0 {
        // Writing to memory cannot fail.
        let _ = write!(text, "event: lost\ndata: {{\"lost\":{}}}\n\n", kept.lost);
    }
    for line in kept.lines() {
        let its = live.session.as_deref().is_none_or(|name| session_of(line.text) == Some(name));
        if its {
            let (kind, data) = (line.kind.as_str(), line.text.trim_end());
            let _ = write!(text, "id: {}\nevent: {kind}\ndata: {data}\n\n", line.number);
        }
    }
    kept.next
}

async fn send(call: &mut Call<'_>, text: &str, chunked: bool) -> std::io::Result<()> {
    if chunked {
        call.send(format!("{:x}\r\n", text.len()).as_bytes()).await?;
    }
    call.send(text.as_bytes()).await?;
    if chunked {
        call.send(b"\r\n").await?;
    }
    call.flush().await
}
