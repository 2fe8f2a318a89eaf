//! What a facet is.

use super::error_class::{ErrorFacts, error_in};
use super::not_found::{MissStyle, miss_in};
use crate::codec;
use crate::json::Json;
use crate::meta::Meta;
use crate::model::{Exchange, Request, Response};

/// Names what one exchange means, where it means anything of the kind. The label is a behaviour of the
/// operation in coverage reports: kebab-case, for example `not-found` or `rejected-expired`.
///
/// The examples on its page are exchanges in the notation of [`crate::examples`]. Under *Fires* a last line
/// `= label` says what the facet calls the last of them; under *Quiet* it calls it nothing.
pub struct Facet {
    /// Its stable name and its page.
    pub meta: Meta,
    /// The behaviour that a reply shows, if it shows one of this kind.
    pub label: fn(&Told<'_>) -> Option<String>,
}

/// A reply that was read once for all facets.
#[derive(Debug, Clone, Copy)]
pub struct Told<'e> {
    /// What was asked.
    pub request: &'e Request,
    /// What was answered.
    pub response: &'e Response,
    /// Its body, where that is JSON.
    pub json: Option<&'e Json>,
    /// The error that it tells.
    pub error: Option<&'e ErrorFacts>,
    /// How it says that there is no such thing.
    pub miss: Option<MissStyle>,
    /// The exchange that knows when it was asked, and what the tokens in the request were.
    pub exchange: &'e Exchange,
}

impl Facet {
    /// The behaviour that an exchange shows, if it shows one of this kind.
    pub fn of(&self, exchange: &Exchange) -> Option<String> {
        let (request, response) = (&exchange.request, exchange.answer.reply()?);
        let json = codec::json_of(&response.headers, &response.body);
        let text = if json.is_some() { None } else { codec::text_of(&response.headers, &response.body) };
        let error = error_in(response, json.as_ref(), text.as_deref(), Some(request));
        let miss = miss_in(request, response, json.as_ref(), error.as_ref());
        let (json, error) = (json.as_ref(), error.as_ref());
        (self.label)(&Told { request, response, json, error, miss, exchange })
    }
}
