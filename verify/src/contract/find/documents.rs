//! The documents that a reply holds, each as a tree: JSON, lines of JSON, events, XML, tables, pages.

use super::html;
use cassettes::codec;
use cassettes::facets::document;
use cassettes::json::Json;
use cassettes::model::{Headers, Request, Response};

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) tree: Json,
    /// Whether all that is not structure is text, so that a number in a string says nothing.
    pub(super) is_text: bool,
}

/// The document of a reply; none where it holds nothing that can be read by name.
pub(super) fn of(request: &Request, reply: &Response) -> Option<Document> {
    if reply.body.is_empty() {
        return None;
    }
    if let Some(tree) = codec::json_of(&reply.headers, &reply.body) {
        return Some(Document { tree, is_text: false });
    }
    let text = || codec::text_of(&reply.headers, &reply.body);
    let media = reply.headers.media_type().unwrap_or_default();
    if let Some(tree) = text().as_deref().and_then(lines) {
        return Some(Document { tree, is_text: false });
    }
    let as_text = |tree| Document { tree, is_text: true };
    if media.contains("html") {
        return html::tree(&text()?).map(as_text);
    }
    let path = request.path().to_ascii_lowercase();
    let table = [(".csv", "text/csv"), (".tsv", "text/tab-separated-values")];
    if let Some((_, named)) = table.iter().find(|(end, _)| path.ends_with(end)) {
        // Files are often served as mere text, or as bytes to be saved.
        let headers = Headers::from_pairs([("Content-Type", *named)]);
        let text = text()?;
        return document::other_tree(&headers, &text.trim_start_matches('\u{feff}').to_owned().into())
            .map(as_text);
    }
    if let Some(tree) = document::other_tree(&reply.headers, &reply.body) {
        return Some(as_text(tree));
    }
    let text = text()?;
    text.trim_start().starts_with('<').then(|| html::tree(&text).map(as_text))?
}

/// One JSON document a line, or one for each event of a stream.
fn lines(text: &str) -> Option<Json> {
    let mut items = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        let data = line.strip_prefix("data:").map(str::trim_start);
        let field = ["event:", "id:", "retry:", ":"].iter().any(|field| line.starts_with(field));
        match data.unwrap_or(line) {
            "" | "[DONE]" => {}
            _ if field => {}
            json => match Json::parse(json.as_bytes()).ok()? {
                tree @ (Json::Object(_) | Json::Array(_)) => items.push(tree),
                _ => return None,
            },
        }
    }
    (!items.is_empty()).then_some(Json::Array(items))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(target: &str, media: &str, body: &str) -> Option<String> {
        let headers = Headers::from_pairs([("Content-Type", media)]);
        let reply = Response::new(200, headers, body.to_owned());
        of(&Request::new("GET", target), &reply).map(|document| document.tree.to_string())
    }

    #[test]
    fn every_kind_of_document_is_a_tree() {
        for (target, media, body, tree) in [
            ("/a", "application/json", "{\"sold\":7}", r#"{"sold":7}"#),
            ("/a", "application/x-ndjson", "{\"sold\":7}\n{\"sold\":8}\n", r#"[{"sold":7},{"sold":8}]"#),
            ("/a", "text/event-stream", "event: x\ndata: {\"sold\":7}\n\n", r#"[{"sold":7}]"#),
            ("/a", "application/xml", "<s><sold>7</sold></s>", r#"{"s":{"sold":"7"}}"#),
            ("/a", "text/csv", "item,sold\n1,7\n", r#"[{"item":"1","sold":"7"}]"#),
            ("/a.csv", "application/octet-stream", "item;sold\n1;7\n", r#"[{"item":"1","sold":"7"}]"#),
            ("/a", "text/html; charset=utf-8", "<p>Sold: 7", r#"{"text":{"Sold":"7"}}"#),
        ] {
            assert_eq!(told(target, media, body).as_deref(), Some(tree), "{media}");
        }
        for (media, body) in [("text/plain", "sold 7"), ("image/png", "\u{0}"), ("application/json", "{")] {
            assert_eq!(told("/a", media, body), None, "{body}");
        }
    }
}
