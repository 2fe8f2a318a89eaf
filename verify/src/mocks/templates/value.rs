//! What stands in a template's scope.

use super::dates::{self, Zone};
use cassettes::json::Json;
use cassettes::model::Timestamp;

/// A value in a template's scope. Some are two things at once: a text where they are written, a list or
/// an object where something of them is named.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing at all.
    Nothing,
    /// A JSON value.
    Json(Json),
    /// The values under one name: the first where written, each where gone through.
    Many(Vec<String>),
    /// A text with parts that have numbers or names: a path.
    Parts {
        /// The whole.
        text: String,
        /// The parts in order.
        list: Vec<String>,
        /// The parts that have names.
        named: Vec<(String, String)>,
    },
    /// A moment, with the pattern in which it is written.
    Moment {
        /// Which.
        at: Timestamp,
        /// A Java pattern, `epoch` or `unix`; none: ISO 8601 in seconds.
        format: Option<String>,
        /// In which zone; none: UTC.
        zone: Option<Zone>,
    },
    /// Members by name.
    Map {
        /// In order.
        members: Vec<(String, Value)>,
        /// Letter case does not matter.
        any_case: bool,
    },
    /// Values in order.
    List(Vec<Value>),
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Value::Json(Json::String(text.into()))
    }

    /// A whole number.
    pub fn number(number: impl std::fmt::Display) -> Self {
        Value::Json(Json::Number(number.to_string()))
    }

    /// Yes or no.
    pub fn truth(truth: bool) -> Self {
        Value::Json(Json::Bool(truth))
    }

    /// As it is written into the answer. Errs with what nobody here can write.
    pub fn written(&self) -> Result<String, String> {
        Ok(match self {
            Value::Nothing | Value::Json(Json::Null) => String::new(),
            Value::Json(json) => json.scalar_text().map_or_else(|| json.to_string(), str::to_owned),
            Value::Many(list) => list.first().cloned().unwrap_or_default(),
            Value::Parts { text, .. } => text.clone(),
            Value::Moment { at, format, zone } => dates::format(*at, format.as_deref(), zone.as_ref())?,
            Value::Map { .. } => self.json()?.to_string(),
            Value::List(list) => {
                let written: Result<Vec<String>, String> = list.iter().map(Value::written).collect();
                format!("[{}]", written?.join(", "))
            }
        })
    }

    /// As JSON.
    pub fn json(&self) -> Result<Json, String> {
        Ok(match self {
            Value::Nothing => Json::Null,
            Value::Json(json) => json.clone(),
            Value::Many(list) if list.len() != 1 => {
                Json::Array(list.iter().map(|text| Json::String(text.clone())).collect())
            }
            Value::Many(_) | Value::Parts { .. } | Value::Moment { .. } => Json::String(self.written()?),
            Value::Map { members, .. } => {
                let member = |(name, value): &(String, Value)| Ok((name.clone(), value.json()?));
                Json::Object(members.iter().map(member).collect::<Result<_, String>>()?)
            }
            Value::List(list) => Json::Array(list.iter().map(Value::json).collect::<Result<_, _>>()?),
        })
    }

    /// What stands under a name or a number of it.
    pub fn get(&self, name: &str) -> Value {
        let at = || name.parse::<usize>().ok();
        let text = |text: Option<&String>| text.map_or(Value::Nothing, Value::text);
        match self {
            Value::Json(json @ Json::Object(_)) => {
                json.get(name).cloned().map_or(Value::Nothing, Value::Json)
            }
            Value::Json(Json::Array(items)) => {
                let item = match name {
                    "length" | "size" => return Value::number(items.len()),
                    "first" => items.first(),
                    "last" => items.last(),
                    _ => at().and_then(|at| items.get(at)),
                };
                item.cloned().map_or(Value::Nothing, Value::Json)
            }
            Value::Many(list) => match name {
                "first" => text(list.first()),
                "last" => text(list.last()),
                "length" | "size" => Value::number(list.len()),
                _ => text(at().and_then(|at| list.get(at))),
            },
            Value::Parts { list, named, .. } => match named.iter().find(|(n, _)| n == name) {
                Some((_, value)) => Value::text(value.clone()),
                None => text(at().and_then(|at| list.get(at))),
            },
            Value::Map { members, any_case } => {
                let same = |n: &str| if *any_case { n.eq_ignore_ascii_case(name) } else { n == name };
                members.iter().find(|(n, _)| same(n)).map_or(Value::Nothing, |(_, value)| value.clone())
            }
            Value::List(list) => match name {
                "length" | "size" => Value::number(list.len()),
                _ => at().and_then(|at| list.get(at)).cloned().unwrap_or(Value::Nothing),
            },
            Value::Nothing | Value::Json(_) | Value::Moment { .. } => Value::Nothing,
        }
    }

    /// The values of a list, or of an object with their names; none if it is neither.
    pub fn entries(&self) -> Option<Vec<(Option<String>, Value)>> {
        let unnamed = |value: Value| (None, value);
        Some(match self {
            Value::Json(Json::Array(items)) => {
                items.iter().map(|i| unnamed(Value::Json(i.clone()))).collect()
            }
            Value::Json(Json::Object(members)) => {
                members.iter().map(|(n, v)| (Some(n.clone()), Value::Json(v.clone()))).collect()
            }
            Value::Many(list) | Value::Parts { list, .. } => {
                list.iter().map(|text| unnamed(Value::text(text.clone()))).collect()
            }
            Value::Map { members, .. } => members.iter().map(|(n, v)| (Some(n.clone()), v.clone())).collect(),
            Value::List(list) => list.iter().cloned().map(unnamed).collect(),
            Value::Nothing | Value::Json(_) | Value::Moment { .. } => return None,
        })
    }

    /// Whether a condition on it holds: not nothing, not empty, not false, not zero.
    pub fn holds(&self) -> bool {
        match self {
            Value::Nothing | Value::Json(Json::Null | Json::Bool(false)) => false,
            Value::Json(Json::String(text)) => !text.is_empty(),
            Value::Json(Json::Number(text)) => text.parse::<f64>().is_ok_and(|number| number != 0.0),
            Value::Json(Json::Array(items)) => !items.is_empty(),
            Value::Many(list) => list.first().is_some_and(|text| !text.is_empty()),
            Value::Parts { text, .. } => !text.is_empty(),
            Value::List(list) => !list.is_empty(),
            Value::Json(Json::Bool(true) | Json::Object(_)) | Value::Moment { .. } | Value::Map { .. } => {
                true
            }
        }
    }
}
