//! What a name says about the value under it.

use super::{
    below, convention,
    fold::{Folded, fold},
    paths::{Own, RuleError, covers},
    sense::{Mark, Sense, always, wants},
    words::is_words,
};
use crate::{
    json::{Pointer, Step},
    model::RedactRules,
};
use foldhash::fast::FixedState;
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::redact) enum Spoken {
    Header,
    /// A query or a form.
    Pair,
    Member,
}

/// The default list with a project's additions and exceptions.
#[derive(Debug, Clone, Default)]
pub struct Names {
    own: Own,
    /// The same few names come again and again.
    said: Arc<RwLock<HashMap<Box<str>, Said, FixedState>>>,
}

/// Names beyond these are judged each time anew.
const MAX_SAID: usize = 20_000;
const MAX_NAME: usize = 100;

/// What a name says, wherever it stands.
#[derive(Debug, Clone, Copy)]
struct Said {
    /// As [`Spoken`] counts.
    senses: [Sense; 3],
    /// Below it people read about fields.
    about: bool,
    /// Below a secret's name it leads to the secret.
    inside: bool,
    /// It says what kind of secret it is.
    open: bool,
}

/// What is said about a field stands under its name, or under a name below it.
const ABOUT: u8 = 2;

impl Names {
    /// The default list with these rules on top.
    pub fn new(rules: &RedactRules) -> Result<Names, RuleError> {
        convention::prepare();
        Ok(Names { own: Own::read(rules)?, ..Names::default() })
    }

    /// Whether a header of this name holds credentials, wholly or in part.
    pub fn header(&self, name: &str) -> bool {
        always(self.sense(Spoken::Header, name))
    }

    /// Whether a query parameter of this name is secret whatever its value. Names that depend on the
    /// value are judged by [`Names::query_value`].
    pub fn query(&self, name: &str) -> bool {
        always(self.sense(Spoken::Pair, name))
    }

    /// As [`Names::query`], for the field of a form.
    pub fn form(&self, name: &str) -> bool {
        self.query(name)
    }

    /// Whether this query parameter or form field is secret.
    pub fn query_value(&self, name: &str, value: &str) -> bool {
        wants(self.sense(Spoken::Pair, name), value, false)
    }

    /// Whether this is the `code` of an authorization response (RFC 6749 §4.1.2), `beside` the other
    /// parameters; `redirect` where it is known to lead back to a client.
    pub(in crate::redact) fn answers(&self, name: &str, value: &str, beside: &str, redirect: bool) -> bool {
        self.sense(Spoken::Pair, name) == Sense::Code
            && (redirect
                || beside.split(['&', '?', '#']).any(|p| p.starts_with("state=") || p.starts_with("iss=")))
            && !value.bytes().all(|b| b.is_ascii_digit())
            && !is_words(value)
    }

    /// Whether what stands at this place of a JSON document is secret, whatever its value, provided it
    /// is a string (or, for a few names, a number).
    pub fn json(&self, at: &Pointer) -> bool {
        let mut mark = Mark::default();
        let mut here = Pointer::root();
        for step in &at.0 {
            here.0.push(step.clone());
            mark = self.mark(&here, mark);
        }
        always(mark.sense)
    }

    /// Whether the project has taken this name out of the default list.
    pub(in crate::redact) fn keeps(&self, name: &str) -> bool {
        !self.own.keep.is_empty() && self.own.keep.contains(&fold(name).joined)
    }

    /// Whether the text as a whole is a credential of a well-known look.
    pub fn is_token_shape(&self, text: &str) -> bool {
        let text = text.trim();
        crate::jwt::Jwt::parse(text).is_some()
            || matches!(crate::redact::shapes::find(text.as_bytes()).as_slice(), [hit] if hit.span == (0..text.len()))
    }

    /// The mark of the place that the last step leads to.
    pub(in crate::redact) fn mark(&self, at: &Pointer, parent: Mark) -> Mark {
        let own = self.own.paths.iter().any(|path| covers(path, &at.0));
        let Some(Step::Member(name)) = at.0.last() else {
            return if own { Mark { sense: Sense::All, ..parent } } else { parent };
        };
        if own || parent.sense == Sense::All {
            return Mark { sense: Sense::All, ..parent };
        }
        let said = self.said(name);
        let about = if said.about { ABOUT } else { parent.about.saturating_sub(1) };
        let sense = match (said.senses[Spoken::Member as usize], parent.sense) {
            // What the value would have to decide, the holder has decided.
            (
                Sense::Token
                | Sense::Tokens
                | Sense::Random
                | Sense::Drawn
                | Sense::Pin
                | Sense::Phrase
                | Sense::Grant,
                Sense::Subtree | Sense::Deep,
            ) => Sense::Deep,
            (Sense::Grant, Sense::Holder | Sense::Holders | Sense::Below) => Sense::Below,
            (Sense::No, _) if self.keeps(name) => Sense::No,
            (Sense::No, Sense::Holder | Sense::Holders | Sense::Below | Sense::Subtree) if said.inside => {
                Sense::Subtree
            }
            (Sense::No, Sense::Subtree | Sense::Deep) if !said.open => Sense::Deep,
            (Sense::No, Sense::Holder | Sense::Holders | Sense::Below) if !said.open => Sense::Below,
            (Sense::No, parent) if said.inside => parent,
            (sense, _) => sense,
        };
        Mark { sense, about }
    }

    /// The mark of what stands beside a name that is itself a value: `{"name": "X-Api-Key", "value": "…"}`.
    pub(in crate::redact) fn mark_of_name(&self, name: &str) -> Mark {
        let [header, _, member] = self.said(name).senses;
        let sense = if always(member) { member } else { header };
        Mark::of(if always(sense) { sense } else { Sense::No })
    }

    pub(in crate::redact) fn sense(&self, spoken: Spoken, name: &str) -> Sense {
        self.said(name).senses[spoken as usize]
    }

    fn said(&self, name: &str) -> Said {
        if let Some(said) = self.said.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return *said;
        }
        let folded = fold(name);
        let said = Said {
            senses: [Spoken::Header, Spoken::Pair, Spoken::Member]
                .map(|spoken| self.sense_of(spoken, &folded)),
            about: below::NO_VALUES_BELOW.contains(&folded.words.as_str()),
            inside: below::INSIDE.contains(&folded.joined.as_str()),
            open: is_open(&folded),
        };
        let mut cache = self.said.write().unwrap_or_else(PoisonError::into_inner);
        if cache.len() < MAX_SAID && name.len() <= MAX_NAME {
            cache.insert(name.into(), said);
        }
        said
    }

    fn sense_of(&self, spoken: Spoken, name: &Folded) -> Sense {
        let own = match spoken {
            Spoken::Header => &self.own.headers,
            Spoken::Pair => &self.own.query,
            Spoken::Member => &self.own.members,
        };
        if own.contains(&name.joined) {
            return Sense::All;
        }
        if self.own.keep.contains(&name.joined) {
            return Sense::No;
        }
        match spoken {
            Spoken::Header => convention::header(name),
            Spoken::Pair => convention::pair(name),
            Spoken::Member => convention::member(name),
        }
    }
}

/// Names that may be asked, or none where nothing depends on them and asking would only cost time.
#[derive(Clone, Copy)]
pub(in crate::redact) struct Judge<'a>(pub(in crate::redact) Option<&'a Names>);

impl Judge<'_> {
    pub(in crate::redact) fn mark(self, at: &Pointer, parent: Mark) -> Mark {
        self.0.map_or(parent, |names| names.mark(at, parent))
    }

    pub(in crate::redact) fn mark_of_name(self, name: &str) -> Mark {
        self.0.map_or(Mark::default(), |names| names.mark_of_name(name))
    }

    pub(in crate::redact) fn mark_of(self, spoken: Spoken, name: &str) -> Mark {
        self.0.map_or(Mark::default(), |names| Mark::of(names.sense(spoken, name)))
    }
}

fn is_open(name: &Folded) -> bool {
    let words = name.words.as_str();
    below::OPEN_BELOW.contains(&words) || below::OPEN_ENDS.contains(&name.last())
}
