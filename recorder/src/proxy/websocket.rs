//! A WebSocket after its 101: bytes pass both ways as they come, and what they say is recorded.

use super::{
    course::Course,
    ending::reproduce,
    frames::{Log, farewell},
};
use cassettes::model::{
    Answer, Connection, FailureKind, Frame, Micros, Response, Side, Timing, TransportFailure,
};
use std::{
    io,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split},
    task::JoinHandle,
    time::{sleep, sleep_until, timeout},
};
use wire::{
    client::Conversation,
    serve::{Call, Flow},
    websocket,
};

/// How long the upstream may still speak once the client has left.
const WITHOUT_CLIENT: Duration = Duration::from_secs(2);

/// How soon a socket that stays open is kept as far as it has come; later after a tenth of its age each time,
/// so that keeping costs no more than a small multiple of what there is to keep.
const FIRST_PART: Duration = Duration::from_secs(1);

/// What is cleaned and kept in passing, in bytes; more is kept aside.
const SMALL: usize = 16 * 1024;

/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// How one direction ended.
enum Ended {
    /// Its sender has closed it, or sends no more.
    Whole,
    /// Its sender's connection failed.
    Broken(io::Error),
    /// Its receiver takes no more.
    Deaf,
}

/// How the socket ended.
enum End {
    Upstream(Ended),
    Client,
    Stopped,
}

impl Course<'_> {
    /// Carries a WebSocket whose 101 is `response`, and is `head` for the client.
    pub(super) async fn socket(
        self,
        call: &mut Call<'_>,
        conversation: Conversation,
        response: Response,
        first_byte: Option<Micros>,
        head: &[u8],
    ) -> Flow {
        let zero = conversation.sender.finished().unwrap_or_else(Instant::now);
        let log = Mutex::new(Log::new(zero, &response.headers));
        let (raw, connection) = conversation.into_raw();
        call.queue(head);
        let mut part = None;
        let so_far = |frames: Vec<Frame>, at: Instant| {
            let timing = Timing { first_byte, end: Some(micros(zero, at)), chunks: Vec::new() };
            let answer = Answer::Reply(Response { frames, ..response.clone() });
            self.made_of(answer, timing, connection.clone())
        };
        let end = carry(call, raw, &log, zero, &mut |frames, bytes| {
            let running = part.as_ref().is_some_and(|part: &JoinHandle<()>| !part.is_finished());
            if running || !self.proxy.keeps {
                return;
            }
            let (recording, exchange) = (Arc::clone(&self.proxy.recording), so_far(frames, Instant::now()));
            if bytes < SMALL {
                recording.keep_part(exchange);
            } else {
                part = Some(tokio::task::spawn_blocking(move || recording.keep_part(exchange)));
            }
        })
        .await;
        if let Some(part) = part {
            // What is kept last is what stays.
            let _ = part.await;
        }
        let end_at = Some(micros(zero, Instant::now()));
        let log = log.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(reason) = log.too_much() {
            let request = format!("{} {}", self.request.method, self.request.path());
            self.proxy.recording.lose(self.id, request, reason);
        }
        let failure = failure(&end, &log);
        let closed_by = if matches!(end, End::Upstream(Ended::Whole | Ended::Broken(_))) {
            Side::Upstream
        } else {
            Side::Client
        };
        let response = Response { frames: log.frames(), ..response };
        drop(log);
        let connection = Connection { closed_by: Some(closed_by), ..connection };
        let timing = Timing { first_byte, end: end_at, chunks: Vec::new() };
        match failure {
            None => {
                self.keep(Answer::Reply(response), timing, connection, None).await;
                Flow::Close
            }
            Some((kind, message)) => {
                let partial = Some(Box::new(response));
                let answer = Answer::Failed(TransportFailure { kind, message, partial });
                self.keep(answer, timing, connection, None).await;
                reproduce(call, kind).await
            }
        }
    }
}

/// Passes everything on until one side, or the recorder, ends. `keep` is given what was said so far, now and
/// then, with its bytes.
async fn carry(
    call: &mut Call<'_>,
    raw: wire::client::Raw,
    log: &Mutex<Log>,
    zero: Instant,
    keep: &mut (dyn FnMut(Vec<Frame>, usize) + Send),
) -> End {
    let stopping = call.stopping();
    let (client_says, mut client_hears) = split(call.upgraded());
    let (upstream_says, mut upstream_hears) = split(raw);
    let end = {
        let mut there = pin!(pass(Side::Client, client_says, &mut upstream_hears, log));
        let mut back = pin!(pass(Side::Upstream, upstream_says, &mut client_hears, log));
        let mut stopping = pin!(stopping);
        let mut left = pin!(sleep(WITHOUT_CLIENT));
        let mut client_left = false;
        let mut due = Instant::now() + FIRST_PART;
        let mut kept = usize::MAX;
        loop {
            tokio::select! {
                biased;
                // Before the client's end: an upstream that has ended has ended first.
                ended = &mut back => break match ended {
                    Ended::Deaf => End::Client,
                    ended => End::Upstream(ended),
                },
                _ = &mut there, if !client_left => {
                    client_left = true;
                    left.as_mut().reset((Instant::now() + WITHOUT_CLIENT).into());
                }
                () = &mut left, if client_left => break End::Client,
                () = &mut stopping => break End::Stopped,
                () = sleep_until(due.into()) => {
                    due = Instant::now() + FIRST_PART.max(zero.elapsed() / 10);
                    let log = held(log);
                    if log.len() != kept {
                        kept = log.len();
                        keep(log.frames(), log.bytes());
                    }
                }
            }
        }
    };
    if matches!(end, End::Stopped) {
        let goodbye = async {
            let _ = client_hears.write_all(&farewell(None)).await;
            let _ = client_hears.flush().await;
            let _ = upstream_hears.write_all(&farewell(Some(websocket::mask()))).await;
            let _ = upstream_hears.shutdown().await;
        };
        let _ = timeout(FAREWELL, goodbye).await;
    }
    end
}

/// From the moment the request had been sent.
fn micros(zero: Instant, at: Instant) -> Micros {
    at.saturating_duration_since(zero).as_micros() as Micros
}

/// Passes on what one side says, and logs it at the moment it came.
async fn pass(
    from: Side,
    mut says: impl AsyncRead + Unpin,
    hears: &mut (impl AsyncWrite + Unpin),
    log: &Mutex<Log>,
) -> Ended {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let read = match says.read(&mut buffer).await {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) => return Ended::Broken(error),
        };
        held(log).take(from, &buffer[..read]);
        if hears.write_all(&buffer[..read]).await.is_err() || hears.flush().await.is_err() {
            return Ended::Deaf;
        }
    }
    if from == Side::Client {
        // The upstream's end is passed on only once the exchange is kept.
        let _ = hears.shutdown().await;
    }
    Ended::Whole
}

fn held(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What went wrong on the upstream's side, if anything did.
fn failure(end: &End, log: &Log) -> Option<(FailureKind, String)> {
    if let Some(what) = log.broken() {
        return Some((FailureKind::Protocol, what.to_owned()));
    }
    let said = log.closes(Side::Upstream) || log.too_much().is_some();
    match end {
        _ if said => None,
        End::Upstream(Ended::Broken(error)) => {
            let kind = match error.kind() {
                io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => FailureKind::Reset,
                io::ErrorKind::TimedOut => FailureKind::Timeout,
                _ => FailureKind::Truncated,
            };
            Some((kind, error.to_string()))
        }
        // A client that has said its last word leaves nothing to be answered but a close.
        End::Upstream(_) if !log.closes(Side::Client) || log.is_within(Side::Upstream) => {
            let within = if log.is_within(Side::Upstream) { " in the middle of a message" } else { "" };
            Some((FailureKind::Truncated, format!("the connection was closed{within} without a close frame")))
        }
        End::Upstream(_) | End::Client | End::Stopped => None,
    }
}
