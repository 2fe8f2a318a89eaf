//! Bad credentials that nobody came with.

use super::lack::{Lack, State};
use super::lesson::{about, replaced, sending, unknown_path};
use super::misses::is_put;
use super::seen::Seen;
use super::unknown::unknown;
use cassettes::codec;
use cassettes::facets::credential::{Credential, credentials as carried};
use cassettes::facets::error_class::Class;
use cassettes::facets::rejection::Rejection;
use cassettes::json::{Json, Step};
use cassettes::jwt::Fault;
use cassettes::model::Request;
use cassettes::plan::{Content, Lesson, TokenSpec};
use std::collections::BTreeSet;

/// So many credentials of readable tokens are presented by a matrix of bad ones, at least.
const MATRIX: usize = 8;

/// Nobody came with a bad credential, or not with every bad token.
pub(super) fn doors(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let all = || seen.good().flat_map(|one| carried(&one.exchange.request));
    let refused = seen.has_class(&[Class::Auth, Class::Forbidden]);
    let Some(credential) = all().find(|c| !c.is_in_body()) else {
        if !refused && let Some(credential) = all().next() {
            let because = "every password, key or grant that was sent to it was a good one";
            let wrong = wrong_body(seen, &credential);
            found.extend(wrong.map(|wrong| Lack::new("auth", seen.at(), wrong, because)));
        }
        return;
    };
    // Whoever is let in deletes or changes what nobody has.
    let own = seen.is(&["PUT"]) && is_put(seen);
    let harmless = if own || seen.is(&["GET", "POST"]) { None } else { unknown_path(seen) };
    let target = harmless.map_or_else(|| seen.request().target.clone(), |(target, _)| target);
    let mut lesson = sending("tokens", seen, target);
    let field = field_of(&credential, seen.request());
    if field != TokenSpec::FIELD {
        lesson.settings.push(("field".to_owned(), Json::String(field)));
    }
    if !refused {
        let because = "every credential that came with it was let in";
        if !tried(seen, &credential) {
            found.push(Lack::new("auth", seen.at(), lesson, because));
        }
        return;
    }
    let because = "one that was refused says nothing of others that are bad";
    let others = Lack::new("other-credentials", seen.at(), lesson.clone(), because);
    let labels = seen.labels();
    let tried = tried(seen, &credential);
    // One that was turned away for want of a scope says nothing of the tokens' own faults.
    if credential.jwt.is_none() || !labels.iter().any(|label| label.starts_with("rejected-")) {
        found.extend((!tried).then_some(others));
        return;
    }
    let reasons: BTreeSet<Rejection> = Fault::ALL
        .into_iter()
        .filter(|f| !f.is_good() && *f != Fault::Stranger)
        .map(Rejection::from)
        .collect();
    let kind = |reason: &Rejection| format!("rejected-{}", reason.as_str());
    let unseen: Vec<Rejection> =
        reasons.into_iter().filter(|reason| !labels.contains(&kind(reason))).collect();
    if tried {
        // What was not refused for that reason was let in, or could not be made.
        let names: Vec<&str> = unseen.iter().map(|reason| reason.as_str()).collect();
        let because = format!(
            "bad tokens were presented, and none was refused for {}: let in, or not to be made without the key that signs",
            names.join(", ")
        );
        let vain = Lack { because, ..others }.stands(State::Told);
        return found.extend((!names.is_empty()).then_some(vain));
    }
    for reason in unseen {
        let because = format!("never asked with a credential {}", reason.describe());
        found.push(Lack::new(&kind(&reason), seen.at(), lesson.clone(), because));
    }
}

/// A readable token in a body, a client's assertion, was never a bad one.
pub(super) fn assertions(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let of = |request: &Request| carried(request).into_iter().find(|c| c.is_in_body() && c.jwt.is_some());
    let Some(credential) = of(seen.request()) else { return };
    let presented: BTreeSet<String> =
        seen.all.iter().filter_map(|one| of(&one.exchange.request)).map(|c| c.text).collect();
    let Some(member) = credential.place.0.rsplit([' ', '/']).next() else { return };
    if presented.len() >= MATRIX {
        return;
    }
    let mut lesson = sending("tokens", seen, seen.request().target.as_str());
    let field = format!("{}{member}={{}}", TokenSpec::IN_BODY);
    lesson.settings.push(("field".to_owned(), Json::String(field)));
    let because = format!("every `{member}` that it was sent was a good one");
    found.push(Lack::new("bad-assertion", seen.at(), lesson, because));
}

/// Whether so many credentials were presented, or none and another, that somebody has tried bad ones.
fn tried(seen: &Seen<'_>, credential: &Credential) -> bool {
    let presented: BTreeSet<Option<String>> = seen
        .all
        .iter()
        .map(|one| {
            carried(&one.exchange.request).into_iter().find(|c| c.place == credential.place).map(|c| c.text)
        })
        .collect();
    presented.len() >= if credential.jwt.is_some() { MATRIX } else { 3 }
}

/// The field that carries a credential, with `{}` in its place: `Authorization: Bearer {}`, `X-Api-Key: {}`,
/// `?key={}`.
pub(crate) fn field_of(credential: &Credential, request: &Request) -> String {
    let place = credential.place.0.strip_prefix("request ").unwrap_or_default();
    match place.split_once(' ') {
        Some(("query", name)) => format!("?{name}={{}}"),
        Some((_, name)) => {
            let name: Vec<String> = name.split('-').map(capital).collect();
            // Schemes are told apart without case (RFC 9110 §11.1), and not by everybody.
            let value = request.headers.get(credential.place.0.rsplit(' ').next().unwrap_or_default());
            let scheme = value.as_deref().and_then(|value| value.trim().split_once([' ', '\t']));
            match scheme.map(|(scheme, _)| scheme).filter(|_| credential.scheme.is_some()) {
                Some(scheme) => format!("{}: {scheme} {{}}", name.join("-")),
                None => format!("{}: {{}}", name.join("-")),
            }
        }
        None => TokenSpec::FIELD.to_owned(),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// The request with another password, key or grant in its body.
fn wrong_body(seen: &Seen<'_>, credential: &Credential) -> Option<Lesson> {
    let request: &Request = seen.request();
    let (kind, at) = credential.place.0.strip_prefix("request ")?.split_once(' ')?;
    let other = unknown(&credential.text);
    let content = match kind {
        "json" => {
            let json = codec::json_of(&request.headers, &request.body)?;
            let member = Step::Member(at.trim_start_matches('/').to_owned());
            Content::Json(replaced(&json, &[member], &Json::String(other)))
        }
        _ => {
            let Content::Form(mut pairs) = super::spoilt::content_of(request) else { return None };
            pairs.iter_mut().find(|(name, _)| name == at)?.1 = other;
            Content::Form(pairs)
        }
    };
    let wrong = sending("reject", seen, request.target.as_str());
    Some(about(Lesson { content, ..wrong }, "a password, key or grant that nobody has"))
}
