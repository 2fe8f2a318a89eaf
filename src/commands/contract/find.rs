//! `truetape contract find`: who reports a number, and who disagrees.

use crate::{
    commands::{
        replay,
        reporting::{self, Scope},
        verify as verifying,
    },
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags, ReportFlags},
};
use std::path::PathBuf;
use verify::contract::find::{FindError, SameError, Search, Unknown, find};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The number as its reporters call it, however they spell it: sold, sold_count, commitments.sold
    #[arg(value_name = "NAME")]
    name: String,
    /// The cassettes to look through, of any number of services; without any, those of truetape.yaml
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    /// Take members whose names contain the words of NAME, too: sold finds total_sold
    #[arg(long)]
    like: bool,
    /// Say that two services mean the same things by two words: item=stock. May be given several times
    #[arg(long, value_name = "KIND=KIND")]
    same: Vec<String>,
    #[command(flatten)]
    report: ReportFlags,
}

pub(super) fn perform(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let paths = settings.cassettes(&arguments.cassettes)?;
    let cassettes = replay::load(&paths, ui)?;
    let search = Search { name: &arguments.name, like: arguments.like, same: &arguments.same };
    let mut report = find(&cassettes, &search).map_err(|error| match error {
        FindError::Nowhere(unknown) => nowhere(&unknown, arguments.like),
        FindError::Same(error) => not_same(&error),
    })?;
    // Most entries are about mocks, which were not asked.
    reporting::ignore(&mut report, &settings, Scope::default(), ui);
    reporting::stand(&mut report, &paths, &cassettes);
    reporting::write(&report, &arguments.report)?;
    Ok(verifying::exit(&report))
}

/// The name stands nowhere: nothing could be compared, and what may have been meant is said.
fn nowhere(unknown: &Unknown, like: bool) -> Stop {
    let near: Vec<String> =
        unknown.near.iter().map(|(name, n)| format!("{name}, seen in {}", ui::count(*n, "answer"))).collect();
    let hint = match (near.is_empty(), like) {
        (false, _) => format!("did you mean {}?", near.join("; or ")),
        (true, false) => "with --like, members whose names contain its words are found, too".to_owned(),
        (true, true) => "`truetape inspect` shows what the cassettes hold".to_owned(),
    };
    Stop::new(Exit::CouldNotAsk, unknown.to_string(), hint)
}

/// What `--same` says is not understood.
fn not_same(error: &SameError) -> Stop {
    let hint = match error {
        SameError::NotTwo { .. } => "for example --same item=stock".to_owned(),
        SameError::NoSuchKind { known, .. } if known.is_empty() => {
            "no reporter says what its number is about".to_owned()
        }
        SameError::NoSuchKind { known, .. } => format!("the recordings tell of {}", known.join(", ")),
    };
    Stop::usage(format!("--same: {error}"), hint)
}
