//! Pages of HTML as trees: rows of tables as objects, lists of labels and values, labelled texts, data attributes,
//! fields of forms, and the JSON that scripts hold. Read as browsers read them, and no page is refused.

use super::table::{Cell, Table};
use cassettes::json::Json;
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// Longer texts are prose, and label nothing.
const LONGEST_LABEL: usize = 40;
/// How many labelled texts of a page are kept.
const MOST: usize = 10_000;

/// What a page tells; none where it tells nothing by name.
pub(super) fn tree(page: &str) -> Option<Json> {
    let mut emitter = DefaultEmitter::default();
    // Scripts and styles hold no tags.
    emitter.naively_switch_states(true);
    let mut reader = Reader::default();
    for token in Tokenizer::new_with_emitter(page, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => reader.start(&tag),
            Token::EndTag(tag) => reader.end(&lossy(&tag.name)),
            Token::String(text) => reader.text(&lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    members: Vec<(String, Json)>,
    /// How many tables, lists and scripts have ended.
    counts: [usize; 3],
    tables: Vec<Table>,
    list: Option<Labels>,
    /// The element whose text is no text, and what it holds.
    raw: Option<(String, String)>,
    /// The last text outside of tables and lists, which may label the next.
    label: Option<String>,
    texts: Vec<(String, Json)>,
    fields: Vec<(String, Json)>,
    elements: Vec<Json>,
}

/// A list of labels and values (`dl`).
#[derive(Default)]
struct Labels {
    pairs: Vec<(String, Json)>,
    label: String,
    value: Option<String>,
}

impl Reader {
    fn start(&mut self, tag: &StartTag<()>) {
        let name = lossy(&tag.name);
        let attribute = |name: &str| tag.attributes.get(name.as_bytes()).map(|value| lossy(value));
        self.element(tag);
        match name.as_str() {
            "script" | "style" | "template" | "noscript" if !tag.self_closing => {
                let kind = attribute("type").unwrap_or_default().to_ascii_lowercase();
                if name == "script" || name == "style" {
                    let mark = if kind.ends_with("json") { "json" } else { "" };
                    self.raw = Some((mark.to_owned(), String::new()));
                }
            }
            "table" => self.tables.push(Table::default()),
            "tr" => {
                if let Some(table) = self.tables.last_mut() {
                    table.row(data(tag));
                }
            }
            "td" | "th" => {
                let span = |name: &str| attribute(name).and_then(|n| n.trim().parse().ok()).unwrap_or(1);
                let cell = Cell::new(name == "th");
                if let Some(table) = self.tables.last_mut() {
                    table.cell(cell, span("colspan"), span("rowspan"));
                }
            }
            "a" => {
                if let (Some(table), Some(link)) = (self.tables.last_mut(), attribute("href")) {
                    table.link(link);
                }
            }
            "br" | "p" | "div" | "li" => self.text(" "),
            "dl" => self.list = Some(Labels::default()),
            "dt" => self.list.iter_mut().for_each(Labels::next_label),
            "dd" => self.list.iter_mut().for_each(|list| {
                list.keep();
                list.value = Some(String::new());
            }),
            "input" | "meter" | "progress" | "data" => {
                if let (Some(name), Some(value)) =
                    (attribute("name").or_else(|| attribute("id")), attribute("value"))
                    && self.fields.len() < MOST
                {
                    self.fields.push((name, Json::String(value)));
                }
            }
            _ => {}
        }
    }

    /// The data attributes of an element that is no row, as one object.
    fn element(&mut self, tag: &StartTag<()>) {
        if *tag.name != b"tr"[..] && self.elements.len() < MOST {
            let data = data(tag);
            if !data.is_empty() {
                self.elements.push(Json::Object(data));
            }
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "script" | "style" => {
                let json = self.raw.take().filter(|(mark, _)| mark == "json");
                if let Some(json) = json.and_then(|(_, text)| Json::parse(text.trim().as_bytes()).ok()) {
                    self.count(2, "script", json);
                }
            }
            "table" => {
                if let Some(json) = self.tables.pop().and_then(Table::into_json) {
                    self.count(0, "table", json);
                }
            }
            "td" | "th" => self.tables.iter_mut().next_back().into_iter().for_each(Table::end_cell),
            "dl" => {
                if let Some(json) = self.list.take().and_then(Labels::into_json) {
                    self.count(1, "list", json);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, raw)) = &mut self.raw {
            return raw.push_str(text);
        }
        if let Some(table) = self.tables.last_mut() {
            return table.text(text);
        }
        if let Some(list) = &mut self.list {
            return list.text(text);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() && self.texts.len() < MOST {
            self.labelled(text);
        }
    }

    /// `Sold: 7`, `7 sold`, or a label and, in an element of its own, its value.
    fn labelled(&mut self, text: String) {
        let mut keep = |label: &str, value: &str| {
            let label = label.trim().trim_end_matches(':');
            let told = !label.is_empty() && label.chars().count() <= LONGEST_LABEL && !begins(label);
            if told && begins(value) {
                self.texts.push((label.to_owned(), Json::String(value.trim().to_owned())));
            }
            told && begins(value)
        };
        let told = match text.split_once(':').filter(|(_, value)| !value.trim().is_empty()) {
            Some((label, value)) => keep(label, value),
            None => match text.split_once(' ').filter(|(number, _)| begins(number)) {
                Some((number, label)) if label.split(' ').count() < 4 => keep(label, number),
                _ => self.label.take().is_some_and(|label| keep(&label, &text)),
            },
        };
        self.label = (!told && text.chars().count() <= LONGEST_LABEL).then_some(text);
    }

    fn count(&mut self, which: usize, what: &str, json: Json) {
        self.counts[which] += 1;
        self.members.push((format!("{what} {}", self.counts[which]), json));
    }

    fn finish(mut self) -> Option<Json> {
        // What nobody closed ends with the page.
        while let Some(table) = self.tables.pop() {
            if let Some(json) = table.into_json() {
                self.count(0, "table", json);
            }
        }
        if let Some(json) = self.list.take().and_then(Labels::into_json) {
            self.count(1, "list", json);
        }
        for (name, pairs) in [("text", self.texts), ("field", self.fields)] {
            if !pairs.is_empty() {
                self.members.push((name.to_owned(), Json::Object(pairs)));
            }
        }
        if !self.elements.is_empty() {
            self.members.push(("element".to_owned(), Json::Array(self.elements)));
        }
        (!self.members.is_empty()).then_some(Json::Object(self.members))
    }
}

impl Labels {
    fn text(&mut self, text: &str) {
        self.value.as_mut().unwrap_or(&mut self.label).push_str(text);
    }

    fn next_label(&mut self) {
        self.keep();
        self.label.clear();
    }

    /// A label may have several values.
    fn keep(&mut self) {
        if let Some(value) = self.value.take() {
            let clean = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let label = clean(&self.label);
            self.pairs.push((label.trim_end_matches(':').to_owned(), Json::String(clean(&value))));
        }
    }

    fn into_json(mut self) -> Option<Json> {
        self.keep();
        (!self.pairs.is_empty()).then_some(Json::Object(self.pairs))
    }
}

/// Whether a text begins like a number, a sign or a currency before it.
fn begins(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['-', '+', '(', '$', '€', '£', '¥']);
    text.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// `data-item-id` as `item-id`.
fn data(tag: &StartTag<()>) -> Vec<(String, Json)> {
    let named = |(name, value): (&html5gum::HtmlString, &html5gum::Spanned<html5gum::HtmlString, ()>)| {
        let name = lossy(name);
        Some((name.strip_prefix("data-")?.to_owned(), Json::String(lossy(value))))
    };
    tag.attributes.iter().filter_map(named).collect()
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_by_tables_lists_labels_attributes_and_scripts() {
        let page = "<!doctype html><title>x</title><style>td{sold:1}</style>\
            <script type=application/json>{\"sold\":9}</script><script>var sold = '<td>8</td>';</script>\
            <table><thead><tr><th>Item<th>Sold</thead><tr data-item-id=2><td><a href='/items/2'>Lamp</a><td>1,234\
            </table><dl><dt>Sold:<dd>7</dl><p>Available: 3</p><span>Left</span> <b>4</b><p>12 seats</p>\
            <input name=count value=5><p>Chapter 3: of 10 things";
        let tree = tree(page).expect("it tells something").to_string();
        assert_eq!(
            tree,
            r#"{"script 1":{"sold":9},"table 1":[{"item-id":"2","Item":"Lamp","Item@href":"/items/2","Sold":"1,234"}],"list 1":{"Sold":"7"},"text":{"Available":"3","Left":"4","seats":"12"},"field":{"count":"5"}}"#
        );
    }

    #[test]
    fn no_page_is_refused() {
        let page = "<table><tr><td>a<td colspan=99999999 rowspan=x>1</table></td></tr></dl><dd>7<dl><dd>8";
        for cut in (0..page.len()).filter(|&cut| page.is_char_boundary(cut)) {
            let _ = tree(&page[..cut]);
        }
        assert!(tree(&"<table><tr><td>".repeat(5000)).is_none());
        assert!(tree("plain").is_none());
    }
}
