//! Findings become entries under `ignore:` in truetape.yaml, after they were shown.

use super::{
    choice::{Choice, choose, somebody_is_there, wanted},
    report::{Found, Written},
};
use crate::{
    env,
    exit::{Exit, Outcome, Stop},
    ignores::{self, Ignore, New, last_moment},
    settings::Settings,
    ui::{self, Flags, count},
};
use std::{io::Write as _, path::Path};

/// On which terms findings are accepted.
#[derive(Debug, clap::Args)]
pub(super) struct Terms {
    /// Accept everything: every finding of the report, or the whole of each re-recording
    #[arg(long, conflicts_with = "finding")]
    pub(super) all: bool,
    /// Accept this finding; repeat it for several
    #[arg(long, value_name = "FINGERPRINT", requires = "report")]
    finding: Vec<String>,
    /// Why they are accepted
    #[arg(long, value_name = "TEXT", requires = "report")]
    reason: Option<String>,
    /// The last day on which they are: YYYY-MM-DD
    #[arg(long, value_name = "DAY", requires = "report")]
    until: Option<String>,
}

/// Shows the findings of a report and writes those that are accepted into the settings.
pub(super) fn accept(report: &Path, terms: &Terms, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let written = Written::read(report)?;
    if let Some(until) = &terms.until {
        check(until).map_err(|what| {
            Stop::usage(format!("--until {until}: {what}"), "for example --until 2027-01-31")
        })?;
    }
    if terms.reason.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
        return Err(Stop::usage("--reason: expected why the findings are accepted", "say it in a sentence"));
    }
    let mut found: Vec<Found> = written.findings;
    // What is about the settings is mended there; what was accepted already needs no second entry.
    found.retain(|finding| finding.rule != ignores::NOTICE.meta.name);
    let now = env::now();
    let held = |finding: &Found| {
        settings.ignore.iter().any(|ignore| ignore.finding == finding.fingerprint && !ignore.is_over(now))
    };
    found.retain(|finding| !held(finding));
    if found.is_empty() {
        ui::print(&format!("{}: no finding that is not accepted already\n", report.display()))?;
        return Ok(Exit::Agreed);
    }
    let chosen = chosen(found, terms)?;
    if chosen.is_empty() {
        ui::print("nothing was accepted\n")?;
        return Ok(Exit::Agreed);
    }
    let (reason, until) = reasons(terms)?;
    let new: Vec<New> = chosen
        .iter()
        .map(|finding| New {
            ignore: Ignore {
                finding: finding.fingerprint.clone(),
                reason: reason.clone(),
                until: until.clone(),
            },
            remark: format!("{} {}", finding.rule, finding.operation),
        })
        .collect();
    write(&settings, &new)?;
    let path = settings.path();
    ui.detail(format!("wrote {}", path.display()));
    ui::print(&format!("{}: accepted {} until {until}\n", path.display(), count(new.len(), "finding")))?;
    Ok(Exit::Agreed)
}

/// Shows every finding that is asked about, and gives those that are accepted.
fn chosen(found: Vec<Found>, terms: &Terms) -> Result<Vec<Found>, Stop> {
    for wanted in &terms.finding {
        if !found.iter().any(|finding| finding.fingerprint == *wanted) {
            let known: Vec<&str> =
                found.iter().map(|finding| finding.fingerprint.as_str()).take(10).collect();
            return Err(Stop::usage(
                format!("--finding {wanted}: the report has no such finding that is not accepted already"),
                format!("it has {}", known.join(", ")),
            ));
        }
    }
    let named = |finding: &Found| terms.all || terms.finding.contains(&finding.fingerprint);
    if terms.all || !terms.finding.is_empty() {
        let chosen: Vec<Found> = found.into_iter().filter(named).collect();
        for finding in &chosen {
            ui::print(&(finding.shown() + "\n"))?;
        }
        return Ok(chosen);
    }
    if !somebody_is_there() {
        for finding in &found {
            ui::print(&(finding.shown() + "\n"))?;
        }
        return Err(Stop::usage(
            "expected which findings to accept, and there is no terminal to ask on",
            "give --all, or --finding FINGERPRINT for each",
        ));
    }
    let mut chosen = Vec::new();
    let all = found.len();
    let mut unasked = false;
    for (number, finding) in (1..).zip(found) {
        if unasked {
            chosen.push(finding);
            continue;
        }
        anstream::eprintln!("{dim}{number} of {all}{dim:#}\n{}", finding.shown(), dim = ui::DIM);
        match choose("  accept it for a while?")? {
            Choice::Accept => chosen.push(finding),
            Choice::All => {
                unasked = true;
                chosen.push(finding);
            }
            Choice::Leave => {}
            Choice::Stop => break,
        }
    }
    Ok(chosen)
}

/// Why, and until when: as the flags say, else as the person says.
fn reasons(terms: &Terms) -> Result<(String, String), Stop> {
    let ask = |given: &Option<String>, flag: &str, question: &str, passes: &dyn Fn(&str) -> bool| match given
    {
        Some(text) => Ok(text.trim().to_owned()),
        None if somebody_is_there() => wanted(question, passes)?
            .ok_or_else(|| Stop::usage(format!("expected {flag}"), "nothing was written")),
        None => Err(Stop::usage(
            format!("expected {flag}: an ignore needs a reason and an end"),
            "for example --reason 'the fake learns pages next month' --until 2027-01-31",
        )),
    };
    let reason = ask(&terms.reason, "--reason", "  why: ", &|text| !text.is_empty())?;
    let until = ask(&terms.until, "--until", "  until (YYYY-MM-DD): ", &|text| check(text).is_ok())?;
    Ok((reason, until))
}

/// A day that is still to end.
fn check(day: &str) -> Result<(), &'static str> {
    match last_moment(day.trim()) {
        None => Err("expected a day, YYYY-MM-DD"),
        Some(end) if end < env::now() => Err("expected a day that is not over"),
        Some(_) => Ok(()),
    }
}

/// Writes the settings anew, whole or not at all.
fn write(settings: &Settings, new: &[New]) -> Result<(), Stop> {
    let path = settings.path();
    let shown = path.display();
    let text = ignores::add(&settings.text, new)
        .map_err(|e| Stop::usage(format!("{shown}: {e}"), format!("add this by hand:\n{}", e.lines)))?;
    let failed =
        |e: &std::io::Error| Stop::usage(format!("{shown}: writing: {e}"), "check the file and its folder");
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file =
        tempfile::Builder::new().prefix(".truetape-").tempfile_in(folder).map_err(|e| failed(&e))?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(|e| failed(&e))?;
    // Temporary files are private; settings are shared like any source file.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).map_or(0o644, |old| old.permissions().mode() & 0o777);
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode)).map_err(|e| failed(&e))?;
    }
    file.persist(&path).map_err(|e| failed(&e.error))?;
    Ok(())
}
