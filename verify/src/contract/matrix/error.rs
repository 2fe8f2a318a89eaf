//! Why a text is no contract.

use cassettes::plan::nearest;

/// What is wrong with a contract, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ContractError {
    /// Counted from one.
    pub line: u32,
    /// Counted from one, in characters.
    pub column: u32,
    /// A fragment: what was expected, and what came.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// What stands at the place, by which its column is found.
    near: String,
}

impl ContractError {
    /// An error at what stands on a line.
    pub(super) fn new(line: u32, near: &str, what: impl Into<String>) -> Self {
        ContractError { line, column: 1, what: what.into(), hint: None, near: near.to_owned() }
    }

    /// With advice.
    #[must_use]
    pub(super) fn advised(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A name that nobody knows: the nearest known one is advised, or all are listed.
    pub(super) fn unknown(line: u32, what: &str, name: &str, known: &[&str]) -> Self {
        let hint = match nearest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("there is no {what} to name here"),
            None => format!("known here: {}", known.join(", ")),
        };
        ContractError::new(line, name, format!("unknown {what} `{name}`")).advised(hint)
    }

    /// With its column in the text: where what it is about stands on its line, else where the line begins.
    pub(super) fn placed(mut self, text: &str) -> Self {
        let line = text.lines().nth((self.line as usize).saturating_sub(1)).unwrap_or_default();
        let found = Some(self.near.as_str()).filter(|near| !near.is_empty()).and_then(|near| line.find(near));
        let at = found.or_else(|| line.find(|c: char| !c.is_whitespace())).unwrap_or_default();
        self.column = u32::try_from(line[..at].chars().count() + 1).unwrap_or(u32::MAX);
        self
    }
}
