//! A mapping's response as a reply.

use super::super::files::{Files, MockFile};
use super::super::placed::{Member, Placed};
use super::super::stub::{Content, Made, Reply};
use super::super::templates::Template;
use super::bodies;
use super::templating::{self, Scenery};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::model::{Body, FailureKind, Micros};
use cassettes::subject::Spot;
use std::cell::OnceCell;
use std::sync::Arc;

/// What a response says, and what of it is not understood: the line and the words.
pub(super) struct Read {
    pub(super) reply: Reply,
    pub(super) unknown: Vec<(u32, String)>,
}

/// Reads a response.
pub(super) fn reply(node: &Placed, mapping: &Placed, file: &str, bodies: &Bodies<'_>) -> Read {
    let spot = Spot { file: file.to_owned(), line: node.line };
    let mut reading = Reading {
        file,
        bodies,
        mapping,
        asks: templating::asked_for(node),
        read: Read { reply: Reply::new(200, spot), unknown: Vec::new() },
    };
    for member in node.members() {
        if !member.value.is_null() {
            reading.member(member, node);
        }
    }
    reading.read
}

struct Reading<'f> {
    file: &'f str,
    bodies: &'f Bodies<'f>,
    mapping: &'f Placed,
    /// The response asks for templates by name.
    asks: bool,
    read: Read,
}

impl Reading<'_> {
    fn member(&mut self, Member { name, line, value }: &Member, response: &Placed) {
        let reply = &mut self.read.reply;
        let understood = match name.as_str() {
            "status" => value.number().and_then(|status| u16::try_from(status).ok()).is_some_and(|status| {
                reply.status = status;
                (100..1000).contains(&status)
            }),
            "statusMessage" => value.as_str().is_some_and(|text| {
                text.clone_into(&mut reply.reason);
                true
            }),
            "headers" => {
                value.members().iter().for_each(|header| self.header(header));
                value.is_map()
            }
            "body" | "jsonBody" | "base64Body" | "bodyFileName" => {
                return self.body(name, *line, value, response);
            }
            "fault" => value.as_str().and_then(fault).is_some_and(|kind| {
                reply.fault = Some(kind);
                true
            }),
            "fixedDelayMilliseconds" => milliseconds(value).is_some_and(|delay| {
                reply.delay = Some(delay);
                true
            }),
            "delayDistribution" => typical(value).is_some_and(|delay| {
                reply.delay = Some(delay);
                true
            }),
            "chunkedDribbleDelay" => value.get("totalDuration").and_then(milliseconds).is_some_and(|time| {
                reply.dribble = Some(time);
                true
            }),
            "transformers" => {
                let named = value.items().iter().map(|item| item.as_str());
                named.into_iter().all(|name| name == Some(templating::NAME))
            }
            "transformerParameters" | "fromConfiguredStub" => true,
            _ => false,
        };
        if !understood {
            self.read.unknown.push((*line, format!("response.{name}")));
        }
    }

    fn header(&mut self, header: &Member) {
        let single = [&header.value];
        let values: Vec<&Placed> =
            if header.value.is_list() { header.value.items().iter().collect() } else { single.to_vec() };
        for value in values {
            let Some(text) = value.text() else {
                self.read.unknown.push((header.line, format!("response.headers.{}", header.name)));
                continue;
            };
            match self.template(text, header.line, &format!("response.headers.{}", header.name)) {
                Some(made) => self.read.reply.made_headers.push((header.name.clone(), made)),
                None => self.read.reply.headers.push(header.name.clone(), text),
            }
        }
    }

    fn body(&mut self, name: &str, line: u32, value: &Placed, response: &Placed) {
        let words = format!("response.{name}");
        let begun = &mut self.read.reply.spot;
        self.read.reply.head = Some(begun.clone());
        begun.line = line;
        if name == "jsonBody" {
            self.read.reply.lines = value.lines();
        }
        let plain = match (name, value.as_str()) {
            ("jsonBody", _) => Some(Body::from(bodies::plain(&value.to_json()).to_string())),
            ("base64Body", Some(text)) => STANDARD.decode(text.trim()).ok().map(Body::from),
            ("body", Some(text)) => Some(Body::from(text.to_owned())),
            ("bodyFileName", Some(path)) => return self.body_file(path, line, response),
            _ => None,
        };
        let Some(body) = plain else {
            self.read.unknown.push((line, words));
            return;
        };
        self.content(body, line, &words, None);
    }

    /// A body in a file of its own.
    fn body_file(&mut self, path: &str, line: u32, response: &Placed) {
        let fixed =
            response.get("transformerParameters").is_some_and(|p| p.is_true("disableBodyFileTemplating"));
        if path.contains("{{") {
            self.made_file(path, line, !fixed);
            return;
        }
        let Some(file) = beside(self.file, path, self.bodies.files) else {
            self.read.unknown.push((line, format!("response.bodyFileName {path}: there is no such file")));
            return;
        };
        self.read.reply.spot = file.at(0);
        self.read.reply.lines = Placed::json(&file.bytes).ok().and_then(|root| root.lines());
        let fixed =
            response.get("transformerParameters").is_some_and(|p| p.is_true("disableBodyFileTemplating"));
        let body = Body::from(file.bytes.clone());
        if fixed {
            self.read.reply.body = Content::Fixed(body);
        } else {
            self.content(body, line, "response.bodyFileName", Some(file));
        }
    }

    /// A body in the file whose name a template makes.
    fn made_file(&mut self, name: &str, line: u32, fills: bool) {
        let folders = folders(self.file);
        let all = self.bodies.all();
        let find = move |path: &str| {
            let path = path.trim_start_matches('/');
            let found = folders.iter().find_map(|folder| all.find(&format!("{folder}{path}")))?;
            String::from_utf8(found.bytes.clone()).ok()
        };
        match Template::new(name, &templating::DIALECT) {
            Ok(template) => {
                let made = templating::made_file(template, Scenery::of(self.mapping), fills, find);
                self.read.reply.body = Content::Template(made);
            }
            Err(why) => self.read.unknown.push((line, format!("response.bodyFileName: {why}"))),
        }
    }

    fn content(&mut self, body: Body, line: u32, words: &str, file: Option<&MockFile>) {
        let made = match std::str::from_utf8(body.bytes()) {
            Ok(text) => {
                let before = self.read.unknown.len();
                let made = self.template(text, line, words);
                // What a template of a file does not say stands in that file.
                if let (Some(file), Some((_, what))) = (file, self.read.unknown.get_mut(before)) {
                    *what = format!("{what} (in {})", file.path);
                }
                made
            }
            Err(_) => None,
        };
        self.read.reply.body = made.map_or(Content::Fixed(body), Content::Template);
    }

    /// A text that is made anew for each answer; none if it is always the same.
    fn template(&mut self, text: &str, line: u32, words: &str) -> Option<Made> {
        if !text.contains("{{") || !(self.asks || templating::speaks(text)) {
            return None;
        }
        match Template::new(text, &templating::DIALECT) {
            Ok(template) => Some(templating::made(template, Scenery::of(self.mapping))),
            Err(why) => {
                self.read.unknown.push((line, format!("{words}: {why}")));
                None
            }
        }
    }
}

fn fault(name: &str) -> Option<FailureKind> {
    Some(match name {
        "EMPTY_RESPONSE" => FailureKind::Closed,
        "MALFORMED_RESPONSE_CHUNK" => FailureKind::Truncated,
        "RANDOM_DATA_THEN_CLOSE" => FailureKind::Protocol,
        "CONNECTION_RESET_BY_PEER" => FailureKind::Reset,
        _ => return None,
    })
}

fn milliseconds(value: &Placed) -> Option<Micros> {
    value.number()?.checked_mul(1000)
}

/// The delay that half of the answers stay below.
fn typical(value: &Placed) -> Option<Micros> {
    let number =
        |name: &str| value.get(name)?.text()?.parse::<f64>().ok().filter(|n| (0.0..1e12).contains(n));
    let millis = match value.str_of("type")? {
        "lognormal" => number("median")?,
        "uniform" => (number("lower")? + number("upper")?) / 2.0,
        "fixed" => number("milliseconds")?,
        _ => return None,
    };
    Some((millis * 1000.0) as Micros)
}

/// The body file of a mapping.
fn beside<'f>(mapping: &str, path: &str, files: &'f Files) -> Option<&'f MockFile> {
    let path = path.trim_start_matches('/');
    let found = folders(mapping).iter().find_map(|folder| files.find(&format!("{folder}{path}")));
    // Where the folder of mappings itself is named, its neighbour is read with it.
    found.or_else(|| files.list.iter().find(|file| file.path.ends_with(&format!("/__files/{path}"))))
}

/// Where a mapping's body files stand: in `__files` beside the folder of mappings, or beside the mapping.
fn folders(mapping: &str) -> [String; 2] {
    let root = match mapping.rfind("mappings/") {
        Some(at) => &mapping[..at],
        None => mapping.rfind('/').map_or("", |at| &mapping[..=at]),
    };
    [format!("{root}__files/"), root.to_owned()]
}

/// The files of all mappings, kept once where an answer chooses among them.
pub(super) struct Bodies<'f> {
    pub(super) files: &'f Files,
    kept: OnceCell<Arc<Files>>,
}

impl<'f> Bodies<'f> {
    pub(super) fn new(files: &'f Files) -> Self {
        Bodies { files, kept: OnceCell::new() }
    }

    fn all(&self) -> Arc<Files> {
        self.kept.get_or_init(|| Arc::new(self.files.clone())).clone()
    }
}
