//! The moments of a request, led back to those that were recorded.

use super::document;
use super::fields;
use super::response::{Move, spliced};
use super::spots::{Around, Spot, What};
use crate::codec;
use crate::model::{Body, Request, Timestamp};
use crate::rebody::plain;

/// The request with its moments moved: each by what `back` says of it, in seconds, and each token and digest
/// by what `said` gives in its place. None if nothing is another.
pub fn moved(
    request: &Request,
    now: Timestamp,
    back: &mut dyn FnMut(i64) -> Option<i64>,
    said: &dyn Fn(&str) -> Option<String>,
) -> Option<Request> {
    let around = Around(now.seconds());
    let mut fresh = request.clone();
    let mut any = false;
    let mut one = |text: &[u8], spots: &[Spot]| -> Option<Vec<u8>> {
        let mut text = text.to_vec();
        let mut any = false;
        // From the last to the first, so that places before stay where they are.
        for spot in spots.iter().rev() {
            let by = match spot.what {
                What::Moment(moment) | What::Encoded(moment) => back(moment.seconds).unwrap_or_default(),
                What::Token => 0,
            };
            let mut token = |token: &str| said(token);
            let mut to = Move { by, token: &mut token };
            if let Some(new) = spliced(&text, std::slice::from_ref(spot), &mut to, now.seconds()) {
                (text, any) = (new, true);
            }
        }
        any.then_some(text)
    };
    let mut spots = Vec::new();
    let path = request.path();
    around.path(path, &mut spots);
    if let Some(query) = request.query() {
        around.pairs(path.len() + 1, query, &mut spots);
    }
    if let Some(target) = one(request.target.as_bytes(), &spots).and_then(|t| String::from_utf8(t).ok()) {
        (fresh.target, any) = (target, true);
    }
    for (number, spots) in fields::spots(around, &request.headers) {
        if let Some(value) = one(&request.headers.0[number].1, &spots) {
            (fresh.headers.0[number].1, any) = (value, true);
        }
    }
    for (_, value) in &mut fresh.headers.0 {
        if let Some(old) = std::str::from_utf8(value).ok().and_then(said) {
            (*value, any) = (old.into_bytes(), true);
        }
    }
    if !request.body.is_empty()
        && let Some(text) = plain(&request.headers, &request.body)
    {
        let media = request.headers.media_type().unwrap_or_default();
        let codings = request.headers.codings();
        let body = one(&text, &document::spots(around, &media, &text));
        let body = body.and_then(|body| match codings.is_empty() {
            true => Some(body),
            false => codec::encode(&body, &codings).ok(),
        });
        if let Some(body) = body {
            if request.headers.contains("content-length") {
                fresh.headers.set("content-length", body.len().to_string());
            }
            (fresh.body, any) = (Body::from(body), true);
        }
    }
    any.then_some(fresh)
}
