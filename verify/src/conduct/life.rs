//! The life of one connection.

use super::Call;
use cassettes::journal::{Ended, Journal};
use cassettes::model::Micros;
use std::collections::BTreeMap;

/// The life of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// Its number in the journal.
    pub id: u64,
    /// When it was accepted.
    pub opened: Micros,
    /// When it ended; none if it was still open when the replay was over.
    pub closed: Option<Micros>,
    /// How the journal says that it ended.
    pub why: Option<String>,
    /// Its line in the journal, if it ended.
    pub line: Option<u32>,
    /// The requests that it carried, as numbers of [`super::Conduct::calls`], in time order.
    pub calls: Vec<usize>,
}

impl Life {
    /// Every connection of a journal, by its number. One whose end is not told was open to the end.
    pub(super) fn all(calls: &[Call<'_>], journal: &Journal) -> BTreeMap<u64, Life> {
        let mut lives: BTreeMap<u64, Life> = BTreeMap::new();
        let fresh = |id, opened| Life { id, opened, closed: None, why: None, line: None, calls: Vec::new() };
        for (number, call) in calls.iter().enumerate() {
            let carrier = &call.served.connection;
            let life = lives.entry(carrier.id).or_insert_with(|| fresh(carrier.id, carrier.opened));
            life.calls.push(number);
        }
        for (line, ended) in (2..).zip(&journal.lines) {
            if let cassettes::journal::Line::Ended(Ended { closed, connection, opened, why, .. }) = ended {
                let life = lives.entry(*connection).or_insert_with(|| fresh(*connection, *opened));
                (life.closed, life.why, life.line) = (Some(*closed), why.clone(), Some(line));
            }
        }
        lives
    }

    /// Whether it was open at a moment.
    pub fn is_open_at(&self, moment: Micros) -> bool {
        self.opened <= moment && self.closed.is_none_or(|closed| closed > moment)
    }
}
