//! The listings that were recorded, and how clients walked through them.

use super::Conduct;
use crate::walk::{Lesson, Listings};
use cassettes::facets::pagination::{Chain, Edge, chains};
use std::collections::{BTreeMap, HashMap};

/// The listings that were recorded, and how clients walked through them.
#[derive(Debug, Default)]
pub struct Walked {
    /// What is known of every operation that lists things in pages.
    pub listings: Listings,
    /// The recorded walks; their pages are numbers of [`Conduct::recorded`].
    pub recorded: Vec<Chain>,
    /// For each recorded page the pages that were asked for with what it gave; see [`Walked::alike`].
    pub after: BTreeMap<usize, Vec<(usize, Edge)>>,
    /// For each recorded exchange the first that asked the same and was answered the same.
    pub alike: Vec<usize>,
    /// The walks of the replay's clients, in the order of their first pages.
    pub followed: Vec<Followed>,
}

/// How a client walked through a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The session in which it did.
    pub session: String,
    /// The pages it asked for, as numbers of [`Conduct::calls`], in the order of the listing.
    pub pages: Vec<usize>,
    /// Whether the last of them says that there is more.
    pub goes_on: bool,
}

impl Walked {
    pub(super) fn of(conduct: &Conduct<'_>) -> Self {
        let mut walked = Walked { alike: alike(conduct), ..Walked::default() };
        let mut edges: BTreeMap<usize, Edge> = BTreeMap::new();
        for (number, cassette) in conduct.cassettes.iter().enumerate() {
            let Some(first) = conduct.number_of(number, 0) else { continue };
            for mut chain in chains(&cassette.exchanges) {
                chain.pages.iter_mut().for_each(|page| *page += first);
                for (two, edge) in chain.pages.windows(2).zip(&chain.edges) {
                    edges.entry(two[0]).or_insert_with(|| edge.clone());
                    let (page, next) = (walked.alike[two[0]], walked.alike[two[1]]);
                    let after = walked.after.entry(page).or_default();
                    if !after.iter().any(|(known, _)| *known == next) {
                        after.push((next, edge.clone()));
                    }
                }
                walked.recorded.push(chain);
            }
        }
        let successes = conduct.recorded.iter().enumerate().filter(|(_, r)| r.is_success());
        walked.listings = Listings::learn(successes.map(|(number, one)| Lesson {
            operation: &one.operation,
            said: one.said(),
            edge: edges.get(&number),
        }));
        walked.follow(conduct);
        walked
    }

    /// Finds how clients walked: a page belongs to the latest walk of its session that can lead to it.
    fn follow(&mut self, conduct: &Conduct<'_>) {
        for (session, calls) in &conduct.sessions {
            // Which walks wait for a recorded page, by that page.
            let mut waiting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for &number in calls {
                let Some(exchange) = conduct.calls[number].exchange else { continue };
                let recorded = &conduct.recorded[exchange];
                let Some(listing) = self.listings.0.get(&recorded.operation) else { continue };
                if !recorded.is_success() || listing.count(recorded.said()).is_none() {
                    continue;
                }
                let page = self.alike[exchange];
                let goes_on =
                    listing.says_more(recorded.said()).unwrap_or_else(|| self.after.contains_key(&page));
                let at = match waiting.get_mut(&page).and_then(Vec::pop) {
                    Some(at) => at,
                    None => {
                        let session = (*session).to_owned();
                        self.followed.push(Followed { session, pages: Vec::new(), goes_on });
                        self.followed.len() - 1
                    }
                };
                self.followed[at].pages.push(number);
                self.followed[at].goes_on = goes_on;
                for (next, _) in self.after.get(&page).into_iter().flatten() {
                    waiting.entry(*next).or_default().push(at);
                }
            }
        }
        self.followed.sort_by_key(|walk| walk.pages.first().copied());
    }
}

/// For each recorded exchange the first that asked the same and was answered the same.
fn alike(conduct: &Conduct<'_>) -> Vec<usize> {
    let mut first: HashMap<_, usize> = HashMap::new();
    let known = conduct.recorded.iter().enumerate().map(|(number, one)| {
        let (asked, reply) = (one.request(), one.exchange.answer.reply());
        let told = reply.map(|reply| (reply.status, reply.essence()));
        *first.entry((&asked.method, &asked.target, asked.essence(), told)).or_insert(number)
    });
    known.collect()
}
