//! One recorded exchange beside what the subject answered to the same question.

use crate::excerpt;
use crate::finding::Evidence;
use crate::meant::{Kept, Meant};
use cassettes::codec;
use cassettes::facets::facet::Told;
use cassettes::facets::{FACETS, document};
use cassettes::json::{Json, Pointer};
use cassettes::model::{Answer, Exchange, Headers, Request, Response, Timing};
use cassettes::operation::Operation;
use cassettes::subject::{Lines, Observed, Spot};
use std::borrow::Cow;
use std::sync::Arc;

/// One side's answer, read once.
#[derive(Debug, Clone)]
pub struct Said<'a> {
    /// A reply or a transport failure.
    pub answer: Cow<'a, Answer>,
    /// When it came.
    pub timing: Timing,
    /// The body as JSON, where it is one document.
    pub json: Option<Json>,
    /// The elements of a body that is XML, or the rows of one that is a table in text.
    pub table: Option<Json>,
    /// The decoded body as text, where it is UTF-8.
    pub text: Option<String>,
    /// The exchange as people cite it; none for the subject's own answers.
    pub cite: Option<String>,
    /// Where in a user's file the answer was written.
    pub spot: Option<Spot>,
    /// Where its status and headers were, if elsewhere.
    pub head: Option<Spot>,
    /// Where the values of its body were, line by line.
    pub lines: Option<Lines>,
    /// It is what a call within a program came to.
    pub call: bool,
    meant: Kept,
}

impl<'a> Said<'a> {
    /// The real side's answer.
    pub fn recorded(exchange: &'a Exchange, cite: String) -> Self {
        let mut said = Said::read(Cow::Borrowed(&exchange.answer));
        said.timing = exchange.timing.clone();
        said.cite = Some(cite);
        said
    }

    /// The subject's answer.
    pub fn observed(observed: Observed) -> Said<'static> {
        let mut said = Said::read(Cow::Owned(observed.answer));
        said.timing = observed.timing;
        (said.spot, said.head, said.lines) = (observed.spot, observed.head, observed.lines);
        said.call = observed.call;
        said
    }

    /// What a tool says when it has nothing for a question.
    pub(crate) fn nothing(observed: Observed) -> String {
        let said = Said::observed(observed);
        match said.answer.as_ref() {
            Answer::Reply(_) => said.whole().excerpt,
            Answer::Failed(failure) => failure.message.clone(),
        }
    }

    fn read(answer: Cow<'a, Answer>) -> Self {
        let reply = answer.reply();
        let json = reply.and_then(|r| codec::json_of(&r.headers, &r.body));
        // Nobody looks into what is not held: it is judged by its length and digest alone.
        let held = reply.filter(|r| r.blob.is_none());
        let text = held.and_then(|r| codec::text_of(&r.headers, &r.body));
        let table = reply.filter(|_| json.is_none()).and_then(|r| document::other_tree(&r.headers, &r.body));
        let (timing, meant) = (Timing::default(), Kept::default());
        let (cite, spot, head, lines) = (None, None, None, None);
        Said { answer, timing, json, table, text, cite, spot, head, lines, call: false, meant }
    }

    /// The reply, if it is one.
    pub fn reply(&self) -> Option<&Response> {
        self.answer.reply()
    }

    /// What a reply means as an answer to a request.
    pub fn meant(&self, asked: &Request) -> Option<Arc<Meant>> {
        Some(self.meant.of(asked, self.reply()?, self.json.as_ref(), self.text.as_deref()))
    }

    /// The kinds of behaviour that a reply to a request shows by itself. When the question was asked, and
    /// what its tokens were, the recorded exchange knows.
    pub(crate) fn labels(&self, request: &Request, exchange: &Exchange) -> Vec<String> {
        let (Some(response), Some(meant)) = (self.reply(), self.meant(request)) else { return Vec::new() };
        let (json, error, miss) = (self.json.as_ref(), meant.error.as_ref(), meant.miss);
        let told = Told { request, response, json, error, miss, exchange };
        FACETS.iter().filter_map(|facet| (facet.label)(&told)).collect()
    }

    /// The status of a reply.
    pub fn status(&self) -> Option<u16> {
        self.reply().map(|r| r.status)
    }

    /// A 2xx reply.
    pub fn is_success(&self) -> bool {
        self.reply().is_some_and(Response::is_success)
    }

    /// The headers of a reply.
    pub fn headers(&self) -> Option<&Headers> {
        self.reply().map(|r| &r.headers)
    }

    /// The first value of a reply's header, as text.
    pub fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        self.headers()?.get(name)
    }

    /// The body as a tree: its JSON, its XML elements, or the rows of its table.
    pub fn tree(&self) -> Option<&Json> {
        self.json.as_ref().or(self.table.as_ref())
    }

    /// Evidence at a place in the JSON body or the table; says `absent` where nothing stands there.
    pub fn at(&self, pointer: &Pointer) -> Evidence {
        let whole = self.text.as_deref().unwrap_or_default();
        if let Some(cell) = self.table.as_ref().and_then(|t| pointer.find(t)).and_then(Json::scalar_text) {
            return self.evidence(pointer.to_string(), excerpt::bounded(cell));
        }
        let excerpt = match excerpt::locate(whole.as_bytes(), pointer) {
            Some(span) => excerpt::bounded(&whole[span]),
            None if self.json.is_none() => return self.whole(),
            None => "absent".to_owned(),
        };
        self.evidence(pointer.to_string(), excerpt)
    }

    /// Evidence that stands with the status and the headers.
    fn heading(&self, pointer: String, excerpt: String) -> Evidence {
        let evidence = self.evidence(pointer, excerpt);
        Evidence { location: self.head.clone().or(evidence.location), ..evidence }
    }

    /// Evidence in a header; says `absent` where there is none.
    pub fn at_header(&self, name: &str) -> Evidence {
        let Some(headers) = self.headers() else { return self.whole() };
        let values: Vec<Cow<'_, str>> = headers.get_all(name).collect();
        let excerpt =
            if values.is_empty() { "absent".to_owned() } else { excerpt::bounded(&values.join(", ")) };
        self.heading(format!("header {}", name.to_ascii_lowercase()), excerpt)
    }

    /// Evidence that is the status, or the way in which the answer failed.
    pub fn at_status(&self) -> Evidence {
        let excerpt = match self.answer.as_ref() {
            Answer::Reply(r) if r.reason.is_empty() => r.status.to_string(),
            Answer::Reply(r) => excerpt::bounded(&format!("{} {}", r.status, r.reason)),
            Answer::Failed(f) => excerpt::bounded(&format!("failed: {} ({})", f.kind, f.message)),
        };
        self.heading("status".to_owned(), excerpt)
    }

    /// Evidence that is the answer as a whole: its status and the beginning of its body.
    pub fn whole(&self) -> Evidence {
        let Some(reply) = self.reply() else { return self.at_status() };
        let body = match (&self.text, &reply.blob) {
            (Some(text), _) => text.clone(),
            (None, Some(blob)) => format!("({} bytes of sha256 {})", blob.len, blob.digest),
            (None, None) => format!("({} bytes)", reply.len()),
        };
        let text = if body.is_empty() {
            format!("{} (no body)", reply.status)
        } else {
            format!("{} {body}", reply.status)
        };
        self.evidence("body".to_owned(), excerpt::bounded(&text))
    }

    /// Evidence in words of the rule's own, at the line of the value at that place or else of what holds it.
    pub fn evidence(&self, pointer: String, excerpt: String) -> Evidence {
        let mut location = self.spot.clone();
        if let (Some(lines), Some(spot)) = (&self.lines, &mut location) {
            let first = pointer.replace("/*", "/0");
            let mut ways = std::iter::successors(Some(first.as_str()), |path| Some(path.rsplit_once('/')?.0));
            spot.line = ways.find_map(|path| lines.get(path)).copied().unwrap_or(spot.line);
        }
        Evidence { exchange: self.cite.clone(), pointer, excerpt, location }
    }
}

/// One recorded exchange beside what the subject answered to the same question.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// Which of the cassettes given.
    pub cassette: usize,
    /// Which of its exchanges, counted from zero.
    pub position: usize,
    /// What was recorded: request, tokens, times.
    pub exchange: &'a Exchange,
    /// What was asked, as a kind of question.
    pub operation: Operation,
    /// What the subject was asked: the recorded request with the subject's own cursors and ids.
    pub asked: Request,
    /// What the real side answered.
    pub real: Said<'a>,
    /// What the subject answered.
    pub other: Said<'static>,
}

/// Why an exchange was not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The subject's own answer to an earlier exchange did not give what this request must carry.
    Unreachable {
        /// The earlier exchange, counted from zero within its cassette.
        via: usize,
    },
    /// The token could not be minted afresh so that it means what it meant.
    Token,
    /// The token was refused, and nobody knows whether its signature was why.
    Signature,
    /// The subject refuses a credential that stands for the one taken out of the recording.
    Masked(String),
    /// A named secret has no value here.
    Secret(String),
    /// The subject cannot express the question.
    Inexpressible(String),
    /// The subject is a file and has nothing for the question: what its tool says then.
    Untaken(String),
    /// The exchange became a WebSocket: a question and an answer are only how it began.
    Socket,
    /// Someone changed the exchange by hand since it was recorded.
    Edited,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Unreachable { via } => {
                write!(f, "the answer to #{} gave nothing to ask it with", via + 1)
            }
            Reason::Token => f.write_str("its token cannot be minted afresh without the key"),
            Reason::Signature => f.write_str(
                "its token was refused, and nobody knows whether its signature was good: record it with the key",
            ),
            Reason::Masked(place) => {
                write!(
                    f,
                    "the mock refuses what stands for the credential in {place}; name it under `secrets`"
                )
            }
            Reason::Secret(name) => write!(f, "the secret `{name}` has no value here"),
            Reason::Inexpressible(why) | Reason::Untaken(why) => f.write_str(why),
            Reason::Socket => f.write_str(
                "it is a WebSocket, whose messages are replayed to suites and judged against no mock",
            ),
            Reason::Edited => f.write_str("it was edited by hand and is no evidence"),
        }
    }
}

/// An exchange that was not judged.
#[derive(Debug, Clone)]
pub struct Unjudged<'a> {
    /// Which of the cassettes given.
    pub cassette: usize,
    /// Which of its exchanges, counted from zero.
    pub position: usize,
    /// What was recorded.
    pub exchange: &'a Exchange,
    /// What would have been asked, as a kind of question.
    pub operation: Operation,
    /// What the real side answered.
    pub real: Said<'a>,
    /// Why it was not judged.
    pub reason: Reason,
}

impl Unjudged<'_> {
    /// Whether what was recorded still says what the real side does.
    pub fn is_evidence(&self) -> bool {
        self.reason != Reason::Edited
    }
}
