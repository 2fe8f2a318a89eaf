//! The life of one connection: a head, a call, the next head.

use super::{
    call::Call,
    link::Link,
    listener::{Flow, Handler, stopped},
};
use crate::head::{Head, HeadError, MAX_HEAD, Plan};
use std::{
    pin::pin,
    time::{Duration, Instant},
};
use tokio::{
    sync::watch,
    time::{Sleep, sleep},
};

/// How long a connection may carry nothing between two requests.
const IDLE: Duration = Duration::from_secs(300);

/// How long a head may take from its first byte to its last.
const SLOW_HEAD: Duration = Duration::from_secs(60);

pub(super) async fn run<H: Handler>(mut link: Link, handler: &H, stop: watch::Receiver<bool>) {
    handler.opened(&link.facts);
    let mut head = Head::default();
    let mut stopping = pin!(stopped(stop.clone()));
    let mut timer = pin!(sleep(IDLE));
    let end = loop {
        let plan = match next_head(&mut link, &mut head, stopping.as_mut(), timer.as_mut()).await {
            Next::Plan(plan) => plan,
            Next::Over => {
                handler.closed(&link.facts);
                return link.leave().await;
            }
            Next::Refused(error) => {
                handler.malformed(&link.facts, &error);
                let _ = link.send(&refusal(&error)).await;
                break Flow::Close;
            }
        };
        link.facts.request += 1;
        link.facts.asked = Instant::now();
        let mut call = Call::new(&mut link, &head, plan, &stop);
        match handler.handle(&mut call).await {
            Flow::KeepAlive if plan.keep_alive && call.drain().await => {}
            Flow::KeepAlive | Flow::Close => break Flow::Close,
            Flow::Reset => break Flow::Reset,
        }
    };
    handler.closed(&link.facts);
    match end {
        Flow::Reset => link.reset().await,
        Flow::KeepAlive | Flow::Close => link.close().await,
    }
}

enum Next {
    Plan(Plan),
    Over,
    Refused(HeadError),
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
        let last = link.facts.asked;
        tokio::select! {
            biased;
            read = link.fill() => if !matches!(read, Ok(1..)) { return Next::Over },
            () = &mut stop, if waits => return Next::Over,
            // One timer for the whole life, moved only when it fires: moving it for each request is dear.
            () = &mut timer => {
                let due = begun.map_or(last + IDLE, |begun| begun + SLOW_HEAD);
                if due <= Instant::now() {
                    return Next::Over;
                }
                timer.as_mut().reset(due.into());
            }
        }
    }
}

/// What a client is told that sent no HTTP. It is the server's own word: no other side was asked.
fn refusal(error: &HeadError) -> Vec<u8> {
    let text = format!("This is no request that can be answered: {error}.\n");
    let head = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n";
    format!("{head}Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
}
