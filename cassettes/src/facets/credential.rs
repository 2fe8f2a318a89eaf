//! The credential that a request carries.

use super::error_code::plain;
use crate::{
    codec,
    json::Json,
    jwt::Jwt,
    model::{Exchange, Place, Request, SignatureVerdict, TokenFacts, pairs},
    whose::is_someones_key,
};

/// A credential in a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Where it stands, for example `request header authorization`.
    pub place: Place,
    /// The scheme of an `Authorization` header, in lower case.
    pub scheme: Option<String>,
    /// What follows the scheme, or the whole value.
    pub text: String,
    /// The text, if it is a token that can be read.
    pub jwt: Option<Jwt>,
}

/// The credentials of a request, the most telling first: `Authorization`, then headers and query names that
/// speak of keys and tokens, then headers and queries that hold nothing but a named secret, then what a body
/// gives by such names. Cookies count only if nothing else does.
pub fn credentials(request: &Request) -> Vec<Credential> {
    let (mut found, mut named) = (Vec::new(), Vec::new());
    for (name, value) in request.headers.iter() {
        let value = String::from_utf8_lossy(value);
        let name = name.to_ascii_lowercase();
        if name == "authorization" || name == "proxy-authorization" {
            found.insert(0, authorization(&name, value.trim()));
        } else if is_credential_name(&name) || is_someones_key(&name) {
            found.push(bare("header", &name, value.trim()));
        } else if is_named_secret(value.trim()) && name != "cookie" && !is_other(&name) {
            named.push(bare("header", &name, value.trim()));
        }
    }
    for (name, value) in request.query_pairs() {
        if is_credential_name(&name) {
            found.push(bare("query", &name, &value));
        } else if is_named_secret(&value) && !is_other(&name) {
            named.push(bare("query", &name, &value));
        }
    }
    found.append(&mut named);
    found.extend(in_body(request));
    if found.is_empty()
        && let Some(cookie) = request.headers.get("cookie")
    {
        found.push(bare("header", "cookie", &cookie));
    }
    found
}

/// Passwords, grants and tokens that stand in a form or at the root of a JSON object.
fn in_body(request: &Request) -> Vec<Credential> {
    if let Some(json) = codec::json_of(&request.headers, &request.body) {
        let secrets = json.members().iter().filter(|(name, _)| is_body_secret(name));
        return secrets.filter_map(|(n, v)| Some(bare("json", &format!("/{n}"), v.as_str()?))).collect();
    }
    if request.headers.media_type().is_none_or(|m| m != "application/x-www-form-urlencoded") {
        return Vec::new();
    }
    let text = codec::text_of(&request.headers, &request.body).unwrap_or_default();
    let form = pairs(&text);
    // An authorization code is a credential only where it is exchanged (RFC 6749 §4.1.3).
    let grants = form.iter().any(|(name, _)| name == "grant_type");
    let secret =
        |name: &str| is_body_secret(name) || (grants && matches!(name, "code" | "assertion" | "device_code"));
    form.iter().filter(|(name, _)| secret(name)).map(|(name, value)| bare("form", name, value)).collect()
}

fn is_body_secret(name: &str) -> bool {
    let plain = plain(name);
    let secrets = [
        "password",
        "passwd",
        "passphrase",
        "clientsecret",
        "clientassertion",
        "accesstoken",
        "refreshtoken",
    ];
    secrets.contains(&plain.as_str()) || matches!(plain.as_str(), "apikey" | "otp" | "idtoken" | "token")
}

impl Credential {
    /// Whether it stands in the body: a login or a grant, not the key to something else.
    pub fn is_in_body(&self) -> bool {
        ["request form ", "request json "].iter().any(|start| self.place.0.starts_with(start))
    }
}

/// Whether a header or query name speaks of a credential.
fn is_credential_name(name: &str) -> bool {
    let plain = plain(name);
    if is_other(name) {
        return false;
    }
    let key = plain.ends_with("apikey") || plain.ends_with("accesskey") || plain.ends_with("subscriptionkey");
    let token = ["accesstoken", "authtoken", "privatetoken", "sessiontoken", "idtoken", "bearertoken"];
    key || token.iter().any(|t| plain.ends_with(t))
        || matches!(plain.as_str(), "xtoken" | "xauth" | "xauthkey" | "apitoken" | "xapitoken")
}

/// Whether a name speaks of something else: a page token and an anti-forgery token are no credentials.
fn is_other(name: &str) -> bool {
    let other = ["page", "next", "continu", "cursor", "csrf", "xsrf", "idempot", "sync", "limit"];
    let plain = plain(name);
    other.iter().any(|word| plain.contains(word))
}

/// Whether a value is the name of a secret and nothing else, `{{media-key}}`: whoever keeps it secret says by
/// that what it is.
fn is_named_secret(value: &str) -> bool {
    let name = value.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    name.is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    })
}

fn authorization(name: &str, value: &str) -> Credential {
    let (scheme, text) = match value.split_once([' ', '\t']) {
        Some((scheme, text)) => (Some(scheme), text.trim()),
        None if Jwt::parse(value).is_some() => (None, value),
        // A scheme alone: `Bearer` with nothing behind it.
        None => (Some(value), ""),
    };
    Credential {
        place: Place::of("request", "header", name),
        scheme: scheme.map(str::to_ascii_lowercase),
        text: text.to_owned(),
        jwt: Jwt::parse(text),
    }
}

fn bare(kind: &str, name: &str, value: &str) -> Credential {
    Credential {
        place: Place::of("request", kind, name),
        scheme: None,
        text: value.to_owned(),
        jwt: Jwt::parse(value),
    }
}

impl Credential {
    /// What is remembered of this token in its exchange.
    pub fn facts<'e>(&self, exchange: &'e Exchange) -> Option<&'e TokenFacts> {
        exchange.tokens.iter().find(|t| t.place == self.place)
    }

    /// Whether its signature was good; `Absent` can be seen in the token itself.
    pub fn signature(&self, exchange: &Exchange) -> SignatureVerdict {
        match (self.facts(exchange), &self.jwt) {
            (Some(facts), _) if facts.signature != SignatureVerdict::Unknown => facts.signature,
            (_, Some(jwt)) if jwt.is_unsigned() => SignatureVerdict::Absent,
            _ => SignatureVerdict::Unknown,
        }
    }

    /// One of the token's times, in seconds from the moment of the exchange.
    pub fn time(&self, exchange: &Exchange, name: &str) -> Option<i64> {
        let kept =
            self.facts(exchange).and_then(|f| f.times.iter().find(|(n, _)| n == name)).map(|(_, t)| *t);
        kept.or_else(|| {
            let times = self.jwt.as_ref()?.times();
            let (_, time) = times.iter().find(|(n, _)| n == name)?;
            Some(time.saturating_sub(exchange.at.seconds()))
        })
    }

    /// A claim, if it is a token that has it.
    pub fn claim(&self, name: &str) -> Option<&Json> {
        self.jwt.as_ref()?.claims.get(name)
    }

    /// The words of a claim that is a text or a list of texts, sorted: audiences, scopes.
    pub fn claim_words(&self, name: &str) -> Vec<String> {
        let mut words: Vec<String> = match self.claim(name) {
            Some(Json::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
            Some(list) => list.items().iter().map(ToString::to_string).collect(),
            None => Vec::new(),
        };
        for word in &mut words {
            *word = word.trim_matches('"').to_owned();
        }
        words.sort();
        words.dedup();
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_secret_is_a_credential_by_that() {
        let mut request = Request::new("GET", "/x?id=7&sig={{media-sig}}&cursor={{media-key}}");
        request.headers.push("X-Media-Key", "{{media-key}}");
        request.headers.push("X-Note", "for {{media-key}}");
        request.headers.push("X-Empty", "{{}}");
        request.headers.push("X-Tenant-Key", "t");
        let places = |request: &Request| -> Vec<String> {
            credentials(request).into_iter().map(|c| c.place.0["request ".len()..].to_owned()).collect()
        };
        assert_eq!(places(&request), ["header x-tenant-key", "header x-media-key", "query sig"]);
        let mut session = Request::new("GET", "/x");
        session.headers.push("Cookie", "{{session}}");
        assert_eq!(places(&session), ["header cookie"]);
    }

    #[test]
    fn credentials_stand_in_many_places() {
        let mut login = Request::new("POST", "/login");
        login.body = br#"{"user":"u","password":"p","source":"tok_1"}"#.as_slice().into();
        assert_eq!(credentials(&login)[0].place.0, "request json /password");
        assert!(credentials(&login)[0].is_in_body());
        let mut request = Request::new("GET", "/x?api_key=k&page_token=p");
        request.headers.push("X-Api-Key", "a");
        request.headers.push("Cookie", "s=1");
        request.headers.push("Authorization", "Bearer");
        let found: Vec<_> =
            credentials(&request).into_iter().map(|c| (c.place.0, c.scheme, c.text)).collect();
        assert_eq!(
            found,
            [
                ("request header authorization".to_owned(), Some("bearer".to_owned()), String::new()),
                ("request header x-api-key".to_owned(), None, "a".to_owned()),
                ("request query api_key".to_owned(), None, "k".to_owned()),
            ]
        );
        let mut request = Request::new("GET", "/");
        request.headers.push("cookie", "s=1");
        assert_eq!(credentials(&request)[0].place.0, "request header cookie");
        assert!(credentials(&Request::new("GET", "/?sync_token=1")).is_empty());
    }
}
