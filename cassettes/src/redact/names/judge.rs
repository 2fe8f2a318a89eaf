//! What a name says about the value under it.

use super::{
    fold::{Folded, fold},
    lists,
    paths::{Own, RuleError, covers},
    value::looks_random,
};
use crate::{
    json::{Pointer, Step},
    model::RedactRules,
};
use std::{collections::HashSet, sync::LazyLock};

/// What a name says about the value under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::redact) enum Sense {
    /// Nothing.
    #[default]
    No,
    /// A string here is secret.
    Secret,
    /// A string or a number here is secret.
    Digits,
    /// Every string and number here and below is secret.
    Subtree,
    /// A string here is secret if it could be a credential at all: `token` names too much.
    Token,
    /// Secret if it looks drawn at random.
    Random,
    /// Secret if it is a card's number.
    Card,
    /// Secret beside a `grant_type`, or if it looks drawn at random.
    Code,
    /// A scheme and credentials.
    Authorization,
    /// Cookies.
    Cookies,
}

/// Where a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::redact) enum Spoken {
    Header,
    /// A query or a form.
    Pair,
    Member,
}

/// A member's sense, and whether it stands where people read about fields instead of their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::redact) struct Mark {
    pub(in crate::redact) sense: Sense,
    about: bool,
}

/// The default list with a project's additions and exceptions.
#[derive(Debug, Clone, Default)]
pub struct Names {
    own: Own,
}

type Set = HashSet<&'static str, foldhash::fast::FixedState>;

struct Tables {
    ends: Set,
    /// Without separators, for names that are written in one.
    joined: HashSet<String, foldhash::fast::FixedState>,
    digits: Set,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    ends: lists::ENDS.iter().copied().collect(),
    joined: lists::ENDS.iter().chain(lists::EXACT).map(|name| name.replace('_', "")).collect(),
    digits: lists::DIGITS.iter().copied().collect(),
});

impl Names {
    /// The default list with these rules on top.
    pub fn new(rules: &RedactRules) -> Result<Names, RuleError> {
        LazyLock::force(&TABLES);
        Ok(Names { own: Own::read(rules)? })
    }

    /// Whether a header of this name holds credentials, wholly or in part.
    pub fn header(&self, name: &str) -> bool {
        self.sense(Spoken::Header, name) != Sense::No
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
            return if own { Mark { sense: Sense::Subtree, ..parent } } else { parent };
        };
        let folded = fold(name);
        if own {
            return Mark { sense: Sense::Subtree, ..parent };
        }
        let kept = self.own.keep.contains(&folded.joined);
        let about = parent.about || lists::NO_VALUES_BELOW.contains(&folded.words.as_str());
        let sense = match self.sense_of(Spoken::Member, &folded) {
            _ if kept => Sense::No,
            // What is said about a field called `password` is no password.
            Sense::Subtree if about => Sense::Secret,
            Sense::No if parent.sense == Sense::Subtree => Sense::Subtree,
            Sense::No if lists::INSIDE.contains(&folded.joined.as_str()) => parent.sense,
            sense => sense,
        };
        Mark { sense, about }
    }

    /// The mark of what stands beside a name that is itself a value: `{"name": "X-Api-Key", "value": "…"}`.
    pub(in crate::redact) fn mark_of_name(&self, name: &str) -> Mark {
        let folded = fold(name);
        let member = self.sense_of(Spoken::Member, &folded);
        let sense = if always(member) { member } else { self.sense_of(Spoken::Header, &folded) };
        Mark::of(if always(sense) { sense } else { Sense::No })
    }

    pub(in crate::redact) fn sense(&self, spoken: Spoken, name: &str) -> Sense {
        self.sense_of(spoken, &fold(name))
    }

    fn sense_of(&self, spoken: Spoken, name: &Folded) -> Sense {
        let own = match spoken {
            Spoken::Header => &self.own.headers,
            Spoken::Pair => &self.own.query,
            Spoken::Member => &self.own.members,
        };
        if own.contains(&name.joined) {
            return Sense::Subtree;
        }
        if self.own.keep.contains(&name.joined) {
            return Sense::No;
        }
        let words = name.words.as_str();
        if spoken != Spoken::Pair && lists::AUTHORIZATION.contains(&words) {
            return Sense::Authorization;
        }
        if spoken != Spoken::Pair && lists::COOKIES.contains(&words) {
            return Sense::Cookies;
        }
        let sense = common(name);
        if sense != Sense::No {
            return match (sense, spoken) {
                (Sense::Token, Spoken::Header | Spoken::Pair) => Sense::Secret,
                (sense, _) => sense,
            };
        }
        match spoken {
            Spoken::Header if lists::HEADERS.contains(&words) || name.last() == "signature" => Sense::Secret,
            Spoken::Pair if lists::QUERY.contains(&words) || name.last() == "signature" => Sense::Secret,
            Spoken::Pair if lists::IF_RANDOM.contains(&words) => Sense::Random,
            Spoken::Pair if words == "code" => Sense::Code,
            Spoken::Pair | Spoken::Member if card(name) => Sense::Card,
            // A list of them stands under the plural.
            Spoken::Member => match name.clone().singular().map(|one| common(&one)) {
                Some(sense @ (Sense::Secret | Sense::Subtree | Sense::Token)) => sense,
                _ => Sense::No,
            },
            Spoken::Header | Spoken::Pair => Sense::No,
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

/// What every kind of place has in common.
fn common(name: &Folded) -> Sense {
    let tables = &*TABLES;
    let words = name.words.as_str();
    if lists::SUBTREES.contains(&words) {
        return Sense::Subtree;
    }
    if tables.digits.contains(words) {
        return Sense::Digits;
    }
    if name.last() == "token" {
        let listing = name.before_last().any(|word| lists::NO_CREDENTIAL_TOKENS.contains(&word));
        return match (listing, words) {
            (true, _) => Sense::No,
            (false, "token") => Sense::Token,
            (false, _) => Sense::Secret,
        };
    }
    if tables.joined.contains(&name.joined) {
        return Sense::Secret;
    }
    let mut ends = std::iter::successors(Some(words), |rest| rest.split_once('_').map(|(_, tail)| tail));
    if ends.any(|end| tables.ends.contains(end)) {
        return Sense::Secret;
    }
    if lists::EXACT.contains(&words) { Sense::Secret } else { Sense::No }
}

fn card(name: &Folded) -> bool {
    lists::CARDS.iter().any(|card| name.ends_in(card))
}

fn always(sense: Sense) -> bool {
    matches!(
        sense,
        Sense::Secret | Sense::Digits | Sense::Subtree | Sense::Token | Sense::Authorization | Sense::Cookies
    )
}

/// Whether this value under a name of that sense is secret.
pub(in crate::redact) fn wants(sense: Sense, value: &str, number: bool) -> bool {
    if value.is_empty() || ["true", "false", "null"].iter().any(|word| value.eq_ignore_ascii_case(word)) {
        return false;
    }
    match sense {
        Sense::No => false,
        Sense::Digits | Sense::Subtree => true,
        Sense::Card => is_card(value),
        Sense::Secret | Sense::Authorization | Sense::Cookies => !number,
        Sense::Token => {
            !number && !value.contains(char::is_whitespace) && (value.len() >= 6 || has_digit(value))
        }
        Sense::Random | Sense::Code => !number && looks_random(value, 20),
    }
}

impl Mark {
    /// The mark of a header, a query or a field.
    pub(in crate::redact) fn of(sense: Sense) -> Mark {
        Mark { sense, about: false }
    }

    /// The mark of a document that stands as a string in this place.
    pub(in crate::redact) fn inside(self) -> Mark {
        let sense = match self.sense {
            Sense::Secret | Sense::Digits | Sense::Subtree | Sense::Token => Sense::Subtree,
            _ => Sense::No,
        };
        Mark { sense, about: self.about }
    }

    /// Whether this value here is secret.
    pub(in crate::redact) fn wants(self, value: &str, number: bool) -> bool {
        wants(self.sense, value, number) && (!self.about || looks_random(value, 12))
    }
}

fn has_digit(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit())
}

fn is_card(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (13..=19).contains(&digits)
        && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'))
        && matches!(value.as_bytes().first(), Some(b'2'..=b'6'))
        && crate::redact::pseudonym::luhn(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names::new(&RedactRules::default()).expect("no rules")
    }

    #[test]
    fn secrets_are_known_by_name() {
        let names = names();
        for header in [
            "Authorization",
            "Cookie",
            "set-cookie",
            "X-API-Key",
            "X-Acme-Token",
            "X-Acme-Secret",
            "PRIVATE-TOKEN",
            "Ocp-Apim-Subscription-Key",
            "Stripe-Signature",
            "X-Hub-Signature-256",
            "X-Amz-Security-Token",
            "apikey",
        ] {
            assert!(names.header(header), "{header}");
        }
        for query in
            ["access_token", "apiKey", "sig", "X-Amz-Signature", "client_secret", "user[password]", "pwd"]
        {
            assert!(names.query(query), "{query}");
        }
        for member in
            ["password", "clientSecret", "AccessKeyId", "SessionToken", "refresh_token", "cvc", "token"]
        {
            assert!(names.json(&Pointer::root().member("a").index(0).member(member)), "{member}");
        }
        assert!(names.json(&Pointer::root().member("credentials").member("x").index(1)));
        assert!(names.json(&Pointer::root().member("api_keys").index(1)));
    }

    #[test]
    fn listings_counts_and_policies_are_left() {
        let names = names();
        for name in [
            "next_token",
            "nextPageToken",
            "NextToken",
            "page_token",
            "pageToken",
            "continuationToken",
            "sync_token",
            "nextSyncToken",
            "cursor",
            "marker",
            "token_type",
            "token_endpoint",
            "max_tokens",
            "completion_tokens",
            "password_policy",
            "passwordless",
            "secretary",
            "author",
            "key",
            "public_key",
            "idempotency_key",
            "eos_token",
            "x-request-id",
            "etag",
            "next-page",
            "compass",
            "has_more",
        ] {
            assert!(!names.header(name), "{name}");
            assert!(!names.query(name), "{name}");
            if name != "max_tokens" && name != "completion_tokens" {
                assert!(!names.json(&Pointer::root().member(name)), "{name}");
            }
        }
        assert!(!wants(names.sense(Spoken::Member, "max_tokens"), "4096", true));
        assert!(!wants(Sense::Subtree, "true", false) && !wants(Sense::Secret, "", false));
    }

    #[test]
    fn values_decide_where_names_say_too_little() {
        let names = names();
        assert!(names.query_value("key", "AbCdEf0123456789xyZw1"));
        assert!(!names.query_value("key", "reports/2026/summary"));
        assert!(
            wants(Sense::Card, "4242 4242 4242 4242", false)
                && !wants(Sense::Card, "4242 4242 4242 4241", false)
        );
        let about = names.mark(&Pointer::root().member("errors"), Mark::default());
        let field = names.mark(&Pointer::root().member("errors").member("password"), about);
        assert!(!field.wants("is too short", false));
    }

    #[test]
    fn a_project_adds_and_keeps() {
        let rules = RedactRules {
            headers: vec!["X-Tenant".into()],
            query: vec!["who".into()],
            json: vec!["nickname".into(), "$.user.ids[*]".into()],
            keep: vec!["client_secret".into()],
            ..RedactRules::default()
        };
        let names = Names::new(&rules).expect("rules");
        assert!(names.header("x-tenant") && names.query("WHO"));
        assert!(names.json(&Pointer::root().member("deep").member("nickName")));
        assert!(names.json(&Pointer::root().member("user").member("ids").index(4)));
        assert!(!names.json(&Pointer::root().member("clientSecret")) && !names.query("client_secret"));
        assert!(Names::new(&RedactRules { json: vec!["$".into()], ..RedactRules::default() }).is_err());
    }
}
