//! One kind of secret, as the tables describe it.

use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use std::sync::OnceLock;

/// One kind of secret.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Its stable name, in kebab-case.
    #[serde(rename = "kind")]
    pub name: String,
    /// What to call it in a report, with its article: `a GitHub token`.
    pub what: String,
    /// Whether its look alone is proof: a recording that holds it is refused.
    pub certain: bool,
    /// One of these stands in every secret of the kind, or before it.
    pub(super) keywords: Vec<String>,
    /// Keywords and pattern in any case.
    #[serde(default)]
    pub(super) nocase: bool,
    /// Its look; where it has a group, the group is the secret.
    pub(super) pattern: String,
    /// How many bytes before a keyword the look may begin.
    #[serde(default)]
    pub(super) before: usize,
    /// The least entropy of the secret, in bits for each character; less is a filler.
    #[serde(default = "least")]
    pub(super) entropy: f64,
    #[serde(default)]
    pub(super) check: Check,
    /// A text that holds one; `{hex32}` and the like are drawn when it is tried.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests run it"))]
    pub(super) fires: String,
    /// A text that only begins alike.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests run it"))]
    pub(super) quiet: String,
    #[serde(skip)]
    regexes: [OnceLock<Option<Regex>>; 2],
}

/// What a pattern cannot say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Check {
    #[default]
    None,
    /// Header and claims can be read, and the signature is no stand-in of ours.
    Jwt,
    /// A body follows the first line; the whole block is the secret.
    Pem,
    /// User and password, in base64.
    Basic,
    /// What people choose themselves, and examples of it.
    Password,
    /// Letters and digits: a word is no token.
    Mixed,
    /// A name, a sign and a value.
    Assigned,
}

fn least() -> f64 {
    2.5
}

impl Kind {
    /// One line about it, for lists: its name, what it is, and whether its look is proof.
    pub fn summary(&self) -> String {
        let sure = if self.certain { "certain" } else { "likely" };
        format!("{}: {} ({sure})", self.name, self.what)
    }

    /// Whether it begins with its keyword, where a word begins.
    #[cfg(test)]
    pub(super) fn is_plain(&self) -> bool {
        self.before == 0 && !self.has_context()
    }

    /// Whether the secret is a part of what the pattern matches.
    pub(super) fn has_context(&self) -> bool {
        groups(self.pattern.as_bytes(), 0)
    }

    /// The pattern where it begins at the first byte of what is asked.
    pub(super) fn anchored(&self) -> Option<&Regex> {
        self.regexes[0].get_or_init(|| self.build(r"\A")).as_ref()
    }

    /// The pattern wherever it stands.
    pub(super) fn anywhere(&self) -> Option<&Regex> {
        let letter = |c: char| c.is_alphanumeric() || c == '(' || c == '[';
        // What may have something before it says itself where it begins.
        let word = self.before == 0 && !self.has_context() && self.pattern.starts_with(letter);
        self.regexes[1].get_or_init(|| self.build(if word { r"\b" } else { "" })).as_ref()
    }

    fn build(&self, before: &str) -> Option<Regex> {
        let built = RegexBuilder::new(&format!("{before}(?:{})", self.pattern))
            .unicode(false)
            .case_insensitive(self.nocase)
            .size_limit(64 << 20)
            .build();
        // The tables are ours, and a test builds every pattern of them.
        built.ok()
    }
}

/// Whether the pattern that stands from there on has a group; it may have been compiled in.
pub(super) const fn groups(pattern: &[u8], mut at: usize) -> bool {
    let (from, mut class) = (at, false);
    while at < pattern.len() {
        match pattern[at] {
            b'[' => class = true,
            b']' => class = false,
            b'(' if !class => {
                let bare = at + 1 == pattern.len() || pattern[at + 1] != b'?';
                if bare && (at == from || pattern[at - 1] != b'\\') {
                    return true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}
