//! One step: a request with gaps that earlier answers fill.

use crate::sandbox::tokens::token;
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::{Body, Headers, Request, Response, Timestamp};
use std::collections::BTreeMap;

/// What was answered so far, by the key of its step. Steps that failed on the wire are not in it.
pub(crate) type Said = BTreeMap<&'static str, Response>;

/// One request of the tour.
#[derive(Debug, Clone)]
pub(crate) struct TourStep {
    /// By which later steps refer to its answer; unique.
    pub(crate) key: &'static str,
    /// For people.
    pub(crate) title: &'static str,
    /// The method.
    pub(crate) method: &'static str,
    /// Path and query, with gaps.
    pub(crate) target: &'static str,
    /// In order, with gaps in the values.
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    /// With gaps.
    pub(crate) body: Option<&'static str>,
}

impl TourStep {
    /// The request, its gaps filled. Gaps are `${key:/pointer}` (a value of a JSON answer),
    /// `${key@header}`, `${key>next}` (the `Link` of that relation) and `${token expired}`; an absolute
    /// URL loses its origin. `None`: a gap has nothing to fill it.
    pub(crate) fn request(&self, said: &Said, key: &str, now: Timestamp) -> Option<Request> {
        let fill = |text: &str| fill(text, said, key, now);
        let mut request = Request::new(self.method, below_origin(&fill(self.target)?));
        let headers: Option<Vec<_>> =
            self.headers.iter().map(|(name, value)| Some((*name, fill(value)?))).collect();
        request.headers = Headers::from_pairs(headers?);
        if let Some(body) = self.body {
            request.body = Body::from(fill(body)?);
        }
        Some(request)
    }
}

fn fill(text: &str, said: &Said, key: &str, now: Timestamp) -> Option<String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (gap, tail) = after.split_once('}')?;
        filled.push_str(before);
        filled.push_str(&value(gap, said, key, now)?);
        rest = tail;
    }
    filled.push_str(rest);
    Some(filled)
}

fn value(gap: &str, said: &Said, key: &str, now: Timestamp) -> Option<String> {
    if let Some(what) = gap.strip_prefix("token ") {
        return Some(token(what, key, now));
    }
    if let Some((step, pointer)) = gap.split_once(':') {
        let document = Json::parse(said.get(step)?.body.bytes()).ok()?;
        return pointed(pointer).find(&document)?.scalar_text().map(str::to_owned);
    }
    if let Some((step, relation)) = gap.split_once('>') {
        let link = said.get(step)?.headers.get("link")?.into_owned();
        let wanted = format!("rel=\"{relation}\"");
        let target =
            link.split(',').find(|link| link.contains(&wanted))?.split_once('<')?.1.split_once('>')?.0;
        return Some(target.to_owned());
    }
    let (step, header) = gap.split_once('@')?;
    Some(said.get(step)?.headers.get(header)?.into_owned())
}

/// `/data/0/id`; a segment of digits is an index.
fn pointed(text: &str) -> Pointer {
    let steps = text.split('/').skip(1).map(|segment| match segment.parse() {
        Ok(index) => Step::Index(index),
        Err(_) => Step::Member(segment.to_owned()),
    });
    Pointer(steps.collect())
}

fn below_origin(url: &str) -> String {
    let Some((_, rest)) = url.split_once("://").filter(|_| !url.starts_with('/')) else {
        return url.to_owned();
    };
    rest.find('/').map_or("/".to_owned(), |at| rest[at..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_or_the_step_is_not_taken() {
        let headers =
            Headers::from_pairs([("Link", "<http://h:1/v1/x?page=2>; rel=\"next\""), ("ETag", "\"a\"")]);
        let said: Said = [("one", Response::new(200, headers, &br#"{"data":[{"id":"x_7"}]}"#[..]))].into();
        let step = |target, value| TourStep {
            key: "two",
            title: "",
            method: "GET",
            target,
            headers: vec![("If-None-Match", value)],
            body: Some(r#"{"id":"${one:/data/0/id}"}"#),
        };
        let request = step("${one>next}", "${one@etag}").request(&said, "k", Timestamp(0)).expect("filled");
        assert_eq!(request.target, "/v1/x?page=2");
        assert_eq!(request.headers.get("if-none-match").as_deref(), Some("\"a\""));
        assert_eq!(request.body.bytes(), br#"{"id":"x_7"}"#);
        assert!(step("/v1/${one:/data/1/id}", "").request(&said, "k", Timestamp(0)).is_none());
        assert!(step("${none>next}", "").request(&said, "k", Timestamp(0)).is_none());
    }
}
