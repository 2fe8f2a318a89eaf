//! Changing the texts of a request that are no JSON: segments, parameters, fields, parts.

use super::places::{Place, Segment};
use crate::matching::{Content, View};
use crate::percent::normal;
use std::borrow::Cow;

/// Calls `change` for each text at a place that is none of JSON. What it returns takes the text's place.
pub(super) fn change(view: &mut View<'_>, place: &Place, change: &mut dyn FnMut(&str) -> Option<String>) {
    match place {
        Place::Segment(Segment::Number(number)) => segments(view, &mut |at, text| {
            if at == *number { change(text) } else { None }
        }),
        Place::Query(name) => query(view, &mut |own, text| if name.is(own) { change(text) } else { None }),
        Place::Form(name) => fields(view, &mut |own, text| if name.is(own) { change(text) } else { None }),
        Place::Segment(Segment::Variable(_)) | Place::Header(_) | Place::Json(_) | Place::Body => {}
    }
}

/// For each segment, with its number from 1 on.
pub(super) fn segments(view: &mut View<'_>, change: &mut dyn FnMut(usize, &str) -> Option<String>) {
    let path = normal(&view.path);
    let Some(rest) = path.strip_prefix('/') else { return };
    let mut changed = false;
    let mut text = String::with_capacity(path.len());
    for (at, segment) in rest.split('/').enumerate() {
        text.push('/');
        match change(at + 1, segment) {
            Some(other) => {
                changed = true;
                // What stands for a value is one segment itself.
                text.extend(other.chars().map(|c| if c == '/' { '|' } else { c }));
            }
            None => text.push_str(segment),
        }
    }
    if changed {
        view.path = Cow::Owned(text);
    }
}

/// For each parameter of the query, with its name.
pub(super) fn query(view: &mut View<'_>, change: &mut dyn FnMut(&str, &str) -> Option<String>) {
    for (name, value) in &mut view.query {
        if let Some(other) = text_of(value).and_then(|text| change(&String::from_utf8_lossy(name), text)) {
            *value = Cow::Owned(other.into_bytes());
        }
    }
}

/// For each field of a form and each part, with its name.
pub(super) fn fields(view: &mut View<'_>, change: &mut dyn FnMut(&str, &str) -> Option<String>) {
    match &mut view.content {
        Content::Form(pairs) => {
            for (name, value) in pairs {
                if let Some(other) =
                    text_of(value).and_then(|text| change(&String::from_utf8_lossy(name), text))
                {
                    *value = other.into_bytes();
                }
            }
        }
        Content::Multipart(parts) => {
            for part in parts {
                if let Some(other) = text_of(&part.body).and_then(|text| change(&part.name, text)) {
                    part.body = other.into_bytes();
                }
            }
        }
        _ => {}
    }
}

pub(super) fn text_of(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}
