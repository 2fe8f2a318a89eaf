//! The HTTP/2 connections to one upstream: one for each connection of a client, as everywhere
//! (`docs/decisions/0002-a-connection-for-a-connection.md`).

use super::{
    Broken,
    stream::{self, Bridge},
};
use crate::{
    client::{Failure, stream::Stream},
    h2::limits,
};
use bytes::Bytes;
use cassettes::model::{FailureKind, Tls};
use h2::client::{Builder, SendRequest};
use std::{
    collections::HashMap,
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::watch;

/// The connections of those clients that speak HTTP/2.
#[derive(Default)]
pub(in crate::client) struct Lines(Mutex<HashMap<u64, Arc<tokio::sync::Mutex<Found>>>>);

/// What is known of the way from one client's connection to the upstream.
#[derive(Default)]
pub(in crate::client) enum Found {
    /// Nothing yet.
    #[default]
    Nothing,
    /// The upstream chose HTTP/1.1.
    Http1,
    /// It speaks HTTP/2.
    Line(Line),
}

/// How a connection ended, once it has.
pub(super) type End = Option<Option<Broken>>;

/// One connection that carries many streams. It ends when nobody holds it and its streams have ended.
pub(in crate::client) struct Line {
    send: SendRequest<Bytes>,
    pub(in crate::client) id: u32,
    pub(in crate::client) tls: Option<Tls>,
    scheme: &'static str,
    end: watch::Receiver<End>,
}

impl Lines {
    /// The way for a client's connection. Whoever locks it first finds out; its other streams wait.
    pub(in crate::client) fn of(&self, client: u64) -> Arc<tokio::sync::Mutex<Found>> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lines.entry(client).or_default())
    }

    /// The client's connection has ended.
    pub(in crate::client) fn forget(&self, client: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&client);
    }
}

impl Line {
    /// Begins HTTP/2 on a fresh connection.
    pub(in crate::client) async fn begin(stream: Stream, id: u32) -> Result<Line, Failure> {
        let tls = stream.tls();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let begun = builder().handshake::<_, Bytes>(stream).await;
        let (send, connection) =
            begun.map_err(|e| Failure::new(FailureKind::Closed, format!("no HTTP/2 was begun: {e}")))?;
        let (tell, end) = watch::channel(None);
        tokio::spawn(async move {
            let end = connection.await;
            tell.send_replace(Some(end.err().map(|error| Broken::of(&error, false))));
        });
        Ok(Line { send, id, tls, scheme, end })
    }

    /// A stream for one question; none if the connection takes no more of them.
    pub(in crate::client) async fn stream(&self) -> Option<Bridge> {
        let mut send = self.send.clone();
        poll_fn(|cx| send.poll_ready(cx)).await.ok()?;
        Some(stream::open(send, self.scheme, self.end.clone()))
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder
        .enable_push(false)
        .initial_window_size(limits::ANSWER_WINDOW)
        .initial_connection_window_size(limits::CONNECTION_WINDOW)
        .max_header_list_size(limits::ANSWER_FIELDS)
        .max_send_buffer_size(limits::SEND_BUFFER)
        .max_concurrent_reset_streams(limits::RESET_STREAMS.0)
        .reset_stream_duration(limits::RESET_STREAMS.1)
        .max_local_error_reset_streams(Some(limits::FAULTS));
    builder
}
