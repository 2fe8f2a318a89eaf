//! Sessions that were recorded in one cassette: what the one made or changed, the other did not see.

use super::asked::{Asked, LOOK_AHEAD, is_safe, kept_apart};
use super::content::content;
use super::leak::{Leak, Looked};
use super::made::{asks_for, ids, is_surely, item_of, items, said, sent, singles};
use crate::case::Case;
use crate::finding::Severity;
use crate::idempotency;
use crate::run::Run;
use crate::run::fates::fates;
use crate::sessions::Session;
use cassettes::facets::error_class::Class;
use cassettes::facets::pagination::limit_of;
use cassettes::facets::time_form::time_form;
use std::collections::{BTreeMap, BTreeSet};

/// Looks at every cassette in which more than one session asked.
pub(crate) fn sequence<'r, 'a>(run: &'r Run<'a>) -> Looked<'r, 'a> {
    let mut looked = Looked::default();
    let mut cassettes: BTreeMap<usize, Vec<Asked<'r, 'a>>> = BTreeMap::new();
    for (case, judged) in run.cases.iter().zip(fates(run)) {
        let session = Session::of(&case.exchange.request);
        cassettes.entry(case.cassette).or_default().push(Asked { judged, case, session });
    }
    for all in cassettes.values() {
        let sessions: BTreeSet<&Session> = all.iter().filter_map(|a| a.session.as_ref()).collect();
        if sessions.len() > 1 {
            made(run, all, &mut looked);
            content(all, &mut looked);
            changed(run, all, &mut looked);
            taken(all, &mut looked);
        }
    }
    looked
}

/// What one session made is not in another's lists, and is not found by it.
fn made<'r, 'a>(run: &'r Run<'a>, all: &[Asked<'r, 'a>], looked: &mut Looked<'r, 'a>) {
    for (at, make) in all.iter().enumerate().filter(|(_, a)| a.session.is_some()) {
        let Some((real, other)) = ids(make.case) else { continue };
        let wrote = sent(&make.case.asked);
        for later in all[at + 1..].iter().take(LOOK_AHEAD) {
            let request = &later.case.exchange.request;
            if request.method == "DELETE" && asks_for(request, &real) && later.case.real.is_success() {
                break;
            }
            if !later.is_safe() || !later.is_of_another(make) {
                continue;
            }
            if asks_for(request, &real) && asks_for(&later.case.asked, &other) {
                found(make, later, looked);
            } else if hides(run, all, make, later, &real) {
                kept_apart(make, later, looked);
                let Some(items) = items(&later.case.other) else { continue };
                let Some(item) = item_of(items, &other) else { continue };
                let own = all
                    .iter()
                    .any(|a| !a.is_of_another(later) && ids(a.case).is_some_and(|(_, own)| own == other));
                if own || !is_surely(item, &other, &wrote) {
                    continue;
                }
                looked.leaks.push(Leak {
                    case: later.case,
                    severity: Severity::Error,
                    place: "list",
                    message: "what one session makes is not in another's list on the real side; on the mock \
                              it is"
                        .to_owned(),
                    real: later.case.real.whole(),
                    other: later.case.other.evidence(
                        "body".to_owned(),
                        crate::excerpt::bounded(&format!("{item}  made by {}", cite(make))),
                    ),
                });
            }
        }
    }
}

fn cite(asked: &Asked<'_, '_>) -> String {
    asked.case.real.cite.clone().unwrap_or_default()
}

/// Whether the real side was seen to leave what was made out of another session's list.
fn hides(run: &Run<'_>, all: &[Asked<'_, '_>], make: &Asked<'_, '_>, list: &Asked<'_, '_>, id: &str) -> bool {
    if items(&list.case.real).is_none() || said(&list.case.real).contains(id) {
        return false;
    }
    let request = &list.case.exchange.request;
    // Its maker asked the same, and was shown it.
    let shown = |a: &&Asked<'_, '_>| {
        a.session == make.session
            && a.case.position > make.case.position
            && a.case.exchange.request.target == request.target
            && said(&a.case.real).contains(id)
    };
    if all.iter().any(|a| shown(&a)) {
        return true;
    }
    let listing = run.listings.0.get(&list.case.operation);
    let ended = listing.is_none_or(|l| !l.goes_on(&list.case.real, request));
    let limit = limit_of(request).map(|(name, _)| name);
    let whole = request.query_pairs().iter().all(|(name, _)| limit.as_deref() == Some(name.as_str()));
    let own = request.path().trim_end_matches('/') == make.case.exchange.request.path().trim_end_matches('/');
    // Or it was refused to whoever asks for the list, and the list stayed as it was.
    (ended && whole && own) || (is_steady(all, make, list) && all.iter().any(|a| is_denied(a, list, id)))
}

/// Whether the real side refused the thing of that id to the session of the other.
fn is_denied(asked: &Asked<'_, '_>, by: &Asked<'_, '_>, id: &str) -> bool {
    asked.session == by.session && asks_for(&asked.case.exchange.request, id) && is_hidden(asked)
}

/// Whether the same session read the same items before the other made something, and the real side
/// shows it the same items still.
fn is_steady(all: &[Asked<'_, '_>], make: &Asked<'_, '_>, list: &Asked<'_, '_>) -> bool {
    let before = all.iter().rev().find(|a| {
        a.session == list.session
            && a.case.position < make.case.position
            && a.case.exchange.request.target == list.case.exchange.request.target
    });
    before.is_some_and(|before| items(&before.case.real) == items(&list.case.real))
}

/// Whether the real side says that there is no such thing, or that it is not to be seen.
fn is_hidden(asked: &Asked<'_, '_>) -> bool {
    let real = asked.judged.reading.real;
    real.miss.is_some() || matches!(real.class(), Some(Class::Forbidden | Class::NotFound))
}

/// Another session asks for the thing itself.
fn found<'r, 'a>(make: &Asked<'r, 'a>, later: &Asked<'r, 'a>, looked: &mut Looked<'r, 'a>) {
    if !is_hidden(later) {
        return;
    }
    kept_apart(make, later, looked);
    if !later.judged.reading.other.has_content() {
        return;
    }
    looked.leaks.push(Leak {
        case: later.case,
        severity: Severity::Error,
        place: "thing",
        message: format!(
            "what one session makes is answered with {} to another on the real side; the mock shows it",
            later.judged.real_words()
        ),
        real: later.case.real.whole(),
        other: later.case.other.whole(),
    });
}

/// What one session changes does not change what another reads.
fn changed<'r, 'a>(run: &'r Run<'a>, all: &[Asked<'r, 'a>], looked: &mut Looked<'r, 'a>) {
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, after) in all.iter().enumerate() {
        let request = &after.case.exchange.request;
        if request.method != "GET" || after.session.is_none() || !after.case.real.is_success() {
            continue;
        }
        let before = last.insert(&request.target, at).map(|before| (before, &all[before]));
        let Some((before, first)) = before.filter(|(_, b)| b.session == after.session) else { continue };
        let between = &all[before + 1..at];
        let own = between.iter().any(|a| !a.is_safe() && !a.is_of_another(after));
        let unknown = run.unjudged.iter().any(|u| {
            u.cassette == after.case.cassette
                && (first.case.position..after.case.position).contains(&u.position)
                && !is_safe(&u.exchange.request)
        });
        let writes: Vec<&Asked<'_, '_>> = between
            .iter()
            .filter(|a| !a.is_safe() && a.is_of_another(after) && a.case.real.is_success())
            .collect();
        if own || unknown || writes.is_empty() || first.case.asked.target != after.case.asked.target {
            continue;
        }
        let mut told: BTreeSet<String> = BTreeSet::new();
        for write in &writes {
            told.extend(sent(&write.case.asked));
            told.extend(said(&write.case.other));
        }
        compare(first.case, after.case, &told, looked);
    }
}

fn compare<'r, 'a>(
    before: &Case<'_>,
    after: &'r Case<'a>,
    told: &BTreeSet<String>,
    looked: &mut Looked<'r, 'a>,
) {
    let steady = |at: &cassettes::json::Pointer| {
        let text = |case: &Case<'_>| {
            at.find(case.real.tree()?).and_then(cassettes::json::Json::scalar_text).map(str::to_owned)
        };
        text(before).is_some() && text(before) == text(after)
    };
    let mut checked = false;
    for (at, now) in singles(&after.other) {
        if !steady(&at) {
            continue;
        }
        checked = true;
        let then = before.other.tree().and_then(|t| at.find(t)).and_then(cassettes::json::Json::scalar_text);
        let moved = then.is_some_and(|then| then != now) && told.contains(now) && time_form(now).is_none();
        if !moved {
            continue;
        }
        let mut other = after.other.at(&at);
        other.excerpt = format!("{}  before  {}", other.excerpt, then.unwrap_or_default());
        looked.leaks.push(Leak {
            case: after,
            severity: Severity::Error,
            place: "value",
            message: format!("`{at}` stays as it was when another session writes; on the mock it changes"),
            real: after.real.at(&at),
            other,
        });
        break;
    }
    looked.checks += u64::from(checked);
}

/// What one session took, a name or a key, is still free for another.
fn taken<'r, 'a>(all: &[Asked<'r, 'a>], looked: &mut Looked<'r, 'a>) {
    let mut first: BTreeMap<(&str, &str, Vec<u8>), &Asked<'r, 'a>> = BTreeMap::new();
    for asked in all.iter().filter(|a| !a.is_safe() && a.session.is_some()) {
        let request = &asked.case.exchange.request;
        let key = idempotency::key(request).map(String::into_bytes);
        let body = Some(request.body.bytes().to_vec()).filter(|body| !body.is_empty());
        for what in key.into_iter().chain(body) {
            let what = (request.method.as_str(), request.target.as_str(), what);
            let Some(earlier) = first.get(&what) else {
                if asked.judged.reading.real.success && asked.judged.reading.other.success {
                    first.insert(what, asked);
                }
                continue;
            };
            if !asked.is_of_another(earlier) || !asked.judged.reading.real.success {
                continue;
            }
            kept_apart(earlier, asked, looked);
            if asked.judged.reading.other.class() != Some(Class::Conflict) {
                continue;
            }
            looked.leaks.push(Leak {
                case: asked.case,
                severity: Severity::Error,
                place: "conflict",
                message: "two sessions may ask for the same on the real side; on the mock the first one has \
                          taken it"
                    .to_owned(),
                real: asked.case.real.whole(),
                other: asked.case.other.whole(),
            });
        }
    }
}
