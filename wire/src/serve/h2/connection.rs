//! The life of one HTTP/2 connection: streams are taken as they come and answered side by side.

use super::{stream, turns::Turns};
use crate::{
    h2::limits,
    serve::{
        ConnectionFacts,
        connection::{IDLE, SLOW_HEAD, Service},
        listener::{Handler, stopped},
        stream::Prefixed,
    },
};
use bytes::Bytes;
use h2::server::{Builder, Connection, SendResponse};
use http::Request;
use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

/// How long a client may take to leave once it was told to.
const LEAVE: Duration = Duration::from_secs(5);

/// A request with its body as it comes, and the way back.
type Asked = (Request<h2::RecvStream>, SendResponse<Bytes>);

/// Serves a connection whose first bytes are those of HTTP/2, to its end. The facts count its requests.
pub(in crate::serve) fn serve<'s, H: Handler>(
    io: Prefixed,
    facts: &'s mut ConnectionFacts,
    service: &'s Service<H>,
) -> Pin<Box<dyn Future<Output = ()> + Send + 's>> {
    Box::pin(async move {
        let shaken = timeout(SLOW_HEAD, builder().handshake::<_, Bytes>(io)).await;
        if let Ok(Ok(connection)) = shaken {
            run(connection, facts, service).await;
        }
    })
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder
        .initial_window_size(limits::REQUEST_WINDOW)
        .initial_connection_window_size(limits::CONNECTION_WINDOW)
        .max_concurrent_streams(limits::STREAMS)
        .max_header_list_size(limits::FIELDS)
        .max_send_buffer_size(limits::SEND_BUFFER)
        .max_concurrent_reset_streams(limits::RESET_STREAMS.0)
        .reset_stream_duration(limits::RESET_STREAMS.1)
        .max_pending_accept_reset_streams(limits::RESETS_UNSEEN)
        .max_local_error_reset_streams(Some(limits::FAULTS));
    builder
}

async fn run<H: Handler>(
    mut connection: Connection<Prefixed, Bytes>,
    facts: &mut ConnectionFacts,
    service: &Service<H>,
) {
    let turns = Turns::default();
    let mut calls = JoinSet::new();
    let mut stopping = pin!(stopped(service.stop.clone()));
    let mut timer = pin!(sleep(IDLE));
    let mut leaving = false;
    loop {
        let full = calls.len() >= limits::BUSY;
        tokio::select! {
            asked = poll_fn(|cx| turns.turn(|| next(&mut connection, cx, full))) => match asked {
                Some(Ok((request, respond))) => {
                    facts.request += 1;
                    facts.asked = Instant::now();
                    calls.spawn(stream::run(request, respond, facts.clone(), service.clone(), turns.clone()));
                }
                // The library has told the client what it did wrong.
                Some(Err(_)) | None => break,
            },
            () = turns.wanted() => {}
            Some(_) = calls.join_next(), if !calls.is_empty() => {
                if calls.is_empty() && !leaving {
                    timer.as_mut().reset((Instant::now() + IDLE).into());
                }
            }
            () = &mut stopping, if !leaving => {
                leaving = true;
                connection.graceful_shutdown();
                timer.as_mut().reset((Instant::now() + LEAVE).into());
            }
            () = &mut timer, if calls.is_empty() => {
                if leaving {
                    break;
                }
                leaving = true;
                connection.graceful_shutdown();
                timer.as_mut().reset((Instant::now() + LEAVE).into());
            }
        }
    }
    // Their clients are gone: each sees that by itself.
    drop(connection);
    while calls.join_next().await.is_some() {}
}

/// The next stream; while too many calls are under way, only the connection's own affairs.
fn next(
    connection: &mut Connection<Prefixed, Bytes>,
    cx: &mut Context<'_>,
    full: bool,
) -> Poll<Option<Result<Asked, h2::Error>>> {
    if full { connection.poll_closed(cx).map(|_| None) } else { connection.poll_accept(cx) }
}
