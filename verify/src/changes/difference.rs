//! What a difference consists of.

use crate::finding::Evidence;
use cassettes::model::ExchangeId;
use cassettes::operation::Operation;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

pub use crate::weight::{Counts, Weight};

/// The difference of two recordings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// The heaviest first, then by operation.
    pub changes: Vec<Change>,
    /// Every exchange of either, those that answer the same question side by side, in the order of the older
    /// recording; what was added stands at the end.
    pub pairs: Vec<Pair>,
    /// How often each rule had something to compare.
    pub checks: BTreeMap<&'static str, u64>,
}

/// One exchange then and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// What was asked.
    pub operation: Operation,
    /// In the older recording; none: it was added.
    pub before: Option<ExchangeId>,
    /// In the newer one; none: it was lost.
    pub after: Option<ExchangeId>,
}

/// One thing that changed, however many answers show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What kind of thing.
    pub kind: Kind,
    /// The rule that says so, of whichever recording stands in the place of the real side.
    pub rule: &'static str,
    /// Whom it concerns.
    pub weight: Weight,
    /// What was asked.
    pub operation: Operation,
    /// One sentence without a full stop.
    pub message: String,
    /// What makes it different from other changes of its kind and operation.
    pub place: String,
    /// What it was, where it was first seen.
    pub before: Evidence,
    /// What it is.
    pub after: Evidence,
}

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A success is an error now, an error a success, or an error of another class.
    Class,
    /// Another status, though it means the same.
    Status,
    /// Another machine code of an error.
    Code,
    /// The document in which an error is told.
    ErrorShape,
    /// A credential that was refused is let in, or the other way round.
    Token,
    /// How a missing or deleted thing is told.
    Miss,
    /// A member is no longer there.
    FieldGone,
    /// A member is not always there any more.
    FieldOptional,
    /// A member is new.
    FieldNew,
    /// Another kind of value: a text for a number, null for either.
    ValueKind,
    /// Another form of numbers.
    NumberForm,
    /// Another form of moments.
    TimeForm,
    /// Another form of ids.
    IdForm,
    /// A machine word that was not there before.
    Word,
    /// Another order of a listing.
    Order,
    /// How a listing is cut into pages, or says that it goes on.
    Pages,
    /// A header that clients act on.
    Header,
    /// The media type.
    MediaType,
    /// When to ask again.
    RetryHint,
    /// Whether a call has an effect, or where it leads.
    Effect,
    /// How long an answer takes, by an order of magnitude.
    Timing,
    /// A question that was not asked before.
    Added,
    /// A question that was not asked again.
    Lost,
}

impl Kind {
    /// As reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Class => "class",
            Kind::Status => "status",
            Kind::Code => "code",
            Kind::ErrorShape => "error-shape",
            Kind::Token => "token",
            Kind::Miss => "miss",
            Kind::FieldGone => "field-gone",
            Kind::FieldOptional => "field-optional",
            Kind::FieldNew => "field-new",
            Kind::ValueKind => "value-kind",
            Kind::NumberForm => "number-form",
            Kind::TimeForm => "time-form",
            Kind::IdForm => "id-form",
            Kind::Word => "word",
            Kind::Order => "order",
            Kind::Pages => "pages",
            Kind::Header => "header",
            Kind::MediaType => "media-type",
            Kind::RetryHint => "retry-hint",
            Kind::Effect => "effect",
            Kind::Timing => "timing",
            Kind::Added => "added",
            Kind::Lost => "lost",
        }
    }
}

impl Difference {
    /// How many changes there are of each weight.
    pub fn counts(&self) -> Counts {
        let of = |weight| self.changes.iter().filter(|c| c.weight == weight).count();
        Counts {
            breaking: of(Weight::Breaking),
            compatible: of(Weight::Compatible),
            noise: of(Weight::Noise),
        }
    }

    /// The changes that mean anything.
    pub fn telling(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.weight != Weight::Noise)
    }

    /// Tells each thing once, by the heaviest and plainest change that shows it, and puts them in order.
    pub(super) fn settle(&mut self) {
        self.keep_the_plainer();
        // What is another answer altogether differs in everything else, too.
        let other: BTreeSet<(Operation, Option<String>)> = self
            .changes
            .iter()
            .filter(|change| is_other(change))
            .map(|change| (change.operation.clone(), change.before.exchange.clone()))
            .collect();
        // An error that is a page for people now has no code, and no document either.
        let restyled: BTreeSet<(Operation, Option<String>)> = self
            .changes
            .iter()
            .filter(|change| change.kind == Kind::MediaType && change.place.starts_with("error"))
            .map(|change| (change.operation.clone(), change.before.exchange.clone()))
            .collect();
        self.changes.retain(|change| {
            let at = (change.operation.clone(), change.before.exchange.clone());
            let of_another = matches!(change.kind, Kind::Miss | Kind::Code | Kind::ErrorShape);
            let of_a_page = matches!(change.kind, Kind::Miss | Kind::Code | Kind::ErrorShape)
                || matches!(change.rule, "challenge-missing" | "challenge-changed");
            !(of_another && other.contains(&at) || of_a_page && restyled.contains(&at))
        });
        let place = |c: &Change| (c.operation.clone(), c.kind.family(), c.place.clone());
        // That there is no value is the least that can be said of one.
        let least = |c: &Change| c.rule == "absence-confused";
        self.changes.sort_by_cached_key(|c| (place(c), c.weight, c.kind, least(c)));
        self.changes.dedup_by(|later, earlier| place(later) == place(earlier));
        self.changes.sort_by_cached_key(|c| (c.weight, c.operation.clone(), c.kind, c.place.clone()));
    }
}

impl Difference {
    /// Where the rules of misses know what became of an answer, that it is another one is the lesser word.
    fn keep_the_plainer(&mut self) {
        let at = |change: &Change| (change.operation.clone(), change.before.exchange.clone());
        let of = |rule: &str| -> BTreeSet<(Operation, Option<String>)> {
            self.changes.iter().filter(|change| change.rule == rule).map(at).collect()
        };
        let (buried, invented) = (of("gone-collapsed"), of("not-found-invented"));
        self.changes.retain(|change| match change.rule {
            // That something was deleted is said in another way: it neither came back nor went.
            "success-refused" | "delete-without-effect" => !buried.contains(&at(change)),
            "not-found-invented" => change.kind == Kind::Miss || !buried.contains(&at(change)),
            // What comes with a thing comes with one that is made up.
            "header-missing" => !invented.contains(&at(change)),
            _ => true,
        });
    }
}

/// Whether a change says that an answer is another one altogether.
fn is_other(change: &Change) -> bool {
    matches!(change.kind, Kind::Class | Kind::Status | Kind::Token)
}

impl Kind {
    /// Kinds that are told of one value by one of them.
    fn family(self) -> Kind {
        match self {
            Kind::NumberForm | Kind::TimeForm | Kind::IdForm => Kind::ValueKind,
            Kind::FieldOptional => Kind::FieldGone,
            other => other,
        }
    }
}
