//! Bodies as trees: JSON as it is, XML and tables in text as if they had been JSON, so that one set of
//! rules reads them all.

mod table;
mod xml;

use crate::codec;
use crate::json::Json;
use crate::model::{Body, Headers};

/// The body as a tree: its JSON, its XML elements, or the rows of its table.
pub fn tree(headers: &Headers, body: &Body) -> Option<Json> {
    codec::json_of(headers, body).or_else(|| other_tree(headers, body))
}

/// The tree of a body that is no JSON.
pub fn other_tree(headers: &Headers, body: &Body) -> Option<Json> {
    let media = headers.media_type();
    let begins_like_xml = body.bytes().trim_ascii_start().starts_with(b"<") || !headers.codings().is_empty();
    let is_table = media.as_deref().is_some_and(table::is_table);
    if !is_table && !begins_like_xml {
        return None;
    }
    let text = codec::text_of(headers, body)?;
    if is_table { table::table(&text) } else { xml::tree(&text) }
}
