//! Our JSON in the shape that the JSONPath library walks.

use cassettes::json::Json;
use jsonpath_rust::query::queryable::Queryable;

/// A JSON value whose numbers keep their text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Node {
    #[default]
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl From<&Json> for Node {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Node::Null,
            Json::Bool(value) => Node::Bool(*value),
            Json::Number(text) => Node::Number(text.clone()),
            Json::String(text) => Node::String(text.clone()),
            Json::Array(items) => Node::Array(items.iter().map(Node::from).collect()),
            Json::Object(members) => {
                Node::Object(members.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
        }
    }
}

impl From<&Node> for Json {
    fn from(node: &Node) -> Self {
        match node {
            Node::Null => Json::Null,
            Node::Bool(value) => Json::Bool(*value),
            Node::Number(text) => Json::Number(text.clone()),
            Node::String(text) => Json::String(text.clone()),
            Node::Array(items) => Json::Array(items.iter().map(Json::from).collect()),
            Node::Object(members) => {
                Json::Object(members.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Node::String(text.to_owned())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Node::String(text)
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Self {
        Node::Bool(value)
    }
}

impl From<i64> for Node {
    fn from(value: i64) -> Self {
        Node::Number(value.to_string())
    }
}

impl From<f64> for Node {
    fn from(value: f64) -> Self {
        Node::Number(value.to_string())
    }
}

impl From<Vec<Node>> for Node {
    fn from(items: Vec<Node>) -> Self {
        Node::Array(items)
    }
}

impl Queryable for Node {
    fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Node::Object(members) => members.iter().rev().find(|(name, _)| name == key).map(|(_, v)| v),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Node::Array(items) => Some(items),
            _ => None,
        }
    }

    fn as_object(&self) -> Option<Vec<(&str, &Self)>> {
        match self {
            Node::Object(members) => Some(members.iter().map(|(name, v)| (name.as_str(), v)).collect()),
            _ => None,
        }
    }

    fn as_str(&self) -> Option<&str> {
        match self {
            Node::String(text) => Some(text),
            _ => None,
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match self {
            Node::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self {
            Node::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn as_bool(&self) -> Option<bool> {
        match self {
            Node::Bool(value) => Some(*value),
            _ => None,
        }
    }

    fn null() -> Self {
        Node::Null
    }
}
