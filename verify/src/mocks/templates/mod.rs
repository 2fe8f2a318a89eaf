//! Response templates in Handlebars' notation, interpreted. Each tool brings its own helpers.

mod arithmetic;
mod chance;
mod dates;
mod dialect;
mod evaluate;
mod logic;
mod parse;
mod syntax;
mod texts;
mod value;

#[cfg(test)]
mod tests;

pub use arithmetic::math;
pub use chance::Chance;
pub use dates::{Zone, format as format_moment, shift};
pub use dialect::{Call, Dialect, Helper, Template};
pub use logic::LOGIC;
pub use texts::TEXTS;
pub use value::Value;
