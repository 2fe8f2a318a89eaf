//! The model as text. One exchange is written by itself, so that recording appends and never rewrites.

use super::{
    VERSION, body,
    body::Form,
    frames, scalar,
    seal::{Digests, seal_with, sorted},
};
use crate::json::blanks;
use crate::model::{
    self, Answer, Body, Connection, Digest, Exchange, Framing, Header, Headers, HttpVersion, RedactRules,
    Response, Side, Timing, TokenFacts,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use std::fmt::Write as _;

/// A body that stands beside the cassette, in `blobs/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// The name of its file.
    pub digest: Digest,
    /// What is in it.
    pub bytes: Bytes,
}

/// Writes what stands before the exchanges.
pub fn write_header(header: &Header, out: &mut String) {
    let _ = writeln!(out, "truetape: {VERSION}");
    line(out, 0, "recorder", &header.recorder);
    out.push_str("upstreams:");
    strings(out, 0, &header.upstreams);
    if header.redact != RedactRules::default() {
        out.push_str("redact:\n");
        let rules = &header.redact;
        for (name, list) in [
            ("headers", &rules.headers),
            ("query", &rules.query),
            ("json", &rules.json),
            ("patterns", &rules.patterns),
            ("keep", &rules.keep),
        ] {
            if !list.is_empty() {
                let _ = write!(out, "  {name}:");
                strings(out, 2, list);
            }
        }
    }
    out.push_str("exchanges:\n");
}

/// Writes one exchange as an item of the list; gives back the bodies that stand beside it.
/// `upstream` is the cassette's first, which is not repeated.
pub fn write_exchange(exchange: &Exchange, upstream: &str, out: &mut String) -> Vec<Blob> {
    let mut beside = Beside::default();
    let _ = writeln!(out, "- id: {}", exchange.id.0);
    line(out, 2, "at", &exchange.at.to_string());
    if exchange.upstream != upstream {
        line(out, 2, "upstream", &exchange.upstream);
    }
    connection(&exchange.connection, out);
    out.push_str("  request:\n");
    line(out, 4, "method", &exchange.request.method);
    line(out, 4, "target", &exchange.request.target);
    headers("headers", &exchange.request.headers, 4, out);
    match &exchange.request.blob {
        Some(blob) => write_left(blob, 4, out),
        None => write_body(&exchange.request.body, 4, out, &mut beside),
    }
    headers("trailers", &exchange.request.trailers, 4, out);
    match &exchange.answer {
        Answer::Reply(reply) => {
            out.push_str("  reply:\n");
            response(reply, 4, out, &mut beside);
        }
        Answer::Failed(failure) => {
            let _ = writeln!(out, "  failed:\n    kind: {}", failure.kind);
            line(out, 4, "message", &failure.message);
            if let Some(partial) = &failure.partial {
                out.push_str("    partial:\n");
                response(partial, 6, out, &mut beside);
            }
        }
    }
    timing(&exchange.timing, out);
    if !exchange.redactions.is_empty() {
        out.push_str("  redacted:\n");
        for redaction in &exchange.redactions {
            out.push_str("  - {place: ");
            scalar::quoted(&redaction.place.0, out);
            out.push_str(", by: ");
            scalar::quoted(&redaction.by, out);
            out.push_str("}\n");
        }
    }
    tokens(&exchange.tokens, out);
    // An edited exchange stays what it is when it is saved again.
    if exchange.edited {
        out.push_str("  seal: edited\n");
    } else {
        line(out, 2, "seal", &seal_with(exchange, &mut beside.digests));
    }
    beside.blobs
}

/// What is gathered while an exchange is written.
#[derive(Default)]
struct Beside {
    blobs: Vec<Blob>,
    digests: Digests,
}

fn line(out: &mut String, indent: usize, key: &str, value: &str) {
    blanks(indent, out);
    out.push_str(key);
    out.push_str(": ");
    scalar::quoted(value, out);
    out.push('\n');
}

fn strings(out: &mut String, indent: usize, list: &[String]) {
    if list.is_empty() {
        out.push_str(" []\n");
        return;
    }
    out.push('\n');
    for item in list {
        blanks(indent, out);
        out.push_str("- ");
        scalar::quoted(item, out);
        out.push('\n');
    }
}

fn connection(connection: &Connection, out: &mut String) {
    let _ = write!(out, "  connection: {{id: {}, reused: {}", connection.id, connection.reused);
    if let Some(side) = connection.closed_by {
        out.push_str(match side {
            Side::Client => ", closed-by: client",
            Side::Upstream => ", closed-by: upstream",
        });
    }
    if let Some(tls) = &connection.tls {
        out.push_str(", tls: ");
        scalar::quoted(&tls.version, out);
        if let Some(alpn) = &tls.alpn {
            out.push_str(", alpn: ");
            scalar::quoted(alpn, out);
        }
    }
    out.push_str("}\n");
}

fn headers(key: &str, headers: &Headers, indent: usize, out: &mut String) {
    if headers.is_empty() {
        return;
    }
    blanks(indent, out);
    out.push_str(key);
    out.push_str(":\n");
    for (name, value) in headers.iter() {
        blanks(indent, out);
        match std::str::from_utf8(value) {
            Ok(value) => {
                out.push_str("- \"");
                scalar::escape(name, out);
                out.push_str(": ");
                scalar::escape(value, out);
                out.push('"');
            }
            Err(_) => {
                out.push_str("- {name: ");
                scalar::quoted(name, out);
                let _ = write!(out, ", base64: \"{}\"}}", STANDARD.encode(value));
            }
        }
        out.push('\n');
    }
}

fn write_body(body: &Body, indent: usize, out: &mut String, beside: &mut Beside) {
    if body.is_empty() {
        return;
    }
    let digest = beside.digests.of(body);
    let form = Form::choose(body);
    let pad = " ".repeat(indent);
    let _ = write!(out, "{pad}body:\n{pad}  sha256: \"{digest}\"\n{pad}  ");
    form.write(indent + 2, out);
    beside.blobs.extend(body::blob_of(&form, body, digest));
}

/// A body that stands in its blob already.
fn write_left(blob: &model::Blob, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    let _ = write!(out, "{pad}body:\n{pad}  sha256: \"{}\"\n", blob.digest);
    let _ = writeln!(out, "{pad}  blob: {}", blob.len);
}

fn response(response: &Response, indent: usize, out: &mut String, beside: &mut Beside) {
    let pad = " ".repeat(indent);
    if !response.interim.is_empty() {
        let _ = writeln!(out, "{pad}interim:");
    }
    for interim in &response.interim {
        let _ = writeln!(out, "{pad}- status: {}", interim.status);
        line(out, indent + 2, "reason", &interim.reason);
        headers("headers", &interim.headers, indent + 2, out);
    }
    let _ = writeln!(out, "{pad}status: {}", response.status);
    line(out, indent, "reason", &response.reason);
    if response.version != HttpVersion::Http11 {
        line(out, indent, "version", response.version.as_str());
    }
    headers("headers", &response.headers, indent, out);
    let _ = writeln!(
        out,
        "{pad}framing: {}",
        match response.framing {
            Framing::None => "none",
            Framing::Length => "length",
            Framing::Chunked => "chunked",
            Framing::Close => "close",
        }
    );
    match &response.blob {
        Some(blob) => write_left(blob, indent, out),
        None => write_body(&response.body, indent, out, beside),
    }
    headers("trailers", &response.trailers, indent, out);
    frames::write(&response.frames, indent, out, &mut beside.blobs);
}

fn timing(timing: &Timing, out: &mut String) {
    if *timing == Timing::default() {
        return;
    }
    out.push_str("  timing: {");
    let mut comma = "";
    for (key, value) in [("first-byte-us", timing.first_byte), ("end-us", timing.end)] {
        if let Some(value) = value {
            let _ = write!(out, "{comma}{key}: {value}");
            comma = ", ";
        }
    }
    if !timing.chunks.is_empty() {
        let _ = write!(out, "{comma}chunks: \"");
        for (i, chunk) in timing.chunks.iter().enumerate() {
            let _ = write!(out, "{}{}+{}", if i == 0 { "" } else { " " }, chunk.at, chunk.len);
        }
        out.push('"');
    }
    out.push_str("}\n");
}

fn tokens(tokens: &[TokenFacts], out: &mut String) {
    if tokens.is_empty() {
        return;
    }
    out.push_str("  tokens:\n");
    for token in tokens {
        out.push_str("  - {place: ");
        scalar::quoted(&token.place.0, out);
        let _ = write!(out, ", signature: {}", token.signature.as_str());
        if !token.times.is_empty() {
            out.push_str(", times: {");
            for (i, (name, seconds)) in sorted(&token.times).into_iter().enumerate() {
                out.push_str(if i == 0 { "" } else { ", " });
                scalar::quoted(name, out);
                let _ = write!(out, ": {seconds}");
            }
            out.push('}');
        }
        out.push_str("}\n");
    }
}
