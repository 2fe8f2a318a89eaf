//! Replay, else record: what the cassette knows is answered from it.

use super::record::Anew;
use cassettes::{
    model::{Cassette, Exchange, Request},
    redact::Policy,
    subject::Boxed,
};
use recorder::{First, Standing, Turn};
use replayer::{Knows, Tape};
use std::{collections::BTreeSet, sync::Arc};
use wire::serve::Call;

/// Shorter segments of a path hold no secret.
const LONG: usize = 8;

/// A cassette that is asked before the real side is.
pub(crate) struct Known {
    tape: Arc<Tape>,
    pairs: Vec<(String, String)>,
    policy: Arc<Policy>,
    /// What upstreams were called when the cassette was recorded, where that is not their name now.
    moved: Vec<(String, String)>,
    anew: Option<Arc<Anew>>,
}

impl Known {
    /// `anew` is the part of it that is asked of the real side although it is known.
    pub(crate) fn new(
        cassette: Cassette,
        policy: Arc<Policy>,
        standings: &[Standing],
        anew: Option<Arc<Anew>>,
    ) -> Known {
        // A base URL may hold a secret; the tape knows it cleaned.
        let mut pairs: Vec<(String, String)> =
            standings.iter().map(|s| (policy.clean_upstream(&s.upstream), s.listener.clone())).collect();
        let veiled = if policy.is_keyless() { hidden(&cassette) } else { BTreeSet::new() };
        let tape = Arc::new(Tape::prepare(vec![cassette], Arc::clone(&policy)));
        let moved: Vec<(String, String)> = pairs
            .iter()
            .filter_map(|(now, _)| Some((now.clone(), former(now, pairs.len(), &tape, &veiled)?)))
            .collect();
        for (now, then) in &moved {
            let listeners =
                pairs.iter().filter(|(name, _)| name == now).map(|(_, listener)| listener.clone());
            let more: Vec<_> = listeners.map(|listener| (then.clone(), listener)).collect();
            pairs.extend(more);
        }
        Known { tape, pairs, policy, moved, anew }
    }

    /// What it knows of one upstream.
    pub(crate) fn standing_for(&self, upstream: &str) -> Arc<OfUpstream> {
        let now = self.policy.clean_upstream(upstream);
        let then = self.moved.iter().find(|(name, _)| *name == now).map(|(_, then)| then.clone());
        let upstream = then.unwrap_or(now);
        let known =
            replayer::Known::new(Arc::clone(&self.tape), &upstream, self.pairs.clone(), crate::env::now);
        let held = self.anew.as_ref().map(|anew| anew.chosen().clone()).unwrap_or_default();
        Arc::new(OfUpstream { known: known.holding(held), anew: self.anew.clone() })
    }
}

/// What an upstream was called when the tape was recorded, if that is another name of it.
fn former(now: &str, upstreams: usize, tape: &Tape, veiled: &BTreeSet<String>) -> Option<String> {
    if tape.upstreams().iter().any(|then| then == now) {
        return None;
    }
    if let ([then], 1) = (tape.upstreams(), upstreams)
        && host(now) == host(then)
    {
        // It listens on another port now.
        return Some(then.clone());
    }
    let mut alike = veiled.iter().filter(|then| is_alike(now, then));
    let then = alike.next()?;
    // Of several nobody knows which.
    alike.next().is_none().then(|| then.clone())
}

/// The base URLs from which redaction took a secret.
fn hidden(cassette: &Cassette) -> BTreeSet<String> {
    let holds = |exchange: &&Exchange| exchange.redactions.iter().any(|taken| taken.place.0 == "upstream");
    cassette.exchanges.iter().filter(holds).map(|exchange| exchange.upstream.clone()).collect()
}

/// Whether base URLs differ in nothing but what another key made of a secret: in who asks, or in long segments of
/// the path.
fn is_alike(now: &str, then: &str) -> bool {
    let parts = |url: &str| -> Option<(String, String, Vec<String>)> {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let segments = path.split('/').map(str::to_owned).collect();
        Some((format!("{scheme}://{host}"), user.to_owned(), segments))
    };
    let (Some(now), Some(then)) = (parts(now), parts(then)) else { return false };
    let long = |now: &String, then: &String| now == then || (now.len() >= LONG && has_form(now, then));
    now.0 == then.0
        && has_form(&now.1, &then.1)
        && now.2.len() == then.2.len()
        && now.2.iter().zip(&then.2).all(|(now, then)| long(now, then))
}

/// Whether a text may be another key's stand-in for what the other one stands for.
fn has_form(one: &str, other: &str) -> bool {
    let class = |c: char| match c {
        '0'..='9' => '0',
        'a'..='z' => 'a',
        'A'..='Z' => 'A',
        c => c,
    };
    one.chars().map(class).eq(other.chars().map(class))
}

/// The scheme and the host of a base URL, without its port.
fn host(upstream: &str) -> &str {
    match upstream.rsplit_once(':') {
        Some((before, port)) if port.bytes().all(|b| b.is_ascii_digit()) => before,
        _ => upstream,
    }
}

/// What a cassette knows of one upstream.
pub(crate) struct OfUpstream {
    known: replayer::Known,
    anew: Option<Arc<Anew>>,
}

impl First for OfUpstream {
    fn play<'a>(&'a self, call: &'a mut Call<'_>, request: &'a Request) -> Boxed<'a, Turn> {
        Box::pin(async move {
            let mut knows = self.known.play(call, request).await;
            if let (Knows::Nothing, Some(anew)) = (knows, &self.anew) {
                for recorded in anew.recorded(request) {
                    knows = self.known.play(call, &recorded).await;
                    if knows != Knows::Nothing {
                        break;
                    }
                }
            }
            match knows {
                Knows::Played(flow) => Turn::Played(flow),
                Knows::Held(id) => Turn::Anew(id),
                Knows::Nothing => Turn::Unknown,
            }
        })
    }

    fn reset(&self, call: &Call<'_>) {
        self.known.reset(call);
    }
}
