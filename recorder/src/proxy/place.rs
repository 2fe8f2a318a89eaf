//! Where a request belongs, once what is the replay's alone is taken off it, and how its client reaches us.

use wire::{
    head::Head,
    reserved::{RESERVED, SESSION},
};

/// Where a request belongs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place<'h> {
    /// It is asked of the upstream.
    Upstream {
        /// The path that names a session, or nothing.
        prefix: &'h str,
        /// The target below it.
        target: &'h str,
    },
    /// It puts a replay's session back, which a recording has none of.
    Reset,
    /// It asks a replay about itself.
    Reserved,
}

impl<'h> Place<'h> {
    pub(super) fn of(head: &'h Head) -> Place<'h> {
        let target = head.origin_target();
        if !target.starts_with(RESERVED) {
            return Place::Upstream { prefix: "", target };
        }
        let resets = matches!(head.method(), "POST" | "DELETE");
        let Some(rest) = target.strip_prefix(SESSION) else {
            let reset = resets && &target[RESERVED.len()..] == "reset";
            return if reset { Place::Reset } else { Place::Reserved };
        };
        let name = rest.split(['/', '?']).next().unwrap_or_default();
        let (prefix, below) = target.split_at(SESSION.len() + name.len());
        match below {
            _ if name.is_empty() => Place::Reserved,
            "" | "/reset" if resets => Place::Reset,
            "" => Place::Upstream { prefix, target: "/" },
            target => Place::Upstream { prefix, target },
        }
    }
}

/// By which authority the client reaches the listener: what its Host field says, unless that names the
/// `upstream` or the request was written for a forward proxy. None: nobody knows.
pub(super) fn authority<'h>(head: &'h Head, upstream: &str) -> Option<&'h str> {
    let lawful = |b: &u8| b.is_ascii_alphanumeric() || b"-._:[]".contains(b);
    let host = head.get("host").filter(|host| !host.is_empty() && host.iter().all(lawful))?;
    let host = std::str::from_utf8(host).ok()?;
    (head.origin().is_none() && !host.eq_ignore_ascii_case(upstream)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(line: &str, host: &str) -> Head {
        let mut head = Head::default();
        head.read(format!("{line} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).unwrap().unwrap();
        head
    }

    #[test]
    fn a_session_is_taken_off() {
        for (line, prefix, target) in [
            ("GET /a/__truetape/session/x/y", "", "/a/__truetape/session/x/y"),
            ("GET /__truetape/session/n-1/a/b?c", "/__truetape/session/n-1", "/a/b?c"),
            ("GET /__truetape/session/n?c", "/__truetape/session/n", "?c"),
            ("GET /__truetape/session/n", "/__truetape/session/n", "/"),
            ("GET /__truetape/session/n/reset", "/__truetape/session/n", "/reset"),
        ] {
            assert_eq!(Place::of(&head(line, "h")), Place::Upstream { prefix, target }, "{line}");
        }
        for line in
            ["POST /__truetape/session/n/reset", "DELETE /__truetape/session/n", "POST /__truetape/reset"]
        {
            assert_eq!(Place::of(&head(line, "h")), Place::Reset, "{line}");
        }
        for line in ["GET /__truetape/health", "GET /__truetape/session//x", "GET /__truetape/reset"] {
            assert_eq!(Place::of(&head(line, "h")), Place::Reserved, "{line}");
        }
    }

    #[test]
    fn the_host_field_says_how_we_are_reached() {
        let by = |line: &str, host: &str| authority(&head(line, host), "api.test:81").map(str::to_owned);
        assert_eq!(by("GET /", "truetape:8080").as_deref(), Some("truetape:8080"));
        assert_eq!(by("GET /", "API.test:81"), None, "a link to the upstream would lead the client away");
        assert_eq!(by("GET http://api.test/x", "api.test"), None);
        assert_eq!(by("GET /", "a b"), None);
    }
}
