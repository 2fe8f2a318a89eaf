//! What a transcript's file holds: an archive's entries, exchanges, calls.

use super::queue::Entry;
use crate::mocks::placed::Placed;
use crate::mocks::{FormatError, MockFile, Reply, message};
use cassettes::model::Answer;
use cassettes::subject::Spot;

/// One thing that was heard.
pub(super) enum Item {
    /// An entry of an HTTP archive.
    Archived(Placed),
    /// A request and its response.
    Heard { request: Placed, response: Placed },
    /// A call of a fake.
    Call(Placed),
}

/// Whether the file's first document is of such a kind.
pub(super) fn is_heard(file: &MockFile) -> bool {
    let named = [".har", ".json", ".jsonl", ".ndjson"].iter().any(|end| file.ends_with(end));
    if !named {
        return false;
    }
    let first = file.bytes.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty());
    // A line of its own is a document; else the whole file may be one.
    let document = first.and_then(|line| Placed::json(line).ok()).or_else(|| Placed::json(&file.bytes).ok());
    let Some(document) = document else { return false };
    is_archive(&document) || is_item(document.items().first().unwrap_or(&document))
}

fn is_archive(document: &Placed) -> bool {
    document.get("log").and_then(|log| log.get("entries")).is_some_and(Placed::is_list)
}

fn is_item(value: &Placed) -> bool {
    let asked = value.get("request").is_some_and(|r| r.str_of("path").or(r.str_of("target")).is_some());
    value.str_of("call").is_some() || (asked && value.get("response").is_some_and(Placed::is_map))
}

/// Everything in a file, in order.
pub(super) fn read(file: &MockFile) -> Result<Vec<Item>, FormatError> {
    let refuse = |line: u32, what: String| FormatError {
        what,
        place: format!("{}:{line}", file.path),
        hint: Some(
            "a transcript is an HTTP archive, or one JSON object a line (docs/guides/mocks.md)".to_owned(),
        ),
    };
    match Placed::json(&file.bytes) {
        Ok(document) if is_archive(&document) => {
            let entries = document.get("log").and_then(|log| log.get("entries"));
            Ok(entries.map(Placed::items).unwrap_or_default().iter().cloned().map(Item::Archived).collect())
        }
        Ok(document) if document.is_list() => {
            document.items().iter().map(|value| item(value.clone(), &refuse)).collect()
        }
        Ok(document) => Ok(vec![item(document, &refuse)?]),
        Err(whole) => {
            let mut items = Vec::new();
            for (number, line) in (1..).zip(file.bytes.split(|byte| *byte == b'\n')) {
                if line.trim_ascii().is_empty() {
                    continue;
                }
                let value = Placed::json(line).map_err(|why| {
                    // A file that is not even begun as lines is one broken document.
                    let (line, what) =
                        if items.is_empty() { (whole.line, &whole.what) } else { (number, &why.what) };
                    refuse(line, format!("expected JSON, found {what}"))
                })?;
                items.push(item(moved(value, number), &refuse)?);
            }
            Ok(items)
        }
    }
}

/// With the line that it stands on in its file.
fn moved(value: Placed, line: u32) -> Placed {
    Placed { line, ..value }
}

fn item(value: Placed, refuse: &dyn Fn(u32, String) -> FormatError) -> Result<Item, FormatError> {
    if value.str_of("call").is_some() {
        return Ok(Item::Call(value));
    }
    match (value.get("request"), value.get("response")) {
        (Some(request), Some(response)) => Ok(Item::Heard {
            request: Placed { line: value.line, ..request.clone() },
            response: Placed { line: value.line, ..response.clone() },
        }),
        _ => Err(refuse(value.line, "expected `request` and `response`, or `call`".to_owned())),
    }
}

/// An exchange as the exec protocol spells it.
pub(super) fn entry(
    file: &MockFile,
    request: &Placed,
    response: &Placed,
) -> Result<Option<Entry>, FormatError> {
    let refuse = |side: &str, what: String| FormatError {
        what: format!("{side}: {what}"),
        place: format!("{}:{}", file.path, request.line),
        hint: None,
    };
    let asked = message::request(&request.to_json()).map_err(|e| refuse("request", e.to_string()))?;
    let answer = message::answer(&response.to_json()).map_err(|e| refuse("response", e.to_string()))?;
    let spot = Spot { file: file.path.clone(), line: request.line };
    let reply = reply(answer, &spot);
    Ok(Some(Entry { spot, request: asked, reply, unknown: None }))
}

fn reply(answer: Answer, spot: &Spot) -> Reply {
    match answer {
        Answer::Reply(said) => Reply {
            headers: said.headers,
            body: crate::mocks::Content::Fixed(said.body),
            ..Reply::new(said.status, spot.clone())
        },
        Answer::Failed(failure) => Reply { fault: Some(failure.kind), ..Reply::new(200, spot.clone()) },
    }
}
