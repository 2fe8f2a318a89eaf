//! The behaviours that one exchange shows.

use crate::case::Said;
use crate::rejections::Rejections;
use crate::run::Run;
use cassettes::model::{Answer, Exchange, Request};
use cassettes::operation::Operation;

/// Every behaviour that an answer to a request shows; the exchange is the recorded one.
pub(super) fn kinds(
    run: &Run<'_>,
    rejections: &Rejections<'_>,
    operation: &Operation,
    (asked, said): (&Request, &Said<'_>),
    exchange: &Exchange,
) -> Vec<String> {
    let mut kinds = rejections.labels(operation, (asked, said), exchange);
    kinds.extend(own_kinds(run, operation, asked, said));
    if kinds.is_empty() {
        kinds.extend(said.status().map(|status| format!("status-{status}")));
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

/// What an answer shows by itself: its status, its failure, its place in a listing, its tag.
pub(super) fn own_kinds(
    run: &Run<'_>,
    operation: &Operation,
    asked: &Request,
    said: &Said<'_>,
) -> Vec<String> {
    let mut kinds = Vec::new();
    match said.answer.as_ref() {
        Answer::Failed(failure) => kinds.push(format!("failed-{}", failure.kind)),
        Answer::Reply(reply) => match reply.status {
            200..=299 => kinds.push("success".to_owned()),
            304 => kinds.push("not-modified".to_owned()),
            300..=399 => kinds.push("redirect".to_owned()),
            _ => {}
        },
    }
    if said.is_success() && said.header("etag").is_some() {
        kinds.push("etag".to_owned());
    }
    if let Some(listing) = run.listings.0.get(operation)
        && said.is_success()
        && let Some(count) = listing.count(said)
    {
        // Where nothing speaks of the end, a page that is not full is the last.
        let counted = listing.places.is_empty().then(|| listing.goes_on(said, asked));
        let more = listing.says_more(said).or(counted);
        kinds.extend(more.map(|more| if more { "next-page" } else { "last-page" }.to_owned()));
        if count == 0 {
            kinds.push("empty-list".to_owned());
        }
    }
    kinds
}
