//! A re-recording becomes the truth, whole or in part, after its difference was shown.

use super::{
    choice::{confirm, somebody_is_there},
    one_by_one::{self, Wanted},
    part::{Part, part},
    shown::{self, Compared},
    take::{say_removed, take},
};
use crate::{
    commands::{chosen::Chosen, recording},
    exit::{Exit, Outcome, Stop},
    ui::{self, Flags, count},
};
use cassettes::{
    model::{Cassette, Exchange},
    operation::Operation,
    store,
};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use verify::changes::between;

/// How much of a re-recording is accepted, and how its difference is shown.
#[derive(Debug, clap::Args)]
#[group(id = "Recordings")]
pub(super) struct Terms {
    /// Accept without asking
    #[arg(short, long)]
    yes: bool,
    /// Only show the difference
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Remove the re-recording, with what is not accepted of it; without it the rest waits
    #[arg(long, conflicts_with_all = ["dry_run", "yes"])]
    drop: bool,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    form: shown::Form,
}

/// Shows the difference of each cassette to its proposal, and replaces what is accepted.
pub(super) fn accept(cassettes: &[PathBuf], terms: &Terms, all: bool, ui: &Flags) -> Outcome {
    if recording::is_ci() && !terms.dry_run {
        return Err(Stop::usage(
            "nothing is accepted in CI",
            "run `truetape accept` where a person sees the difference; --dry-run shows it here",
        ));
    }
    if terms.dry_run && !terms.chosen.is_empty() {
        return Err(Stop::usage(
            "--dry-run shows the whole difference, and --exchange and --operation accept a part",
            "give one or the other",
        ));
    }
    let yes = terms.yes || all;
    if yes && !terms.chosen.is_empty() {
        return Err(Stop::usage(
            "--yes and --all accept everything, and --exchange and --operation a part",
            "give one or the other",
        ));
    }
    // Everything is read and compared before anything is shown or replaced.
    let mut compared = Vec::new();
    for cassette in cassettes {
        // What a killed recorder left becomes the proposal that it was to be; in CI nothing is written.
        if !recording::is_ci()
            && let Some(recovered) = store::recover(&store::proposal_path(cassette))?
        {
            ui.say(format!("{yellow}note:{yellow:#} {recovered}", yellow = ui::YELLOW));
        }
        compared.push(compare(cassette)?);
    }
    let parts: Vec<Option<Part>> =
        compared.iter().map(|one| part(&terms.chosen, one)).collect::<Result<_, _>>()?;
    if terms.form.is_document() || terms.dry_run {
        terms.form.write(&compared, ui.verbose)?;
    }
    if terms.dry_run {
        let told = compared.iter().any(|one| one.difference.telling().next().is_some());
        return Ok(if told { Exit::Findings } else { Exit::Agreed });
    }
    let mut left = 0;
    for (one, part) in compared.iter().zip(parts) {
        let asks = part.is_none() && !yes && !terms.drop && somebody_is_there();
        let one_by_one = asks && has_several(one);
        // Each change is shown where it is asked about.
        if !terms.form.is_document() && !one_by_one {
            terms.form.write(std::slice::from_ref(one), ui.verbose)?;
        }
        let wanted = match part {
            Some(part) => Wanted::These(part),
            None if yes => Wanted::Everything,
            None if one_by_one => one_by_one::ask(one, ui.verbose)?,
            None if asks && confirm(&format!("accept {}?", one.proposal.display()))? => Wanted::Everything,
            None => Wanted::Nothing,
        };
        left += usize::from(wanted == Wanted::Nothing && !terms.drop);
        settle(one, wanted, terms, ui)?;
    }
    if left > 0 {
        let what = if somebody_is_there() {
            "left as they were"
        } else {
            "nobody was asked, and nothing was replaced"
        };
        ui.say(format!("{}: {what}", count(left, "cassette")));
        if !somebody_is_there() {
            ui.say(format!(
                "{cyan}hint:{cyan:#} --yes accepts all of it, --exchange '#3' or --operation 'GET /v1/x' a part",
                cyan = ui::CYAN
            ));
        }
        return Ok(Exit::Findings);
    }
    Ok(Exit::Agreed)
}

/// Whether there is more than one thing to decide.
fn has_several(one: &Compared) -> bool {
    let mut operations = one.difference.telling().map(|change| &change.operation);
    let first = operations.next();
    one.path.exists() && operations.any(|other| Some(other) != first)
}

/// Replaces what is wanted, and removes what is not where that was said.
fn settle(one: &Compared, wanted: Wanted, terms: &Terms, ui: &Flags) -> Result<(), Stop> {
    let shown = one.proposal.display();
    let asks = terms.chosen.is_empty() && somebody_is_there();
    match wanted {
        Wanted::Everything => {
            let store::Accepted { total: kept, removed } = store::accept(&one.path)?;
            ui.say(format!(
                "{}: accepted {} in place of {}",
                one.path.display(),
                count(kept, "exchange"),
                one.before.exchanges.len()
            ));
            say_removed(removed, ui);
            return Ok(());
        }
        Wanted::Nothing if !terms.drop => return Ok(()),
        Wanted::Nothing => {}
        Wanted::These(part) => {
            take(one, part, ui)?;
            let dropped = terms.drop || (asks && confirm(&format!("remove the rest of {shown}?"))?);
            if !dropped {
                ui.say(format!("the rest waits in {shown}"));
                return Ok(());
            }
        }
    }
    let removed = store::discard(&one.path)?;
    ui.say(format!("removed {shown}"));
    say_removed(removed, ui);
    Ok(())
}

fn compare(path: &Path) -> Result<Compared, Stop> {
    let proposal = store::proposal_path(path);
    if !proposal.exists() {
        return Err(Stop::usage(
            format!("{}: there is no re-recording to accept", proposal.display()),
            "`truetape record --mode all` writes one",
        ));
    }
    let before = if path.exists() { store::load(path)?.cassette } else { Cassette::default() };
    let after = store::load(&proposal)?.cassette;
    let mut difference = between(&before, &after);
    // Beside what was taken of it already, the rest would look like what varies.
    let is_taken = |exchange: &Exchange, of: &Cassette| {
        of.exchanges.iter().any(|other| other.at == exchange.at && other.answer == exchange.answer)
    };
    let rest = |one: &Cassette, of: &Cassette| Cassette {
        exchanges: one.exchanges.iter().filter(|exchange| !is_taken(exchange, of)).cloned().collect(),
        ..one.clone()
    };
    let left = [rest(&before, &after), rest(&after, &before)];
    if left[0].exchanges.len() < before.exchanges.len() {
        let told: BTreeSet<Operation> = difference.telling().map(|change| change.operation.clone()).collect();
        let more = between(&left[0], &left[1]).changes;
        difference.changes.extend(more.into_iter().filter(|change| !told.contains(&change.operation)));
        difference.changes.sort_by_key(|change| change.weight);
    }
    Ok(Compared { path: path.to_owned(), proposal, before, after, difference })
}
