//! JSON bodies as the tool writes them.

use cassettes::json::Json;

/// A number with a fraction or an exponent is a decimal there: it is written plainly, without zeros at its
/// end. `10.10` goes out as `10.1`, `1e2` as `100`; whole numbers stay as they are.
pub(super) fn plain(json: &Json) -> Json {
    match json {
        Json::Number(text) => Json::Number(decimal(text).unwrap_or_else(|| text.clone())),
        Json::Array(items) => Json::Array(items.iter().map(plain).collect()),
        Json::Object(members) => {
            // Of members of one name the last counts, where the first stands.
            let mut kept: Vec<(String, Json)> = Vec::with_capacity(members.len());
            for (name, value) in members {
                match kept.iter_mut().find(|(n, _)| n == name) {
                    Some((_, before)) => *before = plain(value),
                    None => kept.push((name.clone(), plain(value))),
                }
            }
            Json::Object(kept)
        }
        other => other.clone(),
    }
}

fn decimal(text: &str) -> Option<String> {
    if !text.contains(['.', 'e', 'E']) {
        return None;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().ok().filter(|e: &i64| e.abs() < 400)?;
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    // Where the point stands among the digits.
    let point = whole.len() as i64 + exponent;
    let (before, after) = if point <= 0 {
        (String::new(), format!("{}{all}", "0".repeat(usize::try_from(-point).ok()?)))
    } else {
        let point = usize::try_from(point).ok()?;
        let padded = format!("{all:0<point$}");
        (padded[..point].to_owned(), padded[point..].to_owned())
    };
    let before = before.trim_start_matches('0');
    let after = after.trim_end_matches('0');
    let before = if before.is_empty() { "0" } else { before };
    Some(match after {
        "" if before == "0" => "0".to_owned(),
        "" => format!("{sign}{before}"),
        _ => format!("{sign}{before}.{after}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_plainly() {
        let json = br#"{"a":10.10,"b":1.0,"c":1e2,"d":-0.0050,"e":100,"f":12e-3,"g":12345678901234567890.5,"a":0.0}"#;
        let written = plain(&Json::parse(json).expect("JSON")).to_string();
        assert_eq!(
            written,
            r#"{"a":0,"b":1,"c":100,"d":-0.005,"e":100,"f":0.012,"g":12345678901234567890.5}"#
        );
    }
}
