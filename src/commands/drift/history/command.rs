//! Reads a history and draws it.

use super::{
    super::scheduled::{self, Kind, Read},
    chart, document,
};
use crate::{
    commands::verify::view,
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags, count},
};
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use verify::{history::past::Past, reporters};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The history; without it, drift-history.jsonl beside truetape.yaml
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only the last runs, so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    last: Option<u32>,
    /// Only runs of one kind
    #[arg(long, value_enum, value_name = "KIND")]
    kind: Option<Kind>,
    /// The form in which the history is shown
    #[arg(long, value_enum, default_value_t = Form::Human, value_name = "FORM")]
    format: Form,
    /// Write it here instead of to stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    Human,
    Json,
    Html,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let hint = "runs of `truetape drift` keep it beside truetape.yaml, or where --history says";
    let path = match &arguments.file {
        Some(path) => path.clone(),
        None => scheduled::place(&Settings::find()?)
            .ok_or_else(|| Stop::usage("expected a history: there is no truetape.yaml here", hint))?,
    };
    let shown = path.display();
    let Some(Read { mut runs, torn }) = scheduled::read(&path)? else {
        return Err(Stop::usage(format!("{shown}: there is no history"), hint));
    };
    say_torn(&path, &torn, ui);
    if let Some(kind) = arguments.kind {
        runs.retain(|run| run.kind == kind.as_str());
    }
    let most = arguments.last.map_or(usize::MAX, |last| usize::try_from(last).unwrap_or(usize::MAX));
    if runs.is_empty() {
        // A file that is there and holds nothing else is none of ours.
        let (message, exit) = match torn.is_empty() {
            true => (format!("{shown}: there is no such run"), Exit::CouldNotAsk),
            false => (format!("{shown}: no line is a run"), Exit::Usage),
        };
        return Err(Stop::new(exit, message, hint));
    }
    let kinds = by_kind(&runs);
    ui::write_report(arguments.output.as_deref(), |out, terminal| match arguments.format {
        Form::Human => {
            kinds.iter().try_for_each(|runs| chart::draw(runs, most, view(terminal).width, ui.verbose, out))
        }
        Form::Json => document::write(&kinds, most, out),
        Form::Html => reporters::history(&kinds, most, out),
    })?;
    Ok(Exit::Agreed)
}

fn say_torn(path: &Path, torn: &[usize], ui: &Flags) {
    let Some(first) = torn.first() else { return };
    ui.say(format!(
        "{yellow}note:{yellow:#} {}:{first}: passed over {} that {} no run, as a run leaves it that was killed while it wrote",
        path.display(),
        count(torn.len(), "line"),
        if torn.len() == 1 { "is" } else { "are" },
        yellow = ui::YELLOW
    ));
}

/// The runs of each kind, those of the first kind first.
fn by_kind(runs: &[Past]) -> Vec<Vec<&Past>> {
    let mut kinds: Vec<Vec<&Past>> = Vec::new();
    for run in runs {
        match kinds.iter_mut().find(|kind| kind[0].kind == run.kind) {
            Some(kind) => kind.push(run),
            None => kinds.push(vec![run]),
        }
    }
    kinds
}
