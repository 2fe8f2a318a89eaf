//! One exchange of the file as the model, with every digest checked.

use super::{body::Form, disk, seal::seal};
use crate::model::{
    Answer, Blob, Body, Chunk, Connection, Digest, Exchange, ExchangeId, FailureKind, Framing, Headers,
    HttpVersion, Interim, Place, Redaction, Request, Response, Side, SignatureVerdict, Timestamp, Timing,
    Tls, TokenFacts, TransportFailure,
};
use std::io;

/// Why a cassette cannot be read. The message names the file, the place and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct ReadError {
    /// `billing.yaml`, `billing.yaml:12:5` or `billing.yaml#3 reply body`.
    pub place: String,
    /// What was expected and what came.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

/// Fetches a body that stands beside the cassette.
pub type Fetch<'l> = dyn Fn(&Digest) -> io::Result<Vec<u8>> + Sync + 'l;

/// Decides whether a body stays in its blob.
pub type Leave<'l> = dyn Fn(Side, &Headers, &Digest, u64) -> Option<io::Result<Blob>> + Sync + 'l;

/// Turns what stands in the file into the model.
pub(super) struct Reader<'a> {
    name: &'a str,
    pub(super) blob: &'a Fetch<'a>,
    pub(super) leave: Option<&'a Leave<'a>>,
    /// The upstream of exchanges that name none.
    first: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        name: &'a str,
        file: &disk::File,
        blob: &'a Fetch<'a>,
        leave: Option<&'a Leave<'a>>,
    ) -> Self {
        Reader { name, blob, leave, first: file.upstreams.first().cloned().unwrap_or_default() }
    }

    pub(super) fn error(&self, id: u32, part: &str, what: String, hint: &str) -> ReadError {
        let place = format!("{}#{id}{}{part}", self.name, if part.is_empty() { "" } else { " " });
        ReadError { place, what, hint: hint.into() }
    }

    /// An exchange; why it is no evidence any more goes to `edited`.
    pub(super) fn exchange(
        &self,
        disk: disk::Exchange,
        edited: &mut Vec<String>,
    ) -> Result<Exchange, ReadError> {
        let id = disk.id;
        let mut changed: Option<String> = None;
        let at = Timestamp::parse(&disk.at).ok_or_else(|| {
            self.error(
                id,
                "at",
                format!("expected a moment such as 2026-01-31T12:00:00.000000Z, found `{}`", disk.at),
                "mend the line",
            )
        })?;
        let fields = headers(disk.request.headers);
        let place = (id, "request body");
        let blob = self.left(place, Side::Client, &fields, disk.request.body.as_ref())?;
        let request = Request {
            method: disk.request.method,
            target: disk.request.target,
            headers: fields,
            body: match blob {
                Some(_) => Body::empty(),
                None => self.body(id, "request body", disk.request.body, &mut changed)?,
            },
            blob,
            trailers: headers(disk.request.trailers),
        };
        let answer = match (disk.reply, disk.failed) {
            (Some(reply), None) => Answer::Reply(self.response(id, reply, &mut changed)?),
            (None, Some(failed)) => Answer::Failed(self.failure(id, failed, &mut changed)?),
            _ => {
                let what = "expected either `reply:` or `failed:`".to_owned();
                return Err(self.error(id, "", what, "an exchange has one answer"));
            }
        };
        let connection = disk.connection;
        let mut exchange = Exchange {
            id: ExchangeId(id),
            at,
            upstream: disk.upstream.unwrap_or_else(|| self.first.clone()),
            request,
            answer,
            timing: self.timing(id, &disk.timing)?,
            connection: Connection {
                id: connection.id,
                reused: connection.reused,
                closed_by: connection.closed_by.map(|side| match side {
                    disk::Side::Client => Side::Client,
                    disk::Side::Upstream => Side::Upstream,
                }),
                tls: connection.tls.map(|version| Tls { version, alpn: connection.alpn }),
            },
            redactions: disk
                .redacted
                .into_iter()
                .map(|r| Redaction { place: Place(r.place), by: r.by })
                .collect(),
            tokens: self.tokens(id, disk.tokens)?,
            edited: false,
        };
        let why = match (changed, disk.seal) {
            (Some(why), _) => Some(why),
            (None, None) => Some("it has no seal, so it was written by hand".into()),
            (None, Some(found)) if found != seal(&exchange) => {
                Some("its seal does not fit what it says".into())
            }
            (None, Some(_)) => None,
        };
        if let Some(why) = why {
            exchange.edited = true;
            edited.push(format!("{}#{id}: {why}", self.name));
        }
        Ok(exchange)
    }

    fn body(
        &self,
        id: u32,
        part: &str,
        disk: Option<disk::Body>,
        changed: &mut Option<String>,
    ) -> Result<Body, ReadError> {
        let Some(disk) = disk else { return Ok(Body::empty()) };
        let expected = match &disk.sha256 {
            None => None,
            Some(text) => Some(Digest::parse(text).ok_or_else(|| {
                self.error(
                    id,
                    part,
                    format!("expected sha256 as 64 lower-case hexadecimal digits, found `{text}`"),
                    "mend the line, or record again",
                )
            })?),
        };
        let mut forms = [
            disk.json.map(Form::Json),
            disk.spaced_json.map(Form::SpacedJson),
            disk.text.map(Form::Text),
            disk.base64.map(Form::Base64),
            disk.blob.map(|len| Form::Blob(len.0)),
        ]
        .into_iter()
        .flatten();
        let (Some(form), None) = (forms.next(), forms.next()) else {
            let what = "expected exactly one of json, spaced-json, text, base64, blob".to_owned();
            return Err(self.error(id, part, what, "docs/format.md shows each form"));
        };
        if let Form::Blob(len) = form {
            return self.blob(id, part, expected, len);
        }
        let bytes = match form.bytes() {
            Ok(bytes) => bytes,
            Err(why) => {
                *changed = Some(format!("the {part} {why}"));
                form.into_text().into_bytes()
            }
        };
        match expected {
            None => *changed = Some(format!("the {part} has no sha256, so it was written by hand")),
            Some(expected) if changed.is_none() => {
                let found = Digest::of(&bytes);
                if found != expected {
                    *changed = Some(format!("the {part} has sha256 {found}, recorded was {expected}"));
                }
            }
            Some(_) => {}
        }
        Ok(Body::from(bytes))
    }

    fn response(
        &self,
        id: u32,
        disk: disk::Reply,
        changed: &mut Option<String>,
    ) -> Result<Response, ReadError> {
        let version = disk.version.as_deref().unwrap_or("1.1");
        let version = HttpVersion::parse(version).ok_or_else(|| {
            self.error(
                id,
                "reply version",
                format!("expected 1.0, 1.1 or 2, found `{version}`"),
                "mend the line",
            )
        })?;
        if !(100..=999).contains(&disk.status) {
            return Err(self.error(
                id,
                "reply status",
                format!("expected 100 to 999, found {}", disk.status),
                "mend the line",
            ));
        }
        let fields = headers(disk.headers);
        let blob = self.left((id, "reply body"), Side::Upstream, &fields, disk.body.as_ref())?;
        let body = match blob {
            Some(_) => Body::empty(),
            None => self.body(id, "reply body", disk.body, changed)?,
        };
        let frames = self.frames(id, disk.frames, changed)?;
        Ok(Response {
            status: disk.status,
            reason: disk.reason,
            version,
            headers: fields,
            framing: match disk.framing {
                Some(disk::Framing::None) => Framing::None,
                Some(disk::Framing::Chunked) => Framing::Chunked,
                Some(disk::Framing::Close) => Framing::Close,
                Some(disk::Framing::Length) => Framing::Length,
                None if body.is_empty() && blob.is_none() => Framing::None,
                None => Framing::Length,
            },
            body,
            blob,
            trailers: headers(disk.trailers),
            interim: disk
                .interim
                .into_iter()
                .map(|i| Interim { status: i.status, reason: i.reason, headers: headers(i.headers) })
                .collect(),
            frames,
        })
    }

    fn failure(
        &self,
        id: u32,
        disk: disk::Failed,
        changed: &mut Option<String>,
    ) -> Result<TransportFailure, ReadError> {
        let kind = FailureKind::parse(&disk.kind).ok_or_else(|| {
            let kinds = FailureKind::ALL.map(FailureKind::as_str).join(", ");
            self.error(
                id,
                "failed kind",
                format!("expected one of {kinds}, found `{}`", disk.kind),
                "mend the line",
            )
        })?;
        let partial =
            disk.partial.map(|partial| self.response(id, partial, changed)).transpose()?.map(Box::new);
        Ok(TransportFailure { kind, message: disk.message, partial })
    }

    fn timing(&self, id: u32, disk: &disk::Timing) -> Result<Timing, ReadError> {
        let mut chunks = Vec::new();
        for piece in disk.chunks.as_deref().unwrap_or_default().split_ascii_whitespace() {
            let chunk = piece
                .split_once('+')
                .and_then(|(at, len)| Some(Chunk { at: at.parse().ok()?, len: len.parse().ok()? }));
            chunks.push(chunk.ok_or_else(|| {
                self.error(
                    id,
                    "timing chunks",
                    format!("expected MICROSECONDS+BYTES, found `{piece}`"),
                    "mend the line",
                )
            })?);
        }
        Ok(Timing { first_byte: disk.first_byte_us, end: disk.end_us, chunks })
    }

    fn tokens(&self, id: u32, disk: Vec<disk::Token>) -> Result<Vec<TokenFacts>, ReadError> {
        disk.into_iter()
            .map(|token| {
                let signature = SignatureVerdict::parse(&token.signature).ok_or_else(|| {
                    let what = format!("expected good, bad, absent or unknown, found `{}`", token.signature);
                    self.error(id, "tokens signature", what, "mend the line")
                })?;
                Ok(TokenFacts {
                    place: Place(token.place),
                    signature,
                    times: token.times.into_iter().collect(),
                })
            })
            .collect()
    }
}

fn headers(fields: Vec<disk::Field>) -> Headers {
    Headers(fields.into_iter().map(|field| (field.0, field.1)).collect())
}
