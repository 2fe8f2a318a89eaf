//! A template taken apart.

use cassettes::json::Json;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// As it is.
    Text(String),
    /// `{{…}}`, or with `raw` `{{{…}}}`.
    Put { call: Call, raw: bool },
    /// `{{#…}} … {{else}} … {{/…}}`
    Block(Box<Block>),
}

/// A block with its two bodies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) call: Call,
    /// The names after `as`.
    pub(super) names: Vec<String>,
    /// `{{^…}}`: the bodies change places.
    pub(super) inverse: bool,
    pub(super) body: Vec<Node>,
    pub(super) other: Vec<Node>,
}

/// A helper with what it is given, or a path alone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    pub(super) path: Path,
    pub(super) params: Vec<Expr>,
    pub(super) hash: Vec<(String, Expr)>,
}

/// What is given to a helper.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Literal(Json),
    Path(Path),
    Call(Box<Call>),
}

/// A way through the scope.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Path {
    /// As written.
    pub(super) text: String,
    /// How many `../` it begins with.
    pub(super) up: usize,
    /// Where it begins.
    pub(super) from: From,
    /// The names on the way.
    pub(super) names: Vec<String>,
}

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// At a name of the scope.
    Scope,
    /// `this`, `.`
    This,
    /// `@index`
    Data,
    /// `@root`
    Root,
}

impl Call {
    /// The helper's name, if it can be one: a single name.
    pub(super) fn name(&self) -> Option<&str> {
        match (self.path.from, self.path.up, self.path.names.as_slice()) {
            (From::Scope, 0, [name]) => Some(name),
            _ => None,
        }
    }

    /// Nothing is given to it.
    pub(super) fn is_bare(&self) -> bool {
        self.params.is_empty() && self.hash.is_empty()
    }
}
