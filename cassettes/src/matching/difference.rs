//! One thing in which two requests differ, readable by people.

use super::{Content, Part, View, aspects};
use crate::redact::Names;
use std::{collections::BTreeMap, fmt};

/// Excerpts are cut after so many characters.
const LONGEST_EXCERPT: usize = 80;

/// Nobody reads more differences than this of one request; the rest is counted.
const MOST: usize = 40;

/// One thing in which an asked request differs from a recorded one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The aspect's name.
    pub aspect: &'static str,
    /// `query limit`, `json /amount`, `path segment 3`.
    pub place: String,
    /// An excerpt of what was asked; none if nothing stands there.
    pub asked: Option<String>,
    /// An excerpt of what was recorded; none if nothing stands there.
    pub recorded: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.asked, &self.recorded) {
            (Some(asked), Some(recorded)) => {
                write!(f, "{}: asked {asked}, recorded {recorded}", self.place)
            }
            (Some(asked), None) => write!(f, "{}: asked {asked}, not recorded", self.place),
            (None, Some(recorded)) => write!(f, "{}: not asked, recorded {recorded}", self.place),
            (None, None) => f.write_str(&self.place),
        }
    }
}

/// In what two requests differ, secrets masked, the first forty told and the rest counted. Empty exactly
/// where their keys are equal.
pub fn differences(asked: &View<'_>, recorded: &View<'_>, names: &Names) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut left = 0;
    let kinds = (asked.content.kind(), recorded.content.kind());
    for aspect in aspects::ASPECTS {
        if kinds.0 != kinds.1 && aspect.place != "method" && aspects::is_of_body(aspect) {
            continue;
        }
        let mut sides: BTreeMap<String, [Vec<Vec<u8>>; 2]> = BTreeMap::new();
        let mut order: Vec<String> = Vec::new();
        for (side, view) in [asked, recorded].into_iter().enumerate() {
            (aspect.parts)(view, names, &mut |name, value| {
                if !sides.contains_key(name) {
                    order.push(name.to_owned());
                }
                sides.entry(name.to_owned()).or_default()[side].push(value.to_vec());
            });
        }
        for name in order {
            let [asked, recorded] = &sides[&name];
            for at in 0..asked.len().max(recorded.len()) {
                let (a, r) = (asked.get(at), recorded.get(at));
                if a != r {
                    left += usize::from(found.len() >= MOST);
                    if found.len() >= MOST {
                        continue;
                    }
                    // What is no form may still look like one, with a body for a name.
                    let name = excerpt_of(name.as_bytes());
                    let place = format!("{} {name}", aspect.place).trim_end().to_owned();
                    let (asked, recorded) = excerpts(a.map(Vec::as_slice), r.map(Vec::as_slice));
                    found.push(Difference { aspect: aspect.meta.name, place, asked, recorded });
                }
            }
        }
    }
    if kinds.0 != kinds.1 {
        let say =
            |view: &View<'_>| (view.content.kind() != "nothing").then(|| view.content.kind().to_owned());
        let (asked, recorded) = (say(asked), say(recorded));
        found.push(Difference { aspect: "body", place: "body".to_owned(), asked, recorded });
    }
    found.extend(order_of_parts(asked, recorded));
    if left > 0 {
        let place = format!("and {left} more differences");
        found.push(Difference { aspect: "body", place, asked: None, recorded: None });
    }
    found
}

/// Two bodies in the same parts, in another order.
fn order_of_parts(asked: &View<'_>, recorded: &View<'_>) -> Option<Difference> {
    let (Content::Multipart(asked), Content::Multipart(recorded)) = (&asked.content, &recorded.content)
    else {
        return None;
    };
    let names = |parts: &[Part]| parts.iter().map(|part| part.name.clone()).collect::<Vec<_>>();
    let (asked, recorded) = (names(asked), names(recorded));
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    (asked != recorded && sorted(&asked) == sorted(&recorded)).then(|| {
        let (asked, recorded) = (asked.join(", "), recorded.join(", "));
        let (asked, recorded) = excerpts(Some(asked.as_bytes()), Some(recorded.as_bytes()));
        Difference { aspect: "multipart-body", place: "order of parts".to_owned(), asked, recorded }
    })
}

/// Excerpts that show where long values part.
fn excerpts(asked: Option<&[u8]>, recorded: Option<&[u8]>) -> (Option<String>, Option<String>) {
    let (Some(a), Some(r)) = (asked, recorded) else {
        return (asked.map(|v| excerpt(v, 0)), recorded.map(|v| excerpt(v, 0)));
    };
    let parting = a.iter().zip(r).take_while(|(x, y)| x == y).count();
    let from = if parting > LONGEST_EXCERPT / 2 { parting - LONGEST_EXCERPT / 4 } else { 0 };
    (Some(excerpt(a, from)), Some(excerpt(r, from)))
}

/// A name as it is, unless it is too long to be one.
fn excerpt_of(name: &[u8]) -> String {
    if name.is_empty() { String::new() } else { excerpt(name, 0) }
}

fn excerpt(value: &[u8], from: usize) -> String {
    if value.is_empty() {
        return "\"\"".to_owned();
    }
    let from = from.min(value.len());
    let window = &value[from..value.len().min(from + LONGEST_EXCERPT * 4)];
    let shown: String = String::from_utf8_lossy(window).chars().flat_map(printable).collect();
    let mut text = String::new();
    if from > 0 {
        text.push('…');
    }
    let room = LONGEST_EXCERPT - 2;
    text.extend(shown.chars().take(room));
    if shown.chars().count() > room || from + window.len() < value.len() {
        text.push('…');
    }
    text
}

fn printable(c: char) -> Box<dyn Iterator<Item = char>> {
    if c.is_control() { Box::new(c.escape_default()) } else { Box::new(std::iter::once(c)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_show_the_parting_and_stay_short() {
        let long = "a".repeat(300);
        let (a, r) = excerpts(Some(format!("{long}x{long}").as_bytes()), Some(format!("{long}y").as_bytes()));
        let (a, r) = (a.expect("asked"), r.expect("recorded"));
        assert!(a.contains('x') && r.contains('y'), "{a} {r}");
        assert!(a.chars().count() <= LONGEST_EXCERPT && r.chars().count() <= LONGEST_EXCERPT);
        assert_eq!(excerpt(b"", 0), "\"\"");
        assert_eq!((excerpt_of(b""), excerpt_of(b"limit")), (String::new(), "limit".to_owned()));
        assert_eq!(excerpt(b"a\n\xff", 0), "a\\n\u{fffd}");
    }
}
