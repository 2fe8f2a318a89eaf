//! Numbers by value.

/// A number of JSON by its value, in one form: `1`, `1.0`, `10e-1` are the same. None for what is none.
pub fn plain_number(text: &str) -> Option<String> {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || mantissa.ends_with('.') {
        return None;
    }
    let exponent: i64 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let all = format!("{whole}{fraction}");
    let kept = all.trim_end_matches('0');
    let exponent =
        exponent.checked_sub(fraction.len() as i64)?.checked_add((all.len() - kept.len()) as i64)?;
    let kept = kept.trim_start_matches('0');
    Some(if kept.is_empty() { "0".to_owned() } else { format!("{sign}{kept}e{exponent}") })
}

#[cfg(test)]
mod tests {
    use super::plain_number;

    #[test]
    fn forms_of_one_number_are_one() {
        for (a, b) in [
            ("1", "1.0"),
            ("1", "10e-1"),
            ("100", "1E+2"),
            ("-0.0", "0"),
            ("0.10", "1e-1"),
            ("-2.50", "-25e-1"),
        ] {
            assert_eq!(plain_number(a), plain_number(b), "{a} {b}");
        }
        assert_ne!(plain_number("9007199254740993"), plain_number("9007199254740992"), "exactly");
        for none in ["", "a", "1.", ".5", "1e", "--1", "NaN", "1e99999999999999999999"] {
            assert_eq!(plain_number(none), None, "{none}");
        }
    }
}
