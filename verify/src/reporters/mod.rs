//! The shelf of reporters, one file each: views of one report.

mod aspect;
mod columns;
mod counts;
mod drift;
mod fidelity;
mod github;
mod html;
mod human;
mod json;
mod junit;
mod lessons;
mod markdown;
mod marks;
mod matrix;
mod numbers;
mod paint;
mod reporter;
mod requests;
mod sarif;
mod since;
mod unjudged;
mod wording;

pub use reporter::{Reporter, View};

use crate::history::past::Past;
use std::io::{self, Write};

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

/// The runs of each kind, of which there is one at least, as a page of HTML that draws the `last` of them.
pub fn history(kinds: &[Vec<&Past>], last: usize, out: &mut dyn Write) -> io::Result<()> {
    html::history::write(kinds, last, out)
}

/// The reporter of that name.
pub fn find(name: &str) -> Option<&'static Reporter> {
    REPORTERS.iter().copied().find(|reporter| reporter.meta.name == name)
}

#[cfg(test)]
mod tests;
