//! Who is asked in the place of each upstream that was recorded.

use crate::exit::{Exit, Stop};
use cassettes::model::Cassette;
use recorder::{Live, LiveLimits};
use std::{collections::BTreeMap, path::Path};
use verify::drift::vendor::Side;

/// Who is asked, for each upstream that was recorded.
pub(super) struct Sides(Vec<(String, Live)>);

impl Sides {
    /// Opens what is asked: as these say, a base URL or FROM=TO for each, else what was recorded.
    pub(super) fn open(
        cassettes: &[Cassette],
        given: &[String],
        limits: LiveLimits,
        ca_file: Option<&Path>,
    ) -> Result<Sides, Stop> {
        let recorded = recorded(cassettes);
        let to = targets(&recorded, given)?;
        let extra =
            match ca_file {
                Some(path) => Some(std::fs::read(path).map_err(|e| {
                    Stop::usage(format!("{}: reading: {e}", path.display()), "check --ca-file")
                })?),
                None => None,
            };
        if let Some(Err(e)) = extra.as_deref().map(|extra| wire::client::client_config(Some(extra))) {
            return Err(Stop::usage(
                format!("--ca-file: {e}"),
                "give a file with one or more `-----BEGIN CERTIFICATE-----`",
            ));
        }
        let mut sides = Vec::new();
        for (from, to) in to {
            let live = Live::new(&to, extra.as_deref(), limits).map_err(|e| {
                Stop::usage(format!("{to}: {e}"), "give a base URL such as https://sandbox.example.com")
            })?;
            sides.push((from, live));
        }
        if sides.is_empty() {
            return Err(Stop::new(
                Exit::CouldNotAsk,
                "the cassettes name no real side",
                "give --upstream URL",
            ));
        }
        Ok(Sides(sides))
    }

    /// As the engine takes them.
    pub(super) fn all(&self) -> Vec<Side<'_>> {
        self.0.iter().map(|(upstream, live)| Side { upstream, subject: live }).collect()
    }

    /// As a report names them.
    pub(super) fn name(&self) -> String {
        let mut names: Vec<&str> = Vec::new();
        for (_, live) in &self.0 {
            let name = cassettes::subject::Subject::name(live);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(", ")
    }
}

/// Every base URL that was recorded, in the order of the exchanges.
fn recorded(cassettes: &[Cassette]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for exchange in cassettes.iter().flat_map(|cassette| &cassette.exchanges) {
        if !all.contains(&exchange.upstream) {
            all.push(exchange.upstream.clone());
        }
    }
    all
}

/// Who is asked for each that was recorded.
fn targets(recorded: &[String], given: &[String]) -> Result<BTreeMap<String, String>, Stop> {
    let known = || recorded.join(", ");
    let mut to: BTreeMap<String, String> =
        recorded.iter().map(|upstream| (upstream.clone(), upstream.clone())).collect();
    for text in given {
        let text = text.trim();
        let pair = text.split_once("=http").map(|(from, to)| (from.trim(), format!("http{to}")));
        if let Some((from, target)) = pair {
            let meant: Vec<&String> = recorded.iter().filter(|one| is_meant(from, one)).collect();
            if meant.is_empty() {
                return Err(Stop::usage(
                    format!("--upstream {text}: the cassettes have no `{from}`"),
                    format!("they have {}", known()),
                ));
            }
            for one in meant {
                let before = to.insert(one.clone(), target.clone());
                if before.is_some_and(|before| before != *one && before != *target) {
                    return Err(Stop::usage(
                        format!("--upstream {text}: `{from}` is led to two places"),
                        "say of each real side once who is asked",
                    ));
                }
            }
            continue;
        }
        // One real side that listened on another port each time is one.
        let hosts: std::collections::BTreeSet<&str> = recorded.iter().map(|one| host(one)).collect();
        if given.len() > 1 || hosts.len() > 1 {
            return Err(Stop::usage(
                format!("--upstream {text}: the cassettes have several real sides: {}", known()),
                "say which one is meant: --upstream FROM=TO",
            ));
        }
        for one in to.values_mut() {
            text.clone_into(one);
        }
    }
    Ok(to)
}

/// Whether what a user wrote means a base URL that was recorded: all of it, or its host.
fn is_meant(from: &str, recorded: &str) -> bool {
    let bare =
        |url: &str| url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/').to_owned();
    from.trim_end_matches('/') == recorded.trim_end_matches('/') || bare(from) == bare(recorded)
}

/// The scheme and the host of a base URL, without its port.
fn host(upstream: &str) -> &str {
    match upstream.rsplit_once(':') {
        Some((before, port)) if port.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => upstream,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_real_side_is_asked_where_the_user_says() {
        let to = |recorded: &[&str], given: &[&str]| {
            let own = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
            targets(&own(recorded), &own(given)).map(|to| to.into_values().collect::<Vec<_>>()).ok()
        };
        let (a, b) = ("https://a.test/v1", "https://b.test");
        assert_eq!(to(&[a], &[]), Some(vec![a.to_owned()]));
        assert_eq!(to(&[a], &["http://127.0.0.1:1"]), Some(vec!["http://127.0.0.1:1".to_owned()]));
        assert_eq!(to(&[a, b], &["http://127.0.0.1:1"]), None, "which one is meant?");
        let led = to(&[a, b], &["b.test=http://127.0.0.1:1"]).expect("one is meant");
        assert_eq!(led, [a.to_owned(), "http://127.0.0.1:1".to_owned()]);
        assert_eq!(to(&[a], &["c.test=http://127.0.0.1:1"]), None);
        let twice = ["b.test=http://127.0.0.1:1", "https://b.test=http://127.0.0.1:2"];
        assert_eq!(to(&[a, b], &twice), None, "which of them?");
        let moved = ["http://127.0.0.1:1", "http://127.0.0.1:2"];
        assert_eq!(to(&moved, &["http://127.0.0.1:3"]).map(|to| to.len()), Some(2));
    }
}
