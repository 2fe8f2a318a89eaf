//! What redactors share while one exchange is cleaned: stand-ins, the record of what was done, and the
//! secrets found so far.

use super::{
    known::{self, Known},
    leaf::{Carrier, Leaf, Scalar, Side},
    looks,
    names::{self, Judge, Sense},
    opened::{self, Opened},
    policy::Policy,
    spans::Edit,
    token,
    walk::{self, Select},
};
use crate::model::{Exchange, Place, Redaction, SignatureVerdict, Timestamp, TokenFacts};
use std::collections::{HashMap, HashSet};

/// The least length of a value that is looked for elsewhere in its exchange, as a whole text.
pub(super) const MIN_WHOLE: usize = 8;
/// The same within longer texts of its exchange; shorter ones only where they stand by themselves.
pub(super) const MIN_WITHIN: usize = 12;
/// Shorter words are never looked for: they stand elsewhere in their own right.
pub(super) const MIN_WORDY: usize = 16;

/// What redactors share while one exchange is cleaned.
pub(super) struct Mask<'p> {
    pub(super) policy: &'p Policy,
    pub(super) at: Timestamp,
    /// Bodies of the request and of the reply.
    opened: [Opened; 2],
    /// Places that an earlier cleaning has seen to.
    done: HashSet<Place>,
    /// The reply says that something was wrong, and people read there about fields.
    refused: bool,
    /// The request's query, where it may be an authorization response.
    query: Option<String>,
    /// The request asks for a token (RFC 6749 §4).
    grant: bool,
    /// Values taken out, with what stands in for them.
    found: HashMap<String, String>,
    /// What stands in for any value, short ones too.
    stand_ins: HashSet<String>,
    /// Names of members that were replaced, as pointers spell them.
    keys: Vec<(String, String)>,
    pub(super) redactions: Vec<Redaction>,
    pub(super) tokens: Vec<TokenFacts>,
}

impl<'p> Mask<'p> {
    pub(super) fn new(policy: &'p Policy, exchange: &Exchange, opened: [Opened; 2]) -> Self {
        Mask {
            policy,
            at: exchange.at,
            opened,
            done: exchange.redactions.iter().map(|r| r.place.clone()).collect(),
            refused: exchange.answer.reply().is_some_and(|reply| reply.status >= 400),
            query: exchange.request.target.split_once('?').map(|(_, query)| query.to_owned()),
            grant: memchr::memmem::find(exchange.request.body.bytes(), b"grant_type").is_some(),
            found: HashMap::new(),
            stand_ins: HashSet::new(),
            keys: Vec::new(),
            redactions: Vec::new(),
            tokens: exchange.tokens.clone(),
        }
    }

    /// Walks texts with what their names say.
    pub(super) fn named(
        &mut self,
        exchange: &mut Exchange,
        carriers: fn(Carrier) -> bool,
        change: &mut dyn FnMut(&mut Self, &Leaf<'_>) -> Option<String>,
    ) {
        let names = self.policy.names();
        self.walk(exchange, Select { carriers, names: Judge(Some(names)), bodies: [true; 2] }, change);
    }

    /// Walks every text for what stands in it, whatever its name. Bodies whose bytes do not `smell` of it
    /// are passed by.
    pub(super) fn texts(
        &mut self,
        exchange: &mut Exchange,
        smell: &dyn Fn(&[u8]) -> bool,
        change: &mut dyn FnMut(&mut Self, &Leaf<'_>) -> Option<String>,
    ) {
        let bodies =
            Side::BOTH.map(|side| opened::parts(exchange, side).is_some_and(|(_, body)| smell(body.bytes())));
        self.walk(exchange, Select { carriers: |_| true, names: Judge(None), bodies }, change);
    }

    fn walk(
        &mut self,
        exchange: &mut Exchange,
        select: Select<'_>,
        change: &mut dyn FnMut(&mut Self, &Leaf<'_>) -> Option<String>,
    ) {
        let opened = std::mem::take(&mut self.opened);
        walk::walk(exchange, &opened, select, &mut |leaf| {
            let with = change(self, leaf);
            if leaf.scalar == Scalar::Key
                && let Some(with) = &with
            {
                self.keys.push((escape(leaf.text), escape(with)));
            }
            with
        });
        self.opened = opened;
    }

    /// Edits a body.
    pub(super) fn splice(&self, exchange: &mut Exchange, side: Side, edits: &[Edit]) {
        walk::replace_spans(exchange, side, &self.opened[side as usize], edits);
    }

    /// Whether what stands here is secret. Where a reply tells what is wrong with a field, or what it is
    /// called, a sentence is no secret.
    pub(super) fn wants(&self, leaf: &Leaf<'_>) -> bool {
        let mark = leaf.mark;
        if mark.sense == Sense::Grant {
            return self.grant && leaf.side == Side::Request && !leaf.is_number() && !leaf.text.is_empty();
        }
        if leaf.carrier == Carrier::Query
            && let Some(query) = &self.query
            && self.policy.names().answers(leaf.name, leaf.text, query, false)
        {
            return true;
        }
        let told = leaf.side == Side::Reply
            && (self.refused || mark.is_about())
            && !matches!(mark.sense, Sense::All | Sense::Authorization | Sense::Cookies);
        mark.wants(leaf.text, leaf.is_number()) && !(told && !leaf.is_number() && names::is_remark(leaf.text))
    }

    /// Replaces a whole value: its stand-in, unless this place was seen to before or nothing is left to
    /// hide. Named secrets within stay named.
    pub(super) fn hide(&mut self, leaf: &Leaf<'_>, value: &str, by: &'static str) -> Option<String> {
        if value.is_empty() || self.is_done(leaf) {
            return None;
        }
        let stand_in = self.stand_in(leaf, value);
        if stand_in == value {
            return None;
        }
        self.note(leaf, by);
        Some(stand_in)
    }

    /// What stands in for a value, remembered.
    pub(super) fn stand_in(&mut self, leaf: &Leaf<'_>, value: &str) -> String {
        if let Some(with) = self.policy.secrets().around(value, &mut |part| self.stand_in(leaf, part)) {
            return with;
        }
        if let Some(token) = token::pseudonymise(self, leaf, value) {
            self.remember(value, &token);
            return token;
        }
        // A credential with its scope: the scope says when and where, not who.
        if let Some((id, scope)) = value.split_once('/').filter(|_| value.ends_with("_request")) {
            return format!("{}/{scope}", self.stand_in(leaf, id));
        }
        let with = self.policy.pseudonyms().of(value);
        self.remember(value, &with);
        with
    }

    /// The same for what has a name of its own within its place: it is looked for elsewhere only if it
    /// could not stand there in its own right.
    pub(super) fn stand_in_of(&mut self, name: &str, leaf: &Leaf<'_>, value: &str) -> String {
        if names::worth_remembering(name, value) {
            return self.stand_in(leaf, value);
        }
        if let Some(with) =
            self.policy.secrets().around(value, &mut |part| self.stand_in_of(name, leaf, part))
        {
            return with;
        }
        let with = self.policy.pseudonyms().of(value);
        self.stand_ins.insert(with.clone());
        with
    }

    /// Lets a value be looked for in the rest of the exchange and in later ones.
    pub(super) fn remember(&mut self, value: &str, with: &str) {
        self.stand_ins.insert(with.to_owned());
        let word = value.len() < MIN_WORDY && known::is_wordy(value);
        if value.len() >= MIN_WHOLE && value != with && !known::is_open(value) && !word {
            self.policy.known().learn(value, self.policy.pseudonyms());
            self.found.insert(value.to_owned(), with.to_owned());
        }
    }

    /// Whether an earlier cleaning has seen to this place.
    pub(super) fn is_done(&self, leaf: &Leaf<'_>) -> bool {
        if self.done.is_empty() {
            return false;
        }
        // What replaced a value can make a body read as another kind of body than it was.
        let body = matches!(leaf.carrier, Carrier::Json | Carrier::Form | Carrier::Xml | Carrier::Text);
        self.done.contains(&leaf.place())
            || (body && self.done.contains(&Place(format!("{} body", leaf.side.as_str()))))
    }

    /// Records what was done.
    pub(super) fn note(&mut self, leaf: &Leaf<'_>, by: &str) {
        self.redactions.push(leaf.redaction(by));
    }

    /// The same, at a place without a structure.
    pub(super) fn note_at(&mut self, place: Place, by: &str) {
        self.redactions.push(Redaction { place, by: by.to_owned() });
    }

    /// Whether a text is what stands in for another since this cleaning began.
    pub(super) fn is_stand_in(&self, text: &str) -> bool {
        self.stand_ins.contains(text)
    }

    /// The values taken out so far.
    pub(super) fn found(&self) -> &HashMap<String, String> {
        &self.found
    }

    /// The policy's memory of earlier exchanges.
    pub(super) fn known(&self) -> &'p Known {
        self.policy.known()
    }

    /// Remembers what a token was. What a lesson has said of its signature stands.
    pub(super) fn token(&mut self, mut facts: TokenFacts) {
        // In the order that a file gives them back, or the same token would look like another one.
        facts.times.sort();
        if self.tokens.contains(&facts) {
            return;
        }
        match self.tokens.iter_mut().find(|t| t.place == facts.place && t.times.is_empty()) {
            Some(told) => {
                if told.signature == SignatureVerdict::Unknown {
                    told.signature = facts.signature;
                }
                told.times = facts.times;
            }
            None => self.tokens.push(facts),
        }
    }

    /// Gives the bodies back, with everything that was recorded.
    pub(super) fn finish(mut self) -> ([Opened; 2], Vec<Redaction>, Vec<TokenFacts>) {
        let mut redactions = std::mem::take(&mut self.redactions);
        let mut tokens = std::mem::take(&mut self.tokens);
        for redaction in &mut redactions {
            redaction.place = self.public(std::mem::replace(&mut redaction.place, Place(String::new())));
        }
        for token in &mut tokens {
            token.place = self.public(std::mem::replace(&mut token.place, Place(String::new())));
        }
        (self.opened, redactions, tokens)
    }

    /// A member's name that was itself a secret stands in the places below it; not in the record of them.
    fn public(&self, place: Place) -> Place {
        let mut text = place.0;
        for (name, with) in &self.keys {
            let steps: Vec<&str> =
                text.split('/').map(|step| if step == name { with.as_str() } else { step }).collect();
            text = steps.join("/");
        }
        for (span, _) in looks::live(text.as_bytes()).into_iter().rev() {
            if let Some(live) = text.get(span.clone()) {
                text.replace_range(span, &self.policy.pseudonyms().of(live));
            }
        }
        if let Some((named, _)) = self.policy.secrets().name(&text) {
            text = named;
        }
        Place(text)
    }
}

/// As a step of a pointer (RFC 6901 §3).
fn escape(text: &str) -> String {
    text.replace('~', "~0").replace('/', "~1")
}
