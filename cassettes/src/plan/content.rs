//! What a lesson sends.

use crate::json::Json;
use crate::model::encode;

/// What is sent with a lesson's request.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Content {
    /// Nothing.
    #[default]
    Nothing,
    /// A JSON document.
    Json(Json),
    /// An HTML form's names and values.
    Form(Vec<(String, String)>),
    /// Text, under whatever `Content-Type` the lesson's headers name.
    Text(String),
}

impl Content {
    /// With a member of this name: in a form, in a JSON object, in a form of its own where there was nothing.
    /// One that is there stays.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Content {
        match &mut self {
            Content::Form(pairs) if pairs.iter().all(|(own, _)| own != name) => {
                pairs.push((name.to_owned(), value.to_owned()));
            }
            Content::Json(Json::Object(members)) if members.iter().all(|(own, _)| own != name) => {
                members.push((name.to_owned(), Json::String(value.to_owned())));
            }
            Content::Nothing => return Content::Form(vec![(name.to_owned(), value.to_owned())]),
            _ => {}
        }
        self
    }

    /// The bytes; none where nothing is sent.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        Some(match self {
            Content::Nothing => return None,
            Content::Json(json) => json.to_string().into_bytes(),
            Content::Form(pairs) => {
                let pairs: Vec<String> =
                    pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
                pairs.join("&").into_bytes()
            }
            Content::Text(text) => text.clone().into_bytes(),
        })
    }

    /// The media type that goes with it where the lesson names none.
    pub fn media_type(&self) -> Option<&'static str> {
        match self {
            Content::Nothing => None,
            Content::Json(_) => Some("application/json"),
            Content::Form(_) => Some("application/x-www-form-urlencoded"),
            Content::Text(_) => Some("text/plain; charset=utf-8"),
        }
    }
}
