//! A cookie that an upstream sets, as a client of whoever stands in for it has to be given it: one scoped to
//! the upstream's host, path and scheme would never come back (RFC 6265 §5.3, §5.4).

/// An upstream and whoever stands in for it, as far as cookies tell them apart.
pub(super) struct Scope<'a> {
    /// Hosts for which a `Domain` can stand. Such an attribute is dropped.
    pub(super) hosts: &'a [&'a str],
    /// The paths below which both live, without trailing slash; none where nobody knows which upstream spoke.
    pub(super) paths: Option<(&'a str, &'a str)>,
    /// The client asks without TLS what is asked with it there.
    pub(super) loses_tls: bool,
}

/// The `Set-Cookie` value for the client; none if it can stay as it is.
pub(super) fn led(value: &[u8], scope: &Scope<'_>) -> Option<Vec<u8>> {
    let mut pieces = value.split(|byte| *byte == b';');
    let cookie = pieces.next()?;
    let mut out = cookie.to_vec();
    let mut changed = false;
    // Clients refuse these names without `Secure` (RFC 6265bis §4.1.3): dropping it would not help.
    let name = cookie.trim_ascii_start().to_ascii_lowercase();
    let bound = name.starts_with(b"__secure-") || name.starts_with(b"__host-");
    for piece in pieces {
        let cut = piece.iter().position(|byte| *byte == b'=').unwrap_or(piece.len());
        let (name, given) =
            (piece[..cut].trim_ascii(), piece.get(cut + 1..).unwrap_or_default().trim_ascii());
        let drop = (name.eq_ignore_ascii_case(b"domain")
            && scope.hosts.iter().any(|host| covers(given, host)))
            || (name.eq_ignore_ascii_case(b"secure") && scope.loses_tls && !bound);
        if drop {
            changed = true;
            continue;
        }
        out.push(b';');
        let fresh = scope.paths.filter(|_| name.eq_ignore_ascii_case(b"path"));
        match fresh.and_then(|(from, to)| path(given, from, to)).filter(|fresh| fresh != given) {
            Some(fresh) => {
                changed = true;
                out.extend_from_slice(&piece[..=cut]);
                out.extend_from_slice(&fresh);
            }
            None => out.extend_from_slice(piece),
        }
    }
    changed.then_some(out)
}

/// Whether a `Domain` attribute stands for this host: it is the host or a parent of it (RFC 6265 §5.1.3).
fn covers(domain: &[u8], host: &str) -> bool {
    let domain = domain.strip_prefix(b".").unwrap_or(domain);
    let Some(head) = host.len().checked_sub(domain.len()).filter(|_| !domain.is_empty()) else {
        return false;
    };
    let (head, tail) = host.as_bytes().split_at(head);
    tail.eq_ignore_ascii_case(domain) && (head.is_empty() || head.ends_with(b"."))
}

/// The path of a cookie below the other base; none if it is of neither.
fn path(given: &[u8], from: &str, to: &str) -> Option<Vec<u8>> {
    if let Some(below) = given.strip_prefix(from.as_bytes())
        && matches!(below.first(), None | Some(b'/'))
        && given.starts_with(b"/")
    {
        let root: &[u8] = if below.is_empty() && to.is_empty() { b"/" } else { b"" };
        return Some([to.as_bytes(), root, below].concat());
    }
    // One for a parent of the base is one for all that is below the base.
    let parent = given.strip_suffix(b"/").unwrap_or(given);
    let all = given.starts_with(b"/")
        && from.as_bytes().strip_prefix(parent).is_some_and(|below| below.starts_with(b"/"));
    all.then(|| [to.as_bytes(), b"/"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led_text(value: &str, scope: &Scope<'_>) -> Option<String> {
        led(value.as_bytes(), scope).map(|fresh| String::from_utf8_lossy(&fresh).into_owned())
    }

    const SECURE: Scope<'static> =
        Scope { hosts: &["api.shop.test"], paths: Some(("/api/v3", "")), loses_tls: true };

    #[test]
    fn each_attribute_is_led_alone() {
        for (set, got) in [
            ("sid=a; Path=/api/v3/; HttpOnly", "sid=a; Path=/; HttpOnly"),
            ("sid=a;path=/api/v3", "sid=a;path=/"),
            ("sid=a; Path = /api/v3/x; Max-Age=1", "sid=a; Path =/x; Max-Age=1"),
            ("sid=a; Path=/api", "sid=a; Path=/"),
            ("a=b; DOMAIN=API.shop.test; Secure; SameSite=Lax", "a=b; SameSite=Lax"),
            ("a=b; domain=.shop.test", "a=b"),
            ("a=secure; secure", "a=secure"),
        ] {
            assert_eq!(led_text(set, &SECURE).as_deref(), Some(got), "{set}");
        }
    }

    #[test]
    fn nothing_changes_where_none_applies() {
        for set in [
            "a=b",
            "a=b; Path=/",
            "a=b; Path=/api/v30; Domain=other.test",
            "a=b; Path=x; Domain=hop.test",
            "a=b; Domain=; Path",
            "__Secure-a=b; Secure",
            "",
        ] {
            assert_eq!(led_text(set, &SECURE), None, "{set}");
        }
        let plain = Scope { hosts: &["h"], paths: None, loses_tls: false };
        assert_eq!(led_text("a=b; Secure; Path=/api/v3/", &plain), None);
    }

    #[test]
    fn a_base_path_of_the_listener_precedes() {
        let below = Scope { hosts: &[], paths: Some(("", "/s/1")), loses_tls: false };
        assert_eq!(led_text("a=b; Path=/x", &below).as_deref(), Some("a=b; Path=/s/1/x"));
        assert_eq!(led_text("a=b; Path=/", &below).as_deref(), Some("a=b; Path=/s/1/"));
    }
}
