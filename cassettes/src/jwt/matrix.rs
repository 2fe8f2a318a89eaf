//! The matrix of bad tokens: from one good token, or the claims of one and a key, a token for each thing
//! that can be wrong, with everything else good.

use super::{Fault, Jwt, Keys, base64url, is_moment, unbase64};
use crate::{json::Json, model::Timestamp};

/// Claims that say what a token may do.
pub const SCOPES: [&str; 7] = ["scope", "scp", "scopes", "permissions", "roles", "access", "authorities"];

/// How far a wrong time lies from now, in seconds: beyond any tolerance for clocks that differ.
const FAR: i64 = 2 * 3600;

/// Beyond what most readers tolerate of clocks that differ, in seconds: one or two minutes is usual, five are
/// seen.
const TOLERATED: i64 = 330;
/// A token that ends within so many seconds has no room for a beginning that is clearly still to come.
const SHORT: i64 = 240;

/// Values that nobody trusts: names under a domain that is never given to anyone (RFC 2606 §2).
const ISSUER: &str = "https://elsewhere.invalid";
const AUDIENCE: &str = "elsewhere.invalid";
const KEY_ID: &str = "no-such-key";

/// What good tokens are made of, or a good credential as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Good {
    /// The JOSE header without what is taken from the key; empty where nothing is known.
    pub header: Json,
    /// The claims as they are at the moment of asking.
    pub claims: Json,
    /// The credential itself, where it was given and not made.
    pub given: Option<String>,
}

/// Why a token could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untried {
    /// It would have to be signed.
    #[error("needs the key that signs tokens")]
    NoKey,
    /// The key does not sign with the algorithm that is named.
    #[error("the key does not sign with the algorithm of the header")]
    OtherKey,
    /// What would be wrong is not in a good one.
    #[error("good tokens have no {0}")]
    Nothing(&'static str),
    /// The credential is no readable token.
    #[error("the credential is no readable token")]
    Opaque,
    /// Readable tokens have better ways to be wrong.
    #[error("the credential is a readable token")]
    Readable,
}

impl Good {
    /// Good tokens that are made of claims.
    pub fn of(header: Json, claims: Json) -> Good {
        Good { header, claims, given: None }
    }

    /// A good credential that was given: if it is a token, others can be made of what it says.
    pub fn given(credential: &str) -> Good {
        let (header, claims) = match Jwt::parse(credential) {
            Some(jwt) => (jwt.header, jwt.claims),
            None => (Json::Object(Vec::new()), Json::Null),
        };
        Good { header, claims, given: Some(credential.to_owned()) }
    }

    /// The good credential: the given one, or one made now.
    pub fn token(&self, keys: Option<&dyn Keys>) -> Result<String, Untried> {
        match &self.given {
            Some(given) => Ok(given.clone()),
            None => signed(&self.header(keys), &self.claims, keys),
        }
    }

    /// The credential with this fault and no other; none where it is that there is no credential.
    pub fn with(
        &self,
        fault: Fault,
        now: Timestamp,
        keys: Option<&dyn Keys>,
    ) -> Result<Option<String>, Untried> {
        if fault == Fault::Missing {
            return Ok(None);
        }
        let readable = matches!(self.claims, Json::Object(_));
        match (fault, &self.given) {
            (Fault::Malformed, Some(given)) if !readable => return Ok(Some(broken(given))),
            (Fault::Malformed, _) => return Ok(Some("not-a-token".to_owned())),
            (Fault::Stranger, Some(given)) if !readable => return Ok(Some(stranger(given))),
            (Fault::Stranger, _) => return Err(Untried::Readable),
            _ if !readable => return Err(Untried::Opaque),
            _ => {}
        }
        let header = self.header(keys);
        let claims = self.claims.clone();
        let token = match fault {
            Fault::MalformedTwoParts => input(&header, &claims),
            Fault::AlgNone => format!("{}.", input(&none(&header), &claims)),
            Fault::AlgNoneBare => input(&none(&header), &claims),
            Fault::NoSignature => format!("{}.", input(&header, &claims)),
            Fault::MalformedPayload => {
                let input = format!("{}.{}", part(&header), base64url(b"these are no claims"));
                // Nobody looks at the signature of what cannot be read: any will do where there is no key.
                let signature = sign(&header, &input, keys).unwrap_or_else(|_| vec![0x5a; 32]);
                format!("{input}.{}", base64url(&signature))
            }
            Fault::BadSignature => match &self.given {
                Some(given) if keys.is_none() => flipped(given).ok_or(Untried::Nothing("signature"))?,
                _ => flipped(&signed(&header, &claims, keys)?).ok_or(Untried::Nothing("signature"))?,
            },
            Fault::AlgSwapped => swapped(&header, &claims, keys)?,
            _ => {
                let (header, claims) = spoiled(fault, header, claims, now)?;
                signed(&header, &claims, keys)?
            }
        };
        Ok(Some(token))
    }

    /// The header as it is sent: `alg` is the key's own where none is named, `typ` is `JWT`.
    fn header(&self, keys: Option<&dyn Keys>) -> Json {
        let mut header = self.header.clone();
        if self.given.is_none() {
            if header.get("typ").is_none() {
                set(&mut header, "typ", Json::String("JWT".to_owned()));
            }
            if header.get("alg").is_none() {
                let alg = keys.map_or("HS256", Keys::alg).to_owned();
                set(&mut header, "alg", Json::String(alg));
            }
        }
        // In a header written by hand, a null takes a default out.
        if let Json::Object(members) = &mut header {
            members.retain(|(_, value)| *value != Json::Null);
        }
        header
    }
}

/// Header and claims of a token that is signed as good ones are, and has this fault.
fn spoiled(
    fault: Fault,
    mut header: Json,
    mut claims: Json,
    now: Timestamp,
) -> Result<(Json, Json), Untried> {
    let moment = |seconds: i64| Json::Number(now.seconds().saturating_add(seconds).to_string());
    let text = |text: &str| Json::String(text.to_owned());
    match fault {
        Fault::NoExp => {
            claims.get("exp").ok_or(Untried::Nothing("exp"))?;
            unset(&mut claims, "exp");
        }
        Fault::ExpZero => set(&mut claims, "exp", Json::Number("0".to_owned())),
        Fault::Expired => {
            // All of its life lies back: one that was issued after it ended, or lived for longer than good ones
            // do, would be wrong twice.
            let back = left(&claims, now).map_or(2 * FAR, |left| left.max(0).saturating_add(FAR));
            for name in ["iat", "nbf", "auth_time"] {
                if let Some(from_now) = from_now(&claims, name, now) {
                    set(&mut claims, name, moment(from_now.min(0).saturating_sub(back)));
                }
            }
            set(&mut claims, "exp", moment(-FAR));
        }
        Fault::NotYetValid | Fault::IatFuture => {
            let name = if fault == Fault::IatFuture { "iat" } else { "nbf" };
            let begin = match left(&claims, now) {
                None => FAR,
                // Halfway through its life: moving its end too could make it one that lives for too long.
                Some(left) if left > SHORT => (left / 2).max(TOLERATED.min(left - 60)),
                // There is no room: it must not end before it begins.
                Some(left) => {
                    set(&mut claims, "exp", moment(TOLERATED + left.max(60)));
                    TOLERATED
                }
            };
            set(&mut claims, name, moment(begin));
        }
        Fault::WrongIss => set(&mut claims, "iss", text(ISSUER)),
        Fault::WrongAud => {
            let aud = if matches!(claims.get("aud"), Some(Json::Array(_))) {
                Json::Array(vec![text(AUDIENCE)])
            } else {
                text(AUDIENCE)
            };
            set(&mut claims, "aud", aud);
        }
        Fault::AudArray => {
            let aud = claims.get("aud").filter(|aud| aud.as_str().is_some());
            let aud = aud.cloned().ok_or(Untried::Nothing("aud in a text"))?;
            set(&mut claims, "aud", Json::Array(vec![aud]));
        }
        Fault::UnknownKid => set(&mut header, "kid", text(KEY_ID)),
        Fault::MissingScope | Fault::NoScope => {
            let names: Vec<&str> = SCOPES.into_iter().filter(|name| claims.get(name).is_some()).collect();
            if names.is_empty() {
                return Err(Untried::Nothing("claim that names scopes"));
            }
            for name in names {
                match (fault, claims.get(name)) {
                    (Fault::NoScope, _) => unset(&mut claims, name),
                    (_, Some(Json::Array(_))) => set(&mut claims, name, Json::Array(Vec::new())),
                    (_, Some(Json::Object(_))) => set(&mut claims, name, Json::Object(Vec::new())),
                    _ => set(&mut claims, name, text("")),
                }
            }
        }
        Fault::WrongTyp => {
            // Another kind that there is: a security event (RFC 8417 §2.3).
            let other = "secevent+jwt";
            let own = header.get("typ").and_then(Json::as_str) == Some(other);
            set(&mut header, "typ", text(if own { "JWT" } else { other }));
        }
        _ => {}
    }
    Ok((header, claims))
}

/// The seconds from now to a claim that is a moment.
fn from_now(claims: &Json, name: &str, now: Timestamp) -> Option<i64> {
    let at: f64 = claims.get(name).filter(|value| value.kind() == "number")?.scalar_text()?.parse().ok()?;
    let at = at.floor() as i64;
    is_moment(at).then(|| at.saturating_sub(now.seconds()))
}

/// The seconds that a token has left, if it ends at all.
fn left(claims: &Json, now: Timestamp) -> Option<i64> {
    from_now(claims, "exp", now)
}

fn signed(header: &Json, claims: &Json, keys: Option<&dyn Keys>) -> Result<String, Untried> {
    let input = input(header, claims);
    let signature = sign(header, &input, keys)?;
    Ok(format!("{input}.{}", base64url(&signature)))
}

fn sign(header: &Json, input: &str, keys: Option<&dyn Keys>) -> Result<Vec<u8>, Untried> {
    let keys = keys.ok_or(Untried::NoKey)?;
    let text = |name: &str| header.get(name).and_then(Json::as_str);
    keys.sign(text("alg").unwrap_or_default(), text("kid"), input.as_bytes()).ok_or(Untried::OtherKey)
}

/// A shared secret signs with another length; a public key is mistaken for a shared secret
/// (RFC 8725 §2.1).
fn swapped(header: &Json, claims: &Json, keys: Option<&dyn Keys>) -> Result<String, Untried> {
    let keys = keys.ok_or(Untried::NoKey)?;
    let mut header = header.clone();
    let own = header.get("alg").and_then(Json::as_str).unwrap_or_default().to_owned();
    let other = if own == "HS256" { "HS384" } else { "HS256" };
    set(&mut header, "alg", Json::String(other.to_owned()));
    let input = input(&header, claims);
    let kid = header.get("kid").and_then(Json::as_str);
    let signature = match keys.sign(other, kid, input.as_bytes()) {
        Some(signature) => signature,
        None => keys.confused(other, input.as_bytes()).ok_or(Untried::OtherKey)?,
    };
    Ok(format!("{input}.{}", base64url(&signature)))
}

/// The token with a signature that is wrong by one bit; none where it has none.
fn flipped(token: &str) -> Option<String> {
    let (input, signature) = token.rsplit_once('.')?;
    let mut bytes = unbase64(signature)?;
    *bytes.first_mut()? ^= 1;
    Some(format!("{input}.{}", base64url(&bytes)))
}

fn none(header: &Json) -> Json {
    let mut header = header.clone();
    set(&mut header, "alg", Json::String("none".to_owned()));
    unset(&mut header, "kid");
    header
}

fn input(header: &Json, claims: &Json) -> String {
    format!("{}.{}", part(header), part(claims))
}

fn part(json: &Json) -> String {
    base64url(json.to_string().as_bytes())
}

/// In its own place, or at the end.
fn set(object: &mut Json, name: &str, value: Json) {
    if !matches!(object, Json::Object(_)) {
        *object = Json::Object(Vec::new());
    }
    let Json::Object(members) = object else { return };
    match members.iter_mut().find(|(n, _)| n == name) {
        Some((_, old)) => *old = value,
        None => members.push((name.to_owned(), value)),
    }
}

fn unset(object: &mut Json, name: &str) {
    if let Json::Object(members) = object {
        members.retain(|(n, _)| n != name);
    }
}

/// A text that no credential of this form can be: its first piece alone, or marks that it never has.
fn broken(credential: &str) -> String {
    let short: String = credential.chars().take(3).filter(char::is_ascii_alphanumeric).collect();
    format!("{short}!")
}

/// Another credential of the same form: what stands before its last mark is kept, as it tells the kind;
/// of `user:password` in base64 the password is another one.
fn stranger(credential: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let plain = STANDARD.decode(credential).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    if let Some((user, password)) = plain.as_deref().and_then(|plain| plain.split_once(':')) {
        // A key in the place of the user has no password behind it.
        let pair = if password.is_empty() {
            format!("{}:", turned(user))
        } else {
            format!("{user}:{}", turned(password))
        };
        return STANDARD.encode(pair);
    }
    turned(credential)
}

fn turned(text: &str) -> String {
    let last = text.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let kept = last.rfind(['_', '-', '.', ':']).map_or(0, |at| at + 1);
    let turn = |c: char| match c {
        '0'..='9' => (b'0' + (c as u8 - b'0' + 5) % 10) as char,
        'a'..='f' => (b'a' + (c as u8 - b'a' + 3) % 6) as char,
        'A'..='F' => (b'A' + (c as u8 - b'A' + 3) % 6) as char,
        'g'..='z' => (b'g' + (c as u8 - b'g' + 10) % 20) as char,
        'G'..='Z' => (b'G' + (c as u8 - b'G' + 10) % 20) as char,
        other => other,
    };
    let (head, tail) = text.split_at(kept);
    format!("{head}{}", tail.chars().map(turn).collect::<String>())
}

#[cfg(test)]
#[path = "matrix_tests.rs"]
mod tests;
