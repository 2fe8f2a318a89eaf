//! JSONPath (RFC 9535) over our JSON.

use super::Json;
use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use jsonpath_rust::query::queryable::Queryable;

/// A path into JSON documents, read once.
#[derive(Debug, Clone, PartialEq)]
pub struct Query(JpQuery);

impl Query {
    /// Reads a path; the error is a fragment that says what is wrong with it.
    pub fn parse(path: &str) -> Result<Query, String> {
        parse_json_path(path).map(Query).map_err(|error| {
            let told = error.to_string();
            told.lines().last().unwrap_or_default().trim().to_owned()
        })
    }

    /// Everything that stands there, in order.
    pub fn find<'j>(&self, json: &'j Json) -> Vec<&'j Json> {
        let found = js_path_process(&self.0, json).unwrap_or_default();
        found.into_iter().map(jsonpath_rust::query::QueryRef::val).collect()
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::String(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Json::Number(value.to_string())
    }
}

impl From<f64> for Json {
    fn from(value: f64) -> Self {
        Json::Number(value.to_string())
    }
}

impl From<Vec<Json>> for Json {
    fn from(items: Vec<Json>) -> Self {
        Json::Array(items)
    }
}

impl Queryable for Json {
    fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    fn as_object(&self) -> Option<Vec<(&str, &Self)>> {
        match self {
            Json::Object(members) => {
                Some(members.iter().map(|(name, value)| (name.as_str(), value)).collect())
            }
            _ => None,
        }
    }

    fn as_str(&self) -> Option<&str> {
        Json::as_str(self)
    }

    fn as_i64(&self) -> Option<i64> {
        match self {
            Json::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn as_f64(&self) -> Option<f64> {
        match self {
            Json::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    fn null() -> Self {
        Json::Null
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_found_keep_their_text() {
        let json = Json::parse(br#"{"a":[{"n":1.50},{"n":2}],"a b":null}"#).expect("json");
        let find = |path: &str| {
            Query::parse(path).expect(path).find(&json).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(find("$.a[*].n"), ["1.50", "2"]);
        assert_eq!(find("$.a[?@.n>1.7].n"), ["2"]);
        assert_eq!(find("$['a b']"), ["null"]);
        assert!(find("$.nope").is_empty());
        assert!(Query::parse("a[").is_err());
    }
}
