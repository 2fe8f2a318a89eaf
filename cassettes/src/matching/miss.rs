//! A request that no entry equals, and the entries that come nearest.

use super::{Declared, Difference, Index, View, differences, sketch::Sketch};
use crate::model::{Request, Timestamp};
use crate::percent::normal;
use std::{cmp::Reverse, collections::HashSet, fmt};

/// So many of the nearest are told.
pub const MAX_NEAR: usize = 5;
/// So many are compared in full before the nearest are chosen.
const CANDIDATES: usize = 16;

/// A request that no entry equals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Miss {
    /// Same route first, then same path, then similar paths; within these the nearest first.
    pub nearest: Vec<Near>,
}

/// An entry that comes near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// Its number in the index.
    pub entry: u32,
    /// Each thing in which it differs; none if its answers were merely used up.
    pub differences: Vec<Difference>,
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, difference) in self.differences.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{difference}")?;
        }
        Ok(())
    }
}

/// How near an entry's route is; smaller is nearer.
type Rank = (u8, u32);

impl Index {
    /// The entries nearest to a request that was not found. `requests` gives an entry's request.
    pub fn miss<'r>(&self, asked: &Request, requests: &dyn Fn(u32) -> &'r Request) -> Miss {
        self.nearest(&View::of(asked), &|entry| View::of(requests(entry)), &|_| Vec::new())
    }

    /// The same where declarations say what makes no difference; that is left out. `more`: in what else an entry
    /// differs, which is required to be the same.
    pub fn miss_but<'r>(
        &self,
        asked: &Request,
        requests: &dyn Fn(u32) -> &'r Request,
        (declared, now): (&Declared, Timestamp),
        more: &dyn Fn(u32) -> Vec<Difference>,
    ) -> Miss {
        let seen = |entry| declared.loosen(requests(entry), None).view;
        self.nearest(&declared.loosen(asked, Some(now)).view, &seen, more)
    }

    /// `more`: differences that are not of the view.
    fn nearest<'r>(
        &self,
        view: &View<'_>,
        recorded: &dyn Fn(u32) -> View<'r>,
        more: &dyn Fn(u32) -> Vec<Difference>,
    ) -> Miss {
        let mut near: Vec<(Rank, usize, Near)> = self
            .candidates(view)
            .into_iter()
            .map(|(rank, entry)| {
                let mut found = differences(view, &recorded(entry), self.names());
                found.extend(more(entry));
                (rank, found.len(), Near { entry, differences: found })
            })
            .collect();
        near.sort_by_key(|(rank, distance, near)| (*rank, *distance, near.entry));
        Miss { nearest: near.into_iter().take(MAX_NEAR).map(|(_, _, near)| near).collect() }
    }

    fn candidates(&self, asked: &View<'_>) -> Vec<(Rank, u32)> {
        let sketch = Sketch::of(asked, self.names());
        let path = normal(&asked.path);
        let own = self.path_numbers.get(path.as_ref()).copied();
        let mut ranked: Vec<(Rank, u32, u32)> = Vec::new();
        let mut rank_all = |cost: Option<u32>, path: u32| {
            for &number in &self.paths[path as usize].1 {
                let entry = &self.entries[number as usize];
                let same_method = self.methods[entry.method as usize] == asked.method;
                let rank = match cost {
                    None => (u8::from(!same_method), 0),
                    Some(cost) => (2, cost + u32::from(!same_method) * 50),
                };
                ranked.push((rank, entry.sketch.distance(&sketch), number));
            }
        };
        if let Some(own) = own {
            rank_all(None, own);
        }
        if own.is_none_or(|own| self.paths[own as usize].1.len() < MAX_NEAR) {
            for (cost, other) in self.similar_paths(&path, own) {
                rank_all(Some(cost), other);
            }
        }
        ranked.sort_unstable();
        let mut seen = HashSet::new();
        ranked.retain(|&(rank, _, number)| {
            let entry = &self.entries[number as usize];
            seen.len() < CANDIDATES && seen.insert((rank, entry.path, entry.method, &entry.sketch))
        });
        ranked.into_iter().map(|(rank, _, number)| (rank, number)).collect()
    }

    /// The most similar other paths, with what tells them apart in hundredths of a segment.
    fn similar_paths(&self, path: &str, own: Option<u32>) -> Vec<(u32, u32)> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let mut best = std::collections::BinaryHeap::new();
        for (number, (other, _)) in (0u32..).zip(&self.paths) {
            if own == Some(number) {
                continue;
            }
            if let Some(cost) = path_cost(&segments, other) {
                best.push((cost, number));
                if best.len() > CANDIDATES {
                    best.pop();
                }
            }
        }
        let mut best = best.into_vec();
        best.sort_unstable_by_key(|&(cost, number)| (cost, Reverse(u32::MAX - number)));
        best
    }
}

/// What tells two paths apart, in hundredths of a segment; none if they have too little in common.
fn path_cost(asked: &[&str], recorded: &str) -> Option<u32> {
    let mut cost = 0;
    let mut count = 0;
    let mut others = recorded.split('/').skip(1);
    for &segment in asked {
        count += 1;
        cost += others.next().map_or(100, |other| segment_cost(segment, other));
    }
    let surplus = others.count() as u32;
    let all = (count + surplus) * 100;
    cost += surplus * 100;
    (all > 0 && cost * 4 <= all * 3).then_some(cost)
}

fn segment_cost(a: &str, b: &str) -> u32 {
    if a == b {
        return 0;
    }
    let longer = a.len().max(b.len());
    let front = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let rest = a.len().min(b.len()) - front;
    let back = a.bytes().rev().zip(b.bytes().rev()).take(rest).take_while(|(x, y)| x == y).count();
    let common = front + back;
    // A shared letter or two say nothing; a shared stem halves the difference.
    if common * 2 < longer { 100 } else { 100 - (common * 50 / longer) as u32 }
}
