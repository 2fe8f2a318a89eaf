//! The fields of the opening handshake (RFC 6455 §4).

use crate::head::plan_has_token;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cassettes::model::Headers;

/// Whether a request asks for a WebSocket (RFC 6455 §4.1).
pub fn is_upgrade<'f>(method: &str, fields: impl Iterator<Item = (&'f str, &'f [u8])>) -> bool {
    if method != "GET" {
        return false;
    }
    let (mut upgrade, mut connection, mut key) = (false, false, false);
    for (name, value) in fields {
        // The length of a name tells most fields apart from these.
        match name.len() {
            7 if name.eq_ignore_ascii_case("upgrade") => upgrade |= plan_has_token(value, "websocket"),
            10 if name.eq_ignore_ascii_case("connection") => connection |= plan_has_token(value, "upgrade"),
            17 if name.eq_ignore_ascii_case("sec-websocket-key") => key = true,
            _ => {}
        }
    }
    upgrade && connection && key
}

/// What `Sec-WebSocket-Accept` says to a `Sec-WebSocket-Key` (RFC 6455 §4.2.2).
pub fn accept(key: &[u8]) -> String {
    const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &[key.trim_ascii(), GUID].concat()))
}

/// What was agreed on how messages are coded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// As they are.
    None,
    /// `permessage-deflate` (RFC 7692).
    Deflate {
        /// The server's messages are compressed with a window of the usual 32 KiB.
        whole_window: bool,
    },
    /// Something that is not understood; its name.
    Unknown(String),
}

/// What a 101 agrees to in `Sec-WebSocket-Extensions`.
pub fn extension(headers: &Headers) -> Extension {
    let mut agreed = Extension::None;
    for value in headers.get_all("sec-websocket-extensions") {
        for item in value.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            if !name.eq_ignore_ascii_case("permessage-deflate") || agreed != Extension::None {
                return Extension::Unknown(name.to_owned());
            }
            let small = |p: &str| {
                p.split_once('=').is_some_and(|(name, bits)| {
                    name.trim().eq_ignore_ascii_case("server_max_window_bits")
                        && bits.trim().trim_matches('"') != "15"
                })
            };
            agreed = Extension::Deflate { whole_window: !parts.any(small) };
        }
    }
    agreed
}

/// The offers of a client that a recorder can read: others are not sent on, because messages in a coding
/// that nobody knows can neither be read nor redacted. None: all of them can stay as they are.
pub fn offers(headers: &Headers) -> Option<String> {
    let known = |item: &&str| {
        item.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("permessage-deflate"))
    };
    let all: Vec<String> =
        headers.get_all("sec-websocket-extensions").map(std::borrow::Cow::into_owned).collect();
    let items: Vec<&str> =
        all.iter().flat_map(|v| v.split(',')).map(str::trim).filter(|i| !i.is_empty()).collect();
    let kept: Vec<&str> = items.iter().copied().filter(known).collect();
    (kept.len() < items.len()).then(|| kept.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(value: &str) -> Headers {
        Headers::from_pairs([("Sec-WebSocket-Extensions", value)])
    }

    #[test]
    fn the_key_of_the_standard_is_accepted_as_there() {
        // RFC 6455 §1.3
        assert_eq!(accept(b"dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn upgrades_are_told_from_others() {
        let ask = |method: &str, upgrade: &str, connection: &str| {
            let fields =
                [("UPGRADE", upgrade), ("connection", connection), ("sec-websocket-key", "x")].map(bytes);
            is_upgrade(method, fields.into_iter())
        };
        assert!(ask("GET", "WebSocket", "keep-alive, Upgrade"));
        assert!(!ask("POST", "websocket", "upgrade") && !ask("GET", "h2c", "upgrade"));
        assert!(!ask("GET", "websocket", "close"));
        assert!(!is_upgrade(
            "GET",
            [("upgrade", "websocket"), ("connection", "upgrade")].map(bytes).into_iter()
        ));
    }

    fn bytes<'s>((name, value): (&'s str, &'s str)) -> (&'s str, &'s [u8]) {
        (name, value.as_bytes())
    }

    #[test]
    fn agreements_are_read() {
        assert_eq!(extension(&Headers::new()), Extension::None);
        let whole = Extension::Deflate { whole_window: true };
        assert_eq!(extension(&says("permessage-deflate; server_no_context_takeover")), whole);
        assert_eq!(extension(&says("Permessage-Deflate;server_max_window_bits=15")), whole);
        let small = extension(&says("permessage-deflate; server_max_window_bits = \"12\""));
        assert_eq!(small, Extension::Deflate { whole_window: false });
        assert_eq!(extension(&says("x-mux")), Extension::Unknown("x-mux".into()));
        let twice = extension(&says("permessage-deflate, permessage-deflate"));
        assert_eq!(twice, Extension::Unknown("permessage-deflate".into()));
        assert_eq!(offers(&says("permessage-deflate; client_max_window_bits")), None);
        let kept = offers(&says("x-mux, permessage-deflate; a=1, y"));
        assert_eq!(kept.as_deref(), Some("permessage-deflate; a=1"));
    }
}
