//! Which rules or audits judge, by their names.

use crate::{exit::Stop, ignores::NOTICE};

/// What a user wants judged by.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Picked {
    /// Judge by this one only; repeat it for several
    #[arg(long, value_name = "NAME")]
    pub(crate) only: Vec<String>,
    /// Leave this one out; repeat it for several
    #[arg(long, value_name = "NAME")]
    pub(crate) skip: Vec<String>,
}

impl Picked {
    /// Whether every finding that could be made will be.
    pub(crate) fn is_whole(&self) -> bool {
        self.only.is_empty() && self.skip.is_empty()
    }

    /// Whether one that is asked by default, or the notice of expired ignores, is asked.
    pub(crate) fn has(&self, name: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|one| one == name);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }

    /// Refuses names that nothing has. `what` they should be the names of stands in the error.
    pub(crate) fn check(&self, what: &str, known: impl Fn(&str) -> bool) -> Result<(), Stop> {
        match self.only.iter().chain(&self.skip).find(|name| !known(name) && *name != NOTICE.meta.name) {
            None => Ok(()),
            Some(name) => {
                Err(Stop::usage(format!("there is no {what} `{name}`"), "`truetape explain` lists them"))
            }
        }
    }
}
