//! One stub: what it wants of a request, and what it answers.

use super::conditions::{Asked, Condition};
use cassettes::model::{Body, FailureKind, Headers, Micros};
use cassettes::subject::{Lines, Spot};
use std::fmt;
use std::sync::Arc;

/// One stub.
#[derive(Debug, Clone)]
pub struct Stub {
    /// Where it begins.
    pub spot: Spot,
    /// What people call it: its name, or its method and path.
    pub label: String,
    /// What it wants: all of it.
    pub when: Vec<Condition>,
    /// Lower ones are asked first; among equals the order of the list holds.
    pub priority: i64,
    /// The state machine that it belongs to.
    pub scenario: Option<Scenario>,
    /// How often it answers before it is used up.
    pub times: Option<u32>,
    /// What it answers.
    pub replies: Replies,
    /// It stands for a call within a program, which carries no credential.
    pub call: bool,
    /// Nobody knows what it answers, for this reason: it is understood, and depends on what no file tells.
    pub open: Option<String>,
    /// What is not understood of it besides its conditions. As long as there is anything, nobody knows
    /// what it would really answer.
    pub unknown: Vec<Unknown>,
}

/// A part of a stub that the adapter does not understand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Where it stands.
    pub spot: Spot,
    /// In the file's own words: `response.proxyBaseUrl`.
    pub what: String,
}

/// A stub's place in a state machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The machine's name.
    pub name: String,
    /// The state in which the stub answers; none: any.
    pub required: Option<String>,
    /// The state after its answer; none: the same.
    pub next: Option<String>,
}

/// The state in which every scenario begins.
pub const STARTED: &str = "Started";

/// A stub's answers.
#[derive(Debug, Clone, Default)]
pub struct Replies {
    /// In order.
    pub list: Vec<Reply>,
    /// Which of them comes next.
    pub order: Order,
}

/// Which of a stub's answers comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// The first, always.
    #[default]
    First,
    /// One after the other; then the stub is used up.
    Sequence,
    /// One after the other; the last again and again.
    RepeatLast,
    /// One after the other, and from the first again.
    Cycle,
}

/// One answer of a stub.
#[derive(Debug, Clone)]
pub struct Reply {
    /// 100 to 999.
    pub status: u16,
    /// The reason phrase; empty where the file gives none.
    pub reason: String,
    /// Those that are always the same.
    pub headers: Headers,
    /// Those that are made anew for each answer.
    pub made_headers: Vec<(String, Made)>,
    /// The body.
    pub body: Content,
    /// How long it waits with its first byte.
    pub delay: Option<Micros>,
    /// How long its body takes after that.
    pub dribble: Option<Micros>,
    /// How it fails instead of replying.
    pub fault: Option<FailureKind>,
    /// Where its body stands, or else where it begins.
    pub spot: Spot,
    /// Where its status and headers stand, if not there.
    pub head: Option<Spot>,
    /// The lines of the values in its body, where it takes several.
    pub lines: Option<Lines>,
}

/// A body, or the recipe for one.
#[derive(Debug, Clone)]
pub enum Content {
    /// Always these bytes.
    Fixed(Body),
    /// Made anew for each answer.
    Template(Made),
}

/// A text that is made anew for each answer. Errs with what it does not understand.
#[derive(Clone)]
pub struct Made(pub Arc<Make>);

/// Makes a text. Errs with what it does not understand.
pub type Make = dyn Fn(&Scene<'_>) -> Result<String, String> + Send + Sync;

/// What a template can look at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The question, with the moment of the run.
    pub asked: &'a Asked<'a>,
    /// How many answers the subject has given since it was fresh: what chance is drawn from.
    pub turn: u64,
}

impl fmt::Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Made")
    }
}

impl Replies {
    /// One answer, always.
    pub fn one(reply: Reply) -> Self {
        Replies { list: vec![reply], order: Order::First }
    }
}

impl Reply {
    /// A reply without headers or body.
    pub fn new(status: u16, spot: Spot) -> Self {
        Reply {
            status,
            reason: String::new(),
            headers: Headers::new(),
            made_headers: Vec::new(),
            body: Content::Fixed(Body::empty()),
            delay: None,
            dribble: None,
            fault: None,
            spot,
            head: None,
            lines: None,
        }
    }
}

impl Stub {
    /// A stub that takes every request and has no answer yet.
    pub fn new(spot: Spot) -> Self {
        Stub {
            spot,
            label: String::new(),
            when: Vec::new(),
            priority: 0,
            scenario: None,
            times: None,
            replies: Replies::default(),
            call: false,
            open: None,
            unknown: Vec::new(),
        }
    }

    /// Says that something at a place is not understood.
    pub fn doubt(&mut self, spot: Spot, what: impl Into<String>) {
        self.unknown.push(Unknown { spot, what: what.into() });
    }

    /// Everything that is not understood of it.
    pub fn not_understood(&self) -> Vec<Unknown> {
        let mut found = Vec::new();
        self.when.iter().for_each(|condition| condition.unknown(&mut found));
        let conditions =
            found.into_iter().map(|what| Unknown { spot: self.spot.clone(), what: what.to_owned() });
        conditions.chain(self.unknown.iter().cloned()).collect()
    }
}
