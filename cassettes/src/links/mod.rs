//! Values from one answer that a later request carries: found by their use, bound anew to what another
//! subject said, and absolute URLs led back to whoever stands in for the upstream.

mod bind;
mod chance;
mod cookies;
mod discover;
mod fitness;
mod gives;
mod lead_back;
mod link;
mod markup;
mod naming;
mod rewriter;
mod splice;
mod texts;
mod url;
mod uses;

pub use bind::{Bound, bind};
pub use discover::discover;
pub use lead_back::Origins;
pub use link::{Link, Part, Source, SourcePlace, Target};
pub use naming::singular;
pub use rewriter::Rewriter;

pub(crate) use discover::among;

#[cfg(test)]
mod law_tests;
