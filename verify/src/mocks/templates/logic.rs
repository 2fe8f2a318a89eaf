//! Helpers that compare: written they say `true` or `false`, as blocks they choose.

use super::dialect::{Call, Helper};
use super::value::Value;
use cassettes::json::Json;
use std::cmp::Ordering;

/// Helpers that compare.
pub static LOGIC: &[(&str, Helper)] = &[
    ("eq", |call| told(call, same(call, 0, 1)?)),
    ("neq", |call| told(call, !same(call, 0, 1)?)),
    ("ne", |call| told(call, !same(call, 0, 1)?)),
    ("gt", |call| told(call, order(call)?.is_gt())),
    ("gte", |call| told(call, order(call)?.is_ge())),
    ("lt", |call| told(call, order(call)?.is_lt())),
    ("lte", |call| told(call, order(call)?.is_le())),
    ("and", |call| told(call, call.params.iter().all(Value::holds))),
    ("or", |call| told(call, call.params.iter().any(Value::holds))),
    ("not", |call| told(call, !call.params.first().is_some_and(Value::holds))),
];

/// Yes or no, in the words that the call gives for them.
fn told(call: &Call<'_>, truth: bool) -> Result<Value, String> {
    call.only(&["yes", "no"])?;
    let word = call.named(if truth { "yes" } else { "no" });
    Ok(word.cloned().unwrap_or_else(|| Value::truth(truth)))
}

/// Whether two parameters are equal: numbers by value, a text and a number are not.
fn same(call: &Call<'_>, a: usize, b: usize) -> Result<bool, String> {
    let nothing = Value::Nothing;
    let (a, b) = (call.params.get(a).unwrap_or(&nothing), call.params.get(b).unwrap_or(&nothing));
    let number = |value: &Value| matches!(value, Value::Json(Json::Number(_)));
    Ok(match (number(a), number(b)) {
        (true, true) => float(&a.written()?)? == float(&b.written()?)?,
        (true, false) | (false, true) => false,
        (false, false) => a.written()? == b.written()?,
    })
}

fn order(call: &Call<'_>) -> Result<Ordering, String> {
    let (a, b) = (call.text(0)?, call.text(1)?);
    match (float(&a), float(&b)) {
        (Ok(a), Ok(b)) => a.partial_cmp(&b).ok_or_else(|| "numbers without an order".to_owned()),
        _ => Ok(a.cmp(&b)),
    }
}

fn float(text: &str) -> Result<f64, String> {
    text.trim().parse().map_err(|_| format!("{text} as a number"))
}
