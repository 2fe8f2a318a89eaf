//! # token-accepted
//!
//! A credential that the real side turned away is let in by the mock.
//!
//! Group: tokens
//!
//! ## Why it matters
//!
//! A client with an expired token, a token for another service or no `exp` at all is green in every test. The
//! day the library's default changes, every user is logged out, and no test had a say.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"iss":"i","aud":"api"})
//! @ token request header authorization good exp=3600
//! < 200 {"id":"u1"}
//! ~ 200 {"id":"u7"}
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"iss":"i","aud":"api","sub":"2"})
//! @ token request header authorization good exp=-60
//! < www-authenticate: Bearer error="invalid_token"
//! < 401 {"error":"invalid_token"}
//! ~ 200 {"id":"u7"}
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"none"}{"iss":"i","aud":"api"})
//! @ token request header authorization absent exp=3600
//! < 401 {"error":"invalid_token"}
//! ~ 200 {"id":"u7"}
//! ```
//!
//! Introspection (RFC 7662) of a dead token:
//!
//! ```
//! > POST /introspect
//! > content-type: application/x-www-form-urlencoded
//! >> token=rubbish
//! < 200 {"active":false}
//! ~ 200 {"active":true,"scope":"read"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"iss":"i","aud":"api"})
//! @ token request header authorization good exp=3600
//! < 200 {"id":"u1"}
//! ~ 200 {"id":"u7"}
//! > GET /v1/me
//! < 401 {"error":"invalid_token"}
//! ~ 401 {"error":"invalid_token"}
//! ```
//!
//! A token that cannot be made again without its key is not judged:
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"RS256"}{"iss":"i","aud":"api"})
//! @ token request header authorization unknown exp=3600
//! < 401 {"error":"invalid_token"}
//! ~ 200 {"id":"u7"}
//! > GET /v1/me
//! < 401 {"error":"invalid_token"}
//! ~ 401 {"error":"invalid_token"}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Judged, complaint, fates};
use cassettes::facets::challenge::challenges;
use cassettes::facets::credential::credentials;
use cassettes::facets::error_class::Class;
use cassettes::facets::rejection::Rejection;
use cassettes::meta::Meta;
use cassettes::model::Exchange;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("token-accepted", include_str!("token_accepted.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    for one in &judged {
        let auth = matches!(one.reading.real.class(), Some(Class::Auth | Class::Forbidden));
        let admitted = match one.fate {
            Fate::Admitted(why) => Some(why),
            _ => None,
        };
        if !(auth || admitted.is_some()) || one.case().other.reply().is_none() {
            continue;
        }
        findings.check();
        // Where no token is wanted, a missing credential is another rule's.
        let Some(why) = admitted.filter(|why| *why != Rejection::Missing || wants_token(run, one)) else {
            continue;
        };
        let message = if one.reading.revives_token() {
            "the real side says that this token is dead, the mock that it lives".to_owned()
        } else {
            format!(
                "the real side turns away a token {} ({why}, {}), the mock lets it in ({})",
                why.describe(),
                one.real_words(),
                one.other_words()
            )
        };
        let hint = "check tokens in the mock as the real side does, or let it turn this one away by name";
        // A request that carries no credential at all breaks runs by `credential-not-needed`.
        let bare = why == Rejection::Missing && credentials(&one.case().exchange.request).is_empty();
        let severity = if bare { Severity::Info } else { Severity::Error };
        findings.add(complaint(one, severity, why.as_str(), message, hint));
    }
}

/// Whether what opens this door is a token: those that were let in carry one, or the challenge asks for one.
fn wants_token(run: &Run<'_>, one: &Judged<'_, '_>) -> bool {
    let bearer = |e: &Exchange| {
        credentials(&e.request).iter().any(|c| c.jwt.is_some() || c.scheme.as_deref() == Some("bearer"))
    };
    let let_in = run.of(&one.case().operation).filter(|c| c.real.is_success()).any(|c| bearer(c.exchange));
    let asked = one.case().real.reply().is_some_and(|r| challenges(r).iter().any(|c| c.scheme == "bearer"));
    let_in || asked
}
