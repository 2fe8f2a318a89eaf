//! Leads absolute URLs of a recorded upstream back to whoever stands in for it, so that a client that
//! follows a `next` link or a Location stays with the recorder or the replay.

use super::{
    cookies,
    rewriter::{Needles, Rewriter},
};
use crate::{
    codec,
    large::is_textual,
    model::{Body, Headers, Request},
};
use std::sync::Arc;

/// Request headers in which a client names the one it talks to by a URL (RFC 9110 §10.1.3, RFC 4918 §10.3).
const ASKING: [&str; 2] = ["referer", "destination"];
/// Header names that hold a digest of the body, which no body may be changed under.
const DIGESTS: [&str; 4] = ["content-md5", "digest", "x-goog-hash", "content-sha256"];

/// A pair of base URLs taken apart.
#[derive(Debug)]
struct Pair {
    from: Base,
    to: Base,
}

/// A base URL taken apart.
#[derive(Debug)]
struct Base {
    /// `scheme://authority`, as written.
    origin: String,
    /// Without a port; an IPv6 address in its brackets.
    host: String,
    /// The path below which it lives; no trailing slash.
    path: String,
}

impl Base {
    fn of(base: &str) -> Base {
        let origin = base[..base.len() - path_of(base).len()].to_owned();
        let authority = origin.split_once("://").map_or(origin.as_str(), |(_, authority)| authority);
        let port = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
        let host = authority[..port.unwrap_or(authority.len())].to_owned();
        Base { host, path: path_of(base).to_owned(), origin }
    }

    fn is_tls(&self) -> bool {
        self.origin.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    }
}

/// Which absolute URLs lead back where. Pure data, built once and shared.
#[derive(Debug)]
pub struct Origins {
    pairs: Vec<Pair>,
    needles: Arc<Needles>,
}

impl Origins {
    /// Pairs of base URLs: what begins with the first leads to the second. Trailing slashes do not count.
    pub fn new<F: AsRef<str>, T: AsRef<str>>(pairs: impl IntoIterator<Item = (F, T)>) -> Self {
        let mut needles = Vec::new();
        let mut taken_apart = Vec::new();
        for (from, to) in pairs {
            let (from, to) = (from.as_ref().trim_end_matches('/'), to.as_ref().trim_end_matches('/'));
            for spelling in spellings(from) {
                needles.push((spelling.replace('/', "\\/"), to.replace('/', "\\/")));
                needles.push((spelling, to.to_owned()));
            }
            taken_apart.push(Pair { from: Base::of(from), to: Base::of(to) });
        }
        Origins { pairs: taken_apart, needles: Arc::new(Needles::new(needles)) }
    }

    /// Leads back what an answer holds: its headers in place, its body as the result if it changed.
    /// A body under a digest stays as it is, and so does one whose content coding cannot be undone.
    pub fn rewrite(&self, headers: &mut Headers, body: &Body) -> Option<Body> {
        self.headers(headers);
        if body.is_empty() || has_digest(headers) || !headers.media_type().is_some_and(|m| is_textual(&m)) {
            return None;
        }
        let text = codec::decoded(headers, body);
        let fresh = self.needles.replace(&text)?;
        let codings = headers.codings();
        let fresh = if codings.is_empty() { fresh } else { codec::encode(&fresh, &codings).ok()? };
        if headers.contains("content-length") {
            headers.set("content-length", fresh.len().to_string());
        }
        Some(Body::from(fresh))
    }

    /// Leads back the headers of an answer alone, for one whose body is streamed.
    pub fn headers(&self, headers: &mut Headers) {
        for (name, value) in &mut headers.0 {
            if let Some(fresh) = self.needles.replace(value) {
                *value = fresh;
            }
            if let Some(fresh) = self.path_absolute(name, value) {
                *value = fresh;
            }
            if name.eq_ignore_ascii_case("set-cookie")
                && let Some(fresh) = self.cookie(value)
            {
                *value = fresh;
            }
        }
    }

    /// A cookie scoped to an upstream, for a client that asks elsewhere. With several bases only what holds of
    /// all of them is done.
    fn cookie(&self, value: &[u8]) -> Option<Vec<u8>> {
        let hosts: Vec<&str> = self.pairs.iter().map(|pair| pair.from.host.as_str()).collect();
        let paths = match self.pairs.as_slice() {
            [pair] => Some((pair.from.path.as_str(), pair.to.path.as_str())),
            _ => None,
        };
        let loses_tls =
            !self.pairs.is_empty() && self.pairs.iter().all(|pair| pair.from.is_tls() && !pair.to.is_tls());
        cookies::led(value, &cookies::Scope { hosts: &hosts, paths, loses_tls })
    }

    /// Whether a body with these headers may be changed while it streams past: it is a text without
    /// content coding and without digest. Its length may change, so `Content-Length` has to give way.
    pub fn may_stream(&self, headers: &Headers) -> bool {
        headers.codings().is_empty()
            && !has_digest(headers)
            && headers.media_type().is_some_and(|m| is_textual(&m))
    }

    /// For a body in pieces.
    pub fn stream(&self) -> Rewriter {
        Rewriter::new(Arc::clone(&self.needles))
    }

    /// Leads the headers of a request in which clients name the other side: Origin, Referer, Destination.
    pub fn rewrite_request(&self, request: &mut Request) {
        for (name, value) in &mut request.headers.0 {
            if name.eq_ignore_ascii_case("origin") {
                if let Some(fresh) = self.origin(value) {
                    *value = fresh;
                }
                continue;
            }
            if ASKING.iter().any(|asking| name.eq_ignore_ascii_case(asking))
                && let Some(fresh) = self.needles.replace(value)
            {
                *value = fresh;
            }
        }
    }

    /// An origin has no path (RFC 6454 §6.1), whatever the bases have.
    fn origin(&self, value: &[u8]) -> Option<Vec<u8>> {
        let said = std::str::from_utf8(value).ok()?;
        let said = said[..said.len() - path_of(said).len()].to_ascii_lowercase();
        let names =
            |base: &Base| spellings(&base.origin).iter().any(|spelling| spelling.eq_ignore_ascii_case(&said));
        let pair = self.pairs.iter().find(|pair| names(&pair.from))?;
        Some(pair.to.origin.clone().into_bytes())
    }

    /// A reference without authority, below the one base path: `/api/v3/x` is `/x` of a listener whose
    /// base has no path. With several bases nobody can know which is meant.
    fn path_absolute(&self, name: &str, value: &[u8]) -> Option<Vec<u8>> {
        let [pair] = self.pairs.as_slice() else { return None };
        if pair.from.path == pair.to.path {
            return None;
        }
        let text = std::str::from_utf8(value).ok()?;
        let name = name.to_ascii_lowercase();
        let led = |reference: &str| {
            let below = reference.strip_prefix(&pair.from.path)?;
            let lawful = reference.starts_with('/') && !reference.starts_with("//");
            let whole = below.is_empty() || below.starts_with(['/', '?', '#']);
            let root = if below.starts_with('/') || !pair.to.path.is_empty() { "" } else { "/" };
            (lawful && whole).then(|| format!("{}{root}{below}", pair.to.path))
        };
        let fresh = match name.as_str() {
            "location" | "content-location" => led(text)?,
            "link" => between(text, "<", ">", &led)?,
            "refresh" => between(text, "url=", ";", &led)?,
            _ => return None,
        };
        Some(fresh.into_bytes())
    }
}

/// The base as written, and with the port that its scheme implies.
fn spellings(base: &str) -> Vec<String> {
    let mut all = vec![base.to_owned()];
    let (scheme, rest) = base.split_once("://").unwrap_or(("", base));
    let cut = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(cut);
    let port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return all,
    };
    match authority.strip_suffix(port) {
        Some(bare) => all.push(format!("{scheme}://{bare}{path}")),
        None if !authority.rsplit(']').next().unwrap_or_default().contains(':') => {
            all.push(format!("{scheme}://{authority}{port}{path}"));
        }
        None => {}
    }
    all
}

fn path_of(base: &str) -> &str {
    let rest = base.split_once("://").map_or(base, |(_, rest)| rest);
    rest.find('/').map_or("", |cut| &rest[cut..])
}

fn has_digest(headers: &Headers) -> bool {
    headers.iter().any(|(name, _)| {
        let name = name.to_ascii_lowercase();
        DIGESTS.contains(&name.as_str()) || name.ends_with("-digest") || name.contains("-checksum-")
    })
}

/// Replaces what stands between each pair of marks; none if nothing was.
fn between(text: &str, open: &str, close: &str, led: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut changed = false;
    let mut rest = text;
    while let Some(at) = rest.find(open) {
        let start = at + open.len();
        let end = rest[start..].find(close).map_or(rest.len(), |end| start + end);
        out.push_str(&rest[..start]);
        match led(&rest[start..end]) {
            Some(fresh) => {
                changed = true;
                out.push_str(&fresh);
            }
            None => out.push_str(&rest[start..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    changed.then_some(out)
}

#[cfg(test)]
#[path = "lead_back_tests.rs"]
mod tests;
