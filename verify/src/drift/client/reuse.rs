//! Whether a client uses its connections again: each time that it could have, and what it did.

use super::agents::product_names;
use super::places::add;
use super::runs::{Run, Runs};
use super::tries::failure;
use crate::conduct::Call;
use crate::finding::{Complaint, Findings, Severity};
use cassettes::model::Micros;
use std::collections::BTreeMap;

/// So many chances to use a connection again tell how a client does; of those that time alone does not tell, twice as
/// many.
const ENOUGH: usize = 2;

/// Who opens a connection so long after an answer on another knew that it was free. Sooner, the answer may not have
/// been taken by then.
const FREE: Micros = 2_000;

/// So much later than its client knows may the journal take an answer to be over.
const WRITTEN: Micros = 1_000;

/// So many connections are looked at for one that was free.
const RECENT: usize = 64;

/// A request by what it asks for: the slot, and the how-manieth of it.
type Step = (usize, usize);

/// By request, the one before it on its connection, which its client had waited for.
type Waited = BTreeMap<Step, Step>;

/// How one kind of client uses connections.
#[derive(Debug, Default)]
struct Use {
    /// Requests that came when a connection of the client was free.
    chances: usize,
    /// Of these, those that came on one.
    again: usize,
    /// Of these, those that are known only by the order of the other runs.
    learned: usize,
    /// Of those that were not taken, how many came before the body of the answer that they had waited for was over.
    early: usize,
    calls: Vec<usize>,
}

impl Use {
    fn add(&mut self, other: Use) {
        self.chances += other.chances;
        self.again += other.again;
        self.learned += other.learned;
        self.early += other.early;
        self.calls.extend(other.calls);
        self.calls.sort_unstable();
    }

    fn is_enough(&self) -> bool {
        (self.chances - self.learned) * 2 + self.learned >= ENOUGH * 2
    }
}

/// Complains of a client that keeps its connections no longer, or does now.
pub(super) fn reused(runs: &Runs<'_>, findings: &mut Findings) {
    let all: Vec<(&Run<'_>, BTreeMap<usize, Step>)> = runs
        .before
        .iter()
        .chain([&runs.after])
        .enumerate()
        .map(|(number, run)| (run, runs.steps(number)))
        .collect();
    let (last, earlier) = all.split_last().expect("the judged run is one");
    let waits: Vec<Waited> = earlier.iter().map(|(run, steps)| waited(run, steps)).collect();
    let before_last = waited(last.0, &last.1);
    // What two earlier runs do not agree on is no order.
    let agreed: Waited = waits[0]
        .iter()
        .filter(|(step, prior)| waits.iter().all(|one| one.get(step) == Some(prior)))
        .map(|(step, prior)| (*step, *prior))
        .collect();
    let before: Vec<BTreeMap<String, Use>> =
        earlier.iter().map(|(run, steps)| uses(run, steps, &before_last)).collect();
    let after = uses(last.0, &last.1, &agreed);
    let same = before.iter().all(|run| run.keys().eq(after.keys()));
    let whole = |run: BTreeMap<String, Use>| -> BTreeMap<String, Use> {
        // Clients that call themselves another are compared together.
        let mut all = Use::default();
        run.into_values().for_each(|one| all.add(one));
        BTreeMap::from([(String::new(), all)])
    };
    let (before, after) =
        if same { (before, after) } else { (before.into_iter().map(whole).collect(), whole(after)) };
    for (client, now) in after {
        let was: Vec<&Use> = before.iter().filter_map(|run| run.get(&client)).collect();
        if !now.is_enough() || was.is_empty() || was.iter().any(|one| !one.is_enough()) {
            continue;
        }
        findings.check();
        let kept = was.iter().all(|one| one.again * 2 >= one.chances);
        let opened = was.iter().all(|one| one.again == 0);
        if kept && now.again * 6 <= now.chances {
            told(runs, findings, Severity::Warning, &client, (was[0], &now));
        } else if opened && now.again * 2 >= now.chances {
            told(runs, findings, Severity::Info, &client, (was[0], &now));
        }
    }
}

fn told(
    runs: &Runs<'_>,
    findings: &mut Findings,
    severity: Severity,
    client: &str,
    (was, now): (&Use, &Use),
) {
    let (message, hint) = match severity {
        Severity::Info => ("the client keeps its connections, and opened one for each request before", None),
        _ => (
            "the client opens a connection for each request, and kept them before",
            Some(if now.early * 2 > now.chances {
                "take each answer to its end and close it: until then nothing else can use its connection"
            } else {
                "make one client or session and use it for all requests, and take each answer to its end"
            }),
        ),
    };
    let shown = |calls: &[usize]| calls.iter().copied().take(4).collect::<Vec<_>>();
    let whose = if client.is_empty() { String::new() } else { format!(" ({client})") };
    let over = runs.over(now.calls.iter().copied());
    let complaint = Complaint {
        severity,
        operation: over.operation.clone(),
        message: format!("{message}{whose}: {} of {} chances were taken", now.again, now.chances),
        place: format!("reuse {client}"),
        real: runs.first().quote(&shown(&was.calls)),
        other: runs.after.quote(&shown(&now.calls)),
        hint: hint.map(str::to_owned),
    };
    add(findings, complaint, &over, now.chances);
}

/// Which request each had waited for, where both came on one connection.
fn waited(run: &Run<'_>, steps: &BTreeMap<usize, Step>) -> Waited {
    let calls = &run.conduct.calls;
    let pairs = run.conduct.lives.values().flat_map(|life| life.calls.windows(2));
    let in_turn = pairs.filter(|two| {
        let (first, next) = (calls[two[0]].served, calls[two[1]].served);
        first.session == next.session && next.at.saturating_add(WRITTEN) >= first.end
    });
    in_turn.filter_map(|two| Some((*steps.get(&two[1])?, *steps.get(&two[0])?))).collect()
}

/// By what clients call themselves, without versions. `waited` is the order that other runs show.
fn uses(run: &Run<'_>, steps: &BTreeMap<usize, Step>, waited: &Waited) -> BTreeMap<String, Use> {
    let calls = &run.conduct.calls;
    let mut by: BTreeMap<(String, &str), Vec<usize>> = BTreeMap::new();
    for (number, call) in calls.iter().enumerate() {
        let client = product_names(call.header("user-agent").unwrap_or_default()).join(" ");
        by.entry((client, call.served.session.as_str())).or_default().push(number);
    }
    let prior = in_order(run, steps, waited);
    let mut all: BTreeMap<String, Use> = BTreeMap::new();
    for ((client, _), own) in by {
        let mut free = Free::default();
        let mut one = Use::default();
        for &number in &own {
            let served = calls[number].served;
            if served.connection.request > 1 {
                let own = usize::from(!is_led_to(run, number));
                one.chances += own;
                one.again += own;
            } else if free.is_one(run, number) {
                one.chances += 1;
            } else if let Some(&prior) = prior.get(&number) {
                one.chances += 1;
                one.learned += 1;
                one.early += usize::from(served.at < calls[prior].served.end);
            }
            free.hold(served.connection.id, number);
        }
        one.calls = own;
        all.entry(client).or_default().add(one);
    }
    all
}

/// The connections that a client may use again, each with the last request on it.
#[derive(Default)]
struct Free(BTreeMap<u64, usize>);

impl Free {
    fn hold(&mut self, connection: u64, last: usize) {
        self.0.insert(connection, last);
    }

    /// Whether a connection was free when another was opened for a request, and remained so. One that its client has
    /// closed was thrown away once.
    fn is_one(&mut self, run: &Run<'_>, number: usize) -> bool {
        let served = run.conduct.calls[number].served;
        let opened = served.connection.opened.min(served.at);
        let mut found: Option<(bool, u64)> = None;
        for (&id, &last) in self.0.iter().rev().take(RECENT) {
            let call = &run.conduct.calls[last];
            let Some(life) = run.conduct.lives.get(&id) else { continue };
            // Another session may share it.
            let later = life.calls.partition_point(|&n| run.conduct.calls[n].served.at <= call.served.at);
            let next = life.calls.get(later).map(|&n| run.conduct.calls[n].served.at);
            let taken = next.is_some_and(|at| at <= opened.saturating_add(FREE));
            if !taken && is_kept(run, call) && call.served.end.saturating_add(FREE) <= opened {
                let open = life.is_open_at(opened);
                found = found.max(Some((open, id)));
            }
        }
        if let Some((false, id)) = found {
            self.0.remove(&id);
        }
        found.is_some()
    }
}

/// The requests that came on a connection of their own after the one that they wait for in the other runs, by that
/// one: none, unless nearly all come in that order here.
fn in_order(run: &Run<'_>, steps: &BTreeMap<usize, Step>, waited: &Waited) -> BTreeMap<usize, usize> {
    let calls = &run.conduct.calls;
    let numbers: BTreeMap<Step, usize> = steps.iter().map(|(number, step)| (*step, *number)).collect();
    let (mut found, mut turns, mut in_turn) = (BTreeMap::new(), 0, 0);
    for (step, prior) in waited {
        let (Some(&number), Some(&prior)) = (numbers.get(step), numbers.get(prior)) else { continue };
        let (first, next) = (&calls[prior], calls[number].served);
        turns += 1;
        // A client may go on as soon as it knows the status.
        let answered = first.served.first.unwrap_or(first.served.end).min(first.served.end);
        if first.served.session != next.session || next.connection.opened.min(next.at) < answered {
            continue;
        }
        in_turn += 1;
        let whole =
            first.status().is_some() && first.served.fault.is_none() && first.served.gave_up.is_none();
        if next.connection.request <= 1 && whole && !says_end(run, first) {
            found.insert(number, prior);
        }
    }
    // What comes at once comes in any order.
    if in_turn * 5 >= turns * 4 { found } else { BTreeMap::new() }
}

/// Whether the answer before it on its connection led to a request: a redirect, or a failure after which it was tried
/// again. A library that opens a connection for each call does both on one.
fn is_led_to(run: &Run<'_>, number: usize) -> bool {
    let calls = &run.conduct.calls;
    let Some(life) = run.conduct.lives.get(&calls[number].served.connection.id) else { return false };
    let place = life.calls.partition_point(|&call| call < number);
    let prior = place.checked_sub(1).and_then(|place| life.calls.get(place)).map(|&call| &calls[call]);
    prior.is_some_and(|prior| {
        failure(prior).is_some() || prior.status().is_some_and(|status| (300..400).contains(&status))
    })
}

/// Whether the connection could be used again after a request.
fn is_kept(run: &Run<'_>, call: &Call<'_>) -> bool {
    failure(call).is_none() && call.served.fault.is_none() && call.status().is_some() && !says_end(run, call)
}

/// Whether the answer says that its connection ends with it.
fn says_end(run: &Run<'_>, call: &Call<'_>) -> bool {
    let said = run.conduct.answer(call).and_then(|recorded| {
        let reply = recorded.exchange.answer.reply()?;
        Some(reply.headers.get("connection")?.to_ascii_lowercase().contains("close"))
    });
    said == Some(true)
}
