//! Changes that vendors make and fakes do not: a member renamed, a listing wrapped, limits announced, a
//! credential taken no more.

use crate::kit::dress::Dress;
use crate::kit::hooks::Fault;
use crate::kit::json::{Edit as _, ToJson as _, obj};
use crate::kit::service::{Told, What};
use crate::kit::stage::Cast;
use crate::kit::world::{ASKED, REAL, World};
use crate::operators::places::{Pair, Place, pairs, some};
use crate::operators::survey::{headers, mock_of, say};
use crate::operators::{Mutant, Survey};
use cassettes::json::{Json, Pointer};
use cassettes::model::Answer;
use std::collections::BTreeSet;

pub(crate) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let mut all = members(survey);
    for kind in survey.kinds() {
        all.extend(of_answers(survey, kind));
    }
    all.extend(cursors(survey));
    all.extend(of_the_whole(survey));
    all
}

fn split(at: &Pointer) -> (Pointer, String) {
    (Pointer(at.0[..at.0.len() - 1].to_vec()), at.name().unwrap_or_default().to_owned())
}

fn members(survey: &Survey) -> Vec<Mutant> {
    let pairs = pairs(survey);
    let often = |p: &Place| p.is_required() && p.nulls() == 0 && p.parents > 4;
    let fitting = || -> Vec<&Pair> { pairs.iter().filter(|p| often(&p.real) && often(&p.mock)).collect() };
    let mut all = Vec::new();
    for (route, at) in some(fitting(), "renamed", 1) {
        let (object, name) = split(&at);
        all.push(survey.redraw("member-renamed", (route, &at), &["field-missing"], move |json| {
            json.edit(&object, &mut |o| {
                if let Some(value) = o.take(&name) {
                    o.put(&format!("{name}_text"), value);
                }
            });
        }));
    }
    for (route, at) in some(fitting(), "null now", 1) {
        let place = at.clone();
        let rules = &["null-appeared", "kind-changed", "null-never", "absence-confused"];
        all.push(survey.redraw("member-null", (route, &at), rules, move |json| {
            json.edit(&place, &mut |value| *value = Json::Null);
        }));
    }
    let many = |p: &&Pair| p.real.parents > 9 && p.mock.parents > 9;
    for (route, at) in some(fitting().into_iter().filter(many).collect(), "at times", 1) {
        let (object, name) = split(&at);
        let rules = &["optional-always-present", "field-missing"];
        all.push(survey.redraw("member-at-times", (route, &at), rules, move |json| {
            let mut turn = 0;
            json.edit(&object, &mut |o| {
                turn += 1;
                if turn % 3 > 0 {
                    o.take(&name);
                }
            });
        }));
    }
    // The same forms, other values.
    let named = |p: &&Pair| p.at.name().is_some_and(|n| ["name", "title", "description"].contains(&n));
    for (route, at) in some(fitting().into_iter().filter(named).collect(), "values", 1) {
        let place = at.clone();
        all.push(survey.redraw("values-changed", (route, &at), &[], move |json| {
            json.edit(&place, &mut |value| {
                if let Some(text) = value.as_str() {
                    *value = text.chars().rev().collect::<String>().json();
                }
            });
        }));
    }
    all
}

fn of_answers(survey: &Survey, kind: (&'static str, What)) -> Vec<Mutant> {
    let (route, what) = kind;
    let Some(own) = survey.sample(route, what) else { return Vec::new() };
    let media = own.reply().and_then(|r| r.headers.media_type()).unwrap_or_default();
    let mut all = Vec::new();
    if what.is_content() {
        let announced = |name: &'static str, value: &'static str| {
            move |told: Told| headers(told, |h| h.push(name, value))
        };
        all.push(survey.instead("header-announced", kind, &[], announced("X-Region", "eu-north")));
        let limits = |told: Told| {
            headers(told, |h| {
                h.push("X-RateLimit-Limit", "60");
                h.push("X-RateLimit-Remaining", "59");
            })
        };
        all.push(survey.instead("limits-announced", kind, &["header-missing", "header-new"], limits));
        if media == "application/json" {
            let rules = &["media-type-changed"];
            let media = "application/vnd.vendor.v2+json";
            all.push(survey.outside("media-type-suffixed", route.to_owned(), rules, move |_, told| {
                if told.route != route || !told.what.is_content() {
                    return told;
                }
                headers(told, |h| h.set("Content-Type", media))
            }));
        }
        if own.status() == 200 {
            all.push(survey.instead("status-as-206", kind, &["status-changed"], |mut told| {
                if let Answer::Reply(reply) = &mut told.answer {
                    reply.status = 206;
                }
                told
            }));
        }
        if matches!(own.document(), Json::Array(_)) {
            let rules = &["kind-changed", "field-missing"];
            all.push(survey.instead("list-wrapped", kind, rules, |mut told| {
                let document = obj! { "data": told.document() };
                told.redraw(&document);
                told
            }));
        }
        let rules = &["latency-changed", "latency-free"];
        all.push(survey.outside("slower-tenfold", route.to_owned(), rules, move |_, told| {
            if told.route == route { told.after(4_000) } else { told }
        }));
        let rules = &["redirect-hidden", "redirect-added", "status-changed"];
        all.push(survey.outside(
            "redirect-added",
            format!("{route} {what:?}"),
            rules,
            move |request, told| {
                if (told.route, told.what) != (route, what) {
                    return told;
                }
                say(&told, 308, None).with("Location", format!("/v2{}", request.target))
            },
        ));
        let refusal = survey.told().find(|t| matches!(t.what, What::Auth(Fault::Unknown | Fault::Signature)));
        if let Some(refusal) = refusal.cloned() {
            let rules = &["success-refused", "token-refused", "token-accepted"];
            all.push(survey.instead("good-credential-refused", kind, rules, move |_| refusal.clone()));
        }
    }
    all
}

/// The member that leads to the next page, under another name.
fn cursors(survey: &Survey) -> Vec<Mutant> {
    let going: BTreeSet<&'static str> = survey
        .kinds()
        .into_iter()
        .filter(|(_, what)| *what == What::Page { more: true })
        .map(|(route, _)| route)
        .collect();
    let mut all = Vec::new();
    for route in going {
        let Some(page) = survey.sample(route, What::Page { more: true }) else { continue };
        let document = page.document();
        let leads = |name: &str| {
            let name = name.to_lowercase();
            (name.contains("next") && !name.contains("has")) || name == "cursor" || name == "endcursor"
        };
        let lead = document.members().iter().find(|(n, v)| leads(n) && v.scalar_text().is_some());
        let Some((name, _)) = lead.cloned() else { continue };
        let rules = &["page-signal-missing", "pagination-flattened", "field-missing"];
        let kind = (route, What::Page { more: true });
        all.push(survey.instead("cursor-renamed", kind, rules, move |mut told| {
            let mut document = told.document();
            if let Some(value) = document.take(&name) {
                document.put("continue_with", value);
            }
            told.redraw(&document);
            told
        }));
    }
    all
}

/// Manners of the whole vendor.
fn of_the_whole(survey: &Survey) -> Vec<Mutant> {
    let plain = || mock_of(survey.vendor);
    let mutant = |operator: &str, rules: &[&'static str], cast: Cast| Mutant {
        operator: operator.to_owned(),
        at: "everywhere".to_owned(),
        rules: rules.to_vec(),
        cast,
    };
    let mut small = World::new(REAL, ASKED);
    small.small_pages = true;
    let dress = Dress { prose: true, ..Dress::default() };
    vec![
        mutant("page-cap-smaller", &["page-cap-ignored"], Cast { world: small, ..plain() }),
        mutant("prose-changed", &[], Cast { dress, ..plain() }),
    ]
}
