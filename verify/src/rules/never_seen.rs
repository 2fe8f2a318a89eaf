//! # never-seen
//!
//! A route of the mock that no recorded exchange ever showed.
//!
//! Group: coverage
//!
//! ## Why it matters
//!
//! Nobody knows whether the real side has such a thing, or what it says there. Tests that use the route prove
//! something about the mock alone. It is also how a route that the real side gave up years ago lives on.
//!
//! Only a mock that is a file says what it can answer at all; a live one is never accused.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers/cus_1
//! < 200 {"id":"cus_1"}
//! ~ 200 {"id":"cus_1"}
//! * stubs/customers.json:3 GET /v1/customers/{id} 200
//! * stubs/legacy.json:12 GET /v1/customers/{id}/balance 200
//! ```
//!
//! ## Quiet
//!
//! Each route was seen, one of them with another method, too; a route for everything is none of its own:
//!
//! ```
//! > GET /v1/customers/cus_1
//! < 200 {"id":"cus_1"}
//! ~ 200 {"id":"cus_1"}
//! > DELETE /v1/customers/cus_1
//! < 204
//! ~ 204
//! * stubs/customers.json:3 GET /v1/customers/{id} 200
//! * stubs/customers.json:9 DELETE /v1/customers/{id} 204
//! * stubs/other.json:1 * /** 404
//! ```
//!
//! A stub for one thing of the mock's own is of a route that was seen:
//!
//! ```
//! > GET /v1/customers/cus_1
//! < 200 {"id":"cus_1"}
//! ~ 200 {"id":"cus_1"}
//! * stubs/one.json:1 GET /v1/customers/cus_7 200
//! ```

use super::Rule;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use cassettes::meta::Meta;
use cassettes::model::Request;
use cassettes::operation::{Operation, Operations};
use cassettes::subject::{PathForm, Route};
use fancy_regex::Regex;
use std::collections::BTreeSet;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("never-seen", include_str!("never_seen.rs")), case: None, run: Some(judge) };

/// What a mock says to whatever it does not know is not a route.
const MISS: [u16; 4] = [404, 405, 501, 502];

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let Some(repertoire) = &run.repertoire else { return };
    let asked = Asked::of(run);
    // Where nothing was answered at all a list of routes proves nothing.
    if asked.paths.is_empty() || run.cases.is_empty() {
        return;
    }
    for route in &repertoire.routes {
        let everything = route.statuses.iter().all(|s| MISS.contains(s)) && is_everything(&route.path);
        // Where a stub's test is its own, nobody can say that it was not met.
        if everything || route.path == PathForm::Unknown {
            continue;
        }
        findings.check();
        if asked.met(route) {
            continue;
        }
        let method = route.method.as_deref().unwrap_or("*");
        let shown = format!("{method} {}", told(&route.path));
        findings.add(Complaint {
            severity: Severity::Info,
            operation: Operation { method: method.to_owned(), template: told(&route.path) },
            message: "the mock answers here, and no cassette shows that the real side does".to_owned(),
            place: shown.clone(),
            real: Evidence {
                pointer: "request".to_owned(),
                excerpt: "never recorded".to_owned(),
                ..Evidence::default()
            },
            other: Evidence {
                pointer: "request".to_owned(),
                excerpt: shown,
                location: Some(route.spot.clone()),
                ..Evidence::default()
            },
            hint: Some("record what the real side says there, or take the stub out".to_owned()),
        });
    }
}

fn is_everything(path: &PathForm) -> bool {
    match path {
        PathForm::Any | PathForm::Unknown => true,
        PathForm::Exact(_) => false,
        PathForm::OneOf(all) => all.iter().any(is_everything),
        PathForm::Template(text) | PathForm::Pattern(text) => {
            matches!(text.trim_start_matches('/'), "**" | ".*" | ".+" | "{path}" | "*")
        }
    }
}

/// What was ever asked, each path once.
struct Asked<'r> {
    paths: BTreeSet<(&'r str, &'r str)>,
    known: Operations,
    operations: BTreeSet<Operation>,
}

impl<'r> Asked<'r> {
    fn of(run: &'r Run<'_>) -> Self {
        let evidence = || run.cassettes.iter().flat_map(|c| &c.exchanges).filter(|e| !e.edited);
        let known = Operations::learn(evidence());
        let operations = evidence().map(|e| known.of(&e.request)).collect();
        let paths = evidence().map(|e| (e.request.method.as_str(), e.request.path())).collect();
        Asked { paths, known, operations }
    }

    /// Whether any request was one of a route's, or may have been.
    fn met(&self, route: &Route) -> bool {
        let pattern = pattern(&route.path);
        let paths = || self.paths.iter().filter(|(method, _)| takes_method(route, method));
        if paths().any(|(_, path)| takes(&route.path, pattern.as_ref(), path) != Some(false)) {
            return true;
        }
        // A path with an id of the mock's own is still a path of that kind, and so is a pattern for them.
        let may_be = |o: &Operation| takes_method(route, &o.method) && route.path.may_be(&o.template);
        if pattern.is_some() && self.operations.iter().any(may_be) {
            return true;
        }
        let (PathForm::Exact(own) | PathForm::Template(own)) = &route.path else { return false };
        let methods: BTreeSet<&str> = paths().map(|(method, _)| *method).collect();
        let of_kind =
            |method: &&str| self.operations.contains(&self.known.of(&Request::new(*method, own.as_str())));
        methods.iter().any(of_kind) || paths().any(|(_, path)| alike(own, path))
    }
}

fn takes_method(route: &Route, asked: &str) -> bool {
    let method = route.method.as_deref().is_none_or(|m| m.eq_ignore_ascii_case(asked));
    // HEAD is what GET would say.
    method || (asked == "HEAD" && route.method.as_deref() == Some("GET"))
}

/// Whether a path has that form; none where only the stub itself can tell.
fn takes(form: &PathForm, pattern: Option<&Regex>, path: &str) -> Option<bool> {
    if let Some(pattern) = pattern {
        return pattern.is_match(path).ok();
    }
    let found = form.takes(path)?;
    Some(found || form.takes(path.trim_end_matches('/')) == Some(true))
}

/// A pattern, read once for all the paths that are tried.
fn pattern(form: &PathForm) -> Option<Regex> {
    let PathForm::Pattern(text) = form else { return None };
    Regex::new(&format!("^(?:{text})$")).ok()
}

/// Whether two paths differ in nothing but numbers within their segments: `/customers/cus_1`, `/customers/cus_7`.
fn alike(a: &str, b: &str) -> bool {
    let stem = |segment: &str| segment.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    // A version's number is its name.
    let same = |a: &str, b: &str| {
        a == b || (stem(a) == stem(b) && stem(a).len() < a.len().min(b.len()) && stem(a) != "v")
    };
    a.split('/').count() == b.split('/').count() && a.split('/').zip(b.split('/')).all(|(a, b)| same(a, b))
}

fn told(path: &PathForm) -> String {
    match path {
        PathForm::Exact(text) | PathForm::Template(text) | PathForm::Pattern(text) => text.clone(),
        PathForm::OneOf(all) => all.iter().map(told).collect::<Vec<_>>().join(" or "),
        PathForm::Any => "/**".to_owned(),
        PathForm::Unknown => "a path that only the stub can tell".to_owned(),
    }
}
