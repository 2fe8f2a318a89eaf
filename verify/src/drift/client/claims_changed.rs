//! # claims-changed
//!
//! A token that the client shows says something else: a claim vanished or appeared, another algorithm signs it, or
//! it lives longer or shorter.
//!
//! Group: what is sent
//!
//! ## Why it matters
//!
//! A library's upgrade takes `exp` from a call that it no longer has, and every token is valid for ever, or for
//! nobody. Nothing in the suite fails: no mock looks into tokens.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/me
//! < 200 {"id":"u1"}
//! - 0.0 c1 #1
//! - authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000,"exp":1767326600})
//! + 0.0 c1 #1
//! + authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000})
//! ```
//!
//! It lives for a day, where it was an hour:
//!
//! ```
//! > GET /v1/me
//! < 200 {"id":"u1"}
//! - 0.0 c1 #1
//! - authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","iat":1767323000,"exp":1767326600})
//! + 0.0 c1 #1
//! + authorization: Bearer jwt({"alg":"RS256"}{"sub":"u1","iat":1767323000,"exp":1767409400})
//! ```
//!
//! ## Quiet
//!
//! Minted later, for another moment and with an id of its own:
//!
//! ```
//! > GET /v1/me
//! < 200 {"id":"u1"}
//! - 0.0 c1 #1
//! - authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","jti":"a9","iat":1767323000,"exp":1767326600})
//! + 0.0 c1 #1
//! + authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","jti":"b7","iat":1767929000,"exp":1767932601})
//! ```

use super::drift::Drift;
use super::places::{Causes, Moved, Told, Way, complain, moved};
use super::runs::Runs;
use crate::conduct::Call;
use crate::excerpt::bounded;
use crate::finding::{Findings, Severity};
use cassettes::facets::credential::credentials;
use cassettes::json::Json;
use cassettes::jwt::Jwt;
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("claims-changed", include_str!("claims_changed.rs")), compare };

/// Claims whose values mean the same in every token of a client; the others are somebody's.
const SHARED: [&str; 12] = [
    "iss",
    "aud",
    "scope",
    "scp",
    "azp",
    "client_id",
    "token_use",
    "typ",
    "roles",
    "groups",
    "permissions",
    "acr",
];

/// Whether there is a token at all where one may stand, and what it says as a whole.
const FORM: &str = "form";
const SAYS: &str = "says";

/// A moment that nothing else in the token is counted to.
const MOMENT: &str = "a moment";

/// By where a token stands and what of it: what it says, as far as it can be compared.
type Facts = BTreeMap<(String, String), String>;

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    let mut causes = Causes::new();
    for slot in runs.shared() {
        let sides = runs.before.iter().zip(&slot.before).chain([(&runs.after, &slot.after)]).enumerate();
        let all: BTreeMap<(usize, usize), Facts> = sides
            .flat_map(|(number, (run, calls))| {
                calls.iter().map(move |&call| ((number, call), &run.conduct.calls[call]))
            })
            .map(|(at, call)| (at, facts(call)))
            .collect();
        let places: BTreeSet<&(String, String)> = all.values().flat_map(BTreeMap::keys).collect();
        if places.is_empty() {
            continue;
        }
        findings.check();
        // Where there is no token at all any more, the header is what changed.
        let shown = |run: usize, calls: &[usize]| {
            calls.iter().all(|&call| all.get(&(run, call)).is_some_and(|facts| !facts.is_empty()))
        };
        if !shown(0, &slot.before[0]) || !shown(runs.before.len(), &slot.after) {
            continue;
        }
        let fact = |at: (usize, usize), name: &str| {
            all.get(&at)?.iter().find(|((_, known), _)| known == name).map(|(_, text)| text.clone())
        };
        let get = |run, call, _: &Call<'_>| fact((run, call), FORM);
        if let Some(mut change) = moved(runs, slot, true, get).1 {
            // A token that came or went altogether is told by where it stood.
            if change.way != Way::Other {
                continue;
            }
            let says = |at, short: &str| fact(at, SAYS).unwrap_or_else(|| short.to_owned());
            change.was = says((0, change.before), &change.was);
            change.is = says((runs.before.len(), change.after), &change.is);
            causes.entry(format!("{FORM} other")).or_default().push(change);
            continue;
        }
        for place in places.into_iter().filter(|(_, name)| name != FORM && name != SAYS) {
            let get = |run, call, _: &Call<'_>| all.get(&(run, call))?.get(place).cloned();
            if let Some(change) = moved(runs, slot, true, get).1 {
                let token = |(run, call): (&super::runs::Run<'_>, usize)| {
                    moment(&run.conduct.calls[call], &place.0, &place.1)
                };
                let was = token((runs.first(), change.before));
                // A moment that is fixed is as far from another each time.
                if was.is_some() && was == token((&runs.after, change.after)) {
                    continue;
                }
                // A second may pass between the clock's readings for two claims. What is counted from a claim that
                // came or went is counted from nothing: that is told once.
                let ticked = || Some(seconds(&change.was)?.abs_diff(seconds(&change.is)?) <= 2);
                let uncounted = [&change.was, &change.is].iter().any(|text| *text == MOMENT);
                if ticked() == Some(true) || (uncounted && change.way == Way::Other && place.1 != "claim iat")
                {
                    continue;
                }
                causes.entry(format!("{} {}", place.1, way(&change))).or_default().push(change);
            }
        }
    }
    for (key, changes) in causes {
        complain(runs, findings, &changes, |change, spread| told(&key, change, spread));
    }
}

fn way(change: &Moved) -> &'static str {
    match change.way {
        Way::Added => "appeared",
        Way::Gone => "vanished",
        Way::Other => "other",
    }
}

fn facts(call: &Call<'_>) -> Facts {
    let mut facts = Facts::new();
    for credential in credentials(&call.request()) {
        let place = credential.place.0;
        let bearer = credential.scheme.as_deref() == Some("bearer");
        let Some(jwt) = credential.jwt else {
            if bearer {
                facts.insert((place, FORM.to_owned()), "no token that can be read".to_owned());
            }
            continue;
        };
        if bearer {
            let claims: Vec<&str> = jwt.claims.members().iter().map(|(name, _)| name.as_str()).collect();
            // What the token says is told by its parts, unless there was none before.
            facts.insert(
                (place.clone(), SAYS.to_owned()),
                format!("a token of {} with {}", jwt.alg(), claims.join(", ")),
            );
            facts.insert((place.clone(), FORM.to_owned()), "a token".to_owned());
        }
        for (name, value) in of(&jwt) {
            facts.insert((place.clone(), name), value);
        }
    }
    facts
}

fn of(jwt: &Jwt) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for (name, value) in jwt.header.members() {
        let text = match name.as_str() {
            "alg" | "typ" => value.as_str().unwrap_or_default().to_owned(),
            _ => value.kind().to_owned(),
        };
        facts.push((format!("header {name}"), text));
    }
    let number = |name: &str| jwt.claims.get(name).and_then(Json::scalar_text)?.parse::<f64>().ok();
    let issued = number("iat");
    for (name, value) in jwt.claims.members() {
        let text = match (name.as_str(), issued, number(name)) {
            ("iat" | "exp" | "nbf" | "auth_time", ..) if value.as_str().is_some() => "a text".to_owned(),
            ("exp" | "nbf", Some(issued), Some(then)) => distance(then - issued),
            ("iat" | "exp" | "nbf" | "auth_time", _, Some(_)) => MOMENT.to_owned(),
            (name, ..) if SHARED.contains(&name) => {
                let mut text = String::new();
                value.write(&mut text, true);
                text.trim_matches('"').to_owned()
            }
            _ => value.kind().to_owned(),
        };
        facts.push((format!("claim {name}"), text));
    }
    facts
}

/// The moment that a claim of a token says, as it is written.
fn moment(call: &Call<'_>, place: &str, name: &str) -> Option<String> {
    let name = name.strip_prefix("claim ").filter(|name| ["exp", "nbf"].contains(name))?;
    let shown = credentials(&call.request()).into_iter().find(|credential| credential.place.0 == place)?;
    shown.jwt?.claims.get(name)?.scalar_text().map(str::to_owned)
}

/// `3600 s after iat`
fn distance(seconds: f64) -> String {
    let whole = seconds.round() as i64;
    format!("{} s {} iat", whole.unsigned_abs(), if whole < 0 { "before" } else { "after" })
}

/// How many seconds after `iat` such a text says.
fn seconds(text: &str) -> Option<i64> {
    let (number, side) = text.strip_suffix(" iat")?.split_once(" s ")?;
    let number: i64 = number.parse().ok()?;
    Some(if side == "before" { -number } else { number })
}

fn told(key: &str, change: &Moved, spread: &str) -> Told {
    let (was, is) = (bounded(&change.was), bounded(&change.is));
    let part = key.rsplit_once(' ').map_or(key, |(part, _)| part);
    let name = part.split_once(' ').map_or(part, |(_, name)| name);
    let in_header = part.starts_with("header ");
    let what =
        if in_header { format!("`{name}` in the token's header") } else { format!("the claim `{name}`") };
    let (severity, message, hint) = match change.way {
        _ if part == FORM => {
            (Severity::Warning, format!("the client shows {is}, and showed {was}{spread}"), None)
        }
        Way::Gone => {
            let severity =
                if in_header || matches!(name, "jti" | "iat") { Severity::Warning } else { Severity::Error };
            let hint = match name {
                "exp" => "set the claim where the token is made: without it, it is valid for ever or refused",
                _ => "set it where the token is made, or look whether the other side does without it",
            };
            (severity, format!("{what} has vanished from the token{spread}"), Some(hint))
        }
        Way::Added => (Severity::Warning, format!("{what} is new{spread}"), None),
        Way::Other if name == "alg" => {
            let severity = if is.eq_ignore_ascii_case("none") { Severity::Error } else { Severity::Warning };
            (severity, format!("tokens are signed by {is}, and were by {was}{spread}"), None)
        }
        Way::Other if name == "exp" && seconds(&is).is_some_and(|after| after < 0) => (
            Severity::Error,
            format!("{what} is {is}, was {was}{spread}"),
            Some("look at the clock and the sign: such a token is over before it is shown"),
        ),
        Way::Other => (Severity::Warning, format!("{what} is {is}, was {was}{spread}"), None),
    };
    Told {
        severity,
        message,
        place: key.to_owned(),
        pointer: format!("token {part}"),
        hint: hint.map(str::to_owned),
    }
}
