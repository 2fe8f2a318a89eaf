//! Members that answers have and requests have not: what may be changed as well.

use super::seen::{One, Seen};
use super::spoilt::is_enum;
use super::unknown::unknown;
use cassettes::codec;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer, Step};

/// Names and values, in order.
type Members = Vec<(String, Json)>;

/// At most so many of them.
const MOST: usize = 2;

/// So many answers are looked at for other words.
const LOOKED: usize = 200;

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

/// Another value for a place of a body.
pub(super) struct Strange {
    pub(super) at: Pointer,
    pub(super) value: Json,
    /// What is strange about it.
    pub(super) what: String,
}

/// What answers suggest that a body could say, and did not: where a change of a thing could name one of a few
/// words, as its answers do, a word that nobody knows; where something is made, an id of the client's own, and
/// another of the words that are known.
pub(super) fn strange(seen: &Seen<'_>) -> Vec<Strange> {
    let Some(sent) = codec::json_of(&seen.request().headers, &seen.request().body) else { return Vec::new() };
    if seen.is(&["POST"]) && !seen.is_call() {
        let own = own_id(seen, &sent).into_iter();
        return own.chain(others(seen, &sent).into_iter().take(MOST)).collect();
    }
    if !seen.is(&["PUT", "PATCH"]) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, own, theirs) in things(seen, &sent) {
        let new = |name: &String| own.iter().all(|(known, _)| known != name);
        for (name, value) in theirs.iter().filter(|(name, _)| new(name) && is_choice(name)) {
            if let Some(word) = value.as_str().filter(|word| is_enum(name, word)) {
                let at = below(&at, name);
                let what = "which answers have, with a value that nobody knows".to_owned();
                found.push(Strange { at, value: Json::String(unknown(word)), what });
            }
        }
    }
    found.truncate(MOST);
    found
}

fn is_choice(name: &str) -> bool {
    words(name).iter().any(|word| CHOICES.contains(&word.as_str()))
}

fn below(at: &Pointer, name: &str) -> Pointer {
    Pointer([at.0.as_slice(), &[Step::Member(name.to_owned())]].concat())
}

/// Where answers have an id that was given, and the request leaves it to the other side.
fn own_id(seen: &Seen<'_>, sent: &Json) -> Option<Strange> {
    things(seen, sent).into_iter().find_map(|(at, own, theirs)| {
        let (name, id) = theirs.iter().find(|(name, _)| name == "id")?;
        let left = own.iter().all(|(known, _)| words(known).last().is_none_or(|word| word != "id"));
        let at = below(&at, name);
        // Whichever it was, somebody came with one.
        let said = |one: &One<'_>| {
            let json = codec::json_of(&one.exchange.request.headers, &one.exchange.request.body);
            json.is_some_and(|json| at.find(&json).is_some())
        };
        let text = id.as_str().filter(|_| left && !seen.all.iter().any(said))?;
        let what = "which the other side gives, of the client's own choice".to_owned();
        Some(Strange { value: Json::String(unknown(text)), at, what })
    })
}

/// Another of the words that answers were seen to have under the same name.
fn others(seen: &Seen<'_>, sent: &Json) -> Vec<Strange> {
    let mut found: Vec<Strange> = Vec::new();
    Pointer::walk(sent, &mut |at, value| {
        let Some(name) = at.name().filter(|name| is_choice(name)) else { return };
        let Some(word) = value.as_str().filter(|word| is_enum(name, word)) else { return };
        if let Some(other) = other_word(seen, name, word) {
            let what = format!("of which answers know `{other}`, too");
            found.push(Strange { at: at.clone(), value: Json::String(other), what });
        }
    });
    found
}

fn other_word(seen: &Seen<'_>, name: &str, word: &str) -> Option<String> {
    let sent = |other: &str| {
        seen.all.iter().any(|one| {
            let json = codec::json_of(&one.exchange.request.headers, &one.exchange.request.body);
            json.is_some_and(|json| json.to_string().contains(&format!("\"{name}\":\"{other}\"")))
        })
    };
    let answers = seen.everything.iter().take(LOOKED);
    answers.filter_map(|e| e.answer.reply().filter(|r| r.is_success())).find_map(|reply| {
        let json = codec::json_of(&reply.headers, &reply.body)?;
        let mut found = None;
        Pointer::walk(&json, &mut |at, value| {
            let other = value.as_str().filter(|o| found.is_none() && at.name() == Some(name) && *o != word);
            if let Some(other) = other.filter(|other| is_enum(name, other) && !sent(other)) {
                found = Some(other.to_owned());
            }
        });
        found
    })
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
