//! The life of one connection: a head, a call, the next head.

use super::{
    ConnectionFacts,
    call::Call,
    h2,
    link::Link,
    listener::{Flow, Handler, Tls, stopped},
    tls::{self, For, TlsRefusal},
};
use crate::{
    h2::PREFACE,
    head::{Head, HeadError, MAX_HEAD, Plan},
};
use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    sync::watch,
    time::{Sleep, sleep, timeout},
};

/// How long a connection may carry nothing between two requests.
pub(super) const IDLE: Duration = Duration::from_secs(300);

/// How long a head may take from its first byte to its last.
pub(super) const SLOW_HEAD: Duration = Duration::from_secs(60);

/// What all connections of a listener share.
pub(crate) struct Service<H> {
    pub(crate) handler: Arc<H>,
    pub(crate) stop: watch::Receiver<bool>,
    pub(super) tls: Option<Arc<Tls>>,
}

impl<H> Clone for Service<H> {
    fn clone(&self) -> Self {
        Service { handler: Arc::clone(&self.handler), stop: self.stop.clone(), tls: self.tls.clone() }
    }
}

/// A connection as it was accepted.
pub(super) async fn begin<H: Handler>(link: Link, service: &Service<H>) {
    let own = service.tls.as_ref().and_then(|tls| tls.own);
    let link = match own {
        None => Some(link),
        // Boxed: a plain connection is not to be as large as one that shakes hands.
        Some(address) => Box::pin(enter(link, service, For::Us(address))).await,
    };
    if let Some(link) = link {
        run(link, service).await;
    }
}

/// The requests of a connection, to its end.
pub(crate) async fn run<H: Handler>(mut link: Link, service: &Service<H>) {
    let Service { handler, stop, .. } = service;
    // One stream of many: what carries them all is opened and closed.
    let mut single = link.single.take();
    let own = single.is_none();
    if own {
        handler.opened(&link.facts);
    }
    let mut head = Head::default();
    let mut stopping = pin!(stopped(stop.clone()));
    let mut timer = pin!(sleep(IDLE));
    let end = loop {
        let mut plan = match next_head(&mut link, &mut head, stopping.as_mut(), timer.as_mut()).await {
            Next::Plan(plan) => plan,
            Next::Over => {
                if own {
                    handler.closed(&link.facts);
                }
                return link.leave().await;
            }
            Next::Http2 => {
                let (stream, mut facts) = link.into_parts();
                h2::serve(stream, &mut facts, service).await;
                return handler.closed(&facts);
            }
            Next::Refused(error) => {
                // A head that was whole was taken already, with all that it says.
                let seen = if link.unread().is_empty() { head.bytes() } else { link.unread() };
                handler.malformed(&link.facts, &error, seen);
                if error.is_answered() {
                    let _ = link.send(&refusal(&error)).await;
                }
                break Flow::Close;
            }
        };
        if let Some(length) = single.take() {
            head.came_over_http2();
            plan = Plan { length, keep_alive: false, ..plan };
        } else {
            link.facts.request += 1;
            link.facts.asked = Instant::now();
        }
        let mut call = Call::new(&mut link, &head, plan, stop);
        match handler.handle(&mut call).await {
            Flow::KeepAlive if plan.keep_alive && call.drain().await => {}
            Flow::Intercept => {
                link.facts.tunnel = Some(head.target().into());
                link.facts.request = 0;
                let host = For::Host(host(head.target()).into());
                link = match Box::pin(enter(link, service, host)).await {
                    Some(link) => link,
                    None => return,
                };
                timer.as_mut().reset((Instant::now() + IDLE).into());
            }
            Flow::KeepAlive | Flow::Close => break Flow::Close,
            Flow::Reset => break Flow::Reset,
        }
    };
    if own {
        handler.closed(&link.facts);
    }
    match end {
        Flow::Reset => link.reset().await,
        Flow::KeepAlive | Flow::Close | Flow::Intercept => link.close().await,
    }
}

/// Waits for what the client says first and shakes hands if that is TLS. None: the connection is over, or was
/// carried to its end.
async fn enter<H: Handler>(mut link: Link, service: &Service<H>, whom: For) -> Option<Link> {
    let Service { handler, stop, tls } = service;
    let end = |facts: &ConnectionFacts| {
        if facts.tunnel.is_some() {
            handler.closed(facts);
        }
    };
    let mut stopping = pin!(stopped(stop.clone()));
    let spoke = link.flush().await.is_ok()
        && (!link.unread().is_empty()
            || tokio::select! {
                biased;
                read = timeout(IDLE, link.fill()) => matches!(read, Ok(Ok(1..))),
                () = &mut stopping => false,
            });
    let tls = tls.as_ref().filter(|_| spoke);
    let Some(tls) = tls else {
        end(&link.facts);
        link.leave().await;
        return None;
    };
    if !tls::begins(link.unread()) {
        if link.facts.tunnel.is_some() {
            return Some(link);
        }
        handler.unshaken(&link.facts, &TlsRefusal::Plain);
        let _ = link.send(&in_our_name("This listener speaks TLS: ask it by https.")).await;
        link.close().await;
        return None;
    }
    let facts = link.facts.clone();
    let accepted = tokio::select! {
        accepted = tls::accept(link, &tls.certificates, &whom) => accepted,
        () = &mut stopping => {
            end(&facts);
            return None;
        }
    };
    accepted
        .inspect_err(|refusal| {
            handler.unshaken(&facts, refusal);
            end(&facts);
        })
        .ok()
}

/// The host of an authority, without brackets.
fn host(authority: &str) -> &str {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

enum Next {
    Plan(Plan),
    Over,
    Refused(HeadError),
    /// The connection begins as those of HTTP/2 do.
    Http2,
}

/// Waits for a whole head. What was answered before is flushed only when the client must be waited for, so
/// that the answers to pipelined requests leave together.
async fn next_head(
    link: &mut Link,
    head: &mut Head,
    mut stop: std::pin::Pin<&mut impl Future<Output = ()>>,
    mut timer: std::pin::Pin<&mut Sleep>,
) -> Next {
    let mut begun: Option<Instant> = None;
    loop {
        if !link.unread().is_empty() {
            match head.read(link.unread()) {
                Ok(Some(length)) => {
                    link.take(length);
                    return Plan::of(head).map_or_else(Next::Refused, Next::Plan);
                }
                Ok(None) if link.unread().len() < MAX_HEAD => {}
                Ok(None) => return Next::Refused(HeadError::TooLong),
                Err(HeadError::Version) if link.facts.request == 0 && link.unread().starts_with(PREFACE) => {
                    return Next::Http2;
                }
                Err(error) => return Next::Refused(error),
            }
            if begun.is_none() {
                begun = Some(Instant::now());
                timer.as_mut().reset((Instant::now() + SLOW_HEAD).into());
            }
        }
        if link.flush().await.is_err() {
            return Next::Over;
        }
        let waits = link.unread().is_empty();
        if waits {
            link.rest();
        }
        let last = link.facts.asked;
        tokio::select! {
            biased;
            read = link.fill() => if !matches!(read, Ok(1..)) {
                return if waits { Next::Over } else { Next::Refused(HeadError::Cut) };
            },
            () = &mut stop, if waits => return Next::Over,
            // One timer for the whole life, moved only when it fires: moving it for each request is dear.
            () = &mut timer => {
                let due = begun.map_or(last + IDLE, |begun| begun + SLOW_HEAD);
                if due <= Instant::now() {
                    return if begun.is_some() { Next::Refused(HeadError::Slow) } else { Next::Over };
                }
                timer.as_mut().reset(due.into());
            }
        }
    }
}

/// What a client is told that sent no HTTP. It is the server's own word: no other side was asked.
fn refusal(error: &HeadError) -> Vec<u8> {
    in_our_name(&format!("This is no request that can be answered: {error}."))
}

fn in_our_name(text: &str) -> Vec<u8> {
    let text = format!("{text}\n");
    let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n";
    format!("{head}Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
}
