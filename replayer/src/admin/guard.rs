//! Who may ask the admin API: programs on this machine, its own window, and whoever has the token; never the
//! page of another origin that somebody happens to look at.

use super::api::Spot;
use super::problem::Problem;
use crate::keeper::AdminToken;
use axum::http::StatusCode;
use std::net::IpAddr;
use wire::head::Head;

/// What HTML forms can send, and `fetch` without asking the other side first (WHATWG Fetch §2.2.2).
const SIMPLE: [&str; 3] = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

/// Refuses what must not be answered. Whoever has the token may come by any name: a page that was led here
/// does not have it. `public` is the same for everybody, and needs no token.
pub(super) fn check(
    head: &Head,
    spot: Spot<'_>,
    token: Option<&AdminToken>,
    public: bool,
) -> Result<(), Problem> {
    let known = token.is_some_and(|token| bearer(head).is_some_and(|given| token.is(given)));
    if !known && !is_our_name(head.get("host"), spot.own, spot.everywhere) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "the admin API answers only clients that ask for this machine by a loopback or its own address",
            "ask http://127.0.0.1:PORT/__truetape/…, or give the replay an --admin-token and send it as Bearer",
        ));
    }
    from_elsewhere(head, spot)?;
    if let Some(token) = token
        && !known
        && !public
    {
        let detail = match bearer(head) {
            Some(given) if !token.is(given) => "another token than the replay's came with the request",
            _ => "expected the replay's token, and none came with the request",
        };
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            detail,
            "send `Authorization: Bearer TOKEN` with the token of --admin-token, or the one that was printed at the start",
        ));
    }
    let reads = matches!(head.method(), "GET" | "HEAD" | "OPTIONS");
    let media = text(head, "content-type").map(|t| t.split(';').next().unwrap_or_default().trim());
    let simple = media.is_some_and(|media| SIMPLE.iter().any(|simple| media.eq_ignore_ascii_case(simple)));
    if !reads && simple && head.get("truetape-admin").is_none() {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("expected application/json, found {}", media.unwrap_or_default()),
            "send `Content-Type: application/json`, or a field `truetape-admin` of any value: no form of a web page can",
        ));
    }
    Ok(())
}

/// Browsers say for whom they ask (RFC 6454 §7, W3C Fetch Metadata): a page of another origin is not answered.
fn from_elsewhere(head: &Head, spot: Spot<'_>) -> Result<(), Problem> {
    let refused = |detail: String| {
        Err(Problem::new(
            StatusCode::FORBIDDEN,
            detail,
            "open the replay's own window at /__truetape/, or ask from a program: web pages of other origins are not answered",
        ))
    };
    if let Some(site) = text(head, "sec-fetch-site")
        && !matches!(site, "same-origin" | "none")
    {
        return refused(format!("expected a request of this origin, found one that is {site}"));
    }
    let Some(origin) = text(head, "origin") else { return Ok(()) };
    let host = text(head, "host").unwrap_or_default();
    let scheme = spot.own.split_once("://").map_or("http", |(scheme, _)| scheme);
    if origin.strip_prefix(scheme).and_then(|rest| rest.strip_prefix("://")) == Some(host) {
        return Ok(());
    }
    refused(format!("expected a request of {scheme}://{host}, found one of {origin}"))
}

/// What stands behind `Bearer` (RFC 6750 §2.1).
fn bearer(head: &Head) -> Option<&[u8]> {
    let value = head.get("authorization")?;
    let (scheme, given) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| given.trim_ascii())
}

fn text<'h>(head: &'h Head, name: &str) -> Option<&'h str> {
    head.get(name).and_then(|value| std::str::from_utf8(value).ok())
}

/// Whether a Host field names this machine. A web page that was led here by its own name (DNS rebinding)
/// would name that. A listener on every address of the machine takes any address for its own: a name cannot
/// be led to what is no name.
fn is_our_name(host: Option<&[u8]>, own: &str, everywhere: bool) -> bool {
    let Some(host) = host.and_then(|h| std::str::from_utf8(h).ok()) else { return false };
    let own = own.split_once("://").map_or(own, |(_, own)| own);
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let local = name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost");
    local || host == own || name.parse::<IpAddr>().is_ok_and(|ip| everywhere || ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPOT: Spot<'static> = Spot { own: "http://127.0.0.1:8080", everywhere: false };

    fn asked(lines: &str) -> Head {
        let mut head = Head::default();
        let text = format!("{}\r\n\r\n", lines.replace('\n', "\r\n"));
        head.read(text.as_bytes()).unwrap().unwrap();
        head
    }

    fn status(lines: &str, token: Option<&str>) -> u16 {
        let token = token.map(|token| AdminToken::new(token).unwrap());
        let checked = check(&asked(lines), SPOT, token.as_ref(), false);
        checked.err().map_or(200, |problem| problem.status.as_u16())
    }

    #[test]
    fn only_our_own_names_are_ours() {
        let own = "http://192.0.2.7:8080";
        for host in [
            "localhost",
            "localhost:1",
            "a.localhost",
            "127.0.0.1:9",
            "127.9.9.9",
            "[::1]:8",
            "192.0.2.7:8080",
        ] {
            assert!(is_our_name(Some(host.as_bytes()), own, false), "{host}");
        }
        for host in ["evil.test", "127.0.0.1.evil.test", "192.0.2.8:8080", "localhost.evil.test", ""] {
            assert!(!is_our_name(Some(host.as_bytes()), own, false), "{host}");
        }
        assert!(!is_our_name(None, own, true));
        assert!(is_our_name(Some(b"192.0.2.8:1"), own, true) && !is_our_name(Some(b"evil.test"), own, true));
    }

    #[test]
    fn pages_of_other_origins_neither_read_nor_post() {
        let get = "GET /__truetape/misses HTTP/1.1\nHost: 127.0.0.1:8080";
        let post = "POST /__truetape/reset HTTP/1.1\nHost: 127.0.0.1:8080";
        for (more, expected) in [
            ("", 200),
            ("\nOrigin: http://127.0.0.1:8080\nSec-Fetch-Site: same-origin", 200),
            ("\nSec-Fetch-Site: none", 200),
            ("\nOrigin: http://evil.test", 403),
            ("\nOrigin: null", 403),
            ("\nOrigin: https://127.0.0.1:8080", 403),
            ("\nSec-Fetch-Site: cross-site", 403),
            ("\nSec-Fetch-Site: same-site", 403),
        ] {
            assert_eq!(
                (status(&format!("{get}{more}"), None), status(&format!("{post}{more}"), None)),
                (expected, expected),
                "{more}"
            );
        }
        for (media, expected) in [
            ("application/json", 200),
            ("text/plain;charset=UTF-8", 415),
            ("APPLICATION/x-www-form-urlencoded", 415),
        ] {
            assert_eq!(status(&format!("{post}\nContent-Type: {media}"), None), expected, "{media}");
        }
        assert_eq!(status(&format!("{post}\nContent-Type: text/plain\nTruetape-Admin: 1"), None), 200);
    }

    #[test]
    fn a_token_is_asked_of_everybody_and_opens_any_name() {
        let get = "GET /__truetape/misses HTTP/1.1\nHost: 127.0.0.1:8080";
        assert_eq!(status(get, Some("s3cret")), 401);
        assert_eq!(status(&format!("{get}\nAuthorization: Bearer s3creT"), Some("s3cret")), 401);
        assert_eq!(status(&format!("{get}\nAuthorization: bearer s3cret"), Some("s3cret")), 200);
        let named = "GET /__truetape/misses HTTP/1.1\nHost: tape.test";
        assert_eq!((status(named, None), status(named, Some("s3cret"))), (403, 403));
        assert_eq!(status(&format!("{named}\nAuthorization: Bearer s3cret"), Some("s3cret")), 200);
    }
}
