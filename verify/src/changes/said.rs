//! What a change says: what was, and what is now.

use crate::finding::Evidence;
use cassettes::facets::time_form::{epoch_form, time_form};

/// So much of a text is quoted in a sentence.
const QUOTED: usize = 60;

/// What a rule's finding says of the change that it shows, where its evidence says more than that there is one.
/// `named` is the place as sentences have it.
pub(super) fn sentence(rule: &str, named: &str, before: &Evidence, after: &Evidence) -> Option<String> {
    let (was, is) = (before.excerpt.as_str(), after.excerpt.as_str());
    match rule {
        "number-kind-changed" if is_text(was) && !is_text(is) => {
            Some(format!("the number at {named} was written as a text, and is a number now"))
        }
        "number-kind-changed" if is_text(is) && !is_text(was) => {
            Some(format!("the number at {named} is written as a text now, and was a number"))
        }
        "kind-changed" => {
            let (was, is) = (kind(was)?, kind(is)?);
            (was != is).then(|| format!("{named} was {was}, and is {is} now"))
        }
        "time-kind-changed" => {
            let (was, is) = (moment(was)?, moment(is)?);
            (was != is).then(|| format!("the moment at {named} was {was}, and is {is} now"))
        }
        "absence-confused" => {
            let (was, is) = (nothing(was)?, nothing(is)?);
            (was != is).then(|| format!("where there is no value, {named} was {was}, and is {is} now"))
        }
        "id-form-changed" => Some(format!(
            "the ids at {named} have another form: {} was one, {} is one now",
            quoted(was),
            quoted(is)
        )),
        "error-code-changed" => {
            Some(format!("the error's code was {}, and is {} now", quoted(was), quoted(is)))
        }
        "media-type-changed" => {
            Some(format!("the media type was {}, and is {} now", declared(was), declared(is)))
        }
        "challenge-changed" => {
            Some(format!("the rejection asked for {}, and asks for {} now", quoted(was), quoted(is)))
        }
        "retry-hint-restyled" => {
            Some(format!("when to ask again was said as {}, and is said as {} now", quoted(was), quoted(is)))
        }
        _ => None,
    }
}

/// How many items a page held and holds, as the rule of page sizes counts them: `at most 6 items`, `gives 4`. `asked`
/// says which pages.
pub(super) fn sizes(asked: &str, message: &str, back: bool) -> Option<String> {
    let after = |mark: &str| -> Option<u64> {
        let rest = message.split_once(mark)?.1;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    let (real, other) = (after("gives at most ")?, after("the mock gives ")?);
    let (was, is) = if back { (other, real) } else { (real, other) };
    Some(format!("{asked} a page held {was} items, and holds {is} now"))
}

/// By what a listing was sorted, as the rule of orders says it.
pub(super) fn sorted(message: &str) -> Option<String> {
    let key = message.split_once("is sorted by ")?.1.rsplit_once(", the mock's")?.0;
    Some(format!("the listing was sorted by {key}, and no longer is"))
}

fn is_text(excerpt: &str) -> bool {
    excerpt.starts_with('"')
}

/// What kind of value an excerpt is the beginning of.
fn kind(excerpt: &str) -> Option<&'static str> {
    Some(match excerpt.bytes().next()? {
        b'"' => "a text",
        b'{' => "an object",
        b'[' => "a list",
        b't' | b'f' => "a boolean",
        b'n' => "null",
        b'-' | b'0'..=b'9' => "a number",
        _ => return None,
    })
}

fn moment(excerpt: &str) -> Option<String> {
    let text = excerpt.trim_matches('"');
    let form = time_form(text).or_else(|| epoch_form(text))?;
    let whose = if is_text(excerpt) && epoch_form(text).is_some() { " as a text" } else { "" };
    Some(format!("{}{whose}", form.kind))
}

fn nothing(excerpt: &str) -> Option<&'static str> {
    Some(match excerpt {
        "null" => "null",
        "\"\"" => "an empty text",
        "[]" => "an empty list",
        "{}" => "an empty object",
        "0" => "0",
        _ if excerpt.starts_with("absent") => "absent",
        _ => return None,
    })
}

fn declared(excerpt: &str) -> String {
    if excerpt == "absent" { "not said".to_owned() } else { excerpt.to_owned() }
}

/// A text as a sentence quotes it: no backtick ends it early.
fn quoted(excerpt: &str) -> String {
    let plain = excerpt.trim_matches('"').replace('`', "'");
    let short: String = plain.chars().take(QUOTED).collect();
    let more = if plain.chars().nth(QUOTED).is_some() { "…" } else { "" };
    format!("`{short}{more}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(rule: &str, was: &str, is: &str) -> Option<String> {
        let of = |excerpt: &str| Evidence { excerpt: excerpt.to_owned(), ..Evidence::default() };
        sentence(rule, "`/a`", &of(was), &of(is))
    }

    #[test]
    fn a_sentence_says_what_was_and_what_is() {
        let is = |rule, was, is, words: &str| assert_eq!(said(rule, was, is).as_deref(), Some(words));
        is(
            "number-kind-changed",
            "\"1.5\"",
            "1.5",
            "the number at `/a` was written as a text, and is a number now",
        );
        is(
            "number-kind-changed",
            "1.5",
            "\"1.5\"",
            "the number at `/a` is written as a text now, and was a number",
        );
        is("kind-changed", "{\"b\":1", "[1", "`/a` was an object, and is a list now");
        is(
            "absence-confused",
            "null",
            "\"\"",
            "where there is no value, `/a` was null, and is an empty text now",
        );
        is(
            "time-kind-changed",
            "\"2026-01-02T03:04:05Z\"",
            "1767323045",
            "the moment at `/a` was an ISO 8601 time, and is seconds since 1970 now",
        );
        is("error-code-changed", "\"bad\"", "\"worse\"", "the error's code was `bad`, and is `worse` now");
        assert_eq!(said("kind-changed", "\"a\"", "\"b\""), None);
        let counted = "for a limit of 5 the real side gives at most 3 items on a page, the mock gives 5";
        let told = sizes("for a limit of 5", counted, true);
        assert_eq!(told.as_deref(), Some("for a limit of 5 a page held 5 items, and holds 3 now"));
        let by = sorted("every recorded listing is sorted by `at`, descending, the mock's is not");
        assert_eq!(by.as_deref(), Some("the listing was sorted by `at`, descending, and no longer is"));
    }
}
