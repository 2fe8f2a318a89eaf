//! The fresh answers in the place of those that were compared, beside the cassette, for `accept`.

use super::notes::note;
use crate::{
    commands::recording,
    settings::Settings,
    ui::{self, Flags},
};
use cassettes::{
    model::{Cassette, Exchange, ExchangeId, Header},
    redact::{Clean, Policy},
    store::{self, StoreError, Taken},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use verify::{
    Finding, Report,
    changes::Weight,
    drift::vendor::{Asked, is_about_all},
};

/// Whether proposals are written.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) no_propose: bool,
    /// Also over one that waits.
    pub(super) replace: bool,
    pub(super) force: bool,
}

/// Writes `NAME.new.yaml` beside each cassette that something of changed.
pub(super) fn propose(
    wanted: Wanted,
    paths: &[PathBuf],
    asked: &Asked<'_>,
    report: &Report,
    (settings, policy): (&Settings, &Policy),
    ui: &Flags,
) {
    let telling = |finding: &&Finding| {
        matches!(finding.change, Some(Weight::Breaking | Weight::Compatible)) && !is_about_all(finding)
    };
    let changed: BTreeSet<String> = report
        .findings
        .iter()
        .filter(telling)
        .flat_map(|f| f.operations.iter().chain([&f.operation]).map(ToString::to_string).collect::<Vec<_>>())
        .collect();
    if changed.is_empty() || wanted.no_propose {
        return;
    }
    if recording::is_forbidden(wanted.force) {
        note(
            ui,
            "nothing is recorded in CI, so no cassette was proposed: run it where a person can accept it",
        );
        return;
    }
    for ((path, cassette), (number, now)) in
        paths.iter().zip(asked.cassettes).zip(asked.fresh().into_iter().enumerate())
    {
        let concerned = (0..cassette.exchanges.len())
            .any(|at| now[at].is_some() && changed.contains(&asked.operations[number][at].to_string()));
        if !concerned {
            continue;
        }
        let waits = store::proposal_path(path);
        if waits.exists() && !wanted.replace {
            note(
                ui,
                &format!(
                    "{} waits to be accepted and is kept as it is: --propose writes it anew",
                    waits.display()
                ),
            );
            continue;
        }
        match write(path, cassette, &now, (settings, policy)) {
            Ok(proposal) => ui.say(format!(
                "{}: the answers of now; `truetape accept {}` shows the difference and makes it the truth",
                proposal.display(),
                path.display()
            )),
            Err(error) => {
                note(ui, &format!("{}: no cassette was proposed: {error}", path.display()));
                ui.say(format!("      {cyan}hint:{cyan:#} {}", error.hint, cyan = ui::CYAN));
            }
        }
    }
}

fn write(
    path: &Path,
    cassette: &Cassette,
    now: &[Option<&Exchange>],
    (settings, policy): (&Settings, &Policy),
) -> Result<PathBuf, StoreError> {
    let proposal = store::proposal_path(path);
    let header = Header { redact: settings.rules(&cassette.header.redact), ..cassette.header.clone() };
    // They were cleaned when they came, and cleaning what is clean changes nothing.
    let fresh: Vec<Clean> = now.iter().flatten().map(|exchange| policy.clean((*exchange).clone())).collect();
    let anew: BTreeMap<ExchangeId, ()> = now.iter().flatten().map(|exchange| (exchange.id, ())).collect();
    store::save(&proposal, &header, &fresh, policy)?;
    let taken: Vec<Taken> = cassette
        .exchanges
        .iter()
        .map(|e| Taken { newer: anew.contains_key(&e.id), exchange: e.id, id: e.id })
        .collect();
    store::compose(&proposal, [path, &proposal], &taken)?;
    Ok(proposal)
}
