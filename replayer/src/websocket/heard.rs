//! Whether a client has said what was recorded.

use super::echo;
use super::script::{Heard, as_request, key};
use cassettes::matching::{Difference, View, differences};
use cassettes::model::{Body, FrameKind, Timestamp};
use cassettes::redact::Policy;

/// Ids of recorded messages, and those of this client in their places.
pub(super) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// Compares a message with the recorded one, cleaned as that was. Ids that the client made up anew are added
/// to the pairs. `Err` gives each difference.
pub(super) fn compare(
    heard: &Heard,
    (kind, data): (FrameKind, &Body),
    policy: &Policy,
    now: Timestamp,
    pairs: &mut Pairs,
) -> Result<(), Vec<Difference>> {
    if kind == heard.kind && *data == heard.data {
        return Ok(());
    }
    let cleaned = policy.clean_frame(kind, data, now);
    let names = policy.names();
    if kind == heard.kind {
        if cleaned == heard.data || key(&cleaned, names) == heard.key || key(data, names) == heard.key {
            return Ok(());
        }
        if let Some((as_recorded, found)) = echo::as_recorded(&cleaned, &heard.echoes)
            && key(&as_recorded, names) == heard.key
        {
            pairs.extend(found);
            return Ok(());
        }
        if let Some((as_recorded, found)) = echo::as_recorded(data, &heard.echoes)
            && key(&policy.clean_frame(kind, &as_recorded, now), names) == heard.key
        {
            pairs.extend(found);
            return Ok(());
        }
    }
    Err(told(heard, kind, &cleaned, policy))
}

/// Each difference of a cleaned message, at its place in the recorded one.
fn told(heard: &Heard, kind: FrameKind, cleaned: &Body, policy: &Policy) -> Vec<Difference> {
    let place = |rest: &str| format!("frame {} {rest}", heard.number).trim_end().to_owned();
    let (asked, recorded) = (as_request(cleaned), as_request(&heard.data));
    let mut found = differences(&View::of(&asked), &View::of(&recorded), policy.names());
    for difference in &mut found {
        difference.place = place(&difference.place);
    }
    if kind != heard.kind || found.is_empty() {
        let (asked, recorded) = (Some(kind.as_str().to_owned()), Some(heard.kind.as_str().to_owned()));
        found.insert(0, Difference { aspect: "frame", place: place("kind"), asked, recorded });
    }
    found
}
