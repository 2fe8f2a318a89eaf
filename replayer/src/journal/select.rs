//! The part of a journal that one session is told of.

use super::Kind;
use super::hub::Kept;
use std::collections::HashSet;

/// The lines kept, or those of one session and of the connections that carried it, after the first line.
pub(super) fn text(opening: &str, kept: &Kept, session: Option<&str>) -> String {
    let mut text = opening.to_owned();
    let mut carriers = HashSet::new();
    for line in kept.lines().filter(|line| line.kind.is_journal()) {
        let wanted = match session {
            None => true,
            Some(_) if line.kind == Kind::Ended => {
                number_after(line.text, "\"connection\":").is_some_and(|id| carriers.contains(&id))
            }
            Some(name) => {
                let is_its = session_of(line.text) == Some(name);
                if is_its {
                    carriers.extend(number_after(line.text, "\"connection\":{\"id\":"));
                }
                is_its
            }
        };
        if wanted {
            text.push_str(line.text);
        }
    }
    text
}

/// The session of a request's line. What stands before it in a line are numbers, and a session's name holds
/// nothing that would be escaped.
pub(crate) fn session_of(line: &str) -> Option<&str> {
    const BEFORE: &str = "\"session\":\"";
    let name = &line[line.find(BEFORE)? + BEFORE.len()..];
    name.split('"').next()
}

fn number_after(line: &str, before: &str) -> Option<u64> {
    let digits = &line[line.find(before)? + before.len()..];
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}
