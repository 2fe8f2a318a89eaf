//! Why a text is no plan.

/// What is wrong with a plan, and on which line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct PlanError {
    /// Counted from one.
    pub line: u32,
    /// A fragment.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl PlanError {
    /// An error at a line.
    pub fn new(line: u32, what: impl Into<String>) -> Self {
        PlanError { line, what: what.into(), hint: None }
    }

    /// With advice.
    #[must_use]
    pub fn advised(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A name that nobody knows: the nearest known one is advised, or all are listed.
    pub fn unknown(line: u32, what: &str, name: &str, known: &[&str]) -> Self {
        let hint = match super::nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("there is no {what} to name here"),
            None => format!("known here: {}", known.join(", ")),
        };
        PlanError::new(line, format!("unknown {what} `{name}`")).advised(hint)
    }
}
