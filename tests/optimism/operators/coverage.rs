//! Questions that the mock has no answer to.

use super::survey::{Mutant, Survey, mock_of, say};
use crate::kit::json::obj;
use crate::kit::service::{Told, What};
use crate::kit::stage::Cast;
use std::collections::BTreeSet;

pub(super) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let routes: BTreeSet<&'static str> =
        survey.told().filter(|t| t.what.is_content()).map(|t| t.route).collect();
    let unknown = |route: &'static str, name: &str, status: u16, body: &'static str| {
        survey.outside(name, route.to_owned(), &["unanswerable"], move |_, told| {
            if told.route != route {
                return told;
            }
            Told::new(route, told.what, status).body("text/plain", body)
        })
    };
    let mut all = Vec::new();
    for route in routes {
        all.push(unknown(route, "route-unknown", 501, "not implemented in this mock"));
        let path = route.split_once(' ').map_or(route, |(_, path)| path);
        if path.starts_with('/') {
            all.push(unknown(route, "route-without-stub", 404, "No stub matched this request"));
        }
    }
    for kind in survey.kinds().into_iter().filter(|(_, what)| *what == What::Thing || *what == What::Made) {
        let document = obj! { "error": "this mock would rather not" };
        let rules = &["success-refused"];
        all.push(
            survey.instead("content-refused", kind, rules, move |told| say(&told, 422, Some(&document))),
        );
    }
    let mut stubs = survey.stubs();
    stubs.push(("GET".to_owned(), "/reports/of/nobody".to_owned()));
    let cast = Cast { stubs, ..mock_of(survey.vendor) };
    let at = "GET /reports/of/nobody".to_owned();
    all.push(Mutant { operator: "stub-of-nobody".to_owned(), at, rules: vec!["never-seen"], cast });
    all
}
