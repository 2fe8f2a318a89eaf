//! Which requests ask for the very same thing, and which of them can be told to be one asked again.

use super::{Call, Conduct, Recorded};
use cassettes::facets::credential::credentials;
use cassettes::facets::error_class::Class;
use cassettes::model::{Digest, Micros};
use std::collections::{BTreeMap, HashMap};

/// The requests that ask for the very same thing, session by session.
#[derive(Debug, Default)]
pub struct Repeats {
    /// Each as numbers of [`Conduct::calls`] in time order, at least two.
    pub groups: Vec<Vec<usize>>,
}

/// What tells requests apart: the session, and the recorded request or else method, target and body.
#[derive(PartialEq, Eq, Hash)]
struct Same<'c> {
    session: &'c str,
    method: &'c str,
    target: &'c str,
    body: &'c str,
}

impl Repeats {
    pub(super) fn of(conduct: &Conduct<'_>) -> Self {
        // The recorded request, where one answered, stands for every spelling of it.
        let digests: Vec<Option<String>> = conduct
            .recorded
            .iter()
            .map(|r| (!r.request().is_empty()).then(|| Digest::of(r.request().essence()).to_string()))
            .collect();
        let mut by: HashMap<Same<'_>, Vec<usize>> = HashMap::new();
        for (number, call) in conduct.calls.iter().enumerate() {
            if call.served.broken.is_some() {
                continue;
            }
            by.entry(same(conduct, &digests, call)).or_default().push(number);
        }
        let mut groups: Vec<Vec<usize>> = by.into_values().filter(|group| group.len() > 1).collect();
        groups.sort();
        Repeats { groups }
    }
}

fn same<'c>(conduct: &'c Conduct<'_>, digests: &'c [Option<String>], call: &'c Call<'_>) -> Same<'c> {
    let session = call.served.session.as_str();
    // A request that came once too often was nearest to what it had asked before.
    let exhausted = || {
        let miss = call.served.miss.as_ref().filter(|miss| miss.differences.is_empty())?;
        conduct.find(miss.nearest.as_deref()?)
    };
    if let Some(at) = call.exchange.or_else(exhausted) {
        let asked = conduct.recorded[at].request();
        let body = digests[at].as_deref().unwrap_or_default();
        return Same { session, method: &asked.method, target: &asked.target, body };
    }
    let body = call.served.body.as_ref().map_or("", |body| body.sha256.as_str());
    Same { session, method: &call.served.method, target: &call.served.target, body }
}

/// One request and the same asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// The earlier one, as a number of [`Conduct::calls`].
    pub first: usize,
    /// The later one.
    pub second: usize,
}

/// So late may the server notice that a client has left.
const NOTICED: Micros = 50_000;

/// So much later than its client knows may the journal take an answer to be over.
const WRITTEN: Micros = 1_000;

/// Whoever does so much else in between does not ask at once.
const MOST_BETWEEN: usize = 256;

impl Conduct<'_> {
    /// See [`Conduct::asked_again`].
    pub(super) fn find_again(&self) -> Vec<Again> {
        let mut again = Vec::new();
        for group in &self.repeats().groups {
            let mut clients: BTreeMap<Who, Vec<usize>> = BTreeMap::new();
            for &number in group {
                clients.entry(who(&self.calls[number])).or_default().push(number);
            }
            for own in clients.values().filter(|own| !self.is_concurrent(own)) {
                let pairs = own.windows(2).map(|two| Again { first: two[0], second: two[1] });
                again.extend(pairs.filter(|again| self.is_one_connection(*again)));
            }
        }
        again.sort_by_key(|again| (again.first, again.second));
        again
    }

    /// Whether the client learnt nothing between the two: in the session where only one thing is asked at a time,
    /// else on their connections. What was refused for other reasons than that there is no such thing tells
    /// nothing, and what another client learns is its own.
    pub fn is_at_once(&self, again: Again) -> bool {
        let (a, b) = (&self.calls[again.first], &self.calls[again.second]);
        let own = [a.served.connection.id, b.served.connection.id];
        let session = &a.served.session;
        let between = (again.first + 1..again.second).filter(|&n| self.calls[n].served.session == *session);
        let within: Vec<usize> = between.take(MOST_BETWEEN + 1).collect();
        if within.len() > MOST_BETWEEN {
            return false;
        }
        let agent = a.header("user-agent");
        let tells =
            |n: &usize| self.calls[*n].header("user-agent") == agent && self.is_telling(&self.calls[*n]);
        if !within.iter().any(tells) {
            return true;
        }
        let end = self.calls[again.first].over();
        let mut latest = end;
        let serial = within.iter().chain([&again.second]).all(|&n| {
            let served = self.calls[n].served;
            let after = served.at >= latest;
            latest = latest.max(self.calls[n].over());
            after
        });
        !serial
            && within.iter().filter(|n| tells(n)).all(|&n| !own.contains(&self.calls[n].served.connection.id))
    }

    /// Whether an answer told its client anything of the things that it asked about.
    fn is_telling(&self, call: &Call<'_>) -> bool {
        let refused = self.answer(call).filter(|_| call.served.fault.is_none()).and_then(Recorded::class);
        match refused {
            Some(class) => matches!(class, Class::NotFound | Class::Gone),
            None => call.status().is_some_and(|status| status < 400) && call.served.gave_up.is_none(),
        }
    }

    fn is_one_connection(&self, again: Again) -> bool {
        let (a, b) = (&self.calls[again.first], &self.calls[again.second]);
        if b.served.at < a.over() {
            return false;
        }
        let (before, after) = (a.served.connection.id, b.served.connection.id);
        let closed = self.lives.get(&before).and_then(|life| life.closed);
        before == after || closed.is_some_and(|closed| closed <= b.served.at.saturating_add(NOTICED))
    }

    fn is_concurrent(&self, group: &[usize]) -> bool {
        group.windows(2).any(|two| self.calls[two[1]].served.at < self.calls[two[0]].left_or_end())
    }
}

/// By what a client is told from others: its name, and its credentials with their places.
pub(super) type Who = (Vec<Option<String>>, Vec<(String, String)>);

pub(super) fn who(call: &Call<'_>) -> Who {
    let told = ["user-agent", "authorization", "cookie"].map(|name| call.header(name).map(str::to_owned));
    let shown = credentials(&call.request()).into_iter();
    (told.to_vec(), shown.map(|credential| (credential.place.0, credential.text)).collect())
}

impl Call<'_> {
    /// When its client may have gone on: the journal knows a little later that an answer was taken.
    fn over(&self) -> Micros {
        self.left_or_end().saturating_sub(WRITTEN).max(self.served.at)
    }

    fn left_or_end(&self) -> Micros {
        let noticed = if self.served.gave_up.is_some() { NOTICED } else { 0 };
        self.served.end.saturating_sub(noticed).max(self.served.at)
    }
}
