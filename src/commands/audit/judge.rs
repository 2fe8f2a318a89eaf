//! Judging a journal: at the end of a replay, while one runs, or from a file.

use super::audits;
use crate::{
    commands::{
        picked::Picked,
        reporting,
        verify::{self as verifying, view},
    },
    env,
    exit::{Outcome, Stop},
    ignores::{self, Applied, Ignore, NOTICE},
    settings::Settings,
    ui::{self, Flags, ReportFlags},
};
use cassettes::{
    journal::{Journal, Source},
    model::{Cassette, Digest},
    store,
};
use replayer::Auditor;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use verify::{Audit, Heard, Report, finding::Severity, reporters};

/// What is needed to judge a journal.
#[derive(Debug, Clone)]
pub(crate) struct Judge {
    command: &'static str,
    cassettes: Vec<PathBuf>,
    picked: Picked,
    ignores: Vec<Ignore>,
    /// The settings as people would type their path, and their text.
    settings: (String, String),
}

impl Judge {
    /// For a command and the cassettes that were replayed.
    pub(crate) fn new(
        command: &'static str,
        cassettes: &[PathBuf],
        picked: &Picked,
        settings: &Settings,
    ) -> Result<Self, Stop> {
        audits(picked)?;
        Ok(Judge {
            command,
            cassettes: cassettes.to_vec(),
            picked: picked.clone(),
            ignores: settings.ignore.clone(),
            settings: (settings.path().to_string_lossy().into_owned(), settings.text.clone()),
        })
    }

    /// The same where clients are not done, or nobody knows whether they are: what was not asked for says
    /// nothing then, unless that is what was wanted.
    pub(crate) fn of_a_part(mut self) -> Self {
        const WHOLE: &str = "exchange-unused";
        if !self.picked.only.iter().any(|name| name == WHOLE) {
            self.picked.skip.push(WHOLE.to_owned());
        }
        self
    }

    /// Judges a journal, `file` being what findings call it. Gives what is to be said besides.
    pub(crate) fn judge(&self, text: &str, file: &str) -> Result<(Report, Vec<String>), Stop> {
        let journal = Journal::read(text).map_err(|e| {
            Stop::usage(format!("{file}: {e}"), "`truetape replay --journal FILE` writes one")
        })?;
        let mut notes = Vec::new();
        let cassettes = self.load(&journal, &mut notes)?;
        let audits: Vec<&'static Audit> = audits(&self.picked)?;
        let mut report = verify::audit(&cassettes, &journal, &audits, &Heard { command: self.command, file });
        let applied = Applied {
            ignores: &self.ignores,
            file: &self.settings.0,
            text: &self.settings.1,
            // The same entries may hide what `verify` finds: that they hide nothing here says nothing.
            whole: false,
            notice: self.picked.has(NOTICE.meta.name) && self.picked.is_whole(),
        };
        notes.extend(ignores::apply(&mut report, &applied, env::now()));
        reporting::stand(&mut report, &self.cassettes, &cassettes);
        Ok((report, notes))
    }

    /// Judges, reports, and says how a run that came to this ends.
    pub(crate) fn report(&self, text: &str, file: &str, flags: &ReportFlags, ui: &Flags) -> Outcome {
        let (mut report, notes) = self.judge(text, file)?;
        if ui.quiet && flags.format == "human" {
            report.findings.retain(|finding| finding.severity != Severity::Info);
        }
        for note in notes {
            ui.say(format!("{yellow}note:{yellow:#} {note}", yellow = ui::YELLOW));
        }
        reporting::write(&report, flags)?;
        Ok(verifying::exit(&report))
    }

    /// The cassettes, with a note for each that is not the one that was replayed.
    fn load(&self, journal: &Journal, notes: &mut Vec<String>) -> Result<Vec<Cassette>, Stop> {
        let mut cassettes = Vec::new();
        for path in &self.cassettes {
            let loaded = store::load(path)?;
            notes.extend(loaded.notes.iter().map(ToString::to_string));
            notes.extend(differs(path, &journal.opening.cassettes));
            cassettes.push(loaded.cassette);
        }
        let missing = |source: &&Source| !cassettes.iter().any(|c: &Cassette| c.name == source.name);
        let lost: Vec<&str> =
            journal.opening.cassettes.iter().filter(missing).map(|s| s.name.as_str()).collect();
        if !lost.is_empty() {
            notes.push(format!(
                "{} was replayed and is not at hand: what it answered is not judged",
                lost.join(", ")
            ));
        }
        Ok(cassettes)
    }
}

/// What is to be said of a cassette that is not as it was replayed.
fn differs(path: &Path, replayed: &[Source]) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    let digest = Digest::of(&std::fs::read(path).ok()?).to_string();
    let mut known = replayed.iter().filter(|source| source.name == name).peekable();
    known.peek()?;
    // Several cassettes may have one name.
    known.all(|source| source.sha256 != digest).then(|| {
        format!(
            "{} is not as it was replayed: its digest is another one, and what is cited may have changed",
            path.display()
        )
    })
}

/// Judges journals for a replay's admin API.
pub(crate) fn auditor(judge: Judge) -> Auditor {
    Arc::new(move |text, format| {
        let reporter =
            reporters::find(format).ok_or_else(|| format!("there is no report form `{format}`"))?;
        let (report, _) = judge.judge(text, "journal.jsonl").map_err(|stop| stop.message)?;
        let mut out = Vec::new();
        (reporter.write)(&report, &view(false), &mut out).map_err(|e| e.to_string())?;
        Ok((media_type(format).to_owned(), out))
    })
}

/// What a report in that form is served as.
fn media_type(format: &str) -> &'static str {
    match format {
        "json" => "application/json",
        "sarif" => "application/sarif+json",
        "junit" => "application/xml",
        "html" => "text/html; charset=utf-8",
        "markdown" => "text/markdown; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}
