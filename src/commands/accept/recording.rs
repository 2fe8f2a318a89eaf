//! A re-recording becomes the truth, whole or in part, after its difference was shown.

use super::{
    choice::{confirm, somebody_is_there},
    shown::{self, Compared},
};
use crate::{
    commands::{chosen, chosen::Chosen, recording},
    exit::{Exit, Outcome, Stop},
    ui::{self, Flags, count},
};
use cassettes::{
    model::{Answer, Cassette, Exchange, ExchangeId},
    operation::Operations,
    store::{self, Taken},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use verify::changes::{Difference, Pair, between, dependants};

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
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    form: shown::Form,
}

/// Shows the difference of each cassette to its proposal, and replaces what is accepted.
pub(super) fn accept(cassettes: &[PathBuf], terms: &Terms, ui: &Flags) -> Outcome {
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
    let mut left = 0;
    let mut told = 0;
    for (one, part) in compared.iter().zip(&parts) {
        told += one.difference.telling().count();
        if terms.dry_run {
            continue;
        }
        if !terms.form.is_document() {
            terms.form.write(std::slice::from_ref(one), ui.verbose)?;
        }
        if let Some(part) = part {
            take(one, part, ui)?;
            continue;
        }
        let question = format!("accept {}?", one.proposal.display());
        let accepted = terms.yes || (somebody_is_there() && confirm(&question)?);
        if !accepted {
            left += 1;
            continue;
        }
        let store::Accepted { total: kept, removed } = store::accept(&one.path)?;
        ui.say(format!(
            "{}: accepted {} in place of {}",
            one.path.display(),
            count(kept, "exchange"),
            one.before.exchanges.len()
        ));
        say_removed(removed, ui);
    }
    if terms.dry_run {
        return Ok(if told > 0 { Exit::Findings } else { Exit::Agreed });
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

/// Says how many blobs went with what named them.
fn say_removed(removed: usize, ui: &Flags) {
    if removed > 0 {
        ui.say(format!("removed {} that nothing names any more", count(removed, "blob")));
    }
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
    let difference = between(&before, &after);
    Ok(Compared { path: path.to_owned(), proposal, before, after, difference })
}

/// The pairs that are accepted.
type Part = Vec<Pair>;

/// What of a difference was chosen; none: all of it.
fn part(chosen: &Chosen, one: &Compared) -> Result<Option<Part>, Stop> {
    if chosen.is_empty() {
        return Ok(None);
    }
    let mut taken: Part = Vec::new();
    let Difference { pairs, .. } = &one.difference;
    for text in &chosen.exchange {
        // A number is one of the old cassette, unless it is named as one of the new.
        let of_new = text.split('#').next().is_some_and(|name| name == one.after.name);
        let pair = if of_new {
            let id = chosen::exchange(text, &one.after)?;
            pairs.iter().find(|pair| pair.after == Some(id))
        } else {
            let id = chosen::exchange(text, &one.before)?;
            pairs.iter().find(|pair| pair.before == Some(id))
        };
        taken.extend(pair.cloned());
    }
    if !chosen.operation.is_empty() {
        // An operation is the same one in both, and may stand in one alone.
        let both = Cassette {
            name: one.before.name.clone(),
            exchanges: renumbered(one.before.exchanges.iter().chain(&one.after.exchanges)),
            ..Cassette::default()
        };
        let operations = Chosen { exchange: Vec::new(), operation: chosen.operation.clone() };
        let known = Operations::learn(&both.exchanges);
        let meant = operations.of(&both)?;
        let meant: BTreeSet<String> = both
            .exchanges
            .iter()
            .filter(|e| meant.contains(&e.id))
            .map(|e| known.of(&e.request).to_string())
            .collect();
        taken.extend(pairs.iter().filter(|pair| meant.contains(&pair.operation.to_string())).cloned());
    }
    Ok(Some(taken))
}

fn renumbered<'e>(exchanges: impl Iterator<Item = &'e Exchange>) -> Vec<Exchange> {
    (1..).zip(exchanges).map(|(id, exchange)| Exchange { id: ExchangeId(id), ..exchange.clone() }).collect()
}

/// Replaces a part: exchanges that answer the same question take the old one's place and number, what was
/// added follows with numbers of its own, what was lost goes. The proposal stays for the rest.
fn take(one: &Compared, part: &Part, ui: &Flags) -> Result<(), Stop> {
    let chosen = |pair: &Pair| part.contains(pair);
    let mut next = one.before.exchanges.iter().map(|e| e.id.0).max().unwrap_or(0);
    let (mut taken, mut lost, mut renumbered) = (Vec::new(), 0, Vec::new());
    let mut replaced: BTreeMap<ExchangeId, ExchangeId> = BTreeMap::new();
    for pair in &one.difference.pairs {
        match (pair.before, pair.after) {
            (Some(before), Some(after)) if chosen(pair) => {
                replaced.insert(before, after);
                taken.push(Taken { newer: true, exchange: after, id: before });
            }
            (Some(_), None) if chosen(pair) => lost += 1,
            (Some(before), _) => taken.push(Taken { newer: false, exchange: before, id: before }),
            (None, Some(after)) if chosen(pair) => {
                next += 1;
                renumbered.push(format!("{} as #{next}", one.after.cite(after)));
                taken.push(Taken { newer: true, exchange: after, id: ExchangeId(next) });
            }
            (None, _) => {}
        }
    }
    if taken.is_empty() {
        return Err(Stop::usage(
            format!("{}: nothing would be left", one.path.display()),
            "delete the cassette, or accept less",
        ));
    }
    if one.path.exists() {
        let composed = store::compose(&one.path, [&one.path, &one.proposal], &taken)?;
        say_removed(composed.removed, ui);
    }
    let mut said = format!("{}: replaced {}", one.path.display(), count(replaced.len(), "exchange"));
    if !renumbered.is_empty() {
        said.push_str(&format!(", added {}", renumbered.join(", ")));
    }
    if lost > 0 {
        said.push_str(&format!(", removed {lost}"));
    }
    ui.say(format!("{said}; the rest waits in {}", one.proposal.display()));
    let by_id: BTreeMap<ExchangeId, &Exchange> = one.after.exchanges.iter().map(|e| (e.id, e)).collect();
    let now: Vec<Option<Answer>> = one
        .before
        .exchanges
        .iter()
        .map(|old| Some(by_id.get(replaced.get(&old.id)?)?.answer.clone()))
        .collect();
    for dependant in dependants(&one.before.exchanges, &now) {
        ui.say(format!(
            "{yellow}note:{yellow:#} {} carries `{}` ({}), which {} gave and gives no longer: accept {} as well",
            dependant.exchange,
            dependant.value,
            dependant.place,
            dependant.from,
            dependant.exchange,
            yellow = ui::YELLOW
        ));
    }
    Ok(())
}
