//! # token-without-expiry
//!
//! The client shows a token that never ends, where those that were recorded do.
//!
//! Group: data
//!
//! ## Why it matters
//!
//! A field left at its zero value is `exp: 0` in one version of a library and no `exp` at all in the next. Where
//! it is let in, whoever finds the token has it for good; where it is not, every request of the client fails.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000,"exp":1767326600})
//! < 200 {"id":"u1"}
//! + 0.0 c1 #1
//! + authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000})
//! ```
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000,"exp":1767326600})
//! < 200 {"id":"u1"}
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000})
//! < 401 {"error":{"code":"token_without_expiry"}}
//! + 0.0 c1 #2
//! + 0.1 c1 #1
//! + authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000,"exp":0})
//! ```
//!
//! It ends, in a hundred years:
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000,"exp":1767326600})
//! < 200 {"id":"u1"}
//! + 0.0 c1 #1
//! + authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000,"exp":4923083000})
//! ```
//!
//! ## Quiet
//!
//! A suite that shows good tokens, and a bad one to see it refused:
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000,"exp":1767326600})
//! < 200 {"id":"u1"}
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000})
//! < 401 {"error":{"code":"token_without_expiry"}}
//! + 0.0 c1 #1
//! + 0.1 c1 #2
//! ```
//!
//! This vendor's own tokens never end:
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000})
//! < 200 {"id":"u1"}
//! + 0.0 c1 #1
//! + authorization: Bearer jwt({"alg":"HS256"}{"sub":"u2","iat":1767323999})
//! ```

use super::Audit;
use crate::conduct::{Call, Conduct, Recorded};
use crate::finding::{Complaint, Findings, Severity};
use crate::sent::values;
use cassettes::json::Json;
use cassettes::jwt::Jwt;
use cassettes::links::Target;
use cassettes::meta::Meta;
use cassettes::model::{Request, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("token-without-expiry", include_str!("token_without_expiry.rs")), inspect };

const YEAR: i64 = 365 * 24 * 3600;

/// So many times as long as the longest recorded one a token may live, if that is years.
const AS_LONG: i64 = 20;

/// How long a token lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Life {
    /// So many seconds.
    For(i64),
    /// It says nothing, or the epoch.
    Forever,
}

/// Tokens that were let in when they were recorded, by the place in which they stood.
#[derive(Default)]
struct Known {
    longest: BTreeMap<String, (Life, usize)>,
    /// Recorded exchanges whose own tokens never end.
    endless: BTreeSet<usize>,
}

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    let known = known(conduct);
    if known.longest.is_empty() {
        return;
    }
    let started = Timestamp::parse(&conduct.opening.started).map(Timestamp::seconds);
    let shown: Vec<Vec<(String, Jwt)>> = conduct.calls.iter().map(|call| tokens(&call.request())).collect();
    let ending: BTreeSet<&str> = (conduct.calls.iter().zip(&shown))
        .filter(|(_, tokens)| tokens.iter().any(|(_, jwt)| !matches!(life(jwt, None), Some(Life::Forever))))
        .map(|(call, _)| call.served.session.as_str())
        .collect();
    for (call, tokens) in conduct.calls.iter().zip(&shown) {
        let now = started.map(|at| at + (call.served.at / 1_000_000) as i64);
        for (place, jwt) in tokens {
            let Some((longest, recorded)) = known.longest.get(place) else { continue };
            findings.check();
            let (Some(lives), Life::For(longest)) = (life(jwt, now), longest) else { continue };
            let never = match lives {
                Life::Forever => true,
                Life::For(seconds) => seconds > 2 * YEAR && seconds / AS_LONG > *longest,
            };
            // A suite that shows both kinds wants to see one of them refused.
            let meant = call.exchange.is_some_and(|at| known.endless.contains(&at))
                && ending.contains(call.served.session.as_str());
            if never && !meant {
                let real = &conduct.recorded[*recorded];
                findings.add(complain(conduct, call, (place, jwt), lives, (real, *longest)));
            }
        }
    }
}

fn complain(
    conduct: &Conduct<'_>,
    call: &Call<'_>,
    (place, jwt): (&str, &Jwt),
    lives: Life,
    (real, longest): (&Recorded<'_>, i64),
) -> Complaint {
    let says = match (jwt.claims.get("exp"), lives) {
        (None, _) => "has no `exp`".to_owned(),
        (Some(exp), Life::Forever) => format!("has `exp` {exp}"),
        (Some(_), Life::For(seconds)) => format!("lives for {} years", seconds / YEAR),
    };
    let recorded = tokens(real.request()).into_iter().find(|(at, _)| at == place);
    let claims = recorded.map_or_else(String::new, |(_, jwt)| jwt.claims.to_string());
    let pointer = format!("{place}, claims");
    Complaint {
        severity: Severity::Error,
        operation: call.operation.clone(),
        message: format!(
            "the token in {place} {says}; those that were let in when they were recorded lived for {longest} s at most"
        ),
        place: place.to_owned(),
        real: real.said().evidence(pointer.clone(), crate::excerpt::bounded(&claims)),
        other: call.at(conduct.file, pointer, &jwt.claims.to_string()),
        hint: Some("set `exp` when a token is made; its zero value is no end".to_owned()),
    }
}

/// Tokens that were let in: how long the longest-lived in each place lived.
fn known(conduct: &Conduct<'_>) -> Known {
    let mut known = Known::default();
    for (number, recorded) in conduct.recorded.iter().enumerate() {
        for (place, jwt) in tokens(recorded.request()) {
            let Some(lives) = life(&jwt, Some(recorded.exchange.at.seconds())) else { continue };
            if lives == Life::Forever {
                known.endless.insert(number);
            }
            if recorded.is_success() {
                let entry = known.longest.entry(place).or_insert((lives, number));
                *entry = (*entry).max((lives, number));
            }
        }
    }
    known
}

/// How long a token lives from when it was made, or from now.
fn life(jwt: &Jwt, now: Option<i64>) -> Option<Life> {
    let seconds = |claim: &str| match jwt.claims.get(claim)? {
        Json::Number(text) => text.parse::<f64>().ok().map(|seconds| seconds as i64),
        _ => None,
    };
    match (jwt.claims.get("exp"), seconds("exp")) {
        (None | Some(Json::Null), _) | (_, Some(0)) => Some(Life::Forever),
        (Some(_), Some(exp)) => {
            let from = seconds("iat").or(seconds("nbf")).or(now)?;
            Some(Life::For(exp.saturating_sub(from)))
        }
        (Some(_), None) => None,
    }
}

/// Every token of a request, with its place.
fn tokens(request: &Request) -> Vec<(String, Jwt)> {
    let mut found = Vec::new();
    let mut look = |place: String, text: &str| {
        let jwt = text.split([' ', ',', ';', '=']).find_map(Jwt::parse);
        found.extend(jwt.map(|jwt| (place, jwt)));
    };
    for (name, value) in request.headers.iter().filter(|(_, value)| value.len() >= 16) {
        look(format!("header {}", name.to_ascii_lowercase()), &String::from_utf8_lossy(value));
    }
    for (target, text) in values(request).iter().filter(|(_, text)| text.len() >= 16) {
        if !matches!(target, Target::Segment(_)) {
            look(target.to_string(), text);
        }
    }
    found
}
