//! Machine codes that the real side gives and the subject does not.

use super::fate::{Fate, Judged};
use cassettes::facets::error_class::Class;
use cassettes::facets::error_code::{Code, Where};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// What became of the code in one place of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The subject has no such code anywhere.
    Missing(Code),
    /// The subject has another one in its place.
    Changed(Code, Code),
    /// The subject has it elsewhere.
    Moved(Code, Code),
}

/// What every recorded error of an operation and a class has in one place.
#[derive(Debug, Default)]
pub(crate) struct Required {
    places: BTreeMap<(Operation, Class, Where), (usize, BTreeSet<String>)>,
    errors: BTreeMap<(Operation, Class), usize>,
    /// The same for every error of one code of its own.
    by_code: BTreeMap<(Operation, BTreeSet<String>), Places>,
}

/// How many errors there were, and in how many of them each place held a code.
type Places = (usize, BTreeMap<Where, usize>);

/// The codes of the error itself, not of one of its causes.
fn own_codes(codes: &[Code]) -> BTreeSet<String> {
    codes.iter().filter(|c| !c.at.is_listed()).map(|c| c.key().to_owned()).collect()
}

/// Learns which places always hold a code, and which codes were seen there.
pub(crate) fn required_codes(judged: &[Judged<'_, '_>]) -> Required {
    let mut required = Required::default();
    for one in judged {
        let Some(facts) = &one.reading.real.error else { continue };
        let of = one.case().operation.clone();
        // A HEAD answer has no body that could hold one.
        if one.case().exchange.request.method == "HEAD" && facts.codes.is_empty() {
            continue;
        }
        *required.errors.entry((of.clone(), facts.class)).or_default() += 1;
        let mut places: BTreeMap<Where, Vec<&str>> = BTreeMap::new();
        for code in &facts.codes {
            places.entry(code.at.generic()).or_default().push(code.key());
        }
        let own = required.by_code.entry((of.clone(), own_codes(&facts.codes))).or_default();
        own.0 += 1;
        for at in places.keys() {
            *own.1.entry(at.clone()).or_default() += 1;
        }
        for (at, keys) in places {
            let entry = required.places.entry((of.clone(), facts.class, at)).or_default();
            entry.0 += 1;
            entry.1.extend(keys.into_iter().map(str::to_owned));
        }
    }
    required
}

/// What the subject has at the very place of a recorded code.
fn text_at(one: &Judged<'_, '_>, code: &Code) -> Option<Code> {
    let Where::Json(at) = &code.at else { return None };
    let text = at.find(one.case().other.tree()?)?.scalar_text()?;
    (!text.is_empty() && !text.contains(' ')).then(|| Code { at: code.at.clone(), value: text.to_owned() })
}

/// The codes that were lost on the way from the real side to the subject. Only kept errors are judged:
/// another class explains another code.
pub(crate) fn lost_codes(one: &Judged<'_, '_>, required: &Required) -> Vec<Lost> {
    let (Some(real), Some(other)) = (&one.reading.real.error, &one.reading.other.error) else {
        return Vec::new();
    };
    if one.fate != Fate::Kept {
        return Vec::new();
    }
    let of = one.case().operation.clone();
    let total = required.errors.get(&(of.clone(), real.class)).copied().unwrap_or_default();
    let mut seen: BTreeSet<Where> = BTreeSet::new();
    let mut lost = Vec::new();
    for code in &real.codes {
        let place = code.at.generic();
        if !seen.insert(place.clone()) {
            continue;
        }
        let known = required.places.get(&(of.clone(), real.class, place.clone()));
        let own = own_codes(&real.codes);
        let same = required.by_code.get(&(of.clone(), own.clone())).filter(|_| !own.is_empty());
        let always = known.is_some_and(|(count, _)| *count >= total)
            || same
                .filter(|_| place.is_listed())
                .is_some_and(|(errors, at)| at.get(&place).is_some_and(|count| count >= errors));
        let keys: BTreeSet<&str> =
            real.codes.iter().filter(|c| c.at.generic() == place).map(Code::key).collect();
        let here: Vec<&Code> = other.codes.iter().filter(|c| c.at.generic() == place).collect();
        let ok = |c: &&Code| {
            // One of several causes may be any that was ever seen; the error itself is what it is.
            keys.contains(c.key())
                || (place.is_listed() && known.is_some_and(|(_, all)| all.contains(c.key())))
        };
        if here.iter().any(ok) {
            continue;
        }
        if let Some(elsewhere) = other.codes.iter().find(|c| keys.contains(c.key())) {
            // Codes that stand in two places, and the subject knows the one.
            let also = real.codes.iter().any(|c| c.at.generic() == elsewhere.at.generic());
            if !also {
                lost.push(Lost::Moved(code.clone(), elsewhere.clone()));
            }
        } else if let Some(instead) = here.first() {
            lost.push(Lost::Changed(code.clone(), (*instead).clone()));
        } else if let Some(instead) = text_at(one, code).filter(|_| !place.is_listed()) {
            // No code by its looks, but it stands where the code does.
            lost.push(Lost::Changed(code.clone(), instead));
        } else if always {
            lost.push(Lost::Missing(code.clone()));
        }
    }
    lost
}
