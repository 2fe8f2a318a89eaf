//! What is not compared, and why.

use super::guard::{Guard, is_safe};
use crate::ask::plan::Plan;
use crate::case::Reason;
use cassettes::codec;
use cassettes::json::{Json, Pointer};
use cassettes::jwt::Jwt;
use cassettes::links::Link;
use cassettes::model::{Exchange, Request, Response};
use cassettes::operation::{is_call, surely_reads};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Why an exchange is not compared. Others are meant by their positions in the cassette, counted from zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Skip {
    /// It may change something, and nobody allowed its route.
    Unsafe,
    /// What was answered may depend on an earlier write, which is not repeated.
    AfterWrite(usize),
    /// A later write changed what was answered here, and it stays changed.
    WrittenLater(usize),
    /// It carries what an exchange gave that is not repeated.
    Carries(usize),
    /// For the same reasons as any subject may not be asked, or judged.
    Unjudged(Reason),
    /// Only troubles came that pass: `nothing but 503 came in 4 tries`.
    Trouble(String),
    /// It was not sent for another reason.
    NotSent(String),
}

impl Skip {
    /// In a sentence without a full stop; `cassette` names the others that are meant.
    pub fn told(&self, plan: &[Exchange]) -> String {
        let other = |at: &usize| match plan.get(*at) {
            Some(exchange) => {
                format!("{} {} ({})", exchange.request.method, exchange.request.path(), exchange.id)
            }
            None => "another exchange".to_owned(),
        };
        match self {
            Skip::Unsafe => {
                "it may change something: truetape.yaml allows routes under `drift: allow:`, or --allow does"
                    .to_owned()
            }
            Skip::AfterWrite(at) => {
                format!("what was answered may depend on {}, which is not repeated", other(at))
            }
            Skip::WrittenLater(at) => format!("{} changed it after it was read", other(at)),
            Skip::Carries(at) => format!("it carries what {} gave, which is not repeated", other(at)),
            Skip::Unjudged(Reason::Masked(place)) => {
                format!("what stands for the credential in {place} is refused: name it under `secrets`")
            }
            Skip::Unjudged(Reason::Socket) => "it is a WebSocket".to_owned(),
            Skip::Unjudged(Reason::Unreachable { via }) => {
                format!("the answer to {} gives nothing to ask it with now", other(via))
            }
            Skip::Unjudged(reason) => reason.to_string(),
            Skip::Trouble(what) => what.clone(),
            Skip::NotSent(why) => why.clone(),
        }
    }
}

/// A write that is not repeated.
struct Write {
    at: usize,
    upstream: String,
    path: String,
    /// What it changed: this path and everything below; none where it made something.
    thing: Option<String>,
    /// Listings that it shows in, and things below these that it speaks of.
    collection: String,
    /// One path serves many calls: all of them may be about what it did.
    call: bool,
    /// Values that it sent and that it was answered with.
    values: BTreeSet<String>,
}

/// For each exchange of a cassette why it is not compared, as far as that is known before anything is asked.
/// `mints` says whether tokens are made afresh.
pub(super) fn foreseen(plan: &Plan<'_>, guard: &Guard, mints: bool) -> Vec<Option<Skip>> {
    let exchanges = &plan.cassette.exchanges;
    let mut skips: Vec<Option<Skip>> = exchanges.iter().map(|exchange| by_itself(exchange, guard)).collect();
    let writes: Vec<Write> = (0..exchanges.len())
        .filter(|&at| skips[at].is_some() && may_have_written(&exchanges[at]))
        .map(|at| write(plan, at))
        .collect();
    if writes.is_empty() {
        return skips;
    }
    let known = Known::of(exchanges);
    for (at, exchange) in exchanges.iter().enumerate() {
        if skips[at].is_some() || says_nothing_of_state(exchange) {
            continue;
        }
        let near = writes.iter().filter(|write| write.upstream == exchange.upstream);
        skips[at] =
            near.filter_map(|write| {
                if write.at < at { write.shows(plan, at, &known) } else { write.undoes(exchange) }
            })
            .find(|skip| !is_untouched(exchanges, at, skip));
    }
    // What carries a value of such an answer cannot be asked either, and so on.
    let mut given: BTreeMap<usize, usize> = writes.iter().map(|write| (write.at, write.at)).collect();
    for (at, skip) in skips.iter_mut().enumerate() {
        let from = plan.links[at].iter().filter(|link| !(mints && is_token(link))).find_map(|link| {
            let sources = std::iter::once(link.from).chain(link.others.iter().map(|(from, _)| *from));
            let lost: Vec<Option<usize>> = sources.map(|from| given.get(&from).copied()).collect();
            lost.iter().all(Option::is_some).then(|| lost.first().copied().flatten()).flatten()
        });
        if let (None, Some(from)) = (&skip, from) {
            *skip = Some(Skip::Carries(from));
            given.insert(at, from);
        }
    }
    skips
}

/// Whether the same question was answered in the very same way before and after the write: it touched nothing of it.
fn is_untouched(exchanges: &[Exchange], at: usize, skip: &Skip) -> bool {
    let (Skip::AfterWrite(write) | Skip::WrittenLater(write)) = skip else { return false };
    let exchange = &exchanges[at];
    let (before, after) = exchanges.split_at(*write);
    let beyond = if at < *write { after } else { before };
    let same = |reply: &Response, other: &Response| reply.status == other.status && reply.body == other.body;
    exchange.answer.reply().is_some_and(|reply| {
        beyond.iter().any(|other| {
            other.upstream == exchange.upstream
                && other.request.method == exchange.request.method
                && other.request.target == exchange.request.target
                && other.request.body == exchange.request.body
                && other.answer.reply().is_some_and(|other| same(reply, other))
        })
    })
}

/// Where the answers to what only reads have named a thing for the first time.
struct Known(BTreeMap<String, usize>);

impl Known {
    fn of(exchanges: &[Exchange]) -> Known {
        let mut first = BTreeMap::new();
        for (at, exchange) in exchanges.iter().enumerate() {
            let Some(reply) = exchange.answer.reply().filter(|reply| reply.is_success()) else { continue };
            if is_safe(&exchange.request) || surely_reads(&exchange.request) {
                let mut values = BTreeSet::new();
                told(&reply.headers, &reply.body, &mut values);
                values.extend(exchange.request.path().split('/').map(str::to_owned));
                for value in values {
                    first.entry(value).or_insert(at);
                }
            }
        }
        Known(first)
    }

    /// Whether there was such a thing before a write.
    fn before(&self, name: &str, write: usize) -> bool {
        self.0.get(name).is_some_and(|first| *first < write)
    }
}

/// Whether the value is a token, which is made afresh in place of the one that an answer gave.
pub(super) fn is_token(link: &Link) -> bool {
    link.value.len() > 20 && Jwt::parse(&link.value).is_some()
}

fn by_itself(exchange: &Exchange, guard: &Guard) -> Option<Skip> {
    if exchange.answer.head().is_some_and(|reply| reply.status == 101) {
        return Some(Skip::Unjudged(Reason::Socket));
    }
    (!guard.allows(&exchange.request)).then_some(Skip::Unsafe)
}

/// Whether the real side may be another one since: what only reads, and what was turned down, changed nothing. A
/// failure may have come half way, but for 501: nobody there knows the method (RFC 9110 §15.6.2).
fn may_have_written(exchange: &Exchange) -> bool {
    let down = |status: u16| (400..500).contains(&status) || status == 501;
    let turned_down = exchange.answer.reply().is_some_and(|reply| down(reply.status));
    !is_safe(&exchange.request) && !surely_reads(&exchange.request) && !turned_down
}

/// Who is not let in, or asks what cannot be asked, is told so whatever there is.
fn says_nothing_of_state(exchange: &Exchange) -> bool {
    exchange
        .answer
        .reply()
        .is_some_and(|reply| matches!(reply.status, 400 | 401 | 403 | 405 | 406 | 415 | 429))
}

fn write(plan: &Plan<'_>, at: usize) -> Write {
    let exchange = &plan.cassette.exchanges[at];
    let request = &exchange.request;
    let path = request.path().trim_end_matches('/').to_owned();
    let template = plan.operations[at].template.split(' ').next().unwrap_or_default();
    let template = template.trim_end_matches('/');
    let segments: Vec<&str> = template.split('/').collect();
    let last = segments.iter().rposition(|segment| segment.contains('{'));
    let up_to = |count: usize| path.split('/').take(count).collect::<Vec<_>>().join("/");
    let is_listing = || {
        // What is read there, or below, is a collection of its own and no name of what is done.
        plan.operations.iter().any(|other| {
            other.method == "GET"
                && (other.template == template || other.template.starts_with(&format!("{template}/")))
        })
    };
    let (thing, collection) = match last {
        Some(last) if last + 1 == segments.len() => (Some(path.clone()), up_to(last)),
        Some(last) if !is_listing() => (Some(up_to(last + 1)), up_to(last)),
        _ if request.method == "POST" => (None, path.clone()),
        _ => (Some(path.clone()), path.rsplit_once('/').map_or_else(String::new, |(up, _)| up.to_owned())),
    };
    let mut values = BTreeSet::new();
    told(&exchange.request.headers, &exchange.request.body, &mut values);
    if let Some(reply) = exchange.answer.head() {
        told(&reply.headers, &reply.body, &mut values);
        let location = reply.headers.get("location").map(Cow::into_owned).unwrap_or_default();
        let path = location.split(['?', '#']).next().unwrap_or_default();
        values.extend(path.split('/').filter(|segment| !segment.is_empty()).map(str::to_owned));
    }
    let names = path.split('/').zip(&segments).filter(|(_, open)| open.contains('{'));
    values.extend(names.map(|(name, _)| name.to_owned()));
    let call = is_call(request);
    Write { at, upstream: exchange.upstream.clone(), path, thing, collection, call, values }
}

/// Every scalar of a document.
fn told(headers: &cassettes::model::Headers, body: &cassettes::model::Body, values: &mut BTreeSet<String>) {
    if let Some(json) = codec::json_of(headers, body) {
        Pointer::walk(&json, &mut |_, value| {
            if let Some(text) = scalar(value) {
                values.insert(text.to_owned());
            }
        });
    } else if let Some(text) = codec::text_of(headers, body).filter(|text| text.len() < 10_000) {
        let pairs = Request::new("", format!("?{text}")).query_pairs();
        values.extend(pairs.into_iter().map(|(_, value)| value));
    }
}

fn scalar(value: &Json) -> Option<&str> {
    value.scalar_text().filter(|text| !text.is_empty() && text.len() < 200)
}

impl Write {
    /// Whether a later answer may show what was written.
    fn shows(&self, plan: &Plan<'_>, at: usize, known: &Known) -> Option<Skip> {
        let (later, template) = (&plan.cassette.exchanges[at], &plan.operations[at].template);
        let path = later.request.path().trim_end_matches('/');
        let is_same_call = self.call && path == self.path;
        let below = |base: &str| !base.is_empty() && (path == base || path.starts_with(&format!("{base}/")));
        let of_thing = self.thing.as_deref().is_some_and(below);
        // A listing of it, something in it that the write speaks of, or that nobody had heard of before it was made;
        // other things there are what they were.
        let in_collection = below(&self.collection) && {
            let rest = path[self.collection.len()..].trim_start_matches('/');
            let open = template.split('/').skip(self.collection.split('/').count());
            // Below a collection a word of its own, not a thing's name: `/v1/customers/search`.
            let mut open = open.filter(|segment| segment.contains('{')).peekable();
            rest.is_empty()
                || open.peek().is_none()
                || rest.split('/').any(|segment| self.values.contains(segment))
                || self.thing.is_none()
                    && later.answer.reply().is_some_and(Response::is_success)
                    && rest.split('/').next().is_some_and(|name| !known.before(name, self.at))
        };
        (is_same_call || of_thing || in_collection).then_some(Skip::AfterWrite(self.at))
    }

    /// Whether what was answered before is no longer so, since this was written.
    fn undoes(&self, earlier: &Exchange) -> Option<Skip> {
        if !is_safe(&earlier.request) && !surely_reads(&earlier.request) {
            return None;
        }
        let path = earlier.request.path().trim_end_matches('/');
        let below = |base: &str| path == base || path.starts_with(&format!("{base}/"));
        let made = || {
            let missed = !earlier.answer.reply().is_some_and(Response::is_success);
            missed
                && below(&self.collection)
                && path.rsplit('/').next().is_some_and(|s| self.values.contains(s))
        };
        let changed = self.thing.as_deref().is_some_and(below);
        (changed || made()).then_some(Skip::WrittenLater(self.at))
    }
}
