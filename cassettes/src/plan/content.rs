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
