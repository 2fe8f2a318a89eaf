//! Who asks: what tells the sessions of a recording apart.

use cassettes::facets::credential::{Credential, credentials};
use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::jwt::Jwt;
use cassettes::model::{Cassette, Exchange, Request, Response};
use std::collections::BTreeSet;

/// Words in the name of a header that says for whom something is asked.
const TENANTS: [&str; 8] =
    ["tenant", "account", "organization", "organisation", "org", "workspace", "subaccount", "impersonate"];
/// Words in the name of a cookie that stands for a session.
const COOKIES: [&str; 7] = ["session", "sess", "sid", "auth", "token", "login", "user"];
/// Cookies of common servers whose names run their words together.
const JOINED: [&str; 3] = ["sessid", "sessionid", "sess"];
/// Claims that say who someone is.
const WHO: [&str; 8] = ["sub", "client_id", "azp", "cid", "tid", "tenant_id", "org_id", "account_id"];

/// Who asks, as far as a request tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Session {
    /// The credential: a token's claims where it can be read, else its text.
    credential: BTreeSet<String>,
    /// For whom: a tenant, an account.
    tenant: BTreeSet<String>,
}

impl Session {
    /// Who asks; none for a request that does not say.
    pub(crate) fn of(request: &Request) -> Option<Session> {
        let mut session = Session { credential: BTreeSet::new(), tenant: BTreeSet::new() };
        for one in credentials(request).iter().filter(|c| !c.is_in_body()) {
            if one.place.0.ends_with(" cookie") {
                continue;
            }
            session.credential.insert(format!("{} {}", one.place.0, who(one)?));
        }
        for (name, value) in request.headers.iter() {
            let value = String::from_utf8_lossy(value);
            if name.eq_ignore_ascii_case("cookie") {
                session.credential.extend(cookies(&value));
            } else if words(name).iter().any(|w| TENANTS.contains(&w.as_str())) && !value.is_empty() {
                session.tenant.insert(format!("{} {value}", name.to_ascii_lowercase()));
            }
        }
        (!session.credential.is_empty() || !session.tenant.is_empty()).then_some(session)
    }

    /// Whether these are surely two: both tell in the same places who they are, and differ.
    pub(crate) fn is_other(&self, other: &Session) -> bool {
        let places = |all: &BTreeSet<String>| -> Vec<String> {
            all.iter().filter_map(|one| Some(one.rsplit_once(' ')?.0.to_owned())).collect()
        };
        let comparable = places(&self.credential) == places(&other.credential)
            && places(&self.tenant) == places(&other.tenant);
        comparable && (self.credential != other.credential || self.tenant != other.tenant)
    }

    /// Whether the credentials alone tell these two apart.
    pub(crate) fn differs_in_credential(&self, other: &Session) -> bool {
        self.credential != other.credential
    }
}

/// What a credential says of its owner; none for an empty one, and for a token that does not tell.
fn who(credential: &Credential) -> Option<String> {
    match &credential.jwt {
        Some(token) => claims(token),
        None => (!credential.text.is_empty()).then(|| credential.text.replace(' ', "+")),
    }
}

fn claims(token: &Jwt) -> Option<String> {
    let said = |name: &&str| {
        let value = token.claims.get(name).and_then(Json::scalar_text)?;
        Some(format!("{name}={}", value.replace(' ', "+")))
    };
    let all: Vec<String> = WHO.iter().filter_map(said).collect();
    (!all.is_empty()).then(|| all.join(","))
}

fn cookies(header: &str) -> Vec<String> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    let speaks = |name: &str| {
        let plain = name.to_ascii_lowercase();
        words(name).iter().any(|w| COOKIES.contains(&w.as_str())) || JOINED.iter().any(|j| plain.contains(j))
    };
    let other = |name: &str| ["csrf", "xsrf"].iter().any(|w| name.to_ascii_lowercase().contains(w));
    pairs
        .filter(|(name, value)| speaks(name) && !other(name) && !value.is_empty())
        .map(|(name, value)| format!("cookie-{name} {}", value.replace(' ', "+")))
        .collect()
}

/// The sessions of a cassette that the real side let in.
pub(crate) fn of_cassette(cassette: &Cassette) -> BTreeSet<Session> {
    let let_in = |e: &&Exchange| !e.edited && e.answer.reply().is_some_and(Response::is_success);
    cassette.exchanges.iter().filter(let_in).filter_map(|e| Session::of(&e.request)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)]) -> Option<Session> {
        let mut request = Request::new("GET", "/notes");
        for (name, value) in headers {
            request.headers.push(*name, *value);
        }
        Session::of(&request)
    }

    #[test]
    fn sessions_are_told_apart_by_whose_they_are() {
        let key = |text: &str| asked(&[("authorization", &format!("Bearer {text}"))]).expect("a session");
        assert!(key("a1").is_other(&key("b2")) && !key("a1").is_other(&key("a1")));
        let cookie = |text: &str| asked(&[("cookie", text)]);
        let sid = |text: &str| cookie(text).expect("a session");
        assert!(sid("theme=dark; JSESSIONID=1").is_other(&sid("theme=dark; JSESSIONID=2")));
        assert_eq!(sid("theme=dark; sid=1"), sid("theme=light; sid=1"));
        assert_eq!(cookie("theme=dark; csrftoken=1"), None);
        let tenant = asked(&[("authorization", "Bearer a1"), ("X-Tenant-Id", "t2")]).expect("a session");
        assert!(!tenant.is_other(&key("a1")), "one of them does not say for whom it asks");
        assert_eq!(asked(&[("accept", "*/*"), ("x-page-token", "t")]), None);
        assert_eq!(asked(&[("authorization", "Bearer")]), None);
    }

    /// Base64url without padding (RFC 4648 §5).
    fn base64(text: &str) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let group = |three: &[u8]| {
            let bits =
                three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
            (0..=three.len())
                .map(move |n| DIGITS[(bits >> (18 - 6 * n)) as usize & 63] as char)
                .collect::<String>()
        };
        text.as_bytes().chunks(3).map(group).collect()
    }

    #[test]
    fn a_fresh_token_of_the_same_user_is_the_same_session() {
        let token = |claims: &str| {
            let part = |text: &str| base64(text);
            let token = format!("{}.{}.c2ln", part(r#"{"alg":"HS256"}"#), part(claims));
            asked(&[("authorization", &format!("Bearer {token}"))])
        };
        assert_eq!(token(r#"{"sub":"u1","exp":1}"#), token(r#"{"sub":"u1","exp":2,"jti":"x"}"#));
        assert_ne!(token(r#"{"sub":"u1"}"#), token(r#"{"sub":"u2"}"#));
        assert_eq!(token(r#"{"exp":2}"#), None);
    }
}
