//! What a finding says there is now, where it is about that: one word, one version, one status. Another one is
//! another change, though the finding stands at the same place.

use crate::finding::Finding;
use crate::volatile::masked;
use cassettes::model::Timestamp;

/// Rules that are about what stands there even where their message does not name it.
const ABOUT: [&str; 3] = ["error-code-changed", "page-size-changed", "value-unknown"];

/// Longer texts are prose, or whole things.
const LONGEST: usize = 120;

/// What there is now, without what varies from run to run; none where the finding is about something else: that a
/// member is there, what kind it is, how a list is sorted.
pub fn value(finding: &Finding, now: Timestamp) -> Option<String> {
    let excerpt = finding.other.excerpt.trim();
    if let Some(status) = status(excerpt, &finding.other.pointer) {
        return Some(status.to_owned());
    }
    if let Some(times) = times(finding) {
        return Some(times.to_owned());
    }
    let text = single(excerpt)?;
    let named = ["`", " "].iter().any(|before| finding.message.contains(&format!("{before}{text}`")));
    (named || ABOUT.contains(&finding.rule)).then(|| masked(&text, Some(now.0 / 1_000_000)))
}

/// The status of an answer that is shown whole: `422 {"title": …`.
fn status<'t>(excerpt: &'t str, pointer: &str) -> Option<&'t str> {
    let first = excerpt.split(' ').next()?;
    let is_status = first.len() == 3 && first.bytes().all(|b| b.is_ascii_digit());
    (is_status && matches!(pointer, "body" | "status")).then_some(first)
}

/// How often something is done now that is not harmless to do: each try of a request, and each call that is not safe
/// (RFC 9110 §9.2.1). How often something is looked at varies by itself.
fn times(finding: &Finding) -> Option<&str> {
    let safe = matches!(finding.operation.method.as_str(), "GET" | "HEAD" | "OPTIONS");
    let before = match finding.rule {
        "retries-changed" => "is now sent ",
        "calls-added" | "calls-lost" if !safe => " is asked ",
        _ => return None,
    };
    let (_, rest) = finding.message.split_once(before)?;
    let end = [" within ", ",", " and "].iter().filter_map(|after| rest.find(after)).min();
    rest.get(..end.unwrap_or(rest.len()))
}

/// A value that is one: no object, no list, no prose.
fn single(excerpt: &str) -> Option<String> {
    if excerpt.is_empty() || excerpt.chars().count() > LONGEST || excerpt.starts_with(['{', '[']) {
        return None;
    }
    match serde_json::from_str::<serde_json::Value>(excerpt) {
        Ok(serde_json::Value::String(text)) => Some(text).filter(|text| !text.is_empty()),
        _ => Some(excerpt.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Complaint, Evidence, Findings, Severity};
    use cassettes::operation::Operation;

    fn of(rule: &'static str, pointer: &str, excerpt: &str, message: &str) -> Option<String> {
        let mut findings = Findings::default();
        findings.begin(rule);
        findings.add(Complaint {
            severity: Severity::Error,
            operation: Operation { method: "GET".to_owned(), template: "/x".to_owned() },
            message: message.to_owned(),
            place: String::new(),
            real: Evidence::default(),
            other: Evidence {
                pointer: pointer.to_owned(),
                excerpt: excerpt.to_owned(),
                ..Evidence::default()
            },
            hint: None,
        });
        let now = Timestamp::parse("2026-11-22T03:00:00Z").expect("a moment");
        value(&findings.into_list()[0], now)
    }

    #[test]
    fn words_versions_and_statuses_are_told_apart() {
        let header = |text: &str| {
            let message = format!("`api-version` is `{text}`, was `2024-01-01`");
            of("header-changed", "header api-version", text, &message)
        };
        assert_eq!(header("2025-01-27").as_deref(), Some("2025-01-27"));
        assert_ne!(header("2025-01-27"), header("2026-01-27"));
        let word = |text: &str| of("value-unknown", "/status", &format!("\"{text}\""), "another word");
        assert_ne!(word("void"), word("draft"));
        let body = |text: &str| of("status-changed", "body", text, "was answered 400 and is answered 422");
        assert_eq!(body("422 {\"id\":\"a1\"}"), body("422 {\"id\":\"b2\"}"));
        assert_ne!(body("422 {}"), body("500 {}"));
        let tries = |times: &str| {
            let message = format!("after 503, GET was sent once, and is now sent {times} within 3 s");
            of("retries-changed", "request", "line 4: at 1.0 s GET /x", &message)
        };
        assert_eq!(
            (tries("twice").as_deref(), tries("9 times").as_deref()),
            (Some("twice"), Some("9 times"))
        );
        let sent = "`x-sum: abc` is sent, and was not before";
        assert_eq!(of("header-changed", "header x-sum", "abc", sent).as_deref(), Some("abc"));
    }

    #[test]
    fn what_varies_is_none_of_it() {
        assert_eq!(of("field-invented", "/carrier", "\"DHL\"", "`/carrier` is new"), None);
        assert_eq!(of("header-changed", "body", "{\"a\":1}", "`{\"a\":1}`"), None);
        let drawn = |text: &str| of("error-code-changed", "/id", &format!("\"{text}\""), "another code");
        let both = ["8df52ce8-0a24-885b-9f21-000000000001", "0a24885b-9f21-8df5-2ce8-000000000002"];
        assert_eq!(drawn(both[0]), drawn(both[1]));
        assert_eq!(drawn("at 2026-11-22T02:59:00Z"), drawn("at 2026-11-21T02:59:07Z"));
        assert_ne!(drawn("a"), None);
    }
}
