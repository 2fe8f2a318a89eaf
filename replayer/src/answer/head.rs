//! The head of an answer as bytes, with the framing that its body needs.

use cassettes::model::{Framing, Headers, HttpVersion, Response, is_header_name};
use wire::head;

/// How the end of the body is told on our own connection, and what the head says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// How the end is told.
    pub(crate) framing: Framing,
    /// Whether the connection cannot carry another answer after this one.
    pub(crate) closes: bool,
    /// The length to declare where the recorded declaration would break the framing.
    declared: Option<u64>,
}

/// Decides the framing of an answer to a request with this method. `whole` is false for what came
/// before a failure: its head keeps declaring what never came.
pub(crate) fn frame(method: &str, response: &Response, whole: bool) -> Frame {
    let framing = match has_no_body(method, response.status) {
        true => Framing::None,
        false => in_http1(response),
    };
    let len = response.len();
    let declares_len = response.headers.contains("content-length")
        && response.headers.get_all("content-length").all(|v| v.trim().parse() == Ok(len));
    let (framing, declared) = match framing {
        // A reply that may have a body and was recorded without framing: say so, or the client waits.
        Framing::None if !has_no_body(method, response.status) => {
            (Framing::Length, (!declares_len).then_some(len))
        }
        Framing::Length if whole && !declares_len => (Framing::Length, Some(len)),
        other => (other, None),
    };
    // After 101 the connection speaks another protocol, of which nothing was recorded.
    let closes = framing == Framing::Close || response.status == 101 || asks_to_close(response);
    Frame { framing, closes, declared }
}

/// How HTTP/1.1 tells the end of a body. HTTP/2 tells it beside the fields, and can have trailers after any body.
fn in_http1(response: &Response) -> Framing {
    let told = response.headers.contains("content-length");
    match response.framing {
        Framing::Length if !response.trailers.is_empty() => Framing::Chunked,
        Framing::None if response.version == HttpVersion::Http2 && told => Framing::Length,
        Framing::None if response.version == HttpVersion::Http2 => Framing::Chunked,
        framing => framing,
    }
}

/// RFC 9110 §6.4.1: what answers never have a body, whatever their head says.
fn has_no_body(method: &str, status: u16) -> bool {
    method == "HEAD"
        || matches!(status, 100..=199 | 204 | 304)
        || (method == "CONNECT" && (200..300).contains(&status))
}

/// RFC 9112 §9.3: the connection ends with this answer.
fn asks_to_close(response: &Response) -> bool {
    let says = |word: &str| {
        response
            .headers
            .get_all("connection")
            .any(|v| v.split(',').any(|option| option.trim().eq_ignore_ascii_case(word)))
    };
    says("close") || (response.version == HttpVersion::Http10 && !says("keep-alive"))
}

/// Writes interim replies and the head: the recorded status line and fields in their order and case.
/// `100 Continue` is left out: it is the connection's own affair whether this client waits for one.
pub(super) fn write(out: &mut Vec<u8>, response: &Response, frame: Frame) {
    for interim in response.interim.iter().filter(|i| (102..200).contains(&i.status)) {
        out.extend_from_slice(&head::interim_bytes(interim));
    }
    head::status_line(out, response.version, response.status, &response.reason);
    head::write_fields(out, &fields(&response.headers, frame));
}

/// The recorded fields, with only those changed that would break this framing.
fn fields(recorded: &Headers, frame: Frame) -> Headers {
    let mut declared = frame.declared;
    let mut fields = Headers::new();
    for (name, value) in recorded.iter().filter(|(name, _)| is_header_name(name)) {
        if name.eq_ignore_ascii_case("content-length") {
            if frame.declared.is_some() {
                // The recorded length is wrong for these bytes: one right declaration in its place.
                if let Some(len) = declared.take() {
                    fields.push(name, len.to_string());
                }
                continue;
            }
            // Beside chunks of ours it must not stand (RFC 9112 §6.2).
            let ours = frame.framing == Framing::Chunked && !declares_chunks(recorded);
            if ours || frame.framing == Framing::Close {
                continue;
            }
        }
        let unframed = matches!(frame.framing, Framing::Length | Framing::Close);
        if unframed && name.eq_ignore_ascii_case("transfer-encoding") && is_chunked(value) {
            continue;
        }
        fields.push(name, value);
    }
    if let Some(len) = declared {
        fields.push("content-length", len.to_string());
    }
    if frame.framing == Framing::Chunked && !declares_chunks(recorded) {
        fields.push("transfer-encoding", "chunked");
    }
    fields
}

fn declares_chunks(headers: &Headers) -> bool {
    headers.iter().any(|(n, v)| n.eq_ignore_ascii_case("transfer-encoding") && is_chunked(v))
}

fn is_chunked(value: &[u8]) -> bool {
    value.to_ascii_lowercase().split(|b| *b == b',').any(|coding| coding.trim_ascii() == b"chunked")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(method: &str, response: &Response, whole: bool) -> String {
        let mut out = Vec::new();
        write(&mut out, response, frame(method, response, whole));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn recorded_heads_are_kept_and_wrong_ones_repaired() {
        let mut response = Response::new(
            200,
            Headers::from_pairs([("Set-Cookie", "a=1"), ("content-LENGTH", "2"), ("set-cookie", "b=2")]),
            "{}",
        );
        response.reason = "Fine, thanks".into();
        let exact =
            "HTTP/1.1 200 Fine, thanks\r\nSet-Cookie: a=1\r\ncontent-LENGTH: 2\r\nset-cookie: b=2\r\n\r\n";
        assert_eq!(written("GET", &response, true), exact);
        response.body = "{\"longer\":1}".into();
        assert!(
            written("GET", &response, true).contains("content-LENGTH: 12\r\n"),
            "an edited body is declared"
        );
        assert!(written("GET", &response, false).contains("content-LENGTH: 2\r\n"), "a partial one never is");
        assert_eq!(written("HEAD", &response, true), exact);
    }

    #[test]
    fn what_http2_told_beside_the_fields_is_told_by_chunks() {
        let headers = Headers::from_pairs([("content-length", "1"), ("grpc-status", "0")]);
        let mut response = Response { version: HttpVersion::Http2, ..Response::new(200, headers, "x") };
        assert!(written("POST", &response, true).starts_with("HTTP/1.1 200 \r\ncontent-length: 1\r\n"));
        response.trailers.push("grpc-status", "5");
        let chunked = "HTTP/1.1 200 \r\ngrpc-status: 0\r\ntransfer-encoding: chunked\r\n\r\n";
        assert_eq!(written("POST", &response, true), chunked);
        response.headers.set("content-length", "0");
        let empty = Response { framing: Framing::None, body: "".into(), ..response.clone() };
        assert!(written("POST", &empty, true).contains("content-length: 0\r\n"), "its length is told");
        response.headers.remove("content-length");
        response.trailers = Headers::new();
        let bare = Response { framing: Framing::None, body: "".into(), ..response };
        assert_eq!(written("POST", &bare, true), chunked);
        assert_eq!(frame("HEAD", &bare, true).framing, Framing::None);
    }

    #[test]
    fn framing_is_added_where_the_recording_had_none() {
        let mut response = Response { status: 200, body: "x".into(), ..Response::default() };
        assert!(written("GET", &response, true).contains("content-length: 1\r\n"));
        response.framing = Framing::Chunked;
        assert!(written("GET", &response, true).contains("transfer-encoding: chunked\r\n"));
        response.framing = Framing::Close;
        assert!(frame("GET", &response, true).closes);
        response.headers.push("x", "a\r\nSet-Cookie: evil=1");
        assert!(!written("GET", &response, true).contains("\r\nSet-Cookie"), "no field can be smuggled in");
    }
}
