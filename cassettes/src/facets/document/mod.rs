//! Bodies as trees: JSON as it is, XML, forms and tables in text as if they had been JSON, so that one set of
//! rules reads them all.

mod table;
mod xml;

use crate::codec;
use crate::json::Json;
use crate::model::{Body, Headers, pairs};

/// The body as a tree: its JSON, its XML elements, or the rows of its table.
pub fn tree(headers: &Headers, body: &Body) -> Option<Json> {
    codec::json_of(headers, body).or_else(|| other_tree(headers, body))
}

/// The pairs of a form as members of an object, where that is what the text is.
pub(super) fn form(headers: &Headers, text: &str) -> Option<Json> {
    (headers.media_type().as_deref() == Some("application/x-www-form-urlencoded")).then(|| {
        let members = pairs(text.trim()).into_iter().map(|(name, value)| (name, Json::String(value)));
        Json::Object(members.collect())
    })
}

/// The tree of a body that is no JSON.
pub fn other_tree(headers: &Headers, body: &Body) -> Option<Json> {
    if let Some(form) = codec::text_of(headers, body).and_then(|text| form(headers, &text)) {
        return Some(form);
    }
    let media = headers.media_type();
    let begins_like_xml = body.bytes().trim_ascii_start().starts_with(b"<") || !headers.codings().is_empty();
    let is_table = media.as_deref().is_some_and(table::is_table);
    if !is_table && !begins_like_xml {
        return None;
    }
    let text = codec::text_of(headers, body)?;
    if is_table { table::table(&text) } else { xml::tree(&text) }
}
