//! Names of headers, parameters and fields, with a star for any ending.

use super::several::written_as_text;
use std::{fmt, str::FromStr};

/// A name; `utm_*` is every name that begins so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Whether it is this name, letter for letter.
    pub fn is(&self, name: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => self.0 == name,
        }
    }

    /// Whether it is this name in any case, as headers are named.
    pub fn is_in_any_case(&self, name: &str) -> bool {
        let (start, open) = self.0.strip_suffix('*').map_or((self.0.as_str(), false), |start| (start, true));
        let head = name.get(..start.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(start)) && (open || name.len() == start.len())
    }

    /// Whether it is every name.
    pub fn is_any(&self) -> bool {
        self.0 == "*"
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let star = text.find('*').is_some_and(|at| at + 1 < text.len());
        if text.trim().is_empty() || star {
            return Err(format!(
                "expected a name such as nonce, or utm_* for all that begin so, found {text:?}"
            ));
        }
        Ok(Name(text.to_owned()))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

written_as_text!(Name, "a name");
