//! As much of XML as it takes to find a code in an error document: elements and their text.
//! Entities other than the five predefined ones, and everything odd, stay as they are.

/// An element without children: its path by local names (`/Error/Code`) and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// Local names from the root, each after a slash.
    pub(super) path: String,
    /// The text between its tags, trimmed.
    pub(super) text: String,
}

/// How deep elements may nest before we stop reading.
const MAX_DEPTH: usize = 64;
/// How many leaves are read at most.
const MAX_LEAVES: usize = 10_000;

/// The leaves of a document, or nothing if this does not begin like XML. HTML is not XML here.
pub(super) fn leaves(text: &str) -> Option<Vec<Leaf>> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    if !rest.starts_with('<') || is_html(rest) {
        return None;
    }
    let mut open: Vec<&str> = Vec::new();
    let mut leaves = Vec::new();
    let mut seen = false;
    let mut content: Option<String> = None;
    while let Some(at) = rest.find('<') {
        if let Some(text) = content.as_mut() {
            text.push_str(&rest[..at]);
        }
        rest = &rest[at..];
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = data.find("]]>")?;
            if let Some(text) = content.as_mut() {
                text.push_str(&data[..end]);
            }
            rest = &data[end + 3..];
            continue;
        }
        let (skipped, close) = if rest.starts_with("<!--") {
            (true, "-->")
        } else {
            (rest.starts_with("<?") || rest.starts_with("<!"), ">")
        };
        let end = rest.find(close)?;
        let tag = &rest[1..end];
        rest = &rest[end + close.len()..];
        if skipped {
            continue;
        }
        if tag.starts_with('/') {
            if let Some(text) = content.take() {
                leaves.push(Leaf { path: path(&open), text: plain(text.trim()) });
            }
            open.pop()?;
        } else {
            let name = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default();
            if name.is_empty() || open.len() >= MAX_DEPTH || leaves.len() >= MAX_LEAVES {
                return None;
            }
            seen = true;
            open.push(name.rsplit(':').next().unwrap_or(name));
            content = Some(String::new());
            if tag.ends_with('/') {
                leaves.push(Leaf { path: path(&open), text: String::new() });
                open.pop();
                content = None;
            }
        }
    }
    (seen && open.is_empty()).then_some(leaves)
}

/// Whether a text begins like an HTML page.
pub(super) fn is_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body", "<h1"].iter().any(|tag| start.starts_with(tag))
}

fn path(open: &[&str]) -> String {
    open.iter().fold(String::new(), |path, name| path + "/" + name)
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
    fn leaves_have_their_path_without_prefixes() {
        let text = "<?xml version=\"1.0\"?>\n<m:error xmlns:m='x'><m:code>A &amp; B</m:code><!-- <x> --><m:in/>\
                    <m:message xml:lang='en'><![CDATA[<no>]]></m:message></m:error>";
        let found = leaves(text).expect("well formed");
        let found: Vec<_> = found.iter().map(|l| (l.path.as_str(), l.text.as_str())).collect();
        assert_eq!(found, [("/error/code", "A & B"), ("/error/in", ""), ("/error/message", "<no>")]);
    }

    #[test]
    fn nothing_panics_and_html_is_no_xml() {
        for text in [
            "",
            "<",
            "<a",
            "<a>",
            "</a>",
            "<a></a></b>",
            "<!DOCTYPE html><html></html>",
            "x<a/>",
            "<é></é",
            "<![CDATA[",
        ] {
            assert_eq!(leaves(text), None, "{text}");
        }
        assert_eq!(leaves(&"<a>".repeat(10_000)), None);
    }
}
