//! Taking out of a request what is declared to make no difference.

use super::{
    Area, Declared, InParts, Kind, Name, calls,
    places::{Place, Segment},
    rules::What,
    texts,
    trace::Trace,
    tree,
};
use crate::{
    json::{Json, plain_number},
    matching::{Content, Difference, Part, View, key},
    model::{Request, Timestamp},
    redact::Names,
};
use std::borrow::Cow;

/// A request as the declarations let it be seen.
#[derive(Debug)]
pub struct Loosened<'r> {
    /// What is left of it.
    pub view: View<'r>,
    /// For each rule, what it took out; zero where nothing.
    pub traces: Box<[u32]>,
}

impl Declared {
    /// Whether anything is declared for such a request.
    pub fn concerns(&self, method: &str, path: &str) -> bool {
        self.rules.iter().any(|rule| rule.scope.holds(method, path))
    }

    /// A request without what makes no difference. `now` is the moment of asking; none for what was recorded.
    pub fn loosen<'r>(&self, request: &'r Request, now: Option<Timestamp>) -> Loosened<'r> {
        let mut view = View::of(request);
        let path = view.path.clone();
        let traces = self.rules.iter().map(|rule| {
            let mut trace = Trace::new();
            if rule.scope.holds(view.method, &path) {
                follow(&rule.what, &mut view, now, &mut trace);
            }
            trace.finish()
        });
        let traces = traces.collect();
        Loosened { view, traces }
    }

    /// The selecting headers that make no difference for such a request, each with its rule's bit.
    pub fn ignored_headers<'d>(&'d self, method: &str, path: &str) -> Vec<(u64, &'d Name)> {
        let rules = self.rules.iter().enumerate().filter(|(_, rule)| rule.scope.holds(method, path));
        let named = rules.filter_map(|(at, rule)| match &rule.what {
            What::Ignore(Place::Header(name)) => Some((1 << at, name)),
            _ => None,
        });
        named.collect()
    }

    /// Whether some headers make a difference that by themselves make none.
    pub fn requires(&self) -> bool {
        self.rules.iter().any(|rule| matches!(rule.what, What::Require(_)))
    }

    /// The required headers in which two requests differ.
    pub fn required_differences(&self, asked: &Request, recorded: &Request) -> Vec<Difference> {
        let mut found: Vec<Difference> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.scope.holds(&asked.method, asked.path())) {
            let What::Require(wanted) = &rule.what else { continue };
            let value = |request: &Request| {
                let own = request.headers.iter().filter(|(name, _)| wanted.is_in_any_case(name));
                let values: Vec<String> =
                    own.map(|(_, value)| String::from_utf8_lossy(value.trim_ascii()).into_owned()).collect();
                (!values.is_empty()).then(|| values.join(", "))
            };
            let (asked, recorded) = (value(asked), value(recorded));
            if asked != recorded {
                let place = format!("header {wanted}");
                found.push(Difference { aspect: "header", place, asked, recorded });
            }
        }
        found
    }

    /// The values of the headers that are to be the same, for such a request: nothing where none is.
    pub fn required(&self, request: &Request) -> Vec<u8> {
        let mut text = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.scope.holds(&request.method, request.path())) {
            let What::Require(wanted) = &rule.what else { continue };
            let mut fields: Vec<(String, &[u8])> = request
                .headers
                .iter()
                .filter(|(name, _)| wanted.is_in_any_case(name))
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect();
            fields.sort();
            for (name, value) in fields {
                text.extend_from_slice(name.as_bytes());
                text.push(b':');
                text.extend_from_slice(value.trim_ascii());
                text.push(b'\n');
            }
        }
        text
    }

    /// Which rules made two requests equal that are not: a bit for each.
    pub fn needed(asked: &[u32], recorded: &[u32]) -> u64 {
        let differ = asked.iter().zip(recorded).enumerate().filter(|(_, (a, r))| a != r);
        differ.fold(0, |bits, (at, _)| bits | 1 << at)
    }

    /// Whether the ids of calls are among what such bits made equal.
    pub fn echoes(&self, needed: u64) -> bool {
        let mut rules = self.rules.iter().enumerate().filter(|(at, _)| needed >> at & 1 == 1);
        rules.any(|(_, rule)| matches!(rule.what, What::Rpc(super::Rpc::Id)))
    }

    /// The rules of such bits, as the journal says them.
    pub fn words(&self, needed: u64) -> Vec<String> {
        let rules = self.rules.iter().enumerate().filter(|(at, _)| needed >> at & 1 == 1);
        rules.map(|(_, rule)| rule.to_string()).collect()
    }
}

impl Loosened<'_> {
    /// Equal for requests that differ in nothing that counts.
    pub fn key(&self, names: &Names) -> Vec<u8> {
        key::of_view(&self.view, names)
    }
}

fn follow(what: &What, view: &mut View<'_>, now: Option<Timestamp>, trace: &mut Trace) {
    match what {
        What::Require(_) => {}
        What::Ignore(place) => ignore(view, place, trace),
        What::GraphQl(by) => calls::graphql(view, *by, trace),
        What::Rpc(super::Rpc::Id) => calls::rpc(view, trace),
        What::Any(kind, place) => any(view, *kind, place, now, trace),
        What::Pattern(pattern, area) => {
            let like = format!("<like {pattern}>");
            let mut alike = |text: &str| replaced(text, &pattern.spans(text), &like, trace);
            in_area(view, *area, &mut alike);
        }
        What::Numeric(place) => values(view, place, &mut |json| {
            let Json::Number(text) = json else { return };
            if let Some(plain) = plain_number(text) {
                trace.bytes(text.as_bytes());
                *text = plain;
            }
        }),
        What::Caseless(place) => values(view, place, &mut |json| {
            if let Json::String(text) = json {
                trace.bytes(text.as_bytes());
                *text = text.to_lowercase();
            }
        }),
        What::Parts(what) => parts(view, *what, trace),
        What::Unordered(place) => unordered(view, place, trace),
    }
}

fn ignore(view: &mut View<'_>, place: &Place, trace: &mut Trace) {
    match place {
        Place::Header(_) => {}
        Place::Query(name) => view.query.retain(|(own, value)| {
            let out = name.is(&String::from_utf8_lossy(own));
            if out {
                trace.bytes(own);
                trace.bytes(value);
            }
            !out
        }),
        Place::Form(name) => match &mut view.content {
            Content::Form(pairs) => pairs.retain(|(own, value)| {
                let out = name.is(&String::from_utf8_lossy(own));
                if out {
                    trace.bytes(own);
                    trace.bytes(value);
                }
                !out
            }),
            Content::Multipart(parts) => parts.retain(|part| {
                let out = name.is(&part.name);
                if out {
                    trace.bytes(part.fields.as_bytes());
                    trace.bytes(&part.body);
                }
                !out
            }),
            _ => {}
        },
        Place::Json(path) => {
            if let Content::Json(json) = &mut view.content {
                tree::remove(json, path, trace);
            }
        }
        Place::Segment(Segment::Number(_)) => texts::change(view, place, &mut |text| {
            trace.bytes(text.as_bytes());
            Some("<ignored>".to_owned())
        }),
        Place::Segment(Segment::Variable(_)) => {}
        Place::Body => {
            match &view.content {
                Content::Nothing => {}
                Content::Json(json) => trace.json(json),
                Content::Form(pairs) => pairs.iter().for_each(|(name, value)| {
                    trace.bytes(name);
                    trace.bytes(value);
                }),
                Content::Multipart(parts) => parts.iter().for_each(|part| {
                    trace.bytes(part.fields.as_bytes());
                    trace.bytes(&part.body);
                }),
                Content::Bytes(bytes) => trace.bytes(bytes),
                Content::Left { alike, .. } => trace.bytes(&alike.0),
            }
            view.content = Content::Nothing;
        }
    }
}

/// Values of a type become the type. What is of another stays, and is a difference that says so.
fn any(view: &mut View<'_>, kind: Kind, place: &Place, now: Option<Timestamp>, trace: &mut Trace) {
    let like = format!("<any {kind}>");
    if let Place::Json(path) = place {
        if let Content::Json(json) = &mut view.content {
            tree::change(json, path, &mut |value| {
                if kind.is_json(value, now) {
                    trace.json(value);
                    *value = Json::String(like.clone());
                }
            });
        }
        return;
    }
    texts::change(view, place, &mut |text| {
        kind.is_text(text, now).then(|| {
            trace.bytes(text.as_bytes());
            like.clone()
        })
    });
}

/// Numbers and texts at a place, all below it where it is a list or an object. Those of other bodies than
/// JSON are seen as what they look like.
fn values(view: &mut View<'_>, place: &Place, change: &mut dyn FnMut(&mut Json)) {
    if let Place::Json(path) = place {
        if let Content::Json(json) = &mut view.content {
            tree::change(json, path, &mut |value| tree::leaves(value, change));
        }
        return;
    }
    texts::change(view, place, &mut |text| {
        let mut changed = None;
        for mut value in [Json::Number(text.to_owned()), Json::String(text.to_owned())] {
            change(&mut value);
            match value {
                Json::Number(other) | Json::String(other) if other != text => changed = Some(other),
                _ => {}
            }
        }
        changed
    });
}

/// With each span replaced; none where there is no span.
fn replaced(text: &str, spans: &[std::ops::Range<usize>], with: &str, trace: &mut Trace) -> Option<String> {
    if spans.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for span in spans {
        trace.bytes(text[span.clone()].as_bytes());
        out.push_str(&text[from..span.start]);
        out.push_str(with);
        from = span.end;
    }
    out.push_str(&text[from..]);
    Some(out)
}

fn in_area(view: &mut View<'_>, area: Area, change: &mut dyn FnMut(&str) -> Option<String>) {
    match area {
        Area::Path => texts::segments(view, &mut |_, text| change(text)),
        Area::Query => texts::query(view, &mut |_, text| change(text)),
        Area::Body => match &mut view.content {
            Content::Json(json) => tree::leaves(json, &mut |value| {
                if let Json::String(text) = value
                    && let Some(other) = change(text)
                {
                    *text = other;
                }
            }),
            Content::Form(_) | Content::Multipart(_) => texts::fields(view, &mut |_, text| change(text)),
            Content::Bytes(bytes) => {
                if let Some(other) = texts::text_of(bytes).and_then(change) {
                    *bytes = Cow::Owned(other.into_bytes());
                }
            }
            Content::Nothing | Content::Left { .. } => {}
        },
    }
}

fn parts(view: &mut View<'_>, what: InParts, trace: &mut Trace) {
    let Content::Multipart(parts) = &mut view.content else { return };
    match what {
        InParts::Order => {
            parts.iter().for_each(|part| trace.bytes(part.name.as_bytes()));
            let of = |part: &Part| (part.name.clone(), part.fields.clone(), part.body.clone());
            parts.sort_by_cached_key(of);
        }
        InParts::Types => {
            for part in parts {
                let (out, kept): (Vec<&str>, Vec<&str>) =
                    part.fields.lines().partition(|line| line.starts_with("content-type:"));
                out.iter().for_each(|line| trace.bytes(line.as_bytes()));
                part.fields = kept.iter().flat_map(|line| [*line, "\n"]).collect();
            }
        }
        InParts::Filenames => {
            for part in parts {
                let mut fields = String::new();
                for line in part.fields.lines() {
                    if !line.starts_with("content-disposition:") {
                        fields.push_str(line);
                    } else {
                        let called = |p: &&str| p.trim_start().to_ascii_lowercase().starts_with("filename");
                        line.split(';').filter(called).for_each(|name| trace.bytes(name.as_bytes()));
                        let kept: Vec<&str> = line.split(';').filter(|p| !called(p)).collect();
                        fields.push_str(&kept.join(";"));
                    }
                    fields.push('\n');
                }
                part.fields = fields;
            }
        }
    }
}

fn unordered(view: &mut View<'_>, place: &Place, trace: &mut Trace) {
    match place {
        Place::Json(path) => {
            let Content::Json(json) = &mut view.content else { return };
            tree::change(json, path, &mut |value| {
                if matches!(value, Json::Array(items) if items.len() > 1) {
                    trace.json(value);
                }
                if let Json::Array(items) = value {
                    items.sort_by_cached_key(|item| {
                        let mut text = String::new();
                        item.write(&mut text, true);
                        text
                    });
                }
            });
        }
        Place::Query(name) => {
            for (own, value) in &view.query {
                if name.is(&String::from_utf8_lossy(own)) {
                    trace.bytes(value);
                }
            }
            view.query.sort_by(|a, b| {
                let sorted = name.is(&String::from_utf8_lossy(&a.0)) && a.0 == b.0;
                a.0.cmp(&b.0).then_with(|| if sorted { a.1.cmp(&b.1) } else { std::cmp::Ordering::Equal })
            });
        }
        Place::Form(name) => {
            let Content::Form(pairs) = &mut view.content else { return };
            for (own, value) in pairs.iter() {
                if name.is(&String::from_utf8_lossy(own)) {
                    trace.bytes(value);
                }
            }
            pairs.sort_by(|a, b| {
                let sorted = name.is(&String::from_utf8_lossy(&a.0)) && a.0 == b.0;
                a.0.cmp(&b.0).then_with(|| if sorted { a.1.cmp(&b.1) } else { std::cmp::Ordering::Equal })
            });
        }
        Place::Header(_) | Place::Segment(_) | Place::Body => {}
    }
}
