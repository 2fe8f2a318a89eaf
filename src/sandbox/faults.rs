//! Answers that only a socket can give: failures on the wire, and replies that no HTTP library writes.

use cassettes::model::Request;
use std::io;
use std::time::Duration;
use wire::serve::{Call, Flow};

/// What the socket does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// RST before any byte.
    Reset,
    /// RST in the middle of a body.
    ResetMidway,
    /// FIN before the `Content-Length` is reached.
    Truncate,
    /// FIN without the last chunk.
    TruncateChunked,
    /// FIN before any byte.
    Close,
    /// Silence in the middle of a body, then FIN.
    Stall,
    /// Bytes that are not HTTP.
    Nonsense,
    /// Names in odd cases, repeats, a reason phrase that carries data.
    Headers,
    /// Fields after a chunked body.
    Trailers,
}

/// The fault that a target asks for.
pub(super) fn named(target: &str) -> Option<Fault> {
    Some(match target.split('?').next().unwrap_or_default() {
        "/faults/reset" => Fault::Reset,
        "/faults/reset-midway" => Fault::ResetMidway,
        "/faults/truncate" => Fault::Truncate,
        "/faults/truncate-chunked" => Fault::TruncateChunked,
        "/faults/close" => Fault::Close,
        "/faults/stall" => Fault::Stall,
        "/faults/nonsense" => Fault::Nonsense,
        "/v1/raw/headers" => Fault::Headers,
        "/v1/raw/trailers" => Fault::Trailers,
        _ => return None,
    })
}

/// Reads the request to its end and answers it. A client that leaves early is no error of ours.
pub(super) async fn answer(call: &mut Call<'_>, fault: Fault, target: &str) -> Flow {
    while let Ok(Some(_)) = call.chunk().await {}
    let sent = match fault {
        Fault::Reset | Fault::Close => Ok(()),
        Fault::ResetMidway | Fault::Truncate => say(call, HALF).await,
        Fault::TruncateChunked => say(call, HALF_CHUNKED).await,
        Fault::Stall => stall(call, target).await,
        Fault::Nonsense => say(call, b"\x16\x03\x01 this is not HTTP\r\n\r\n").await,
        Fault::Headers => say(call, ODD_HEADERS).await,
        Fault::Trailers => say(call, TRAILERS).await,
    };
    match fault {
        _ if sent.is_err() => Flow::Close,
        Fault::Reset | Fault::ResetMidway => Flow::Reset,
        Fault::Headers | Fault::Trailers => Flow::KeepAlive,
        _ => Flow::Close,
    }
}

const HALF: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 64\r\n\r\n\
    {\"rows\":[{\"id\":1},{\"id\":2},";

const HALF_CHUNKED: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n\
    b\r\n{\"rows\":[1,\r\n";

const ODD_HEADERS: &[u8] = b"HTTP/1.1 203 Answered By A Copy\r\nserver: sandbox\r\nX-ODD-case: One\r\n\
    x-odd-CASE: two\r\nX-Empty:\r\nX-Latin: caf\xe9\r\nWarning: 110 - \"stale\"\r\nWarning: 110 - \"stale\"\r\n\
    content-TYPE: text/plain\r\nContent-Length: 4\r\n\r\nodd\n";

const TRAILERS: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\
    Trailer: X-Checksum\r\n\r\n6\r\nfirst \r\n7\r\nsecond\n\r\n0\r\nX-Checksum: 5f3c\r\n\r\n";

async fn say(call: &mut Call<'_>, bytes: &[u8]) -> io::Result<()> {
    call.send(bytes).await?;
    call.flush().await
}

/// Half an answer, then nothing for `?ms=` (30 s by default) or until the client gives up.
async fn stall(call: &mut Call<'_>, target: &str) -> io::Result<()> {
    say(call, HALF).await?;
    let pairs = Request::new("GET", target).query_pairs();
    let asked = pairs.iter().find(|(name, _)| name == "ms").and_then(|(_, ms)| ms.parse::<u64>().ok());
    let silence = Duration::from_millis(asked.unwrap_or(30_000).min(120_000));
    tokio::select! {
        () = tokio::time::sleep(silence) => {}
        () = call.gone() => {}
    }
    Ok(())
}
