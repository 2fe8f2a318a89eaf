//! Both sides of a case, read as errors and as misses.

use crate::case::{Case, Said};
use cassettes::facets::error_class::{Class, ErrorFacts};
use cassettes::facets::error_code::Where;
use cassettes::facets::not_found::MissStyle;
use cassettes::json::Json;
use cassettes::model::{Place, Redaction, Request};

/// One side of a case.
#[derive(Debug, Clone, Default)]
pub(crate) struct Side {
    /// What it says, if it is an error; an error may hide in a success.
    pub(crate) error: Option<ErrorFacts>,
    /// How it says that there is no such thing, if it may say so.
    pub(crate) miss: Option<MissStyle>,
    /// A 2xx reply that hides no error.
    pub(crate) success: bool,
}

impl Side {
    /// Reads an answer to a request.
    pub(crate) fn read(request: &Request, said: &Said<'_>) -> Side {
        let Some(reply) = said.reply() else { return Side::default() };
        let Some(meant) = said.meant(request) else { return Side::default() };
        let success = reply.is_success() && meant.error.is_none();
        Side { error: meant.error.clone(), miss: meant.miss, success }
    }

    /// Forgets the codes that were taken out before the exchange was saved: what stands there is made up.
    pub(super) fn forget_redacted(&mut self, redactions: &[Redaction]) {
        let Some(error) = self.error.as_mut().filter(|_| !redactions.is_empty()) else { return };
        error.codes.retain(|code| {
            let place = match &code.at {
                Where::Json(pointer) => Place::of("reply", "json", &pointer.to_string()),
                Where::Header(name) => Place::of("reply", "header", name),
                Where::Xml(path) => Place::of("reply", "xml", path),
                Where::Text => return true,
            };
            !redactions.iter().any(|r| r.place == place)
        });
    }

    /// The error's class.
    pub(crate) fn class(&self) -> Option<Class> {
        self.error.as_ref().map(|e| e.class)
    }

    /// A success that is no miss.
    pub(crate) fn has_content(&self) -> bool {
        self.success && self.miss.is_none()
    }
}

/// A case whose both sides were read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'r, 'a> {
    /// The case.
    pub(crate) case: &'r Case<'a>,
    /// The real side.
    pub(crate) real: &'r Side,
    /// The subject.
    pub(crate) other: &'r Side,
}

impl Reading<'_, '_> {
    /// The real side introspected a token and found it dead; the subject says that it lives (RFC 7662).
    pub(crate) fn revives_token(&self) -> bool {
        let active = |said: &Said<'_>, value: bool| {
            said.json.as_ref().and_then(|j| j.get("active")) == Some(&Json::Bool(value))
        };
        let body = String::from_utf8_lossy(self.case.exchange.request.body.bytes());
        let asks = body.contains("token=") || body.contains("\"token\"");
        asks && self.real.success
            && self.other.success
            && active(&self.case.real, false)
            && active(&self.case.other, true)
    }
}
