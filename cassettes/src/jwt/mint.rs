//! Minting a recorded token afresh: its times keep their distance to the moment of asking, and its
//! signature is again what it was.

use super::{Jwt, Keys, base64url, token::is_moment};
use crate::{
    json::{Json, TokenKind, Tokens, unescape},
    model::{SignatureVerdict, Timestamp, TokenFacts},
};

/// A token made to be asked with now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minted {
    /// In compact form.
    pub token: String,
    /// Whether it is to its reader what the recorded one was. `false`: it had or may have had a good
    /// signature, and there is no key to make one.
    pub faithful: bool,
}

/// Makes a recorded token fit to be asked with at `now`: the times named in `facts` are moved, the rest
/// of the claims stays as it is, and the signature is good where it was good (or not known to be bad),
/// broken where it was bad, absent where it was absent, an HMAC of the public key where it was that. A time
/// that was no moment (`exp: 0`) stays what it is. Where `facts` hold no times, they are taken from the
/// token and `recorded_at`. Text that is no token is given back as it is, and is not faithful; header and
/// claims without a third part stay without one.
pub fn mint(
    recorded: &str,
    facts: &TokenFacts,
    recorded_at: Timestamp,
    now: Timestamp,
    keys: Option<&dyn Keys>,
) -> Minted {
    let cut = Jwt::parse_cut(recorded);
    let Some(jwt) = Jwt::parse(recorded).or_else(|| cut.clone()) else {
        return Minted { token: recorded.to_owned(), faithful: false };
    };
    let mut times = facts.times.clone();
    if times.is_empty() {
        times = jwt.times().into_iter().map(|(n, t)| (n, t.saturating_sub(recorded_at.seconds()))).collect();
    }
    // Of 1973 and before, nothing was ever meant as a moment: it is a constant.
    let stands = jwt.times();
    times.retain(|(name, _)| stands.iter().any(|(n, at)| n == name && is_moment(*at)));
    for (_, time) in &mut times {
        *time = time.saturating_add(now.seconds());
    }
    let moved = if times.is_empty() { jwt } else { jwt.with_payload(&move_times(&jwt.payload(), &times)) };
    let sign = |jwt: &Jwt| keys.and_then(|k| k.sign(jwt.alg(), jwt.kid(), jwt.signing_input().as_bytes()));
    let (signature, faithful) = match facts.signature {
        SignatureVerdict::Absent => (None, true),
        SignatureVerdict::Good | SignatureVerdict::Unknown if moved.is_unsigned() => (None, true),
        SignatureVerdict::Good | SignatureVerdict::Unknown => {
            let signature = sign(&moved);
            let faithful = signature.is_some();
            (signature, faithful)
        }
        SignatureVerdict::Confused => {
            let mac = keys.and_then(|k| k.confused(moved.alg(), moved.signing_input().as_bytes()));
            let faithful = mac.is_some();
            (mac, faithful)
        }
        // What stands in a cassette is no good signature anyway; with the key, it is wrong by one bit.
        SignatureVerdict::Bad => {
            let mut signature = sign(&moved);
            if let Some(byte) = signature.as_mut().and_then(|s| s.first_mut()) {
                *byte ^= 1;
            }
            (signature, true)
        }
    };
    let token = match signature {
        Some(bytes) => moved.with_signature(base64url(&bytes)),
        None => moved,
    };
    let mut token = token.to_string();
    if cut.is_some() {
        token.pop();
    }
    Minted { token, faithful }
}

/// Replaces top-level numbers by name, in place.
fn move_times(payload: &[u8], times: &[(String, i64)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(payload.len() + 8);
    let (mut done, mut depth) = (0, 0);
    let mut name: Option<String> = None;
    for token in Tokens::new(payload).map_while(Result::ok) {
        match token.kind {
            TokenKind::ObjectStart | TokenKind::ArrayStart => depth += 1,
            TokenKind::ObjectEnd | TokenKind::ArrayEnd => depth -= 1,
            TokenKind::Key if depth == 1 => {
                name = Some(unescape(&payload[token.span.start + 1..token.span.end - 1]));
            }
            TokenKind::Number if depth == 1 => {
                let Some((_, time)) = name.take().and_then(|n| times.iter().find(|(t, _)| *t == n)) else {
                    continue;
                };
                let text = &payload[token.span.clone()];
                out.extend_from_slice(&payload[done..token.span.start]);
                out.extend_from_slice(time.to_string().as_bytes());
                // A fraction of a second stays where the text had one in plain form.
                if let Some(dot) = memchr::memchr(b'.', text)
                    && !text.iter().any(|b| matches!(b, b'e' | b'E'))
                {
                    out.extend_from_slice(&text[dot..]);
                }
                done = token.span.end;
            }
            _ => {}
        }
    }
    out.extend_from_slice(&payload[done..]);
    out
}

/// The distance of each of a token's times to a moment.
impl Jwt {
    /// The times in seconds from `at`, as [`TokenFacts`] keep them.
    pub fn times_from(&self, at: Timestamp) -> Vec<(String, i64)> {
        self.times().into_iter().map(|(name, time)| (name, time.saturating_sub(at.seconds()))).collect()
    }

    /// What can be said of the signature with these keys; never guessed.
    pub fn verdict(&self, keys: Option<&dyn Keys>) -> SignatureVerdict {
        if self.is_unsigned() {
            return SignatureVerdict::Absent;
        }
        let Some(keys) = keys else { return SignatureVerdict::Unknown };
        let signature = super::unbase64(self.signature()).unwrap_or_default();
        let input = self.signing_input();
        match keys.verify(self.alg(), self.kid(), input.as_bytes(), &signature) {
            Some(true) => SignatureVerdict::Good,
            Some(false) => SignatureVerdict::Bad,
            None if keys.confused(self.alg(), input.as_bytes()) == Some(signature) => {
                SignatureVerdict::Confused
            }
            None => SignatureVerdict::Unknown,
        }
    }

    /// A claim's value.
    pub fn claim(&self, name: &str) -> Option<&Json> {
        self.claims.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{jwt::HmacKey, model::Place};

    fn facts(signature: SignatureVerdict, times: &[(&str, i64)]) -> TokenFacts {
        let times = times.iter().map(|&(n, t)| (n.to_owned(), t)).collect();
        TokenFacts { place: Place::of("request", "header", "authorization"), signature, times }
    }

    fn token(header: &str, claims: &str, signature: &str) -> String {
        format!("{}.{}.{signature}", base64url(header.as_bytes()), base64url(claims.as_bytes()))
    }

    #[test]
    fn times_keep_their_distance_and_signatures_their_verdict() {
        let key = HmacKey(b"the key".to_vec());
        let keys: Option<&dyn Keys> = Some(&key);
        let now = Timestamp(2_000_000_000_000_000);
        let recorded =
            token(r#"{"alg":"HS256"}"#, r#"{ "exp": 1700000000.5, "n":{"exp":7}, "sub":"u1"}"#, "AAAA");
        let good = mint(&recorded, &facts(SignatureVerdict::Good, &[("exp", -60)]), Timestamp(0), now, keys);
        let jwt = Jwt::parse(&good.token).expect("a token");
        assert_eq!(jwt.payload(), br#"{ "exp": 1999999940.5, "n":{"exp":7}, "sub":"u1"}"#);
        assert_eq!((jwt.verdict(keys), good.faithful), (SignatureVerdict::Good, true));

        let bad =
            mint(&recorded, &facts(SignatureVerdict::Bad, &[]), Timestamp(1_699_999_900_000_000), now, keys);
        let jwt = Jwt::parse(&bad.token).expect("a token");
        assert_eq!(jwt.times_from(now), [("exp".to_owned(), 100)]);
        assert_eq!((jwt.verdict(keys), bad.faithful), (SignatureVerdict::Bad, true));

        let without = mint(&recorded, &facts(SignatureVerdict::Good, &[]), Timestamp(0), now, None);
        assert!(!without.faithful);
        let none = token(r#"{"alg":"none"}"#, r#"{"a":1}"#, "");
        let same = mint(&none, &facts(SignatureVerdict::Absent, &[]), Timestamp(0), now, keys);
        assert_eq!(same, Minted { token: none, faithful: true });
        let zero = token(r#"{"alg":"HS256"}"#, r#"{"exp":0,"iat":1700000000}"#, "AAAA");
        let facts_of =
            |token: &str| Jwt::parse(token).expect("a token").times_from(Timestamp(1_700_000_000_000_000));
        let times: Vec<(String, i64)> = facts_of(&zero);
        let times: Vec<(&str, i64)> = times.iter().map(|(n, t)| (n.as_str(), *t)).collect();
        let kept =
            mint(&zero, &facts(SignatureVerdict::Good, &times), Timestamp(1_700_000_000_000_000), now, keys);
        assert_eq!(Jwt::parse(&kept.token).expect("a token").payload(), br#"{"exp":0,"iat":2000000000}"#);
        let cut = zero.rsplit_once('.').expect("parts").0;
        let cut = mint(cut, &facts(SignatureVerdict::Absent, &times), Timestamp(0), now, keys);
        assert_eq!((cut.token.matches('.').count(), cut.faithful), (1, true));
        assert!(!mint("opaque", &facts(SignatureVerdict::Unknown, &[]), now, now, keys).faithful);
    }
}
