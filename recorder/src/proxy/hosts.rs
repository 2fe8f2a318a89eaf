//! Which hosts a forward proxy records.

use wire::client::Origin;

/// The hosts that a forward proxy records; nobody else is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(Vec<Pattern>);

/// What a host's name must be like, and on which port it must listen if that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    name: Name,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Any,
    /// It ends so, the dot included.
    Below(String),
    Exactly(String),
}

/// A pattern that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a host such as `api.example.com`, `*.example.com` or `127.0.0.1:8080`, got {given:?}")]
pub struct HostsError {
    given: String,
}

impl Hosts {
    /// Adds what a pattern allows: `api.example.com`, `*.example.com` for every name below it, `*` for all,
    /// each with a port if only that is meant. An IPv6 address stands in brackets.
    pub fn allow(&mut self, pattern: &str) -> Result<(), HostsError> {
        self.0.push(Pattern::read(pattern).ok_or_else(|| HostsError { given: pattern.to_owned() })?);
        Ok(())
    }

    /// Adds the host of an upstream, on its port.
    pub fn allow_upstream(&mut self, origin: &Origin) {
        self.0.push(Pattern { name: Name::Exactly(origin.host.clone()), port: Some(origin.port) });
    }

    /// Whether a host, in lower case and without brackets, is among them on that port. The dot that makes a name
    /// absolute makes it no other name.
    pub fn contains(&self, host: &str, port: u16) -> bool {
        let host = host.strip_suffix('.').unwrap_or(host);
        self.0.iter().any(|pattern| {
            pattern.port.is_none_or(|only| only == port)
                && match &pattern.name {
                    Name::Any => true,
                    Name::Below(end) => host.len() > end.len() && host.ends_with(end.as_str()),
                    Name::Exactly(name) => host == name,
                }
        })
    }

    /// Whether nobody is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Pattern {
    fn read(text: &str) -> Option<Pattern> {
        let text = text.to_ascii_lowercase();
        let (name, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
            Some(split) => {
                let (name, rest) = split?;
                (
                    name.to_owned(),
                    if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?.to_owned()) },
                )
            }
            None => match text.rsplit_once(':') {
                // More than one colon without brackets: an address on any port.
                Some((name, _)) if name.contains(':') => (text.clone(), None),
                Some((name, port)) => (name.to_owned(), Some(port.to_owned())),
                None => (text.clone(), None),
            },
        };
        let port = match port.as_deref() {
            None | Some("*") => None,
            Some(digits) => Some(digits.parse().ok().filter(|port| *port != 0)?),
        };
        let lawful = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:".contains(&b))
        };
        let name = match name.strip_suffix('.').unwrap_or(&name) {
            "*" => Name::Any,
            name => match name.strip_prefix("*.") {
                Some(domain) if lawful(domain) => Name::Below(format!(".{domain}")),
                None if lawful(name) => Name::Exactly(name.to_owned()),
                _ => return None,
            },
        };
        Some(Pattern { name, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_allowed_by_name_domain_and_port() {
        let mut hosts = Hosts::default();
        for pattern in ["API.test", "*.vendor.test:443", "[::1]:80", "fe80::1", "127.0.0.1:*", "dot.test."] {
            hosts.allow(pattern).unwrap();
        }
        hosts.allow_upstream(&Origin::parse("https://up.test/v1").unwrap());
        for (host, port) in [
            ("api.test", 1),
            ("a.b.vendor.test", 443),
            ("::1", 80),
            ("fe80::1", 9),
            ("127.0.0.1", 80),
            ("up.test", 443),
            ("api.test.", 1),
            ("dot.test", 1),
        ] {
            assert!(hosts.contains(host, port), "{host}:{port}");
        }
        for (host, port) in [
            ("x.api.test", 1),
            ("vendor.test", 443),
            ("evilvendor.test", 443),
            ("a.vendor.test", 80),
            ("::1", 81),
            ("up.test", 80),
            ("", 443),
        ] {
            assert!(!hosts.contains(host, port), "{host}:{port}");
        }
        for wrong in
            ["", "*x.test", "a.*", "https://a.test", "a.test:0", "a.test:x", "[::1", "[::1]80", "a b"]
        {
            assert!(hosts.allow(wrong).is_err(), "{wrong}");
        }
        hosts.allow("*").unwrap();
        assert!(hosts.contains("anything", 1));
    }
}
