//! What every vendor is made of: questions read, answers built, and what each answer means.

use super::hooks::Fault;
use super::json::read;
use super::world::World;
use cassettes::codec;
use cassettes::json::Json;
use cassettes::model::{Answer, FailureKind, Headers, Request, Response, TransportFailure};

/// One question.
pub(crate) struct Ask<'r>(pub(crate) &'r Request);

impl Ask<'_> {
    pub(crate) fn method(&self) -> &str {
        &self.0.method
    }

    pub(crate) fn query(&self, name: &str) -> Option<String> {
        self.0.query_pairs().into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.0.headers.get(name).map(std::borrow::Cow::into_owned)
    }

    /// The document that was sent; null where there is none.
    pub(crate) fn json(&self) -> Json {
        read(&String::from_utf8_lossy(self.0.body.bytes()))
    }

    /// A member of a form that was sent.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        let form = Request::new("POST", format!("/?{}", String::from_utf8_lossy(self.0.body.bytes())));
        form.query_pairs().into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// Where the client believes this vendor to live.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.header("host").unwrap_or_else(|| "mock.test".to_owned()))
    }
}

/// What an answer means; the operators choose by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// A page that goes on, or the last one.
    Page { more: bool },
    /// A thing, a text, a report.
    Thing,
    /// A new thing.
    Made,
    /// A thing was changed.
    Changed,
    /// A thing was deleted.
    Deleted,
    /// A list with nothing in it, because nothing fits.
    Empty,
    /// There is no such thing.
    Miss,
    /// There is no such thing any more.
    Gone,
    /// A cursor that was never given.
    Cursor,
    /// What was sent is wrong.
    Invalid,
    /// It is there already, or not as it was.
    Conflict,
    /// A key came again with another body.
    KeyReused,
    /// Never try again.
    Terminal,
    /// Try again later.
    Retryable,
    /// The other side is broken.
    Broken,
    /// Too often.
    Limited,
    /// Not this method, media type or format.
    Method,
    /// The credential.
    Auth(Fault),
    /// Nothing has changed.
    NotModified,
    /// Elsewhere.
    Elsewhere,
    /// No answer at all.
    Failed,
}

impl What {
    /// A success with something in it.
    pub(crate) fn is_content(self) -> bool {
        matches!(self, What::Page { .. } | What::Thing | What::Made | What::Changed)
    }

    /// What a happy path never shows.
    pub(crate) fn is_unhappy(self) -> bool {
        !self.is_content() && !matches!(self, What::Deleted)
    }
}

/// What a vendor says to one question.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Told {
    /// What was asked, as a kind of question.
    pub(crate) route: &'static str,
    pub(crate) what: What,
    pub(crate) answer: Answer,
    /// Until its first byte.
    pub(crate) millis: u64,
}

impl Told {
    /// No body and no media type.
    pub(crate) fn new(route: &'static str, what: What, status: u16) -> Self {
        let answer = Answer::Reply(Response::new(status, Headers::new(), Vec::new()));
        Told { route, what, answer, millis: 4 }
    }

    /// No answer at all.
    pub(crate) fn failed(route: &'static str, kind: FailureKind) -> Self {
        let failure =
            TransportFailure { kind, message: "connection reset by peer".to_owned(), partial: None };
        Told { route, what: What::Failed, answer: Answer::Failed(failure), millis: 4 }
    }

    pub(crate) fn json(self, document: &Json) -> Self {
        self.body("application/json", document.to_string())
    }

    pub(crate) fn body(mut self, media: &str, body: impl Into<Vec<u8>>) -> Self {
        if let Answer::Reply(reply) = &mut self.answer {
            reply.headers.set("Content-Type", media);
            reply.body = body.into().into();
        }
        self
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        if let Answer::Reply(reply) = &mut self.answer {
            reply.headers.push(name, value.into());
        }
        self
    }

    /// Takes that long.
    pub(crate) fn after(mut self, millis: u64) -> Self {
        self.millis = millis;
        self
    }

    pub(crate) fn reply(&self) -> Option<&Response> {
        self.answer.reply()
    }

    pub(crate) fn status(&self) -> u16 {
        self.reply().map_or(0, |r| r.status)
    }

    /// The body as a document; null where it is none.
    pub(crate) fn document(&self) -> Json {
        let text = self.reply().and_then(|r| codec::text_of(&r.headers, &r.body));
        text.map_or(Json::Null, |text| read(&text))
    }

    /// Another document in the same answer.
    pub(crate) fn redraw(&mut self, document: &Json) {
        if let Answer::Reply(reply) = &mut self.answer {
            reply.body = document.to_string().into_bytes().into();
        }
    }
}

/// A vendor, alive.
pub(crate) trait Service: Send {
    fn world(&mut self) -> &mut World;
    fn answer(&mut self, ask: &Ask<'_>) -> Told;
}
