//! Texts of XML and HTML, read leniently: element texts and attribute values under short names. Enough
//! to see what an answer gives; no document is refused.

/// Names and texts in order. An element's text goes by its local name, an attribute by `element@name`;
/// where the element tells itself by `rel`, `name` or `id`, that stands in brackets: `link[next]@href`.
pub(super) fn elements(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix("!--") {
            rest = after.find("-->").map_or("", |end| &after[end + 3..]);
            continue;
        }
        if let Some(data) = rest.strip_prefix("![CDATA[") {
            rest = data.find("]]>").map_or("", |end| &data[end + 3..]);
            continue;
        }
        let Some(close) = tag_end(rest) else { break };
        let tag = &rest[..close];
        rest = &rest[close + 1..];
        if tag.starts_with(['/', '!', '?']) {
            continue;
        }
        let name = local(tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap_or_default());
        attributes(name, &tag[tag.find(char::is_whitespace).unwrap_or(tag.len())..], &mut found);
        let content = match rest.strip_prefix("<![CDATA[") {
            Some(data) => data.find("]]>").map_or("", |end| &data[..end]).to_owned(),
            None => unescape(rest[..rest.find('<').unwrap_or(rest.len())].trim()),
        };
        if !content.is_empty() {
            found.push((name.to_owned(), content));
        }
    }
    found
}

/// The closing bracket of a tag, outside of quotes.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn attributes(element: &str, text: &str, found: &mut Vec<(String, String)>) {
    let mut pairs: Vec<(&str, String)> = Vec::new();
    let mut rest = text;
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].split_whitespace().last().unwrap_or_default();
        let after = rest[equals + 1..].trim_start();
        let (value, next) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            _ => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        pairs.push((local(name), unescape(value)));
        rest = next;
    }
    let told = pairs.iter().find(|(name, _)| matches!(*name, "rel" | "name" | "id")).cloned();
    for (name, value) in pairs {
        let place = match &told {
            Some((_, by)) => format!("{element}[{by}]@{name}"),
            None => format!("{element}@{name}"),
        };
        found.push((place, value));
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// The predefined entities and character references; others stay as they are.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').filter(|&end| end < 12).map(|end| &rest[1..end]);
        let c = entity.and_then(|entity| match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => {
                let code = entity.strip_prefix('#')?;
                let hex = code.strip_prefix(['x', 'X']);
                let code = hex.map_or_else(|| code.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
                char::from_u32(code)
            }
        });
        match (c, entity) {
            (Some(c), Some(entity)) => {
                out.push(c);
                rest = &rest[entity.len() + 2..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_attributes_are_read() {
        let text = "<?xml version=\"1.0\"?><!-- <x>no</x> --><a:List><Key>a &lt; &#x62;</Key><E/><N><![CDATA[<c>]]></N>\
                    <link rel='next' href=\"/p?a=1&amp;b=2\"/><input name=csrf value=t1>";
        let found = elements(text);
        let get = |name: &str| found.iter().find(|(n, _)| n == name).map(|(_, t)| t.as_str());
        assert_eq!(get("Key"), Some("a < b"));
        assert_eq!(get("N"), Some("<c>"));
        assert_eq!(get("x"), None);
        assert_eq!(get("link[next]@href"), Some("/p?a=1&b=2"));
        assert_eq!(get("input[csrf]@value"), Some("t1"));
        for cut in (0..text.len()).filter(|&cut| text.is_char_boundary(cut)) {
            elements(&text[..cut]);
        }
    }
}
