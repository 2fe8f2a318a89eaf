//! One request that a client sent, with what came of it.

use super::quote::quote;
use crate::finding::Evidence;
use cassettes::journal::Served;
use cassettes::model::{Headers, Micros, Request};
use cassettes::operation::Operation;

/// One request that a client sent, with what came of it.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// Its line in the journal, counted from one.
    pub line: u32,
    /// What the journal says of it.
    pub served: &'a Served,
    /// The exchange that answered it, as a number of [`super::Conduct::recorded`]; none for a miss, or for an
    /// exchange of a cassette that is not at hand.
    pub exchange: Option<usize>,
    /// What was asked, as a kind of question.
    pub operation: Operation,
}

impl Call<'_> {
    /// The request as it can be told from the journal. A body that is not in the journal is empty here:
    /// [`Call::has_body`] says whether there was one.
    pub fn request(&self) -> Request {
        request(self.served)
    }

    /// The first value of a header that was sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.served.headers.iter();
        fields.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body that was sent, where the journal holds it.
    pub fn body(&self) -> Option<&str> {
        self.served.body.as_ref()?.text.as_deref()
    }

    /// Whether a body was sent.
    pub fn has_body(&self) -> bool {
        self.served.body.as_ref().is_some_and(|body| body.len > 0)
    }

    /// The status that was given; none where a transport failure was shown.
    pub fn status(&self) -> Option<u16> {
        self.served.answer.parse().ok()
    }

    /// How long it took until the last byte was written or the client was found gone.
    pub fn took(&self) -> Micros {
        self.served.end.saturating_sub(self.served.at)
    }

    /// How long the client waited before it left; none if it took everything.
    pub fn left_after(&self) -> Option<Micros> {
        Some(self.served.gave_up?.saturating_sub(self.served.at))
    }

    /// Evidence that is this request, at its line of the journal.
    pub fn evidence(&self, file: &str) -> Evidence {
        quote(file, &[self])
    }

    /// The same with a place in the request (`header authorization`, `/amount`, `query limit`) and the text
    /// that stands there.
    pub fn at(&self, file: &str, pointer: impl Into<String>, excerpt: &str) -> Evidence {
        Evidence { pointer: pointer.into(), excerpt: crate::excerpt::bounded(excerpt), ..self.evidence(file) }
    }
}

/// The request of a line.
pub(super) fn request(served: &Served) -> Request {
    let fields = served.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let body = served.body.as_ref().and_then(|body| body.text.clone()).unwrap_or_default();
    Request {
        method: served.method.clone(),
        target: served.target.clone(),
        headers: Headers::from_pairs(fields),
        body: body.into(),
        ..Request::default()
    }
}
