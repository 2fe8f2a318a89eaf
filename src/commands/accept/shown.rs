//! The difference of a cassette and its proposal, for people and for programs.

use super::markdown::markdown;
use crate::{
    exit::Stop,
    ui::{self, count},
};
use cassettes::model::Cassette;
use serde::Serialize;
use std::{
    io::{self, Write},
    path::PathBuf,
};
use verify::{
    Evidence,
    changes::{Change, Counts, Difference, Kind, Weight},
};

/// So many characters of an excerpt are shown to people.
const WIDTH: usize = 90;

/// A cassette beside its proposal.
pub(super) struct Compared {
    pub(super) path: PathBuf,
    pub(super) proposal: PathBuf,
    pub(super) before: Cassette,
    pub(super) after: Cassette,
    pub(super) difference: Difference,
}

/// The form of the difference, and where it goes.
#[derive(Debug, clap::Args)]
pub(super) struct Form {
    /// The form in which the difference is shown
    #[arg(long, default_value = "human", value_name = "FORM", value_parser = ["human", "json", "markdown"])]
    format: String,
    /// Write the difference here instead of to stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Form {
    /// Whether all differences are one document.
    pub(super) fn is_document(&self) -> bool {
        self.format != "human"
    }

    /// Writes the difference of each.
    pub(super) fn write(&self, all: &[Compared], noise: bool) -> Result<(), Stop> {
        ui::write_report(self.output.as_deref(), |out, _| match self.format.as_str() {
            "json" => json(all, out),
            "markdown" => all.iter().try_for_each(|one| markdown(one, noise, out)),
            _ => all.iter().try_for_each(|one| human(one, noise, out)),
        })
    }
}

fn human(one: &Compared, noise: bool, out: &mut dyn Write) -> io::Result<()> {
    let (bold, dim) = (ui::BOLD, ui::DIM);
    let Counts { breaking, compatible, noise: quiet } = one.difference.counts();
    let (before, after) = (one.before.exchanges.len(), one.after.exchanges.len());
    writeln!(
        out,
        "{bold}{}{bold:#} {dim}{} then, {after} in {} now{dim:#}",
        one.path.display(),
        count(before, "exchange"),
        one.after.name
    )?;
    let shown = one.difference.changes.iter().filter(|change| noise || change.weight != Weight::Noise);
    changes(&shown.collect::<Vec<_>>(), out)?;
    let rest = match quiet {
        _ if noise => String::new(),
        0 => String::new(),
        n => format!(" ({n} that two recordings of one vendor may have, -v shows them)"),
    };
    if breaking + compatible == 0 {
        writeln!(out, "no difference in meaning{rest}")
    } else {
        writeln!(out, "\n{breaking} breaking, {compatible} compatible{rest}")
    }
}

/// Changes below the operations that they are of.
pub(super) fn changes(changes: &[&Change], out: &mut dyn Write) -> io::Result<()> {
    let (bold, dim) = (ui::BOLD, ui::DIM);
    let mut under = None;
    let mut changes = changes.to_vec();
    changes.sort_by_key(|change| &change.operation);
    for change in changes {
        if under != Some(&change.operation) {
            writeln!(out, "\n{bold}{}{bold:#}", change.operation)?;
            under = Some(&change.operation);
        }
        let style = match change.weight {
            Weight::Breaking => ui::RED,
            Weight::Compatible => ui::YELLOW,
            Weight::Noise => ui::DIM,
        };
        writeln!(
            out,
            "  {style}{:<10}{style:#} {}  {dim}{}{dim:#}",
            change.weight.as_str(),
            change.message,
            change.kind.as_str()
        )?;
        for (name, side) in [("then", &change.before), ("now ", &change.after)] {
            let source = source(side).map(|source| format!("{dim}{source}{dim:#}  ")).unwrap_or_default();
            writeln!(out, "    {name} {source}{}", short(&side.excerpt))?;
        }
    }
    Ok(())
}

fn source(side: &Evidence) -> Option<String> {
    let exchange = side.exchange.as_deref()?;
    Some(if side.pointer.is_empty() { exchange.to_owned() } else { format!("{exchange} {}", side.pointer) })
}

/// What fits beside its source in a terminal; documents have all of it.
fn short(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[derive(Serialize)]
struct Document<'d> {
    schema: u32,
    command: &'static str,
    cassettes: Vec<Listed<'d>>,
}

#[derive(Serialize)]
struct Listed<'d> {
    cassette: String,
    proposal: String,
    exchanges: Sides<usize>,
    counts: Counts,
    changes: Vec<Told<'d>>,
}

#[derive(Serialize)]
struct Sides<T> {
    before: T,
    after: T,
}

#[derive(Serialize)]
struct Told<'d> {
    kind: Kind,
    weight: Weight,
    operation: String,
    message: &'d str,
    place: &'d str,
    before: Side<'d>,
    after: Side<'d>,
}

#[derive(Serialize)]
struct Side<'d> {
    exchange: Option<&'d str>,
    pointer: &'d str,
    excerpt: &'d str,
}

impl<'d> Listed<'d> {
    fn of(one: &'d Compared) -> Self {
        Listed {
            cassette: one.path.display().to_string(),
            proposal: one.proposal.display().to_string(),
            exchanges: Sides { before: one.before.exchanges.len(), after: one.after.exchanges.len() },
            counts: one.difference.counts(),
            changes: one.difference.changes.iter().map(Told::of).collect(),
        }
    }
}

impl<'d> Told<'d> {
    fn of(change: &'d Change) -> Self {
        let Change { kind, rule: _, weight, operation, message, place, before, after } = change;
        Told {
            kind: *kind,
            weight: *weight,
            operation: operation.to_string(),
            message,
            place,
            before: Side::of(before),
            after: Side::of(after),
        }
    }
}

impl<'d> Side<'d> {
    fn of(evidence: &'d Evidence) -> Self {
        let Evidence { exchange, pointer, excerpt, .. } = evidence;
        Side { exchange: exchange.as_deref(), pointer, excerpt }
    }
}

fn json(all: &[Compared], out: &mut dyn Write) -> io::Result<()> {
    let cassettes = all.iter().map(Listed::of).collect();
    let document = Document { schema: 1, command: "accept", cassettes };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
