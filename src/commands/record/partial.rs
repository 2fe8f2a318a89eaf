//! Recording a part of a cassette anew: what was chosen is asked of the real side, everything else is played
//! from the cassette, and both stand together in the proposal.

use crate::{
    commands::{chosen::Chosen, forms::Forms},
    exit::Stop,
    ui::{self, Flags},
};
use cassettes::{
    links::{self, Link},
    matching,
    model::{Answer, Cassette, Exchange, ExchangeId, Request},
    redact::Policy,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};
use verify::changes::dependants;

/// So many notes of a kind are printed.
const MOST: usize = 10;

/// The part of a cassette that is recorded anew, while it is.
pub(crate) struct Anew {
    old: Cassette,
    chosen: BTreeSet<ExchangeId>,
    links: Vec<Link>,
    policy: Arc<Policy>,
    /// The cassette was made with another key of the pseudonyms.
    lacks_key: bool,
    state: Mutex<State>,
}

struct State {
    /// For each exchange the answer that stands now.
    said: Vec<Option<Answer>>,
    /// Requests that carry what was given anew, each with the exchange whose question it is.
    known: HashMap<Vec<u8>, usize>,
    /// The same by the forms of what another key hides in them.
    forms: Forms,
    done: BTreeSet<ExchangeId>,
}

impl Anew {
    /// None where no part is chosen.
    pub(crate) fn choose(
        chosen: &Chosen,
        old: Option<&Cassette>,
        policy: &Arc<Policy>,
        lacks_key: bool,
    ) -> Result<Option<Arc<Anew>>, Stop> {
        if chosen.is_empty() {
            return Ok(None);
        }
        let Some(old) = old else {
            return Err(Stop::usage(
                "--exchange and --operation name a part of a cassette, and there is none yet",
                "record it first",
            ));
        };
        let said = old.exchanges.iter().map(|e| Some(e.answer.clone())).collect();
        Ok(Some(Arc::new(Anew {
            chosen: chosen.of(old)?,
            links: links::discover(&old.exchanges),
            policy: Arc::clone(policy),
            lacks_key,
            state: Mutex::new(State {
                said,
                known: HashMap::new(),
                forms: Forms::default(),
                done: BTreeSet::new(),
            }),
            old: old.clone(),
        })))
    }

    /// The exchanges that are asked of the real side.
    pub(crate) fn chosen(&self) -> &BTreeSet<ExchangeId> {
        &self.chosen
    }

    /// Those of them that the real side was asked.
    pub(crate) fn done(&self) -> BTreeSet<ExchangeId> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).done.clone()
    }

    /// How many exchanges the whole cassette holds.
    pub(crate) fn total(&self) -> usize {
        self.old.exchanges.len()
    }

    /// The recorded request that a request stands for which carries what an answer gave anew; without the key of
    /// the pseudonyms there may be several, in recorded order.
    pub(crate) fn recorded(&self, request: &Request) -> Vec<Request> {
        let known = {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.known.is_empty() {
                return Vec::new();
            }
            let (cleaned, names) =
                (self.policy.clean_request(request, crate::env::now()), self.policy.names());
            match state.known.get(&matching::key(&cleaned, names)) {
                Some(known) => BTreeSet::from([*known]),
                None => state.forms.find(&cleaned, names),
            }
        };
        // The client's own fields still say which of several answers it wants.
        let as_recorded = |recorded: &Request| {
            let (target, body, blob) =
                (recorded.target.clone(), recorded.body.clone(), recorded.blob.clone());
            Request { target, body, blob, ..request.clone() }
        };
        known.iter().map(|at| as_recorded(&self.old.exchanges[*at].request)).collect()
    }

    /// Learns what the real side gave: requests that carry it are known from now on.
    pub(crate) fn learn(&self, exchange: &Exchange) {
        let Some(from) = self.old.exchanges.iter().position(|old| old.id == exchange.id) else { return };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.done.insert(exchange.id);
        state.said[from] = Some(exchange.answer.clone());
        let carry = |link: &&Link| link.from == from || link.others.iter().any(|(other, _)| *other == from);
        let dependants: BTreeSet<usize> = self.links.iter().filter(carry).map(|link| link.to).collect();
        for to in dependants {
            let (old, names) = (&self.old.exchanges[to], self.policy.names());
            let bound = links::bind(to, &self.old.exchanges, &self.links, &state.said).request;
            if bound != old.request {
                state.known.insert(matching::key(&bound, names), to);
                if self.lacks_key {
                    state.forms.add(&bound, &old.redactions, names, to);
                }
            }
        }
    }

    /// Says what was not asked for, and what no longer fits.
    pub(crate) fn conclude(&self, ui: &Flags) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let note = |text: String| ui.say(format!("{yellow}note:{yellow:#} {text}", yellow = ui::YELLOW));
        for id in self.chosen.difference(&state.done).take(MOST) {
            let request = self.old.exchanges.iter().find(|e| e.id == *id).map(|e| &e.request);
            let asked = request.map_or_else(String::new, |r| format!(" ({} {})", r.method, r.path()));
            note(format!("{id}{asked} was not asked for, and stays as it was"));
        }
        if state.done.is_empty() {
            return;
        }
        let now: Vec<Option<Answer>> = self
            .old
            .exchanges
            .iter()
            .zip(&state.said)
            .map(|(old, said)| said.clone().filter(|_| state.done.contains(&old.id)))
            .collect();
        let broken = dependants(&self.old.exchanges, &now);
        for one in broken.iter().take(MOST) {
            note(format!(
                "{} carries `{}` ({}), which {} gave and gives no longer: record {} anew as well",
                one.exchange, one.value, one.place, one.from, one.exchange
            ));
        }
        if broken.len() > MOST {
            note(format!("and {} more that carry what is no longer given", broken.len() - MOST));
        }
    }
}
