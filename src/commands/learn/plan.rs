//! The plan's file, and what of it is wanted.

use super::wanted;
use crate::{exit::Stop, settings::Settings, ui::count};
use cassettes::plan::{Lesson, Plan, PlanError};
use recorder::{lessons::LESSONS, teaching};
use std::path::Path;

/// A plan and where it stands.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) plan: Plan,
    /// As the user named it.
    pub(super) file: String,
}

/// Reads a plan and checks everything in it that can be checked without asking anybody.
/// `values` are those that the command line gives.
pub(super) fn read(path: &Path, settings: &Settings, values: &[(String, String)]) -> Result<Read, Stop> {
    let file = path.to_string_lossy().into_owned();
    let text = std::fs::read(path).map_err(|e| {
        Stop::usage(
            format!("{file}: reading the plan: {e}"),
            "name a file of lessons: truetape learn PLAN --cassette FILE",
        )
    })?;
    let wrong = |error: PlanError| {
        let PlanError { line, what, hint } = error;
        Stop::usage(
            format!("{file}:{line}: {what}"),
            hint.unwrap_or_else(|| {
                "docs/guides/learn.md shows whole plans; `truetape explain LESSON` a lesson's page".to_owned()
            }),
        )
    };
    let plan = Plan::parse(&text).map_err(wrong)?;
    let given = values.iter().map(|(name, _)| name);
    let secrets: Vec<String> = settings.secrets.keys().chain(given).cloned().collect();
    teaching::check(&plan, &secrets).map_err(|error| {
        let names = wanted::wanted(&plan, &secrets);
        let mut stop = wrong(error);
        // A slip has a name that is nearly that of another; what nothing gives has to be given.
        if names.iter().any(|name| stop.message.contains(&format!("{{{{{name}}}}}"))) {
            let known = stop.hint.take().map(|hint| format!("\n  (a slip? {hint})")).unwrap_or_default();
            stop.hint = Some(format!("{}{known}", wanted::lines(&names, !secrets.is_empty())));
        }
        stop
    })?;
    Ok(Read { plan, file })
}

/// Which lessons are wanted: numbers, counted from one, and kinds.
#[derive(Debug)]
pub(super) struct Only {
    numbers: Vec<usize>,
    kinds: Vec<String>,
}

impl Only {
    pub(super) fn of(given: &[String], plan: &Plan) -> Result<Only, Stop> {
        let mut only = Only { numbers: Vec::new(), kinds: Vec::new() };
        for word in given.iter().flat_map(|given| given.split(',')).map(str::trim) {
            if let Ok(number) = word.parse::<usize>() {
                if number == 0 || number > plan.lessons.len() {
                    return Err(Stop::usage(
                        format!("--only {number}: the plan has {}", count(plan.lessons.len(), "lesson")),
                        "lessons are counted from 1; --dry-run shows their numbers",
                    ));
                }
                only.numbers.push(number);
            } else if LESSONS.iter().any(|lesson| lesson.meta.name == word) {
                only.kinds.push(word.to_owned());
            } else {
                let names: Vec<&str> = LESSONS.iter().map(|lesson| lesson.meta.name).collect();
                return Err(Stop::usage(
                    format!("--only {word}: expected a number or a kind of lesson"),
                    format!("kinds are {}", names.join(", ")),
                ));
            }
        }
        Ok(only)
    }

    pub(super) fn wants(&self, number: usize, lesson: &Lesson) -> bool {
        let all = self.numbers.is_empty() && self.kinds.is_empty();
        all || self.numbers.contains(&number) || self.kinds.contains(&lesson.kind)
    }
}

/// Whom the plan is asked of: the flag's, else the plan's own, else the only one of the settings.
pub(super) fn upstream(flag: Option<&str>, plan: &Plan, ours: &[String]) -> Result<String, Stop> {
    let given = match (flag, &plan.upstream, ours) {
        (Some(flag), _, _) => flag,
        (None, Some(own), _) => own,
        (None, None, [one]) => one,
        (None, None, []) => {
            return Err(Stop::usage("no upstream named", "give --upstream URL, or `upstream:` in the plan"));
        }
        (None, None, several) => {
            return Err(Stop::usage(
                format!("truetape.yaml names {} upstreams", several.len()),
                "say which one with --upstream, or `upstream:` in the plan",
            ));
        }
    };
    let origin = wire::client::Origin::parse(given).map_err(|e| {
        Stop::usage(format!("upstream: {e}"), "give a base URL such as https://sandbox.example")
    })?;
    Ok(origin.to_string())
}

/// Whether a base URL leads to this machine alone.
pub(super) fn is_loopback(url: &str) -> bool {
    wire::client::Origin::parse(url).is_ok_and(|origin| {
        origin.host == "localhost" || origin.host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_upstream_counts() {
        let plan = |own: Option<&str>| Plan { upstream: own.map(str::to_owned), ..Plan::default() };
        let ours = |all: &[&str]| all.iter().map(|url| (*url).to_owned()).collect::<Vec<_>>();
        let of = |flag, own, all: &[&str]| upstream(flag, &plan(own), &ours(all)).ok();
        assert_eq!(of(Some("http://a"), Some("http://b"), &["http://c"]).as_deref(), Some("http://a"));
        assert_eq!(of(None, Some("http://b/v1/"), &["http://c"]).as_deref(), Some("http://b/v1"));
        assert_eq!(of(None, None, &["http://c"]).as_deref(), Some("http://c"));
        assert_eq!((of(None, None, &[]), of(None, None, &["http://c", "http://d"])), (None, None));
        assert!(
            is_loopback("http://127.0.0.1:1")
                && is_loopback("http://[::1]")
                && !is_loopback("https://a.test")
        );
    }
}
