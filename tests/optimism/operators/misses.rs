//! Other ways to say that there is nothing.

use super::survey::{Mutant, Survey, say};
use crate::kit::json::{obj, read};
use crate::kit::service::{Told, What};

pub(super) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let mut all = Vec::new();
    for (route, what) in survey.kinds() {
        let kind = (route, what);
        let sample = survey.sample(route, what).map_or(0, Told::status);
        match what {
            What::Miss => {
                // A write that is answered with success is no miss in another style.
                let write = !route.starts_with("GET");
                let styles: [(&str, u16, Option<&str>); 6] = [
                    ("miss-as-null", 200, Some("null")),
                    ("miss-as-no-content", 204, None),
                    ("miss-as-nothing", 404, None),
                    ("miss-as-empty-object", 200, Some("{}")),
                    ("miss-as-gone", 410, Some(r#"{"error":"gone"}"#)),
                    ("miss-as-empty-list", 200, Some("[]")),
                ];
                for (name, status, body) in styles {
                    let rules: &[&'static str] = match status {
                        _ if route.starts_with("DELETE") => {
                            &["not-found-restyled", "not-found-invented", "delete-restyled"]
                        }
                        410 => &["not-found-restyled", "gone-collapsed"],
                        200 | 204 if write => &["not-found-restyled", "not-found-invented"],
                        _ => &["not-found-restyled"],
                    };
                    let bodiless =
                        survey.sample(route, what).and_then(Told::reply).is_some_and(|r| r.body.is_empty());
                    if status == sample && bodiless == body.is_none() {
                        continue;
                    }
                    let body = body.map(read);
                    all.push(
                        survey.instead(name, kind, rules, move |told| say(&told, status, body.as_ref())),
                    );
                }
            }
            What::Empty => {
                let document = obj! { "error": obj! { "code": "not_found", "message": "nothing fits" } };
                let rules = &["not-found-restyled", "empty-never"];
                all.push(
                    survey
                        .instead("empty-as-miss", kind, rules, move |told| say(&told, 404, Some(&document))),
                );
                if let Some(full) = survey.content(route).cloned() {
                    all.push(
                        survey.instead("empty-as-content", kind, &["empty-never"], move |_| full.clone()),
                    );
                }
            }
            What::Gone => {
                let miss = survey.told().find(|t| t.what == What::Miss && t.status() == 404).cloned();
                if let Some(miss) = miss {
                    all.push(
                        survey.instead("gone-as-miss", kind, &["gone-collapsed"], move |_| miss.clone()),
                    );
                }
            }
            What::Deleted => {
                let thing = obj! { "id": "1", "deleted": true, "object": "thing" };
                let status = if sample == 204 { 200 } else { 204 };
                let body = (sample == 204).then_some(thing);
                let rules = &["delete-restyled"];
                all.push(
                    survey.instead("delete-restyled", kind, rules, move |told| {
                        say(&told, status, body.as_ref())
                    }),
                );
            }
            _ => {}
        }
    }
    all
}
