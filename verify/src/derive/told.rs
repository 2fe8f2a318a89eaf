//! What a derived plan says about itself.

use super::doorway::Doorway;
use std::collections::BTreeSet;

/// The comments at the top.
pub(super) fn notes(
    names: &[String],
    lessons: usize,
    unsafe_from: Option<usize>,
    doorway: &Doorway,
) -> Vec<String> {
    let from = if names.is_empty() { String::new() } else { format!(" of {}", names.join(", ")) };
    if lessons == 0 {
        return vec![format!(
            "Derived from what was recorded{from}: nothing that could be asked is lacking there."
        )];
    }
    let mut notes = vec![
        format!(
            "Derived from what was recorded{from}: what the evidence lacks, as lessons. Nothing has been asked yet."
        ),
        "Read it, take out what you do not want asked, and give it to `truetape learn`.".to_owned(),
    ];
    if let Some(number) = unsafe_from {
        notes.push(format!(
            "From lesson {number} on they send what may change something: take those out where that must not be."
        ));
    }
    if doorway.token.is_some() {
        notes.push("Good tokens are made of the claims below and signed with your key: `tokens:` in truetape.yaml, or --token-key.".to_owned());
        notes.push("People in them are pseudonyms: put back whom the real side knows.".to_owned());
    }
    for name in doorway.secrets() {
        notes.push(format!(
            "{{{{{name}}}}} was taken out when it was recorded: name it, as `secrets: {{{name}: env:{}}}` in truetape.yaml.",
            name.to_ascii_uppercase().replace('-', "_")
        ));
    }
    notes
}

/// What is not asked, as it would change what was there before.
pub(super) fn left_out(operations: &BTreeSet<String>) -> Vec<String> {
    if operations.is_empty() {
        return Vec::new();
    }
    let mut notes = vec![
        "The plan overwrites, deletes and changes only what it has made itself. It could not make such for some lessons on these,".to_owned(),
        "which are left out: ask for them by hand, of something that may be lost.".to_owned(),
    ];
    notes.extend(operations.iter().map(|operation| format!("  {operation}")));
    notes
}
