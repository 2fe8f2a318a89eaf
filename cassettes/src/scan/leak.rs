//! A secret where none should be: what it is and where it stands, never the secret.

use super::kind::Kind;
use crate::model::{ExchangeId, Place};
use sha2::{Digest as _, Sha256};

/// A secret where none should be.
#[derive(Debug, Clone)]
pub struct Leak {
    /// What it is.
    pub kind: &'static Kind,
    /// Into the bytes that were scanned: where it begins, or what it is encoded in.
    pub offset: usize,
    /// Counted from one.
    pub line: u32,
    /// In characters as an editor counts them, from one.
    pub column: u32,
    /// The exchange that it stands in, for those of a cassette.
    pub exchange: Option<ExchangeId>,
    /// Where in the exchange.
    pub place: Option<Place>,
    /// What had to be undone to see it, outermost first: `base64`, `gzip`, `escapes`.
    pub chain: Vec<String>,
    /// Its first characters and its length.
    pub excerpt: String,
    /// The name that gave it away, where one did.
    pub name: Option<String>,
    /// Tells it from others of its kind: 24 bits of a digest, which fit one guess in sixteen million. Zero for
    /// what people choose themselves: there every bit would confirm a guess.
    pub tag: u32,
}

impl Leak {
    pub(super) fn new(kind: &'static Kind, secret: &[u8], offset: usize, name: Option<&[u8]>) -> Leak {
        Leak {
            kind,
            offset,
            line: 1,
            column: 1,
            exchange: None,
            place: None,
            chain: Vec::new(),
            excerpt: excerpt(secret),
            name: name.map(|name| String::from_utf8_lossy(name).into_owned()),
            tag: if kind.certain { tag(kind, secret) } else { 0 },
        }
    }

    /// Where it stands, for a message: `reply json /data/0/key`, or line and column.
    pub fn at(&self) -> String {
        match (&self.place, self.exchange) {
            (Some(place), Some(id)) => format!("{id} {place}"),
            (Some(place), None) => place.to_string(),
            _ => format!("{}:{}", self.line, self.column),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        let name = &self.kind.name;
        let field = self.place.as_ref().and_then(|place| {
            let mut words = place.0.splitn(3, ' ');
            let (_, sort, at) = (words.next()?, words.next()?, words.next()?);
            match sort {
                "header" => Some(format!("`redact: {{headers: [{at}]}}`")),
                "query" | "form" => {
                    Some(format!("`redact: {{query: [{}]}}`", at.split(' ').next().unwrap_or(at)))
                }
                "json" => Some(format!("`redact: {{json: [{}]}}`", json_path(at))),
                _ => None,
            }
        });
        let redact =
            field.map(|field| format!(", or take it out where it stands by {field}")).unwrap_or_default();
        format!(
            "revoke it if it is live; name it as `secrets: {{{name}: env:…}}` in truetape.yaml{redact}; or let it pass by \
             name with `scan: {{allow: [{name}]}}`"
        )
    }
}

/// A pointer as a JSONPath, items by their list.
fn json_path(pointer: &str) -> String {
    let mut out = "$".to_owned();
    for step in pointer.split('/').skip(1) {
        if !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit()) {
            out.push_str("[*]");
        } else {
            out.push('.');
            out.push_str(step);
        }
    }
    out
}

/// The first characters, four at most and never more than a quarter, and the length.
pub fn excerpt(secret: &[u8]) -> String {
    let text = String::from_utf8_lossy(secret);
    let count = text.chars().count();
    let shown: String =
        text.chars().take((count / 4).min(4)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{shown}… ({count} characters)")
}

fn tag(kind: &Kind, secret: &[u8]) -> u32 {
    let digest = Sha256::new()
        .chain_update(b"a leak\0")
        .chain_update(&kind.name)
        .chain_update([0])
        .chain_update(secret);
    let digest = digest.finalize();
    u32::from_be_bytes([0, digest[0], digest[1], digest[2]])
}
