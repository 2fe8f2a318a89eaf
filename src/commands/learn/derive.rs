//! `truetape learn --derive CASSETTE...`: a plan from what was recorded. Nobody is asked.

use super::wanted;
use crate::{
    env,
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags},
};
use cassettes::{model::Cassette, plan::Plan, store};
use std::path::{Path, PathBuf};

/// Writes the plan to stdout, or to a file that is not there yet or may be replaced.
pub(super) fn run(
    named: &[PathBuf],
    plan_file: Option<&Path>,
    output: Option<&Path>,
    upstream: Option<&str>,
    settings: &Settings,
    ui: &Flags,
) -> Outcome {
    if let (Some(path), None) = (plan_file, output)
        && path.exists()
    {
        return Err(Stop::usage(
            format!("{}: is there already", path.display()),
            "name another file, or replace this one with --output FILE",
        ));
    }
    let cassettes: Vec<Cassette> =
        named.iter().map(|path| store::load(path).map(|loaded| loaded.cassette)).collect::<Result<_, _>>()?;
    let mut plan = verify::derive(&cassettes, env::now());
    if let Some(upstream) = upstream {
        plan.upstream = Some(upstream.to_owned());
    }
    ui::write_report(output.or(plan_file), |out, _| out.write_all(plan.to_yaml().as_bytes()))?;
    told(&plan, settings, ui);
    Ok(Exit::Agreed)
}

/// What somebody has to do before the plan can be taught.
fn told(plan: &Plan, settings: &Settings, ui: &Flags) {
    if plan.lessons.is_empty() {
        ui.say("nothing that could be asked is lacking: the plan is empty");
        return;
    }
    let count = ui::count(plan.lessons.len(), "lesson");
    ui.say(format!(
        "{count} derived; nothing was asked. Read the plan, then: truetape learn PLAN --cassette FILE --add"
    ));
    let secrets: Vec<String> = settings.secrets.keys().cloned().collect();
    let names = wanted::wanted(plan, &secrets);
    if !names.is_empty() {
        ui.say(format!(
            "{yellow}note:{yellow:#} it wants what was taken out of the recording: {}",
            wanted::lines(&names, !secrets.is_empty()),
            yellow = ui::YELLOW
        ));
    }
    if plan.token.is_some() && settings.tokens.is_none() {
        ui.say(format!(
            "{yellow}note:{yellow:#} it mints tokens: give `learn` a --token-key, or name `tokens:` in truetape.yaml",
            yellow = ui::YELLOW
        ));
    }
}
