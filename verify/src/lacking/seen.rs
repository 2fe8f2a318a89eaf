//! What was seen of one operation: its exchanges, and what they mean.

use super::carried::Carried;
use super::paths::{Paths, is_alike};
use crate::case::Said;
use crate::rejections::Rejections;
use crate::run::Run;
use crate::run::fates::{Side, fates};
use crate::walk::Listing;
use cassettes::facets::error_class::Class;
use cassettes::facets::not_found::MissStyle;
use cassettes::facets::pagination as pages;
use cassettes::json::Json;
use cassettes::model::{Exchange, Request};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// A document with more members than these has a list in it, and is none.
const MOST_BESIDE: usize = 5;

/// One exchange as it was recorded.
pub(super) struct One<'r> {
    pub(super) exchange: &'r Exchange,
    pub(super) said: &'r Said<'r>,
    /// Which cassette, and which of its exchanges.
    pub(super) at: (usize, usize),
    pub(super) class: Option<Class>,
    /// It says that there is no such thing, surely or perhaps.
    pub(super) miss: Option<bool>,
}

/// What was seen of one operation.
pub(super) struct Seen<'r> {
    pub(super) run: &'r Run<'r>,
    pub(super) operation: &'r Operation,
    pub(super) all: &'r [One<'r>],
    /// The first success with content, or the first success.
    pub(super) shown: &'r One<'r>,
    /// The methods that this path was asked with.
    pub(super) methods: &'r BTreeSet<&'r str>,
    /// Everything that was recorded, of whatever operation.
    pub(super) everything: &'r [&'r Exchange],
    /// Of these the ones to a path of this kind, with whatever method.
    pub(super) on_path: Vec<&'r Exchange>,
    pub(super) listing: Option<&'r Listing>,
    pub(super) rejections: &'r Rejections<'r>,
    pub(super) carried: &'r Carried<'r>,
    /// The name under which anything was asked for pages of a size.
    pub(super) limit: Option<&'r str>,
}

/// Everything that was recorded, by operation.
pub struct Recorded<'r> {
    run: &'r Run<'r>,
    all: BTreeMap<&'r Operation, Vec<One<'r>>>,
    rejections: Rejections<'r>,
    carried: Carried<'r>,
    methods: BTreeMap<&'r str, BTreeSet<&'r str>>,
    everything: Vec<&'r Exchange>,
    paths: Paths,
    limit: Option<String>,
}

impl<'r> Recorded<'r> {
    /// The operations that were asked, in the order in which they first were.
    pub(crate) fn operations(&self) -> Vec<&'r Operation> {
        let mut all: Vec<(&(usize, usize), &'r Operation)> = self
            .all
            .iter()
            .filter_map(|(operation, all)| Some((all.iter().map(|o| &o.at).min()?, *operation)))
            .collect();
        all.sort();
        all.into_iter().map(|(_, operation)| operation).collect()
    }

    /// Reads a run once.
    pub fn of<'a>(run: &'r Run<'a>) -> Recorded<'r>
    where
        'a: 'r,
    {
        // What was recorded lives as long as the run; a shorter life is enough here.
        let run: &'r Run<'r> = run;
        let mut all: BTreeMap<&'r Operation, Vec<One<'r>>> = BTreeMap::new();
        for judged in fates(run) {
            let (case, real) = (judged.reading.case, judged.reading.real);
            all.entry(&case.operation).or_default().push(One {
                exchange: case.exchange,
                said: &case.real,
                at: (case.cassette, case.position),
                class: real.class(),
                miss: real.miss.map(MissStyle::is_certain),
            });
        }
        for one in run.unjudged.iter().filter(|u| u.is_evidence()) {
            let real = Side::read(&one.exchange.request, &one.real);
            all.entry(&one.operation).or_default().push(One {
                exchange: one.exchange,
                said: &one.real,
                at: (one.cassette, one.position),
                class: real.class(),
                miss: real.miss.map(MissStyle::is_certain),
            });
        }
        let mut methods: BTreeMap<&'r str, BTreeSet<&'r str>> = BTreeMap::new();
        for operation in all.keys() {
            methods.entry(&operation.template).or_default().insert(&operation.method);
        }
        let everything: Vec<&Exchange> = all.values().flatten().map(|one| one.exchange).collect();
        let paths = Paths::of(&everything);
        let carried = Carried::of(run, &everything);
        let limit = limit(run);
        Recorded { run, all, rejections: Rejections::of(run), carried, methods, everything, paths, limit }
    }

    /// Whether anybody was ever told to ask less often.
    pub(super) fn was_limited(&self) -> bool {
        self.all.values().flatten().any(|one| one.class == Some(Class::RateLimit))
    }

    /// What was recorded of one operation; none where nothing ever succeeded.
    pub(super) fn seen<'s>(&'s self, operation: &'s Operation) -> Option<Seen<'s>>
    where
        'r: 's,
    {
        let all = self.all.get(operation)?;
        let good = |one: &&One<'_>| one.said.is_success() && one.class.is_none();
        let content = all.iter().filter(good).find(|one| one.miss.is_none());
        let shown = content.or_else(|| all.iter().find(good))?;
        let (here, template) = (shown.exchange.request.segments(), parts(operation));
        let on_path = self.paths.alike(&here, &template).map(|at| self.everything[at]).collect();
        Some(Seen {
            run: self.run,
            operation,
            all,
            shown,
            methods: self.methods.get(operation.template.as_str())?,
            everything: &self.everything,
            on_path,
            listing: self.run.listings.0.get(operation),
            rejections: &self.rejections,
            carried: &self.carried,
            limit: self.limit.as_deref(),
        })
    }
}

impl<'r> Seen<'r> {
    /// The successes.
    pub(super) fn good(&self) -> impl Iterator<Item = &One<'r>> {
        self.all.iter().filter(|one| one.said.is_success() && one.class.is_none())
    }

    pub(super) fn has_class(&self, classes: &[Class]) -> bool {
        self.all.iter().any(|one| one.class.is_some_and(|class| classes.contains(&class)))
    }

    /// Whether it was seen to say that there is nothing.
    pub(super) fn has_miss(&self) -> bool {
        let content = self.good().any(|one| one.miss.is_none());
        self.has_class(&[Class::NotFound, Class::Gone])
            || self.all.iter().any(|one| one.miss.is_some_and(|certain| certain || content))
    }

    /// The kinds of behaviour that its exchanges show by themselves.
    pub(super) fn labels(&self) -> BTreeSet<String> {
        let labels = |one: &One<'_>| {
            self.rejections.labels(self.operation, (&one.exchange.request, one.said), one.exchange)
        };
        self.all.iter().flat_map(labels).collect()
    }

    /// The longest list in its answers.
    pub(super) fn longest_list(&self) -> usize {
        let items = |tree: &Json| Some(pages::items_of(tree, &pages::items_at(tree)?)?.len());
        self.good().filter_map(|one| items(one.said.tree()?)).max().unwrap_or_default()
    }

    /// Whether it lists things: its answers are little else than lists.
    pub(super) fn is_list(&self) -> bool {
        let little_else = |json: &Json| matches!(json, Json::Array(_)) || json.members().len() <= MOST_BESIDE;
        self.longest_list() >= 2 && self.good().any(|one| one.said.json.as_ref().is_some_and(little_else))
    }

    /// Whether its path was seen to refuse a method.
    pub(super) fn refuses_methods(&self) -> bool {
        self.on_path.iter().any(|e| e.answer.reply().is_some_and(|r| r.status == 405))
    }

    /// Whether a request, of whatever method, is to a path of this kind.
    pub(super) fn is_of_path(&self, request: &Request) -> bool {
        is_alike(&request.segments(), &self.request().segments(), &parts(self.operation))
    }

    pub(super) fn is(&self, methods: &[&str]) -> bool {
        methods.contains(&self.operation.method.as_str())
    }

    /// Whether its answers mean what HTTP says. Calls of gRPC state what came of them in trailers, and their
    /// bodies are in frames of their own (gRPC over HTTP2, "Content-Type").
    pub(super) fn speaks_http(&self) -> bool {
        let media = self.request().headers.media_type();
        media.is_none_or(|media| !media.starts_with("application/grpc"))
    }

    /// Whether what is called follows the path: one path serves many operations.
    pub(super) fn is_call(&self) -> bool {
        self.operation.template.contains(' ')
    }

    pub(super) fn request(&self) -> &'r Request {
        &self.shown.exchange.request
    }

    /// Where the success that is shown stands: which cassette, and which of its exchanges.
    pub(super) fn at(&self) -> (usize, usize) {
        self.shown.at
    }
}

/// The first name under which anything was asked for pages of a size.
fn limit(run: &Run<'_>) -> Option<String> {
    let cases = run.cases.iter().map(|c| c.exchange);
    let mut all = cases
        .chain(run.unjudged.iter().map(|u| u.exchange))
        .filter(|e| e.request.method == "GET" && e.request.query().is_some());
    all.find_map(|e| pages::limit_of(&e.request)).map(|(name, _)| name)
}

/// The segments of an operation's path.
fn parts(operation: &Operation) -> Vec<&str> {
    operation.template.split('/').skip(1).collect()
}
