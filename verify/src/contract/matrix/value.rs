//! Where in an answer the number stands, and what stands there.

use super::said::Said;
use super::template::{Template, Values};
use cassettes::codec;
use cassettes::facets::document;
use cassettes::facets::error_class::error_in;
use cassettes::json::{Json, Pointer, Query};
use cassettes::model::{Answer, Request, Response, is_header_name};

/// Where in an answer the number stands: `$.sold`, `header X-Sold`, `status`.
#[derive(Debug, Clone)]
pub struct Value {
    /// As the contract writes it.
    pub text: String,
    place: Place,
}

#[derive(Debug, Clone)]
enum Place {
    Status,
    Header(String),
    /// The same for every case.
    Path(Query),
    /// With variables in it.
    Open(Template),
}

/// What was found, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The answer.
    pub said: Said,
    /// Where in the reply: a JSON pointer, `header …`, `status`, `body`.
    pub pointer: String,
    /// The body as a tree, where it is one.
    pub tree: Option<Json>,
}

impl Value {
    /// Reads a place; the error is a fragment.
    pub(super) fn parse(text: &str) -> Result<Value, String> {
        let template = Template::parse(text);
        let place = match text.strip_prefix("header ").map(str::trim) {
            _ if text == "status" => Place::Status,
            Some(name) if is_header_name(name) => Place::Header(name.to_owned()),
            _ if !text.starts_with('$') => {
                return Err(format!(
                    "expected a JSONPath such as $.sold, `header NAME` or `status`, got `{text}`"
                ));
            }
            _ if template.variables().next().is_some() => Place::Open(template),
            _ => Place::Path(Query::parse(text).map_err(|why| format!("`{text}` is no JSONPath: {why}"))?),
        };
        Ok(Value { text: text.to_owned(), place })
    }

    /// The variables in it.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        let open = match &self.place {
            Place::Open(template) => Some(template),
            Place::Status | Place::Header(_) | Place::Path(_) => None,
        };
        open.into_iter().flat_map(Template::variables)
    }

    /// Whether it is a place in every case's answer.
    pub(super) fn check(&self, with: &[(String, Json)]) -> Result<(), String> {
        self.query(with).map(|_| ())
    }

    fn query(&self, with: &[(String, Json)]) -> Result<Option<Query>, String> {
        match &self.place {
            Place::Status | Place::Header(_) => Ok(None),
            Place::Path(query) => Ok(Some(query.clone())),
            Place::Open(template) => {
                let values = Values { with, secret: &|_| None };
                let path = template.fill_path(values).map_err(|why| why.to_string())?;
                Query::parse(&path).map(Some).map_err(|why| format!("`{path}` is no JSONPath: {why}"))
            }
        }
    }

    /// What an answer says there.
    pub fn read(&self, answer: &Answer, asked: &Request, with: &[(String, Json)]) -> Found {
        let bare = |said: Said, pointer: &str| Found { said, pointer: pointer.to_owned(), tree: None };
        let reply = match answer {
            Answer::Reply(reply) => reply,
            Answer::Failed(failure) => return bare(Said::Failed(failure.kind.to_string()), "status"),
        };
        if matches!(self.place, Place::Status) {
            let said = Said::Number(reply.status.to_string());
            return Found { said, pointer: "status".to_owned(), tree: tree(reply) };
        }
        if !reply.is_success() {
            return Found { said: refusal(reply, asked), pointer: "status".to_owned(), tree: tree(reply) };
        }
        if let Place::Header(name) = &self.place {
            let said = match reply.headers.get(name) {
                Some(value) => Said::Text(value.trim().to_owned()),
                None => Said::Absent(format!("no header {name}")),
            };
            return Found {
                said,
                pointer: format!("header {}", name.to_ascii_lowercase()),
                tree: tree(reply),
            };
        }
        match self.query(with) {
            Ok(Some(query)) => self.within(&query, reply),
            Ok(None) => bare(Said::Absent("no value".to_owned()), "body"),
            Err(why) => bare(Said::Unreadable(why), "body"),
        }
    }

    fn within(&self, query: &Query, reply: &Response) -> Found {
        let json = codec::json_of(&reply.headers, &reply.body);
        let kinds = json.is_some();
        let Some(tree) = json.or_else(|| document::other_tree(&reply.headers, &reply.body)) else {
            let text = codec::text_of(&reply.headers, &reply.body).unwrap_or_default();
            let said = match (self.text.as_str(), text.trim()) {
                (_, "") => Said::Absent("an empty answer".to_owned()),
                ("$", text) => Said::Text(text.to_owned()),
                (_, _) if is_json(reply) => Said::Unreadable("it is labelled JSON and is none".to_owned()),
                (path, _) => Said::Unreadable(format!("nothing in it has a place {path}: it is plain text")),
            };
            return Found { said, pointer: "body".to_owned(), tree: None };
        };
        let (said, pointer) = match query.find(&tree).as_slice() {
            [] => (Said::Absent(format!("no value at {}", self.text)), "body".to_owned()),
            [one] => (scalar(one, kinds, &self.text), pointer_to(&tree, one)),
            [first, ..] => {
                let several = format!("several values at {}, expected one", self.text);
                (Said::Unreadable(several), pointer_to(&tree, first))
            }
        };
        Found { said, pointer, tree: Some(tree) }
    }
}

/// Whether an answer calls itself JSON.
fn is_json(reply: &Response) -> bool {
    let media = reply.headers.get("Content-Type").map(|text| text.to_ascii_lowercase()).unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default().trim();
    media.ends_with("/json") || media.ends_with("+json")
}

/// The body as a tree.
pub(super) fn tree(reply: &Response) -> Option<Json> {
    document::tree(&reply.headers, &reply.body)
}

/// One value; what is no JSON has texts alone.
fn scalar(value: &Json, kinds: bool, path: &str) -> Said {
    match value {
        Json::String(text) if !kinds => Said::Text(text.trim().to_owned()),
        Json::String(text) => Said::String(text.clone()),
        Json::Number(text) => Said::Number(text.clone()),
        Json::Bool(value) => Said::Bool(*value),
        Json::Null => Said::Null,
        Json::Array(_) => Said::Unreadable(format!("a list at {path}, expected one value")),
        // An element with attributes has its text among them.
        Json::Object(_) => Said::Unreadable(format!("an object at {path}, expected one value")),
    }
}

fn refusal(reply: &Response, asked: &Request) -> Said {
    let json = codec::json_of(&reply.headers, &reply.body);
    let text = codec::text_of(&reply.headers, &reply.body);
    let facts = error_in(reply, json.as_ref(), text.as_deref(), Some(asked));
    let status = reply.status.to_string();
    let codes = facts.into_iter().flat_map(|facts| facts.codes).map(|code| code.value);
    let code = codes.into_iter().find(|code| *code != status);
    Said::Refusal { status: reply.status, code }
}

/// Where in a tree a value of it stands.
pub(super) fn pointer_to(tree: &Json, wanted: &Json) -> String {
    let mut found = None;
    Pointer::walk(tree, &mut |at, value| {
        if std::ptr::eq(value, wanted) {
            found = Some(at.to_string());
        }
    });
    found.unwrap_or_default()
}
