//! The credentials that requests came with, read once: each operation asks about those of all.

use crate::run::Run;
use cassettes::facets::credential::{Credential, credentials};
use cassettes::model::{Exchange, Request, Response};
use std::collections::BTreeSet;

/// What gives a token says little else, in bytes.
const SMALL: usize = 16 * 1024;

/// So many of those that were let in are looked at.
const MOST: usize = 16;

/// The credentials of everything that was recorded.
#[derive(Default)]
pub(super) struct Carried<'r> {
    /// Those that were let in where not everybody is, and that no answer gave, each once.
    pub(super) let_in: Vec<Credential>,
    /// The schemes that any of them came under.
    pub(super) schemes: BTreeSet<String>,
    /// Of each cassette the first success that read something with a credential under a scheme, and that.
    firsts: Vec<Option<(&'r Exchange, Credential)>>,
}

impl<'r> Carried<'r> {
    pub(super) fn of(run: &'r Run<'r>, everything: &[&'r Exchange]) -> Carried<'r> {
        let mut carried = Carried::default();
        let mut known: BTreeSet<(String, Option<String>, String)> = BTreeSet::new();
        // What is open to all says nothing of whom it knows.
        let passed = |e: &&&Exchange| e.answer.reply().is_some_and(|reply| reply.status < 400);
        let bare = everything.iter().filter(passed).filter(|e| credentials(&e.request).is_empty());
        let open: BTreeSet<(&str, &str)> = bare.map(|e| place(e)).collect();
        for exchange in everything {
            let is_open = open.contains(&place(exchange));
            let good = !is_open && exchange.answer.reply().is_some_and(|reply| reply.status < 400);
            let all = credentials(&exchange.request);
            carried.schemes.extend(all.iter().find_map(|one| one.scheme.clone()));
            for one in all.into_iter().filter(|_| good) {
                if known.insert((one.place.0.clone(), one.scheme.clone(), one.text.clone())) {
                    carried.let_in.push(one);
                }
            }
        }
        carried.let_in.truncate(MOST);
        carried.let_in.retain(|one| !is_given(everything, &one.text));
        let good = |e: &&Exchange| e.answer.reply().is_some_and(Response::is_success);
        let reads = |e: &&Exchange| e.request.method == "GET";
        carried.firsts = run
            .cassettes
            .iter()
            .map(|c| {
                let mut all = c.exchanges.iter().filter(reads).filter(good);
                all.find_map(|exchange| Some((exchange, under_a_scheme(&exchange.request)?)))
            })
            .collect();
        carried
    }

    /// The credential under a scheme of an exchange that is the first of its cassette to read something so.
    pub(super) fn first(&self, cassette: usize, exchange: &Exchange) -> Option<&Credential> {
        let (first, credential) = self.firsts.get(cassette)?.as_ref()?;
        std::ptr::eq(*first, exchange).then_some(credential)
    }
}

fn place(exchange: &Exchange) -> (&str, &str) {
    (&exchange.request.method, exchange.request.path())
}

/// Whether an answer gave a credential: it may be the same one's, from another day.
fn is_given(everything: &[&Exchange], text: &str) -> bool {
    everything.iter().filter_map(|e| e.answer.reply()).any(|reply| {
        let body = reply.body.bytes();
        !text.is_empty()
            && body.len() <= SMALL
            && body.windows(text.len()).any(|piece| piece == text.as_bytes())
    })
}

fn under_a_scheme(request: &Request) -> Option<Credential> {
    credentials(request).into_iter().find(|one| one.scheme.is_some())
}
