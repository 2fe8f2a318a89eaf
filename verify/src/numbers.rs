//! Who reports a number, as a report tells it.

use serde::Serialize;

/// The reporters of a number, and what came of holding them against each other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Numbers {
    /// The name that was looked for.
    pub name: String,
    /// Everywhere it stands: those that report it most often first.
    pub reporters: Vec<Reporter>,
    /// How often two reporters were held against each other about one thing.
    pub compared: usize,
    /// How often they said the same.
    pub agreed: usize,
    /// What is to be said of forms and of what was not compared.
    pub notes: Vec<String>,
}

/// One place of an operation where the number stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reporter {
    /// The operation.
    pub operation: String,
    /// The base URL of the service.
    pub service: String,
    /// Where in the answer: a pointer with `*` for every item, or `header x-total-count`.
    pub pointer: String,
    /// The forms in which it is written.
    pub forms: Vec<String>,
    /// How many answers have it.
    pub exchanges: usize,
    /// Of how many things it is told.
    pub entities: usize,
    /// One of its numbers.
    pub example: Example,
}

/// One number, where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The exchange as people cite it.
    pub exchange: String,
    /// Where in its answer.
    pub pointer: String,
    /// Its text.
    pub text: String,
    /// What it is about, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}
