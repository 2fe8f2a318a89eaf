//! What an exchange means: a page, a not-found, an error class, a token verdict, a number form.

pub mod challenge;
pub mod credential;
pub mod document;
mod empty_list;
mod envelope;
pub mod error_class;
pub mod error_code;
pub mod facet;
mod hidden_error;
pub mod idempotency_key;
pub mod not_found;
pub mod number_form;
pub mod pagination;
pub mod rate_limit_counters;
pub mod rejection;
pub mod retry_hint;
mod text_code;
pub mod time_form;
pub mod words;
mod xml;

#[cfg(test)]
mod tests;

/// The shelf: every facet that names behaviours.
pub static FACETS: &[&facet::Facet] = &[
    &error_class::FACET,
    &not_found::FACET,
    &rate_limit_counters::FACET,
    &rejection::FACET,
    &retry_hint::FACET,
];
