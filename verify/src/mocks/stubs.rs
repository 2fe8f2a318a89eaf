//! A set of stubs as a subject: what would they answer?

use super::conditions::{Asked, Fit};
use super::files::Cite;
use super::stub::{Content, Order, Reply, STARTED, Scenario, Scene, Stub, Unknown};
use super::{instead, miss, routes};
use cassettes::model::{
    Answer, Body, FailureKind, Headers, Request, Response, Timestamp, Timing, TransportFailure,
};
use cassettes::subject::{Boxed, NoAnswer, Observed, Repertoire, Spot, Subject, Wanted};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// How far the stubs' clock goes on with each answer, in microseconds: a clock that stands would be a lie.
const TICK: u64 = 1_001_000;

/// A set of stubs with its state.
#[derive(Debug)]
pub struct Stubs {
    name: String,
    list: Vec<Stub>,
    /// Answers that are given to whoever asks for their status.
    spare: Vec<Stub>,
    /// What stands in the files and belongs to no stub.
    unknown: Vec<Unknown>,
    unmatched: Answer,
    /// Why nobody knows what is answered when no stub takes the request.
    silent: Option<String>,
    below: String,
    now: Timestamp,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Where each scenario is; none where nobody knows any more.
    scenarios: HashMap<String, Option<String>>,
    /// How often each stub has answered.
    used: HashMap<usize, u32>,
    /// How often anybody has; time and chance go on when the rest begins again.
    turn: u64,
}

impl Stubs {
    /// Stubs under the name of what the user gave. Sorted by priority; among equals the first goes first.
    pub fn new(name: impl Into<String>, mut list: Vec<Stub>) -> Self {
        list.sort_by_key(|stub| stub.priority);
        Stubs {
            name: name.into(),
            list,
            spare: Vec::new(),
            unknown: Vec::new(),
            unmatched: Answer::Reply(Response::new(404, Headers::new(), "")),
            silent: None,
            below: String::new(),
            now: Timestamp(0),
            state: Mutex::new(State::default()),
        }
    }

    /// What the tool answers when no stub takes the request. The reason is put behind an empty text body.
    #[must_use]
    pub fn unmatched(mut self, answer: Answer) -> Self {
        self.unmatched = answer;
        self
    }

    /// Nobody knows what is answered when no stub takes the request: such questions stay open for this reason.
    #[must_use]
    pub fn silent(mut self, reason: impl Into<String>) -> Self {
        self.silent = Some(reason.into());
        self
    }

    /// Answers that are not given by themselves: whoever asks chooses the status.
    #[must_use]
    pub fn sparing(mut self, spare: Vec<Stub>) -> Self {
        self.spare = spare;
        self
    }

    /// The moment of the run.
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// The path below which the stubs are asked: `/v2` for an upstream `https://host/v2`.
    #[must_use]
    pub fn below(mut self, base: &str) -> Self {
        base.trim_end_matches('/').clone_into(&mut self.below);
        self
    }

    /// Adds what stands in the files and belongs to no stub.
    #[must_use]
    pub fn doubting(mut self, unknown: Vec<Unknown>) -> Self {
        self.unknown.extend(unknown);
        self
    }

    /// Every stub, in the order in which they are asked.
    pub fn list(&self) -> &[Stub] {
        &self.list
    }

    /// Everything that is not understood, and where it stands.
    pub fn not_understood(&self) -> Vec<Unknown> {
        let all = self.unknown.iter().cloned().chain(self.list.iter().flat_map(Stub::not_understood));
        let mut told = HashSet::new();
        all.filter(|u| told.insert((u.spot.file.clone(), u.spot.line, u.what.clone()))).collect()
    }

    /// What the stubs answer to a question, and how that changes them.
    pub fn ask(&self, request: &Request) -> Result<Observed, NoAnswer> {
        let request = self.placed(request);
        let turn = self.state.lock().unwrap_or_else(PoisonError::into_inner).turn;
        let asked = Asked::new(&request, self.clock(turn));
        // Conditions are looked at without the lock; what they say does not depend on the state.
        let fits: Vec<(usize, Fit)> =
            self.list.iter().enumerate().filter_map(|(at, s)| fit(at, s, &asked)).collect();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, fit) in fits {
            let stub = &self.list[at];
            match Fit::all([fit, state.fit(at, stub)]) {
                Fit::Unmet => {}
                Fit::Unsure => {
                    state.lose(stub);
                    return Err(open(stub));
                }
                Fit::Met => {
                    let reply = state.take(at, stub);
                    drop(state);
                    if !stub.unknown.is_empty() || stub.open.is_some() {
                        return Err(open(stub));
                    }
                    let Some(reply) = reply else { return Err(open(stub)) };
                    let heard = play(reply, &Scene { asked: &asked, turn })?;
                    return Ok(Observed { call: stub.call, ..heard });
                }
            }
        }
        if let Some(reason) = &self.silent {
            return Err(NoAnswer { reason: reason.clone(), fatal: false });
        }
        drop(state);
        match miss::other_credential(&self.list, &asked) {
            Some(reason) => Err(NoAnswer { reason, fatal: false }),
            None => {
                let answer = miss::explained(&self.unmatched, &self.list, &asked);
                Ok(Observed { untaken: true, ..Observed::of(answer) })
            }
        }
    }

    /// The request as the stubs are asked it.
    fn placed<'r>(&self, request: &'r Request) -> Cow<'r, Request> {
        if self.below.is_empty() {
            return Cow::Borrowed(request);
        }
        let target = format!("{}{}", self.below, request.target);
        Cow::Owned(Request { target, ..request.clone() })
    }

    fn clock(&self, turn: u64) -> Timestamp {
        Timestamp(self.now.0.saturating_add_unsigned(turn.saturating_mul(TICK)))
    }
}

/// Whether the conditions of a stub are met or may be; none if not.
fn fit(at: usize, stub: &Stub, asked: &Asked<'_>) -> Option<(usize, Fit)> {
    let fit = Fit::all(stub.when.iter().map(|condition| condition.fit(asked)));
    (fit != Fit::Unmet).then_some((at, fit))
}

/// Nobody knows what this stub does with the question.
fn open(stub: &Stub) -> NoAnswer {
    let unknown = stub.not_understood();
    let reason = match (&stub.open, unknown.first()) {
        (Some(why), _) => format!("{}: {why}", stub.spot.cite()),
        (None, Some(first)) => format!("{}: does not understand `{}`", first.spot.cite(), first.what),
        (None, None) => format!("{}: nobody knows whether this stub answers", stub.spot.cite()),
    };
    NoAnswer { reason, fatal: false }
}

impl State {
    /// Whether the state lets a stub answer.
    fn fit(&self, at: usize, stub: &Stub) -> Fit {
        let used = self.used.get(&at).copied().unwrap_or_default();
        let spent = stub.times.is_some_and(|times| used >= times)
            || (stub.replies.order == Order::Sequence && used as usize >= stub.replies.list.len());
        let ready = match &stub.scenario {
            Some(Scenario { name, required: Some(required), .. }) => match self.scenarios.get(name) {
                Some(Some(state)) => Fit::of(state == required),
                Some(None) => Fit::Unsure,
                None => Fit::of(required == STARTED),
            },
            _ => Fit::Met,
        };
        Fit::all([Fit::of(!spent), ready])
    }

    /// Counts an answer and gives it.
    fn take<'s>(&mut self, at: usize, stub: &'s Stub) -> Option<&'s Reply> {
        let used = self.used.entry(at).or_default();
        let list = &stub.replies.list;
        let index = match stub.replies.order {
            Order::First => 0,
            Order::Sequence => *used as usize,
            Order::RepeatLast => (*used as usize).min(list.len().saturating_sub(1)),
            Order::Cycle => *used as usize % list.len().max(1),
        };
        *used += 1;
        self.turn += 1;
        if let Some(Scenario { name, next: Some(next), .. }) = &stub.scenario {
            self.scenarios.insert(name.clone(), Some(next.clone()));
        }
        list.get(index)
    }

    /// The stub may have answered: where its scenario is now nobody knows.
    fn lose(&mut self, stub: &Stub) {
        if let Some(Scenario { name, next: Some(_), .. }) = &stub.scenario {
            self.scenarios.insert(name.clone(), None);
        }
    }
}

fn play(reply: &Reply, scene: &Scene<'_>) -> Result<Observed, NoAnswer> {
    let end = match (reply.delay, reply.dribble) {
        (None, None) => None,
        (delay, dribble) => Some(delay.unwrap_or_default().saturating_add(dribble.unwrap_or_default())),
    };
    let first_byte = end.map(|_| reply.delay.unwrap_or_default());
    let timing = Timing { first_byte, end, chunks: Vec::new() };
    let spot = Some(reply.spot.clone());
    let open = |what: String| NoAnswer {
        reason: format!("{}: does not understand {what}", reply.spot.cite()),
        fatal: false,
    };
    let mut headers = reply.headers.clone();
    for (name, made) in &reply.made_headers {
        headers.push(name.clone(), made.0(scene).map_err(open)?);
    }
    let bodiless = matches!(reply.status, 100..=199 | 204 | 304) || scene.asked.request.method == "HEAD";
    let body = match &reply.body {
        _ if bodiless => Body::empty(),
        Content::Fixed(body) => body.clone(),
        Content::Template(made) => Body::from(made.0(scene).map_err(open)?),
    };
    let mut response = Response::new(reply.status, headers, body);
    response.reason.clone_from(&reply.reason);
    let answer = match reply.fault {
        None => Answer::Reply(response),
        Some(kind) => {
            let partial = matches!(kind, FailureKind::Truncated).then(|| Box::new(response));
            Answer::Failed(TransportFailure { kind, message: "as the stub says".to_owned(), partial })
        }
    };
    let (head, lines) = (reply.head.clone(), reply.lines.clone());
    Ok(Observed { timing, spot, head, lines, ..Observed::of(answer) })
}

impl Subject for Stubs {
    fn name(&self) -> &str {
        &self.name
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        Box::pin(std::future::ready(self.ask(request)))
    }

    fn repertoire(&self) -> Option<Repertoire> {
        let not_understood: Vec<(Spot, String)> =
            self.not_understood().into_iter().map(|unknown| (unknown.spot, unknown.what)).collect();
        let route = |stub| routes::relative(routes::route(stub), &self.below);
        Some(Repertoire { routes: self.list.iter().map(route).collect(), not_understood })
    }

    fn instead(&self, wanted: &Wanted<'_>) -> Option<Result<Observed, NoAnswer>> {
        let (stub, reply) = instead::find(&self.list, &self.below, wanted)
            .or_else(|| instead::chosen(&self.spare, &self.below, wanted))?;
        if !stub.not_understood().is_empty() {
            return Some(Err(open(stub)));
        }
        let request = self.placed(wanted.request);
        let turn = self.state.lock().unwrap_or_else(PoisonError::into_inner).turn;
        let asked = Asked::new(&request, self.clock(turn));
        Some(play(reply, &Scene { asked: &asked, turn }))
    }

    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = State { turn: state.turn, ..State::default() };
        drop(state);
        Box::pin(std::future::ready(Ok(true)))
    }
}
