//! What may be asked again: safe methods, and the routes that somebody allowed.

use cassettes::model::Request;
use cassettes::operation::{Effect, Operations, effect};
use cassettes::subject::PathForm;

/// Methods that change nothing (RFC 9110 §9.2.1).
const SAFE: [&str; 3] = ["GET", "HEAD", "OPTIONS"];

/// Header fields by which a request says that another method is meant.
const OVERRIDES: [&str; 3] = ["x-http-method-override", "x-http-method", "x-method-override"];

/// What a path ends with where asking for it does something, whatever the method promises: `GET /orders/7/cancel`.
/// Words that also name things (`archive`, `stop`) are none.
const ACTING: [&str; 24] = [
    "delete",
    "remove",
    "destroy",
    "purge",
    "cancel",
    "revoke",
    "refund",
    "pay",
    "send",
    "resend",
    "approve",
    "reject",
    "confirm",
    "activate",
    "deactivate",
    "enable",
    "disable",
    "reset",
    "restart",
    "shutdown",
    "trigger",
    "unsubscribe",
    "logout",
    "signout",
];

/// Says of each request whether it may be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard {
    allowed: Vec<Route>,
}

/// A route that is allowed: `POST /v1/search`, `POST /graphql operationName=ListCustomers`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Route {
    method: String,
    path: PathForm,
    /// What is called, where one path serves many calls; none: any of them.
    call: Option<String>,
}

/// A route that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a method and a path such as `POST /v1/search`, found `{0}`")]
pub struct RouteError(String);

impl Guard {
    /// Allows these routes besides what is safe.
    pub fn allowing<T: AsRef<str>>(routes: impl IntoIterator<Item = T>) -> Result<Guard, RouteError> {
        let allowed = routes.into_iter().map(|text| Route::parse(text.as_ref())).collect::<Result<_, _>>()?;
        Ok(Guard { allowed })
    }

    /// Which routes, counted from zero, none of these requests takes: somebody mistyped them, or they are old.
    pub fn idle<'r>(&self, requests: impl IntoIterator<Item = &'r Request>) -> Vec<usize> {
        let mut idle: Vec<usize> = (0..self.allowed.len()).collect();
        for request in requests {
            idle.retain(|at| !self.allowed[*at].takes(request));
            if idle.is_empty() {
                break;
            }
        }
        idle
    }

    /// Whether a request may be sent.
    pub fn allows(&self, request: &Request) -> bool {
        is_safe(request) || self.allowed.iter().any(|route| route.takes(request))
    }
}

impl Route {
    fn parse(text: &str) -> Result<Route, RouteError> {
        let error = || RouteError(text.to_owned());
        let mut words = text.split_whitespace();
        let (method, path) = (words.next().ok_or_else(error)?, words.next().ok_or_else(error)?);
        let call = words.next().map(str::to_owned);
        let word = |c: char| c.is_ascii_alphabetic() || c == '-';
        if words.next().is_some() || !method.chars().all(word) || !path.starts_with('/') {
            return Err(error());
        }
        let path = PathForm::Template(path.to_owned());
        Ok(Route { method: method.to_ascii_uppercase(), path, call })
    }

    fn takes(&self, request: &Request) -> bool {
        // Another method that a field names would be another route.
        if overridden(request) || request.method != self.method {
            return false;
        }
        let called = || {
            let operation = Operations::default().of(request);
            operation.template.rsplit_once(' ').map(|(_, call)| call.to_owned())
        };
        self.path.takes(request.path()) == Some(true)
            && self.call.as_ref().is_none_or(|call| called().as_ref() == Some(call))
    }
}

/// Whether a request changes nothing by its method; a call by GET that says it does more is none such.
pub(super) fn is_safe(request: &Request) -> bool {
    SAFE.contains(&request.method.as_str())
        && !overridden(request)
        && !acts(request)
        && effect(request) == Effect::Reads
}

fn acts(request: &Request) -> bool {
    let last = request.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    ACTING.contains(&name.to_ascii_lowercase().as_str())
}

fn overridden(request: &Request) -> bool {
    let other = |value: &str| !value.eq_ignore_ascii_case(&request.method);
    OVERRIDES.iter().any(|name| request.headers.get_all(name).any(|value| other(value.trim())))
        || request.query_pairs().iter().any(|(name, value)| name == "_method" && other(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::Body;

    #[test]
    fn only_safe_methods_and_named_routes_pass() {
        let guard = Guard::allowing(["POST /v1/search", "delete /v1/{kind}/{id}/cache"]).expect("routes");
        let ask = |method: &str, target: &str| guard.allows(&Request::new(method, target));
        assert!(ask("GET", "/v1/x?a=1") && ask("HEAD", "/") && ask("OPTIONS", "*"));
        assert!(ask("POST", "/v1/search") && ask("POST", "/v1/search?page=2"));
        assert!(ask("DELETE", "/v1/things/7/cache"));
        assert!(!ask("POST", "/v1/search/x") && !ask("POST", "/v1/charges") && !ask("PUT", "/v1/search"));
        assert!(!ask("DELETE", "/v1/things/7") && !ask("get", "/v1/x") && !ask("TRACE", "/"));
        assert!(!ask("GET", "/?Action=DeleteUser") && !ask("GET", "/v1/x?_method=delete"));
        assert!(
            !ask("GET", "/v1/orders/7/cancel?why=x") && !ask("GET", "/Log-Out/") && !ask("GET", "/mail/send")
        );
        assert!(ask("GET", "/v1/reject-reasons") && ask("GET", "/v1/deleted"));
        let mut hidden = Request::new("GET", "/v1/x");
        hidden.headers.push("X-HTTP-Method-Override", "DELETE");
        assert!(!guard.allows(&hidden));
        let mut other = Request::new("POST", "/v1/search");
        other.headers.push("X-HTTP-Method-Override", "DELETE");
        assert!(!guard.allows(&other));
    }

    #[test]
    fn a_route_that_nothing_takes_is_idle() {
        let guard = Guard::allowing(["POST /oauth/tokens", "POST /v1/{kind}"]).expect("routes");
        assert_eq!(guard.idle([&Request::new("POST", "/oauth/token"), &Request::new("POST", "/v1/a")]), [0]);
        assert_eq!(guard.idle([]), [0, 1]);
    }

    #[test]
    fn of_one_path_one_call_can_be_allowed() {
        let guard = Guard::allowing(["POST /graphql operationName=List"]).expect("a route");
        let ask = |body: &str| {
            let body = Body::from(body.to_owned());
            guard.allows(&Request { body, ..Request::new("POST", "/graphql") })
        };
        assert!(ask(r#"{"operationName":"List","query":"query List { a }"}"#));
        assert!(!ask(r#"{"operationName":"Drop","query":"mutation Drop { a }"}"#));
    }

    #[test]
    fn routes_that_are_none_are_refused() {
        for text in ["", "POST", "/v1/x", "POST v1/x", "POST /v1/x a b", "P(ST /x"] {
            assert!(Guard::allowing([text]).is_err(), "{text}");
        }
    }
}
