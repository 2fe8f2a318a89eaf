//! A response of a route as a reply.

use super::rule::Around;
use super::templating::{made, speaks};
use crate::mocks::placed::Placed;
use crate::mocks::{Content, Files, MockFile, Reply, Unknown};
use cassettes::json::Json;
use cassettes::model::{Body, Headers, is_header_name};
use cassettes::subject::Spot;

/// What every response of an environment shares.
pub(super) struct Home<'f> {
    pub(super) file: &'f MockFile,
    pub(super) files: &'f Files,
    /// The environment.
    pub(super) node: &'f Placed,
}

impl Home<'_> {
    pub(super) fn spot(&self, node: &Placed) -> Spot {
        Spot { file: self.file.path.clone(), line: node.line }
    }

    pub(super) fn doubt(&self, node: &Placed, what: impl Into<String>) -> Unknown {
        Unknown { spot: self.spot(node), what: what.into() }
    }
}

/// Reads a response.
pub(super) fn read(home: &Home<'_>, response: &Placed, around: &Around) -> (Reply, Vec<Unknown>) {
    let mut unknown = Vec::new();
    let code = response.get("statusCode").and_then(Placed::text).and_then(|text| text.parse().ok());
    let body = response.get("body").unwrap_or(response);
    let mut reply = Reply::new(code.unwrap_or(200), home.spot(body));
    if !(100..=999).contains(&reply.status) {
        unknown.push(home.doubt(response, "the status"));
    }
    let latency = |node: &Placed| node.get("latency").and_then(Placed::number).unwrap_or_default();
    let millis = latency(response).saturating_add(latency(home.node));
    reply.delay = (millis > 0).then(|| millis.saturating_mul(1000));
    headers(home, response, around, &mut reply, &mut unknown);
    let plain = response.is_true("disableTemplating");
    let kind = response.str_of("bodyType").unwrap_or_else(|| match response.str_of("filePath") {
        Some(path) if !path.is_empty() => "FILE",
        _ => "INLINE",
    });
    match kind {
        "FILE" => file(home, response, around, &mut reply, &mut unknown),
        "DATABUCKET" => {
            let id = response.str_of("databucketID").unwrap_or_default();
            match around.world.bucket(id) {
                Some(Some(value)) => fixed(&mut reply, written(value)),
                _ => unknown.push(home.doubt(response, format!("the data bucket {id}"))),
            }
        }
        _ => {
            let text = body.as_str().unwrap_or_default();
            match speaks(text) && !plain {
                false => fixed(&mut reply, text.to_owned()),
                true => match made(text, &around.world, &around.paths) {
                    Ok(made) => reply.body = Content::Template(made),
                    Err(what) => unknown.push(home.doubt(body, what)),
                },
            }
        }
    }
    charset(&mut reply.headers);
    (reply, unknown)
}

fn fixed(reply: &mut Reply, text: String) {
    reply.body = Content::Fixed(Body::from(text));
}

/// A bucket's content as it is served.
pub(super) fn written(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        value => value.to_string(),
    }
}

/// Those of the environment, then the response's own in their place.
fn headers(
    home: &Home<'_>,
    response: &Placed,
    around: &Around,
    reply: &mut Reply,
    unknown: &mut Vec<Unknown>,
) {
    let lists = [home.node.get("headers"), response.get("headers")];
    for header in lists.into_iter().flatten().flat_map(Placed::items) {
        let (Some(name), Some(value)) = (header.str_of("key"), header.str_of("value")) else { continue };
        if !is_header_name(name) || value.is_empty() || value.contains(['\r', '\n']) {
            continue;
        }
        if !name.eq_ignore_ascii_case("set-cookie") {
            reply.headers.remove(name);
            reply.made_headers.retain(|(n, _)| !n.eq_ignore_ascii_case(name));
        }
        match speaks(value) {
            false => reply.headers.push(name, value),
            true => match made(value, &around.world, &around.paths) {
                Ok(made) => reply.made_headers.push((name.to_owned(), made)),
                Err(what) => unknown.push(home.doubt(header, format!("{what} in the header {name}"))),
            },
        }
    }
}

/// The server tells how texts are encoded, and takes what nobody named for HTML.
fn charset(headers: &mut Headers) {
    match headers.get("content-type").map(|value| value.to_string()) {
        None => headers.push("Content-Type", "text/html; charset=utf-8"),
        Some(value)
            if !value.contains(';') && (value.starts_with("text/") || value == "application/json") =>
        {
            headers.set("Content-Type", format!("{value}; charset=utf-8"));
        }
        Some(_) => {}
    }
}

fn file(home: &Home<'_>, response: &Placed, around: &Around, reply: &mut Reply, unknown: &mut Vec<Unknown>) {
    let path = response.str_of("filePath").unwrap_or_default();
    let folder = home.file.path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let wanted = format!("{folder}{}", path.trim_start_matches("./"));
    let found = home.files.list.iter().find(|file| file.path == wanted || file.path == path);
    let Some(found) = found.filter(|_| !path.is_empty() && !speaks(path)) else {
        unknown.push(home.doubt(response, format!("the file {path}")));
        return;
    };
    reply.head = Some(home.spot(response));
    reply.spot = Spot { file: found.path.clone(), line: 1 };
    reply.lines = Placed::json(&found.bytes).ok().and_then(|root| root.lines());
    let kind = media(path);
    if let (Some(kind), false) = (kind, reply.headers.contains("content-type")) {
        reply.headers.push("Content-Type", kind);
    }
    if !response.is_true("sendFileAsBody") {
        let name = path.rsplit('/').next().unwrap_or_default();
        reply.headers.push("Content-Disposition", format!("attachment; filename=\"{name}\""));
    }
    let text = std::str::from_utf8(&found.bytes).ok().filter(|text| speaks(text) && kind.is_some());
    match text.filter(|_| !response.is_true("disableTemplating")) {
        None => reply.body = Content::Fixed(Body::from(found.bytes.clone())),
        Some(text) => match made(text, &around.world, &around.paths) {
            Ok(made) => reply.body = Content::Template(made),
            Err(what) => unknown.push(home.doubt(response, format!("{what} in {path}"))),
        },
    }
}

fn media(path: &str) -> Option<&'static str> {
    let end = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let known = [
        ("json", "application/json"),
        ("xml", "application/xml"),
        ("html", "text/html"),
        ("htm", "text/html"),
        ("txt", "text/plain"),
        ("csv", "text/csv"),
        ("yaml", "text/yaml"),
        ("yml", "text/yaml"),
    ];
    known.into_iter().find(|(name, _)| *name == end).map(|(_, kind)| kind)
}
