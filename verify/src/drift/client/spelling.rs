//! How a document is written, apart from what it says.

use super::bodies::Shape;
use cassettes::json::Json;
use std::collections::HashMap;

/// Stands between the parts of a spelling.
const NEXT: &str = "; ";

/// The spelling of a body in words; none where there is nothing to choose. `ordered`: members have an order.
pub(super) fn spelling(shape: &Shape, ordered: bool) -> Option<String> {
    match shape {
        Shape::Json(_, text) => Some(of_json(text, ordered)),
        Shape::Form(_, text) => {
            let plus = if text.contains('+') {
                "`+` for blanks"
            } else if text.contains("%20") {
                "`%20` for blanks"
            } else {
                "plain"
            };
            let names: Vec<&str> = text.split('&').filter_map(|pair| pair.split('=').next()).collect();
            Some([plus, &format!("fields in the order {}", names.join(" "))].join(NEXT))
        }
        _ => None,
    }
}

fn of_json(text: &str, ordered: bool) -> String {
    let blanks = match (text.trim().contains('\n'), has_blank(text, ':'), has_blank(text, ',')) {
        (true, ..) => "indented",
        (_, true, true) => "a blank after each colon and comma",
        (_, true, false) => "a blank after each colon",
        (_, false, true) => "a blank after each comma",
        (_, false, false) => "without blanks",
    };
    let escaped = if text.is_ascii() && text.contains("\\u") {
        "letters beyond ASCII escaped"
    } else if !text.is_ascii() {
        "letters beyond ASCII as they are"
    } else {
        ""
    };
    let order = if ordered { order(text) } else { String::new() };
    [blanks, escaped, &order].join(NEXT)
}

/// The parts of two spellings that differ.
pub(super) fn differing(was: &str, is: &str) -> (String, String) {
    let pairs = was.split(NEXT).zip(is.split(NEXT)).filter(|(a, b)| a != b);
    let (was, is): (Vec<&str>, Vec<&str>) = pairs.unzip();
    (was.join(", "), is.join(", "))
}

/// Whether objects with the same members always have them in one order in a run: some clients draw it anew.
pub(super) fn is_ordered<'t>(texts: impl Iterator<Item = &'t str>) -> bool {
    let mut known: HashMap<Vec<String>, Vec<String>> = HashMap::new();
    for text in texts {
        let Ok(json) = Json::parse(text.as_bytes()) else { continue };
        let names: Vec<String> = json.members().iter().map(|(name, _)| name.clone()).collect();
        let mut sorted = names.clone();
        sorted.sort();
        if *known.entry(sorted).or_insert_with(|| names.clone()) != names {
            return false;
        }
    }
    true
}

/// Whether a blank follows such a character outside of strings.
fn has_blank(text: &str, after: char) -> bool {
    let (mut inside, mut escaped, mut before) = (false, false, ' ');
    for c in text.chars() {
        if inside {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => inside = false,
                _ => {}
            }
        } else if c == '"' {
            inside = true;
        } else if c == ' ' && before == after {
            return true;
        }
        before = if inside { ' ' } else { c };
    }
    false
}

/// The order of the members at the root.
fn order(text: &str) -> String {
    let Ok(json) = Json::parse(text.as_bytes()) else { return String::new() };
    let names: Vec<&str> = json.members().iter().map(|(name, _)| name.as_str()).collect();
    if names.len() < 2 { String::new() } else { format!("members in the order {}", names.join(" ")) }
}
