//! # challenge-changed
//!
//! Both sides send a challenge, and they differ in what clients act on: the scheme, the error code of RFC 6750,
//! or a parameter that the mock leaves out.
//!
//! Group: tokens
//!
//! ## Why it matters
//!
//! `invalid_token` means "fetch a new one", `insufficient_scope` means "ask for more", and no code at all means
//! "you sent none". A realm that is missing leaves a client with nowhere to go.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer old
//! < www-authenticate: Bearer realm="x", error="invalid_token"
//! < 401 {"error":"invalid_token"}
//! ~ www-authenticate: Bearer realm="x"
//! ~ 401 {"error":"invalid_token"}
//! ```
//!
//! ```
//! > GET /v2/
//! < www-authenticate: Bearer realm="https://auth.example.test/token",service="registry"
//! < 401
//! ~ www-authenticate: Basic realm="registry"
//! ~ 401
//! ```
//!
//! What scope is lacking (RFC 6750 §3):
//!
//! ```
//! > POST /v1/books
//! < www-authenticate: Bearer error="insufficient_scope", scope="write"
//! < 403
//! ~ www-authenticate: Bearer error="insufficient_scope"
//! ~ 403
//! ```
//!
//! ## Quiet
//!
//! Another realm, another description, another order:
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer old
//! < www-authenticate: Basic realm="x"
//! < www-authenticate: Bearer realm="x", error="invalid_token", error_description="expired"
//! < 401
//! ~ www-authenticate: bearer error="invalid_token", realm="mock", Basic realm="y"
//! ~ 401
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::facets::challenge::{Challenge, challenges};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("challenge-changed", include_str!("challenge_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let read = |said: &Said<'_>| said.reply().map(challenges).unwrap_or_default();
    judge_each(
        run,
        findings,
        |one| {
            one.fate == Fate::Kept
                && !read(&one.case().real).is_empty()
                && !read(&one.case().other).is_empty()
        },
        |one| {
            let (severity, place, message) = differs(&read(&one.case().real), &read(&one.case().other))?;
            let name =
                if one.case().real.status() == Some(407) { "proxy-authenticate" } else { "www-authenticate" };
            Some(Complaint {
                real: one.case().real.at_header(name),
                other: one.case().other.at_header(name),
                ..complaint(
                    one,
                    severity,
                    place,
                    message,
                    "send the real side's challenge; the values of realm and scope are the mock's own",
                )
            })
        },
    );
}

/// The gravest difference. Values other than the error code are each side's own.
fn differs(real: &[Challenge], other: &[Challenge]) -> Option<(Severity, String, String)> {
    for challenge in real {
        let scheme = &challenge.scheme;
        let Some(same) = other.iter().find(|c| c.scheme == *scheme && c.error() == challenge.error()) else {
            let Some(named) = other.iter().find(|c| c.scheme == *scheme) else {
                let message = format!("the real side asks for {scheme}, the mock does not");
                return Some((Severity::Error, format!("scheme {scheme}"), message));
            };
            let word = |c: &Challenge| c.error().unwrap_or("no error code").to_owned();
            let message = format!(
                "the real side's {scheme} challenge says {}, the mock's says {}",
                word(challenge),
                word(named)
            );
            return Some((Severity::Error, format!("error {}", word(challenge)), message));
        };
        let lost = challenge.params.iter().find(|(name, _)| {
            // Prose, and a scope that depends on what was asked; what the token lacks is to be told.
            let told = name == "scope" && challenge.error() != Some("insufficient_scope");
            !told && !matches!(name.as_str(), "error_description" | "error_uri") && same.param(name).is_none()
        });
        if let Some((name, _)) = lost {
            let message = format!("the real side's {scheme} challenge has {name}, the mock's has not");
            // RFC 6750 §3.1 leaves the scope to the server.
            let severity = if name == "scope" { Severity::Info } else { Severity::Warning };
            return Some((severity, format!("param {name}"), message));
        }
    }
    None
}
