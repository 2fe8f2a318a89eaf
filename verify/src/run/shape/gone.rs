//! What is left of a thing that is gone: an object that says so, and hardly anything else.

use crate::case::Said;
use crate::run::fates::is_tombstone;
use cassettes::json::Json;

/// The most members that such an object has: an id, a kind, that it is gone, and when.
const MOST: usize = 4;

/// Whether an answer is what is left of a thing: `{"id":"cus_1","object":"customer","deleted":true}`. It
/// says nothing about the members of those that live.
pub(crate) fn is_remains(said: &Said<'_>) -> bool {
    let members = said.tree().map(Json::members).unwrap_or_default();
    members.len() <= MOST && is_tombstone(said)
}
