//! The part of an answer that tells: a list of forty things by the first of each kind, a table by the row in which
//! the number stands.

use super::kinds::USUAL;
use crate::excerpt::bounded;
use cassettes::json::{Json, Pointer};

/// So much of an answer is shown as it is.
const WHOLE: usize = 140;

/// What is shown of an answer's text. `kind` is the member by which listed things say what they are, where that is
/// known; `pointer` is where the number stands.
pub(super) fn telling(text: &str, tree: Option<&Json>, kind: Option<&str>, pointer: &str) -> String {
    let Some(tree) = tree.filter(|_| text.chars().count() > WHOLE) else { return bounded(text) };
    if !text.trim_start().starts_with(['{', '[']) {
        // A table: nobody finds the row in its text.
        return match holder(tree, pointer) {
            Some(row) => bounded(&row.to_string()),
            None => bounded(text),
        };
    }
    let mut out = String::new();
    condense(tree, kind, &mut out);
    match holder(tree, pointer) {
        // The number would be cut off.
        Some(row) if out.chars().count() > crate::excerpt::MOST && !std::ptr::eq(row, tree) => {
            let mut own = String::new();
            condense(row, kind, &mut own);
            bounded(&format!("… {own} …"))
        }
        _ => bounded(&out),
    }
}

/// What holds the value at a pointer.
fn holder<'t>(tree: &'t Json, pointer: &str) -> Option<&'t Json> {
    let (above, _) = pointer.rsplit_once('/')?;
    let mut found = None;
    Pointer::walk(tree, &mut |at, value| {
        if found.is_none() && at.to_string() == above {
            found = Some(value);
        }
    });
    found
}

/// Writes a document with the first thing of each kind of its lists; `…` stands for the others.
fn condense(json: &Json, kind: Option<&str>, out: &mut String) {
    match json {
        Json::Object(members) => {
            out.push('{');
            for (number, (name, value)) in members.iter().enumerate() {
                if number > 0 {
                    out.push_str(", ");
                }
                out.push_str(&format!("{}: ", Json::String(name.clone())));
                condense(value, kind, out);
            }
            out.push('}');
        }
        Json::Array(items) => {
            out.push('[');
            let (mut seen, mut left) = (Vec::new(), 0);
            let mut begun = false;
            let gap = |left: &mut usize, begun: &mut bool, out: &mut String| {
                if *left > 0 {
                    out.push_str(&format!("{}… {left} more", if *begun { ", " } else { "" }));
                    (*left, *begun) = (0, true);
                }
            };
            for item in items {
                let own = what(item, kind);
                if seen.contains(&own) {
                    left += 1;
                    continue;
                }
                seen.push(own);
                gap(&mut left, &mut begun, out);
                if begun {
                    out.push_str(", ");
                }
                condense(item, kind, out);
                begun = true;
            }
            gap(&mut left, &mut begun, out);
            out.push(']');
        }
        other => out.push_str(&other.to_string()),
    }
}

/// What a listed thing is: by what it calls itself, else by its members' names.
fn what(item: &Json, kind: Option<&str>) -> String {
    let members = item.members();
    for name in kind.into_iter().chain(USUAL) {
        let found = members.iter().find(|(member, _)| member.eq_ignore_ascii_case(name));
        match found.map(|(_, value)| value) {
            Some(Json::Object(inner)) => {
                if let Some((_, Json::String(text))) =
                    inner.iter().find(|(_, v)| matches!(v, Json::String(_)))
                {
                    return text.clone();
                }
            }
            Some(value) => {
                if let Some(text) = value.scalar_text() {
                    return text.to_owned();
                }
            }
            None => {}
        }
    }
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    format!("{} {}", item.kind(), names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, kind: Option<&str>, pointer: &str) -> String {
        telling(text, Json::parse(text.as_bytes()).ok().as_ref(), kind, pointer)
    }

    #[test]
    fn a_list_is_shown_by_one_thing_of_each_kind() {
        let sale = r#"{"type": "sale", "seat": "R0"}"#;
        let text = format!(
            r#"{{"sold": 9, "tickets": [{}, {{"type": "comp", "seat": "R0"}}, {sale}]}}"#,
            [sale; 8].join(", ")
        );
        let short = shown(&text, None, "/sold");
        assert_eq!(
            short,
            r#"{"sold": 9, "tickets": [{"type": "sale", "seat": "R0"}, … 7 more, {"type": "comp", "seat": "R0"}, … 1 more]}"#
        );
        assert_eq!(shown(r#"{"sold": 9}"#, None, "/sold"), r#"{"sold": 9}"#);
    }

    #[test]
    fn the_number_is_in_it_however_long_the_answer_is() {
        let note = "x".repeat(300);
        let text = format!(r#"{{"note": "{note}", "stats": {{"sold": 9}}}}"#);
        assert_eq!(shown(&text, None, "/stats/sold"), r#"… {"sold": 9} …"#);
    }
}
