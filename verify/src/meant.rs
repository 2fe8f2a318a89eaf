//! What an answer means as an answer to its question: read once, and kept with the answer.

use cassettes::facets::error_class::{ErrorFacts, error_in};
use cassettes::facets::not_found::{MissStyle, miss_in};
use cassettes::json::Json;
use cassettes::model::{Request, Response};
use std::sync::{Arc, OnceLock};

/// What a reply means.
#[derive(Debug, Clone)]
pub struct Meant {
    /// What it says, if it is an error; an error may hide in a success.
    pub error: Option<ErrorFacts>,
    /// How it says that there is no such thing, if it may say so.
    pub miss: Option<MissStyle>,
}

/// The meaning of one reply to the first question for which it was asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept(OnceLock<(String, String, Arc<Meant>)>);

impl Kept {
    /// What a reply means as an answer to a request. Of the request only its method and its target count.
    pub(crate) fn of(
        &self,
        request: &Request,
        reply: &Response,
        json: Option<&Json>,
        text: Option<&str>,
    ) -> Arc<Meant> {
        let read = || {
            let error = error_in(reply, json, text, Some(request));
            let miss = miss_in(request, reply, json, error.as_ref());
            Arc::new(Meant { error, miss })
        };
        let (method, target, meant) =
            self.0.get_or_init(|| (request.method.clone(), request.target.clone(), read()));
        if *method == request.method && *target == request.target { Arc::clone(meant) } else { read() }
    }
}
