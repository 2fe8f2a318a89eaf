//! The lexer and grammar of RFC 8259, as tokens with spans; recursion-free and depth-bounded.

use std::ops::Range;

/// Deeper documents are treated as text.
pub const MAX_DEPTH: usize = 512;

/// Why some bytes are not one JSON document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} at byte {at}")]
pub struct JsonError {
    /// Offset into the document.
    pub at: usize,
    /// What was wrong.
    pub what: &'static str,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// `:`
    Colon,
    /// `,`
    Comma,
    /// A member's name, with its quotes.
    Key,
    /// A string, with its quotes.
    String,
    /// A number's text.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`
    Null,
}

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub span: Range<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
    End,
}

/// The tokens of exactly one document, checked against the grammar as they are read.
pub struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
    /// One entry per open container: whether it is an object.
    open: Vec<bool>,
    expect: Expect,
    failed: bool,
}

impl<'a> Tokens<'a> {
    /// Starts at the first byte; a byte-order mark is passed over.
    pub fn new(text: &'a [u8]) -> Self {
        let at = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Tokens { text, at, open: Vec::new(), expect: Expect::Value, failed: false }
    }

    /// How many containers are open after the last token.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    fn error(&mut self, what: &'static str) -> Option<Result<Token, JsonError>> {
        self.failed = true;
        Some(Err(JsonError { at: self.at, what }))
    }

    fn take(&mut self, kind: TokenKind, len: usize, next: Expect) -> Option<Result<Token, JsonError>> {
        let span = self.at..self.at + len;
        self.at += len;
        self.expect = next;
        Some(Ok(Token { kind, span }))
    }

    fn after_value(&self) -> Expect {
        if self.open.is_empty() { Expect::End } else { Expect::CommaOrEnd }
    }

    fn open(&mut self, object: bool) -> Option<Result<Token, JsonError>> {
        if self.open.len() == MAX_DEPTH {
            return self.error("nested too deeply");
        }
        self.open.push(object);
        if object {
            self.take(TokenKind::ObjectStart, 1, Expect::KeyOrEnd)
        } else {
            self.take(TokenKind::ArrayStart, 1, Expect::ValueOrEnd)
        }
    }

    fn close(&mut self, object: bool) -> Option<Result<Token, JsonError>> {
        if self.open.last() != Some(&object) {
            return self.error("unexpected closing bracket");
        }
        self.open.pop();
        let kind = if object { TokenKind::ObjectEnd } else { TokenKind::ArrayEnd };
        let next = self.after_value();
        self.take(kind, 1, next)
    }

    /// The length of the string that starts here, quotes included.
    fn string(&self) -> Result<usize, &'static str> {
        let rest = &self.text[self.at + 1..];
        let mut i = 0;
        loop {
            let step = memchr::memchr2(b'"', b'\\', &rest[i..]);
            let plain = &rest[i..step.map_or(rest.len(), |step| i + step)];
            if plain.iter().fold(false, |found, b| found | (*b < 0x20)) {
                return Err("control character in a string");
            }
            i += step.ok_or("unterminated string")?;
            match rest[i] {
                b'"' => return Ok(i + 2),
                _ => match rest.get(i + 1) {
                    Some(b'u') => {
                        let digits = rest.get(i + 2..i + 6).ok_or("unterminated string")?;
                        if !digits.iter().all(u8::is_ascii_hexdigit) {
                            return Err("bad unicode escape");
                        }
                        i += 6;
                    }
                    Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => i += 2,
                    _ => return Err("bad escape"),
                },
            }
        }
    }

    /// The length of the number that starts here, or 0.
    fn number(&self) -> usize {
        let rest = &self.text[self.at..];
        let digits =
            |from: usize| rest[from.min(rest.len())..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut i = usize::from(rest.first() == Some(&b'-'));
        let whole = digits(i);
        if whole == 0 || (whole > 1 && rest[i] == b'0') {
            return 0;
        }
        i += whole;
        if rest.get(i) == Some(&b'.') {
            let fraction = digits(i + 1);
            if fraction == 0 {
                return 0;
            }
            i += 1 + fraction;
        }
        if let Some(b'e' | b'E') = rest.get(i) {
            let sign = usize::from(matches!(rest.get(i + 1), Some(b'+' | b'-')));
            let exponent = digits(i + 1 + sign);
            if exponent == 0 {
                return 0;
            }
            i += 1 + sign + exponent;
        }
        i
    }

    fn value(&mut self, first: u8) -> Option<Result<Token, JsonError>> {
        let next = self.after_value();
        let rest = &self.text[self.at..];
        match first {
            b'{' => self.open(true),
            b'[' => self.open(false),
            b'"' => match self.string() {
                Ok(len) => self.take(TokenKind::String, len, next),
                Err(what) => self.error(what),
            },
            b't' if rest.starts_with(b"true") => self.take(TokenKind::Bool, 4, next),
            b'f' if rest.starts_with(b"false") => self.take(TokenKind::Bool, 5, next),
            b'n' if rest.starts_with(b"null") => self.take(TokenKind::Null, 4, next),
            b'-' | b'0'..=b'9' => match self.number() {
                0 => self.error("bad number"),
                len => self.take(TokenKind::Number, len, next),
            },
            _ => self.error("expected a value"),
        }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Result<Token, JsonError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let space =
            self.text[self.at..].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.at += space;
        let Some(&first) = self.text.get(self.at) else {
            return if self.expect == Expect::End { None } else { self.error("unexpected end") };
        };
        match self.expect {
            Expect::End => self.error("more than one document"),
            Expect::ValueOrEnd if first == b']' => self.close(false),
            Expect::Value | Expect::ValueOrEnd => self.value(first),
            Expect::KeyOrEnd if first == b'}' => self.close(true),
            Expect::Key | Expect::KeyOrEnd => {
                if first != b'"' {
                    return self.error("expected a member's name");
                }
                match self.string() {
                    Ok(len) => self.take(TokenKind::Key, len, Expect::Colon),
                    Err(what) => self.error(what),
                }
            }
            Expect::Colon if first == b':' => self.take(TokenKind::Colon, 1, Expect::Value),
            Expect::Colon => self.error("expected a colon"),
            Expect::CommaOrEnd => match first {
                b',' => {
                    let next = if self.open.last() == Some(&true) { Expect::Key } else { Expect::Value };
                    self.take(TokenKind::Comma, 1, next)
                }
                b'}' => self.close(true),
                b']' => self.close(false),
                _ => self.error("expected a comma or a closing bracket"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<usize, JsonError> {
        let mut n = 0;
        for token in Tokens::new(text.as_bytes()) {
            token?;
            n += 1;
        }
        Ok(n)
    }

    #[test]
    fn the_grammar_is_that_of_rfc_8259() {
        for good in
            ["1", " [ ] ", r#"{"a":{"b":[1,2.50,-0,1e2,1E+5]},"a":"\ud800\n"}"#, "\u{feff}null", "\"é\""]
        {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            " ",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "{,}",
            "[1,]",
            "{\"a\"}",
            "{\"a\":}",
            "[1 2]",
            "1 2",
            "{\"a\":1,}",
            "\"\t\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"",
            "[",
            "{\"a\":1",
            "]",
            "nul",
            "[}",
            "'a'",
            "{a:1}",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        assert!(check(&"[".repeat(100_000)).is_err());
    }
}
