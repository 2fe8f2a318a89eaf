//! Fields between header lists and text.

use crate::head::plan_has_token;
use cassettes::model::Headers;
use http::{HeaderMap, HeaderName, HeaderValue};

/// Writes every field, and the empty line. Names are in lower case as on the wire; values under one name
/// stand together, at the place of the first.
pub(crate) fn write(out: &mut Vec<u8>, map: &HeaderMap) {
    for (name, value) in map {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            out.extend_from_slice(part);
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// The fields that HTTP/2 can carry: those that belong to an HTTP/1.1 connection are left out (RFC 9113 §8.2.2),
/// folded values are unfolded.
pub(crate) fn carried(fields: &Headers) -> HeaderMap {
    let listed = |name| fields.get_all("connection").any(|list| plan_has_token(list.as_bytes(), name));
    let mut map = HeaderMap::new();
    for (name, value) in fields.iter() {
        let Ok(key) = HeaderName::from_bytes(name.as_bytes()) else { continue };
        let trailers = key == "te" && plan_has_token(value, "trailers");
        if is_of_http1(key.as_str()) || (!trailers && (key == "te" || listed(name))) {
            continue;
        }
        let value = match HeaderValue::from_bytes(value) {
            _ if trailers => Ok(HeaderValue::from_static("trailers")),
            Ok(value) => Ok(value),
            Err(_) => HeaderValue::from_bytes(&unfolded(value)),
        };
        if let Ok(value) = value {
            map.append(key, value);
        }
    }
    map
}

/// Whether HTTP/2 forbids a field, named in lower case.
fn is_of_http1(name: &str) -> bool {
    const NAMES: [&str; 6] =
        ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings"];
    NAMES.contains(&name)
}

fn unfolded(value: &[u8]) -> Vec<u8> {
    value.iter().map(|b| if matches!(b, b'\r' | b'\n' | 0) { b' ' } else { *b }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_connection_is_left_out_and_the_rest_kept_in_order() {
        let headers = Headers::from_pairs([
            ("Set-Cookie", "a=1"),
            ("Connection", "keep-alive, X-Hop, TE"),
            ("x-hop", "gone"),
            ("Keep-Alive", "timeout=5"),
            ("Transfer-Encoding", "chunked"),
            ("TE", "trailers, deflate"),
            ("Upgrade", "h2c"),
            ("Proxy-Authenticate", "Basic"),
            ("X-Fold", "a\r\n b"),
            ("set-cookie", "b=2"),
        ]);
        let map = carried(&headers);
        let mut text = Vec::new();
        write(&mut text, &map);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "set-cookie: a=1\r\nset-cookie: b=2\r\nte: trailers\r\nproxy-authenticate: Basic\r\nx-fold: a   b\r\n\r\n"
        );
    }
}
