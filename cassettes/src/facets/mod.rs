//! What an exchange means: a page, a not-found, an error class, a token verdict, a number form.

pub mod auth;
pub mod challenge;
pub mod credential;
pub mod document;
pub mod error_class;
pub mod error_code;
pub mod facet;
pub mod not_found;
pub mod number_form;
pub mod pagination;
pub mod rate_limit;
pub mod retry_hint;
pub mod time_form;
pub mod words;
mod xml;

/// The shelf: every facet that names behaviours.
pub static FACETS: &[&facet::Facet] =
    &[&auth::FACET, &error_class::FACET, &not_found::FACET, &rate_limit::FACET, &retry_hint::FACET];
