//! Asks everybody every case: side by side, each implementation at its own pace.

use super::askers::Askers;
use std::{
    io::{IsTerminal as _, Write as _},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::{sync::mpsc, task::JoinSet};
use verify::contract::matrix::{Answered, Said};

/// How much is asked at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Of each implementation.
    pub(super) concurrency: usize,
    /// After so many failures in a row nobody waits for an implementation any longer.
    pub(super) give_up: usize,
    /// Nobody wants to see how far it is.
    pub(super) quiet: bool,
}

/// How an implementation fares.
#[derive(Default)]
struct Line {
    next: AtomicUsize,
    failed: AtomicUsize,
}

/// The answers of each case, in the order of the cases and of the implementations. Whoever drops the future ends
/// all that was asked.
pub(super) async fn ask(askers: Arc<Askers>, cases: &[usize], pace: Pace) -> Vec<(usize, Vec<Answered>)> {
    let count = askers.contract.implementations.len();
    let cases: Arc<[usize]> = cases.into();
    let (send, mut receive) = mpsc::unbounded_channel();
    let mut workers = JoinSet::new();
    for who in 0..count {
        let line = Arc::new(Line::default());
        for _ in 0..pace.concurrency.min(cases.len()) {
            let (askers, cases, line, send) =
                (Arc::clone(&askers), Arc::clone(&cases), Arc::clone(&line), send.clone());
            workers.spawn(async move {
                while let Some(case) = cases.get(line.next.load(Ordering::Relaxed)).and_then(|_| {
                    let at = line.next.fetch_add(1, Ordering::Relaxed);
                    Some((at, *cases.get(at)?))
                }) {
                    let (row, case) = case;
                    let answered = one(&askers, who, case, &line, pace.give_up).await;
                    if send.send((row, who, answered)).is_err() {
                        return;
                    }
                }
            });
        }
    }
    drop(send);
    let nothing = || Answered::without(Said::NotAsked("it was not asked".to_owned()), String::new(), "");
    let mut rows: Vec<(usize, Vec<Answered>)> =
        cases.iter().map(|case| (*case, std::iter::repeat_with(nothing).take(count).collect())).collect();
    let shows = !pace.quiet && std::io::stderr().is_terminal();
    let (mut done, all) = (0_usize, cases.len() * count);
    while let Some((row, who, answered)) = receive.recv().await {
        if let Some(cell) = rows.get_mut(row).and_then(|(_, answers)| answers.get_mut(who)) {
            *cell = answered;
        }
        done += 1;
        if shows && (done % 16 == 0 || done == all) {
            anstream::eprint!("\r\x1b[K{done} of {all} answers");
            let _ = std::io::stderr().flush();
        }
    }
    if shows {
        anstream::eprint!("\r\x1b[K");
    }
    workers.shutdown().await;
    rows
}

async fn one(askers: &Askers, who: usize, case: usize, line: &Line, give_up: usize) -> Answered {
    if line.failed.load(Ordering::Relaxed) >= give_up {
        let why = format!("given up after {give_up} failures in a row");
        return Answered::without(Said::NotAsked(why.clone()), String::new(), &why);
    }
    let answered = askers.ask(who, &askers.contract.cases[case]).await;
    match answered.said {
        Said::Failed(_) => {
            line.failed.fetch_add(1, Ordering::Relaxed);
        }
        _ => line.failed.store(0, Ordering::Relaxed),
    }
    answered
}
