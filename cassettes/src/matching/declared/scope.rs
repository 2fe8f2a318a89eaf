//! For which requests a declaration holds.

use super::several::written_as_text;
use crate::percent::normal;
use std::{fmt, str::FromStr};

/// A method and a path template: `POST /v1/charges`, `GET /v1/customers/{id}`, `* /v1/**`; `*` is everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    text: String,
    /// None: every method.
    method: Option<String>,
    /// None: every path.
    path: Option<Vec<Piece>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Word(String),
    /// `{id}` or `*`: one segment.
    Hole(String),
    /// `**`: all that follow, if any.
    Rest,
}

impl Scope {
    /// Whether it is everything.
    pub fn is_everything(&self) -> bool {
        self.method.is_none() && self.path.is_none()
    }

    /// Whether a request belongs to it.
    pub fn holds(&self, method: &str, path: &str) -> bool {
        if self.method.as_ref().is_some_and(|wanted| wanted != method) {
            return false;
        }
        let Some(pieces) = &self.path else { return true };
        let path = normal(path);
        let mut segments = path.strip_prefix('/').unwrap_or(&path).split('/');
        for piece in pieces {
            match (piece, segments.next()) {
                (Piece::Rest, _) => return true,
                (Piece::Word(word), Some(segment)) if word == segment => {}
                (Piece::Hole(_), Some(segment)) if !segment.is_empty() => {}
                _ => return false,
            }
        }
        segments.next().is_none()
    }

    /// Which segment has this name, counted from 1.
    pub(super) fn variable(&self, name: &str) -> Option<usize> {
        let pieces = self.path.as_deref().unwrap_or_default();
        pieces.iter().position(|piece| matches!(piece, Piece::Hole(hole) if hole == name)).map(|at| at + 1)
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "expected an operation such as POST /v1/charges, GET /v1/customers/{{id}}, * /v1/** or *, found {text:?}"
            )
        };
        let mut words = text.split_whitespace();
        let (method, path) = match (words.next(), words.next(), words.next()) {
            (Some("*"), None, None) => return Ok(Scope { text: text.to_owned(), ..Scope::default() }),
            (Some(path), None, None) if path.starts_with('/') => ("*", path),
            (Some(method), Some(path), None) if path == "*" || path.starts_with('/') => (method, path),
            _ => return Err(wrong()),
        };
        if method != "*" && !method.bytes().all(|b| b.is_ascii_uppercase() || b == b'-') {
            return Err(wrong());
        }
        let pieces = path.strip_prefix('/').map(|path| path.split('/').map(Piece::of).collect::<Vec<_>>());
        let rest = pieces.iter().flatten().position(|piece| *piece == Piece::Rest);
        if rest.is_some_and(|at| pieces.as_ref().is_some_and(|all| at + 1 < all.len())) {
            return Err(wrong());
        }
        let method = (method != "*").then(|| method.to_owned());
        Ok(Scope { text: text.to_owned(), method, path: pieces })
    }
}

impl Piece {
    fn of(text: &str) -> Self {
        match text.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')) {
            Some(name) => Piece::Hole(name.to_owned()),
            None if text == "*" => Piece::Hole(String::new()),
            None if text == "**" => Piece::Rest,
            None => Piece::Word(normal(text).into_owned()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.text.is_empty() { "*" } else { &self.text })
    }
}

written_as_text!(Scope, "an operation");
