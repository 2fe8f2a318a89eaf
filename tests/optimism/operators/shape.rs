//! Members gone, made up, always there, never null; sets and kinds of values changed.

use super::places::{Pair, Place, pairs, some};
use super::survey::{Mutant, Survey};
use crate::kit::json::{Edit, ToJson as _};
use cassettes::json::{Json, Pointer, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let all = pairs(survey);
    let fit = |fits: &dyn Fn(&Pair) -> bool| -> Vec<&Pair> { all.iter().filter(|pair| fits(pair)).collect() };
    let mut mutants = Vec::new();
    mutants.extend(members(survey, &fit));
    mutants.extend(absences(survey, &all, &fit));
    mutants.extend(words(survey, &all, &fit));
    mutants.extend(kinds(survey, &fit));
    mutants.extend(ids(survey, &fit));
    mutants.extend(variants(survey, &all));
    mutants
}

type Fit<'f> = dyn Fn(&dyn Fn(&Pair) -> bool) -> Vec<&'f Pair> + 'f;

/// The object that a member stands in, and its name.
fn parent(at: &Pointer) -> (Pointer, String) {
    let name = at.name().unwrap_or_default().to_owned();
    (Pointer(at.0[..at.0.len() - 1].to_vec()), name)
}

/// A member that always stands beside this one, by which such objects are known in other answers.
fn sibling(pairs: &[Pair], route: &str, at: &Pointer) -> String {
    let object = parent(at).0;
    let beside = pairs.iter().filter(|p| p.route == route && p.at != *at && parent(&p.at).0 == object);
    beside
        .filter(|p| p.real.is_required())
        .filter_map(|p| p.at.name())
        .next_back()
        .unwrap_or_default()
        .to_owned()
}

fn members<'f>(survey: &Survey, fit: &Fit<'f>) -> Vec<Mutant> {
    let mut all = Vec::new();
    let required = fit(&|p| p.real.is_required() && p.mock.is_required());
    for (route, at) in some(required, "gone", 2) {
        let (object, name) = parent(&at);
        all.push(survey.redraw("member-removed", (route, &at), &["field-missing"], move |json| {
            json.edit(&object, &mut |o| drop(o.take(&name)));
        }));
    }
    let anywhere = fit(&|p| p.real.is_required() && p.real.parents > 4);
    for (route, at) in some(anywhere, "invented", 1) {
        let (object, _) = parent(&at);
        all.push(survey.redraw("member-invented", (route, &at), &["field-invented"], move |json| {
            json.edit(&object, &mut |o| o.put("convenience_label", "made up".json()));
        }));
    }
    all
}

fn absences<'f>(survey: &Survey, all_pairs: &'f [Pair], fit: &Fit<'f>) -> Vec<Mutant> {
    let mut all = Vec::new();
    let value_of = |route: &str, at: &Pointer| {
        let pair = all_pairs.iter().find(|p| p.route == route && p.at == *at);
        pair.and_then(|p| p.mock.some().next()).cloned().unwrap_or(Json::Null)
    };
    let often = |place: &Place| place.nulls() * 4 >= place.values.len() && place.nulls() < place.values.len();
    let nullable = fit(&|p| {
        p.real.is_required()
            && often(&p.real)
            && often(&p.mock)
            && p.real.nulls() > 1
            && p.mock.values.len() > 3
    });
    for (route, at) in some(nullable.clone(), "null", 2) {
        let value = value_of(route, &at);
        // Everywhere: a mock that says null in one place knows of it.
        let name = at.name().unwrap_or_default().to_owned();
        all.push(survey.everywhere("never-null", (route, &at), &["null-never"], move |object| {
            if object.get(&name) == Some(&Json::Null) {
                object.put(&name, value.clone());
            }
        }));
    }
    let texts: Vec<&Pair> = nullable.iter().copied().filter(|p| p.mock.texts().is_some()).collect();
    for (route, at) in some(texts, "empty", 1) {
        all.push(survey.redraw("null-as-empty", (route, &at), &["absence-confused"], {
            let at = at.clone();
            move |json| {
                json.edit(&at, &mut |v| {
                    if *v == Json::Null {
                        *v = "".json();
                    }
                });
            }
        }));
    }
    for (route, at) in some(nullable, "absent", 1) {
        let (object, name) = parent(&at);
        let rules = &["absence-confused", "field-missing"];
        all.push(survey.redraw("null-as-absent", (route, &at), rules, move |json| {
            json.edit(&object, &mut |o| {
                if o.get(&name) == Some(&Json::Null) {
                    o.take(&name);
                }
            });
        }));
    }
    let sometimes = |place: &Place| {
        let absent = place.parents - place.values.len();
        absent * 4 >= place.parents && absent > 1 && place.values.len() > 1 && place.nulls() == 0
    };
    // A member that belongs to one variant of several is not optional.
    let tagged = |p: &Pair| {
        let (object, _) = parent(&p.at);
        all_pairs.iter().any(|q| q.route == p.route && q.at == object.member("type"))
    };
    let optional = fit(&|p| sometimes(&p.real) && sometimes(&p.mock) && p.mock.parents > 3 && !tagged(p));
    for (route, at) in some(optional.clone(), "always", 2) {
        let value = value_of(route, &at);
        let (_, name) = parent(&at);
        let beside = sibling(all_pairs, route, &at);
        all.push(survey.everywhere(
            "always-present",
            (route, &at),
            &["optional-always-present"],
            move |object| {
                if object.get(&beside).is_some() && object.get(&name).is_none() {
                    object.put(&name, value.clone());
                }
            },
        ));
    }
    for (route, at) in some(optional, "absent-null", 1) {
        let (object, name) = parent(&at);
        all.push(survey.redraw("absent-as-null", (route, &at), &["absence-confused"], move |json| {
            json.edit(&object, &mut |o| {
                if o.get(&name).is_none() {
                    o.put(&name, Json::Null);
                }
            });
        }));
    }
    all
}

/// Names under which machines put one word of a few.
const CHOICES: [&str; 7] = ["status", "state", "type", "kind", "role", "level", "mode"];

fn words<'f>(survey: &Survey, all_pairs: &'f [Pair], fit: &Fit<'f>) -> Vec<Mutant> {
    let set = |place: &Place| -> BTreeSet<String> {
        place.texts().unwrap_or_default().into_iter().map(str::to_owned).collect()
    };
    let few = |p: &Pair| {
        let (real, mock) = (set(&p.real), set(&p.mock));
        let word =
            real.iter().all(|t| t.len() > 1 && t.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_'));
        let name = p.at.name().unwrap_or_default();
        let choice = CHOICES.iter().any(|c| name == *c || name.ends_with(&format!("_{c}")));
        choice
            && word
            && real.len() > 1
            && real == mock
            && p.real.values.len() >= 3 * real.len()
            && p.mock.values.len() >= 3 * real.len()
    };
    let mut all = Vec::new();
    for (route, at) in some(fit(&few), "narrow", 2) {
        let only = std::sync::Mutex::new(None::<Json>);
        let name = at.name().unwrap_or_default().to_owned();
        let beside = sibling(all_pairs, route, &at);
        let rules = &["value-set-narrowed", "variant-missing"];
        all.push(survey.everywhere("one-word-only", (route, &at), rules, move |object| {
            let value =
                object.get(&name).filter(|v| **v != Json::Null && object.get(&beside).is_some()).cloned();
            if let Some(value) = value {
                let mut only = only.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                object.put(&name, only.get_or_insert(value).clone());
            }
        }));
        let (place, name) = (at.clone(), at.name().unwrap_or_default().to_owned());
        let beside = sibling(all_pairs, route, &at);
        all.push(survey.everywhere("words-in-other-case", (route, &at), &["value-unknown"], move |object| {
            let text = object.get(&name).and_then(Json::as_str).filter(|_| object.get(&beside).is_some());
            let turned =
                text.map(|t| if t.to_uppercase() == *t { t.to_lowercase() } else { t.to_uppercase() });
            if let Some(turned) = turned {
                object.put(&name, turned);
            }
        }));
        all.push(survey.redraw("word-of-its-own", (route, &at), &["value-unknown"], move |json| {
            let mut first = true;
            json.edit(&place, &mut |v| {
                if std::mem::take(&mut first) {
                    *v = "archived_elsewhere".json();
                }
            });
        }));
    }
    all
}

fn kinds<'f>(survey: &Survey, fit: &Fit<'f>) -> Vec<Mutant> {
    let mut all = Vec::new();
    let one_kind = |p: &Pair, kind: &str| {
        p.real.values.iter().chain(&p.mock.values).all(|v| v.kind() == kind) && p.real.is_required()
    };
    for (route, at) in some(fit(&|p| one_kind(p, "boolean")), "bool", 1) {
        let place = at.clone();
        all.push(survey.redraw("boolean-as-text", (route, &at), &["kind-changed"], move |json| {
            json.edit(&place, &mut |v| *v = v.scalar_text().unwrap_or_default().json());
        }));
    }
    for (route, at) in some(fit(&|p| one_kind(p, "boolean")), "bit", 1) {
        let place = at.clone();
        all.push(survey.redraw("boolean-as-number", (route, &at), &["kind-changed"], move |json| {
            json.edit(&place, &mut |v| *v = i64::from(*v == Json::Bool(true)).json());
        }));
    }
    let lists = |p: &Pair| {
        let empty =
            |place: &Place| place.values.iter().filter(|v| **v == Json::Array(Vec::new())).count() > 1;
        one_kind(p, "array") && empty(&p.real) && empty(&p.mock)
    };
    for (route, at) in some(fit(&lists), "list", 1) {
        let place = at.clone();
        let rules = &["absence-confused", "kind-changed"];
        all.push(survey.redraw("empty-list-as-null", (route, &at), rules, move |json| {
            json.edit(&place, &mut |v| {
                if v.items().is_empty() {
                    *v = Json::Null;
                }
            });
        }));
    }
    for (route, at) in some(fit(&|p| one_kind(p, "string")), "text", 1) {
        let place = at.clone();
        all.push(survey.redraw("text-as-list", (route, &at), &["kind-changed"], move |json| {
            json.edit(&place, &mut |v| *v = vec![v.clone()].json());
        }));
    }
    for (route, at) in some(fit(&|p| one_kind(p, "object")), "object", 1) {
        let place = at.clone();
        all.push(survey.redraw("object-as-id", (route, &at), &["kind-changed"], move |json| {
            json.edit(&place, &mut |v| *v = "id_of_it".json());
        }));
    }
    all
}

fn ids<'f>(survey: &Survey, fit: &Fit<'f>) -> Vec<Mutant> {
    let used = |text: &str| {
        let asked = survey.mock.iter().chain(&survey.real).flatten();
        asked.into_iter().any(|(request, _)| {
            request.target.contains(text) || String::from_utf8_lossy(request.body.bytes()).contains(text)
        })
    };
    let unlike = |place: &Place| {
        let texts = place.texts().unwrap_or_default();
        let distinct: BTreeSet<&str> = texts.iter().copied().collect();
        let form = |t: &&str| {
            t.len() >= 8
                && t.bytes().any(|b| b.is_ascii_alphabetic())
                && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        };
        let digits = texts.iter().any(|t| t.bytes().any(|b| b.is_ascii_digit()));
        distinct.len() > 2 && digits && texts.iter().all(form) && !texts.iter().any(|t| used(t))
    };
    let mut all = Vec::new();
    let named = |p: &Pair| p.at.name().is_some_and(|n| n.to_lowercase().ends_with("id"));
    for (route, at) in some(fit(&|p| named(p) && unlike(&p.real) && unlike(&p.mock)), "ids", 1) {
        let place = at.clone();
        let count = AtomicUsize::new(1);
        all.push(survey.redraw("ids-as-counters", (route, &at), &["id-form-changed"], move |json| {
            json.edit(&place, &mut |v| *v = count.fetch_add(1, Ordering::Relaxed).to_string().json());
        }));
    }
    all
}

/// Things of one type taken out of lists that hold several.
fn variants(survey: &Survey, pairs: &[Pair]) -> Vec<Mutant> {
    let mut all = Vec::new();
    for pair in
        pairs.iter().filter(|p| matches!(p.at.name(), Some("type" | "kind" | "__typename" | "entity")))
    {
        let (object, name) = parent(&pair.at);
        let Some((Step::Every, list)) = object.0.split_last() else { continue };
        let count = |place: &Place| {
            let mut count: BTreeMap<String, usize> = BTreeMap::new();
            for text in place.texts().unwrap_or_default() {
                *count.entry(text.to_owned()).or_default() += 1;
            }
            count
        };
        let (real, mock) = (count(&pair.real), count(&pair.mock));
        // Each type with members of its own.
        let own =
            pairs.iter().any(|q| q.route == pair.route && parent(&q.at).0 == object && !q.real.is_required());
        let Some((kind, _)) = real.iter().rfind(|(k, n)| **n > 1 && mock.contains_key(*k)) else {
            continue;
        };
        if real.len() < 2 || !own {
            continue;
        }
        let (list, kind) = (Pointer(list.to_vec()), kind.clone());
        all.push(survey.redraw(
            "variant-removed",
            (pair.route, &pair.at),
            &["variant-missing"],
            move |json| {
                json.edit(&list, &mut |items| {
                    if let Json::Array(items) = items {
                        items.retain(|i| i.get(&name).and_then(Json::as_str) != Some(&kind));
                    }
                });
            },
        ));
    }
    all
}
