//! What a client meets where a fault strikes: part of the answer, another reply, an end.

use super::{Amount, Fault, Instead, Rate, RetryAfter, Strike, What};
use crate::answer::{End, Part, Prepared};
use crate::pace::Beat;
use crate::play::{self, Played, Stopped, from_blob, wait};
use crate::seed::Draw;
use cassettes::model::Timestamp;
use std::ops::Range;
use std::time::{Duration, Instant};
use tokio::time::sleep;
use wire::serve::{Call, Flow};

/// How often a slow answer goes on.
const STEP: Duration = Duration::from_millis(50);

/// What no HTTP parser takes for a status line.
const GARBAGE: &[u8] = b"\x00\x17this is not HTTP\xff\r\n\r\n";

/// Around the answer that would have been given.
pub(crate) struct Stage<'a> {
    /// That answer.
    pub(crate) prepared: &'a Prepared,
    pub(crate) beat: Beat,
    /// When the request was whole.
    pub(crate) since: Instant,
    /// How long a stalled answer is held at most.
    pub(crate) patience: Duration,
    /// What the session's clock says.
    pub(crate) now: Timestamp,
    /// Draws how long is waited.
    pub(crate) draw: Draw,
}

impl Strike {
    /// Shows the fault in place of the answer, or the answer with it.
    pub(crate) async fn show(&self, call: &mut Call<'_>, stage: Stage<'_>) -> Played {
        let Fault { what, delay, slow, .. } = &*self.0;
        let Stage { prepared, beat, since, patience, now, mut draw } = stage;
        let delay = delay.map_or(Duration::ZERO, |delay| delay.drawn(&mut draw));
        let mut out = Out { written: 0, first: None, slow: *slow };
        if !delay.is_zero() && !wait(call, since + delay).await {
            return out.left();
        }
        let beat = beat.after(delay);
        let (limit, end) = match what {
            What::Answer => (u64::MAX, prepared.end),
            What::Reset(amount) => (amount.of(prepared), End::Reset),
            What::Close(amount) => (amount.of(prepared), End::Close),
            What::Stall(amount) => (amount.of(prepared), End::Stall),
            What::Garbage => {
                return match call.send(GARBAGE).await {
                    Ok(()) => out.sent(GARBAGE.len(), Flow::Close),
                    Err(_) => out.left(),
                };
            }
            What::Reply(instead) => {
                let reply = instead.bytes(call.head().method(), now);
                return match call.send(&reply).await {
                    Ok(()) => out.sent(reply.len(), Flow::KeepAlive),
                    Err(_) => out.left(),
                };
            }
        };
        for part in prepared.parts().iter() {
            if let Some(due) = beat.due(part.at)
                && !wait(call, since + due).await
            {
                return out.left();
            }
            match out.part(call, prepared, part, limit).await {
                Ok(()) => {}
                Err(Stopped::Left) => return out.left(),
                Err(Stopped::Unread) => return out.sent(0, Flow::Reset),
            }
        }
        let due = (*what == What::Answer).then(|| beat.due(prepared.end_at).map(|due| since + due)).flatten();
        let code = if *what == What::Answer { prepared.code } else { None };
        play::end(call, (end, code), due, patience, out.played(Flow::KeepAlive)).await
    }
}

/// What went out.
struct Out {
    written: u64,
    first: Option<Instant>,
    slow: Option<Rate>,
}

impl Out {
    /// Writes a part as far as the limit allows.
    async fn part(
        &mut self,
        call: &mut Call<'_>,
        prepared: &Prepared,
        part: &Part,
        limit: u64,
    ) -> Result<(), Stopped> {
        let left = |written: u64| limit.saturating_sub(written);
        let bytes = &part.bytes[..cut(part.bytes.len(), left(self.written))];
        self.bytes(call, bytes, prepared.separate).await?;
        if let (Some(range), Some(blob)) = (&part.from_blob, &prepared.blob) {
            let end = range.start + (range.end - range.start).min(left(self.written));
            let Some(rate) = self.slow else {
                return from_blob(call, blob, range.start..end, &mut self.written).await;
            };
            let mut from = range.start;
            while from < end {
                let piece: Range<u64> = from..end.min(from + rate.step() as u64);
                from = piece.end;
                from_blob(call, blob, piece, &mut self.written).await?;
                pause(call).await?;
            }
        }
        Ok(())
    }

    async fn bytes(&mut self, call: &mut Call<'_>, bytes: &[u8], separate: bool) -> Result<(), Stopped> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.first.get_or_insert_with(Instant::now);
        let step = self.slow.map_or(bytes.len(), Rate::step);
        for piece in bytes.chunks(step.max(1)) {
            call.send(piece).await.map_err(|_| Stopped::Left)?;
            self.written += piece.len() as u64;
            if self.slow.is_some() {
                pause(call).await?;
            } else if separate {
                call.flush().await.map_err(|_| Stopped::Left)?;
            }
        }
        Ok(())
    }

    fn left(&self) -> Played {
        self.played(Flow::Close).left()
    }

    fn sent(&mut self, bytes: usize, flow: Flow) -> Played {
        self.written += bytes as u64;
        self.played(flow)
    }

    fn played(&self, flow: Flow) -> Played {
        Played { flow, written: self.written, first: self.first, gave_up: false }
    }
}

/// The time of a step of a slow answer, in which the client may leave.
async fn pause(call: &mut Call<'_>) -> Result<(), Stopped> {
    call.flush().await.map_err(|_| Stopped::Left)?;
    tokio::select! {
        biased;
        () = sleep(STEP) => Ok(()),
        () = call.gone() => Err(Stopped::Left),
    }
}

fn cut(len: usize, left: u64) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(len)
}

impl Rate {
    /// Bytes of one step.
    fn step(self) -> usize {
        let step = u128::from(self.0) * STEP.as_millis() / 1000;
        usize::try_from(step).unwrap_or(usize::MAX).max(1)
    }
}

impl Amount {
    /// How many bytes of an answer these are: all of its head, and so much of what follows.
    fn of(self, prepared: &Prepared) -> u64 {
        let head = head_of(prepared);
        let rest = prepared.len.saturating_sub(head);
        match self {
            Amount::Nothing => 0,
            // The last byte is never among them: what is whole did not break off.
            Amount::Bytes(bytes) => head + bytes.min(rest.saturating_sub(1)),
            Amount::Percent(share) => {
                let part = u128::from(rest) * u128::from(share) / 100;
                head + u64::try_from(part).unwrap_or(rest).min(rest.saturating_sub(1))
            }
        }
    }
}

/// The bytes of the head, interim replies before it counted.
fn head_of(prepared: &Prepared) -> u64 {
    let parts = prepared.parts();
    let Some(part) = parts.first() else { return 0 };
    let mut head = 0;
    while let Some(end) = memchr::memmem::find(&part.bytes[head..], b"\r\n\r\n") {
        let status = part.bytes.get(head + 9..head + 12);
        head += end + 4;
        if status.is_none_or(|status| status[0] != b'1' || status == b"101") {
            break;
        }
    }
    head as u64
}

impl Instead {
    fn bytes(&self, method: &str, now: Timestamp) -> Vec<u8> {
        let phrase = http::StatusCode::from_u16(self.status).ok().and_then(|s| s.canonical_reason());
        let mut reply = format!("HTTP/1.1 {} {}\r\n", self.status, phrase.unwrap_or_default());
        let mut field = |name: &str, value: &str| {
            if !self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
                reply.push_str(&format!("{name}: {value}\r\n"));
            }
        };
        let problem = || {
            let said = serde_json::json!({
                "type": "about:blank",
                "title": phrase.unwrap_or("A declared fault"),
                "status": self.status,
                "detail": "a fault declared for this replay, not an answer of the real side",
            });
            said.to_string()
        };
        let own = self.body.is_some();
        let body = self.body.clone().unwrap_or_else(problem);
        let media = if own { "text/plain; charset=utf-8" } else { "application/problem+json" };
        let media = if own && body.trim_start().starts_with(['{', '[']) { "application/json" } else { media };
        let none = matches!(self.status, 204 | 304);
        if !none {
            field("Content-Type", media);
        }
        match &self.retry_after {
            Some(RetryAfter::Seconds(span)) => field("Retry-After", &span.0.as_secs().to_string()),
            Some(RetryAfter::Date(span)) => field("Retry-After", &date(now, span.0)),
            None => {}
        }
        for (name, value) in &self.headers {
            reply.push_str(&format!("{name}: {value}\r\n"));
        }
        if none {
            reply.push_str("\r\n");
            return reply.into_bytes();
        }
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            reply.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        reply.push_str("\r\n");
        if method != "HEAD" {
            reply.push_str(&body);
        }
        reply.into_bytes()
    }
}

/// An HTTP date so much later (RFC 9110 §5.6.7).
fn date(now: Timestamp, later: Duration) -> String {
    let later = i64::try_from(later.as_micros()).unwrap_or_default();
    cassettes::times::http_date(Timestamp(now.0.saturating_add(later)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::prepare;
    use cassettes::model::{Answer, Headers, Response, Timing};

    #[test]
    fn an_amount_leaves_the_last_byte_out() {
        let response = Response::new(200, Headers::from_pairs([("Content-Length", "10")]), "0123456789");
        let prepared = prepare("GET", &Answer::Reply(response), &Timing::default());
        let head = prepared.len - 10;
        assert_eq!(Amount::Nothing.of(&prepared), 0);
        assert_eq!(Amount::Percent(50).of(&prepared), head + 5);
        assert_eq!(Amount::Percent(100).of(&prepared), head + 9);
        assert_eq!(Amount::Bytes(0).of(&prepared), head);
        assert_eq!(Amount::Bytes(99).of(&prepared), head + 9);
    }

    #[test]
    fn another_reply_says_that_it_was_declared() {
        let fault: Fault = serde_json::from_str(r#"{"status":503,"retry-after":"date 30s"}"#).unwrap();
        let What::Reply(instead) = &fault.what else { panic!("a reply") };
        let reply = String::from_utf8(instead.bytes("GET", Timestamp(1_767_323_045_000_000))).unwrap();
        assert!(reply.starts_with("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nRetry-After: Fri, 02 Jan 2026 03:04:35 GMT\r\n"), "{reply}");
        assert!(reply.contains("a fault declared for this replay"));
        let fault: Fault =
            serde_json::from_str(r#"{"status":429,"retry-after":2,"headers":{"X-A":"b"},"body":"{}"}"#)
                .unwrap();
        let What::Reply(instead) = &fault.what else { panic!("a reply") };
        let reply = String::from_utf8(instead.bytes("HEAD", Timestamp(0))).unwrap();
        assert_eq!(
            reply,
            "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nRetry-After: 2\r\nX-A: b\r\nContent-Length: 2\r\n\r\n"
        );
    }
}
