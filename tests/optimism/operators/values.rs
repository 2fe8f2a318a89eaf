//! Numbers and times written in another way.

use super::places::{Pair, Place, pairs, some};
use super::survey::{Mutant, Survey};
use crate::kit::json::{Edit, ToJson as _, num};
use crate::kit::world::ASKED;
use cassettes::json::Json;

/// A change of one value; none where it leaves it.
type Rewrite = fn(&Json) -> Option<Json>;

/// An operator on values: its name, its rules, the places it fits, what it does.
struct Values {
    name: &'static str,
    rules: &'static [&'static str],
    fits: fn(&Place) -> bool,
    rewrite: Rewrite,
}

const ALL: [Values; 17] = [
    Values {
        name: "whole-as-decimal",
        rules: &["number-text-changed", "number-kind-changed", "kind-changed"],
        fits: |p| {
            p.numbers().is_some_and(|all| {
                all.len() > 2 && all.iter().all(|t| !t.contains(['.', 'e']) && t.len() < 9)
            })
        },
        rewrite: |v| Some(num(format!("{}.0", v.scalar_text()?))),
    },
    Values {
        name: "time-with-a-space",
        rules: &["time-form-narrowed", "time-kind-changed", "kind-changed"],
        fits: |p| times(p).is_some_and(|all| all.len() > 2),
        rewrite: |v| Some(v.as_str()?.replacen('T', " ", 1).json()),
    },
    Values {
        name: "zeros-trimmed",
        rules: &["number-text-changed"],
        fits: |p| {
            p.numbers().is_some_and(|all| {
                all.iter().all(|t| t.contains('.')) && all.iter().any(|t| t.ends_with('0'))
            })
        },
        rewrite: |v| Some(num(v.scalar_text()?.trim_end_matches('0').trim_end_matches('.'))),
    },
    Values {
        name: "decimals-dropped",
        rules: &["number-text-changed", "time-form-narrowed"],
        fits: |p| p.numbers().is_some_and(|all| all.iter().all(|t| t.contains('.') && !t.contains('e'))),
        rewrite: |v| Some(num(v.scalar_text()?.split('.').next()?)),
    },
    Values {
        name: "money-zeros-trimmed",
        rules: &["number-text-changed"],
        fits: |p| is_money(p) && p.texts().is_some_and(|all| all.iter().any(|t| t.ends_with('0'))),
        rewrite: |v| Some(v.as_str()?.trim_end_matches('0').trim_end_matches('.').json()),
    },
    Values {
        name: "money-as-number",
        rules: &["number-kind-changed"],
        fits: is_money,
        rewrite: |v| Some(num(v.as_str()?)),
    },
    Values {
        name: "money-in-cents",
        rules: &["number-kind-changed", "number-text-changed"],
        fits: is_money,
        rewrite: |v| Some(num(v.as_str()?.replace('.', ""))),
    },
    Values {
        name: "number-as-text",
        rules: &["number-kind-changed"],
        fits: |p| p.numbers().is_some(),
        rewrite: |v| Some(v.scalar_text()?.json()),
    },
    Values {
        name: "digits-ungrouped",
        rules: &["number-form-narrowed"],
        fits: |p| p.texts().is_some_and(|all| all.iter().filter(|t| is_grouped(t)).count() > 1),
        rewrite: |v| Some(v.as_str()?.replace(',', "").json()),
    },
    Values {
        name: "never-negative",
        rules: &["number-form-narrowed"],
        fits: |p| {
            let negative =
                p.values.iter().filter(|v| v.scalar_text().is_some_and(|t| t.starts_with('-'))).count();
            negative > 1 && negative * 3 >= p.values.len() && (p.numbers().is_some() || is_money(p))
        },
        rewrite: |v| match v {
            Json::Number(text) => Some(num(text.trim_start_matches('-'))),
            other => Some(other.as_str()?.trim_start_matches('-').json()),
        },
    },
    Values {
        name: "exponent-written-out",
        rules: &["number-form-narrowed"],
        fits: |p| p.numbers().is_some_and(|all| all.iter().filter(|t| t.contains('e')).count() > 1),
        rewrite: |v| v.scalar_text().filter(|t| t.contains('e')).map(|_| num("0.000125")),
    },
    Values {
        name: "rounded-to-a-float",
        rules: &["number-rounded"],
        fits: |p| {
            p.numbers()
                .is_some_and(|all| all.len() > 1 && all.iter().all(|t| t.len() > 16 && !t.contains('.')))
        },
        rewrite: |v| Some(num(format!("{}", v.scalar_text()?.parse::<f64>().ok()?))),
    },
    Values {
        name: "always-utc",
        rules: &["time-form-narrowed"],
        fits: |p| {
            times(p).is_some_and(|all| {
                all.iter().any(|t| is_offset(t))
                    && all.iter().filter(|t| is_offset(t)).count() * 2 >= all.len()
            })
        },
        rewrite: |v| v.as_str().filter(|t| is_offset(t)).map(|t| format!("{}Z", &t[..t.len() - 6]).json()),
    },
    Values {
        name: "fraction-dropped",
        rules: &["time-form-narrowed"],
        fits: |p| times(p).is_some_and(|all| all.iter().all(|t| t.contains('.'))),
        rewrite: |v| v.as_str()?.split_once('.').map(|(before, _)| format!("{before}Z").json()),
    },
    Values {
        name: "time-as-epoch",
        rules: &["time-kind-changed", "kind-changed"],
        fits: |p| times(p).is_some(),
        rewrite: |v| v.as_str().map(|_| ASKED.json()),
    },
    Values {
        name: "epoch-in-milliseconds",
        rules: &["time-kind-changed"],
        fits: |p| p.numbers().is_some_and(|all| all.iter().all(|t| t.len() == 10 && t.starts_with("17"))),
        rewrite: |v| Some(num(format!("{}000", v.scalar_text()?))),
    },
    Values {
        name: "epoch-as-text",
        rules: &["time-kind-changed", "kind-changed", "number-kind-changed"],
        fits: |p| p.numbers().is_some_and(|all| all.iter().all(|t| t.len() == 10 && t.starts_with("17"))),
        rewrite: |_| Some("2026-01-02T03:04:05Z".json()),
    },
];

pub(super) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let pairs = pairs(survey);
    let mut all = Vec::new();
    for values in &ALL {
        let fitting: Vec<&Pair> =
            pairs.iter().filter(|p| (values.fits)(&p.real) && (values.fits)(&p.mock) && !is_id(p)).collect();
        for (route, at) in some(fitting, values.name, 2) {
            let (place, rewrite) = (at.clone(), values.rewrite);
            all.push(survey.redraw(values.name, (route, &at), values.rules, move |json| {
                json.edit(&place, &mut |value| {
                    if let Some(other) = Some(&*value).filter(|v| **v != Json::Null).and_then(rewrite) {
                        *value = other;
                    }
                });
            }));
        }
    }
    let each = |p: &Place| {
        let distinct = |all: Vec<&str>| all.iter().collect::<std::collections::BTreeSet<_>>().len() > 3;
        times(p).is_some_and(distinct) && p.nulls() == 0
    };
    let times: Vec<&Pair> = pairs.iter().filter(|p| each(&p.real) && each(&p.mock)).collect();
    for (route, at) in some(times, "one-moment", 1) {
        let place = at.clone();
        let sample =
            pairs.iter().find(|p| p.route == route && p.at == at).and_then(|p| p.mock.some().next()).cloned();
        let Some(moment) = sample else { continue };
        all.push(survey.redraw("one-moment", (route, &at), &["time-frozen"], move |json| {
            json.edit(&place, &mut |value| *value = moment.clone());
        }));
    }
    all
}

/// A number that names a thing is not a quantity.
fn is_id(pair: &Pair) -> bool {
    pair.at.name().is_some_and(|name| name == "id" || name.ends_with("_id"))
        && pair.mock.numbers().is_some_and(|all| all.iter().all(|t| t.len() < 17))
}

fn is_money(place: &Place) -> bool {
    let plain = |t: &&str| {
        t.rsplit_once('.').is_some_and(|(whole, rest)| {
            rest.len() == 2
                && format!("{whole}{rest}").trim_start_matches('-').bytes().all(|b| b.is_ascii_digit())
        })
    };
    place.texts().is_some_and(|all| all.iter().all(plain))
}

fn is_grouped(text: &str) -> bool {
    text.contains(',')
        && text.contains('.')
        && text.bytes().all(|b| b.is_ascii_digit() || b",.-".contains(&b))
}

/// The texts, if they are all moments.
fn times(place: &Place) -> Option<Vec<&str>> {
    let moment = |t: &&str| t.len() >= 20 && t.as_bytes()[10] == b'T' && t.starts_with("20");
    place.texts().filter(|all| all.iter().all(moment))
}

fn is_offset(text: &str) -> bool {
    text.len() > 6 && [b'+', b'-'].contains(&text.as_bytes()[text.len() - 6])
}
