//! A part of a cassette, named on the command line: exchanges by number, operations as reports print them.

use crate::exit::Stop;
use cassettes::{
    model::{Cassette, ExchangeId},
    operation::Operations,
};
use std::collections::BTreeSet;

/// So many near misses are named.
const MOST: usize = 5;

/// Which exchanges are meant.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Chosen {
    /// Only this exchange, by its number: '#3'; repeat it for several
    #[arg(long, value_name = "ID")]
    pub(crate) exchange: Vec<String>,
    /// Only the exchanges of this operation, as reports print it: 'GET /v1/customers/{id}'; repeat it for several
    #[arg(long, value_name = "OPERATION")]
    pub(crate) operation: Vec<String>,
}

impl Chosen {
    /// Whether no part was named.
    pub(crate) fn is_empty(&self) -> bool {
        self.exchange.is_empty() && self.operation.is_empty()
    }

    /// The exchanges of a cassette that are meant. What names none of them is bad usage.
    pub(crate) fn of(&self, cassette: &Cassette) -> Result<BTreeSet<ExchangeId>, Stop> {
        let mut chosen = BTreeSet::new();
        for text in &self.exchange {
            chosen.insert(exchange(text, cassette)?);
        }
        let known = Operations::learn(&cassette.exchanges);
        let operations: Vec<String> =
            cassette.exchanges.iter().map(|e| known.of(&e.request).to_string()).collect();
        for text in &self.operation {
            let text = text.trim();
            let all = cassette.exchanges.iter().zip(&operations);
            let meant: Vec<ExchangeId> =
                all.filter(|(_, own)| is_operation(text, own)).map(|(e, _)| e.id).collect();
            if meant.is_empty() {
                return Err(Stop::usage(
                    format!("--operation {text:?}: {} has no such operation", cassette.name),
                    nearest(text, operations.iter().cloned().collect()),
                ));
            }
            chosen.extend(meant);
        }
        Ok(chosen)
    }
}

/// `#3`, `3` and `billing.yaml#3`.
pub(crate) fn exchange(text: &str, cassette: &Cassette) -> Result<ExchangeId, Stop> {
    let number = match text.trim().rsplit_once('#') {
        Some((name, number)) if name.is_empty() || name == cassette.name => Some(number),
        Some(_) => None,
        None => Some(text.trim()),
    };
    let id = number.and_then(|number| number.parse().ok()).map(ExchangeId);
    id.filter(|id| cassette.exchanges.iter().any(|exchange| exchange.id == *id)).ok_or_else(|| {
        let ids = cassette.exchanges.iter().map(|exchange| exchange.id);
        let known = match (ids.clone().min(), ids.max()) {
            (Some(first), Some(last)) => {
                format!("{} has {first} to {last}; `truetape inspect` lists them", cassette.name)
            }
            _ => format!("{} holds no exchange", cassette.name),
        };
        Stop::usage(format!("--exchange {text:?}: {} has no such exchange", cassette.name), known)
    })
}

/// Methods in any case; the names of what varies do not matter.
fn is_operation(asked: &str, own: &str) -> bool {
    plain(asked) == plain(own)
}

fn plain(operation: &str) -> String {
    let (method, path) = operation.split_once(' ').unwrap_or(("", operation));
    let mut out = format!("{} ", method.to_ascii_uppercase());
    let mut inside = false;
    for c in path.trim().chars() {
        match c {
            '{' => inside = true,
            '}' if inside => {
                inside = false;
                out.push_str("{}");
            }
            _ if inside => {}
            c => out.push(c),
        }
    }
    out
}

/// A hint that names the operations nearest to what was asked for.
fn nearest(asked: &str, known: BTreeSet<String>) -> String {
    let asked = plain(asked);
    let words = |text: &str| -> BTreeSet<String> {
        text.split(['/', ' ']).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    let own = words(&asked);
    let mut ranked: Vec<(usize, String)> = known
        .into_iter()
        .map(|operation| {
            let theirs = words(&plain(&operation));
            let common = own.intersection(&theirs).count() * 2;
            let begun = theirs.iter().filter(|word| own.iter().any(|o| alike(o, word))).count();
            (common + begun, operation)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let named: Vec<String> =
        ranked.into_iter().take(MOST).map(|(_, operation)| format!("'{operation}'")).collect();
    format!("nearest are {}", named.join(", "))
}

/// Whether a word could have been meant by another: one begins the other, or half of it is the same.
fn alike(asked: &str, known: &str) -> bool {
    let same = asked.chars().zip(known.chars()).take_while(|(a, b)| a == b).count();
    same * 2 >= asked.chars().count().max(known.chars().count()).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_known_by_method_and_form() {
        assert!(is_operation("get /v1/customers/{customer}", "GET /v1/customers/{id}"));
        assert!(!is_operation("GET /v1/customers", "GET /v1/customers/{id}"));
        let known = ["GET /v1/customers/{id}", "POST /v1/charges"].map(str::to_owned);
        let hint = nearest("GET /v1/customer/{id}", known.into_iter().collect());
        assert!(hint.starts_with("nearest are 'GET /v1/customers/{id}'"), "{hint}");
    }
}
