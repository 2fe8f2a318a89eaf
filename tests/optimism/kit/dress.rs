//! Honest manners: what may differ between a real side and a faithful mock of it.

use super::data::{Rng, http_date};
use super::json::Edit;
use super::service::{Told, What};
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::{Answer, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;

/// How an honest mock differs from the real side in its looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Dress {
    /// The members of documents in another order; null is zero.
    pub(crate) keys: u64,
    /// Headers that servers and gateways on the way add.
    pub(crate) hops: bool,
    /// Header names in lower case.
    pub(crate) lower: bool,
    /// Other words for people.
    pub(crate) prose: bool,
    /// Documents laid out over lines.
    pub(crate) pretty: bool,
    /// Faster or slower.
    pub(crate) slow: bool,
    /// Says in which charset it writes.
    pub(crate) charset: bool,
    /// Sends bodies with a content coding.
    pub(crate) gzip: bool,
}

/// Members that people read, in every vendor's errors.
const PROSE: [&str; 8] =
    ["message", "detail", "title", "error_description", "Message", "msg", "description", "hint"];

pub(crate) fn dress(dress: &Dress, now: i64, mut told: Told) -> Told {
    if dress.slow {
        told.millis = told.millis * 3 / 2 + 20;
    }
    let (what, route) = (told.what, told.route);
    let Answer::Reply(reply) = &mut told.answer else { return told };
    if dress.keys > 0 || dress.pretty || dress.prose {
        redraw(dress, what, route, reply);
    }
    if let Some(media) = reply.headers.get("content-type").filter(|m| dress.charset && !m.contains(';')) {
        let media = format!("{media}; charset=utf-8");
        reply.headers.set("Content-Type", media);
    }
    if dress.gzip && !reply.body.is_empty() {
        let mut coded = GzEncoder::new(Vec::new(), Compression::fast());
        let _ = coded.write_all(reply.body.bytes());
        reply.body = coded.finish().unwrap_or_default().into();
        reply.headers.push("Content-Encoding", "gzip");
    }
    if dress.hops {
        reply.headers.push("Date", http_date(now));
        reply.headers.push("Server", "mockery/1.2");
        reply.headers.push("Via", "1.1 varnish");
        reply.headers.push("X-Served-By", "cache-ams-1234");
        reply.headers.push("Connection", "keep-alive");
        reply.headers.push("Strict-Transport-Security", "max-age=31536000");
    }
    if dress.lower {
        for (name, _) in &mut reply.headers.0 {
            name.make_ascii_lowercase();
        }
    }
    told
}

fn redraw(dress: &Dress, what: What, route: &str, reply: &mut Response) {
    let json = reply.headers.media_type().is_some_and(|m| m.ends_with("json") || m.contains("json-1."));
    let Ok(mut document) = Json::parse(reply.body.bytes()) else { return };
    if !json {
        return;
    }
    if dress.prose && what.is_unhappy() {
        reword(&mut document);
    }
    if dress.keys > 0 {
        // The same order for the same question: a mock has its own, not none.
        shuffle(&mut document, &mut Rng::new(dress.keys, route));
    }
    let mut text = String::new();
    if dress.pretty {
        pretty(&document, 0, &mut text);
    } else {
        text = document.to_string();
    }
    reply.body = text.into();
}

fn reword(document: &mut Json) {
    let mut places: Vec<Pointer> = Vec::new();
    Pointer::walk(document, &mut |at, value| {
        if let (Some(Step::Member(name)), Json::String(_)) = (at.0.last(), value)
            && PROSE.contains(&name.as_str())
        {
            places.push(at.clone());
        }
    });
    for place in places {
        document.edit(&place, &mut |value| *value = Json::String("Nope, says the mock.".to_owned()));
    }
}

fn shuffle(json: &mut Json, rng: &mut Rng) {
    match json {
        Json::Object(members) => {
            let mut own = rng.clone();
            own.shuffle(members);
            members.iter_mut().for_each(|(_, value)| shuffle(value, rng));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| shuffle(item, rng)),
        _ => {}
    }
}

fn pretty(json: &Json, depth: usize, out: &mut String) {
    let line = |depth: usize, out: &mut String| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    match json {
        Json::Array(items) if !items.is_empty() => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                line(depth + 1, out);
                pretty(item, depth + 1, out);
            }
            line(depth, out);
            out.push(']');
        }
        Json::Object(members) if !members.is_empty() => {
            out.push('{');
            for (i, (name, value)) in members.iter().enumerate() {
                out.push_str(if i > 0 { "," } else { "" });
                line(depth + 1, out);
                out.push_str(&format!("{}: ", Json::String(name.clone())));
                pretty(value, depth + 1, out);
            }
            line(depth, out);
            out.push('}');
        }
        other => out.push_str(&other.to_string()),
    }
}
