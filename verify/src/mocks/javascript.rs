//! What becomes of a JSON document on its way through JavaScript: numbers are doubles, members have an order of
//! their own.

use cassettes::json::Json;
use std::collections::HashMap;

/// A document that was parsed and written again.
pub(crate) fn rewritten(json: &Json) -> Json {
    match json {
        Json::Number(text) => text.parse().map_or(Json::Null, number),
        Json::Array(items) => Json::Array(items.iter().map(rewritten).collect()),
        Json::Object(members) => {
            Json::Object(ordered(members.iter().map(|(name, value)| (name.clone(), rewritten(value)))))
        }
        scalar => scalar.clone(),
    }
}

/// A double; what is no number is `null`.
pub(crate) fn number(number: f64) -> Json {
    if number.is_finite() { Json::Number(number_text(number)) } else { Json::Null }
}

/// Members as an object lists them: the last of a name at the place of the first, names that are array
/// indices before all others and in their order.
pub(crate) fn ordered(members: impl IntoIterator<Item = (String, Json)>) -> Vec<(String, Json)> {
    let mut list: Vec<(String, Json)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (name, value) in members {
        match places.get(&name) {
            Some(&at) => list[at].1 = value,
            None => {
                places.insert(name.clone(), list.len());
                list.push((name, value));
            }
        }
    }
    list.sort_by_key(|(name, _)| index(name).unwrap_or(u64::MAX));
    list
}

fn index(name: &str) -> Option<u64> {
    let number: u64 = name.parse().ok()?;
    (number < u64::from(u32::MAX) && number.to_string() == name).then_some(number)
}

/// A number as JavaScript writes it (ECMA-262, Number::toString).
pub(crate) fn number_text(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let size = number.abs();
    if (1e-6..1e21).contains(&size) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, power)) if !power.starts_with('-') => format!("{digits}e+{power}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_objects_are_written_as_javascript_does() {
        for (number, text) in [
            ("10.10", "10.1"),
            ("1.0", "1"),
            ("1e2", "100"),
            ("12345678901234567890", "12345678901234567000"),
            ("1e21", "1e+21"),
            ("0.0000001", "1e-7"),
            ("-0", "0"),
            ("1e999", "null"),
        ] {
            assert_eq!(rewritten(&Json::Number(number.to_owned())).to_string(), text);
        }
        let json = Json::parse(br#"{"b":1,"2":2,"a":{"x":[null]},"1":3,"b":4}"#).expect("json");
        assert_eq!(rewritten(&json).to_string(), r#"{"1":3,"2":2,"b":4,"a":{"x":[null]}}"#);
    }
}
