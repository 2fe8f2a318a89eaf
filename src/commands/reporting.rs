//! What every command that reports does at its end: hides what the settings accept, says where the exchanges that are
//! cited stand, and writes the report.

use crate::{
    commands::verify::view,
    env,
    exit::Stop,
    ignores::{self, Applied},
    settings::Settings,
    ui::{self, Flags, ReportFlags},
};
use cassettes::model::Cassette;
use std::path::PathBuf;
use verify::{
    Report,
    reporters::{self, Reporter, View},
};

/// How much of what entries under `ignore:` may hide a run looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Scope {
    /// Everything: then an entry that hides nothing says so.
    pub(crate) whole: bool,
    /// Entries that are over are findings.
    pub(crate) notice: bool,
}

/// Takes out the findings that the settings accept, while they do, and says what is to be said of it.
pub(crate) fn ignore(report: &mut Report, settings: &Settings, scope: Scope, ui: &Flags) {
    for text in hide(report, settings, scope) {
        ui.say(format!("{yellow}note:{yellow:#} {text}", yellow = ui::YELLOW));
    }
}

/// The same, for those who say it later.
pub(crate) fn hide(report: &mut Report, settings: &Settings, scope: Scope) -> Vec<String> {
    let file = settings.path();
    let applied = Applied {
        ignores: &settings.ignore,
        file: &file.to_string_lossy(),
        text: &settings.text,
        whole: scope.whole,
        notice: scope.notice,
    };
    ignores::apply(report, &applied, env::now())
}

/// Tells the report where the exchanges that it cites stand, as their readers would open them.
pub(crate) fn stand(report: &mut Report, paths: &[PathBuf], cassettes: &[Cassette]) {
    for (path, cassette) in paths.iter().zip(cassettes) {
        // It was read a moment ago; if it went since, its lines are unknown, and nothing is lost.
        if let Ok(text) = std::fs::read_to_string(path) {
            report.about.stand_in(&cassette.name, &path.to_string_lossy(), &text);
        }
    }
}

/// Writes the report in the form and to the place that were asked for.
pub(crate) fn write(report: &Report, flags: &ReportFlags) -> Result<(), Stop> {
    write_for(report, flags, false)
}

/// The same for somebody who may want to see only what went wrong.
pub(crate) fn write_for(report: &Report, flags: &ReportFlags, quiet: bool) -> Result<(), Stop> {
    let reporter = reporter(&flags.format)?;
    flags.write(|out, terminal| (reporter.write)(report, &View { quiet, ..view(terminal) }, out))
}

/// The reporter of that name.
pub(crate) fn reporter(form: &str) -> Result<&'static Reporter, Stop> {
    reporters::find(form)
        .ok_or_else(|| Stop::usage(format!("there is no report form `{form}`"), "see --help"))
}
