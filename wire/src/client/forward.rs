//! A client's head as it is sent on: order and case kept, only what belongs to one connection changed
//! (RFC 9110 §7.6.1).

use crate::{
    head::{Length, plan_has_token, version_text},
    websocket,
};
use cassettes::model::{Headers, HttpVersion};

/// What is asked of an upstream, without its body.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// As sent.
    pub method: &'a str,
    /// As the upstream is to see it: base path included.
    pub target: &'a str,
    /// The version the client spoke.
    pub version: HttpVersion,
    /// As the client sent them.
    pub headers: &'a Headers,
    /// How the client framed the body.
    pub length: Length,
}

impl Ask<'_> {
    /// The head for an upstream that is called `authority`.
    pub fn head(&self, authority: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        for part in [self.method, " ", self.target, " ", version_text(self.version), "\r\n"] {
            out.extend_from_slice(part.as_bytes());
        }
        let mut field = |name: &str, value: &[u8]| {
            for part in [name.as_bytes(), b": ", value, b"\r\n"] {
                out.extend_from_slice(part);
            }
        };
        if !self.headers.contains("host") {
            field("Host", authority.as_bytes());
        }
        // HTTP/2 tells the end of a body without a field.
        if self.length == Length::Chunked && !self.headers.contains("transfer-encoding") {
            field("Transfer-Encoding", b"chunked");
        }
        let trailers = self.headers.get_all("te").any(|v| plan_has_token(v.as_bytes(), "trailers"));
        let mut said_te = false;
        // The one protocol that is passed on after a 101 (RFC 6455 §4.1); any other is left out.
        let socket = websocket::is_upgrade(self.method, self.headers.iter());
        for (name, value) in self.headers.iter() {
            match name.to_ascii_lowercase().as_str() {
                "host" => field(name, authority.as_bytes()),
                "transfer-encoding" if self.length == Length::Chunked => field(name, b"chunked"),
                "te" if trailers && !said_te => {
                    said_te = true;
                    field(name, b"trailers");
                    field("Connection", b"TE");
                }
                "upgrade" if socket => field(name, b"websocket"),
                "connection" if socket => field(name, b"Upgrade"),
                lower if is_hop_by_hop(lower) => {}
                "content-length" => field(name, value),
                _ if listed(self.headers, name) => {}
                _ => field(name, value),
            }
        }
        out.extend_from_slice(b"\r\n");
        out
    }
}

/// Whether a field, named in lower case, belongs to one connection and is never sent on as it is.
pub fn is_hop_by_hop(name: &str) -> bool {
    const NAMES: [&str; 6] =
        ["connection", "keep-alive", "te", "transfer-encoding", "upgrade", "http2-settings"];
    NAMES.contains(&name) || name.starts_with("proxy-")
}

fn listed(headers: &Headers, name: &str) -> bool {
    headers.get_all("connection").any(|v| plan_has_token(v.as_bytes(), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_belongs_to_the_connection_changes() {
        let headers = Headers::from_pairs([
            ("X-b", "1"),
            ("hOST", "127.0.0.1:1"),
            ("Connection", "keep-alive, X-Hop"),
            ("x-hop", "gone"),
            ("Keep-Alive", "5"),
            ("Proxy-Connection", "x"),
            ("TE", "trailers, deflate"),
            ("Upgrade", "h2c"),
            ("transfer-encoding", "Chunked"),
            ("a", "2"),
            ("X-b", "3"),
        ]);
        let ask = Ask {
            method: "PoST",
            target: "/v1/x",
            version: HttpVersion::Http11,
            headers: &headers,
            length: Length::Chunked,
        };
        let expected = "PoST /v1/x HTTP/1.1\r\nX-b: 1\r\nhOST: up:9\r\nTE: trailers\r\nConnection: TE\r\n\
                        transfer-encoding: chunked\r\na: 2\r\nX-b: 3\r\n\r\n";
        assert_eq!(String::from_utf8(ask.head("up:9")).unwrap(), expected);
    }
}
