//! What a mapping wants of one value: `{"equalTo": "x"}` and its kin.

use super::super::conditions::{
    Dialect, JsonPath, JsonTest, Moment, NumberTest, PathTemplate, Pattern, Text, When, read_moment,
};
use super::super::placed::{Placed, Value};
use cassettes::json::Json;
use std::cmp::Ordering::{self, Equal, Greater, Less};

/// Words that say how another word is meant, not what is wanted.
const MANNERS: [&str; 6] = [
    "caseInsensitive",
    "ignoreArrayOrder",
    "ignoreExtraElements",
    "expectedOffset",
    "expectedOffsetUnit",
    "expression",
];

/// What is wanted of the values under one name; `at` is where this stands, in the file's words.
pub(super) fn values(node: &Placed, at: &str) -> Text {
    let list = |node: &Placed, name: &str| -> Vec<Text> {
        node.items().iter().enumerate().map(|(i, item)| value(item, &format!("{at}.{name}[{i}]"))).collect()
    };
    if let Some(all) = node.get("hasExactly") {
        // Each of these by one text, and as many texts as these.
        return Text::Exactly(list(all, "hasExactly"));
    }
    if let Some(some) = node.get("includes") {
        return Text::All(vec![Text::Present, Text::Includes(list(some, "includes"))]);
    }
    value(node, at)
}

/// What is wanted of a value.
pub(super) fn value(node: &Placed, at: &str) -> Text {
    let unknown = |name: &str| Text::Unknown(format!("{at}.{name}"));
    let Value::Map(members) = &node.value else { return Text::Unknown(at.to_owned()) };
    let mut wanted = members.iter().filter(|m| !MANNERS.contains(&m.name.as_str()));
    let Some(main) = wanted.next() else { return Text::Unknown(at.to_owned()) };
    if let Some(second) = wanted.next() {
        return unknown(&second.name);
    }
    let name = main.name.as_str();
    let operand = &main.value;
    read(name, operand, node, at).unwrap_or_else(|| unknown(name))
}

fn read(name: &str, operand: &Placed, node: &Placed, at: &str) -> Option<Text> {
    let text = || operand.as_str().map(str::to_owned);
    let pattern = || Pattern::whole(operand.as_str()?, Dialect::Java).ok();
    Some(match name {
        "equalTo" if node.is_true("caseInsensitive") => Text::EqualFold(text()?),
        "equalTo" => Text::Equal(text()?),
        "contains" => Text::Contains(text()?),
        "doesNotContain" => Text::Contains(text()?).negated(),
        "matches" => Text::Matches(pattern()?),
        "doesNotMatch" => Text::Matches(pattern()?).negated(),
        "absent" => Text::Absent,
        "anything" => Text::Any(vec![Text::Present, Text::Absent]),
        "equalToJson" => Text::Json(JsonTest {
            any_order: node.is_true("ignoreArrayOrder"),
            extra: node.is_true("ignoreExtraElements"),
            placeholders: true,
            ..JsonTest::strict(document(operand)?)
        }),
        "matchesJsonPath" => Text::JsonPath(json_path(operand, at)?),
        "matchesPathTemplate" => Text::Template(PathTemplate::braces(operand.as_str()?).ok()?),
        "and" => Text::All(inner(operand, &format!("{at}.and"))?),
        "or" => Text::Any(inner(operand, &format!("{at}.or"))?),
        "not" => value(operand, &format!("{at}.not")).negated(),
        "before" => Text::Moment(moment(When::Before, operand, node)?),
        "after" => Text::Moment(moment(When::After, operand, node)?),
        "equalToDateTime" => Text::Moment(moment(When::At, operand, node)?),
        "equalToNumber" => number(operand, &[Equal])?,
        "greaterThanNumber" => number(operand, &[Greater])?,
        "greaterThanEqualNumber" => number(operand, &[Greater, Equal])?,
        "lessThanNumber" => number(operand, &[Less])?,
        "lessThanEqualNumber" => number(operand, &[Less, Equal])?,
        _ => return None,
    })
}

fn number(operand: &Placed, orders: &[Ordering]) -> Option<Text> {
    let than = operand.text().filter(|text| text.parse::<f64>().is_ok())?;
    Some(Text::Number(NumberTest { orders: orders.to_vec(), than: than.to_owned() }))
}

fn inner(operand: &Placed, at: &str) -> Option<Vec<Text>> {
    operand.is_list().then(|| {
        operand.items().iter().enumerate().map(|(i, item)| value(item, &format!("{at}[{i}]"))).collect()
    })
}

/// A JSON document, as itself or as a string that holds it.
fn document(operand: &Placed) -> Option<Json> {
    match operand.as_str() {
        Some(text) => Json::parse(text.as_bytes()).ok(),
        None => Some(operand.to_json()),
    }
}

fn json_path(operand: &Placed, at: &str) -> Option<JsonPath> {
    if let Some(path) = operand.as_str() {
        return JsonPath::java(path, None).ok();
    }
    let inner = value(operand, &format!("{at}.matchesJsonPath"));
    JsonPath::java(operand.str_of("expression")?, Some(inner)).ok()
}

fn moment(when: When, operand: &Placed, node: &Placed) -> Option<Moment> {
    let text = operand.as_str()?.trim();
    let lower = text.to_ascii_lowercase();
    let offset = match node.get("expectedOffset") {
        Some(amount) => span(&format!("{} {}", amount.text()?, node.str_of("expectedOffsetUnit")?))?,
        None if lower == "now" => 0,
        None => match lower.strip_prefix("now").or(Some(lower.as_str())).and_then(span) {
            Some(offset) => offset,
            None => return Some(Moment { when, fixed: Some(read_moment(text)?), offset: 0 }),
        },
    };
    Some(Moment { when, fixed: None, offset })
}

/// `-3 days` in microseconds. Months and years have no fixed length.
fn span(text: &str) -> Option<i64> {
    let (amount, unit) = text.trim().split_once(' ')?;
    let amount: i64 = amount.trim_start_matches('+').parse().ok()?;
    let seconds = match unit.trim().trim_end_matches('s').to_ascii_lowercase().as_str() {
        "second" => 1,
        "minute" => 60,
        "hour" => 3600,
        "day" => 86_400,
        _ => return None,
    };
    amount.checked_mul(seconds * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::super::super::conditions::{Fit, Value};
    use super::*;
    use cassettes::model::Timestamp;

    fn fit(json: &str, texts: &[&str]) -> Fit {
        let node = Placed::json(json.as_bytes()).expect("JSON");
        let values: Vec<Value<'_>> = texts.iter().map(|t| Value::new(*t)).collect();
        super::values(&node, "x").fit(&values.iter().collect::<Vec<_>>(), Timestamp(0))
    }

    #[test]
    fn every_word_means_what_it_means_there() {
        let cases = [
            (r#"{"equalTo":"A","caseInsensitive":true}"#, "a", "b"),
            (r#"{"contains":"b"}"#, "abc", "ac"),
            (r#"{"doesNotMatch":"[a-z]+"}"#, "A1", "abc"),
            (
                r#"{"equalToJson":"{\"a\":[1,2]}","ignoreArrayOrder":true}"#,
                r#"{"a":[2,1.0]}"#,
                r#"{"a":[2]}"#,
            ),
            (r#"{"equalToJson":{"a":"${json-unit.any-string}"}}"#, r#"{"a":"x"}"#, r#"{"a":1}"#),
            (r#"{"matchesJsonPath":"$.a"}"#, r#"{"a":0}"#, r#"{"b":0}"#),
            (r#"{"matchesJsonPath":{"expression":"$.a","contains":"x"}}"#, r#"{"a":"axb"}"#, r#"{"a":"b"}"#),
            (r#"{"or":[{"equalTo":"a"},{"and":[{"contains":"b"},{"contains":"c"}]}]}"#, "cb", "b"),
            (r#"{"not":{"equalTo":"a"}}"#, "b", "a"),
            (r#"{"before":"now -1 days"}"#, "1969-12-30T00:00:00Z", "1970-01-01T00:00:00Z"),
            (r#"{"lessThanEqualNumber":1.5}"#, "1.50", "1.6"),
            (r#"{"after":"2020-01-01"}"#, "2020-01-02", "2019-12-31"),
        ];
        for (json, met, unmet) in cases {
            assert_eq!(fit(json, &[met]), Fit::Met, "{json}");
            assert_eq!(fit(json, &[unmet]), Fit::Unmet, "{json}");
        }
        assert_eq!(fit(r#"{"hasExactly":[{"equalTo":"a"},{"equalTo":"b"}]}"#, &["b", "a"]), Fit::Met);
        assert_eq!(fit(r#"{"includes":[{"equalTo":"a"}]}"#, &["b", "a"]), Fit::Met);
        assert_eq!(fit(r#"{"absent":true}"#, &[]), Fit::Met);
    }

    #[test]
    fn what_is_not_understood_is_neither_met_nor_missed() {
        for json in [
            r#"{"matchesXPath":"//a"}"#,
            r#"{"equalTo":7}"#,
            r#"{"matches":"("}"#,
            r#"{"equalToXml":"<a/>","contains":"a"}"#,
            r#"{"not":{"equalToXml":"<a/>"}}"#,
            "{}",
            "7",
        ] {
            assert_eq!(fit(json, &["a"]), Fit::Unsure, "{json}");
        }
    }
}
