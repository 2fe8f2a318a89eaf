//! Regular expressions as other languages write them.

use super::Fit;
use fancy_regex::{Regex, RegexBuilder};
use std::sync::Arc;

/// Whose rules a regular expression follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `java.util.regex`.
    Java,
    /// ECMAScript.
    JavaScript,
}

/// A regular expression that this program can run.
#[derive(Debug, Clone)]
pub struct Pattern {
    source: String,
    regex: Arc<Regex>,
}

/// Why an expression cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(pub String);

/// Longer expressions are not compiled.
const LONGEST: usize = 16 << 10;

/// The most steps that are gone back to find a match.
const MOST_STEPS: usize = 200_000;

/// The most memory of a compiled expression, in bytes.
const LARGEST: usize = 4 << 20;

impl Pattern {
    /// An expression that must take the whole text, with `.` for every character.
    pub fn whole(source: &str, dialect: Dialect) -> Result<Self, PatternError> {
        Pattern::new(source, &format!(r"(?s)\A(?:{})\z", translated(source, dialect)?))
    }

    /// An expression that must take the whole text; `.` is no line break.
    pub fn whole_lines(source: &str, dialect: Dialect) -> Result<Self, PatternError> {
        Pattern::new(source, &format!(r"\A(?:{})\z", translated(source, dialect)?))
    }

    /// An expression that must be found somewhere; `flags` are letters such as `i`, `m` and `s`.
    pub fn within(source: &str, flags: &str, dialect: Dialect) -> Result<Self, PatternError> {
        // These say how often to look, or what the expression's text may hold: not what it takes.
        let flags: String = flags.chars().filter(|flag| !"gyduv".contains(*flag)).collect();
        let inline = if flags.is_empty() { String::new() } else { format!("(?{flags})") };
        Pattern::new(source, &format!("{inline}(?:{})", translated(source, dialect)?))
    }

    fn new(source: &str, translated: &str) -> Result<Self, PatternError> {
        let built = RegexBuilder::new(translated)
            .backtrack_limit(MOST_STEPS)
            .delegate_size_limit(LARGEST)
            .delegate_dfa_size_limit(LARGEST)
            .build();
        match built {
            Ok(regex) => Ok(Pattern { source: source.to_owned(), regex: Arc::new(regex) }),
            Err(error) => {
                let told = error.to_string();
                Err(PatternError(told.lines().last().unwrap_or_default().trim().to_owned()))
            }
        }
    }

    /// As the file has it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it takes the text. Not known where that would take too long to find out.
    pub fn fit(&self, text: &str) -> Fit {
        Fit::known(self.regex.is_match(text).ok())
    }

    /// What its groups took, the whole first; none if it does not take the text.
    pub fn groups(&self, text: &str) -> Option<Vec<Option<String>>> {
        let captures = self.regex.captures(text).ok()??;
        Some(captures.iter().map(|group| group.map(|m| m.as_str().to_owned())).collect())
    }

    /// The text with every place that it takes replaced; none where that would take too long.
    pub fn replace_all(&self, text: &str, with: &str) -> Option<String> {
        self.regex.try_replacen(text, 0, with).ok().map(std::borrow::Cow::into_owned)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.regex.as_str() == other.regex.as_str()
    }
}

/// The expression in the words of the library: classes of ASCII, quotations, odd escapes.
fn translated(source: &str, dialect: Dialect) -> Result<String, PatternError> {
    if source.len() > LONGEST {
        return Err(PatternError(format!("longer than {LONGEST} bytes")));
    }
    let mut out = String::with_capacity(source.len() + 16);
    let mut chars = source.chars().peekable();
    // How many classes are open: `[a[b]]` in one of the dialects.
    let mut classes = 0_usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let Some(escaped) = chars.next() else {
                    return Err(PatternError("ends with `\\`".to_owned()));
                };
                if escaped == 'Q' && dialect == Dialect::Java {
                    let mut quoted = String::new();
                    while !quoted.ends_with("\\E") {
                        let Some(next) = chars.next() else { break };
                        quoted.push(next);
                    }
                    let text = quoted.strip_suffix("\\E").unwrap_or(&quoted);
                    text.chars().for_each(|c| literal(c, &mut out));
                } else if matches!(escaped, 'p' | 'P') && chars.peek() == Some(&'{') {
                    let name: String = chars.by_ref().take_while(|&c| c != '}').skip(1).collect();
                    property(escaped == 'P', &name, classes > 0, &mut out);
                } else {
                    escape(escaped, classes > 0, dialect, &mut out);
                }
            }
            '[' if classes > 0 && dialect == Dialect::JavaScript => out.push_str("\\["),
            '[' => {
                classes += 1;
                let mut rest = chars.clone();
                if dialect == Dialect::JavaScript && (rest.next(), rest.next()) == (Some('^'), Some(']')) {
                    classes -= 1;
                    chars = rest;
                    out.push_str("(?s:.)");
                } else {
                    out.push('[');
                }
            }
            ']' if classes > 0 => {
                classes -= 1;
                out.push(']');
            }
            '~' if classes > 0 => literal(c, &mut out),
            '&' if classes > 0 && dialect == Dialect::JavaScript => literal(c, &mut out),
            '{' if classes == 0 && dialect == Dialect::JavaScript && !counts(chars.clone()) => {
                out.push_str("\\{");
            }
            _ => out.push(c),
        }
    }
    Ok(out)
}

/// Whether what follows a brace makes it a number of repetitions.
fn counts(rest: impl Iterator<Item = char>) -> bool {
    let inside: String = rest.take_while(|&c| c.is_ascii_digit() || matches!(c, ',' | '}')).collect();
    inside.find('}').is_some_and(|end| end > 0 && inside.starts_with(|c: char| c.is_ascii_digit()))
}

fn literal(c: char, out: &mut String) {
    if c.is_alphanumeric() {
        out.push(c);
    } else {
        out.push_str(&format!("\\x{{{:x}}}", u32::from(c)));
    }
}

fn escape(c: char, inside: bool, dialect: Dialect, out: &mut String) {
    let mut class = |chars: &str| {
        out.push_str(&if inside { chars.to_owned() } else { format!("[{chars}]") });
    };
    match c {
        'd' => class("0-9"),
        'w' => class("a-zA-Z0-9_"),
        's' if dialect == Dialect::Java => class(r" \t\n\x0b\x0c\r"),
        'h' if dialect == Dialect::Java => class(r" \t\xa0"),
        'D' if !inside => out.push_str("[^0-9]"),
        'W' if !inside => out.push_str("[^a-zA-Z0-9_]"),
        'R' if !inside && dialect == Dialect::Java => out.push_str(r"(?:\r\n|[\n\r])"),
        'Z' if !inside && dialect == Dialect::Java => out.push_str(r"(?=\n?\z)"),
        c if c.is_alphanumeric() => {
            out.push('\\');
            out.push(c);
        }
        c => literal(c, out),
    }
}

/// The classes that POSIX names hold ASCII alone.
fn property(negated: bool, name: &str, inside: bool, out: &mut String) {
    let chars = match name {
        "Lower" => "a-z",
        "Upper" => "A-Z",
        "Alpha" => "a-zA-Z",
        "Digit" => "0-9",
        "Alnum" => "a-zA-Z0-9",
        "XDigit" => "0-9a-fA-F",
        "Punct" => r"!-/:-@\[-`{-~",
        "Space" => r" \t\n\x0b\x0c\r",
        "Blank" => r" \t",
        "Graph" => "!-~",
        "Print" => " -~",
        "ASCII" => r"\x00-\x7f",
        _ => {
            out.push_str(&format!("\\{}{{{name}}}", if negated { 'P' } else { 'p' }));
            return;
        }
    };
    match (negated, inside) {
        (false, true) => out.push_str(chars),
        (false, false) => out.push_str(&format!("[{chars}]")),
        (true, _) => out.push_str(&format!("[^{chars}]")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn java(source: &str, text: &str) -> Fit {
        Pattern::whole(source, Dialect::Java).expect(source).fit(text)
    }

    #[test]
    fn expressions_mean_what_they_mean_at_home() {
        assert_eq!(java(r"/a/\d+", "/a/12"), Fit::Met);
        assert_eq!(java(r"/a/\d+", "/a/\u{663}"), Fit::Unmet, "digits are those of ASCII");
        assert_eq!(java(r"/a/(?!list$)\w+", "/a/list"), Fit::Unmet);
        assert_eq!(java(r"/a/(?!list$)\w+", "/a/lists"), Fit::Met);
        assert_eq!(java(r"\Q/a?b=[1]\E.*", "/a?b=[1]&c"), Fit::Met);
        assert_eq!(java(r"[a-z&&[^b]]+\/\<", "ac/<"), Fit::Met);
        assert_eq!(java(r"\p{Alpha}+", "é"), Fit::Unmet);
        assert_eq!(java("a.c", "a\nc"), Fit::Met);
        let js =
            |source: &str, text| Pattern::within(source, "ig", Dialect::JavaScript).expect(source).fit(text);
        assert_eq!(js(r"^\/USERS\/{id}[^]$", "/users/{id}\n"), Fit::Met);
        assert_eq!(js(r"[[&]{2}", "[&"), Fit::Met);
    }

    #[test]
    fn what_cannot_be_run_is_refused_or_not_known() {
        for source in ["(", "[", "\\", "(?<=a*b)(?&x)", &"(a|".repeat(2000), &"x".repeat(LONGEST + 1)] {
            assert!(Pattern::whole(source, Dialect::Java).is_err(), "{source:.40}");
        }
        assert_eq!(java("(a|b|ab)*c{0,500}(?=x)", &"ab".repeat(5000)), Fit::Unsure);
    }
}
