//! Rejections accepted, merged, and told in other words.

use super::survey::{Mutant, Survey, headers, say};
use crate::kit::data::{Rng, http_date};
use crate::kit::json::{Edit, obj, read};
use crate::kit::service::{Told, What};
use crate::kit::world::ASKED;
use cassettes::json::{Json, Pointer, Step};

/// Members that machines read, in the envelopes of all vendors.
const CODES: [&str; 7] = ["code", "type", "__type", "reason", "status", "error", "@type"];

pub(super) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let mut all: Vec<Mutant> = nothing_validated(survey).into_iter().collect();
    for (route, what) in survey.kinds() {
        all.extend(accepted(survey, (route, what)));
        if is_rejection(what) {
            all.extend(merged(survey, (route, what)));
            all.extend(reworded(survey, (route, what)));
            all.extend(hinted(survey, (route, what)));
        }
    }
    all
}

fn is_rejection(what: What) -> bool {
    use What::*;
    matches!(
        what,
        Miss | Gone
            | Cursor
            | Invalid
            | Conflict
            | KeyReused
            | Terminal
            | Retryable
            | Broken
            | Limited
            | Method
            | Auth(_)
    )
}

/// What the real side refuses is answered as if it were fine.
fn accepted(survey: &Survey, (route, what): (&'static str, What)) -> Option<Mutant> {
    let rules: &[&'static str] = match what {
        What::Miss => &["not-found-invented"],
        // What is there again was perhaps never deleted.
        What::Gone => &["not-found-invented", "delete-without-effect"],
        What::Invalid => &["validation-never", "error-accepted"],
        What::Conflict | What::Terminal | What::Retryable | What::Broken => &["error-accepted"],
        What::Limited => &["rate-limit-never"],
        What::Method => &["method-accepted"],
        What::Elsewhere => &["redirect-hidden"],
        What::Failed => &["transport-failure-never"],
        _ => return None,
    };
    let fine = Told::new(route, What::Thing, 200).json(&obj! { "ok": true });
    let sample =
        survey.content(route).cloned().or((!matches!(what, What::Miss | What::Gone)).then_some(fine))?;
    let name = format!("{what:?}-accepted").to_lowercase();
    Some(survey.instead(&name, (route, what), rules, move |_| sample.clone()))
}

/// One class of rejection is answered as another.
fn merged(survey: &Survey, (route, what): (&'static str, What)) -> Vec<Mutant> {
    let Some(own) = survey.sample(route, what) else { return Vec::new() };
    let group = |told: &Told| match told.what {
        What::Auth(_) if told.status() == 403 => "forbidden",
        What::Auth(_) if told.status() == 401 => "auth",
        What::Auth(_) => "validation",
        What::Cursor | What::Invalid => "validation",
        What::Miss | What::Gone => "missing",
        What::Conflict | What::KeyReused => "conflict",
        What::Terminal => "terminal",
        What::Retryable => "retryable",
        What::Broken if told.status() > 500 => "retryable",
        What::Broken => "broken",
        What::Limited => "limited",
        _ => "other",
    };
    let mut all: Vec<Mutant> = Vec::new();
    let mut seen = vec![group(own), "other"];
    // A cursor that is refused in another class is told by the pages' own rules, if at all.
    let skipped = matches!(what, What::Method | What::Cursor);
    for other in survey.told().filter(|t| is_rejection(t.what) && !skipped) {
        let (mine, theirs) = (group(own), group(other));
        // A miss told inside of a success is no rejection for others to be taken for.
        if (other.what == What::Miss && other.status() < 400)
            || seen.contains(&theirs)
            || (own.status() == other.status() && own.document() == other.document())
        {
            continue;
        }
        seen.push(theirs);
        let told = own.status() < 400;
        let rules: &[&'static str] = match (mine, theirs) {
            ("missing", _) if told => &[
                "not-found-restyled",
                "error-class-collapsed",
                "error-class-changed",
                "success-shaped-failure",
                "error-code-changed",
            ],
            _ if told != (other.status() < 400) => &[
                "success-shaped-failure",
                "error-class-collapsed",
                "error-class-changed",
                "check-order-changed",
            ],
            ("auth", "forbidden") | ("forbidden", "auth") => &["auth-classes-merged"],
            _ if passes(own) != passes(other) => {
                &["retryability-swapped", "error-class-collapsed", "error-class-changed"]
            }
            _ if [own, other].iter().any(|t| matches!(t.what, What::Auth(_))) => {
                &["check-order-changed", "error-class-collapsed", "error-class-changed"]
            }
            _ => &["error-class-collapsed", "error-class-changed"],
        };
        let sample = other.clone();
        let name = format!("{mine}-as-{theirs}");
        all.push(survey.instead(&name, (route, what), rules, move |_| sample.clone()));
    }
    // Each class has many to be taken for; a few of them, by a draw that is always the same.
    Rng::new(7, &format!("merged {route} {what:?}")).shuffle(&mut all);
    all.truncate(2);
    all
}

/// Whether asking again later may help.
fn passes(told: &Told) -> bool {
    matches!(told.what, What::Retryable | What::Limited) || told.status() > 500
}

/// Nothing that is sent is looked at, anywhere.
fn nothing_validated(survey: &Survey) -> Option<Mutant> {
    let refused = |what: What| matches!(what, What::Invalid | What::Cursor);
    let samples: Vec<Told> = survey
        .kinds()
        .into_iter()
        .filter(|(_, what)| refused(*what))
        .filter_map(|(route, _)| survey.content(route).cloned())
        .collect();
    let rules = &["validation-never"];
    (!samples.is_empty()).then(|| {
        survey.outside("nothing-validated", "everywhere".to_owned(), rules, move |_, told| {
            let sample = samples.iter().find(|s| s.route == told.route && refused(told.what));
            sample.cloned().unwrap_or(told)
        })
    })
}

/// The same class in another envelope, with another code, or without one.
fn reworded(survey: &Survey, (route, what): (&'static str, What)) -> Vec<Mutant> {
    let Some(own) = survey.sample(route, what) else { return Vec::new() };
    let (kind, document, status) = ((route, what), own.document(), own.status());
    let mut all = Vec::new();
    let media = own.reply().and_then(|r| r.headers.media_type()).unwrap_or_default();
    if status >= 400 && !own.reply().is_some_and(|r| r.body.is_empty()) {
        let page = "<html><body><h1>Error</h1></body></html>";
        let rules: &[&'static str] = if matches!(what, What::Miss | What::Cursor) {
            &["media-type-changed", "not-found-restyled", "delete-restyled"]
        } else {
            &["media-type-changed", "error-class-collapsed"]
        };
        all.push(survey.instead("error-as-html", kind, rules, move |told| {
            say(&told, status, None).body("text/html", page)
        }));
    }
    if !matches!(document, Json::Object(_)) || status < 400 {
        return all;
    }
    // Where one status has several meanings, the code is the class.
    let shared = survey
        .told()
        .any(|t| t.route == route && t.what != what && is_rejection(t.what) && t.status() == status);
    let classed = |rules: &[&'static str]| -> Vec<&'static str> {
        let more: &[&'static str] = match (shared, what) {
            (_, What::Miss | What::Cursor) => {
                &["not-found-restyled", "error-class-changed", "error-class-collapsed"]
            }
            (true, _) => &["error-class-collapsed", "error-class-changed", "retryability-swapped"],
            (false, _) => &[],
        };
        [rules, more].concat()
    };
    if media == "application/problem+json" {
        let rules = &["media-type-changed"];
        all.push(survey.instead("problem-as-json", kind, rules, |told| {
            headers(told, |h| h.set("Content-Type", "application/json"))
        }));
    }
    let codes = codes(&document);
    for at in codes.iter().take(2) {
        let (gone, other) = (at.clone(), at.clone());
        // With one code of several gone, the others still tell.
        let rules = &classed(&["error-code-missing", "error-shape-changed"]);
        let removed = survey.instead("code-removed", kind, rules, move |mut told| {
            let mut document = told.document();
            let Some((Step::Member(name), parent)) = gone.0.split_last() else { return told };
            document.edit(&Pointer(parent.to_vec()), &mut |object| drop(object.take(name)));
            told.redraw(&document);
            told
        });
        let rules = &classed(&["error-code-changed"]);
        let changed = survey.instead("code-changed", kind, rules, move |mut told| {
            let mut document = told.document();
            document.edit(&other, &mut |code| *code = another(code));
            told.redraw(&document);
            told
        });
        let label = |mutant: Mutant| Mutant { at: format!("{} {at}", mutant.at), ..mutant };
        all.extend([removed, changed].map(label));
    }
    // The code stays, its place does not.
    let inner = document.get("error").filter(|e| matches!(e, Json::Object(_))).is_some();
    let rules = &["error-shape-changed"];
    if inner {
        all.push(survey.instead("error-unwrapped", kind, rules, move |mut told| {
            let document = told.document().get("error").cloned().unwrap_or(Json::Null);
            told.redraw(&document);
            told
        }));
    } else {
        all.push(survey.instead("error-wrapped", kind, rules, move |mut told| {
            let document = obj! { "error": told.document() };
            told.redraw(&document);
            told
        }));
    }
    let flat = obj! { "message": "it did not work" };
    if codes.is_empty() || document.get("message").is_none() {
        let rules = &classed(&["error-shape-changed", "error-code-missing"]);
        let media = media.clone();
        all.push(survey.instead("error-flattened", kind, rules, move |told| {
            let body = flat.to_string();
            Told { answer: told.answer.clone(), ..told }.body(&media, body)
        }));
    }
    if what != What::Miss && (400..500).contains(&status) {
        let rules = &classed(&["success-shaped-failure"]);
        all.push(survey.instead("error-with-200", kind, rules, |told| {
            let document = told.document();
            say(&told, 200, Some(&document))
        }));
    }
    all
}

/// The places of machine codes in an error document.
fn codes(document: &Json) -> Vec<Pointer> {
    let mut found = Vec::new();
    Pointer::walk(document, &mut |at, value| {
        let named = matches!(at.0.last(), Some(Step::Member(name)) if CODES.contains(&name.as_str()));
        let word =
            value.as_str().is_some_and(|t| !t.contains(' ') && t.len() > 2 && t.parse::<u16>().is_err());
        if named && word {
            found.push(at.clone());
        }
    });
    found
}

/// Another code of the same make.
fn another(code: &Json) -> Json {
    let text = code.as_str().unwrap_or_default();
    let other = match text.rsplit_once(['/', '#']) {
        Some((before, _)) => format!("{}{}something-else", before, &text[before.len()..=before.len()]),
        None if text.contains('_') && text.chars().any(char::is_uppercase) => "SOMETHING_ELSE".to_owned(),
        None if text.chars().next().is_some_and(char::is_uppercase) => "SomethingElseException".to_owned(),
        None => "something_else".to_owned(),
    };
    Json::String(other)
}

/// Hints and challenges changed or left out.
fn hinted(survey: &Survey, (route, what): (&'static str, What)) -> Vec<Mutant> {
    let kind = (route, what);
    let Some(reply) = survey.sample(route, what).and_then(Told::reply) else { return Vec::new() };
    let mut all = Vec::new();
    if let Some(hint) = reply.headers.get("retry-after") {
        let other = if hint.parse::<u32>().is_ok() { http_date(ASKED + 60) } else { "60".to_owned() };
        let rules = &["retry-hint-restyled"];
        all.push(survey.instead("hint-restyled", kind, rules, move |told| {
            headers(told, |h| h.set("Retry-After", other.as_str()))
        }));
        let rules = &["retry-hint-missing", "header-missing"];
        all.push(
            survey.instead("hint-removed", kind, rules, |told| headers(told, |h| h.remove("retry-after"))),
        );
    }
    if let Some(challenge) = reply.headers.get("www-authenticate").map(std::borrow::Cow::into_owned) {
        let rules = &["challenge-missing", "header-missing"];
        all.push(survey.instead("challenge-removed", kind, rules, |told| {
            headers(told, |h| h.remove("www-authenticate"))
        }));
        let rules = &["challenge-changed"];
        let scheme = if challenge.starts_with("Basic") { "Bearer realm=\"x\"" } else { "Basic realm=\"x\"" };
        all.push(survey.instead("challenge-of-another-scheme", kind, rules, move |told| {
            headers(told, |h| h.set("WWW-Authenticate", scheme))
        }));
        if challenge.contains("error=") {
            let other = if challenge.contains("invalid_token") { "invalid_request" } else { "invalid_token" };
            all.push(survey.instead("challenge-with-another-code", kind, rules, move |told| {
                headers(told, |h| h.set("WWW-Authenticate", format!("Bearer realm=\"x\", error=\"{other}\"")))
            }));
        }
    }
    if reply.headers.contains("allow") {
        all.push(survey.instead("allow-widened", kind, &["method-accepted"], |told| {
            headers(told, |h| h.set("Allow", "GET, POST, PUT, DELETE, PATCH"))
        }));
        all.push(survey.instead("allow-removed", kind, &["header-missing"], |told| {
            headers(told, |h| h.remove("allow"))
        }));
    }
    if what == What::Invalid && reply.status == 422 {
        let rules = &["status-changed", "error-class-changed"];
        let document = read(&String::from_utf8_lossy(reply.body.bytes()));
        let media = reply.headers.media_type().unwrap_or_default();
        all.push(survey.instead("422-as-400", kind, rules, move |told| {
            say(&told, 400, Some(&document)).body(&media, document.to_string())
        }));
    }
    all
}
