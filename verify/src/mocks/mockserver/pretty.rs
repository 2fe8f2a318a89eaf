//! JSON bodies as the tool writes them: laid out, and with decimals that have been doubles.

use super::super::placed::{Placed, Value};
use cassettes::json::Json;

/// The text that goes out for a document that stands in the file as itself.
pub(super) fn written(node: &Placed) -> String {
    let mut out = String::new();
    write(node, 0, &mut out);
    out
}

fn write(node: &Placed, depth: usize, out: &mut String) {
    match &node.value {
        Value::Scalar(Json::Number(text)) => out.push_str(&double(text).unwrap_or_else(|| text.clone())),
        Value::Scalar(json) => json.write(out, false),
        Value::List(items) if items.is_empty() => out.push_str("[ ]"),
        Value::List(items) => {
            out.push_str("[ ");
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write(item, depth, out);
            }
            out.push_str(" ]");
        }
        Value::Map(members) if members.is_empty() => out.push_str("{ }"),
        Value::Map(members) => {
            out.push('{');
            for (at, member) in members.iter().enumerate() {
                out.push_str(if at > 0 { ",\n" } else { "\n" });
                out.push_str(&"  ".repeat(depth + 1));
                Json::String(member.name.clone()).write(out, false);
                out.push_str(" : ");
                write(&member.value, depth + 1, out);
            }
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
            out.push('}');
        }
    }
}

/// `10.10` as `10.1`, `1e2` as `100.0`; whole numbers stay as they are.
fn double(text: &str) -> Option<String> {
    if !text.contains(['.', 'e', 'E']) {
        return None;
    }
    let number: f64 = text.parse().ok().filter(|n: &f64| n.is_finite())?;
    if number == 0.0 || (1e-3..1e7).contains(&number.abs()) {
        return Some(format!("{number:?}"));
    }
    let scientific = format!("{number:E}");
    let (mantissa, exponent) = scientific.split_once('E')?;
    let point = if mantissa.contains('.') { "" } else { ".0" };
    Some(format!("{mantissa}{point}E{exponent}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_laid_out_and_decimals_were_doubles() {
        let node = Placed::json(br#"{"a":[10.10,1e2,7],"b":{"c":12345678.5,"d":[]}}"#).expect("JSON");
        let wanted = "{\n  \"a\" : [ 10.1, 100.0, 7 ],\n  \"b\" : {\n    \"c\" : 1.23456785E7,\n    \"d\" : [ ]\n  }\n}";
        assert_eq!(written(&node), wanted);
    }
}
