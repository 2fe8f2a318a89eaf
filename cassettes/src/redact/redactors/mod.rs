//! The shelf of redactors, in the order in which they look: what is named first, what is only known by
//! its look or from elsewhere last.

mod authorization;
mod cookies;
mod form;
mod headers;
mod json;
mod jwt;
mod known_value;
mod named_secret;
mod pattern;
mod query;
mod raw;
mod text;
mod token_shape;
mod url;
mod xml;

use super::Redactor;

/// Every redactor, in order.
pub static ALL: [&Redactor; 15] = [
    &named_secret::REDACTOR,
    &authorization::REDACTOR,
    &cookies::REDACTOR,
    &headers::REDACTOR,
    &query::REDACTOR,
    &form::REDACTOR,
    &json::REDACTOR,
    &xml::REDACTOR,
    &text::REDACTOR,
    &jwt::REDACTOR,
    &token_shape::REDACTOR,
    &url::REDACTOR,
    &pattern::REDACTOR,
    &known_value::REDACTOR,
    &raw::REDACTOR,
];
