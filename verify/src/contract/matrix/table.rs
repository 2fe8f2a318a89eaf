//! The table as it is judged: cases by implementations, with the classes of their answers and the kinds of things
//! that each case holds.

use super::answered::Answered;
use super::contract::{Case, Contract, Implementation};
use super::decimal::{Decimal, Scale};
use super::kinds::{self, Kinds, kinds_in};
use super::said::{Class, Said, classes};
use super::value::tree;
use cassettes::json::Json;
use cassettes::model::{Cassette, Exchange, Request};
use std::collections::{BTreeMap, BTreeSet};

/// What was asked, and what the contract and its cassettes say of it.
pub struct Table<'t> {
    /// The contract.
    pub contract: &'t Contract,
    /// Its file, as the user named it.
    pub file: &'t str,
    /// The cases that were asked, in the order of the file.
    pub(super) rows: Vec<Row<'t>>,
    /// Every recorded answer that holds kinds.
    pub(super) recorded: Vec<Recorded<'t>>,
    /// How many recorded answers were looked through for kinds.
    pub(super) looked: usize,
    /// Where kinds may stand instead, where objects stand at the place that the contract names.
    pub(super) deeper: Option<String>,
}

/// One case.
pub(super) struct Row<'t> {
    pub(super) case: &'t Case,
    pub(super) answers: &'t [Answered],
    /// Which answers are the same; none for what is no answer.
    pub(super) classes: Vec<Option<Class>>,
    /// Whether somebody said something that others can agree on.
    pub(super) settled: bool,
    /// The kinds of things in it: those that it names, and those that were seen.
    pub(super) kinds: BTreeSet<String>,
    /// The kinds that recorded answers about it hold.
    pub(super) about: Vec<Kinds>,
}

/// A recorded answer that holds kinds.
pub(super) struct Recorded<'t> {
    pub(super) cite: String,
    pub(super) exchange: &'t Exchange,
    pub(super) kinds: Kinds,
}

impl<'t> Table<'t> {
    /// Lays answers out. `asked` has the place of each case in the contract, and its answers in the order of the
    /// implementations; `covered` are the cassettes in which kinds are looked for.
    pub fn of(
        contract: &'t Contract,
        file: &'t str,
        asked: &'t [(usize, Vec<Answered>)],
        covered: &[&'t Cassette],
    ) -> Table<'t> {
        let mut looked = 0;
        let mut deeper = None;
        let mut recorded = Vec::new();
        for (covers, cassette) in
            contract.covers.iter().flat_map(|covers| covered.iter().map(move |c| (covers, *c)))
        {
            for exchange in &cassette.exchanges {
                let Some(tree) = looked_through(exchange) else { continue };
                let kinds = kinds_in(covers, &tree);
                looked += 1;
                deeper = deeper.or_else(|| kinds::deeper(covers, &tree));
                if !kinds.is_empty() {
                    recorded.push(Recorded {
                        cite: format!("{}{}", cassette.name, exchange.id),
                        exchange,
                        kinds,
                    });
                }
            }
        }
        let mut carried: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, one) in recorded.iter().enumerate() {
            for value in values(&one.exchange.request) {
                carried.entry(value).or_default().push(at);
            }
        }
        let rows = asked.iter().filter_map(|(at, answers)| {
            let case = contract.cases.get(*at)?;
            let said: Vec<&Said> = answers.iter().map(|answered| &answered.said).collect();
            let about: Vec<Kinds> =
                about(case, &carried).into_iter().map(|at| recorded[at].kinds.clone()).collect();
            let seen =
                answers.iter().map(|answered| &answered.kinds).chain(&about).flat_map(Kinds::keys).cloned();
            let kinds = case.covers.iter().map(|(kind, _)| kind.clone()).chain(seen).collect();
            let classes = classes(contract, &said, case.expect.as_ref());
            let settled =
                contract.implementations.iter().zip(&said).zip(&classes).any(|((who, said), class)| {
                    let expect = case.expect.as_ref();
                    said.settles()
                        || class.as_ref().is_some_and(Class::is_stated)
                        || expect.is_some_and(|expect| expect.is_met(contract, said, who.scale, who.form))
                });
            Some(Row { case, answers, classes, settled, kinds, about })
        });
        let rows = rows.collect();
        Table { contract, file, rows, recorded, looked, deeper }
    }

    /// An implementation.
    pub(super) fn who(&self, at: usize) -> &'t Implementation {
        &self.contract.implementations[at]
    }

    /// The names of some implementations: `a`, `a and b`, `a, b and c`.
    pub(super) fn names(&self, some: &[usize]) -> String {
        list(&some.iter().map(|at| self.who(*at).name.as_str()).collect::<Vec<_>>())
    }
}

impl Row<'_> {
    /// The answers in groups of the same, each by the places of its implementations, in the order in which they come.
    pub(super) fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<(&Class, Vec<usize>)> = Vec::new();
        for (at, class) in self.classes.iter().enumerate() {
            let Some(class) = class else { continue };
            match groups.iter_mut().find(|(known, _)| *known == class) {
                Some((_, group)) => group.push(at),
                None => groups.push((class, vec![at])),
            }
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// Whether two of its answers differ. Two that both said nothing of the number do not.
    pub(super) fn disagrees(&self) -> bool {
        if !self.settled {
            return false;
        }
        let mut classes = self.classes.iter().flatten();
        classes.next().is_some_and(|first| classes.any(|other| other != first))
    }

    /// Whether it proves anything: something was said of the number, or nothing was where something is expected.
    pub(super) fn proves(&self) -> bool {
        let nothing = |answered: &Answered| matches!(answered.said, Said::Absent(_) | Said::Unreadable(_));
        self.settled || (self.case.expect.is_some() && self.answers.iter().any(nothing))
    }

    /// Whether at least two answered, and all alike.
    pub(super) fn agrees(&self) -> bool {
        self.settled && self.classes.iter().flatten().count() > 1 && !self.disagrees()
    }

    /// Those whose answer is not the one that is expected; none where nothing is. A failure is a wrong answer only
    /// where it is told nowhere else.
    pub(super) fn missing(&self, contract: &Contract) -> Vec<usize> {
        let Some(expect) = &self.case.expect else { return Vec::new() };
        let missed = |(at, answered): (usize, &Answered)| {
            let who = &contract.implementations[at];
            let is = expect.is_met(contract, &answered.said, who.scale, who.form);
            (self.classes[at].is_some() && !is).then_some(at)
        };
        self.answers.iter().enumerate().filter_map(missed).collect()
    }

    /// Those who failed or broke, where that is not what is expected.
    pub(super) fn failed(&self, contract: &Contract) -> Vec<usize> {
        let expected = |said: &Said| {
            self.case.expect.as_ref().is_some_and(|expect| expect.is_met(contract, said, Scale::ONE, None))
        };
        let asked = |said: &Said| !matches!(said, Said::NotAsked(_));
        let failed = |at: &usize| {
            let said = &self.answers[*at].said;
            self.classes[*at].is_none() && asked(said) && !expected(said)
        };
        (0..self.answers.len()).filter(failed).collect()
    }

    /// Those who stand apart: not with most, or not with what is expected; all of them where neither tells.
    pub(super) fn apart(&self, contract: &Contract) -> Vec<usize> {
        let groups = self.groups();
        let most = groups.iter().map(Vec::len).max().unwrap_or_default();
        let missing = self.missing(contract);
        let answered: usize = groups.iter().map(Vec::len).sum();
        if !missing.is_empty() && missing.len() < answered {
            return missing;
        }
        let alone = groups.iter().filter(|group| group.len() == most).count() == 1;
        let apart = groups.iter().filter(|group| !alone || group.len() < most);
        let mut apart: Vec<usize> = apart.flatten().copied().collect();
        apart.sort_unstable();
        apart
    }

    /// The number that an implementation said, in the contract's unit.
    pub(super) fn number(&self, contract: &Contract, at: usize) -> Option<Decimal> {
        let who = &contract.implementations[at];
        who.scale.told(self.answers.get(at)?.said.number(who.form)?)
    }

    /// The same, such that it is equal for answers that are the same number in whatever unit.
    pub(super) fn common(&self, contract: &Contract, at: usize) -> Option<Decimal> {
        let who = &contract.implementations[at];
        who.scale.common(self.answers.get(at)?.said.number(who.form)?, &contract.scales())
    }

    /// How small it is: few kinds, few things, small numbers.
    pub(super) fn size(&self, contract: &Contract) -> (usize, usize, usize) {
        let things = |kinds: &Kinds| kinds.values().map(|tally| tally.count).sum::<usize>();
        let most = self.answers.iter().map(|a| things(&a.kinds)).chain(self.about.iter().map(things)).max();
        let digits = (0..self.answers.len())
            .filter_map(|at| self.number(contract, at))
            .map(|n| n.to_string().len())
            .max();
        (self.kinds.len(), most.unwrap_or_default(), digits.unwrap_or_default())
    }
}

/// The tree of a recorded answer that may hold kinds.
fn looked_through(exchange: &Exchange) -> Option<Json> {
    if exchange.edited {
        return None;
    }
    tree(exchange.answer.reply().filter(|reply| reply.is_success())?)
}

/// The recorded answers to questions that carry every value of a case.
fn about(case: &Case, carried: &BTreeMap<String, Vec<usize>>) -> Vec<usize> {
    let mut lists = case.with.iter().map(|(_, value)| carried.get(value.scalar_text().unwrap_or_default()));
    let Some(Some(first)) = lists.next() else { return Vec::new() };
    let rest: Vec<Option<&Vec<usize>>> = lists.collect();
    let everywhere = |at: &&usize| rest.iter().all(|list| list.is_some_and(|list| list.contains(at)));
    first.iter().filter(everywhere).copied().collect()
}

/// The values that a question carries in its path and its query, each once.
fn values(request: &Request) -> BTreeSet<String> {
    request.segments().into_iter().chain(request.query_pairs().into_iter().map(|(_, value)| value)).collect()
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
