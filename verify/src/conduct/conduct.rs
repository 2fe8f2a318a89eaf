//! What clients did during a replay, beside what was recorded.

use super::chains::Walked;
use super::{Again, Call, Life, Recorded, Repeats};
use cassettes::journal::{Journal, Line, Opening};
use cassettes::links::{Link, discover};
use cassettes::model::{Cassette, Micros};
use cassettes::operation::{Operation, Operations};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// What clients did during a replay, beside what was recorded.
///
/// Everything that costs more than one look at the journal is made when an audit first asks for it.
pub struct Conduct<'a> {
    /// The evidence.
    pub cassettes: &'a [Cassette],
    /// What was replayed, how fast, and from when.
    pub opening: &'a Opening,
    /// The journal as people would open it; findings quote its lines.
    pub file: &'a str,
    /// Every recorded exchange, cassette after cassette.
    pub recorded: Vec<Recorded<'a>>,
    /// Every request, in the order in which their heads had been read.
    pub calls: Vec<Call<'a>>,
    /// Every connection, by its number.
    pub lives: BTreeMap<u64, Life>,
    /// The requests of each session as numbers of [`Conduct::calls`], in time order.
    pub sessions: BTreeMap<&'a str, Vec<usize>>,
    /// The last moment that the journal knows of.
    pub end: Micros,
    by_cite: HashMap<String, usize>,
    /// By request, the latest end of it and of all that began before it.
    busy_until: Vec<Micros>,
    /// By [`BLOCK`] of requests, their latest end.
    block_ends: Vec<Micros>,
    links: OnceLock<Vec<Vec<Link>>>,
    walked: OnceLock<Walked>,
    repeats: OnceLock<Repeats>,
    again: OnceLock<Vec<Again>>,
}

/// So many requests are looked at as one where it is asked what was under way.
const BLOCK: usize = 256;

impl<'a> Conduct<'a> {
    /// Lays a journal beside the cassettes that it was replayed from. `file` is the journal as people would
    /// open it.
    pub fn of(cassettes: &'a [Cassette], journal: &'a Journal, file: &'a str) -> Self {
        let operations = Operations::learn(cassettes.iter().flat_map(|c| &c.exchanges));
        let recorded = Recorded::all(cassettes, &operations);
        let mut by_cite: HashMap<String, usize> = HashMap::new();
        for (number, one) in recorded.iter().enumerate() {
            by_cite.entry(one.cite.clone()).or_insert(number);
        }
        let mut calls = Vec::new();
        let mut end = 0;
        for (number, line) in (2..).zip(&journal.lines) {
            match line {
                Line::Served(served) => {
                    let exchange = served.exchange.as_deref().and_then(|cite| by_cite.get(cite)).copied();
                    let operation = match exchange {
                        Some(at) => recorded[at].operation.clone(),
                        None => operations.of(&super::call::request(served)),
                    };
                    end = end.max(served.end);
                    calls.push(Call { line: number, served, exchange, operation });
                }
                Line::Ended(ended) => end = end.max(ended.closed),
            }
        }
        // Lines stand in the order in which things were over.
        calls.sort_by_key(|call| call.served.at);
        let mut sessions: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut busy_until = Vec::with_capacity(calls.len());
        let mut latest = 0;
        let block_ends =
            calls.chunks(BLOCK).map(|block| block.iter().map(|c| c.served.end).max().unwrap_or(0)).collect();
        for (number, call) in calls.iter().enumerate() {
            sessions.entry(call.served.session.as_str()).or_default().push(number);
            latest = latest.max(call.served.end);
            busy_until.push(latest);
        }
        let lives = Life::all(&calls, journal);
        Conduct {
            cassettes,
            opening: &journal.opening,
            file,
            recorded,
            calls,
            lives,
            sessions,
            end,
            by_cite,
            busy_until,
            block_ends,
            links: OnceLock::new(),
            walked: OnceLock::new(),
            repeats: OnceLock::new(),
            again: OnceLock::new(),
        }
    }

    /// The recorded exchange that answered a request.
    pub fn answer(&self, call: &Call<'_>) -> Option<&Recorded<'a>> {
        self.recorded.get(call.exchange?)
    }

    /// The number of the exchange that is cited so: `billing.yaml#3`.
    pub fn find(&self, cite: &str) -> Option<usize> {
        self.by_cite.get(cite).copied()
    }

    /// The requests that were under way while this one was, without it.
    pub fn overlapping(&self, number: usize) -> impl Iterator<Item = usize> + use<'_, 'a> {
        let (at, end) = self.calls.get(number).map_or((0, 0), |c| (c.served.at, c.served.end));
        let before = self.earlier_until(number, at);
        let after = (number + 1..self.calls.len()).take_while(move |&n| self.calls[n].served.at < end);
        before.filter(move |&n| self.calls[n].served.end > at).chain(after)
    }

    /// The requests before this one, of whole blocks that were not over by then.
    fn earlier_until(&self, number: usize, at: Micros) -> impl Iterator<Item = usize> + use<'_, 'a> {
        let blocks = (0..number.div_ceil(BLOCK)).rev();
        let busy = blocks.take_while(move |&block| {
            let last = ((block + 1) * BLOCK).min(self.calls.len()) - 1;
            self.busy_until[last.min(number)] > at
        });
        let busy = busy.filter(move |&block| self.block_ends[block] > at);
        busy.flat_map(move |block| (block * BLOCK..((block + 1) * BLOCK).min(number)).rev())
    }

    /// How fast the session of a request was answered, as it was written.
    pub fn pace<'c>(&'c self, call: &'c Call<'_>) -> &'c str {
        call.served.speed.as_deref().unwrap_or(&self.opening.speed)
    }

    /// How many times faster than recorded the answer to a request came: 1 as recorded, or as any answer of its
    /// operation was; none: as fast as possible.
    pub fn speed(&self, call: &Call<'_>) -> Option<f64> {
        match self.pace(call) {
            "recorded" => Some(1.0),
            text if text.split(':').next() == Some("sampled") => Some(1.0),
            text => text.strip_prefix('x')?.parse().ok().filter(|n: &f64| n.is_finite() && *n > 0.0),
        }
    }

    /// Which values of recorded answers stand in later requests, for each cassette.
    pub fn links(&self) -> &[Vec<Link>] {
        self.links.get_or_init(|| self.cassettes.iter().map(|c| discover(&c.exchanges)).collect())
    }

    /// The listings that were recorded, and how clients walked through them.
    pub fn walked(&self) -> &Walked {
        self.walked.get_or_init(|| Walked::of(self))
    }

    /// Which requests ask for the very same thing.
    pub fn repeats(&self) -> &Repeats {
        self.repeats.get_or_init(|| Repeats::of(self))
    }

    /// Every request that its client can be told to have asked again: the later one came when the earlier one
    /// was over, on the same connection or after that had ended; nothing tells who asked them apart; and no two
    /// of the requests that are the same were ever under way together, as those of different clients are.
    pub fn asked_again(&self) -> &[Again] {
        self.again.get_or_init(|| self.find_again())
    }

    /// The number of a recorded exchange in [`Conduct::recorded`] by its cassette and its place in it.
    pub fn number_of(&self, cassette: usize, position: usize) -> Option<usize> {
        let before: usize = self.cassettes.get(..cassette)?.iter().map(|c| c.exchanges.len()).sum();
        (position < self.cassettes.get(cassette)?.exchanges.len()).then_some(before + position)
    }

    /// The requests of each operation, in time order.
    pub fn by_operation(&self) -> BTreeMap<&Operation, Vec<usize>> {
        let mut by: BTreeMap<&Operation, Vec<usize>> = BTreeMap::new();
        for (number, call) in self.calls.iter().enumerate() {
            by.entry(&call.operation).or_default().push(number);
        }
        by
    }
}
