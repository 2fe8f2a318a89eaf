//! JavaScript and TypeScript taken apart into words: as much as it needs to find literals. What is no literal
//! is passed over, whatever it is.

/// A word of the source.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub(super) kind: Kind,
    /// Counted from one.
    pub(super) line: u32,
    /// Its bytes in the source.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a word is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Name(String),
    /// A string without its quotes.
    Text(String),
    /// Texts, and the expressions between them.
    Template(Vec<String>, Vec<Vec<Word>>),
    /// A number.
    Number(f64),
    /// An expression's source and flags.
    Regex(String, String),
    /// `=>`, `...`, `?.`, or a single sign.
    Sign(&'static str),
    /// A sign that no literal holds.
    Other,
}

/// How deep templates may hold templates.
const DEEPEST: usize = 8;

const SIGNS: [&str; 23] = [
    "=>", "...", "?.", "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "=", "+", "-", "!", "?", "<", ">",
    "*", "&", "|",
];

/// Words after which a slash begins an expression.
const BEFORE_REGEX: [&str; 9] = ["return", "typeof", "case", "in", "of", "delete", "void", "await", "yield"];

/// Takes a source apart.
pub(super) fn words(source: &str) -> Vec<Word> {
    Lexer { source, at: 0, line: 1, depth: 0 }.run(false)
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    line: u32,
    depth: usize,
}

impl Lexer<'_> {
    /// Until the end, or to the brace that closes a template's expression.
    fn run(&mut self, inside: bool) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::new();
        let mut braces = 0_usize;
        while let Some(c) = self.peek() {
            let (start, line) = (self.at, self.line);
            let kind = match c {
                '\n' | '\r' | ' ' | '\t' | '\u{feff}' | '\u{a0}' => {
                    self.next();
                    continue;
                }
                '/' if self.rest().starts_with("//") => {
                    self.until("\n");
                    continue;
                }
                '/' if self.rest().starts_with("/*") => {
                    self.until("*/");
                    continue;
                }
                '\'' | '"' => self.string(c),
                '`' => self.template(),
                '/' if begins_regex(words.last()) => self.regex(),
                '0'..='9' => self.number(),
                c if c.is_alphabetic() || matches!(c, '_' | '$' | '#') => self.name(),
                '}' if inside && braces == 0 => break,
                c => {
                    match c {
                        '{' => braces += 1,
                        '}' => braces = braces.saturating_sub(1),
                        _ => {}
                    }
                    match SIGNS.into_iter().find(|sign| self.rest().starts_with(sign)) {
                        Some(sign) => {
                            self.at += sign.len();
                            Kind::Sign(sign)
                        }
                        None => {
                            self.next();
                            Kind::Other
                        }
                    }
                }
            };
            words.push(Word { kind, line, start, end: self.at });
        }
        words
    }

    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        self.line += u32::from(c == '\n');
        Some(c)
    }

    fn until(&mut self, end: &str) {
        let length = self.rest().find(end).map_or(self.rest().len(), |at| at + end.len());
        self.line += self.rest()[..length].matches('\n').count() as u32;
        self.at += length;
    }

    fn name(&mut self) -> Kind {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '#')) {
            self.next();
        }
        Kind::Name(self.source[start..self.at].to_owned())
    }

    fn number(&mut self) -> Kind {
        let start = self.at;
        while let Some(c) = self.peek() {
            let sign = matches!(c, '+' | '-') && self.source[start..self.at].ends_with(['e', 'E']);
            if !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || sign) {
                break;
            }
            self.next();
        }
        let text = self.source[start..self.at].replace('_', "");
        let radix = [("0x", 16), ("0o", 8), ("0b", 2)];
        let lower = text.to_ascii_lowercase();
        let other = radix.iter().find_map(|(mark, radix)| Some((lower.strip_prefix(mark)?, *radix)));
        let value = match other {
            Some((digits, radix)) => u64::from_str_radix(digits, radix).ok().map(|n| n as f64),
            None => text.parse().ok(),
        };
        value.map_or(Kind::Other, Kind::Number)
    }

    fn string(&mut self, quote: char) -> Kind {
        self.next();
        let mut text = String::new();
        while let Some(c) = self.peek() {
            match c {
                '\n' => return Kind::Other,
                '\\' => self.escape(&mut text),
                c => {
                    self.next();
                    if c == quote {
                        return Kind::Text(text);
                    }
                    text.push(c);
                }
            }
        }
        Kind::Other
    }

    fn escape(&mut self, out: &mut String) {
        self.next();
        let Some(c) = self.next() else { return };
        match c {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'v' => out.push('\u{b}'),
            '0' => out.push('\0'),
            '\n' => {}
            'x' => self.code(2, out),
            'u' if self.peek() == Some('{') => {
                let end = self.rest().find('}').unwrap_or(0);
                let code = u32::from_str_radix(self.rest().get(1..end).unwrap_or_default(), 16).ok();
                out.push(code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
                self.at += if end > 0 { end + 1 } else { 0 };
            }
            'u' => self.code(4, out),
            c => out.push(c),
        }
    }

    fn code(&mut self, digits: usize, out: &mut String) {
        let unit = |rest: &str| rest.get(..digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let Some(high) = unit(self.rest()) else { return };
        self.at += digits;
        let pair =
            self.rest().strip_prefix("\\u").and_then(unit).filter(|low| (0xdc00..0xe000).contains(low));
        let code = match pair {
            Some(low) if (0xd800..0xdc00).contains(&high) => {
                self.at += 6;
                0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
            }
            _ => high,
        };
        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
    }

    fn template(&mut self) -> Kind {
        self.next();
        let (mut texts, mut inner, mut text) = (Vec::new(), Vec::new(), String::new());
        while let Some(c) = self.peek() {
            if c == '`' {
                self.next();
                texts.push(text);
                return if inner.is_empty() {
                    Kind::Text(texts.concat())
                } else {
                    Kind::Template(texts, inner)
                };
            }
            if c == '\\' {
                self.escape(&mut text);
            } else if self.rest().starts_with("${") && self.depth < DEEPEST {
                self.at += 2;
                self.depth += 1;
                inner.push(self.run(true));
                self.depth -= 1;
                self.next();
                texts.push(std::mem::take(&mut text));
            } else {
                self.next();
                text.push(c);
            }
        }
        Kind::Other
    }

    fn regex(&mut self) -> Kind {
        self.next();
        let start = self.at;
        let mut class = false;
        while let Some(c) = self.next() {
            match c {
                '\n' => return Kind::Other,
                '\\' => {
                    self.next();
                }
                '[' => class = true,
                ']' => class = false,
                '/' if !class => {
                    let source = self.source[start..self.at - 1].to_owned();
                    let Kind::Name(flags) = self.name() else { return Kind::Other };
                    return Kind::Regex(source, flags);
                }
                _ => {}
            }
        }
        Kind::Other
    }
}

fn begins_regex(before: Option<&Word>) -> bool {
    match before.map(|word| &word.kind) {
        None | Some(Kind::Other) => true,
        Some(Kind::Sign(sign)) => !matches!(*sign, ")" | "]" | "}"),
        Some(Kind::Name(name)) => BEFORE_REGEX.contains(&name.as_str()),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_come_out_of_any_source() {
        let source = "// it's\nconst a = /a[/]\\/b/gi, b = 4 / 2 / 1; /* ' */ `x${ {y: `z${1}`} }w` 'q\\u0041\\x42\\n' 0x1F 1_0.5e-1\n<p>don't</p>\n\"end\"";
        let words = words(source);
        let kinds: Vec<&Kind> = words.iter().map(|w| &w.kind).collect();
        assert!(kinds.contains(&&Kind::Regex("a[/]\\/b".into(), "gi".into())), "{kinds:?}");
        assert!(kinds.contains(&&Kind::Text("qAB\n".into())) && kinds.contains(&&Kind::Number(31.0)));
        assert!(kinds.contains(&&Kind::Number(1.05)));
        assert!(
            kinds.iter().any(
                |k| matches!(k, Kind::Template(texts, inner) if texts == &["x", "w"] && inner.len() == 1)
            )
        );
        assert_eq!(words.last().map(|w| (&w.kind, w.line)), Some((&Kind::Text("end".into()), 4)));
    }

    #[test]
    fn nothing_panics() {
        let source = "a'\\u{110000}\\u{ `${`${`${'\\ud83d\\ude00' /[/ \\x \u{e9}`}";
        for cut in (0..source.len()).filter(|&cut| source.is_char_boundary(cut)) {
            words(&source[..cut]);
            words(&source[cut..]);
        }
        words(&"`${".repeat(50_000));
    }
}
