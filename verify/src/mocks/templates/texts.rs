//! Helpers that change texts and lists, the same in every tool that has them.

use super::dialect::{Call, Helper};
use super::value::Value;

/// Helpers that change texts and lists.
pub static TEXTS: &[(&str, Helper)] = &[
    ("lower", |call| Ok(Value::text(call.text(0)?.to_lowercase()))),
    ("upper", |call| Ok(Value::text(call.text(0)?.to_uppercase()))),
    ("capitalizeFirst", |call| Ok(Value::text(capital(&call.text(0)?)))),
    ("capitalize", |call| {
        let words: Vec<String> = call.text(0)?.split(' ').map(capital).collect();
        Ok(Value::text(words.join(" ")))
    }),
    ("cut", |call| {
        let what = if call.params.len() > 1 { call.text(1)? } else { " ".to_owned() };
        Ok(Value::text(call.text(0)?.replace(&what, "")))
    }),
    ("replace", |call| Ok(Value::text(call.text(0)?.replace(&call.text(1)?, &call.text(2)?)))),
    ("defaultIfEmpty", |call| {
        let first = call.params.first().filter(|value| value.holds());
        Ok(first.or(call.params.get(1)).cloned().unwrap_or(Value::Nothing))
    }),
    ("substring", |call| {
        let text: Vec<char> = call.text(0)?.chars().collect();
        let at = |index: usize| -> Result<Option<usize>, String> {
            let Some(value) = call.params.get(index) else { return Ok(None) };
            let text = value.written()?;
            text.parse().map(Some).map_err(|_| format!("{text} as a place in a text"))
        };
        let (from, to) = (at(1)?.unwrap_or(0), at(2)?.unwrap_or(text.len()));
        let part = text.get(from..to).ok_or_else(|| format!("the part {from} to {to} of a shorter text"))?;
        Ok(Value::text(part.iter().collect::<String>()))
    }),
    ("join", join),
];

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `join list ', '`, or `join 'a' 'b' ', '`.
fn join(call: &Call<'_>) -> Result<Value, String> {
    let Some((between, values)) = call.params.split_last() else { return Ok(Value::Nothing) };
    let between = between.written()?;
    let list: Vec<Value> = match values {
        [one] => one.entries().map_or_else(|| vec![one.clone()], |e| e.into_iter().map(|(_, v)| v).collect()),
        many => many.to_vec(),
    };
    let written: Result<Vec<String>, String> = list.iter().map(Value::written).collect();
    Ok(Value::text(written?.join(&between)))
}
