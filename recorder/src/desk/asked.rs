//! One question of a lesson, and what came of it.

use cassettes::facets::document;
use cassettes::facets::error_class::{Class, ErrorFacts, error_of};
use cassettes::facets::not_found::{MissStyle, miss_of};
use cassettes::json::Json;
use cassettes::model::{Answer, ExchangeId, Request, Response};

/// One question of a lesson, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// As it was asked.
    pub request: Request,
    /// A reply or a transport failure.
    pub answer: Answer,
    /// The exchange that was kept of it; none where several were asked at once, or nothing was kept.
    pub exchange: Option<ExchangeId>,
    /// Its body as a tree: its JSON, its XML elements, or the rows of its table.
    pub json: Option<Json>,
    /// What it says as an error.
    pub error: Option<ErrorFacts>,
}

impl Asked {
    /// Reads an answer.
    pub fn new(request: Request, answer: Answer, exchange: Option<ExchangeId>) -> Self {
        let reply = answer.reply();
        let json = reply.and_then(|reply| document::tree(&reply.headers, &reply.body));
        let error = reply.and_then(|reply| error_of(reply, Some(&request)));
        Asked { request, answer, exchange, json, error }
    }

    /// The reply, if it is one.
    pub fn reply(&self) -> Option<&Response> {
        self.answer.reply()
    }

    /// The reply's status; none for a transport failure.
    pub fn status(&self) -> Option<u16> {
        self.reply().map(|reply| reply.status)
    }

    /// Whether it succeeded, by its status and by what it says.
    pub fn is_good(&self) -> bool {
        self.reply().is_some_and(Response::is_success) && self.error.is_none()
    }

    /// What a client can do about it, where it is an error.
    pub fn class(&self) -> Option<Class> {
        self.error.as_ref().map(|error| error.class)
    }

    /// Whether it says that it was asked too often.
    pub fn is_limited(&self) -> bool {
        self.status() == Some(429) || self.class() == Some(Class::RateLimit)
    }

    /// How it says that there is no such thing, if it does.
    pub fn miss(&self) -> Option<MissStyle> {
        miss_of(&self.request, self.reply()?)
    }

    /// A field of the reply.
    pub fn header(&self, name: &str) -> Option<String> {
        Some(self.reply()?.headers.get(name)?.into_owned())
    }

    /// `404`, `404 not-found`, or `reset`: what came, in a few words.
    pub fn in_short(&self) -> String {
        match self.class() {
            Some(class) => format!("{} {class}", self.answer.label()),
            None => self.answer.label(),
        }
    }
}
