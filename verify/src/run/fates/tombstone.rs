//! Things that were deleted and still answer, with a document that says so itself.

use crate::case::Said;
use cassettes::json::Json;

/// Whether a success says of what it shows that it is deleted: `deleted: true`, `deleted_at` with a moment,
/// `status: "deleted"`; at the root or within an envelope that holds nothing else.
pub(crate) fn is_tombstone(said: &Said<'_>) -> bool {
    let Some(json) = said.json.as_ref().filter(|_| said.is_success()) else { return false };
    let inner = match json.members() {
        [(_, inner @ Json::Object(_))] => inner,
        _ => json,
    };
    inner.members().iter().any(|(name, value)| says_deleted(&plain(name), value))
}

fn says_deleted(name: &str, value: &Json) -> bool {
    match value {
        Json::Bool(true) => matches!(name, "deleted" | "isdeleted" | "removed" | "isremoved"),
        Json::String(text) if matches!(name, "status" | "state") => {
            matches!(plain(text).as_str(), "deleted" | "removed")
        }
        Json::String(text) | Json::Number(text) => {
            matches!(name, "deletedat" | "deletedon" | "removedat" | "datedeleted")
                && text != "0"
                && !text.is_empty()
        }
        _ => false,
    }
}

/// A name or a word without what sets its parts apart.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
