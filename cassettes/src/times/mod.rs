//! Moments in answers and requests: found by name and form, and moved with every mark of theirs kept, so that a
//! recording can be as fresh as on its day.

mod document;
mod fields;
mod form;
mod names;
mod request;
mod response;
mod spots;

#[cfg(test)]
mod tests;

pub use form::{http_date, read_http_date};
pub use request::moved as moved_request;
pub use response::{Left, Move, Moved, Spots};
