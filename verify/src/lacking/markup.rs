//! XML bodies in which one thing is wrong.

use super::spoilt::Spoilt;
use cassettes::facets::time_form::time_form;
use cassettes::plan::Content;

/// At most so many elements are spoilt in each way.
const MOST: usize = 4;

/// A document with one element wrong or left out at a time, and one that ends too soon; nothing where it is
/// no XML.
pub(super) fn spoilt_markup(text: &str) -> Vec<Spoilt> {
    if !text.trim_start().starts_with('<') {
        return Vec::new();
    }
    let mut all = Vec::new();
    let mut add =
        |what: String, text: String| all.push(Spoilt { what, content: Content::Text(text), media: None });
    let leaves = leaves(text);
    for leaf in leaves.iter().take(MOST) {
        let with = format!(
            "{}{}{}",
            &text[..leaf.text.0],
            wrong(&text[leaf.text.0..leaf.text.1]),
            &text[leaf.text.1..]
        );
        add(format!("`{}` with a value that nobody knows", leaf.name), with);
    }
    for leaf in leaves.iter().take(MOST) {
        add(
            format!("without `{}`", leaf.name),
            format!("{}{}", &text[..leaf.whole.0], &text[leaf.whole.1..]),
        );
    }
    if let Some(end) = text.rfind("</") {
        add("a document that ends too soon".to_owned(), text[..end].to_owned());
    }
    all
}

fn wrong(value: &str) -> String {
    if value.trim().parse::<f64>().is_ok() {
        "not-a-number".to_owned()
    } else if time_form(value.trim()).is_some() {
        "no day at all".to_owned()
    } else {
        super::unknown::unknown(value.trim())
    }
}

/// An element that holds a text and nothing else: where it stands, and where its text does.
struct Leaf<'t> {
    name: &'t str,
    whole: (usize, usize),
    text: (usize, usize),
}

fn leaves(text: &str) -> Vec<Leaf<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('<').map(|at| from + at) {
        let Some(close) = text[open..].find('>').map(|at| open + at) else { break };
        from = close + 1;
        let tag = &text[open + 1..close];
        let name = tag.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
        if name.is_empty() || tag.ends_with('/') || name.starts_with(['/', '?', '!']) {
            continue;
        }
        let Some(end) = text[from..].find('<').map(|at| from + at) else { break };
        let closing = format!("</{name}>");
        if text[end..].starts_with(&closing) && !text[from..end].trim().is_empty() {
            found.push(Leaf { name, whole: (open, end + closing.len()), text: (from, end) });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_element_is_spoilt_and_left_out_once() {
        let text = "<?xml version=\"1.0\"?><a:Env xmlns:a=\"u\"><b>EUR</b><c d=\"1\">12</c><e/></a:Env>";
        let all = spoilt_markup(text);
        let texts: Vec<&str> = all
            .iter()
            .map(|one| match &one.content {
                Content::Text(text) => text.split_once("\"u\">").map_or("", |(_, rest)| rest),
                _ => "",
            })
            .collect();
        assert_eq!(
            texts,
            [
                "<b>NOSUCHTHING</b><c d=\"1\">12</c><e/></a:Env>",
                "<b>EUR</b><c d=\"1\">not-a-number</c><e/></a:Env>",
                "<c d=\"1\">12</c><e/></a:Env>",
                "<b>EUR</b><e/></a:Env>",
                "<b>EUR</b><c d=\"1\">12</c><e/>",
            ]
        );
        assert!(spoilt_markup("a <b").is_empty() && spoilt_markup("<é").len() < 2);
    }
}
