//! What stands in for credentials: a token that is minted, or a secret's name.

use super::minted::{assertion_of, is_same, spec, token_of};
use crate::lacking::{content_of, field_of};
use cassettes::facets::credential::{Credential, credentials};
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::{Exchange, TokenFacts};
use cassettes::plan::{Content, Lesson, TokenSpec};
use std::collections::{BTreeMap, BTreeSet};

/// The credentials of a plan.
#[derive(Default)]
pub(super) struct Doorway {
    /// How good tokens are made.
    pub(super) token: Option<TokenSpec>,
    /// The names of secrets that the plan wants, by what stands for them in the cassettes.
    names: BTreeMap<String, String>,
    /// Credentials that were taken out of some exchange.
    taken: BTreeSet<String>,
    /// Credentials that earlier answers gave: the plan asks for them, and keeps them.
    given: BTreeSet<String>,
    /// Some lesson mints a token of its own.
    pub(super) mints: bool,
    /// The claims of those.
    minted: Vec<(String, String)>,
    /// Requests that carry a signature, which nobody can make again.
    pub(super) signed: bool,
}

impl Doorway {
    /// Knows the token that most of these exchanges carry. `given` are the credentials that answers gave.
    pub(super) fn of<'a>(exchanges: impl Iterator<Item = &'a Exchange>, given: BTreeSet<String>) -> Doorway {
        let mut votes: Vec<(TokenSpec, usize)> = Vec::new();
        let mut taken = BTreeSet::new();
        for exchange in exchanges {
            let out = |c: &Credential| exchange.redactions.iter().any(|r| r.place == c.place);
            let opaque = credentials(&exchange.request).into_iter().filter(|c| c.jwt.is_none() && out(c));
            taken.extend(opaque.map(|c| c.text).filter(|text| !is_signature(text)));
            let Some((credential, facts)) = token_of(exchange).filter(|(c, _)| !given.contains(&c.text))
            else {
                continue;
            };
            let spec = spec(exchange, &credential, facts);
            match votes.iter_mut().find(|(known, _)| is_same(known, &spec)) {
                Some((_, count)) => *count += 1,
                None => votes.push((spec, 1)),
            }
        }
        // The first of those that are carried most often.
        let most = votes.iter().map(|(_, count)| *count).max();
        let token = votes.into_iter().find(|(_, count)| Some(*count) == most).map(|(spec, _)| spec);
        Doorway { token, taken, given, ..Doorway::default() }
    }

    /// The names of the secrets that somebody has to give.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.names.values().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Puts names in the places of what was taken out of an exchange, and leaves out what the plan mints.
    pub(super) fn open(&mut self, lesson: &mut Lesson, exchange: &Exchange) {
        let minted = self.token_of(exchange).map(|(credential, _)| credential);
        let minted_field =
            minted.as_ref().and_then(|c| c.place.0.strip_prefix("request header ").map(str::to_owned));
        lesson
            .headers
            .retain(|(name, _)| !minted_field.as_ref().is_some_and(|field| name.eq_ignore_ascii_case(field)));
        // What was asked without a token is asked without one again.
        if minted.is_none()
            && let Some(token) = &self.token
            && let Some((name, _)) = token.field.split_once(':')
            && !lesson.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
        {
            lesson.headers.push((name.to_owned(), None));
        }
        self.assert(lesson, exchange);
        let bearer = credentials(&exchange.request).into_iter().find(|c| !c.is_in_body());
        for redaction in &exchange.redactions {
            let Some((kind, at)) = redaction.place.0.strip_prefix("request ").and_then(|p| p.split_once(' '))
            else {
                continue;
            };
            if redaction.by.starts_with("secret ")
                || exchange.tokens.iter().any(|t| t.place == redaction.place)
            {
                continue;
            }
            match kind {
                "header" | "cookie" => {
                    let field = if kind == "cookie" { "cookie" } else { at };
                    self.header(lesson, field, bearer.as_ref());
                }
                "query" => self.query(lesson, at, exchange),
                "json" => self.json(lesson, at, exchange),
                "form" => self.form(lesson, at, exchange),
                _ => {}
            }
        }
        // Somebody else's has its own name.
        let others: Vec<(usize, String)> = lesson
            .headers
            .iter()
            .enumerate()
            .filter_map(|(at, (_, value))| Some((at, value.as_ref().filter(|v| !v.contains("{{"))?)))
            .filter_map(|(at, value)| {
                let taken = self.taken.difference(&self.given);
                Some((at, taken.into_iter().find(|text| value.contains(*text))?.clone()))
            })
            .collect();
        for (at, text) in others {
            let name = self.name(&lesson.headers[at].0.clone(), &text);
            if let Some(value) = &mut lesson.headers[at].1 {
                *value = value.replace(&text, &format!("{{{{{name}}}}}"));
            }
        }
        self.own_token(lesson, exchange);
        if lesson.kind == "tokens" {
            let taken = |c: &Credential| exchange.redactions.iter().any(|r| r.place == c.place);
            let taken = bearer.as_ref().is_some_and(taken);
            self.door(lesson, bearer.as_ref(), taken, exchange);
        }
    }

    /// Whoever came with another kind of token than most comes with that kind again.
    fn own_token(&mut self, lesson: &mut Lesson, exchange: &Exchange) {
        let Some((credential, facts)) = self.token_of(exchange) else { return };
        let spec = spec(exchange, &credential, facts);
        if self.token.as_ref().is_none_or(|token| is_same(token, &spec)) || spec.field.starts_with('?') {
            return;
        }
        let other = self.token.as_ref().and_then(|token| token.field.split_once(':'));
        let name = spec.field.split(':').next().unwrap_or_default();
        if let Some((plans, _)) = other.filter(|(plans, _)| !plans.eq_ignore_ascii_case(name)) {
            // The plan's own is not for this one; without it, it is not sent.
            lesson.headers.push((plans.to_owned(), None));
        }
        self.mint(lesson, &spec);
    }

    fn mint(&mut self, lesson: &mut Lesson, spec: &TokenSpec) {
        lesson.settings.push(("token".to_owned(), spec.stated()));
        self.minted.extend(texts(spec));
        self.mints = true;
    }

    /// What the tokens of the plan claim, as far as that is texts.
    pub(super) fn claims(&self) -> Vec<(String, String)> {
        self.token.iter().flat_map(texts).chain(self.minted.iter().cloned()).collect()
    }

    /// The readable token that an exchange carries, where no answer gave it.
    fn token_of<'e>(&self, exchange: &'e Exchange) -> Option<(Credential, &'e TokenFacts)> {
        token_of(exchange).filter(|(credential, _)| !self.given.contains(&credential.text))
    }

    /// An assertion in the body is minted, too, where the lesson says the recorded one.
    fn assert(&mut self, lesson: &mut Lesson, exchange: &Exchange) {
        let Some((credential, facts)) = assertion_of(exchange) else { return };
        let says = match &mut lesson.content {
            Content::Form(pairs) => {
                let before = pairs.len();
                pairs.retain(|(_, value)| *value != credential.text);
                pairs.len() < before
            }
            Content::Json(Json::Object(members)) => {
                let before = members.len();
                members.retain(|(_, value)| value.as_str() != Some(credential.text.as_str()));
                members.len() < before
            }
            _ => false,
        };
        if says {
            self.mint(lesson, &spec(exchange, &credential, facts));
        }
    }

    /// What a lesson on credentials presents.
    fn door(&mut self, lesson: &mut Lesson, bearer: Option<&Credential>, taken: bool, exchange: &Exchange) {
        if lesson.setting("field").and_then(Json::as_str).is_some_and(|f| f.starts_with(TokenSpec::IN_BODY)) {
            // The field stands in the token that the lesson mints.
            lesson.settings.retain(|(name, _)| name != "field");
            return;
        }
        let minted = self.token_of(exchange).is_some();
        let field =
            bearer.map_or_else(|| TokenSpec::FIELD.to_owned(), |bearer| field_of(bearer, &exchange.request));
        let stated = lesson.setting("token").is_some();
        let own = stated || self.token.as_ref().is_some_and(|token| token.field == field);
        lesson.settings.retain(|(name, _)| name != "field");
        if minted {
            if !own {
                lesson.settings.push(("field".to_owned(), Json::String(field)));
            }
            return;
        }
        let Some(bearer) = bearer else { return };
        let name = bearer.place.0.rsplit(' ').next().unwrap_or_default().to_owned();
        lesson.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(&name));
        let good = if bearer.text.contains("{{") {
            self.user_named(&bearer.text)
        } else if !taken || self.given.contains(&bearer.text) || is_signature(&bearer.text) {
            bearer.text.clone()
        } else {
            format!("{{{{{}}}}}", self.name(&name, &bearer.text))
        };
        let given = Json::Object(vec![("good".to_owned(), Json::String(good))]);
        lesson.settings.push(("given".to_owned(), given));
        if !own || field != TokenSpec::FIELD {
            lesson.settings.push(("field".to_owned(), Json::String(field)));
        }
    }

    fn header(&mut self, lesson: &mut Lesson, field: &str, bearer: Option<&Credential>) {
        let known = bearer.filter(|c| c.place.0 == format!("request header {field}"));
        let Some((_, Some(value))) =
            lesson.headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(field))
        else {
            return;
        };
        if value.contains("{{") {
            let basic = known.filter(|c| c.scheme.as_deref() == Some("basic"));
            if let Some(credential) = basic {
                *value = value.replace(&credential.text, &self.user_named(&credential.text));
            }
            return;
        }
        let is_given = known.is_some_and(|c| self.given.contains(&c.text));
        let is_signature = is_signature(value);
        self.signed |= is_signature;
        if is_given || is_signature {
            return;
        }
        let text = known.map_or_else(|| value.clone(), |c| c.text.clone());
        // What a lesson made up in the place of a credential stays.
        if !value.contains(&text) {
            return;
        }
        let name = self.name(field, &text);
        *value = value.replace(&text, &format!("{{{{{name}}}}}"));
    }

    /// What a lesson made up in the place of a secret stays.
    fn query(&mut self, lesson: &mut Lesson, at: &str, exchange: &Exchange) {
        let recorded = exchange.request.query().unwrap_or_default();
        let Some((path, query)) = lesson.target.split_once('?') else { return };
        let pairs: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, value))
                    if name == at
                        && !value.is_empty()
                        && !value.contains("{{")
                        && recorded.contains(pair) =>
                {
                    format!("{name}={{{{{}}}}}", self.name(name, value))
                }
                _ => pair.to_owned(),
            })
            .collect();
        lesson.target = format!("{path}?{}", pairs.join("&"));
    }

    fn json(&mut self, lesson: &mut Lesson, at: &str, exchange: &Exchange) {
        let Content::Json(json) = &mut lesson.content else { return };
        let mut place = None;
        Pointer::walk(json, &mut |pointer, value| {
            if place.is_none() && pointer.to_string() == at {
                place = value.as_str().map(|text| (pointer.clone(), text.to_owned()));
            }
        });
        let Content::Json(recorded) = content_of(&exchange.request) else { return };
        let is_recorded = |(pointer, text): &(Pointer, String)| {
            pointer.find(&recorded).and_then(Json::as_str) == Some(text.as_str())
        };
        let place = place.filter(is_recorded);
        let Some((pointer, text)) = place.filter(|(_, text)| !text.is_empty() && !text.contains("{{")) else {
            return;
        };
        let last = match pointer.0.last() {
            Some(Step::Member(name)) => name.clone(),
            _ => "secret".to_owned(),
        };
        let with = Json::String(format!("{{{{{}}}}}", self.name(&last, &text)));
        *json = crate::lacking::replaced(json, &pointer.0, &with);
    }

    fn form(&mut self, lesson: &mut Lesson, at: &str, exchange: &Exchange) {
        let Content::Form(recorded) = content_of(&exchange.request) else { return };
        let Content::Form(pairs) = &mut lesson.content else { return };
        for (name, value) in pairs.iter_mut().filter(|(name, _)| name == at) {
            let same = recorded.iter().any(|(n, v)| n == name && v == value);
            if !value.is_empty() && !value.contains("{{") && same {
                *value = format!("{{{{{}}}}}", self.name(name, value));
            }
        }
    }

    /// A user whose password has a name was made a pseudonym: it is to be named, too.
    fn user_named(&mut self, text: &str) -> String {
        match text.split_once(':') {
            Some((user, password)) if !user.is_empty() && !user.contains("{{") => {
                format!("{{{{{}}}}}:{password}", self.name("credential-user", user))
            }
            _ => text.to_owned(),
        }
    }

    /// The name of what stands for a value: of the place where it was first met.
    fn name(&mut self, place: &str, value: &str) -> String {
        if let Some(known) = self.names.get(value) {
            return known.clone();
        }
        let plain = place.to_ascii_lowercase();
        let base = if plain == "authorization" || plain == "proxy-authorization" {
            "credential".to_owned()
        } else {
            plain.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
        };
        let mut name = base.clone();
        let mut count = 1;
        while self.names.values().any(|known| *known == name) {
            count += 1;
            name = format!("{base}-{count}");
        }
        self.names.insert(value.to_owned(), name.clone());
        name
    }
}

/// Whether a credential signs its request and no other. Who looks at no signature takes the recorded one.
fn is_signature(value: &str) -> bool {
    value.to_ascii_lowercase().contains("signature=")
}

fn texts(spec: &TokenSpec) -> Vec<(String, String)> {
    let text = |(name, value): &(String, Json)| Some((name.clone(), value.as_str()?.to_owned()));
    spec.claims.members().iter().filter_map(text).collect()
}
