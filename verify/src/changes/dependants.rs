//! Which exchanges carry a value that the answer which gave it no longer gives: what a recording taken from
//! two recordings has lost.

use cassettes::links;
use cassettes::model::{Answer, Exchange, ExchangeId};

/// An exchange whose request carries what nobody gives any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependant {
    /// The exchange.
    pub exchange: ExchangeId,
    /// The one whose answer had given the value.
    pub from: ExchangeId,
    /// Where in the request: `path segment 3`, `query cursor`.
    pub place: String,
    /// The value.
    pub value: String,
}

/// The exchanges of `whole` whose requests carry a value that in `whole` an answer had given, where `now` says
/// what is answered instead; for an exchange without an entry in `now` its own answer stands.
pub fn dependants(whole: &[Exchange], now: &[Option<Answer>]) -> Vec<Dependant> {
    let links = links::discover(whole);
    let said: Vec<Option<Answer>> = whole
        .iter()
        .enumerate()
        .map(|(at, exchange)| Some(now.get(at).cloned().flatten().unwrap_or_else(|| exchange.answer.clone())))
        .collect();
    let mut found = Vec::new();
    for (to, exchange) in whole.iter().enumerate() {
        // What was asked anew carries what is given now.
        if now.get(to).is_some_and(Option::is_some) {
            continue;
        }
        let bound = links::bind(to, whole, &links, &said);
        if bound.unbound.is_empty() && bound.request == exchange.request {
            continue;
        }
        let broken =
            links.iter().find(|link| link.to == to && now.get(link.from).is_some_and(Option::is_some));
        if let Some(link) = broken {
            found.push(Dependant {
                exchange: exchange.id,
                from: whole[link.from].id,
                place: link.target.to_string(),
                value: link.value.clone(),
            });
        }
    }
    found
}
