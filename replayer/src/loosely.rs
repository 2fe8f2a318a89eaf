//! Choosing the answer to a request that no recorded one equals, where declarations say what makes no difference.

use crate::lens::Lens;
use crate::question::{Question, Rules};
use crate::session::{NotTaken, Session, Taken};
use crate::tape::{Allowed, Asked, Family, Group, Judged, Loose, Member, Tape, selection_but};
use cassettes::matching::{Declared, declared::Name};
use cassettes::model::Request;
use std::cmp::Reverse;

/// So many exchanges that could answer are compared before the nearest of them is taken.
const CANDIDATES: usize = 64;

/// How the journal says that the key of the pseudonyms was missing.
const VEILED: &str = "secrets by their form: the key of the pseudonyms is missing";

/// How near an exchange is in what it was asked with, as traits tell it.
type Nearness = Option<(u8, u8)>;

/// The member chosen, and the rules that it takes.
struct Chosen<'g> {
    member: &'g Member,
    needed: u64,
}

impl Session {
    /// What is declared for this session, laid over its tape; none if nothing is.
    pub(crate) fn loose(&self) -> Option<&Loose> {
        self.conditions().matching.as_ref()?;
        self.lens()
    }

    /// The same also where nothing is declared, and the key of the pseudonyms is missing.
    pub(crate) fn lens(&self) -> Option<&Loose> {
        let declared = self.conditions().matching.as_ref();
        if declared.is_none() && !self.tape().veiled {
            return None;
        }
        let lay = || match declared {
            Some(declared) => self.tape().loose(declared),
            None => self.tape().loose(&Declared::default()),
        };
        Some(self.lens.get_or_init(|| Lens::new(lay())).loose())
    }

    /// The declarations by which an answer was found, as the journal says them.
    pub(crate) fn words(&self, taken: Taken) -> Vec<String> {
        let mut words = match self.loose() {
            Some(loose) if taken.loosened != 0 => loose.declared.words(taken.loosened),
            _ => Vec::new(),
        };
        if taken.veiled {
            words.push(VEILED.to_owned());
        }
        words
    }

    /// Whether ids of calls made no difference to finding an answer: it says those that the client gave.
    pub(crate) fn echoes(&self, taken: Taken) -> bool {
        taken.loosened != 0 && self.loose().is_some_and(|loose| loose.declared.echoes(taken.loosened))
    }
}

impl Tape {
    /// The next answer to a request as the session's declarations let it be seen, or as it looks without the key of
    /// the pseudonyms; none if neither helps. `only_left`: an answer that was given is not given again.
    pub(crate) fn loosely(
        &self,
        session: &Session,
        rules: Rules,
        question: Question<'_>,
        only_left: bool,
    ) -> Option<Result<Taken, NotTaken>> {
        let loose = session.lens()?;
        let Question { sent, cleaned, now } = question;
        let socket = self.sockets && wire::websocket::is_upgrade(&sent.method, sent.headers.iter());
        let find = |r: &Request| loose.find(self, r, socket, now);
        let found = find(cleaned).or_else(|| find(sent)).or_else(|| self.below(cleaned, &find));
        let mut not = None;
        if let Some(found) = found {
            match self.among(session, rules, (loose, question), found, only_left) {
                Some(Ok(taken)) => return Some(Ok(taken)),
                other => not = other,
            }
        }
        // What was recorded for this very request is another's as little as with the key.
        if only_left {
            return not;
        }
        for veil in loose.veils(sent) {
            let find = |r: &Request| loose.behind(self, &veil.over(r), socket, now);
            let found = find(cleaned).or_else(|| find(sent)).or_else(|| self.below(cleaned, &find));
            let taken = found.and_then(|found| self.among(session, rules, (loose, question), found, false));
            match taken {
                Some(Ok(taken)) => return Some(Ok(Taken { veiled: true, ..taken })),
                other => not = not.or(other),
            }
        }
        not
    }

    /// The next answer of the families of a group.
    fn among(
        &self,
        session: &Session,
        rules: Rules,
        (loose, question): (&Loose, Question<'_>),
        (group, traces): (&Group, Box<[u32]>),
        only_left: bool,
    ) -> Option<Result<Taken, NotTaken>> {
        let Question { sent, cleaned, now } = question;
        let asked = self.asked(sent, cleaned, rules.upstream, now);
        let all = Near::of(self, group, &asked, rules.repeat);
        let Some(near) = all.first() else {
            return (!only_left).then_some(Err(NotTaken::Elsewhere));
        };
        // Whoever is beaten to an answer looks again: each look finds fewer that are left.
        while let Some(chosen) = all.iter().find_map(|near| near.left(session, &asked, &traces)) {
            let family = self.families.get(chosen.member.family);
            let queue = self.families.entries(family);
            let taken = match &family.mixed {
                None => session.next_left(queue, family),
                Some(each) => session
                    .next_at(queue, family, &Family::nearest(each, &asked, self.judge(family)), false)
                    .ok(),
            };
            if let Some(taken) = taken {
                return Some(Ok(self.told(loose, question, taken, chosen.needed)));
            }
        }
        if only_left {
            return None;
        }
        let Some(last) = near.last(&asked, &traces) else { return Some(Err(NotTaken::Elsewhere)) };
        let family = self.families.get(last.member.family);
        let queue = self.families.entries(family);
        let taken = match &family.mixed {
            None if rules.repeat => session.next(queue, family, true),
            None => Err(queue.last().map_or(NotTaken::Elsewhere, |last| NotTaken::Exhausted(*last))),
            Some(each) => session.next_at(
                queue,
                family,
                &Family::nearest(each, &asked, self.judge(family)),
                rules.repeat,
            ),
        };
        Some(taken.map(|taken| self.told(loose, question, taken, last.needed)))
    }

    /// The places of a family whose entries differ behind their key, the likeliest first, where some selecting
    /// headers make no difference: those that are the same without these go before the others, each in recorded
    /// order.
    pub(crate) fn selected(
        &self,
        loose: &Loose,
        question: Question<'_>,
        queue: &[u32],
        places: &mut [usize],
    ) {
        let sent = question.sent;
        let ignored = loose.declared.ignored_headers(&sent.method, sent.path());
        if ignored.is_empty() {
            return;
        }
        let without = |request: &Request| selection_but(request, &|name| is_ignored(&ignored, name));
        let own = without(sent);
        places.sort_by_cached_key(|place| (without(&self.request(queue[*place])) != own, *place));
    }

    /// An answer taken, with the headers that made no difference among what it took.
    pub(crate) fn told(&self, loose: &Loose, question: Question<'_>, taken: Taken, needed: u64) -> Taken {
        let sent = question.sent;
        let ignored = loose.declared.ignored_headers(&sent.method, sent.path());
        let mut loosened = taken.loosened | needed;
        if !ignored.is_empty() {
            let recorded = self.request(taken.entry);
            let whole = |request: &Request| selection_but(request, &|_| false);
            for (bit, name) in &ignored {
                let but = |request: &Request| selection_but(request, &|other| name.is_in_any_case(other));
                // Without it there is one difference fewer.
                if whole(&recorded) != whole(sent) && (but(&recorded) == but(sent) || ignored.len() > 1) {
                    loosened |= bit;
                }
            }
        }
        Taken { loosened, ..taken }
    }
}

fn is_ignored(ignored: &[(u64, &Name)], name: &str) -> bool {
    ignored.iter().any(|(_, ignored)| ignored.is_in_any_case(name))
}

/// The members of a group that were asked most nearly alike.
struct Near<'g> {
    tape: &'g Tape,
    group: &'g Group,
    grades: Vec<Option<u8>>,
    best: u8,
    /// By what their credentials show; none: all of them.
    allowed: Option<Vec<bool>>,
    /// What comes after the others counts, too.
    spare: bool,
}

impl<'g> Near<'g> {
    /// Those that may answer, and those that come after them. Empty if all are of another upstream.
    fn of(tape: &'g Tape, group: &'g Group, asked: &Asked, repeat: bool) -> Vec<Self> {
        let Some(Judged { judge, origins }) = group.judge(tape) else {
            return Near::among(tape, group, asked, None, false).into_iter().collect();
        };
        let same = |at: usize| {
            let (member, place) = origins[at];
            let member = &group.members[member];
            match &tape.families.get(member.family).mixed {
                None => group.traits[member.traits as usize].is_same(asked),
                Some(each) => each[place].is_same(asked),
            }
        };
        let Allowed { first, then } = judge.allows(asked, &same);
        let near = |allowed: &[bool], spare: bool| {
            let mut members = vec![false; group.members.len()];
            allowed.iter().zip(origins).for_each(|(allowed, (member, _))| members[*member] |= allowed);
            Near::among(tape, group, asked, Some(members), spare)
        };
        let then = then.filter(|_| !repeat).and_then(|then| near(&then, true));
        near(&first, false).into_iter().chain(then).collect()
    }

    fn among(
        tape: &'g Tape,
        group: &'g Group,
        asked: &Asked,
        allowed: Option<Vec<bool>>,
        spare: bool,
    ) -> Option<Self> {
        let grades: Vec<Option<u8>> =
            group.traits.iter().map(|traits| grade(traits.nearness(asked))).collect();
        let mut near = Near { tape, group, grades, best: 0, allowed, spare };
        near.best = if group.is_even && near.allowed.is_none() {
            near.grades.iter().copied().max().flatten()?
        } else {
            let all = group.members.iter().enumerate().filter(|(at, _)| near.is_allowed(*at));
            all.map(|(_, member)| near.grade(member, asked)).max().flatten()?
        };
        Some(near)
    }

    fn is_allowed(&self, at: usize) -> bool {
        self.allowed.as_ref().is_none_or(|allowed| allowed[at])
    }

    fn grade(&self, member: &Member, asked: &Asked) -> Option<u8> {
        match &self.tape.families.get(member.family).mixed {
            None => self.grades[member.traits as usize],
            Some(each) => grade(each.iter().map(|traits| traits.nearness(asked)).max().flatten()),
        }
    }

    fn is_near(&self, at: usize, member: &Member, asked: &Asked) -> bool {
        self.is_allowed(at) && self.grade(member, asked) == Some(self.best)
    }

    /// Of those that have an answer left the one that takes the fewest rules, in recorded order.
    fn left(&self, session: &Session, asked: &Asked, traces: &[u32]) -> Option<Chosen<'g>> {
        let mut best: Option<((u32, bool, u32), Chosen<'g>)> = None;
        let mut looked = 0;
        let mut all_spent = true;
        for (at, member) in self
            .group
            .members
            .iter()
            .enumerate()
            .skip(session.lens.get().map_or(0, |lens| lens.spent(self.group)))
        {
            let next = self.next_of(session, asked, member);
            all_spent &= next.is_none();
            if all_spent && is_spent(self.tape, session, member) {
                session.lens.get().into_iter().for_each(|lens| lens.spend(self.group, at + 1));
            } else {
                all_spent = false;
            }
            let enough = best.as_ref().is_some_and(|((rules, other, entry), _)| {
                looked >= CANDIDATES || (*rules <= 1 && !other && member.first > *entry)
            });
            if enough {
                break;
            }
            let Some(next) = next.filter(|_| self.is_near(at, member, asked)) else { continue };
            looked += 1;
            let needed = Declared::needed(traces, &member.traces);
            let selection = self.group.traits[member.traits as usize].selection;
            let cost = (needed.count_ones(), selection != asked.selection, next);
            if best.as_ref().is_none_or(|(known, _)| cost < *known) {
                best = Some((cost, Chosen { member, needed }));
            }
        }
        best.map(|(_, chosen)| chosen)
    }

    /// The last recorded of those that take the fewest rules.
    fn last(&self, asked: &Asked, traces: &[u32]) -> Option<Chosen<'g>> {
        let all = self.group.members.iter().enumerate().rev();
        let near = all.filter(|(at, member)| self.is_near(*at, member, asked)).take(CANDIDATES);
        let chosen = near.map(|(_, member)| {
            let entries = self.tape.families.entries(self.tape.families.get(member.family));
            let needed = Declared::needed(traces, &member.traces);
            ((needed.count_ones(), Reverse(entries.last().copied())), Chosen { member, needed })
        });
        chosen.min_by_key(|(cost, _)| *cost).map(|(_, chosen)| chosen)
    }

    /// The exchange that a member would give next; none if it has none left.
    fn next_of(&self, session: &Session, asked: &Asked, member: &Member) -> Option<u32> {
        let family = self.tape.families.get(member.family);
        let queue = self.tape.families.entries(family);
        match &family.mixed {
            None => queue.get(usize::try_from(session.count(family.counter)).ok()?).copied(),
            Some(each) => {
                let places = Family::nearest(each, asked, self.tape.judge(family));
                let spare = if self.spare { places.spare.as_slice() } else { &[] };
                let mut all = places.near.iter().chain(spare);
                all.find(|place| session.count(family.counter + **place) == 0).map(|at| queue[*at])
            }
        }
    }
}

/// What is masked tells nothing between requests that differ anyway.
fn grade(nearness: Nearness) -> Option<u8> {
    nearness.map(|(_, grade)| grade)
}

/// Whether a member has no answer left, whoever asks.
fn is_spent(tape: &Tape, session: &Session, member: &Member) -> bool {
    let family = tape.families.get(member.family);
    let queue = tape.families.entries(family);
    match &family.mixed {
        None => session.count(family.counter) >= queue.len() as u64,
        Some(_) => (0..queue.len()).all(|place| session.count(family.counter + place) > 0),
    }
}

#[cfg(test)]
#[path = "loosely_tests.rs"]
mod tests;
