//! Where in an answer a value stands that later lessons use.

use crate::codec;
use crate::json::{Json, Query};
use crate::model::{Response, is_header_name};

/// Where in an answer a value stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// Its status.
    Status,
    /// The first field of that name.
    Header(String),
    /// The first value at a JSONPath of its body.
    Json(Query),
    /// Not in the answer: a fresh value that the request has sent, `new.name`.
    Fresh(String),
}

/// Why a text names no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a JSONPath such as $.id, header.NAME, status or new.name, got `{text}`{why}")]
pub struct PlaceError {
    text: String,
    /// What is wrong with the path; empty where it is none.
    why: String,
}

impl Place {
    /// Reads `$.id`, `header.etag`, `status` or `new.name`.
    pub fn parse(text: &str) -> Result<Place, PlaceError> {
        let wrong = |why: String| PlaceError { text: text.to_owned(), why };
        if text == "status" {
            return Ok(Place::Status);
        }
        if let Some(name) = text.strip_prefix("header.") {
            return is_header_name(name)
                .then(|| Place::Header(name.to_owned()))
                .ok_or_else(|| wrong(String::new()));
        }
        if ["new.name", "new.uuid", "new.number"].contains(&text) {
            return Ok(Place::Fresh(text.to_owned()));
        }
        if !text.starts_with('$') {
            return Err(wrong(String::new()));
        }
        Query::parse(text).map(Place::Json).map_err(|why| wrong(format!(": {why}")))
    }

    /// What stands there; none for what the request has sent.
    pub fn find(&self, answer: &Response) -> Option<Json> {
        match self {
            Place::Fresh(_) => None,
            Place::Status => Some(Json::Number(answer.status.to_string())),
            Place::Header(name) => answer.headers.get(name).map(|value| Json::String(value.into_owned())),
            Place::Json(query) => {
                let json = codec::json_of(&answer.headers, &answer.body)?;
                query.find(&json).first().map(|found| (*found).clone())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Headers;

    #[test]
    fn values_are_found_where_they_stand() {
        let headers = Headers::from_pairs([("ETag", "\"7\""), ("content-type", "application/json")]);
        let answer = Response::new(201, headers, r#"{"id":12,"data":[{"id":"a"}]}"#);
        let find = |text: &str| Place::parse(text).expect(text).find(&answer).map(|found| found.to_string());
        assert_eq!(find("$.data[0].id").as_deref(), Some("\"a\""));
        assert_eq!(find("$.id").as_deref(), Some("12"));
        assert_eq!(find("header.etag").as_deref(), Some("\"\\\"7\\\"\""));
        assert_eq!(find("status").as_deref(), Some("201"));
        assert_eq!(find("$.nope"), None);
        for text in ["", "id", "header.", "header.a b", "$[", "Status"] {
            assert!(Place::parse(text).is_err(), "{text}");
        }
    }
}
