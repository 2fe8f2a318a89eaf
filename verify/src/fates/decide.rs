//! What became of each recorded refusal.

use super::merge::merge;
use super::reading::{Reading, Side};
use crate::case::{Case, Said};
use crate::run::Run;
use cassettes::facets::auth::{Rejection, rejection};
use cassettes::facets::credential::credentials;
use cassettes::facets::error_class::{Class, ErrorFacts};
use cassettes::facets::error_code::Code;
use cassettes::facets::not_found::{MissStyle, is_lookup};
use cassettes::facets::pagination::{Slot, items_at, items_of};
use cassettes::model::{Answer, Exchange, Request};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// What became of a recorded refusal in the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// The real side refused nothing here, or there is nothing to compare with.
    Untold,
    /// Refused in the same way: only the finer points are left to judge.
    Kept,
    /// Another shelf of rules judges it: a bad cursor.
    Elsewhere,
    /// It came and went on the real side, too.
    Fleeting,

    /// A miss is answered with content.
    Invented,
    /// A miss in another style.
    Restyled,
    /// 410 and 404, both recorded, exchanged.
    GoneMerged,
    /// An empty listing is answered with items.
    Filled,
    /// Still there after it was deleted.
    Undeleted,
    /// A deletion is answered in another way.
    DeleteRestyled,

    /// A rejected credential is let in.
    Admitted(Rejection),
    /// 401 and 403 exchanged.
    AuthMerged,
    /// Another check comes first.
    Reordered,

    /// An error is answered with success.
    Accepted,
    /// A method, a media type or a format that the real side refuses is let through.
    MethodAccepted,
    /// A rate limit is answered with success.
    RateNever,
    /// Success and error status exchanged, the body says error on both sides.
    SuccessShaped,
    /// Several classes have become one.
    Collapsed,
    /// What may pass and what is final exchanged.
    Swapped,
    /// Another class.
    Changed,

    /// A transport failure is answered with a reply.
    Survived,
}

/// A reading and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Judged<'r, 'a> {
    /// Both sides.
    pub(crate) reading: Reading<'r, 'a>,
    /// What became of it.
    pub(crate) fate: Fate,
}

impl<'a> Judged<'_, 'a> {
    /// The case.
    pub(crate) fn case(&self) -> &Case<'a> {
        self.reading.case
    }
}

/// The fate of every case of a run, in recorded order.
pub(crate) fn fates<'r, 'a>(run: &'r Run<'a>) -> Vec<Judged<'r, 'a>> {
    let context = Context::of(run);
    let mut judged: Vec<Judged<'r, 'a>> = run
        .cases
        .iter()
        .map(|case| {
            let reading = Reading::of(case);
            let fate = context.decide(&reading);
            Judged { reading, fate }
        })
        .collect();
    merge(&mut judged);
    judged
}

/// What the whole recording says about single exchanges.
struct Context<'r, 'a> {
    run: &'r Run<'a>,
    /// Operations that have answers with content.
    contents: BTreeSet<&'r Operation>,
    /// Answers without content that mean "yes": of operations that never have any.
    plain: BTreeSet<(&'r Operation, MissStyle)>,
    /// Exchanges that were let in, by operation.
    accepted: BTreeMap<&'r Operation, Vec<&'a Exchange>>,
    /// Questions that were once answered with success: method, target and body.
    succeeded: BTreeSet<(&'r str, &'r str, &'r [u8])>,
    /// Questions that were once answered by a reply at all.
    replied: BTreeSet<(&'r str, &'r str, &'r [u8])>,
    /// Paths deleted on both sides, with their cassette and the position of the deletion.
    deleted: BTreeMap<(usize, &'r str), usize>,
    has_gone: bool,
    has_not_found: bool,
}

fn question(request: &Request) -> (&str, &str, &[u8]) {
    (&request.method, &request.target, request.body.bytes())
}

impl<'r, 'a> Context<'r, 'a> {
    fn of(run: &'r Run<'a>) -> Self {
        let mut context = Context {
            run,
            contents: BTreeSet::new(),
            plain: BTreeSet::new(),
            accepted: BTreeMap::new(),
            succeeded: BTreeSet::new(),
            replied: BTreeSet::new(),
            deleted: BTreeMap::new(),
            has_gone: false,
            has_not_found: false,
        };
        for case in &run.cases {
            context.learn(case.exchange, &case.operation, &case.real);
            let deletes =
                case.exchange.request.method == "DELETE" && case.real.is_success() && case.other.is_success();
            if deletes {
                context.deleted.insert((case.cassette, case.exchange.request.path()), case.position);
            }
        }
        for unjudged in run.unjudged.iter().filter(|u| u.is_evidence()) {
            context.learn(unjudged.exchange, &unjudged.operation, &unjudged.real);
        }
        context
    }

    fn learn(&mut self, exchange: &'a Exchange, operation: &'r Operation, real: &Said<'_>) {
        let side = Side::read(&exchange.request, real);
        if real.reply().is_some() {
            self.replied.insert(question(&exchange.request));
        }
        if side.success {
            self.succeeded.insert(question(&exchange.request));
            self.accepted.entry(operation).or_default().push(exchange);
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

    fn decide(&self, reading: &Reading<'r, 'a>) -> Fate {
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
        match (reading.real.class(), reading.real.miss) {
            (Some(class), miss) => self.refused(reading, class, miss),
            (None, Some(style)) => self.missed(reading, style),
            (None, None) if request.method == "DELETE" && reading.real.success && reading.other.success => {
                let form = |said: &Said<'_>| (said.status(), said.reply().is_some_and(|r| r.body.is_empty()));
                if form(&case.real) == form(&case.other) { Fate::Untold } else { Fate::DeleteRestyled }
            }
            (None, None) => Fate::Untold,
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
            None => Fate::Untold,
        }
    }

    fn emptied(&self, reading: &Reading<'r, 'a>) -> Fate {
        let case = reading.case;
        if self.changes(case) || self.is_page(case) {
            return Fate::Fleeting;
        }
        let lookup = is_lookup(&case.exchange.request);
        match reading.other.miss {
            Some(MissStyle::EmptyList) => Fate::Kept,
            Some(_) if lookup => Fate::Restyled,
            Some(_) => Fate::Untold,
            None if reading.other.success && has_items(&case.other) => Fate::Filled,
            None if reading.other.success && lookup => Fate::Invented,
            None => Fate::Untold,
        }
    }

    /// Whether the same question was answered differently: what stands there depends on state.
    fn changes(&self, case: &Case<'_>) -> bool {
        let asked = question(&case.exchange.request);
        let alike = self.run.of(&case.operation).filter(|c| question(&c.exchange.request) == asked);
        alike.filter(|c| c.real.status() != case.real.status() || c.real.json != case.real.json).count() > 0
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
                .is_some_and(|j| pointer.find(&j).is_some()),
            Slot::Target => false,
        }) || asked.query_pairs().iter().any(|(name, _)| is_page_name(name))
    }

    /// The real side refused with an error.
    fn refused(&self, reading: &Reading<'r, 'a>, class: Class, miss: Option<MissStyle>) -> Fate {
        let case = reading.case;
        let request = &case.exchange.request;
        if reading.other.success {
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
        let same_codes = other.codes.is_empty() || keys(&other.codes) == real_codes;
        if other.class == class || (same_status(reading) && same_codes) {
            return Fate::Kept;
        }
        match (class, other.class) {
            (Class::Auth, Class::Forbidden) | (Class::Forbidden, Class::Auth) => Fate::AuthMerged,
            (Class::Auth, late) | (late, Class::Auth) if is_later_check(late) => Fate::Reordered,
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
        let why = if own.is_empty() {
            let all: Vec<&Exchange> = self
                .accepted
                .values()
                .flatten()
                .copied()
                .filter(|e| !credentials(&e.request).is_empty())
                .collect();
            rejection(case.exchange, &all)
        } else {
            rejection(case.exchange, own)
        };
        match why {
            // The same credential opens other doors: that is a matter of rights, not of the token.
            Some(Rejection::Unknown) | None if class == Class::Forbidden => Fate::Accepted,
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
        matches!(case.real.status(), Some(400 | 404 | 410 | 412 | 416 | 422))
            && self.contents.contains(&case.operation)
            && self.run.walks.iter().any(|w| w.operation == case.operation)
            && self.is_page(case)
    }
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
