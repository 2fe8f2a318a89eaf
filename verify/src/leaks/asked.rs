//! What was asked, by whom, and what became of it.

use super::leak::Looked;
use crate::case::Case;
use crate::run::fates::Judged;
use crate::sessions::Session;
use cassettes::model::Request;

/// So many exchanges after something was made it is looked for.
pub(super) const LOOK_AHEAD: usize = 500;

/// One exchange of a cassette in which several sessions ask.
pub(super) struct Asked<'r, 'a> {
    pub(super) judged: Judged<'r, 'a>,
    pub(super) case: &'r Case<'a>,
    pub(super) session: Option<Session>,
}

impl Asked<'_, '_> {
    pub(super) fn is_of_another(&self, other: &Self) -> bool {
        matches!((&self.session, &other.session), (Some(a), Some(b)) if a.is_other(b))
    }

    pub(super) fn is_safe(&self) -> bool {
        is_safe(&self.case.exchange.request)
    }
}

/// Whether a request changes nothing (RFC 9110 §9.2.1).
pub(super) fn is_safe(request: &Request) -> bool {
    matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS")
}

/// The real side was seen not to show to the one what is the other's.
pub(super) fn kept_apart(whose: &Asked<'_, '_>, other: &Asked<'_, '_>, looked: &mut Looked<'_, '_>) {
    looked.checks += 1;
    if let (Some(whose), Some(other)) = (&whose.session, &other.session) {
        looked.apart.insert((whose.clone(), other.clone()));
    }
}
