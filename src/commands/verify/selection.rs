//! Which rules judge.

use crate::{commands::picked::Picked, exit::Stop};
use verify::Rule;

/// What a user wants judged.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Selection {
    #[command(flatten)]
    pub(crate) picked: Picked,
    /// Ask the rules about the cassettes themselves as well: what they never show, how old they are
    #[arg(long)]
    pub(crate) evidence: bool,
}

/// The rules to judge by. `aged` says that evidence has an age at which it is too old.
pub(crate) fn rules(selection: &Selection, aged: bool) -> Result<Vec<&'static Rule>, Stop> {
    let Selection { picked, evidence } = selection;
    picked.check("rule", |name| verify::RULES.iter().any(|rule| rule.meta.name == name))?;
    // Rules about the evidence say nothing of a mock; `inspect` asks them, and whoever names one.
    let by_default =
        |name: &str| !name.starts_with("evidence-") || *evidence || (aged && name == "evidence-old");
    let asked = |name: &str| picked.has(name) && (!picked.only.is_empty() || by_default(name));
    Ok(verify::RULES.iter().copied().filter(|rule| asked(rule.meta.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_about_the_evidence_are_asked_by_those_who_want_them() {
        let names = |selection: &Selection, aged| -> Vec<&str> {
            rules(selection, aged).expect("rules").iter().map(|rule| rule.meta.name).collect()
        };
        let all = names(&Selection::default(), false);
        assert!(all.contains(&"status-changed") && !all.contains(&"evidence-happy-only"));
        let evidence = Selection {
            picked: Picked { skip: vec!["status-changed".into()], ..Picked::default() },
            evidence: true,
        };
        let all = names(&evidence, false);
        assert!(!all.contains(&"status-changed") && all.contains(&"evidence-happy-only"));
        let only = |name: &str| Selection {
            picked: Picked { only: vec![name.to_owned()], ..Picked::default() },
            evidence: false,
        };
        let one = only("evidence-happy-only");
        assert_eq!(names(&one, true), ["evidence-happy-only"]);
        assert!(rules(&only("nope"), false).is_err());
    }
}
