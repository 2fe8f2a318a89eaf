//! XML as a tree: elements as members, repeated ones as a list, attributes as members with an `@`.
//! Prefixes of names are dropped; the order among different names is, too.

use crate::json::Json;

/// How deep elements may nest.
const MAX_DEPTH: usize = 64;

struct Open<'t> {
    name: &'t str,
    members: Vec<(String, Json)>,
    text: String,
}

/// The tree of a well-formed document, its root under its name. HTML and everything odd gives none.
pub(super) fn tree(text: &str) -> Option<Json> {
    let mut rest = text.trim_start_matches('\u{feff}').trim();
    if !rest.starts_with('<') || super::super::xml::is_html(rest) {
        return None;
    }
    let mut open = vec![Open { name: "", members: Vec::new(), text: String::new() }];
    while let Some(at) = rest.find('<') {
        open.last_mut()?.text.push_str(&plain(&rest[..at]));
        rest = &rest[at..];
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = data.find("]]>")?;
            open.last_mut()?.text.push_str(&data[..end]);
            rest = &data[end + 3..];
            continue;
        }
        let close = if rest.starts_with("<!--") { "-->" } else { ">" };
        let end = rest.find(close)?;
        let tag = &rest[1..end];
        rest = &rest[end + close.len()..];
        if tag.starts_with(['!', '?']) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let done = open.pop()?;
            if done.name != local(name.trim()) {
                return None;
            }
            let value = value(done.members, done.text.trim(), done.name);
            put(&mut open.last_mut()?.members, done.name, value);
            continue;
        }
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((tag, ""));
        if name.is_empty() || open.len() > MAX_DEPTH {
            return None;
        }
        let members = read_attributes(attributes);
        if empty {
            put(&mut open.last_mut()?.members, local(name), value(members, "", local(name)));
        } else {
            open.push(Open { name: local(name), members, text: String::new() });
        }
    }
    let root = open.pop().filter(|_| open.is_empty())?;
    (!root.members.is_empty()).then_some(Json::Object(root.members))
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// An element without members is its text. One that is called as the plural of its only child is a list,
/// even of one or none.
fn value(mut members: Vec<(String, Json)>, text: &str, name: &str) -> Json {
    if members.is_empty() {
        return Json::String(text.to_owned());
    }
    if let [(child, one)] = members.as_mut_slice()
        && !matches!(one, Json::Array(_))
        && name.len() > child.len()
        && name.to_ascii_lowercase().starts_with(&child.to_ascii_lowercase())
    {
        *one = Json::Array(vec![one.clone()]);
    }
    if !text.is_empty() {
        members.push(("#text".to_owned(), Json::String(text.to_owned())));
    }
    Json::Object(members)
}

/// The second of a name makes a list of both.
fn put(members: &mut Vec<(String, Json)>, name: &str, value: Json) {
    match members.iter_mut().find(|(n, _)| n == name) {
        Some((_, Json::Array(items))) => items.push(value),
        Some((_, one)) => *one = Json::Array(vec![one.clone(), value]),
        None => members.push((name.to_owned(), value)),
    }
}

/// Namespaces are no data.
fn read_attributes(mut text: &str) -> Vec<(String, Json)> {
    let mut found = Vec::new();
    while let Some((name, rest)) = text.split_once('=') {
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, after)) = rest[1..].split_once(quote) else { break };
        let name = name.trim();
        if !name.starts_with("xmlns") {
            found.push((format!("@{}", local(name)), Json::String(plain(value))));
        }
        text = after;
    }
    found
}

fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_become_members_and_lists() {
        let text = "<?xml version=\"1.0\"?>\n<r:List xmlns:r='x' Name=\"a\"><Blobs><Blob><Id>1</Id></Blob></Blobs>\
                    <Item>x</Item><Item>y &amp; z</Item><NextMarker/></r:List>";
        let tree = tree(text).expect("well formed");
        assert_eq!(
            tree.to_string(),
            r#"{"List":{"@Name":"a","Blobs":{"Blob":[{"Id":"1"}]},"Item":["x","y & z"],"NextMarker":""}}"#
        );
    }

    #[test]
    fn what_is_odd_gives_nothing() {
        for text in
            ["", "<", "<a", "<a>", "<a></b>", "<html></html>", "</a>", "<!doctype html><p>", "x", "<a/>x<"]
        {
            assert_eq!(tree(text), None, "{text}");
        }
    }
}
