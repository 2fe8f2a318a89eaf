//! YAML 1.2 with its lines: the core schema, anchors, and the merge key that many documents lean on.

use super::tree::{Builder, MOST, Member, Placed, Unreadable, Value};
use crate::json::{Json, MAX_DEPTH};
use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use std::collections::HashMap;

/// Reads the first document of a stream.
pub(super) fn read(bytes: &[u8]) -> Result<Placed, Unreadable> {
    let text =
        std::str::from_utf8(bytes).map_err(|_| Unreadable { line: 1, what: "not UTF-8".to_owned() })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder::default();
    let mut anchors: HashMap<usize, Placed> = HashMap::new();
    // The anchor of each open container.
    let mut named: Vec<usize> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|why| Unreadable {
            line: line_of(why.marker().line()),
            what: format!("not YAML: {}", why.info()),
        })?;
        let line = line_of(span.start.line());
        let wrong = |what: &str| Unreadable { line, what: what.to_owned() };
        if builder.depth() > MAX_DEPTH {
            return Err(wrong("nested too deeply"));
        }
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if builder.wants_key() => {
                return Err(wrong("a name that is no scalar"));
            }
            Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) => {
                builder.open(line, matches!(event, Event::MappingStart(..)));
                named.push(anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let anchor = named.pop().unwrap_or_default();
                if let (Some(done), true) = (builder.close(), anchor != 0) {
                    anchors.insert(anchor, done.clone());
                }
            }
            Event::Scalar(text, ..) if builder.wants_key() => builder.key(text.into_owned(), line),
            Event::Scalar(text, style, anchor, tag) => {
                let value = Value::Scalar(scalar(&text, style, tag.as_deref()));
                let placed = Placed { line, value };
                if anchor != 0 {
                    anchors.insert(anchor, placed.clone());
                }
                builder.put(placed);
            }
            Event::Alias(anchor) => {
                let known = anchors.get(&anchor).cloned().ok_or_else(|| wrong("an alias of nothing"))?;
                if builder.wants_key() {
                    builder.key(known.text().unwrap_or_default().to_owned(), line);
                    continue;
                }
                builder.count += size(&known);
                if builder.count > MOST {
                    return Err(wrong("aliases that make the document too large"));
                }
                builder.put(known);
            }
            Event::DocumentEnd | Event::StreamEnd => break,
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
        }
    }
    let root = builder.done().ok_or(Unreadable { line: 1, what: "an empty document".to_owned() })?;
    let mut left = MOST;
    merged(root, &mut left).ok_or(Unreadable { line: 1, what: "merges that make it too large".to_owned() })
}

fn line_of(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX).max(1)
}

fn size(placed: &Placed) -> usize {
    let below = match &placed.value {
        Value::Scalar(_) => 0,
        Value::List(items) => items.iter().map(size).sum(),
        Value::Map(members) => members.iter().map(|m| size(&m.value)).sum(),
    };
    below + 1
}

/// With the members that `<<` brings in where the map has none of the name itself.
fn merged(placed: Placed, left: &mut usize) -> Option<Placed> {
    *left = left.checked_sub(1)?;
    let value = match placed.value {
        Value::Scalar(json) => Value::Scalar(json),
        Value::List(items) => {
            Value::List(items.into_iter().map(|item| merged(item, left)).collect::<Option<_>>()?)
        }
        Value::Map(members) => {
            let mut own: Vec<Member> = Vec::new();
            let mut brought: Vec<Member> = Vec::new();
            for Member { name, line, value } in members {
                let value = merged(value, left)?;
                match (name == "<<", value.value) {
                    (true, Value::Map(more)) => brought.extend(more),
                    (true, Value::List(maps)) => {
                        brought.extend(maps.into_iter().flat_map(|m| match m.value {
                            Value::Map(more) => more,
                            Value::Scalar(_) | Value::List(_) => Vec::new(),
                        }));
                    }
                    (_, kind) => {
                        own.push(Member { name, line, value: Placed { line: value.line, value: kind } });
                    }
                }
            }
            for member in brought {
                if !own.iter().any(|m| m.name == member.name) {
                    own.push(member);
                }
            }
            Value::Map(own)
        }
    };
    Some(Placed { line: placed.line, value })
}

/// What a scalar means in the core schema (YAML 1.2.2 §10.3.2).
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Json {
    let string = || Json::String(text.to_owned());
    let core = tag.filter(|t| t.is_yaml_core_schema()).map(|t| t.suffix.as_str());
    if style != ScalarStyle::Plain || matches!(core, Some("str" | "binary")) {
        return string();
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Json::Null,
        "true" | "True" | "TRUE" => return Json::Bool(true),
        "false" | "False" | "FALSE" => return Json::Bool(false),
        _ => {}
    }
    number(text).map_or_else(string, Json::Number)
}

/// A number as JSON spells it; as written where that is lawful.
fn number(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u128::from_str_radix(digits, 16).ok().map(|n| n.to_string());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u128::from_str_radix(digits, 8).ok().map(|n| n.to_string());
    }
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], &rest[at..]),
        None => (rest, ""),
    };
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let some = !whole.is_empty() || fraction.is_some_and(|f| !f.is_empty());
    if !some || !digits(whole) || !fraction.is_none_or(digits) {
        return None;
    }
    if !exponent.is_empty() {
        let power = exponent[1..].strip_prefix(['+', '-']).unwrap_or(&exponent[1..]);
        if power.is_empty() || !digits(power) {
            return None;
        }
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    };
    let fraction = fraction.filter(|f| !f.is_empty()).map(|f| format!(".{f}")).unwrap_or_default();
    Some(format!("{sign}{whole}{fraction}{exponent}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_lines_and_numbers_keep_their_text() {
        let text =
            "a: 1.50\nb:\n  - x: &n no\n    y: *n\n  - {z: '2', on: true}\nc: |\n  two\n  lines\n200: 0x1F\n";
        let root = read(text.as_bytes()).expect("yaml");
        assert_eq!(
            root.to_json().to_string(),
            r#"{"a":1.50,"b":[{"x":"no","y":"no"},{"z":"2","on":true}],"c":"two\nlines\n","200":31}"#
        );
        let b = root.get("b").expect("b");
        let lines: Vec<u32> = b.items().iter().map(|i| i.line).collect();
        assert_eq!((b.line, lines, root.member("200").map(|m| m.line)), (3, vec![3, 5], Some(9)));
        let json = Placed::read(b"{\n\"a\":\n [1,\n2]}").expect("json");
        let a = json.member("a").expect("a");
        assert_eq!((a.line, a.value.line, a.value.items()[1].line), (2, 3, 4));
    }

    #[test]
    fn merges_bring_what_is_not_there_and_bombs_are_refused() {
        let root = read(b"d: &d {x: 1, y: 2}\ne:\n  <<: *d\n  y: 3\n").expect("yaml");
        assert_eq!(root.get("e").expect("e").to_json().to_string(), r#"{"y":3,"x":1}"#);
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for i in 1..9 {
            let refs = vec![format!("*a{}", i - 1); 10].join(",");
            bomb.push_str(&format!("a{i}: &a{i} [{refs}]\n"));
        }
        assert!(read(bomb.as_bytes()).is_err());
        for text in ["", "? [a]\n: b", "a: *nope", "a: [", "{", "\u{0}", "- &a [*a]", &"[".repeat(100_000)] {
            assert!(read(text.as_bytes()).is_err(), "{text:.20}");
        }
        for good in ["-1", ".5", "+.5e3", "1.", "01"] {
            let text = number(good).expect(good);
            assert!(Json::parse(text.as_bytes()).is_ok(), "{good} {text}");
        }
        for word in ["1_000", "1-2", "e5", ".", "-", "1e", "0x", "1.2.3", "2020-01-01"] {
            assert_eq!(number(word), None, "{word}");
        }
    }
}
