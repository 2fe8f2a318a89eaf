//! Clients of HTTP/2 that mean harm: each is stopped, and another is served all the while.

use crate::http2::{Served, serve};
use std::{sync::atomic::Ordering, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:method: GET`, `:scheme: http`, `:authority: h`, and a path, as HPACK spells them without a table.
fn fields(path: &str) -> Vec<u8> {
    let mut block = vec![0x82, 0x86, 0x41, 1, b'h', 0x04, path.len() as u8];
    block.extend_from_slice(path.as_bytes());
    block
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend_from_slice(&stream.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// Sends the frames one by one until the connection ends or there are no more; then hears the codes of
/// GOAWAY and the status of the last head, as far as they come within a second.
async fn attack(served: &Served, frames: impl Iterator<Item = Vec<u8>>) -> (u64, Option<u8>, Vec<u8>) {
    let stream = TcpStream::connect(served.address).await.unwrap();
    let (mut from, mut to) = stream.into_split();
    let heard = tokio::spawn(async move {
        let mut bytes = Vec::new();
        let _ = timeout(Duration::from_secs(2), from.read_to_end(&mut bytes)).await;
        bytes
    });
    to.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
    to.write_all(&frame(SETTINGS, 0, 0, &[])).await.unwrap();
    let mut sent = 0;
    for frame in frames {
        if to.write_all(&frame).await.is_err() {
            break;
        }
        sent += 1;
    }
    let bytes = heard.await.unwrap();
    let (mut rest, mut code, mut heads) = (&bytes[..], None, Vec::new());
    while rest.len() >= 9 {
        let length = usize::from(rest[0]) << 16 | usize::from(rest[1]) << 8 | usize::from(rest[2]);
        let Some(payload) = rest.get(9..9 + length) else { break };
        match rest[3] {
            7 => code = payload.get(7).copied(),
            HEADERS => heads.push(payload[0]),
            _ => {}
        }
        rest = &rest[9 + length..];
    }
    (sent, code, heads)
}

const ENHANCE_YOUR_CALM: u8 = 0xb;

async fn still_serves(served: &Served) {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    let mut answer = [0; 15];
    timeout(Duration::from_secs(2), stream.read_exact(&mut answer)).await.unwrap().unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
}

#[tokio::test]
async fn streams_opened_and_reset_by_the_thousand_keep_few_calls_busy() {
    let served = serve().await;
    let frames = (0..20_000_u32).map(|n| {
        let mut both = frame(HEADERS, END_STREAM | END_HEADERS, 2 * n + 1, &fields("/forever"));
        both.extend(frame(RST_STREAM, 0, 2 * n + 1, &8_u32.to_be_bytes()));
        both
    });
    let (_, code, _) = attack(&served, frames).await;
    assert_eq!(code, Some(ENHANCE_YOUR_CALM));
    assert!(served.stage.most.load(Ordering::Relaxed) <= 400);
    still_serves(&served).await;
}

#[tokio::test]
async fn more_streams_than_allowed_are_refused_and_the_rest_served() {
    let served = serve().await;
    let frames = (0..1_000_u32)
        .map(|n| frame(HEADERS, END_STREAM | END_HEADERS, 2 * n + 1, &fields("/forever")))
        .chain([frame(PING, 0, 0, &[0; 8])]);
    attack(&served, frames).await;
    assert!(served.stage.most.load(Ordering::Relaxed) <= 200);
    still_serves(&served).await;
}

#[tokio::test]
async fn a_head_without_end_is_ended() {
    let served = serve().await;
    let first = frame(HEADERS, END_STREAM, 1, &fields("/"));
    // An empty name is none, but nobody has come to that yet: a literal of 15 bytes, again and again.
    let more: Vec<u8> = [&[0, 5][..], b"x-abc", &[10], b"0123456789"].concat().repeat(64);
    let frames = std::iter::once(first).chain((0..100_000).map(|_| frame(CONTINUATION, 0, 1, &more)));
    let (sent, code, _) = attack(&served, frames).await;
    assert!(sent < 100_000 && code.is_some(), "{sent} frames were taken, the end was {code:?}");
    assert_eq!(served.stage.most.load(Ordering::Relaxed), 0);
    still_serves(&served).await;
}

#[tokio::test]
async fn fields_that_unfold_to_too_much_are_refused() {
    let served = serve().await;
    // One field of four kilobytes goes into the table; each further byte repeats it.
    let mut block = fields("/");
    block.extend([0x40, 1, b'x', 0x7f]);
    block.extend([0xa1, 0x1e]);
    block.extend([b'y'; 4000]);
    block.extend([0xbe; 4000]);
    let (_, _, heads) =
        attack(&served, [frame(HEADERS, END_STREAM | END_HEADERS, 1, &block)].into_iter()).await;
    assert!(heads.len() <= 1, "431, or the connection's end");
    assert_eq!(served.stage.most.load(Ordering::Relaxed), 0, "no handler sees 16 MiB of fields");
    still_serves(&served).await;
}

/// Bytes that are no frames at all, and frames cut anywhere.
#[tokio::test]
async fn nonsense_ends_its_connection_alone() {
    let served = serve().await;
    let whole = frame(HEADERS, END_STREAM | END_HEADERS, 1, &fields("/"));
    let mut noise = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..40 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(round);
            let at = (noise >> 33) as usize % bytes.len();
            bytes[at] ^= (noise >> 20) as u8;
        }
        bytes.truncate(1 + (noise >> 40) as usize % bytes.len());
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.unwrap();
        stream.write_all(&bytes).await.unwrap();
    }
    still_serves(&served).await;
}
