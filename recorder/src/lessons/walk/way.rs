//! How one page leads to the next.

use crate::desk::{Asked, Desk, LessonError};
use cassettes::facets::pagination::{Edge, Says, Slot, Source, advance, guesses, limit_of, read, verdict};
use cassettes::facets::pagination::{items_at, items_of};
use cassettes::model::Request;
use std::collections::BTreeSet;

/// How one page leads to the next.
#[derive(Debug, Clone)]
pub(super) struct Way(Edge);

impl Way {
    /// Every way that the page after this one may be asked for, the likeliest first.
    pub(super) fn guesses(first: &Request, page: &Asked, by: Option<&str>) -> Vec<Way> {
        let Some(reply) = page.reply() else { return Vec::new() };
        guesses(first, reply, page.json.as_ref(), by).into_iter().map(Way).collect()
    }

    /// The request for the page after this one; none where this was the last.
    pub(super) fn request(
        &self,
        first: &Request,
        page: &Asked,
        desk: &Desk<'_>,
    ) -> Result<Option<Request>, LessonError> {
        let Some(reply) = page.reply() else { return Ok(None) };
        let json = page.json.as_ref();
        if let (Slot::Target, Source::Said(place)) = (&self.0.slot, &self.0.source) {
            let Says::More(address) = read(place, &reply.headers, json) else { return Ok(None) };
            let target = desk.led(&resolved(&address, &page.request.target))?;
            return Ok(Some(Request { target, ..first.clone() }));
        }
        let known: BTreeSet<_> = match &self.0.source {
            Source::Said(place) => [place.clone()].into(),
            Source::LastItem(_) | Source::Counted(_) => BTreeSet::new(),
        };
        let goes_on = verdict(&reply.headers, json, &known);
        let short = || {
            let items = json.and_then(|json| items_of(json, &items_at(json)?)).unwrap_or_default();
            let limit = limit_of(first).map_or(1, |(_, limit)| limit);
            (items.len() as u64) < limit
        };
        if goes_on == Some(false) || (goes_on.is_none() && short()) {
            return Ok(None);
        }
        Ok(advance(&self.0, &page.request, &page.request, reply, json))
    }

    /// Whether the answer itself says where to go, so that nothing had to be guessed.
    pub(super) fn was_told(&self) -> bool {
        self.0.slot == Slot::Target
    }

    /// Whether only the lack of further items says the end.
    pub(super) fn counts(&self) -> bool {
        !matches!(self.0.source, Source::Said(_))
    }
}

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.slot.fmt(f)
    }
}

/// A reference as seen from the target that gave it (RFC 3986 §5.2, without dot segments).
fn resolved(reference: &str, from: &str) -> String {
    let path = from.split('?').next().unwrap_or_default();
    if reference.contains("://") || reference.starts_with('/') {
        return reference.to_owned();
    }
    if reference.starts_with('?') {
        return format!("{path}{reference}");
    }
    let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
    format!("{folder}{}", reference.trim_start_matches("./"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_seen_from_where_they_stand() {
        for (reference, seen) in [
            ("?page=2", "/v1/x?page=2"),
            ("/y?page=2", "/y?page=2"),
            ("y?page=2", "/v1/y?page=2"),
            ("http://h/z", "http://h/z"),
        ] {
            assert_eq!(resolved(reference, "/v1/x?page=1"), seen, "{reference}");
        }
    }
}
