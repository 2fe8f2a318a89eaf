//! A base URL taken apart.

use std::fmt;

/// The base URL of an upstream: where to connect, what to call it, and the path that precedes every target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// `https`.
    pub tls: bool,
    /// A name or an address; IPv6 without brackets.
    pub host: String,
    /// 80 and 443 unless given.
    pub port: u16,
    /// Without a trailing slash; empty for the root.
    pub base: String,
}

/// What is wrong with a base URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a base URL such as `https://api.example.com/v1`, got `{url}`: {problem}")]
pub struct OriginError {
    /// As given.
    pub url: String,
    /// A fragment.
    pub problem: &'static str,
}

impl Origin {
    /// Reads `http://host[:port][/base]` or the same with `https`.
    pub fn parse(url: &str) -> Result<Origin, OriginError> {
        let wrong = |problem| OriginError { url: url.to_owned(), problem };
        let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("it has no scheme"))?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(wrong("its scheme is neither http nor https")),
        };
        if rest.contains(['?', '#']) {
            return Err(wrong("a base URL has neither query nor fragment"));
        }
        if rest.bytes().any(|b| b <= b' ' || b == 0x7f) {
            return Err(wrong("it holds a blank or a control character"));
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(wrong("credentials belong into a header, not into the URL"));
        }
        let (host, port) = match authority.strip_prefix('[').map(|a| a.split_once(']')) {
            Some(Some((host, port))) => {
                (host, port.strip_prefix(':').or_else(|| port.is_empty().then_some("")))
            }
            Some(None) => return Err(wrong("the bracket around its address is not closed")),
            None => match authority.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, Some("")),
            },
        };
        if host.is_empty() {
            return Err(wrong("it names no host"));
        }
        let port = match port {
            Some("") => Some(if tls { 443 } else { 80 }),
            Some(digits) => digits.parse().ok().filter(|port| *port != 0),
            None => None,
        };
        let port = port.ok_or_else(|| wrong("its port is no number from 1 to 65535"))?;
        Ok(Origin { tls, host: host.to_ascii_lowercase(), port, base: path.trim_end_matches('/').to_owned() })
    }

    /// As the Host field says it: the port only where it is not the scheme's own.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let own = if self.tls { 443 } else { 80 };
        if self.port == own { host } else { format!("{host}:{}", self.port) }
    }

    /// A target below the base: what is asked of the upstream.
    pub fn target(&self, target: &str) -> String {
        if target.starts_with('/') || self.base.is_empty() {
            // A server-wide question (`*`) has no path to precede.
            return if target == "*" { target.to_owned() } else { format!("{}{target}", self.base) };
        }
        if target == "*" { target.to_owned() } else { format!("{}/{target}", self.base) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", if self.tls { "https" } else { "http" }, self.authority(), self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_come_apart() {
        for (url, shown, authority) in [
            ("http://Example.com", "http://example.com", "example.com"),
            ("https://h:443/v1/", "https://h/v1", "h"),
            ("http://127.0.0.1:9/a/b", "http://127.0.0.1:9/a/b", "127.0.0.1:9"),
            ("http://[::1]:8080/", "http://[::1]:8080", "[::1]:8080"),
            ("https://[::1]", "https://[::1]", "[::1]"),
        ] {
            let origin = Origin::parse(url).unwrap();
            assert_eq!((origin.to_string().as_str(), origin.authority().as_str()), (shown, authority));
        }
        for bad in [
            "h:80",
            "ftp://h",
            "http://",
            "http://:80",
            "http://h:0",
            "http://h:70000",
            "http://u:p@h",
            "http://h/?q",
            "http://[::1",
            "http://[::1]x",
            "http://a b",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
        let based = Origin::parse("http://h/v1").unwrap();
        assert_eq!([based.target("/x?y"), based.target("*"), based.target("?q")], ["/v1/x?y", "*", "/v1/?q"]);
    }
}
