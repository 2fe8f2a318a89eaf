//! The shelf of aspects: each file is one way in which two requests can differ.

mod body;
mod form_body;
mod json_body;
mod method;
mod multipart_body;
mod path;
mod query;

use super::Aspect;

/// Every aspect, in the order in which differences are told.
pub static ASPECTS: &[&Aspect] = &[
    &method::ASPECT,
    &path::ASPECT,
    &query::ASPECT,
    &json_body::ASPECT,
    &form_body::ASPECT,
    &multipart_body::ASPECT,
    &body::ASPECT,
];

/// Whether an aspect tells the route.
pub(super) fn is_of_route(aspect: &Aspect) -> bool {
    matches!(aspect.meta.name, "method" | "path")
}

/// Whether an aspect reads the body.
pub(super) fn is_of_body(aspect: &Aspect) -> bool {
    !is_of_route(aspect) && aspect.meta.name != "query"
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
