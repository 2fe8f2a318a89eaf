//! Everything that was asked and answered in one run, for rules that judge it as a whole.

use crate::budget::Budget;
use crate::case::{Case, Said, Unjudged};
use crate::run::fates::Fated;
use crate::run::shape::{self, Group};
use crate::walk::{Listings, Walk};
use cassettes::model::{Cassette, Request, Timestamp};
use cassettes::operation::Operation;
use cassettes::subject::Repertoire;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// Everything that was asked and answered in one run.
#[derive(Debug)]
pub struct Run<'a> {
    /// What was given as evidence.
    pub cassettes: &'a [Cassette],
    /// Every exchange that could be judged, in recorded order.
    pub cases: Vec<Case<'a>>,
    /// Every exchange that could not, and why.
    pub unjudged: Vec<Unjudged<'a>>,
    /// What is known of the operations that list things in pages.
    pub listings: Listings,
    /// Every listing that was walked on the real side, with the subject's pages beside it.
    pub walks: Vec<Walk<'a>>,
    /// What the subject said beyond what was recorded, where a listing of its own went on.
    pub extras: Vec<Extra>,
    /// What the subject could answer at all, where that is known.
    pub repertoire: Option<Repertoire>,
    /// What the subject said when sessions were asked side by side.
    pub together: Vec<Together>,
    /// The moment at which it was asked.
    pub now: Timestamp,
    /// How old evidence may be; none: any age.
    pub max_age: Option<Budget>,
    /// Read once, by the first rule that asks for it.
    pub(crate) shapes: OnceLock<Vec<Group>>,
    /// Likewise: what became of every case.
    pub(crate) fates: OnceLock<Vec<Fated>>,
    /// Likewise: where each operation's answers stand.
    pub(crate) places: OnceLock<HashMap<Operation, Places>>,
}

/// Where an operation's answers stand in a run.
#[derive(Debug, Default)]
pub(crate) struct Places {
    cases: Vec<usize>,
    unjudged: Vec<usize>,
    extras: Vec<usize>,
}

/// A question of the engine's own: a page of the subject after the last recorded one.
#[derive(Debug, Clone)]
pub struct Extra {
    /// What was asked, as a kind of question.
    pub operation: Operation,
    /// What the subject was asked.
    pub asked: Request,
    /// What it answered.
    pub other: Said<'static>,
}

/// An answer that the subject gave while another cassette was asked beside this one.
#[derive(Debug, Clone)]
pub struct Together {
    /// Which of the cassettes given.
    pub cassette: usize,
    /// Which of its exchanges, counted from zero.
    pub position: usize,
    /// The cassette asked beside it.
    pub beside: usize,
    /// What the subject was asked.
    pub asked: Request,
    /// What it answered.
    pub other: Said<'static>,
}

impl<'a> Run<'a> {
    /// The shapes of the successful JSON answers, by operation.
    pub fn shapes(&self) -> &[Group] {
        self.shapes.get_or_init(|| shape::groups(self))
    }

    /// The cases by operation, each in recorded order.
    pub fn operations(&self) -> BTreeMap<&Operation, Vec<&Case<'a>>> {
        let mut map: BTreeMap<&Operation, Vec<&Case<'a>>> = BTreeMap::new();
        for case in &self.cases {
            map.entry(&case.operation).or_default().push(case);
        }
        map
    }

    /// The cases of one operation, in recorded order.
    pub fn of<'r>(&'r self, operation: &Operation) -> impl Iterator<Item = &'r Case<'a>> + use<'r, 'a> {
        self.places(operation).cases.iter().filter_map(|&at| self.cases.get(at))
    }

    /// The exchanges of one operation that could not be judged.
    pub fn unjudged_of<'r>(
        &'r self,
        operation: &Operation,
    ) -> impl Iterator<Item = &'r Unjudged<'a>> + use<'r, 'a> {
        self.places(operation).unjudged.iter().filter_map(|&at| self.unjudged.get(at))
    }

    /// What the subject said of one operation beyond what was recorded.
    pub fn extras_of<'r>(&'r self, operation: &Operation) -> impl Iterator<Item = &'r Extra> + use<'r, 'a> {
        self.places(operation).extras.iter().filter_map(|&at| self.extras.get(at))
    }

    /// Every answer that the real side was seen to give for an operation, judged or not.
    pub fn real_of<'r>(&'r self, operation: &Operation) -> impl Iterator<Item = &'r Said<'a>> + use<'r, 'a> {
        let unjudged = self.unjudged_of(operation).filter(|u| u.is_evidence());
        self.of(operation).map(|c| &c.real).chain(unjudged.map(|u| &u.real))
    }

    /// Every answer that the subject was heard to give for an operation, extra pages included.
    pub fn other_of<'r>(
        &'r self,
        operation: &Operation,
    ) -> impl Iterator<Item = &'r Said<'static>> + use<'r, 'a> {
        self.of(operation).map(|c| &c.other).chain(self.extras_of(operation).map(|e| &e.other))
    }

    fn places(&self, operation: &Operation) -> &Places {
        let places = self.places.get_or_init(|| {
            let mut map: HashMap<Operation, Places> = HashMap::new();
            for (at, case) in self.cases.iter().enumerate() {
                map.entry(case.operation.clone()).or_default().cases.push(at);
            }
            for (at, one) in self.unjudged.iter().enumerate() {
                map.entry(one.operation.clone()).or_default().unjudged.push(at);
            }
            for (at, extra) in self.extras.iter().enumerate() {
                map.entry(extra.operation.clone()).or_default().extras.push(at);
            }
            map
        });
        static NOWHERE: Places = Places { cases: Vec::new(), unjudged: Vec::new(), extras: Vec::new() };
        places.get(operation).unwrap_or(&NOWHERE)
    }

    /// The case of one exchange, where it could be judged.
    pub fn case_of(&self, cassette: usize, position: usize) -> Option<&Case<'a>> {
        let at = self.cases.binary_search_by_key(&(cassette, position), |c| (c.cassette, c.position)).ok()?;
        self.cases.get(at)
    }
}
