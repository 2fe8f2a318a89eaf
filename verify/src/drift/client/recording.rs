//! The recording itself, told as if it had been a run.

use cassettes::journal::{Carrier, Content, Journal, Line, Opening, SCHEMA, Served, Source};
use cassettes::model::{Cassette, Digest, Exchange, Micros, Timestamp};
use std::collections::BTreeMap;

/// What was asked when the cassettes were recorded, with its times and connections. A recorder notes the
/// connections to the real side: how clients used theirs it does not tell.
pub fn recording(cassettes: &[Cassette]) -> Journal {
    let all = || cassettes.iter().enumerate().flat_map(|(at, c)| c.exchanges.iter().map(move |e| (at, c, e)));
    let began = all().map(|(.., exchange)| exchange.at.0).min().unwrap_or_default();
    let mut journal = Journal {
        opening: Opening {
            journal: SCHEMA,
            started: Timestamp(began).to_string(),
            speed: "recorded".to_owned(),
            cassettes: cassettes
                .iter()
                .map(|c| Source { name: c.name.clone(), ..Source::default() })
                .collect(),
            ..Opening::default()
        },
        lines: Vec::new(),
    };
    let mut connections: BTreeMap<(usize, &str, u32), (u64, u64, Micros)> = BTreeMap::new();
    let mut served: Vec<Served> = Vec::new();
    for (number, cassette, exchange) in all() {
        let at = Micros::try_from(exchange.at.0.saturating_sub(began)).unwrap_or_default();
        let known = connections.len() as u64 + 1;
        let carrier = connections
            .entry((number, exchange.upstream.as_str(), exchange.connection.id))
            .or_insert((known, 0, at));
        carrier.1 += 1;
        served.push(Served {
            at,
            connection: Carrier {
                id: carrier.0,
                request: carrier.1,
                opened: carrier.2,
                ..Carrier::default()
            },
            exchange: Some(cassette.cite(exchange.id)),
            ..told(exchange, at)
        });
    }
    served.sort_by_key(|one| one.at);
    journal.lines = served.into_iter().map(|one| Line::Served(Box::new(one))).collect();
    journal
}

fn told(exchange: &Exchange, at: Micros) -> Served {
    let asked = &exchange.request;
    let text = |(name, value): (&str, &[u8])| (name.to_owned(), String::from_utf8_lossy(value).into_owned());
    let body = asked.body.bytes();
    let content = || Content {
        len: asked.len(),
        sha256: Digest::of(asked.essence()).to_string(),
        text: std::str::from_utf8(body).ok().filter(|text| !text.is_empty()).map(str::to_owned),
    };
    let took = exchange.timing.end.or(exchange.timing.first_byte).unwrap_or(1_000);
    Served {
        session: "default".to_owned(),
        method: asked.method.clone(),
        target: asked.target.clone(),
        headers: asked.headers.iter().map(text).collect(),
        body: (!asked.is_empty()).then(content),
        answer: exchange.answer.label(),
        first: exchange.timing.first_byte.map(|first| at.saturating_add(first)),
        end: at.saturating_add(took),
        written: 1,
        ..Served::default()
    }
}
