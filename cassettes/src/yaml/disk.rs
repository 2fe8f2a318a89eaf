//! The file's own types: strict, so that a misspelt key is an error and not a silence.

use crate::model::RedactRules;
use serde::Deserialize;
use std::{collections::BTreeMap, fmt};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(rename = "truetape")]
    pub(super) _version: u32,
    #[serde(default)]
    pub(super) recorder: String,
    pub(super) upstreams: Vec<String>,
    #[serde(default)]
    pub(super) redact: RedactRules,
    #[serde(default)]
    pub(super) exchanges: Option<Vec<Exchange>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exchange {
    pub(super) id: u32,
    pub(super) at: String,
    pub(super) upstream: Option<String>,
    #[serde(default)]
    pub(super) connection: Connection,
    pub(super) request: Request,
    pub(super) reply: Option<Reply>,
    pub(super) failed: Option<Failed>,
    #[serde(default)]
    pub(super) timing: Timing,
    #[serde(default)]
    pub(super) redacted: Vec<Redacted>,
    #[serde(default)]
    pub(super) tokens: Vec<Token>,
    pub(super) seal: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Connection {
    pub(super) id: u32,
    pub(super) reused: bool,
    pub(super) closed_by: Option<Side>,
    pub(super) tls: Option<String>,
    pub(super) alpn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Side {
    Client,
    Upstream,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    #[serde(default)]
    pub(super) headers: Vec<Field>,
    pub(super) body: Option<Body>,
    #[serde(default)]
    pub(super) trailers: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    #[serde(default)]
    pub(super) interim: Vec<Interim>,
    pub(super) status: u16,
    #[serde(default)]
    pub(super) reason: String,
    pub(super) version: Option<String>,
    #[serde(default)]
    pub(super) headers: Vec<Field>,
    pub(super) framing: Option<Framing>,
    pub(super) body: Option<Body>,
    #[serde(default)]
    pub(super) trailers: Vec<Field>,
    #[serde(default)]
    pub(super) frames: Vec<Frame>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Frame {
    pub(super) at_us: u64,
    pub(super) from: Side,
    pub(super) kind: String,
    pub(super) fragments: Option<String>,
    #[serde(default)]
    pub(super) compressed: bool,
    pub(super) code: Option<u16>,
    pub(super) sha256: Option<String>,
    pub(super) json: Option<String>,
    pub(super) spaced_json: Option<String>,
    pub(super) text: Option<String>,
    pub(super) base64: Option<String>,
    pub(super) blob: Option<BlobLen>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Interim {
    pub(super) status: u16,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) headers: Vec<Field>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Framing {
    None,
    Length,
    Chunked,
    Close,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failed {
    pub(super) kind: String,
    #[serde(default)]
    pub(super) message: String,
    pub(super) partial: Option<Reply>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Body {
    pub(super) sha256: Option<String>,
    pub(super) json: Option<String>,
    pub(super) spaced_json: Option<String>,
    pub(super) text: Option<String>,
    pub(super) base64: Option<String>,
    pub(super) blob: Option<BlobLen>,
}

/// The length of a blob. Its own type for the sake of the message: a blob has no path to climb with.
pub(super) struct BlobLen(pub(super) u64);

impl<'de> Deserialize<'de> for BlobLen {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = BlobLen;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the number of bytes in the blob, whose file is blobs/SHA256 and nothing else")
            }
            fn visit_u64<E>(self, len: u64) -> Result<BlobLen, E> {
                Ok(BlobLen(len))
            }
        }
        deserializer.deserialize_u64(Visitor)
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Timing {
    pub(super) first_byte_us: Option<u64>,
    pub(super) end_us: Option<u64>,
    pub(super) chunks: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Redacted {
    pub(super) place: String,
    pub(super) by: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    pub(super) place: String,
    pub(super) signature: String,
    #[serde(default)]
    pub(super) times: BTreeMap<String, i64>,
}

/// A header field: `"Name: value"`, or `{name, base64}` where the value is no UTF-8.
pub(super) struct Field(pub(super) String, pub(super) Vec<u8>);

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Field;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a header field as \"Name: value\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Field, E> {
                let (name, value) = text
                    .split_once(": ")
                    .or_else(|| text.strip_suffix(':').map(|name| (name, "")))
                    .filter(|(name, _)| crate::model::is_header_name(name))
                    .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))?;
                Ok(Field(name.to_owned(), value.as_bytes().to_vec()))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Field, A::Error> {
                let (mut name, mut value) = (None, None);
                while let Some((key, text)) = map.next_entry::<String, String>()? {
                    match key.as_str() {
                        "name" => name = Some(text),
                        "base64" => value = Some(text),
                        _ => return Err(serde::de::Error::unknown_field(&key, &["name", "base64"])),
                    }
                }
                use base64::{Engine as _, engine::general_purpose::STANDARD};
                let name = name.ok_or_else(|| serde::de::Error::missing_field("name"))?;
                let value = value.ok_or_else(|| serde::de::Error::missing_field("base64"))?;
                let value = STANDARD.decode(value).map_err(serde::de::Error::custom)?;
                Ok(Field(name, value))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}
