//! What one declaration comes to: one rule for each thing that makes no difference.

use super::{Kind, Name, Pattern, Scope, places::Place};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One thing that makes no difference, or that makes one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule {
    pub(super) scope: Scope,
    pub(super) what: What,
}

/// What a rule does. In the order in which rules are followed: what is taken out cannot be in any order.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Require(Name),
    Ignore(Place),
    GraphQl(GraphQl),
    Rpc(Rpc),
    Any(Kind, Place),
    Pattern(Pattern, Area),
    Numeric(Place),
    Caseless(Place),
    Parts(InParts),
    Unordered(Place),
}

/// By what GraphQL requests are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GraphQl {
    /// The document without white space and remarks, its operations and fragments in any order; and the variables.
    Document,
    /// The operation's name and the variables, whatever the document.
    Variables,
    /// The operation's name alone.
    Operation,
}

/// What makes no difference between calls of JSON-RPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rpc {
    /// The call's id.
    Id,
}

/// What makes no difference between multipart bodies, besides the boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InParts {
    /// The order of the parts.
    Order,
    /// How files are called.
    Filenames,
    /// What parts say of their media type.
    Types,
}

/// Where a pattern is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Area {
    /// Each segment of the path.
    Path,
    /// Each value of the query.
    Query,
    /// Texts of the body: JSON strings, values of forms, and what is neither as a whole.
    Body,
}

impl What {
    /// When it is followed.
    pub(super) fn turn(&self) -> u8 {
        match self {
            What::Require(_) => 0,
            What::Ignore(_) => 1,
            What::GraphQl(_) | What::Rpc(_) => 2,
            What::Any(..) => 3,
            What::Pattern(..) => 4,
            What::Numeric(_) => 5,
            What::Caseless(_) => 6,
            What::Parts(InParts::Filenames | InParts::Types) => 7,
            What::Parts(InParts::Order) | What::Unordered(_) => 8,
        }
    }
}

/// As the journal says it.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Require(name) => write!(f, "required header {name}"),
            What::Ignore(place) => write!(f, "ignored {place}"),
            What::GraphQl(GraphQl::Document) => f.write_str("graphql document as it means"),
            What::GraphQl(GraphQl::Variables) => f.write_str("graphql by operation and variables"),
            What::GraphQl(GraphQl::Operation) => f.write_str("graphql by operation"),
            What::Rpc(Rpc::Id) => f.write_str("ignored json-rpc id"),
            What::Any(kind, place) => write!(f, "any {kind} at {place}"),
            What::Pattern(pattern, area) => write!(f, "pattern {pattern} in {area}"),
            What::Numeric(place) => write!(f, "numeric {place}"),
            What::Caseless(place) => write!(f, "caseless {place}"),
            What::Parts(InParts::Order) => f.write_str("multipart order"),
            What::Parts(InParts::Filenames) => f.write_str("multipart filenames"),
            What::Parts(InParts::Types) => f.write_str("multipart types"),
            What::Unordered(place) => write!(f, "unordered {place}"),
        }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Area::Path => "path",
            Area::Query => "query",
            Area::Body => "body",
        })
    }
}
