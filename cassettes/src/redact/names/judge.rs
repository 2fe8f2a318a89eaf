//! What a name says about the value under it.

use super::{
    fold::{Folded, fold},
    lists,
    paths::{Own, RuleError, covers},
    sense::{Mark, Sense, always, wants},
};
use crate::{
    json::{Pointer, Step},
    model::RedactRules,
};
use foldhash::fast::FixedState;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, LazyLock, PoisonError, RwLock},
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

type Set = HashSet<&'static str, FixedState>;

struct Tables {
    ends: Set,
    /// Without separators, for names that are written in one.
    joined: HashSet<String, FixedState>,
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
        Ok(Names { own: Own::read(rules)?, ..Names::default() })
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
            return if own { Mark { sense: Sense::All, ..parent } } else { parent };
        };
        if own || parent.sense == Sense::All {
            return Mark { sense: Sense::All, ..parent };
        }
        let said = self.said(name);
        let about = parent.about || said.about;
        let sense = match said.senses[Spoken::Member as usize] {
            // What is said about a field called `password` is no password.
            Sense::Subtree if about => Sense::Secret,
            Sense::No if parent.sense == Sense::Subtree && !said.open && !self.keeps(name) => Sense::Subtree,
            Sense::No if said.inside => parent.sense,
            sense => sense,
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
            about: lists::NO_VALUES_BELOW.contains(&folded.words.as_str()),
            inside: lists::INSIDE.contains(&folded.joined.as_str()),
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
    if ends.any(|end| tables.ends.contains(end)) { Sense::Secret } else { Sense::No }
}

fn is_open(name: &Folded) -> bool {
    let words = name.words.as_str();
    lists::OPEN_BELOW.contains(&words) || lists::OPEN_ENDS.contains(&name.last())
}

fn card(name: &Folded) -> bool {
    lists::CARDS.iter().any(|card| name.ends_in(card))
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
