//! An expectation's response as a reply.

use super::super::files::Files;
use super::super::placed::{Member, Placed};
use super::super::stub::{Content, Reply};
use super::pretty;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::model::{Body, FailureKind, Micros};
use cassettes::subject::Spot;

/// What a response says, and what of it is not understood: the line and the words.
pub(super) struct Read {
    pub(super) reply: Reply,
    pub(super) unknown: Vec<(u32, String)>,
}

/// Reads an `httpResponse`.
pub(super) fn reply(node: &Placed, file: &str, files: &Files, at: &str) -> Read {
    let spot = Spot { file: file.to_owned(), line: node.line };
    let mut read = Read { reply: Reply::new(200, spot), unknown: Vec::new() };
    for Member { name, line, value } in node.members() {
        let place = format!("{at}.{name}");
        let reply = &mut read.reply;
        let understood = match name.as_str() {
            _ if value.is_null() => true,
            "statusCode" => {
                value.number().and_then(|status| u16::try_from(status).ok()).is_some_and(|status| {
                    reply.status = status;
                    (100..1000).contains(&status)
                })
            }
            "reasonPhrase" => value.as_str().is_some_and(|text| {
                text.clone_into(&mut reply.reason);
                true
            }),
            "headers" => fields(value).is_some_and(|fields| {
                fields.into_iter().for_each(|(name, value)| reply.headers.push(name, value));
                true
            }),
            "cookies" => fields(value).is_some_and(|fields| {
                fields
                    .into_iter()
                    .for_each(|(name, value)| reply.headers.push("set-cookie", format!("{name}={value}")));
                true
            }),
            "body" | "connectionOptions" | "primary" => true,
            "delay" => micros(value).is_some_and(|delay| {
                reply.delay = Some(delay);
                true
            }),
            _ => false,
        };
        if !understood {
            read.unknown.push((*line, place));
        }
    }
    if let Some(Member { value, line, .. }) = node.member("body").filter(|m| !m.value.is_null()) {
        match body(value, file, files) {
            Some((body, media)) => {
                if let Some(media) = media.filter(|_| !read.reply.headers.contains("content-type")) {
                    read.reply.headers.push("content-type", media);
                }
                read.reply.body = Content::Fixed(body);
                read.reply.head = Some(read.reply.spot.clone());
                read.reply.spot.line = *line;
                read.reply.lines = value.get("json").unwrap_or(value).lines();
            }
            None => read.unknown.push((*line, format!("{at}.body"))),
        }
    }
    read
}

/// Reads an `httpError`.
pub(super) fn error(node: &Placed, file: &str) -> Read {
    let spot = Spot { file: file.to_owned(), line: node.line };
    let mut read = Read { reply: Reply::new(500, spot), unknown: Vec::new() };
    // Bytes of its own are no HTTP unless somebody wrote HTTP; nobody here reads them.
    read.reply.fault = Some(FailureKind::Closed);
    for Member { name, line, value } in node.members() {
        match name.as_str() {
            "dropConnection" | "primary" => {}
            "responseBytes" if value.is_null() => {}
            "responseBytes" => read.reply.fault = Some(FailureKind::Protocol),
            "delay" if micros(value).is_some() => read.reply.delay = micros(value),
            _ => read.unknown.push((*line, format!("httpError.{name}"))),
        }
    }
    read
}

/// Names and values, one pair for each value.
fn fields(node: &Placed) -> Option<Vec<(String, String)>> {
    let mut fields = Vec::new();
    let mut add = |name: &str, values: &Placed| -> Option<()> {
        let single = [values.clone()];
        let list = if values.is_list() { values.items() } else { &single };
        for value in list {
            fields.push((name.to_owned(), value.text()?.to_owned()));
        }
        Some(())
    };
    for member in node.members() {
        add(&member.name, &member.value)?;
    }
    for item in node.items() {
        add(item.str_of("name")?, item.get("values").or_else(|| item.get("value"))?)?;
    }
    (node.is_map() || node.is_list()).then_some(fields)
}

/// A body and the media type that goes with it.
fn body(node: &Placed, file: &str, files: &Files) -> Option<(Body, Option<String>)> {
    const JSON: &str = "application/json; charset=utf-8";
    if let Some(text) = node.as_str() {
        return Some((Body::from(text.to_owned()), None));
    }
    let media = || node.str_of("contentType").map(str::to_owned);
    let text = |name: &str| Some(Body::from(node.str_of(name)?.to_owned()));
    if let Some(json) = node.get("json") {
        let body = json.as_str().map_or_else(|| pretty::written(json), str::to_owned);
        return Some((Body::from(body), media().or(Some(JSON.to_owned()))));
    }
    if node.get("string").is_some() {
        return Some((text("string")?, media()));
    }
    if node.get("xml").is_some() {
        return Some((text("xml")?, media().or(Some("application/xml; charset=utf-8".to_owned()))));
    }
    if let Some(bytes) = node.str_of("base64Bytes") {
        return Some((Body::from(STANDARD.decode(bytes.trim()).ok()?), media()));
    }
    if let Some(path) = node.str_of("filePath") {
        let folder = file.rfind('/').map_or("", |at| &file[..=at]);
        let found = files.find(path).or_else(|| files.find(&format!("{folder}{path}")))?;
        return Some((Body::from(found.bytes.clone()), media()));
    }
    if node.get("type").is_some_and(|kind| kind.as_str().is_some_and(|kind| kind == kind.to_uppercase())) {
        return None;
    }
    // An object or an array that describes nothing is the document itself.
    Some((Body::from(pretty::written(node)), Some(JSON.to_owned())))
}

/// A time and its unit.
pub(super) fn micros(node: &Placed) -> Option<Micros> {
    if node.get("distribution").is_some_and(|d| !d.is_null()) {
        return None;
    }
    let value = node.get("value")?.number()?;
    let (times, over) = match node.str_of("timeUnit")? {
        "NANOSECONDS" => (1, 1000),
        "MICROSECONDS" => (1, 1),
        "MILLISECONDS" => (1000, 1),
        "SECONDS" => (1_000_000, 1),
        "MINUTES" => (60_000_000, 1),
        "HOURS" => (3_600_000_000, 1),
        "DAYS" => (86_400_000_000, 1),
        _ => return None,
    };
    Some(value.checked_mul(times)? / over)
}
