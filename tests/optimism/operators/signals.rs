//! What listings say about their end: left out, or said in another way.

use super::survey::{Mutant, Survey, headers};
use crate::kit::json::Edit;
use crate::kit::service::{Told, What};
use cassettes::json::{Json, Pointer, Step};
use std::collections::BTreeSet;

pub(super) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let routes: BTreeSet<&'static str> = survey
        .kinds()
        .into_iter()
        .filter(|(_, what)| *what == What::Page { more: true })
        .map(|(route, _)| route)
        .collect();
    routes.into_iter().flat_map(|route| of_route(survey, route)).collect()
}

fn of_route(survey: &Survey, route: &'static str) -> Vec<Mutant> {
    let (going, last) = (What::Page { more: true }, What::Page { more: false });
    let Some(page) = survey.sample(route, going) else { return Vec::new() };
    let mut all = Vec::new();
    if page.reply().is_some_and(|r| r.headers.contains("link")) {
        // Where it was the only one, the first page is all there is.
        let rules = &["page-signal-missing", "pagination-flattened"];
        all.push(
            survey.instead("no-link", (route, going), rules, |told| headers(told, |h| h.remove("link"))),
        );
    }
    let places = signals(&page.document());
    let rules: &[&'static str] = if places.len() > 1 {
        &["page-signal-missing"]
    } else {
        &["page-signal-missing", "pagination-flattened"]
    };
    for at in &places {
        let gone = at.clone();
        all.push(
            survey
                .instead(&format!("no-signal {at}"), (route, going), rules, move |told| without(told, &gone)),
        );
    }
    let Some(end) = survey.sample(route, last).map(Told::document) else { return all };
    for at in places {
        let rules = &["page-end-wrong"];
        match at.find(&end) {
            None => {
                for (name, value) in
                    [("end-as-null", Json::Null), ("end-as-empty", Json::String(String::new()))]
                {
                    let at = at.clone();
                    all.push(survey.instead(name, (route, last), rules, move |told| with(told, &at, &value)));
                }
            }
            Some(Json::Null) => {
                let (gone, empty) = (at.clone(), at.clone());
                all.push(
                    survey.instead("end-as-absent", (route, last), rules, move |told| without(told, &gone)),
                );
                let value = Json::String(String::new());
                all.push(
                    survey.instead("end-as-empty", (route, last), rules, move |told| {
                        with(told, &empty, &value)
                    }),
                );
            }
            Some(Json::String(text)) if text.is_empty() => {
                let at = at.clone();
                all.push(
                    survey.instead("end-as-null", (route, last), rules, move |told| {
                        with(told, &at, &Json::Null)
                    }),
                );
            }
            Some(Json::Bool(_)) => {
                let at = at.clone();
                all.push(
                    survey.instead("end-as-absent", (route, last), rules, move |told| without(told, &at)),
                );
            }
            _ => {}
        }
    }
    all
}

/// The members outside items that lead to the next page.
fn signals(document: &Json) -> Vec<Pointer> {
    let mut found = Vec::new();
    Pointer::walk(document, &mut |at, value| {
        let inside = at.0.iter().any(|s| matches!(s, Step::Index(_)));
        let name = at.name().unwrap_or_default().to_lowercase();
        let leads = ["next", "has_more", "hasnext", "truncated", "endcursor", "more"]
            .iter()
            .any(|w| name.contains(w));
        if !inside && leads && value.scalar_text().is_some() {
            found.push(at.clone());
        }
    });
    found
}

fn split(at: &Pointer) -> (Pointer, String) {
    (Pointer(at.0[..at.0.len() - 1].to_vec()), at.name().unwrap_or_default().to_owned())
}

fn without(mut told: Told, at: &Pointer) -> Told {
    let (object, name) = split(at);
    let mut document = told.document();
    document.edit(&object, &mut |o| drop(o.take(&name)));
    told.redraw(&document);
    told
}

fn with(mut told: Told, at: &Pointer, value: &Json) -> Told {
    let (object, name) = split(at);
    let mut document = told.document();
    document.edit(&object, &mut |o| o.put(&name, value.clone()));
    told.redraw(&document);
    told
}
