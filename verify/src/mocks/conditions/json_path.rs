//! Places in a JSON document at which a stub wants something (JSONPath, RFC 9535, and its Java forerunner
//! where that differs).

use super::{Fit, PatternError, Text, Value};
use cassettes::json::Json;
use cassettes::model::Timestamp;
use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;

/// A place in a JSON document, and what is wanted of what stands there.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonPath {
    source: String,
    query: JpQuery,
    /// Not the value but how many items, members or characters it has.
    counts: bool,
    /// A filter looks at an object itself, as the Java forerunner has it, and not at its members.
    whole_objects: bool,
    /// What is wanted; none: that something stands there.
    pub inner: Option<Box<Text>>,
}

/// What stands at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    /// The path leads to one place at most: what stands there, if anything.
    One(Option<Json>),
    /// The path may lead to many.
    Many(Vec<Json>),
}

impl JsonPath {
    /// Reads a path.
    pub fn new(source: &str, inner: Option<Text>) -> Result<Self, PatternError> {
        let trimmed = source.trim();
        let cut = [".length()", ".size()"].into_iter().find_map(|end| trimmed.strip_suffix(end));
        let path = cut.unwrap_or(trimmed);
        // The forerunner lets the root be left out.
        let rooted = if path.starts_with('$') { path.to_owned() } else { format!("$.{path}") };
        let query = parse_json_path(&rooted).map_err(|error| {
            let told = error.to_string();
            PatternError(told.lines().last().unwrap_or_default().trim().to_owned())
        })?;
        let inner = inner.map(Box::new);
        let whole_objects = false;
        Ok(JsonPath { source: source.to_owned(), query, counts: cut.is_some(), whole_objects, inner })
    }

    /// Reads a path as the Java forerunner does.
    pub fn java(source: &str, inner: Option<Text>) -> Result<Self, PatternError> {
        // Step by step nobody knows the root any more that a filter may name.
        let whole_objects = !source.trim().get(1..).is_some_and(|rest| rest.contains('$'));
        JsonPath::new(source, inner).map(|path| JsonPath { whole_objects, ..path })
    }

    /// As the file has it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What stands there.
    pub fn find(&self, json: &Json) -> Standing {
        let mut values = self.nodes(json.clone()).into_iter();
        if self.is_definite() {
            let one = values.next();
            Standing::One(if self.counts { one.map(|value| count(&value)) } else { one })
        } else if self.counts {
            Standing::One(Some(Json::Number(values.count().to_string())))
        } else {
            Standing::Many(values.collect())
        }
    }

    fn nodes(&self, root: Json) -> Vec<Json> {
        let on = |query: &JpQuery, node: &Json| -> Vec<Json> {
            let found = js_path_process(query, node).unwrap_or_default();
            found.into_iter().map(|found| found.val().clone()).collect()
        };
        let is_filter = |segment: &Segment| matches!(segment, Segment::Selector(Selector::Filter(_)));
        if !self.whole_objects || !self.query.segments.iter().any(is_filter) {
            return on(&self.query, &root);
        }
        let mut nodes = vec![root];
        for segment in &self.query.segments {
            let step = JpQuery { segments: vec![segment.clone()] };
            let of = |node: Json| match node {
                Json::Object(_) if is_filter(segment) => on(&step, &Json::Array(vec![node])),
                node => on(&step, &node),
            };
            nodes = nodes.into_iter().flat_map(of).collect();
        }
        nodes
    }

    fn is_definite(&self) -> bool {
        self.query
            .segments
            .iter()
            .all(|segment| matches!(segment, Segment::Selector(Selector::Name(_) | Selector::Index(_))))
    }

    /// Whether what is wanted stands there.
    pub fn fit(&self, json: &Json, now: Timestamp) -> Fit {
        let standing = self.find(json);
        let Some(inner) = &self.inner else { return Fit::of(is_something(&standing)) };
        let whole = matches!(**inner, Text::Json(_));
        let texts: Vec<String> = match standing {
            Standing::One(None | Some(Json::Null)) => Vec::new(),
            Standing::One(Some(value)) if whole => vec![value.to_string()],
            Standing::Many(values) if whole => vec![Json::Array(values).to_string()],
            Standing::One(Some(Json::Array(items))) | Standing::Many(items) => {
                items.iter().map(text).collect()
            }
            Standing::One(Some(value)) => vec![text(&value)],
        };
        let values: Vec<Value<'_>> = texts.iter().map(|text| Value::new(text.as_str())).collect();
        inner.fit(&values.iter().collect::<Vec<_>>(), now)
    }
}

fn is_something(standing: &Standing) -> bool {
    match standing {
        Standing::One(None | Some(Json::Null)) => false,
        Standing::One(Some(Json::Array(items))) => !items.is_empty(),
        Standing::One(Some(Json::Object(members))) => !members.is_empty(),
        Standing::One(Some(_)) => true,
        Standing::Many(values) => !values.is_empty(),
    }
}

fn text(value: &Json) -> String {
    value.scalar_text().map_or_else(|| value.to_string(), str::to_owned)
}

fn count(value: &Json) -> Json {
    let count = match value {
        Json::Array(items) => items.len(),
        Json::Object(members) => members.len(),
        Json::String(text) => text.chars().count(),
        Json::Null | Json::Bool(_) | Json::Number(_) => 0,
    };
    Json::Number(count.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(path: &str, inner: Option<Text>) -> Fit {
        let json =
            br#"{"a":{"b":[1,{"c":"x"}],"n":null,"e":{}},"list":[{"k":"1","v":2.50},{"k":"2","v":3}]}"#;
        let json = Json::parse(json).expect("JSON");
        JsonPath::new(path, inner).expect(path).fit(&json, Timestamp(0))
    }

    #[test]
    fn something_must_stand_there() {
        for path in ["$.a.b", "$.list[?(@.k == '2')]", "$..c", "$.list[0].k", "a.b[1].c", "$['a']['b']"] {
            assert_eq!(fit(path, None), Fit::Met, "{path}");
        }
        for path in ["$.a.n", "$.a.e", "$.zz", "$.list[?(@.k == '3')]", "$.list[9]"] {
            assert_eq!(fit(path, None), Fit::Unmet, "{path}");
        }
    }

    #[test]
    fn what_stands_there_is_looked_at() {
        let equal = |text: &str| Some(Text::Equal(text.to_owned()));
        assert_eq!(fit("$.list[*].k", equal("2")), Fit::Met);
        assert_eq!(fit("$.list[0].v", equal("2.50")), Fit::Met, "numbers keep their text");
        assert_eq!(fit("$.list.length()", equal("2")), Fit::Met);
        assert_eq!(fit("$.zz", Some(Text::Absent)), Fit::Met);
        assert_eq!(fit("$.a.b", Some(Text::Absent)), Fit::Unmet);
        let json = JsonPath::new("$.a.b[1]", None).expect("a path");
        let json = json.find(&Json::parse(br#"{"a":{"b":[0,{"c":1.10}]}}"#).expect("JSON"));
        assert_eq!(json, Standing::One(Json::parse(br#"{"c":1.10}"#).ok()));
    }

    #[test]
    fn the_forerunner_filters_objects_themselves() {
        let json =
            Json::parse(br#"{"kind":"a","n":2,"list":[{"k":1},{"k":2}],"o":{"k":{"k":3}}}"#).expect("JSON");
        let fit = |path| JsonPath::java(path, None).expect(path).fit(&json, Timestamp(0));
        for path in
            ["$[?(@.kind == 'a')]", "$[?(@.n > 1)]", "$.list[?(@.k == 2)]", "$[?(@.n)].list[?(@.k>1)].k"]
        {
            assert_eq!(fit(path), Fit::Met, "{path}");
        }
        for path in ["$[?(@.kind == 'b')]", "$.o[?(@.k == 3)]", "$.list[?(@.k > 2)]"] {
            assert_eq!(fit(path), Fit::Unmet, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in
            ["$[", "$.a[?(@.b =~ /x/i)]", "", &"$[".repeat(5000), &format!("$[?({}1==1)]", "(".repeat(900))]
        {
            assert!(JsonPath::new(path, None).is_err(), "{path:.30}");
        }
    }
}
