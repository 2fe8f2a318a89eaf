//! What an operation answers: which response, in which media type, with which example.

use super::accept;
use super::example::{Example, examples};
use super::library::{Gap, Library, Place};
use super::links::{Link, links};
use super::operations::Operation;
use crate::mocks::conditions::{Asked, Condition, Custom, Fit};
use crate::mocks::placed::Placed;
use cassettes::model::Headers;
use cassettes::subject::{Lines, Spot};
use std::sync::Arc;

/// One answer of an operation, and when it is given.
#[derive(Debug)]
pub(super) struct Draft {
    /// Beyond method and path.
    pub(super) when: Vec<Condition>,
    /// The name that links it to a request.
    pub(super) name: Option<String>,
    /// It refuses a request that is wrong.
    pub(super) refusal: bool,
    pub(super) status: u16,
    pub(super) headers: Headers,
    pub(super) file: String,
    pub(super) line: u32,
    /// Of its body, where that takes several.
    pub(super) lines: Option<Lines>,
    /// Where the response is described, if its example stands elsewhere.
    pub(super) head: Option<Spot>,
    /// Its body, or why nobody can tell it.
    pub(super) body: Result<Vec<u8>, Gap>,
}

/// A response and its status.
struct Outcome<'l> {
    status: u16,
    line: u32,
    /// The response object, or why it cannot be told.
    object: Result<Place<'l>, Gap>,
}

struct Media {
    name: String,
    line: u32,
    examples: Vec<Example>,
}

/// The answers that are linked to requests by name, the most demanding first.
pub(super) fn linked(library: &Library<'_>, operation: &Operation<'_>) -> Vec<Draft> {
    let outcomes = outcomes(library, operation);
    let mut links = links(library, operation);
    links.sort_by_key(|link| std::cmp::Reverse(link.when.len()));
    let each = links.iter().flat_map(|link| outcomes.iter().map(move |outcome| (link, outcome)));
    each.flat_map(|(link, outcome)| named(library, link, outcome)).collect()
}

/// The answers to any other request.
pub(super) fn usual(library: &Library<'_>, operation: &Operation<'_>) -> Vec<Draft> {
    let outcomes = outcomes(library, operation);
    // The lowest success, else the first.
    let success = outcomes.iter().filter(|o| (200..300).contains(&o.status)).min_by_key(|o| o.status);
    match success.or(outcomes.first()) {
        Some(outcome) => unlinked(library, outcome),
        None => vec![Draft::open(200, operation.object.gap("an operation without responses"))],
    }
}

fn outcomes<'l>(library: &'l Library<'_>, operation: &Operation<'l>) -> Vec<Outcome<'l>> {
    let Some(responses) = operation.object.get("responses") else { return Vec::new() };
    let members = responses.node.members().iter();
    members
        .filter_map(|member| {
            let status = status(&member.name)?;
            let object = library.resolve(responses.with(&member.value));
            Some(Outcome { status, line: member.line, object })
        })
        .collect()
}

/// A range stands for its first status; what is left to `default` is taken to be a success.
fn status(name: &str) -> Option<u16> {
    let digits = name.to_ascii_lowercase().replace("xx", "00");
    match digits.as_str() {
        "default" => Some(200),
        digits => digits.parse().ok().filter(|status| (100..=599).contains(status)),
    }
}

/// The document's own answer to a request that is wrong, under the first of these statuses that it has; none
/// where it says nothing of its body.
pub(super) fn error_draft(
    library: &Library<'_>,
    operation: &Operation<'_>,
    statuses: &[u16],
) -> Option<Draft> {
    let (status, response, _) = declared(operation, statuses)?;
    let response = match library.resolve(response) {
        Ok(response) => response,
        Err(gap) => return Some(Draft::open(status, gap)),
    };
    first_served(library, status, response)
}

/// The same for one status, without a body where the document says nothing of it.
pub(super) fn declared_draft(library: &Library<'_>, operation: &Operation<'_>, status: u16) -> Option<Draft> {
    let (status, response, line) = declared(operation, &[status])?;
    let object = library.resolve(response);
    let served = object.as_ref().ok().and_then(|response| first_served(library, status, *response));
    served.or_else(|| unlinked(library, &Outcome { status, line, object }).pop())
}

/// The response under the first of these statuses that the operation has, under its range, or the default.
fn declared<'l>(operation: &Operation<'l>, statuses: &[u16]) -> Option<(u16, Place<'l>, u32)> {
    let responses = operation.object.get("responses")?;
    let of = |name: &str| responses.node.members().iter().find(|m| m.name.eq_ignore_ascii_case(name));
    let range = |status: &u16| format!("{}XX", status / 100);
    let found = statuses
        .iter()
        .find_map(|status| Some((*status, of(&status.to_string()).or_else(|| of(&range(status)))?)));
    let (status, member) = found.or_else(|| Some((*statuses.first()?, of("default")?)))?;
    Some((status, responses.with(&member.value), member.line))
}

fn first_served(library: &Library<'_>, status: u16, response: Place<'_>) -> Option<Draft> {
    let mut medias = medias(library, response);
    medias.sort_by_key(|media| !media.examples.iter().any(|example| example.content.is_ok()));
    medias.truncate(1);
    served(library, status, response, &medias).pop()
}

fn named(library: &Library<'_>, link: &Link, outcome: &Outcome<'_>) -> Vec<Draft> {
    let Ok(response) = &outcome.object else { return Vec::new() };
    let mut medias = medias(library, *response);
    for media in &mut medias {
        media.examples.retain(|example| example.name.as_ref() == Some(&link.name));
    }
    medias.retain(|media| !media.examples.is_empty());
    let mut drafts = served(library, outcome.status, *response, &medias);
    for draft in &mut drafts {
        draft.when.extend(link.when.iter().cloned());
        draft.name = Some(link.name.clone());
    }
    drafts
}

fn unlinked(library: &Library<'_>, outcome: &Outcome<'_>) -> Vec<Draft> {
    let response = match &outcome.object {
        Ok(response) => *response,
        Err(gap) => return vec![Draft::open(outcome.status, gap.clone())],
    };
    let medias = medias(library, response);
    if medias.is_empty() {
        let draft = Draft::open(outcome.status, response.gap(String::new()));
        return vec![Draft {
            headers: headers(library, response),
            line: outcome.line,
            body: Ok(Vec::new()),
            ..draft
        }];
    }
    served(library, outcome.status, response, &medias)
}

fn medias(library: &Library<'_>, response: Place<'_>) -> Vec<Media> {
    let Some(content) = response.get("content") else { return Vec::new() };
    let members = content.node.members().iter();
    members
        .map(|member| {
            let examples = match library.resolve(content.with(&member.value)) {
                Ok(media) => examples(library, media),
                Err(gap) => {
                    let (file, line) = (gap.file.clone(), gap.line);
                    vec![Example { name: None, file, line, lines: None, content: Err(gap) }]
                }
            };
            Media { name: member.name.clone(), line: member.line, examples }
        })
        .collect()
}

/// One draft for each media type: the client chooses.
fn served(library: &Library<'_>, status: u16, response: Place<'_>, medias: &[Media]) -> Vec<Draft> {
    let offers: Vec<String> = medias.iter().map(|media| media.name.clone()).collect();
    let draft = |(index, media): (usize, &Media)| {
        let when = vec![served_with(&offers, index)];
        let gap = || Gap {
            file: response.file.to_owned(),
            line: media.line,
            what: format!("{} without an example", media.name),
        };
        let Some(example) = media.examples.first() else {
            return Draft { when, ..Draft::open(status, gap()) };
        };
        let body = example.content.clone().and_then(|content| {
            let cannot = || Gap { what: format!("an example that {} cannot hold", media.name), ..gap() };
            content.bytes(&media.name).ok_or_else(cannot)
        });
        let body = body.map_err(|why| match why.what.starts_with("no example") {
            true => Gap { what: format!("{}: {}", media.name, why.what), ..why },
            false => why,
        });
        let mut headers = headers(library, response);
        let kind = if media.name.starts_with("*/") { "text/plain" } else { media.name.as_str() };
        headers.push("Content-Type", kind);
        let (file, line, lines) = (example.file.clone(), example.line, example.lines.clone());
        let head = Some(Spot { file: response.file.to_owned(), line: response.node.line });
        Draft { when, name: None, refusal: false, status, headers, file, line, lines, head, body }
    };
    medias.iter().enumerate().map(draft).collect()
}

/// The condition that a client is served this one of the offers. One that accepts none of them is served the
/// usual one: a vendor's own JSON type is how many ask for JSON.
fn served_with(offers: &[String], index: usize) -> Condition {
    let told = format!("Accept that leads to {}", offers[index]);
    let offers = offers.to_vec();
    let test = move |asked: &Asked<'_>| {
        let accept: Vec<String> = asked.header("accept").iter().map(|value| value.text.to_string()).collect();
        let accept = (!accept.is_empty()).then(|| accept.join(", "));
        let chosen = accept::choose(accept.as_deref(), &offers).or_else(|| accept::choose(None, &offers));
        Fit::of(chosen.unwrap_or(0) == index)
    };
    Condition::Custom(Custom { told, test: Arc::new(test) })
}

/// The headers that a response declares, with their examples; one without an example gets what its type lets
/// a server make up.
fn headers(library: &Library<'_>, response: Place<'_>) -> Headers {
    let mut headers = Headers::new();
    let Some(declared) = response.get("headers") else { return headers };
    for member in declared.node.members() {
        if member.name.eq_ignore_ascii_case("content-type") {
            continue;
        }
        let Ok(header) = library.resolve(declared.with(&member.value)) else { continue };
        let example = examples(library, header).into_iter().find_map(|example| example.content.ok());
        let value = match example.as_ref().and_then(|content| content.value()?.scalar_text()) {
            Some(text) => text.to_owned(),
            None => match made_up(library, header) {
                Some(text) => text.to_owned(),
                None => continue,
            },
        };
        if cassettes::model::is_header_name(&member.name) && !value.contains(['\r', '\n']) {
            headers.push(member.name.as_str(), value);
        }
    }
    headers
}

fn made_up(library: &Library<'_>, header: Place<'_>) -> Option<&'static str> {
    let schema = header.get("schema").and_then(|schema| library.resolve(schema).ok())?;
    match schema.node.get("type").and_then(Placed::as_str)? {
        "integer" | "number" => Some("0"),
        "string" => Some("string"),
        _ => None,
    }
}

impl Draft {
    fn open(status: u16, gap: Gap) -> Self {
        let (file, line) = (gap.file.clone(), gap.line);
        Draft {
            when: Vec::new(),
            name: None,
            refusal: false,
            status,
            headers: Headers::new(),
            file,
            line,
            lines: None,
            head: None,
            body: Err(gap),
        }
    }
}
