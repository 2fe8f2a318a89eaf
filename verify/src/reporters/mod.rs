//! The shelf of reporters, one file each: views of one report.

mod columns;
mod human;
mod json;
mod paint;
mod reporter;

pub use reporter::{Reporter, View};

/// Every reporter.
pub static REPORTERS: &[&Reporter] = &[&human::REPORTER, &json::REPORTER];

/// The reporter of that name.
pub fn find(name: &str) -> Option<&'static Reporter> {
    REPORTERS.iter().copied().find(|reporter| reporter.meta.name == name)
}
