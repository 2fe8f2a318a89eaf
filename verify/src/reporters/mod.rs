//! The shelf of reporters, one file each: views of one report.

mod aspect;
mod columns;
mod counts;
mod fidelity;
mod github;
mod html;
mod human;
mod json;
mod junit;
mod lessons;
mod markdown;
mod marks;
mod paint;
mod reporter;
mod sarif;
mod unjudged;
mod wording;

pub use reporter::{Reporter, View};

/// Every reporter.
pub static REPORTERS: &[&Reporter] = &[
    &human::REPORTER,
    &json::REPORTER,
    &junit::REPORTER,
    &sarif::REPORTER,
    &github::REPORTER,
    &html::REPORTER,
    &markdown::REPORTER,
];

/// The reporter of that name.
pub fn find(name: &str) -> Option<&'static Reporter> {
    REPORTERS.iter().copied().find(|reporter| reporter.meta.name == name)
}

#[cfg(test)]
mod tests;
