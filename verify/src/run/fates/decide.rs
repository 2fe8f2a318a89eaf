//! How the fate of a recorded refusal is decided: by both answers, and by what the rest of the recording
//! says about such questions.

use super::door::lacks_key;
use super::fate::{Fate, Fated};
use super::reading::{Reading, Side};
use super::tombstone::is_tombstone;
use crate::case::{Case, Said};
use crate::run::Run;
use cassettes::facets::credential::credentials;
use cassettes::facets::error_class::{Class, ErrorFacts, text_code};
use cassettes::facets::error_code::Code;
use cassettes::facets::not_found::{MissStyle, is_lookup};
use cassettes::facets::pagination::{Slot, items_at, items_of};
use cassettes::facets::rejection::{Rejection, rejection};
use cassettes::facets::words::class_of;
use cassettes::json::Json;
use cassettes::model::{Answer, Exchange, Request};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// With how many accepted requests a rejected one is compared.
const MOST_ACCEPTED: usize = 64;

/// What the whole recording says about single exchanges.
pub(super) struct Context<'r, 'a> {
    run: &'r Run<'a>,
    /// Operations that have answers with content.
    contents: BTreeSet<&'r Operation>,
    /// Answers without content that mean "yes": of operations that never have any.
    plain: BTreeSet<(&'r Operation, MissStyle)>,
    /// Exchanges that were let in, by operation.
    accepted: BTreeMap<&'r Operation, Vec<&'a Exchange>>,
    /// Questions that were once answered with success: method, target and body.
    succeeded: BTreeSet<Question<'a>>,
    /// What each question was first answered with, and those that were answered in several ways.
    told: BTreeMap<Question<'a>, (Option<u16>, Option<MissStyle>)>,
    changing: BTreeSet<Question<'a>>,
    /// Questions that were once answered by a reply at all.
    replied: BTreeSet<Question<'a>>,
    /// Paths deleted on both sides, with their cassette and the position of the deletion.
    deleted: BTreeMap<(usize, &'a str), usize>,
    has_gone: bool,
    has_not_found: bool,
}

/// Method, target and body.
type Question<'a> = (&'a str, &'a str, &'a [u8]);

fn question(request: &Request) -> Question<'_> {
    (&request.method, &request.target, request.essence())
}

impl<'r, 'a> Context<'r, 'a> {
    /// Learns from everything that was recorded.
    pub(super) fn of(run: &'r Run<'a>, read: &[Fated]) -> Self {
        let mut context = Context {
            run,
            contents: BTreeSet::new(),
            plain: BTreeSet::new(),
            told: BTreeMap::new(),
            changing: BTreeSet::new(),
            accepted: BTreeMap::new(),
            succeeded: BTreeSet::new(),
            replied: BTreeSet::new(),
            deleted: BTreeMap::new(),
            has_gone: false,
            has_not_found: false,
        };
        for (case, fated) in run.cases.iter().zip(read) {
            context.learn(case.exchange, &case.operation, &case.real, &fated.real);
            let deletes =
                case.exchange.request.method == "DELETE" && case.real.is_success() && case.other.is_success();
            if deletes {
                context.deleted.insert((case.cassette, case.exchange.request.path()), case.position);
            }
        }
        for unjudged in run.unjudged.iter().filter(|u| u.is_evidence()) {
            let side = Side::read(&unjudged.exchange.request, &unjudged.real);
            context.learn(unjudged.exchange, &unjudged.operation, &unjudged.real, &side);
        }
        context
    }

    fn learn(&mut self, exchange: &'a Exchange, operation: &'r Operation, real: &Said<'_>, side: &Side) {
        let asked = question(&exchange.request);
        let told = (real.status(), side.miss);
        if *self.told.entry(asked).or_insert(told) != told {
            self.changing.insert(asked);
        }
        if real.reply().is_some() {
            self.replied.insert(asked);
        }
        if side.success {
            self.succeeded.insert(question(&exchange.request));
            let known = self.accepted.entry(operation).or_default();
            if known.len() < MOST_ACCEPTED {
                known.push(exchange);
            }
        }
        if side.has_content() {
            self.contents.insert(operation);
        }
        if let Some(style) = side.miss.filter(|_| side.success) {
            self.plain.insert((operation, style));
        }
        self.has_gone |= side.miss == Some(MissStyle::Gone);
        self.has_not_found |= side.miss.is_some_and(|m| m.is_certain() && m != MissStyle::Gone);
    }

    /// What became of one case.
    pub(super) fn decide(&self, reading: &Reading<'r, 'a>) -> Fate {
        let case = reading.case;
        let request = &case.exchange.request;
        match (case.real.answer.as_ref(), case.other.answer.as_ref()) {
            (Answer::Failed(_), Answer::Failed(_)) => return Fate::Kept,
            (Answer::Failed(_), Answer::Reply(_)) if self.replied.contains(&question(request)) => {
                return Fate::Fleeting;
            }
            (Answer::Failed(_), Answer::Reply(_)) => return Fate::Survived,
            (Answer::Reply(_), Answer::Failed(_)) => return Fate::Untold,
            (Answer::Reply(_), Answer::Reply(_)) => {}
        }
        if reading.revives_token() {
            return Fate::Admitted(Rejection::Unknown);
        }
        if request.method == "GET" && is_tombstone(&case.real) && self.was_deleted(case) {
            return self.buried(reading);
        }
        match (reading.real.class(), reading.real.miss) {
            (Some(class), miss) => self.refused(reading, class, miss),
            (None, Some(style)) => self.missed(reading, style),
            (None, None) if request.method == "DELETE" && reading.real.success && reading.other.success => {
                let form = |said: &Said<'_>| {
                    (said.status(), said.reply().is_some_and(cassettes::model::Response::is_empty))
                };
                if form(&case.real) == form(&case.other) { Fate::Untold } else { Fate::DeleteRestyled }
            }
            (None, None) => Fate::Untold,
        }
    }

    /// The real side says in a success that the thing was deleted.
    fn buried(&self, reading: &Reading<'r, 'a>) -> Fate {
        let missing = matches!(reading.other.class(), Some(Class::NotFound));
        match reading.other.miss {
            _ if is_tombstone(&reading.case.other) => Fate::Untold,
            None if reading.other.success => Fate::Undeleted,
            _ if missing && self.has_not_found => Fate::GoneMerged,
            _ => Fate::Restyled,
        }
    }

    /// The real side said nothing but success, and yet there was nothing.
    fn missed(&self, reading: &Reading<'r, 'a>, style: MissStyle) -> Fate {
        let case = reading.case;
        let known = style.is_certain() || self.contents.contains(&case.operation);
        if !known {
            return Fate::Untold;
        }
        if style == MissStyle::EmptyList {
            return self.emptied(reading);
        }
        match reading.other.miss {
            _ if self.changes(case) && !style.is_certain() => Fate::Fleeting,
            Some(other) if other == style => Fate::Kept,
            Some(_) => Fate::Restyled,
            None if reading.other.success => Fate::Invented,
            None if reading.other.error.is_some() => Fate::Restyled,
            None => Fate::Untold,
        }
    }

    fn emptied(&self, reading: &Reading<'r, 'a>) -> Fate {
        let case = reading.case;
        if self.changes(case) || self.is_page(case) {
            return Fate::Fleeting;
        }
        let lookup = is_lookup(&case.exchange.request);
        let named = lookup || !case.operation.template.contains('{');
        match reading.other.miss {
            Some(MissStyle::EmptyList) => Fate::Kept,
            // A path without ids names nothing that the subject's own data may lack.
            Some(_) if named => Fate::Restyled,
            None if named && reading.other.error.is_some() => Fate::Restyled,
            Some(_) => Fate::Untold,
            None if reading.other.success && has_items(&case.other) => Fate::Filled,
            None if reading.other.success && lookup => Fate::Invented,
            None => Fate::Untold,
        }
    }

    /// Whether the same question was answered differently: what stands there depends on state.
    fn changes(&self, case: &Case<'_>) -> bool {
        self.changing.contains(&question(&case.exchange.request))
    }

    /// Whether a request asks for a further page.
    fn is_page(&self, case: &Case<'_>) -> bool {
        let asked = &case.exchange.request;
        let slots = self.run.listings.0.get(&case.operation).map(|l| &l.edges);
        slots.into_iter().flatten().any(|edge| match &edge.slot {
            Slot::Query(name) => asked.query_pairs().iter().any(|(n, _)| n == name),
            Slot::Header(name) => asked.headers.contains(name),
            Slot::Form(name) => String::from_utf8_lossy(asked.body.bytes()).contains(&format!("{name}=")),
            Slot::Json(pointer) => cassettes::codec::json_of(&asked.headers, &asked.body)
                .is_some_and(|j| pointer.find(&j).is_some_and(|at| *at != Json::Null)),
            Slot::Target => false,
        }) || asked.query_pairs().iter().any(|(name, _)| is_page_name(name))
    }

    /// The real side refused with an error.
    fn refused(&self, reading: &Reading<'r, 'a>, class: Class, miss: Option<MissStyle>) -> Fate {
        let case = reading.case;
        let request = &case.exchange.request;
        if reading.other.success {
            if is_failure_in_success(case) {
                return Fate::SuccessShaped;
            }
            return self.let_through(reading, class);
        }
        if let (Some(real), Some(other)) = (miss, reading.other.miss) {
            let gone = (real == MissStyle::Gone) != (other == MissStyle::Gone);
            return match (real == other, gone && self.has_gone && self.has_not_found) {
                (true, _) if same_status(reading) => Fate::Kept,
                (_, true) => Fate::GoneMerged,
                _ if request.method == "DELETE" => Fate::DeleteRestyled,
                _ => Fate::Restyled,
            };
        }
        let Some(other) = &reading.other.error else { return Fate::Changed };
        let hidden = reading.real.error.as_ref().is_some_and(ErrorFacts::hides_in_success);
        if hidden != other.hides_in_success() {
            return Fate::SuccessShaped;
        }
        // The class of one status can hang on its codes or on a hint; where only those were lost, that is
        // what is to be said.
        let real_codes = reading.real.error.as_ref().map(|e| keys(&e.codes)).unwrap_or_default();
        let unspoken = other.codes.iter().all(|c| class_of(c.key()).is_none());
        let same_codes = unspoken || keys(&other.codes) == real_codes;
        let refusal = |said: &Said<'_>| said.status().filter(|s| matches!(s, 401 | 403));
        if let (Some(a), Some(b)) = (refusal(&case.real), refusal(&case.other))
            && a != b
            && is_auth(class)
            && is_auth(other.class)
        {
            return Fate::AuthMerged;
        }
        if other.class == class && loses_retry(case) {
            return Fate::Swapped;
        }
        // 403 is a rate limit by its counters: without them it is final.
        let limit = class == Class::RateLimit && real_codes.is_empty() && case.real.status() == Some(403);
        if limit && same_status(reading) && other.class == Class::Forbidden {
            return Fate::RateNever;
        }
        if other.class == class || (same_status(reading) && same_codes) {
            return Fate::Kept;
        }
        let refuses =
            [case.real.status(), case.other.status()].iter().any(|s| matches!(s, Some(401 | 403 | 407)));
        match (class, other.class) {
            (Class::Auth, Class::Forbidden) | (Class::Forbidden, Class::Auth) => Fate::AuthMerged,
            (Class::Auth, late) | (late, Class::Auth) if refuses && is_later_check(late) => Fate::Reordered,
            (Class::Forbidden, late) if is_later_check(late) && late != Class::NotFound => Fate::Reordered,
            _ => match (class.may_pass(), other.class.may_pass()) {
                (Some(real), Some(other)) if real != other => Fate::Swapped,
                _ => Fate::Changed,
            },
        }
    }

    /// The real side refused, and the subject answers with success.
    fn let_through(&self, reading: &Reading<'r, 'a>, class: Class) -> Fate {
        let case = reading.case;
        let request = &case.exchange.request;
        match class {
            Class::NotFound | Class::Gone if reading.real.miss.is_some() => match reading.other.miss {
                _ if request.method == "DELETE" => Fate::DeleteRestyled,
                _ if self.is_bad_page(case) => Fate::Elsewhere,
                Some(style) if !self.means_yes(case, style) => Fate::Restyled,
                _ if self.was_deleted(case) => Fate::Undeleted,
                _ => Fate::Invented,
            },
            Class::Auth | Class::Forbidden => self.let_in(case, class),
            Class::RateLimit => Fate::RateNever,
            Class::Retryable | Class::Server if self.succeeded.contains(&question(request)) => Fate::Fleeting,
            _ if matches!(case.real.status(), Some(405 | 406 | 415 | 501)) => Fate::MethodAccepted,
            Class::Validation | Class::Terminal | Class::Other if self.is_bad_page(case) => Fate::Elsewhere,
            _ => Fate::Accepted,
        }
    }

    fn let_in(&self, case: &Case<'a>, class: Class) -> Fate {
        let own = self.accepted.get(&case.operation).map(Vec::as_slice).unwrap_or_default();
        let carrying = |e: &&Exchange| !credentials(&e.request).is_empty();
        let all: Vec<&Exchange> = if own.is_empty() {
            self.accepted.values().flatten().copied().filter(carrying).take(MOST_ACCEPTED).collect()
        } else {
            own.to_vec()
        };
        match rejection(case.exchange, &all) {
            Some(Rejection::Unknown) | None if lacks_key(case.exchange, own) => {
                Fate::Admitted(Rejection::Missing)
            }
            // The same credential opens other doors, or none is seen to open any: that is a matter of
            // rights, not of the token.
            Some(Rejection::Unknown) | None if class == Class::Forbidden => Fate::Accepted,
            Some(Rejection::Missing) if class == Class::Forbidden && all.is_empty() => Fate::Accepted,
            Some(why) => Fate::Admitted(why),
            None => Fate::Accepted,
        }
    }

    /// Whether this is how the real side says "yes" to this kind of question: 204 where others are 404.
    fn means_yes(&self, case: &Case<'_>, style: MissStyle) -> bool {
        let empty = matches!(style, MissStyle::NoContent | MissStyle::EmptyBody | MissStyle::EmptyObject);
        empty
            && !self.contents.contains(&case.operation)
            && self.plain.iter().any(|(operation, seen)| **operation == case.operation && *seen == style)
    }

    /// Whether the thing asked for was deleted before, on both sides.
    fn was_deleted(&self, case: &Case<'_>) -> bool {
        let place = (case.cassette, case.exchange.request.path());
        self.deleted.get(&place).is_some_and(|at| *at < case.position)
    }

    /// Whether the request asks for a page of a listing that has answers: what is wrong is the cursor.
    fn is_bad_page(&self, case: &Case<'_>) -> bool {
        // GraphQL rejects with 200.
        matches!(case.real.status(), Some(200 | 400 | 404 | 410 | 412 | 416 | 422))
            && self.contents.contains(&case.operation)
            && self.run.walks.iter().any(|w| w.operation == case.operation)
            && self.is_page(case)
    }
}

/// Whether the subject's success is the recorded failure by its body: the same members with values of
/// the same kinds, none of which a success of this kind of question is known to have.
pub(crate) fn is_failure_in_success(case: &Case<'_>) -> bool {
    let (Some(real), Some(other)) = (&case.real.json, &case.other.json) else {
        let code = |said: &Said<'_>| text_code(said.text.as_deref()?);
        return code(&case.real).is_some() && code(&case.real) == code(&case.other);
    };
    // An envelope around it says no more than its name.
    let (real, other) = match (real.members(), other.members()) {
        ([(outer, real)], [(same, other)]) if outer == same => (real.members(), other.members()),
        (real, other) => (real, other),
    };
    let failed = case.real.status().is_some_and(|s| s >= 400);
    let shape = |members: &[(String, Json)]| -> BTreeMap<String, &'static str> {
        members.iter().map(|(name, value)| (name.clone(), value.kind())).collect()
    };
    failed && real.len() > 1 && shape(real) == shape(other)
}

/// Whether the recorded status alone says "again later", and the subject's alone says "never". A code that
/// says more is read by few clients.
fn loses_retry(case: &Case<'_>) -> bool {
    let passes = |status: u16| matches!(status, 408 | 425 | 429 | 502..=504 | 520..=524 | 529);
    let never = |status: u16| (400..500).contains(&status) && !passes(status) && status != 409;
    let (real, other) = (case.real.status(), case.other.status());
    let limited = real == Some(429) && other == Some(403);
    real.is_some_and(passes) && other.is_some_and(never) && !limited
}

fn is_auth(class: Class) -> bool {
    matches!(class, Class::Auth | Class::Forbidden)
}

fn keys(codes: &[Code]) -> BTreeSet<&str> {
    codes.iter().map(Code::key).collect()
}

fn same_status(reading: &Reading<'_, '_>) -> bool {
    reading.case.real.status() == reading.case.other.status()
}

/// Checks that servers make after those of the credential.
fn is_later_check(class: Class) -> bool {
    matches!(class, Class::NotFound | Class::Gone | Class::Validation | Class::Conflict)
}

fn has_items(said: &Said<'_>) -> bool {
    let Some(json) = &said.json else { return false };
    items_at(json).and_then(|at| items_of(json, &at)).is_some_and(|items| !items.is_empty())
}

/// Names under which listings are told where to go on. A listing's end is empty as a matter of course.
fn is_page_name(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let parts =
        ["cursor", "after", "before", "marker", "continu", "pagetoken", "nexttoken", "since", "until"];
    parts.iter().any(|part| plain.contains(part))
        || matches!(
            plain.as_str(),
            "page" | "offset" | "skip" | "start" | "from" | "last" | "next" | "token" | "p"
        )
}
