//! A question of a contract with the values of a case in it.

use cassettes::{
    json::Json,
    model::{Body, Headers, Request},
    plan,
};
use std::collections::BTreeMap;
use verify::contract::matrix::{Content, Question, Template, Unfilled, Values, Writing, fill_json};

/// A question to be sent, and the same for people.
#[derive(Debug)]
pub(super) struct Filled {
    /// Its target is as the contract has it: a URL or a path.
    pub(super) request: Request,
    /// Without the secrets in it.
    pub(super) shown: String,
}

/// The named secrets.
pub(super) type Secrets = BTreeMap<String, String>;

/// The question of one case. `seen_at` tells where a target is really asked, for people.
pub(super) fn fill(
    question: &Question,
    with: &[(String, Json)],
    secrets: &Secrets,
    seen_at: &dyn Fn(&str) -> String,
) -> Result<Filled, Unfilled> {
    let known = |name: &str| secrets.get(name).cloned();
    let named = |name: &str| Some(format!("{{{{{name}}}}}"));
    let (real, seen) = (Values { with, secret: &known }, Values { with, secret: &named });
    let mut request = Request::new(question.method.as_str(), question.target.fill(real, Writing::Url)?);
    request.headers = Headers::new();
    for (name, value) in &question.headers {
        request.headers.push(name.as_str(), value.fill(real, Writing::Plain)?);
    }
    let sent = content(&question.content, real)?;
    if let Some(bytes) = sent.bytes() {
        if let (false, Some(media)) = (request.headers.contains("content-type"), sent.media_type()) {
            request.headers.push("Content-Type", media);
        }
        request.body = Body::from(bytes);
    }
    let mut shown = format!("{} {}", question.method, seen_at(&question.target.fill(seen, Writing::Shown)?));
    if let Some(body) = content(&question.content, seen)?.bytes() {
        shown.push(' ');
        shown.push_str(&String::from_utf8_lossy(&body));
    }
    Ok(Filled { request, shown: verify::excerpt::bounded(&shown) })
}

fn content(content: &Content, values: Values<'_>) -> Result<plan::Content, Unfilled> {
    let plain = |text: &Template| text.fill(values, Writing::Plain);
    Ok(match content {
        Content::Nothing => plan::Content::Nothing,
        Content::Json(json) => plan::Content::Json(fill_json(json, values)?),
        Content::Form(pairs) => {
            let pair = |(name, value): &(String, Template)| Ok((name.clone(), plain(value)?));
            plan::Content::Form(pairs.iter().map(pair).collect::<Result<_, _>>()?)
        }
        Content::Text(text) => plan::Content::Text(plain(text)?),
    })
}

/// A URL without a header injection in it, as its base and its target: `http://a:1` and `/x?y`.
pub(super) fn parted(url: &str) -> (&str, String) {
    let url = url.split('#').next().unwrap_or_default();
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find(['/', '?']).map_or(url.len(), |at| host + at);
    let (base, target) = url.split_at(end);
    (base, if target.starts_with('/') { target.to_owned() } else { format!("/{target}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_parted_behind_the_authority() {
        assert_eq!(parted("http://a:1/x/y?z=/#f"), ("http://a:1", "/x/y?z=/".to_owned()));
        assert_eq!(parted("https://a?b"), ("https://a", "/?b".to_owned()));
        assert_eq!(parted("http://[::1]:80"), ("http://[::1]:80", "/".to_owned()));
    }

    #[test]
    fn people_see_the_name_of_a_secret() {
        let question = Question {
            method: "POST".to_owned(),
            target: Template::parse("http://a.test/{id}?k={{key}}"),
            headers: vec![("Authorization".to_owned(), Template::parse("Bearer {{key}}"))],
            content: Content::Json(Json::parse(br#"{"id":"{id}","k":"{{key}}"}"#).expect("json")),
        };
        let with = [("id".to_owned(), Json::from("a b"))];
        let secrets = Secrets::from([("key".to_owned(), "s3 cret".to_owned())]);
        let filled = fill(&question, &with, &secrets, &str::to_owned).expect("filled");
        assert_eq!(filled.request.target, "http://a.test/a%20b?k=s3%20cret");
        assert_eq!(filled.request.headers.get("authorization").as_deref(), Some("Bearer s3 cret"));
        assert_eq!(filled.request.body.bytes(), br#"{"id":"a b","k":"s3 cret"}"#);
        assert_eq!(filled.shown, r#"POST http://a.test/a%20b?k={{key}} {"id":"a b","k":"{{key}}"}"#);
    }
}
