//! Who is asking: bearer tokens with a reason for every reject (RFC 6750), keys, passwords, cookies.

use super::state::{Shared, Vendor};
use crate::sandbox::ask::Ask;
use crate::sandbox::data::SECRET;
use crate::sandbox::reply::{Refused, Said, With as _, json, number, object, string};
use crate::sandbox::tokens::{self, AUDIENCE, ISSUER, Reject};
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::json::Json;
use cassettes::model::Request;

/// The API key that `/v1/account` knows.
pub(super) const API_KEY: &str = "sk_sandbox_0123456789abcdef";

/// Who the token speaks for. A token that names scopes must name `profile:read`; one that names none
/// has its client's default scopes (RFC 6749 §3.3).
pub(super) async fn me(State(vendor): Shared, ask: Ask) -> Said {
    let claims = bearer(&vendor, &ask, "profile:read")?;
    let of = |name: &str| claims.get(name).cloned().unwrap_or(Json::Null);
    let scopes = claims.get("scope").and_then(Json::as_str).unwrap_or("profile:read");
    let scopes = scopes.split(' ').map(string).collect::<Vec<_>>();
    Ok(vendor
        .json(200, &object([("sub", of("sub")), ("expires", of("exp")), ("scopes", Json::Array(scopes))])))
}

/// A secret's metadata. A bad token is refused before a bad id is looked at.
pub(super) async fn secret(State(vendor): Shared, ask: Ask) -> Said {
    bearer(&vendor, &ask, "profile:read")?;
    if ask.id() != SECRET {
        return Err(vendor.refuse(404, "not_found_error", "secret_not_found").into());
    }
    let secret = object([
        ("id", string(SECRET)),
        ("label", string("deploy")),
        ("rotated", string("2026-03-02T00:00:00Z")),
    ]);
    Ok(vendor.json(200, &secret))
}

/// The claims of a good token.
fn bearer(vendor: &Vendor, ask: &Ask, scope: &str) -> Result<Json, Refused> {
    let header = ask.header("authorization");
    let token = header.as_deref().and_then(|value| value.split_once(' '));
    let token =
        token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let verdict = match token {
        None => Err(Reject::Missing),
        Some(token) => tokens::check(token, &vendor.options.key, vendor.now(), scope),
    };
    verdict.map_err(|reject| {
        let code = reject.code();
        let (status, kind) = match reject {
            Reject::Scope => (403, "permission_error"),
            _ => (401, "authentication_error"),
        };
        let challenge = match reject {
            // RFC 6750 §3.1: no error code when there was nothing to be wrong with.
            Reject::Missing => "Bearer realm=\"sandbox\"".to_owned(),
            Reject::Scope => {
                format!("Bearer realm=\"sandbox\", error=\"insufficient_scope\", scope=\"{scope}\"")
            }
            _ => format!("Bearer realm=\"sandbox\", error=\"invalid_token\", error_description=\"{code}\""),
        };
        vendor.refuse(status, kind, code).with("www-authenticate", &challenge).into()
    })
}

/// Known by an API key: 401 without, 403 with a wrong one.
pub(super) async fn account(State(vendor): Shared, ask: Ask) -> Said {
    match ask.header("x-api-key").as_deref() {
        Some(API_KEY) => {
            Ok(vendor.json(200, &object([("account", string("acct_main")), ("plan", string("standard"))])))
        }
        Some(_) => Err(vendor.refuse(403, "permission_error", "invalid_api_key").into()),
        None => Err(vendor
            .refuse(401, "authentication_error", "api_key_missing")
            .with("www-authenticate", "ApiKey realm=\"sandbox\"")
            .into()),
    }
}

/// Known by a password: `sandbox` and `open-sesame` (RFC 7617).
pub(super) async fn basic(State(vendor): Shared, ask: Ask) -> Said {
    let wanted = format!("Basic {}", STANDARD.encode("sandbox:open-sesame"));
    if ask.header("authorization").as_deref() == Some(wanted.as_str()) {
        return Ok(vendor.json(200, &object([("user", string("sandbox"))])));
    }
    let refused = vendor.refuse(401, "authentication_error", "credentials_required");
    Err(refused.with("www-authenticate", "Basic realm=\"sandbox\", charset=\"UTF-8\"").into())
}

/// Two cookies at the first visit; afterwards the visit is known by them.
pub(super) async fn session(State(vendor): Shared, ask: Ask) -> Response {
    let known = ask.header("cookie").is_some_and(|cookies| cookies.contains("sandbox_session="));
    let answer = vendor.json(200, &object([("known", Json::Bool(known))]));
    if known {
        return answer;
    }
    let session = vendor.state().made.hex();
    answer
        .with("set-cookie", &format!("sandbox_session={session}; Path=/; HttpOnly"))
        .with("set-cookie", "theme=dark; Path=/; Expires=Wed, 09 Jun 2032 10:18:14 GMT")
}

/// Client credentials (RFC 6749 §4.4) for `sandbox` and `sandbox-secret`.
pub(super) async fn issue(State(vendor): Shared, ask: Ask) -> Said {
    let form =
        Request::new("POST", format!("/?{}", String::from_utf8_lossy(ask.0.body.bytes()))).query_pairs();
    let of = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    if ask.0.headers.media_type().as_deref() != Some("application/x-www-form-urlencoded")
        || of("grant_type").is_none()
    {
        return Err(oauth_error(400, "invalid_request"));
    }
    if of("grant_type") != Some("client_credentials") {
        return Err(oauth_error(400, "unsupported_grant_type"));
    }
    if (of("client_id"), of("client_secret")) != (Some("sandbox"), Some("sandbox-secret")) {
        return Err(oauth_error(401, "invalid_client"));
    }
    let scope = of("scope").unwrap_or("profile:read");
    if scope.split(' ').any(|scope| scope != "profile:read" && scope != "reports:read") {
        return Err(oauth_error(400, "invalid_scope"));
    }
    let now = vendor.now().seconds();
    let claims = object([
        ("iss", string(ISSUER)),
        ("aud", string(AUDIENCE)),
        ("sub", string("sandbox")),
        ("scope", string(scope)),
        ("iat", number(now)),
        ("exp", number(now + 3600)),
    ]);
    let answer = object([
        ("access_token", string(tokens::mint(&claims, &vendor.options.key))),
        ("token_type", string("Bearer")),
        ("expires_in", number(3600)),
        ("scope", string(scope)),
    ]);
    Ok(vendor.json(200, &answer).with("cache-control", "no-store"))
}

/// RFC 6749 §5.2.
fn oauth_error(status: u16, code: &str) -> Refused {
    let answer = json(status, &object([("error", string(code))])).with("cache-control", "no-store");
    if status == 401 {
        answer.with("www-authenticate", "Basic realm=\"sandbox\"").into()
    } else {
        answer.into()
    }
}
