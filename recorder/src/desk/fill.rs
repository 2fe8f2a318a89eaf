//! A lesson with the values of the names in it.

use super::{LessonError, Values};
use cassettes::json::Json;
use cassettes::plan::{Content, Lesson, fill, fill_json};
use cassettes::redact::basic;

/// A lesson whose names have become values.
pub fn filled(lesson: &Lesson, values: &mut Values) -> Result<Lesson, LessonError> {
    let mut value = |name: &str| values.get(name);
    let mut lesson = lesson.clone();
    lesson.target = target(&lesson.target, &mut value)?;
    for (name, text) in &mut lesson.headers {
        if let Some(text) = text {
            *text = line(name, fill(text, &mut value)?)?;
        }
    }
    lesson.content = match &lesson.content {
        Content::Nothing => Content::Nothing,
        Content::Json(json) => Content::Json(fill_json(json, &mut value)?),
        Content::Text(text) => Content::Text(fill(text, &mut value)?),
        Content::Form(pairs) => Content::Form(
            pairs
                .iter()
                .map(|(n, v)| Ok((fill(n, &mut value)?, fill(v, &mut value)?)))
                .collect::<Result<_, LessonError>>()?,
        ),
    };
    lesson.believe = fill_json(&lesson.believe, &mut value)?;
    for (_, setting) in &mut lesson.settings {
        *setting = fill_json(setting, &mut value)?;
    }
    Ok(lesson)
}

/// A field's value as it is sent: one line, whatever was kept; the user and password of `Basic` in base64, which
/// plans state as they are read.
pub(crate) fn line(name: &str, value: String) -> Result<String, LessonError> {
    if value.contains(['\r', '\n', '\0']) {
        return Err(LessonError::Unsendable(format!("the value of `{name}` has several lines")));
    }
    let carries = ["authorization", "proxy-authorization"].iter().any(|own| name.eq_ignore_ascii_case(own));
    Ok(if carries { basic(&value).unwrap_or(value) } else { value })
}

/// Values are escaped as their place in the target wants it; one at the very beginning is a whole address.
fn target(text: &str, value: &mut dyn FnMut(&str) -> Option<Json>) -> Result<String, LessonError> {
    let (address, rest) = match text.strip_prefix("{{").and_then(|rest| rest.split_once("}}")) {
        Some((name, rest)) => (fill(&format!("{{{{{name}}}}}"), value)?, rest),
        None => (String::new(), text),
    };
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let in_query = query.is_none() && address.contains('?');
    let mut escaped = |name: &str, query: bool| {
        let text = value(name)?;
        let text = text.scalar_text().map_or_else(|| text.to_string(), str::to_owned);
        Some(Json::String(escape(&text, query)))
    };
    let mut out = address;
    out.push_str(&fill(path, &mut |name| escaped(name, in_query))?);
    if let Some(query) = query {
        out.push('?');
        out.push_str(&fill(query, &mut |name| escaped(name, true))?);
    }
    Ok(out)
}

/// Percent-encodes what would end a path or a query, or part it (RFC 3986 §3.3, §3.4). Slashes stay: names in
/// paths may have several parts.
fn escape(text: &str, in_query: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~:@/!$'()*,;".contains(&byte);
        if plain || (!in_query && b"+&=".contains(&byte)) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_encoded() {
        let sent = |name: &str, value: &str| line(name, value.to_owned()).expect(value);
        assert_eq!(sent("authorization", "Basic ada:open: sesame"), "Basic YWRhOm9wZW46IHNlc2FtZQ==");
        assert_eq!(sent("Proxy-Authorization", "basic key:"), "basic a2V5Og==");
        for kept in ["Basic YWRhOm9wZW4=", "Bearer a:b", "Basic"] {
            assert_eq!(sent("Authorization", kept), kept);
        }
        assert_eq!(sent("X-Note", "Basic a:b"), "Basic a:b");
    }

    #[test]
    fn values_are_escaped_where_they_stand() {
        let mut value = |name: &str| {
            Some(Json::String(match name {
                "repo" => "demo/a b".to_owned(),
                "place" => "/v1/x?a=1".to_owned(),
                _ => "a&b=+%".to_owned(),
            }))
        };
        let mut filled = |text: &str| target(text, &mut value).expect(text);
        assert_eq!(filled("/v2/{{repo}}/tags?after={{x}}"), "/v2/demo/a%20b/tags?after=a%26b%3D%2B%25");
        assert_eq!(filled("/v2/{{x}}"), "/v2/a&b=+%25");
        assert_eq!(filled("{{place}}&b={{x}}"), "/v1/x?a=1&b=a%26b%3D%2B%25");
        assert_eq!(filled("{{place}}"), "/v1/x?a=1");
    }
}
