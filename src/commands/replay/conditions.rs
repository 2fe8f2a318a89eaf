//! The flags that say how sessions play; what they do not say is as truetape.yaml has it.

use crate::{exit::Stop, settings::Settings};
use replayer::{Clock, Conditions, Latency, Speed};
use std::collections::BTreeMap;

#[derive(Debug, clap::Args)]
pub(crate) struct ConditionFlags {
    /// How fast to answer: instant, recorded, xN for N times faster than recorded, sampled or sampled:SEED for
    /// times drawn from those that the operation was recorded with [default: instant]
    #[arg(long, value_name = "SPEED")]
    speed: Option<Speed>,
    /// Wait before each answer, beside what the speed says: 50ms, or 20ms..80ms for any time between
    #[arg(long, value_name = "TIME")]
    latency: Option<Latency>,
    /// Give times in answers as if they were recorded now, at a moment (RFC 3339) or at a distance from now (+1h)
    #[arg(long, value_name = "CLOCK", allow_hyphen_values = true)]
    clock: Option<Clock>,
    /// Give lists and members that the cassettes show to have no order in another one, drawn from this seed
    #[arg(long, value_name = "SEED")]
    shuffle: Option<u64>,
    /// When all answers to a request were given, give the last one again
    #[arg(long)]
    repeat: bool,
    /// The status of the answer to a request that was not recorded [default: 501]
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(400..600))]
    miss_status: Option<u16>,
    /// Have this value where a cassette says {{NAME}}, or where it has the value that truetape.yaml gives NAME
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = pair)]
    variables: Vec<(String, String)>,
}

impl ConditionFlags {
    /// The defaults of every session, and the recorded values of variables that the flags give another.
    pub(crate) fn over(&self, settings: &Settings) -> Result<(Conditions, BTreeMap<String, String>), Stop> {
        let flags = Conditions {
            speed: self.speed,
            latency: self.latency,
            clock: self.clock,
            shuffle: self.shuffle,
            repeat: self.repeat.then_some(true),
            miss_status: self.miss_status,
            variables: self.variables.iter().cloned().collect(),
            ..Conditions::default()
        };
        let stop = |error: String| Stop::usage(error, "mend the flags, or `replay:` in truetape.yaml");
        let file = settings.conditions().map_err(stop)?;
        let conditions = flags.over(&file).map_err(stop)?;
        conditions.check().map_err(|error| stop(error.to_string()))?;
        let recorded = file.variables.into_iter().filter(|(name, _)| flags.variables.contains_key(name));
        Ok((conditions, recorded.collect()))
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("expected NAME=VALUE, found {text}"))?;
    Ok((name.to_owned(), value.to_owned()))
}
