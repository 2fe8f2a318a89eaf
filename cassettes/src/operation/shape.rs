//! The shape of an answer, as far as it tells one kind of thing from another.

use crate::{codec, json::Json, model::Answer};
use std::collections::BTreeSet;

/// What an answer looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// There is no such thing, or no such id: 400, 404, 410, 422.
    Refusal,
    /// A success with one JSON object: the names of its members.
    Object(BTreeSet<String>),
    /// Anything that says nothing of the thing asked for.
    Other,
}

impl Shape {
    pub(super) fn of(answer: &Answer) -> Self {
        let Some(response) = answer.reply() else { return Shape::Other };
        match response.status {
            400 | 404 | 410 | 422 => Shape::Refusal,
            200..=299 => match codec::json_of(&response.headers, &response.body) {
                Some(Json::Object(members)) => {
                    Shape::Object(members.into_iter().map(|(name, _)| name).collect())
                }
                // There is no such thing, said with success.
                Some(Json::Null) => Shape::Refusal,
                _ => Shape::Other,
            },
            _ => Shape::Other,
        }
    }

    pub(super) fn is_refusal(&self) -> bool {
        *self == Shape::Refusal
    }

    /// Two objects of one kind: most members in common, since some are optional.
    pub(super) fn is_like(&self, other: &Shape) -> bool {
        let (Shape::Object(a), Shape::Object(b)) = (self, other) else { return false };
        let common = a.intersection(b).count();
        common > 0 && common * 3 >= a.union(b).count() * 2
    }
}
