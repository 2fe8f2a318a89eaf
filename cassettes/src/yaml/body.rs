//! How a body stands in the file: laid-out JSON, text, base64, or a blob.

use super::scalar;
use crate::{
    json::{self, Layout},
    model::{Body, Digest},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Text bodies up to this many bytes stand in the YAML; larger ones are blobs, because YAML is read
/// fifteen times slower than bytes, and nobody reads a diff of that size.
pub const INLINE_LIMIT: usize = 32 * 1024;

/// Binary bodies up to this many bytes stand in the YAML as base64.
const BINARY_LIMIT: usize = 256;

/// The form a body takes. The keys of the format are these names in kebab-case.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    Json(String),
    SpacedJson(String),
    Text(String),
    Base64(String),
    /// The number of bytes; the file is named by the digest.
    Blob(u64),
}

impl Form {
    /// The most readable form that gives back the exact bytes.
    pub(super) fn choose(body: &Body) -> Form {
        Form::choose_within(body, BINARY_LIMIT)
    }

    /// The same with another limit for what is no text.
    pub(super) fn choose_within(body: &Body, binary_limit: usize) -> Form {
        let bytes = body.bytes();
        let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| !is_binary(text)) else {
            return if bytes.len() <= binary_limit {
                Form::Base64(STANDARD.encode(bytes))
            } else {
                Form::Blob(bytes.len() as u64)
            };
        };
        if text.len() > INLINE_LIMIT {
            return Form::Blob(text.len() as u64);
        }
        match json::lay_out(text) {
            // Checked here, once and for all: a layout that could not be taken back is never written.
            Some((layout, laid))
                if scalar::fits_block(&laid) && json::restore(layout, &laid).as_deref() == Ok(text) =>
            {
                match layout {
                    Layout::Json => Form::Json(laid),
                    Layout::SpacedJson => Form::SpacedJson(laid),
                }
            }
            _ => Form::Text(text.to_owned()),
        }
    }

    /// The bytes again. `Err` says what is wrong with a form that was edited by hand; the text is then
    /// taken as it stands.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, String> {
        match self {
            Form::Json(text) => restored(Layout::Json, text),
            Form::SpacedJson(text) => restored(Layout::SpacedJson, text),
            Form::Text(text) => Ok(text.clone().into_bytes()),
            Form::Base64(text) => STANDARD.decode(text.trim()).map_err(|e| format!("is no base64: {e}")),
            Form::Blob(_) => Err("stands in a blob".into()),
        }
    }

    /// What stands in the file, as it stands there.
    pub(super) fn into_text(self) -> String {
        match self {
            Form::Json(text) | Form::SpacedJson(text) | Form::Text(text) | Form::Base64(text) => text,
            Form::Blob(_) => String::new(),
        }
    }

    pub(super) fn write(&self, indent: usize, out: &mut String) {
        match self {
            Form::Json(text) => {
                out.push_str("json: ");
                scalar::block(text, indent + 2, out);
            }
            Form::SpacedJson(text) => {
                out.push_str("spaced-json: ");
                scalar::block(text, indent + 2, out);
            }
            Form::Text(text) => {
                out.push_str("text: ");
                if text.contains('\n') && scalar::fits_block(text) {
                    scalar::block(text, indent + 2, out);
                } else {
                    scalar::quoted_lines(text, indent + 2, out);
                    out.push('\n');
                }
            }
            Form::Base64(text) => {
                out.push_str("base64: ");
                scalar::quoted(text, out);
                out.push('\n');
            }
            Form::Blob(len) => out.push_str(&format!("blob: {len}\n")),
        }
    }
}

fn restored(layout: Layout, text: &str) -> Result<Vec<u8>, String> {
    json::restore(layout, text).map(String::into_bytes).map_err(|e| format!("is no JSON: {e}"))
}

/// Control characters other than white space: what happens to be UTF-8 is still no text.
fn is_binary(text: &str) -> bool {
    let control = |b: u8| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    // To the end, which takes several bytes at once; most bodies have none.
    text.bytes().fold(false, |found, b| found | control(b))
}

/// A body to be written beside the cassette, named by its digest.
pub(super) fn blob_of(form: &Form, body: &Body, digest: Digest) -> Option<super::Blob> {
    matches!(form, Form::Blob(_)).then(|| super::Blob { digest, bytes: body.0.clone() })
}
