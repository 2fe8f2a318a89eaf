//! Which rules judge.

use crate::{exit::Stop, ignores::NOTICE};
use verify::Rule;

/// What a user wants judged.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Selection {
    /// Judge by this rule only; repeat it for several
    #[arg(long, value_name = "RULE")]
    pub(crate) only: Vec<String>,
    /// Leave this rule out; repeat it for several
    #[arg(long, value_name = "RULE")]
    pub(crate) skip: Vec<String>,
    /// Ask the rules about the cassettes themselves as well: what they never show, how old they are
    #[arg(long)]
    pub(crate) evidence: bool,
}

impl Selection {
    /// Whether every finding that could be made will be.
    pub(crate) fn is_whole(&self) -> bool {
        self.only.is_empty() && self.skip.is_empty()
    }

    /// Whether a rule is asked that is asked by default.
    pub(crate) fn has(&self, name: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|one| one == name);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}

/// The rules to judge by. `aged` says that evidence has an age at which it is too old.
pub(crate) fn rules(selection: &Selection, aged: bool) -> Result<Vec<&'static Rule>, Stop> {
    for name in selection.only.iter().chain(&selection.skip) {
        let known = verify::RULES.iter().any(|rule| rule.meta.name == name) || name == NOTICE.meta.name;
        if !known {
            return Err(Stop::usage(format!("there is no rule `{name}`"), "`truetape explain` lists them"));
        }
    }
    // Rules about the evidence say nothing of a mock; `inspect` asks them, and whoever names one.
    let by_default =
        |name: &str| !name.starts_with("evidence-") || selection.evidence || (aged && name == "evidence-old");
    let asked = |name: &str| selection.has(name) && (!selection.only.is_empty() || by_default(name));
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
        let evidence = Selection { evidence: true, skip: vec!["status-changed".into()], only: Vec::new() };
        let all = names(&evidence, false);
        assert!(!all.contains(&"status-changed") && all.contains(&"evidence-happy-only"));
        let one = Selection { only: vec!["evidence-happy-only".into()], ..Selection::default() };
        assert_eq!(names(&one, true), ["evidence-happy-only"]);
        assert!(rules(&Selection { only: vec!["nope".into()], ..Selection::default() }, false).is_err());
    }
}
