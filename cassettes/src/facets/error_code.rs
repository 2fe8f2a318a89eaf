//! Machine codes in error answers, found by convention: a short text without spaces or a small integer
//! under a name that speaks of codes, types, reasons or statuses. Prose is never a code.

use super::xml::Leaf;
use crate::{
    json::{Json, Pointer, Step},
    model::{Headers, Request},
};
use std::fmt;

/// Where something stands in an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Where {
    /// In a JSON body.
    Json(Pointer),
    /// In the header of that name, in lower case.
    Header(String),
    /// In an XML body, as a path of local names.
    Xml(String),
    /// At the beginning of a plain text.
    Text,
}

impl Where {
    /// The same place with every index as `*`.
    pub fn generic(&self) -> Where {
        match self {
            Where::Json(pointer) => Where::Json(pointer.generic()),
            other => other.clone(),
        }
    }

    /// Whether it stands in a list: one of several causes, not the error itself.
    pub fn is_listed(&self) -> bool {
        matches!(self, Where::Json(pointer) if pointer.0.iter().any(|s| !matches!(s, Step::Member(_))))
    }
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Where::Json(pointer) => write!(f, "{pointer}"),
            Where::Header(name) => write!(f, "header {name}"),
            Where::Xml(path) => f.write_str(path),
            Where::Text => f.write_str("the text"),
        }
    }
}

/// A machine code and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// Where it stands.
    pub at: Where,
    /// As sent.
    pub value: String,
}

impl Code {
    /// What is compared: the code without the namespace that some conventions put around it
    /// (`com.example#NotFound`, `NotFound:http://…`, the URI of a problem type).
    pub fn key(&self) -> &str {
        let text = match self.value.find(":http") {
            Some(at) if at > 0 => &self.value[..at],
            _ => self.value.as_str(),
        };
        let text = text.trim_end_matches(['/', '#']);
        if text.contains("://") || text.contains('#') || text.starts_with('/') || text.starts_with("type.") {
            return text.rsplit(['/', '#']).next().unwrap_or(text);
        }
        text
    }
}

/// Names under which codes stand, without marks and in lower case.
const NAMES: &[&str] = &[
    "code",
    "codes",
    "type",
    "reason",
    "status",
    "error",
    "errno",
    "errorcode",
    "errorcodes",
    "errortype",
    "errorno",
    "errcode",
    "errorstatus",
    "errorreason",
    "subcode",
    "errorsubcode",
    "declinecode",
    "faultcode",
    "issue",
    "messagecode",
    "resultcode",
    "returncode",
    "statuscode",
];
/// Names that hold codes only where the text shouts like one.
const LOUD_NAMES: &[&str] = &["name", "category", "kind", "errorname", "message"];
/// Members whose content is what the client sent, or a trace: no codes of the answer.
const FOREIGN: &[&str] = &[
    "request",
    "input",
    "params",
    "parameters",
    "arguments",
    "args",
    "payload",
    "body",
    "headers",
    "stack",
    "stacktrace",
    "trace",
    "exception",
    "links",
    "value",
    "variables",
    "instance",
    "resource",
    "debug",
];
/// Names under which prose stands.
const PROSE: &[&str] = &[
    "message",
    "msg",
    "detail",
    "errordescription",
    "errormessage",
    "title",
    "description",
    "developermessage",
    "faultstring",
    "usermessage",
    "explanation",
];

const MAX_DEPTH: usize = 7;
const MAX_ITEMS: usize = 20;

/// What an error document says: its codes, and where its prose stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Sorted by place.
    pub codes: Vec<Code>,
    /// Sorted.
    pub prose: Vec<Where>,
}

/// Reads a JSON error document that came with a status to a request.
pub fn in_json(json: &Json, status: u16, request: Option<&Request>) -> Said {
    let mut said = Said::default();
    read(&mut Pointer::root(), json, &Look { status, request }, &mut said);
    said.codes.sort();
    said.prose.sort();
    said
}

/// Reads the leaves of an XML error document.
pub(super) fn in_xml(leaves: &[Leaf], status: u16, request: Option<&Request>) -> Said {
    let look = Look { status, request };
    let mut said = Said::default();
    for leaf in leaves {
        let name = plain(leaf.path.rsplit('/').next().unwrap_or_default());
        if name != "type" && NAMES.contains(&name.as_str()) && look.is_code(&name, &leaf.text, false) {
            said.codes.push(Code { at: Where::Xml(leaf.path.clone()), value: leaf.text.clone() });
        } else if PROSE.contains(&name.as_str()) && !leaf.text.is_empty() {
            said.prose.push(Where::Xml(leaf.path.clone()));
        }
    }
    said.codes.sort();
    said.prose.sort();
    said
}

/// Codes that stand in headers: `x-…-error-code`, `x-…-errortype` and their like.
pub fn in_headers(headers: &Headers, status: u16, request: Option<&Request>) -> Vec<Code> {
    let look = Look { status, request };
    let mut codes: Vec<Code> = headers
        .iter()
        .filter_map(|(name, value)| {
            let name = name.to_ascii_lowercase();
            let flat = plain(&name);
            let speaks = flat.contains("err")
                && ["code", "type", "errno", "reason"].iter().any(|end| flat.ends_with(end));
            let value = std::str::from_utf8(value).ok()?.trim().to_owned();
            (speaks && look.is_code(&flat, &value, true)).then_some(Code { at: Where::Header(name), value })
        })
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

pub(super) struct Look<'a> {
    pub(super) status: u16,
    pub(super) request: Option<&'a Request>,
}

fn read(at: &mut Pointer, json: &Json, look: &Look<'_>, said: &mut Said) {
    if at.0.len() > MAX_DEPTH {
        return;
    }
    // In the details of an error, a thing that was asked for has a type and a status, too.
    let tells_error =
        at.name().is_none_or(|name| plain(name).contains("err") || plain(name).contains("fault"))
            || json
                .members()
                .iter()
                .any(|(name, _)| PROSE.contains(&plain(name).as_str()) || name.contains("code"));
    for (name, value) in json.members() {
        let flat = plain(name);
        if FOREIGN.contains(&flat.as_str()) {
            continue;
        }
        let foreign_type = !tells_error && matches!(name.as_str(), "type" | "Type" | "status" | "Status");
        at.0.push(Step::Member(name.clone()));
        if !foreign_type {
            scalar(at, &flat, value, look, said);
        }
        read(at, value, look, said);
        at.0.pop();
    }
    for (i, item) in json.items().iter().take(MAX_ITEMS).enumerate() {
        let name = at.name().map(plain).unwrap_or_default();
        at.0.push(Step::Index(i));
        scalar(at, &name, item, look, said);
        read(at, item, look, said);
        at.0.pop();
    }
}

fn scalar(at: &Pointer, name: &str, value: &Json, look: &Look<'_>, said: &mut Said) {
    let (Json::String(text) | Json::Number(text)) = value else { return };
    let number = matches!(value, Json::Number(_));
    let coded = name.ends_with("code") && !number && is_upper(text);
    let named = coded || (NAMES.contains(&name) && (!number || text.parse::<i32>().is_ok()));
    let loud = LOUD_NAMES.contains(&name) && !number && is_loud(text);
    if (named || loud) && look.is_code(name, text, false) {
        said.codes.push(Code { at: Where::Json(at.clone()), value: text.clone() });
    } else if !number
        && !text.is_empty()
        && (PROSE.contains(&name) || (matches!(name, "error" | "errors") && text.contains(' ')))
    {
        said.prose.push(Where::Json(at.clone()));
    }
}

impl Look<'_> {
    /// Whether a text can be a machine code: short, one word, no value of this one exchange.
    pub(super) fn is_code(&self, name: &str, text: &str, header: bool) -> bool {
        let status = self.status.to_string();
        let uri =
            name == "type" && (text.contains("://") || text.starts_with('/') || text.starts_with("urn:"));
        let longest = if uri || header { 200 } else { 80 };
        !text.is_empty()
            && text.len() <= longest
            && text != status
            && text != "about:blank"
            && !(matches!(name, "error" | "status" | "reason") && phrase(self.status) == Some(text))
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/#@$%".contains(c))
            && (uri || header || !text.contains("//"))
            && !text.contains('@')
            && !carries_value(text)
            && !self.was_asked(text)
    }

    /// Whether a run of digits in the text, or the whole of it, was part of the question.
    fn was_asked(&self, text: &str) -> bool {
        let Some(request) = self.request else { return false };
        let mut asked = request.segments();
        asked.extend(request.query_pairs().into_iter().map(|(_, value)| value));
        let digits = text.split(|c: char| !c.is_ascii_digit()).any(|run| {
            run.len() >= 3
                && asked.iter().any(|part| part.split(|c: char| !c.is_ascii_digit()).any(|r| r == run))
        });
        digits || asked.iter().any(|part| part.len() >= 6 && text.contains(part.as_str()) && !is_word(part))
    }
}

fn is_word(part: &str) -> bool {
    part.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '-')
}

/// UUIDs, hashes, long counters and times are values, not codes.
fn carries_value(text: &str) -> bool {
    let hex_run = text.split(|c: char| !c.is_ascii_hexdigit()).any(is_hash);
    let digits = text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 8);
    let time = text.len() >= 10
        && text.as_bytes().get(4) == Some(&b'-')
        && text.bytes().take(4).all(|b| b.is_ascii_digit());
    hex_run || digits || time
}

/// A run of hexadecimal digits in which letters and digits take turns; `E0000007` is a code.
fn is_hash(run: &str) -> bool {
    let turns = run.as_bytes().windows(2).filter(|w| w[0].is_ascii_digit() != w[1].is_ascii_digit()).count();
    run.len() >= 16 || (run.len() >= 8 && turns >= 3)
}

fn is_upper(text: &str) -> bool {
    text.len() >= 4 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// `RESOURCE_NOT_FOUND`, `NotFoundError`.
fn is_loud(text: &str) -> bool {
    let shouts = text.contains('_') && is_upper(text);
    let class = text.bytes().all(|b| b.is_ascii_alphanumeric())
        && (text.ends_with("Error") || text.ends_with("Exception"));
    shouts || (class && text != "Error" && text != "Exception")
}

/// The reason phrases that frameworks copy into bodies (RFC 9110 §15): they say no more than the status.
fn phrase(status: u16) -> Option<&'static str> {
    Some(match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        409 => "Conflict",
        410 => "Gone",
        423 => "Locked",
        _ => return None,
    })
}

/// A member's name in lower case without marks.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(json: &str, status: u16, target: &str) -> Vec<String> {
        let json = Json::parse(json.as_bytes()).expect("valid");
        let said = in_json(&json, status, Some(&Request::new("GET", target)));
        said.codes.iter().map(|c| format!("{}={}", c.at, c.key())).collect()
    }

    #[test]
    fn conventions_are_read_and_prose_is_not() {
        let cases: &[(&str, u16, &[&str])] = &[
            (
                r#"{"error":{"type":"card_error","code":"card_declined","message":"No."}}"#,
                402,
                &["/error/code=card_declined", "/error/type=card_error"],
            ),
            (
                r#"{"error":{"code":404,"status":"NOT_FOUND","errors":[{"reason":"notFound"}]}}"#,
                404,
                &["/error/errors/0/reason=notFound", "/error/status=NOT_FOUND"],
            ),
            (
                r#"{"__type":"com.x.v1#ResourceNotFoundException","message":"not here"}"#,
                400,
                &["/__type=ResourceNotFoundException"],
            ),
            (
                r#"{"errors":[{"code":"NAME_UNKNOWN","message":"x y","detail":{"name":"a"}}]}"#,
                404,
                &["/errors/0/code=NAME_UNKNOWN"],
            ),
            (
                r#"{"type":"https://x.test/problems/out-of-credit","title":"No credit","status":403}"#,
                403,
                &["/type=out-of-credit"],
            ),
            (r#"{"fault":{"reasonCode":"FUNDS_LOW","detail":"x y"}}"#, 409, &["/fault/reasonCode=FUNDS_LOW"]),
            (r#"{"code":404,"errno":110,"error":"Not Found","message":"no"}"#, 404, &["/errno=110"]),
            (r#"{"timestamp":1,"status":403,"error":"Forbidden","path":"/x"}"#, 403, &[]),
            (
                r#"{"name":"RESOURCE_NOT_FOUND","details":[{"field":"id","issue":"INVALID_ID"}]}"#,
                404,
                &["/details/0/issue=INVALID_ID", "/name=RESOURCE_NOT_FOUND"],
            ),
        ];
        for (json, status, expected) in cases {
            assert_eq!(codes(json, *status, "/v1/x"), *expected, "{json}");
        }
    }

    #[test]
    fn a_value_of_this_exchange_is_no_code() {
        assert!(codes(r#"{"code":"item-48213-missing"}"#, 404, "/items/48213").is_empty());
        assert!(codes(r#"{"code":"6f1c2d3e-1111-4222-8333-444455556666"}"#, 404, "/x").is_empty());
        assert!(
            codes(r#"{"reason":"cus_nope7 unknown","code":"no:cus_nope7"}"#, 404, "/customers/cus_nope7")
                .is_empty()
        );
        assert!(codes(r#"{"request":{"type":"card"},"params":{"code":"a"}}"#, 400, "/x").is_empty());
        assert_eq!(codes(r#"{"code":"AADSTS50034"}"#, 400, "/x"), ["/code=AADSTS50034"]);
        assert_eq!(
            codes(r#"{"code":"missing_customers"}"#, 404, "/customers/cus_1"),
            ["/code=missing_customers"]
        );
    }
}
