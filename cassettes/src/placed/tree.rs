//! The tree.

use crate::json::Json;
use crate::subject::Lines;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most values that a document may have once its aliases stand where they are used.
pub(super) const MOST: usize = 4_000_000;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Counted from one: where the value begins.
    pub line: u32,
    /// What stands there.
    pub value: Value,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Null, a boolean, a number or a string; never a container.
    Scalar(Json),
    /// An array.
    List(Vec<Placed>),
    /// An object, in order.
    Map(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub line: u32,
    /// Its value.
    pub value: Placed,
}

/// Why a text is not such a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Unreadable {
    /// Counted from one.
    pub line: u32,
    /// A fragment.
    pub what: String,
}

impl Placed {
    /// Reads a document: JSON where it begins as JSON does and is, YAML otherwise.
    pub fn read(bytes: &[u8]) -> Result<Placed, Unreadable> {
        let first = bytes.trim_ascii_start().first();
        if !matches!(first, Some(b'{' | b'[')) {
            return super::yaml::read(bytes);
        }
        // YAML's flow form begins so as well.
        Placed::json(bytes).or_else(|why| super::yaml::read(bytes).map_err(|_| why))
    }

    /// Reads a document that is JSON.
    pub fn json(bytes: &[u8]) -> Result<Placed, Unreadable> {
        super::json::read(bytes)
    }

    /// The value of the member of that name.
    pub fn get(&self, name: &str) -> Option<&Placed> {
        self.member(name).map(|m| &m.value)
    }

    /// The first member of that name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|m| m.name == name)
    }

    /// An object's members; empty for anything else.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Map(members) => members,
            Value::Scalar(_) | Value::List(_) => &[],
        }
    }

    /// An array's items; empty for anything else.
    pub fn items(&self) -> &[Placed] {
        match &self.value {
            Value::List(items) => items,
            Value::Scalar(_) | Value::Map(_) => &[],
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        self.scalar().and_then(Json::as_str)
    }

    /// A scalar as text: a string without quotes, a number as written.
    pub fn text(&self) -> Option<&str> {
        self.scalar().and_then(Json::scalar_text)
    }

    /// The string under a name.
    pub fn str_of(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Placed::as_str)
    }

    /// Whether `true` stands under a name.
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name).and_then(Placed::scalar) == Some(&Json::Bool(true))
    }

    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<&Json> {
        match &self.value {
            Value::Scalar(json) => Some(json),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The lines of what it holds by their pointers; none where all stand on one line.
    pub fn lines(&self) -> Option<Lines> {
        let mut lines = BTreeMap::new();
        self.walk(&mut String::new(), &mut lines);
        lines.values().any(|line| *line != self.line).then(|| Arc::new(lines))
    }

    fn walk(&self, path: &mut String, lines: &mut BTreeMap<String, u32>) {
        let size = path.len();
        for member in self.members() {
            path.push('/');
            path.push_str(&member.name.replace('~', "~0").replace('/', "~1"));
            lines.insert(path.clone(), member.line);
            member.value.walk(path, lines);
            path.truncate(size);
        }
        for (index, item) in self.items().iter().enumerate() {
            path.push_str(&format!("/{index}"));
            lines.insert(path.clone(), item.line);
            item.walk(path, lines);
            path.truncate(size);
        }
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        self.scalar() == Some(&Json::Null)
    }

    /// Whether this is an object.
    pub fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// Whether this is an array.
    pub fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }

    /// A whole number that is not negative.
    pub fn number(&self) -> Option<u64> {
        self.text()?.parse().ok()
    }

    /// The value without its places.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Scalar(json) => json.clone(),
            Value::List(items) => Json::Array(items.iter().map(Placed::to_json).collect()),
            Value::Map(members) => {
                Json::Object(members.iter().map(|m| (m.name.clone(), m.value.to_json())).collect())
            }
        }
    }

    /// The value at a pointer's steps (RFC 6901), already unescaped.
    pub fn at<'a>(&self, steps: impl IntoIterator<Item = &'a str>) -> Option<&Placed> {
        let mut here = self;
        for step in steps {
            here = match &here.value {
                Value::Map(_) => here.get(step)?,
                Value::List(items) => items.get(step.parse::<usize>().ok()?)?,
                Value::Scalar(_) => return None,
            };
        }
        Some(here)
    }
}

/// Puts values together from the inside out, for readers of events.
#[derive(Default)]
pub(super) struct Builder {
    open: Vec<Open>,
    root: Option<Placed>,
    /// Values so far.
    pub(super) count: usize,
}

struct Open {
    placed: Placed,
    /// The member whose value is to come.
    key: Option<(String, u32)>,
}

impl Builder {
    pub(super) fn open(&mut self, line: u32, map: bool) {
        self.count += 1;
        let value = if map { Value::Map(Vec::new()) } else { Value::List(Vec::new()) };
        self.open.push(Open { placed: Placed { line, value }, key: None });
    }

    pub(super) fn close(&mut self) -> Option<&Placed> {
        let done = self.open.pop()?.placed;
        self.count = self.count.saturating_sub(1);
        self.put(done)
    }

    /// How many containers are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether a member's name is what comes next.
    pub(super) fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|o| o.key.is_none() && o.placed.is_map())
    }

    pub(super) fn key(&mut self, name: String, line: u32) {
        if let Some(open) = self.open.last_mut() {
            open.key = Some((name, line));
        }
    }

    pub(super) fn put(&mut self, value: Placed) -> Option<&Placed> {
        self.count += 1;
        let Some(open) = self.open.last_mut() else {
            return Some(self.root.insert(value));
        };
        match &mut open.placed.value {
            Value::List(items) => {
                items.push(value);
                items.last()
            }
            Value::Map(members) => {
                let (name, line) = open.key.take().unwrap_or_default();
                members.push(Member { name, line, value });
                members.last().map(|m| &m.value)
            }
            Value::Scalar(_) => None,
        }
    }

    pub(super) fn done(self) -> Option<Placed> {
        self.root
    }
}
