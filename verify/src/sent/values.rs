//! The single values of a request, by place.

use cassettes::codec;
use cassettes::json::{Json, Pointer};
use cassettes::links::Target;
use cassettes::model::Request;
use std::collections::HashMap;

/// The single values of a request's target and body: what stands in the path, the query, a JSON body or a form.
pub(crate) fn values(request: &Request) -> Vec<(Target, String)> {
    let mut found: Vec<(Target, String)> = request
        .segments()
        .into_iter()
        .enumerate()
        .map(|(at, segment)| (Target::Segment(at), segment))
        .collect();
    numbered(request.query_pairs(), Target::Query, &mut found);
    if let Some(json) = codec::json_of(&request.headers, &request.body) {
        Pointer::walk(&json, &mut |at, value| {
            if let Json::String(text) | Json::Number(text) = value {
                found.push((Target::Json(at.clone()), text.clone()));
            }
        });
    } else if request.headers.media_type().as_deref() == Some("application/x-www-form-urlencoded") {
        let text = codec::text_of(&request.headers, &request.body).unwrap_or_default();
        // A form is spelt as a query is.
        numbered(Request::new("POST", format!("/?{text}")).query_pairs(), Target::Form, &mut found);
    }
    found
}

/// Numbers each pair among those of its name.
fn numbered(
    pairs: Vec<(String, String)>,
    target: fn(String, usize) -> Target,
    found: &mut Vec<(Target, String)>,
) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (name, value) in pairs {
        let count = counts.entry(name.clone()).or_default();
        found.push((target(name, *count), value));
        *count += 1;
    }
}

/// The place without its numbers: that of every item of a list.
pub(crate) fn generic(target: &Target) -> Target {
    match target {
        Target::Json(pointer) => Target::Json(pointer.generic()),
        other => other.clone(),
    }
}
