//! Members that answers have and requests have not: what may be changed as well.

use super::seen::Seen;
use super::spoilt::is_enum;
use super::unknown::unknown;
use cassettes::codec;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer, Step};

/// Names and values, in order.
type Members = Vec<(String, Json)>;

/// At most so many of them.
const MOST: usize = 2;

/// How deep what is changed may stand in an answer.
const DEEPEST: usize = 4;

/// Words in the names of members that hold one word of a few.
const CHOICES: [&str; 14] = [
    "state",
    "status",
    "kind",
    "type",
    "priority",
    "level",
    "mode",
    "role",
    "phase",
    "stage",
    "currency",
    "category",
    "severity",
    "visibility",
];

/// Where a change of a thing could name one of a few words, as its answers do, and did not: with a word that
/// nobody knows.
pub(super) fn strange(seen: &Seen<'_>) -> Vec<(Pointer, Json)> {
    if !seen.is(&["PUT", "PATCH"]) {
        return Vec::new();
    }
    let Some(sent) = codec::json_of(&seen.request().headers, &seen.request().body) else { return Vec::new() };
    let chosen = |name: &str| words(name).iter().any(|word| CHOICES.contains(&word.as_str()));
    let mut found = Vec::new();
    for (at, own, theirs) in things(seen, &sent) {
        let new = |name: &String| own.iter().all(|(known, _)| known != name);
        for (name, value) in theirs.iter().filter(|(name, _)| new(name) && chosen(name)) {
            if let Some(word) = value.as_str().filter(|word| is_enum(name, word)) {
                let place = Pointer([at.0.as_slice(), &[Step::Member(name.clone())]].concat());
                found.push((place, Json::String(unknown(word))));
            }
        }
    }
    found.truncate(MOST);
    found
}

/// Each object that the request sends with where it stands, and with what an answer says of the same: the
/// object that has the most names in common with it. The innermost come first.
fn things(seen: &Seen<'_>, sent: &Json) -> Vec<(Pointer, Members, Members)> {
    let gets = seen.on_path.iter();
    let answers: Vec<Json> = gets
        .filter_map(|e| e.answer.reply().filter(|reply| reply.is_success()))
        .filter_map(|reply| codec::json_of(&reply.headers, &reply.body))
        .take(8)
        .collect();
    let mut found = Vec::new();
    for (at, ours) in objects(sent) {
        let same = |theirs: &[(String, Json)]| {
            ours.iter().filter(|(name, _)| theirs.iter().any(|(other, _)| other == name)).count()
        };
        let all = answers.iter().flat_map(|answer| objects(answer)).map(|(_, theirs)| theirs);
        if let Some(theirs) = all.filter(|theirs| same(theirs) > 0).max_by_key(|theirs| same(theirs)) {
            found.push((at, ours.to_vec(), theirs.to_vec()));
        }
    }
    found
}

/// The objects of a document and where they stand, those in lists left out. The innermost come first.
fn objects(json: &Json) -> Vec<(Pointer, &[(String, Json)])> {
    fn walk<'j>(json: &'j Json, at: &mut Vec<Step>, found: &mut Vec<(Pointer, &'j [(String, Json)])>) {
        let Json::Object(members) = json else { return };
        let within = if at.len() < DEEPEST { members.as_slice() } else { &[] };
        for (name, value) in within {
            at.push(Step::Member(name.clone()));
            walk(value, at, found);
            at.pop();
        }
        found.push((Pointer(at.clone()), members));
    }
    let mut found = Vec::new();
    walk(json, &mut Vec::new(), &mut found);
    found
}
