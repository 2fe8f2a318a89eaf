//! The command: runs a suite or takes its journal, compares, and reports.

use super::{
    journals::{Kept, Read, read},
    judge::judged,
    notes,
    renew::renew,
    run::{Running, played},
};
use crate::{
    commands::{
        drift::scheduled::{Kind, ScheduleFlags, Scheduled, What},
        picked::Picked,
        recording,
        replay::ConditionFlags,
    },
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags},
};
use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes to serve; without any, those of truetape.yaml
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    /// The journal of an earlier run; give two, and what differs between them is noise. Without one, the recording
    /// itself is the baseline
    #[arg(long, value_name = "JOURNAL")]
    baseline: Vec<PathBuf>,
    /// Run nothing: compare this journal with the baseline
    #[arg(long, value_name = "JOURNAL", conflicts_with_all = ["command", "journal", "listen"])]
    against: Option<PathBuf>,
    /// Write down what clients sent: one JSON object a line
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Make what clients sent the new baseline: written here when the suite has passed, and then no change fails
    /// the run
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Write the baseline although CI is set; TRUETAPE_FORCE_RECORD=1 does the same
    #[arg(long, requires = "write_baseline")]
    force_record: bool,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = crate::ui::address)]
    listen: SocketAddr,
    #[command(flatten)]
    reached: crate::commands::reached::Reached,
    #[command(flatten)]
    conditions: ConditionFlags,
    /// Check the signatures of tokens that clients show: hs256:TEXT, rs256:FILE, es256:FILE or env:NAME
    #[arg(long, value_name = "KEY")]
    token_key: Option<String>,
    #[command(flatten)]
    picked: Picked,
    #[command(flatten)]
    schedule: ScheduleFlags,
    /// The suite to run; it gets the base URL as TRUETAPE_URL. Without one it is replayed until SIGINT or SIGTERM
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    if arguments.write_baseline.is_some() {
        recording::allow(
            arguments.force_record,
            "`--write-baseline` accepts whatever has changed",
            "renew the baseline where somebody looks at the report, and commit it",
        )?;
    }
    let mut settings = Settings::find()?;
    settings.token_key.clone_from(&arguments.token_key);
    arguments.picked.check("change of requests", |name| verify::drift::client::find(name).is_some())?;
    let baselines = arguments.baseline.iter().map(|path| read(path)).collect::<Result<Vec<Read>, Stop>>()?;
    let what = What { kind: Kind::Client, cassettes: &arguments.cassettes, picked: &arguments.picked };
    let mut scheduled = Scheduled::begin(&arguments.schedule, what, &settings)?;
    let paths = settings.cassettes(&arguments.cassettes)?;
    let (after, status, kept) = match &arguments.against {
        Some(path) => (read(path)?, Exit::Agreed, None),
        None => {
            let kept = Kept::at(arguments.journal.as_deref())?;
            let running = Running {
                paths: &paths,
                settings: &settings,
                conditions: &arguments.conditions,
                listen: arguments.listen,
                reached: &arguments.reached,
                command: &arguments.command,
            };
            let status = played(&running, kept.path(), ui).await?;
            (read(kept.path())?, status, Some(kept))
        }
    };
    let mut report = judged(&paths, &baselines, &after, &arguments.picked, &settings, ui)?;
    let asked = report.requests.as_ref().is_some_and(|requests| requests.after > 0);
    let found = !report.findings.is_empty();
    notes::say(notes::of_runs(&paths, &baselines, &after, arguments.against.is_some()), ui);
    notes::say(notes::of_suite(status, asked, arguments.write_baseline.as_deref()), ui);
    if !asked && arguments.against.is_none() {
        ui.say(
            "nothing was asked of the replay, so that nothing was compared: does the suite use TRUETAPE_URL?",
        );
    }
    report.about.subject = subject(arguments);
    if let Some(path) =
        arguments.write_baseline.as_deref().filter(|_| asked && !matches!(status, Exit::Wrapped(_)))
    {
        renew(path, &after, &mut report, ui)?;
        scheduled.tell_nobody();
    }
    let exit = scheduled.finish(Ok(report), ui).await?;
    if let Some(kept) = kept
        && found
        && let Some(path) = kept.keep()
    {
        ui.say(format!(
            "{yellow}note:{yellow:#} the journal is kept in {path}; --journal gives it another place",
            yellow = ui::YELLOW
        ));
    }
    match (status, exit) {
        // The suite's own verdict comes first.
        (Exit::Wrapped(code), _) => Ok(Exit::Wrapped(code)),
        (_, exit) => Ok(exit),
    }
}

/// Whose requests are judged: a journal that somebody keeps, or else what was run.
fn subject(arguments: &Arguments) -> String {
    let kept = arguments.against.as_ref().or(arguments.journal.as_ref());
    let run = || arguments.command.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    match kept {
        Some(path) => path.display().to_string(),
        None if arguments.command.is_empty() => "what was asked until the replay ended".to_owned(),
        None => run(),
    }
}
