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
        notes.push(format!(
            "People in them are pseudonyms: put back whom the real side knows{}.",
            people(doorway)
        ));
    }
    if doorway.mints && doorway.token.is_none() {
        notes.push("Some lessons mint a token from claims and your key (`tokens:` in truetape.yaml, or --token-key); people in the claims".to_owned());
        notes.push(format!("are pseudonyms: put back whom the real side knows{}.", people(doorway)));
    }
    if doorway.signed {
        notes.push("Requests carry a signature each, and nobody signs these anew: the recorded one is sent, with the key's id as a pseudonym.".to_owned());
        notes.push("A real side that looks at it refuses everything: there, record your own client asking for what is wrong.".to_owned());
    }
    let secrets = doorway.secrets();
    if !secrets.is_empty() {
        notes.push("Before it can be taught, what was taken out of the recording must be given. Put this into truetape.yaml, beside".to_owned());
        notes.push("what stands under `secrets:` there, and set these variables:".to_owned());
        notes.push("  secrets:".to_owned());
        for name in secrets {
            let variable = name.to_ascii_uppercase().replace('-', "_");
            // A password that has a name goes with its user.
            let what = match name.starts_with("credential-user") {
                true => {
                    "   # the user that goes with the named password; if no secret, `learn --value` instead"
                }
                false => "",
            };
            notes.push(format!("    {name}: env:{variable}{what}"));
        }
    }
    notes
}

/// The claims that seem to name people.
fn people(doorway: &Doorway) -> String {
    let mut found: Vec<String> = Vec::new();
    for (name, value) in doorway.claims() {
        let line = format!("`{name}: {value}`");
        if value.contains('@') && !found.contains(&line) {
            found.push(line);
        }
    }
    if found.is_empty() { String::new() } else { format!(" ({})", found.join(", ")) }
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
