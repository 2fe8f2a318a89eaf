//! Calls that one path serves: GraphQL by its operation, JSON-RPC without its ids.

use super::{GraphQl, trace::Trace};
use crate::{
    json::Json,
    matching::{Content, View},
};
use std::borrow::Cow;

/// Makes GraphQL requests alike that mean the same.
pub(super) fn graphql(view: &mut View<'_>, by: GraphQl, trace: &mut Trace) {
    if let Content::Json(json) = &mut view.content {
        each(json, &mut |call| in_body(call, by, trace));
        return;
    }
    let of = |name: &str| view.query.iter().find(|(n, _)| n.as_ref() == name.as_bytes());
    let Some((_, document)) = of("query") else { return };
    let Ok(document) = std::str::from_utf8(document) else { return };
    let Some(document) = Document::read(document) else { return };
    let operation = of("operationName").map(|(_, name)| String::from_utf8_lossy(name).into_owned());
    let operation = operation.or_else(|| document.name.clone());
    for (name, value) in &view.query {
        if matches!(name.as_ref(), b"query" | b"operationName" | b"extensions")
            || (by == GraphQl::Operation && name.as_ref() == b"variables")
        {
            trace.bytes(value);
        }
    }
    let by_name = by != GraphQl::Document && operation.is_some();
    view.query.retain(|(name, _)| match name.as_ref() {
        b"query" | b"operationName" => false,
        b"extensions" => !by_name,
        b"variables" => !(by_name && by == GraphQl::Operation),
        _ => true,
    });
    let mut put = |name: &'static str, value: String| {
        view.query.push((Cow::Borrowed(name.as_bytes()), Cow::Owned(value.into_bytes())));
    };
    if !by_name {
        put("query", document.canonical);
    }
    if let Some(operation) = operation {
        put("operationName", operation);
    }
    view.query.sort_by(|a, b| a.0.cmp(&b.0));
}

fn in_body(call: &mut Json, by: GraphQl, trace: &mut Trace) {
    let document = call.get("query").and_then(Json::as_str).map(str::to_owned);
    let named =
        call.get("operationName").and_then(Json::as_str).filter(|name| !name.is_empty()).map(str::to_owned);
    let read = document.as_deref().and_then(Document::read);
    if read.is_none() && (named.is_none() || document.is_some()) {
        return;
    }
    let operation = named.or_else(|| read.as_ref().and_then(|read| read.name.clone()));
    let by_name = by != GraphQl::Document && operation.is_some();
    let Json::Object(members) = call else { return };
    members.retain(|(name, value)| {
        let empty = *value == Json::Null || matches!(value, Json::Object(all) if all.is_empty());
        let out = match name.as_str() {
            "query" | "operationName" => true,
            "extensions" => by_name,
            "variables" => empty || (by_name && by == GraphQl::Operation),
            _ => false,
        };
        if out {
            trace.bytes(name.as_bytes());
            trace.json(value);
        }
        !out
    });
    if let (false, Some(read)) = (by_name, read) {
        members.push(("query".to_owned(), Json::String(read.canonical)));
    }
    if let Some(operation) = operation {
        members.push(("operationName".to_owned(), Json::String(operation)));
    }
}

/// Takes the ids of JSON-RPC calls out.
pub(super) fn rpc(view: &mut View<'_>, trace: &mut Trace) {
    let Content::Json(json) = &mut view.content else { return };
    each(json, &mut |call| {
        if call.get("method").and_then(Json::as_str).is_none() {
            return;
        }
        let Json::Object(members) = call else { return };
        members.retain(|(name, value)| {
            if name == "id" {
                trace.json(value);
            }
            name != "id"
        });
    });
}

/// For a call, or each of a batch.
fn each(json: &mut Json, change: &mut dyn FnMut(&mut Json)) {
    match json {
        Json::Array(calls) => calls.iter_mut().for_each(change),
        call => change(call),
    }
}

/// A GraphQL document (GraphQL specification, October 2021, §2).
struct Document {
    /// Definitions in an order of their own, one space between tokens.
    canonical: String,
    /// Of its only operation.
    name: Option<String>,
}

impl Document {
    fn read(text: &str) -> Option<Document> {
        let tokens = tokens(text)?;
        let (mut depth, mut from) = (0_usize, 0);
        let mut definitions: Vec<&[&str]> = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            match *token {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 && *token == "}" {
                        definitions.push(&tokens[from..=at]);
                        from = at + 1;
                    }
                }
                _ => {}
            }
        }
        if depth > 0 || from < tokens.len() || definitions.is_empty() {
            return None;
        }
        let operations: Vec<&&[&str]> = definitions.iter().filter(|tokens| tokens[0] != "fragment").collect();
        let name = match operations.as_slice() {
            [["query" | "mutation" | "subscription", name, ..]] => {
                let lawful = |c: char| c.is_ascii_alphanumeric() || c == '_';
                name.chars().all(lawful).then(|| (*name).to_owned())
            }
            _ => None,
        };
        let mut texts: Vec<String> = definitions.iter().map(|tokens| tokens.join(" ")).collect();
        texts.sort();
        Some(Document { canonical: texts.join(" "), name })
    }
}

/// The tokens of a document, without what makes no difference: white space, commas, remarks (§2.1).
fn tokens(text: &str) -> Option<Vec<&str>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',' || c == '\u{feff}');
        let Some(first) = rest.chars().next() else { return Some(tokens) };
        let len = match first {
            '#' => {
                rest = &rest[rest.find(['\n', '\r']).unwrap_or(rest.len())..];
                continue;
            }
            '"' if rest.starts_with("\"\"\"") => 6 + block(&rest[3..])?,
            '"' => 2 + line(&rest[1..])?,
            '.' if rest.starts_with("...") => 3,
            c if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') => {
                let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '.');
                rest.find(|c| !word(c)).unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        tokens.push(&rest[..len]);
        rest = &rest[len..];
    }
}

/// The length of what a string holds.
fn line(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// The length of what a block string holds.
fn block(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find("\"\"\"")?;
        if !text[..at].ends_with('\\') {
            return Some(at);
        }
        from = at + 3;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_that_mean_the_same_are_one() {
        let read = |text: &str| Document::read(text).map(|d| (d.canonical, d.name));
        let one = read(
            "query Me($id: ID!) { me(id: $id, note: \"a, b #\") { ...F } }\nfragment F on User { id name }",
        );
        let other = read(
            "# a remark\nfragment F on User{id,name} query Me($id:ID!){me(id:$id note:\"a, b #\"){...F}}",
        );
        assert_eq!(one, other);
        assert_eq!(one.and_then(|d| d.1).as_deref(), Some("Me"));
        assert_ne!(read("{ a(x: \"1 2\") }"), read("{ a(x: \"1  2\") }"), "texts are data");
        assert_eq!(read("{ a }").and_then(|d| d.1), None);
        for broken in ["", "{", "}", "query", "{ a \"", "{ \"\"\" }", "é"] {
            assert!(Document::read(broken).is_none(), "{broken}");
        }
    }
}
