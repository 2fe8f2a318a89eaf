//! Proves mocks against cassettes: asks a subject what the real side was asked, and judges the answers.
//!
//! Pure: no sockets, no files, no clock, no environment. [`compare()`] asks and judges; [`rules`] is the
//! shelf of judgements, [`reporters`] the shelf of views on the [`Report`].

#![allow(
    rustdoc::invalid_rust_codeblocks,
    reason = "pages hold examples in a notation of their own, which each shelf's tests run"
)]

pub mod about;
pub mod agree;
mod ask;
pub mod audit;
pub mod audits;
pub mod behaviour;
mod budget;
pub mod case;
pub mod changes;
pub mod compare;
pub mod conduct;
pub mod contract;
mod derive;
pub mod drift;
pub mod drifted;
mod echo;
pub mod examples;
pub mod excerpt;
pub mod finding;
pub mod history;
mod idempotency;
pub mod lacking;
mod leaks;
pub mod learned;
pub mod lesson;
mod made;
pub mod matrix;
pub mod meant;
pub mod mocks;
pub mod numbers;
mod options;
mod rejections;
pub mod report;
pub mod reporters;
pub mod requests;
pub mod rules;
pub mod run;
mod sent;
mod sessions;
mod sorting;
mod tokens;
mod volatile;
pub mod walk;
pub mod weight;
mod writes;

pub use agree::agree;
pub use audit::{Heard, audit};
pub use audits::{AUDITS, Audit};
pub use budget::Budget;
pub use case::{Case, Said};
pub use compare::compare;
pub use conduct::Conduct;
pub use derive::{Unaskable, derive, unaskable};
pub use finding::{Complaint, Evidence, Finding, Findings, Severity};
pub use learned::learned;
pub use options::Options;
pub use report::{Report, Verdict};
pub use rules::{RULES, Rule};
pub use run::Run;
