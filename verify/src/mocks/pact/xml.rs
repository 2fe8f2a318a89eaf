//! XML bodies: elements in order, attributes in any, rules by `['@name']` and `['#text']`.

use super::path::Step;
use super::rules::Rules;
use crate::mocks::conditions::Fit;

/// How deep elements may nest.
const MAX_DEPTH: usize = 128;

#[derive(Debug, Default, PartialEq)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

/// Whether a document is like the example; unsure where one of them is no XML that is understood.
pub(super) fn fit(rules: &Rules, example: &str, found: &str) -> Fit {
    let (Some(example), Some(found)) = (read(example), read(found)) else { return Fit::Unsure };
    elements(rules, &mut Vec::new(), &example, &found, None)
}

fn elements(
    rules: &Rules,
    place: &mut Vec<Step>,
    example: &Element,
    found: &Element,
    at: Option<usize>,
) -> Fit {
    if example.name != found.name {
        return Fit::Unmet;
    }
    place.push(Step::Field(example.name.clone()));
    let mut depth = 1;
    // A rule may name the item of a list, or the list as a whole.
    if let Some(at) = at {
        place.push(Step::Index(at));
        let indexed = rules.best(place).is_some_and(|(_, exact)| exact);
        if indexed {
            depth += 1;
        } else {
            place.pop();
        }
    }
    let fit = Fit::all([
        attributes(rules, place, example, found),
        children(rules, place, example, found),
        leaf(rules, place, "#text", &example.text, &found.text),
    ]);
    place.truncate(place.len() - depth);
    fit
}

fn leaf(rules: &Rules, place: &mut Vec<Step>, name: &str, example: &str, found: &str) -> Fit {
    place.push(Step::Field(name.to_owned()));
    let fit = match rules.best(place) {
        // A text is no element: an element's rule is about how many there are.
        Some((set, exact)) if exact || !(example.is_empty() && found.is_empty()) => {
            set.fit_text(example, found)
        }
        _ => Fit::of(example == found),
    };
    place.pop();
    fit
}

fn attributes(rules: &Rules, place: &mut Vec<Step>, example: &Element, found: &Element) -> Fit {
    let under = |element: &Element, name: &str| -> Option<String> {
        element.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone())
    };
    if found.attributes.iter().any(|(name, _)| under(example, name).is_none()) {
        return Fit::Unmet;
    }
    Fit::all(example.attributes.iter().map(|(name, value)| match under(found, name) {
        Some(other) => leaf(rules, place, &format!("@{name}"), value, &other),
        None => Fit::Unmet,
    }))
}

fn children(rules: &Rules, place: &mut Vec<Step>, example: &Element, found: &Element) -> Fit {
    use super::matcher::Matcher;
    let set = rules.best(place);
    let loose = set.is_some_and(|(set, _)| set.matchers().iter().any(Matcher::loosens));
    let mut fits = Vec::new();
    for matcher in set.filter(|(_, exact)| *exact).map(|(set, _)| set.matchers()).unwrap_or_default() {
        if let Matcher::Type { min, max } = matcher {
            let count = found.children.len() as u64;
            fits.push(Fit::of(min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max)));
        }
    }
    if !loose && example.children.len() != found.children.len() {
        return Fit::Unmet;
    }
    for (at, child) in found.children.iter().enumerate() {
        let wanted = example.children.get(at).filter(|c| c.name == child.name);
        let wanted = wanted.or_else(|| example.children.iter().find(|c| loose && c.name == child.name));
        let Some(wanted) = wanted.or_else(|| example.children.get(at)) else { return Fit::Unmet };
        fits.push(elements(rules, place, wanted, child, Some(at)));
    }
    Fit::all(fits)
}

/// The root of a well-formed document.
fn read(text: &str) -> Option<Element> {
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut open = vec![Element::default()];
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
            let mut done = open.pop()?;
            if open.is_empty() || done.name != name.trim() {
                return None;
            }
            done.text = done.text.trim().to_owned();
            open.last_mut()?.children.push(done);
            continue;
        }
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, attributes) = tag.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((tag, ""));
        if name.is_empty() || open.len() > MAX_DEPTH {
            return None;
        }
        let element =
            Element { name: name.to_owned(), attributes: read_attributes(attributes)?, ..Element::default() };
        if empty {
            open.last_mut()?.children.push(element);
        } else {
            open.push(element);
        }
    }
    let root = open.pop().filter(|_| open.is_empty())?;
    let alone = root.children.len() == 1 && root.text.trim().is_empty() && rest.trim().is_empty();
    root.children.into_iter().next().filter(|_| alone)
}

fn read_attributes(mut text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    while let Some((name, rest)) = text.split_once('=') {
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, after) = rest[1..].split_once(quote)?;
        found.push((name.trim().to_owned(), plain(value)));
        text = after;
    }
    text.trim().is_empty().then_some(found)
}

fn plain(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}
