//! A bare hyper server, one thread: the speed limit of the HTTP library.
//!
//! `bound PORT BYTES [ENTRIES]`: answers every request with BYTES bytes of JSON; with ENTRIES, looks the path
//! up in a map of prepared answers first (`/v1/items/1` to `/v1/items/ENTRIES`), and answers 404 elsewhere. A
//! request's body is read to its end and not looked into.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response,
    body::{Body as _, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use std::{collections::HashMap, convert::Infallible, sync::Arc};

fn body(bytes: usize, entry: usize) -> Bytes {
    let head = format!("{{\"id\":{entry},\"text\":\"");
    let filler = "x".repeat(bytes.saturating_sub(head.len() + 2));
    Bytes::from(format!("{head}{filler}\"}}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |i: usize| arguments.get(i).and_then(|a| a.parse::<usize>().ok());
    let (port, bytes, entries) =
        (number(1).unwrap_or(0) as u16, number(2).unwrap_or(1024), number(3).unwrap_or(0));
    let common = body(bytes, 0);
    let map: Arc<HashMap<String, Bytes>> =
        Arc::new((1..=entries).map(|i| (format!("/v1/items/{i}"), body(bytes, i))).collect());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (common, map) = (common.clone(), Arc::clone(&map));
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let found = if map.is_empty() {
                    Some(common.clone())
                } else {
                    map.get(request.uri().path()).cloned()
                };
                async move {
                    if !request.is_end_stream() {
                        let _ = request.into_body().collect().await;
                    }
                    let (status, body) = found.map_or((404, Bytes::new()), |body| (200, body));
                    Response::builder()
                        .status(status)
                        .header("content-type", "application/json")
                        .body(Full::new(body))
                        .map_err(|_| -> Infallible { unreachable!("the head is constant") })
                }
            });
            let _ = http1::Builder::new()
                .pipeline_flush(true)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}
