//! One lesson of a plan.

use super::Content;
use crate::json::Json;
use crate::model::Request;
use crate::operation::surely_reads;
use std::collections::BTreeMap;

/// A scripted probe that makes the real side show something. Two are equal that say the same, wherever they
/// stand.
#[derive(Debug, Clone, Default)]
pub struct Lesson {
    /// What kind it is: the name of an item on the shelf of lessons.
    pub kind: String,
    /// As it is sent.
    pub method: String,
    /// Path and query; a whole URL of the upstream where it begins with a kept value.
    pub target: String,
    /// Fields for this lesson; none: left out, whatever the plan sends elsewhere.
    pub headers: Vec<(String, Option<String>)>,
    /// What is sent with it.
    pub content: Content,
    /// Values that later lessons use: a name, and where it stands in the answer (`$.id`, `header.etag`,
    /// `status`).
    pub keep: Vec<(String, String)>,
    /// What is believed of the real side, an object; null where nothing is.
    pub believe: Json,
    /// What else the kind understands: `times`, `claims`, `most`, …
    pub settings: Vec<(String, Json)>,
    /// Where it begins, counted from one; zero where it was made and not read.
    pub line: u32,
    /// The lines of its parts by their pointers: `/believe/pages`, `/times`.
    pub lines: BTreeMap<String, u32>,
    /// A comment above it.
    pub note: Option<String>,
}

impl PartialEq for Lesson {
    fn eq(&self, other: &Self) -> bool {
        let Lesson {
            kind,
            method,
            target,
            headers,
            content,
            keep,
            believe,
            settings,
            line: _,
            lines: _,
            note,
        } = self;
        (kind, method, target, headers, content)
            == (&other.kind, &other.method, &other.target, &other.headers, &other.content)
            && (keep, believe, settings, note) == (&other.keep, &other.believe, &other.settings, &other.note)
    }
}

impl Lesson {
    /// A lesson without content, beliefs or settings.
    pub fn new(kind: impl Into<String>, method: impl Into<String>, target: impl Into<String>) -> Self {
        Lesson { kind: kind.into(), method: method.into(), target: target.into(), ..Lesson::default() }
    }

    /// A setting by its name.
    pub fn setting(&self, name: &str) -> Option<&Json> {
        self.settings.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// A belief by its name.
    pub fn belief(&self, name: &str) -> Option<&Json> {
        self.believe.get(name)
    }

    /// The line of one of its parts (`/believe/pages`), or its own.
    pub fn line_of(&self, pointer: &str) -> u32 {
        self.lines.get(pointer).copied().unwrap_or(self.line)
    }

    /// Whether it changes nothing: by its method (RFC 9110 §9.2.1), or as a call that surely reads.
    pub fn is_safe(&self) -> bool {
        if self.method != "POST" {
            return ["GET", "HEAD", "OPTIONS", "TRACE"].contains(&self.method.as_str());
        }
        let mut request = Request::new(self.method.as_str(), self.target.as_str());
        for (name, value) in &self.headers {
            if let Some(value) = value {
                request.headers.push(name.as_str(), value.as_str());
            }
        }
        if let Some(media) = self.content.media_type()
            && !request.headers.contains("content-type")
        {
            request.headers.push("Content-Type", media);
        }
        request.body = self.content.bytes().unwrap_or_default().into();
        surely_reads(&request)
    }
}

/// As its line in a plan begins: `walk: GET /v1/customers?limit=3`.
impl std::fmt::Display for Lesson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} {}", self.kind, self.method, self.target)
    }
}
