//! Short exact quotations.

use cassettes::json::{Pointer, Step, TokenKind, Tokens, unescape};
use std::ops::Range;

/// The most characters that an excerpt shows.
pub const MOST: usize = 240;

/// The text on one line, cut where it is too long.
pub fn bounded(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.trim().chars().enumerate() {
        if count == MOST {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

/// Where the value at a pointer stands in a document's text; `*` takes the first item.
pub fn locate(text: &[u8], pointer: &Pointer) -> Option<Range<usize>> {
    let mut tokens = Tokens::new(text);
    let mut wanted = pointer.0.as_slice();
    // The container being looked through: how many values of it have gone by.
    let mut index = 0;
    let mut key: Option<String> = None;
    let mut inside = false;
    loop {
        let token = tokens.next()?.ok()?;
        match token.kind {
            TokenKind::Colon | TokenKind::Comma => continue,
            TokenKind::ObjectEnd | TokenKind::ArrayEnd => return None,
            TokenKind::Key => {
                key = Some(unescape(&text[token.span.start + 1..token.span.end - 1]));
                continue;
            }
            _ => {}
        }
        // A value starts here. Is it on the way?
        let on_the_way = !inside
            || match wanted.first() {
                Some(Step::Member(name)) => key.as_deref() == Some(name),
                Some(Step::Index(i)) => key.is_none() && index == *i,
                Some(Step::Every) => key.is_none(),
                None => true,
            };
        let opens = matches!(token.kind, TokenKind::ObjectStart | TokenKind::ArrayStart);
        if !on_the_way {
            if opens {
                skip(&mut tokens)?;
            }
            index += 1;
            continue;
        }
        if inside {
            wanted = &wanted[1..];
        }
        inside = true;
        if wanted.is_empty() {
            let end = if opens { skip(&mut tokens)? } else { token.span.end };
            return Some(token.span.start..end);
        }
        if !opens {
            return None;
        }
        index = 0;
        key = None;
    }
}

/// Passes over the container just opened; gives the end of its closing bracket.
fn skip(tokens: &mut Tokens<'_>) -> Option<usize> {
    let depth = tokens.depth();
    loop {
        let token = tokens.next()?.ok()?;
        if tokens.depth() < depth {
            return Some(token.span.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::json::Json;

    #[test]
    fn every_value_is_found_where_it_stands() {
        let text = r#"{"a": [1.0, {"b/": null, "c": [[2], {}]}], "d": {"e": "x,\"}"}, "f": 1e2}"#;
        let json = Json::parse(text.as_bytes()).expect("valid");
        let mut seen = 0;
        Pointer::walk(&json, &mut |at, value| {
            let span = locate(text.as_bytes(), at).unwrap_or_else(|| panic!("{at}"));
            assert_eq!(&Json::parse(text[span].as_bytes()).expect("a value"), value, "{at}");
            seen += 1;
        });
        assert_eq!(seen, 12);
        assert_eq!(locate(text.as_bytes(), &Pointer::root().member("zz")), None);
        assert_eq!(locate(text.as_bytes(), &Pointer::root().member("f").index(0)), None);
    }
}
