//! URL references as answers give them, brought to the origin form that requests have (RFC 3986 §5,
//! RFC 9112 §3.2.1).

use crate::percent::{decode_bytes, normal};

/// A reference taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// `http://host:80`, or `//host`; none for a reference without authority.
    pub(super) origin: Option<&'a str>,
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
}

/// Reads what can be a reference to something over HTTP; words are none.
pub(super) fn parse(text: &str) -> Option<Reference<'_>> {
    if text.len() > 8192
        || !text.contains(['/', '?'])
        || text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
    {
        return None;
    }
    let text = text.split('#').next().unwrap_or_default();
    let (rest, query) = match text.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (text, None),
    };
    let after_scheme = match rest.find("://") {
        Some(cut) if matches!(rest[..cut].to_ascii_lowercase().as_str(), "http" | "https") => Some(cut + 3),
        Some(_) => return None,
        None if rest.starts_with("//") => Some(2),
        None => None,
    };
    let cut = after_scheme.map(|start| rest[start..].find('/').map_or(rest.len(), |slash| start + slash));
    let (origin, path) = match cut {
        Some(cut) => (Some(&rest[..cut]), &rest[cut..]),
        None => (None, rest),
    };
    Some(Reference { origin, path, query })
}

/// The base path of an upstream, without a trailing slash.
pub(super) fn base_path(upstream: &str) -> &str {
    let rest = upstream.split_once("://").map_or(upstream, |(_, rest)| rest);
    rest.find('/').map_or("", |cut| rest[cut..].trim_end_matches('/'))
}

impl Reference<'_> {
    /// Whether it leads to another host than this upstream.
    pub(super) fn is_foreign(&self, upstream: &str) -> bool {
        let host = |url: &str| {
            url.split_once("//")
                .map_or(url, |(_, rest)| rest)
                .split('/')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        self.origin.is_some_and(|origin| host(origin) != host(upstream))
    }

    /// The path and query below the upstream's base path, resolved against the target of the request
    /// whose answer gave the reference.
    pub(super) fn reduce(&self, asked: &str, upstream: &str) -> String {
        let base = base_path(upstream);
        let asked_path = asked.split(['?', '#']).next().unwrap_or_default();
        let path = if self.path.starts_with('/') || self.origin.is_some() {
            let path = if self.path.is_empty() { "/" } else { self.path };
            let below = path.strip_prefix(base).filter(|below| below.is_empty() || below.starts_with('/'));
            let path = below.unwrap_or(path);
            remove_dots(if path.is_empty() { "/" } else { path })
        } else if self.path.is_empty() {
            asked_path.to_owned()
        } else {
            let folder = asked_path.rfind('/').map_or("/", |cut| &asked_path[..=cut]);
            remove_dots(&format!("{folder}{}", self.path))
        };
        match self.query {
            Some(query) => format!("{path}?{query}"),
            None => path,
        }
    }

    /// Values of the query in order, decoded.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        pairs(self.query.unwrap_or_default())
    }

    /// Segments of the path, decoded, last one first.
    pub(super) fn segments_from_end(&self) -> impl Iterator<Item = String> {
        let path = if self.origin.is_some() || self.path.contains('/') { self.path } else { "" };
        path.rsplit('/').filter(|s| !s.is_empty()).map(|s| decoded(s, false))
    }
}

/// Names and values of a query or a form, decoded.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decoded(name, true), decoded(value, true))
        })
        .collect()
}

/// Percent-decoded, lossily where the bytes are no UTF-8.
pub(super) fn decoded(text: &str, plus_is_space: bool) -> String {
    String::from_utf8_lossy(&decode_bytes(text.as_bytes(), plus_is_space)).into_owned()
}

/// RFC 3986 §5.2.4, for paths that hold dot segments at all.
fn remove_dots(path: &str) -> String {
    if !path.contains("/.") {
        return path.to_owned();
    }
    let mut out: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            ".." => drop(out.pop()),
            "." => {}
            other => {
                out.push(other);
                continue;
            }
        }
        if last {
            out.push("");
        }
    }
    format!("/{}", out.join("/"))
}

/// Drops what a subject's own base path puts before a path that the recording knows: with `/customers/7`
/// recorded, `/mock/customers/9` is `/customers/9` below the subject's base.
pub(super) fn align(said: &str, recorded: &str) -> String {
    let (said_path, query) = said.split_once('?').map_or((said, None), |(p, q)| (p, Some(q)));
    let recorded_path = recorded.split('?').next().unwrap_or_default();
    let theirs: Vec<&str> = said_path.split('/').skip(1).collect();
    let ours: Vec<&str> = recorded_path.split('/').skip(1).collect();
    let surplus = theirs.len().saturating_sub(ours.len());
    if surplus == 0
        || ours
            .first()
            .is_none_or(|first| first.is_empty() || theirs[0] == *first || theirs[surplus] != *first)
    {
        return said.to_owned();
    }
    let path = format!("/{}", theirs[surplus..].join("/"));
    query.map_or(path.clone(), |query| format!("{path}?{query}"))
}

/// With what is not ASCII escaped, as a request line needs it.
pub(super) fn ascii(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    for c in target.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        }
    }
    out
}

/// One spelling for equal targets.
pub(super) fn spelling(target: &str) -> String {
    normal(target.split('#').next().unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_reduced() {
        let reduce = |text, asked, upstream| parse(text).map(|r| r.reduce(asked, upstream));
        let up = "http://h:1/api/v3";
        for (text, want) in [
            ("http://h:1/api/v3/items?page=2#x", "/items?page=2"),
            ("/api/v3/items", "/items"),
            ("/other", "/other"),
            ("?page=2", "/a/b?page=2"),
            ("c/d", "/a/c/d"),
            ("../c", "/c"),
            ("./c/.", "/a/c/"),
            ("http://h:1/api/v3", "/"),
            ("//h:1/api/v3?x", "/?x"),
            ("http://h:1/api/v30", "/api/v30"),
        ] {
            assert_eq!(reduce(text, "/a/b?z", up).as_deref(), Some(want), "{text}");
        }
        assert_eq!(parse("application/json; charset"), None);
        assert_eq!(parse("active"), None);
        assert_eq!(parse("ftp://h/x"), None);
        assert!(parse("http://g/x").is_some_and(|r| r.is_foreign(up)));
        assert!(parse("https://H:1/x").is_some_and(|r| !r.is_foreign(up)));
    }

    #[test]
    fn a_base_path_of_its_own_is_dropped() {
        assert_eq!(align("/mock/customers/9?x=1", "/customers/7"), "/customers/9?x=1");
        assert_eq!(align("/customers/9/orders", "/customers/7"), "/customers/9/orders");
        assert_eq!(align("/elsewhere", "/customers/7"), "/elsewhere");
        assert_eq!(align("/b", "/"), "/b");
    }
}
