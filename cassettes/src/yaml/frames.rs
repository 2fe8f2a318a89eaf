//! The messages of a WebSocket, an item each: who, when, what, and the payload in one of a body's forms.

use super::{
    body::{self, Form},
    disk,
    fast::Lines,
    read::{ReadError, Reader},
    unquote,
    write::Blob,
};
use crate::model::{Body, Digest, Frame, FrameKind, Side};
use std::fmt::Write as _;

/// Payloads that are no text and no longer than this stand in the YAML: there may be thousands of them, and
/// a file for each helps nobody.
const BINARY_LIMIT: usize = 4096;

pub(super) fn write(frames: &[Frame], indent: usize, out: &mut String, blobs: &mut Vec<Blob>) {
    if frames.is_empty() {
        return;
    }
    let pad = " ".repeat(indent);
    let _ = writeln!(out, "{pad}frames:");
    for frame in frames {
        let from = if frame.from == Side::Client { "client" } else { "upstream" };
        let _ = write!(out, "{pad}- at-us: {}\n{pad}  from: {from}\n", frame.at);
        let _ = writeln!(out, "{pad}  kind: {}", frame.kind.as_str());
        if !frame.fragments.is_empty() {
            let lens: Vec<String> = frame.fragments.iter().map(u64::to_string).collect();
            let _ = writeln!(out, "{pad}  fragments: \"{}\"", lens.join(" "));
        }
        if frame.compressed {
            let _ = writeln!(out, "{pad}  compressed: true");
        }
        let data = match frame.code() {
            None => frame.data.clone(),
            Some((code, reason)) => {
                let _ = writeln!(out, "{pad}  code: {code}");
                Body::from(reason.to_vec())
            }
        };
        if data.is_empty() {
            continue;
        }
        let form = Form::choose_within(&data, BINARY_LIMIT);
        if matches!(form, Form::Blob(_)) {
            let digest = data.digest();
            let _ = writeln!(out, "{pad}  sha256: \"{digest}\"");
            blobs.extend(body::blob_of(&form, &data, digest));
        }
        let _ = write!(out, "{pad}  ");
        form.write(indent + 2, out);
    }
}

/// The emitter's own spelling; none where it is another.
pub(super) fn read(lines: &mut Lines<'_>, indent: &str) -> Option<Vec<disk::Frame>> {
    let mut frames = Vec::new();
    let at = indent.len();
    if lines.key(at, "frames:").is_none() {
        return Some(frames);
    }
    while let Some(at_us) = lines.key(at, "- at-us: ") {
        let inner = at + 2;
        let mut frame = disk::Frame {
            at_us: at_us.parse().ok()?,
            from: match lines.key(inner, "from: ")? {
                "client" => disk::Side::Client,
                "upstream" => disk::Side::Upstream,
                _ => return None,
            },
            kind: lines.key(inner, "kind: ")?.to_owned(),
            fragments: match lines.key(inner, "fragments: ") {
                Some(text) => Some(unquote::line(text)?),
                None => None,
            },
            compressed: match lines.key(inner, "compressed: ") {
                Some("true") => true,
                Some(_) => return None,
                None => false,
            },
            code: match lines.key(inner, "code: ") {
                Some(code) => Some(code.parse().ok()?),
                None => None,
            },
            sha256: match lines.key(inner, "sha256: ") {
                Some(text) => Some(unquote::line(text)?),
                None => None,
            },
            json: None,
            spaced_json: None,
            text: None,
            base64: None,
            blob: None,
        };
        // A payload's key stands where the next item's dash, or a shallower key, would stand otherwise.
        let padded = lines.rest.len() > inner && lines.rest.as_bytes()[..inner].iter().all(|b| *b == b' ');
        if padded && lines.rest.as_bytes()[inner].is_ascii_lowercase() {
            let form = lines.form(inner)?;
            (frame.json, frame.spaced_json, frame.text) = (form.json, form.spaced_json, form.text);
            (frame.base64, frame.blob) = (form.base64, form.blob);
        }
        frames.push(frame);
    }
    Some(frames)
}

impl Reader<'_> {
    pub(super) fn frames(
        &self,
        id: u32,
        disk: Vec<disk::Frame>,
        changed: &mut Option<String>,
    ) -> Result<Vec<Frame>, ReadError> {
        (1..).zip(disk).map(|(number, frame)| self.frame(id, number, frame, changed)).collect()
    }

    fn frame(
        &self,
        id: u32,
        number: usize,
        disk: disk::Frame,
        changed: &mut Option<String>,
    ) -> Result<Frame, ReadError> {
        let part = format!("frame {number}");
        let wrong = |what: String, hint: &str| self.error(id, &part, what, hint);
        let kind = FrameKind::parse(&disk.kind).ok_or_else(|| {
            let kinds = FrameKind::ALL.map(FrameKind::as_str).join(", ");
            wrong(format!("expected one of {kinds}, found `{}`", disk.kind), "mend the line")
        })?;
        if disk.code.is_some() && kind != FrameKind::Close {
            return Err(wrong(format!("a code in a {} frame", disk.kind), "only a close has one"));
        }
        let fragments = disk.fragments.as_deref().unwrap_or_default().split_ascii_whitespace();
        let fragments = fragments.map(str::parse).collect::<Result<Vec<u64>, _>>().map_err(|_| {
            let found = disk.fragments.as_deref().unwrap_or_default();
            wrong(format!("expected the bytes of each fragment, found `{found}`"), "mend the line")
        })?;
        let mut forms = [
            disk.json.map(Form::Json),
            disk.spaced_json.map(Form::SpacedJson),
            disk.text.map(Form::Text),
            disk.base64.map(Form::Base64),
            disk.blob.map(|len| Form::Blob(len.0)),
        ]
        .into_iter()
        .flatten();
        let payload = match (forms.next(), forms.next()) {
            (None, _) => Body::empty(),
            (Some(Form::Blob(len)), None) => {
                let digest = disk.sha256.as_deref().and_then(Digest::parse);
                self.blob(id, &part, digest, len)?
            }
            (Some(form), None) => Body::from(form.bytes().unwrap_or_else(|why| {
                *changed = Some(format!("{part} {why}"));
                form.into_text().into_bytes()
            })),
            (Some(_), Some(_)) => {
                let what = "expected one of json, spaced-json, text, base64, blob at most".to_owned();
                return Err(wrong(what, "docs/format.md shows each form"));
            }
        };
        let data = match disk.code {
            Some(code) => Body::from([&code.to_be_bytes()[..], payload.bytes()].concat()),
            None => payload,
        };
        let from = match disk.from {
            disk::Side::Client => Side::Client,
            disk::Side::Upstream => Side::Upstream,
        };
        Ok(Frame { at: disk.at_us, from, kind, data, fragments, compressed: disk.compressed })
    }
}
