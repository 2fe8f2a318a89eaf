//! Machine codes at the beginning of errors that are told in plain text.

use super::error_code::{Code, Look, Where, plain};
use crate::model::Request;

/// The code with which a plain text begins: `ERR 204: …`, `E1042 …`, `NOT_FOUND: …`.
pub(super) fn codes(text: &str, status: u16, request: Option<&Request>) -> Vec<Code> {
    let line: String = text.trim_start().lines().next().unwrap_or_default().chars().take(120).collect();
    let mut words = line.split([' ', ':', '\t', '[', ']', '(', ')', '=']).filter(|w| !w.is_empty());
    let Some(first) = words.next() else { return Vec::new() };
    let announced = matches!(plain(first).as_str(), "err" | "error" | "code" | "errorcode" | "fault");
    let word =
        if announced { words.next().unwrap_or_default() } else { first }.trim_matches([',', '.', '-', '#']);
    let digits = word.bytes().any(|b| b.is_ascii_digit());
    let shouts = word.len() >= 3
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_-".contains(&b));
    // A word alone in capitals may be prose; a code has a mark or a number in it, or is announced as one.
    let code = shouts && (announced || word.contains('_') || (digits && word.starts_with('E')));
    let known = code && Look { status, request }.is_code("code", word, false);
    known.then(|| Code { at: Where::Text, value: word.to_owned() }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_in_front_of_prose() {
        let code = |text: &str| codes(text, 400, None).pop().map(|c| c.value);
        for (text, value) in [
            ("ERR 204: no such report", "204"),
            ("ERR_204: no such report", "ERR_204"),
            ("Error: E1042 - no", "E1042"),
            ("NOT_FOUND: report", "NOT_FOUND"),
            ("E1042 bad date\nsecond line", "E1042"),
        ] {
            assert_eq!(code(text).as_deref(), Some(value), "{text}");
        }
        for text in
            ["", "ERR", "Error", "Error: it failed", "NO ACCESS", "Not Found", "400 Bad Request", "HTTP2 off"]
        {
            assert_eq!(code(text), None, "{text}");
        }
    }
}
