//! Proves mocks against cassettes: asks a subject what the real side was asked, and judges the answers.
//!
//! Pure: no sockets, no files, no clock, no environment. [`compare()`] asks and judges; [`rules`] is the
//! shelf of judgements, [`reporters`] the shelf of views on the [`Report`].

mod ask;
pub mod behaviour;
pub mod case;
pub mod compare;
pub mod examples;
pub mod excerpt;
pub mod finding;
pub mod learned;
mod options;
pub mod report;
pub mod reporters;
pub mod rules;
pub mod run;
mod sorting;
mod tokens;
pub mod walk;

pub use case::{Case, Said};
pub use compare::compare;
pub use finding::{Complaint, Evidence, Finding, Findings, Severity};
pub use learned::learned;
pub use options::Options;
pub use report::{Report, Verdict};
pub use rules::{RULES, Rule};
pub use run::Run;
