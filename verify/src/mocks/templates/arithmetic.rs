//! Sums of decimals without rounding.

use super::dialect::Call;
use super::value::Value;

/// Digits and how many of them stand behind the point.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: i128,
    scale: u32,
}

/// `math 1 '+' 2`: whole numbers stay whole, others are written as a double.
pub fn math(call: &Call<'_>) -> Result<Value, String> {
    let (a, sign, b) = (call.text(0)?, call.text(1)?, call.text(2)?);
    if call.params.len() != 3 {
        return Err("a sum without two numbers".to_owned());
    }
    // What is no number counts as nothing.
    let zero = Decimal { digits: 0, scale: 0 };
    let (a, b) = (read(&a).unwrap_or(zero), read(&b).unwrap_or(zero));
    let made = sum(a, &sign, b).ok_or_else(|| format!("this sum: {sign}"))?;
    if made.scale == 0 {
        return Ok(Value::number(made.digits));
    }
    let double = made.digits as f64 / 10_f64.powi(i32::try_from(made.scale).unwrap_or(i32::MAX));
    Ok(Value::number(format!("{double:?}")))
}

fn read(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 18 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Decimal { digits: format!("{whole}{fraction}").parse().ok()?, scale: fraction.len() as u32 })
}

fn sum(a: Decimal, sign: &str, b: Decimal) -> Option<Decimal> {
    let scale = a.scale.max(b.scale);
    let at = |d: Decimal, scale: u32| d.digits.checked_mul(10_i128.checked_pow(scale.checked_sub(d.scale)?)?);
    let digits = match sign {
        "+" => at(a, scale)?.checked_add(at(b, scale)?)?,
        "-" => at(a, scale)?.checked_sub(at(b, scale)?)?,
        "%" => at(a, scale)?.checked_rem(at(b, scale)?)?,
        "*" | "x" => {
            return Some(Decimal { digits: a.digits.checked_mul(b.digits)?, scale: a.scale + b.scale });
        }
        "/" => {
            // To the places of the first, halves away from zero.
            let (above, below) = (at(a, scale)?.checked_mul(10_i128.checked_pow(a.scale)?)?, at(b, scale)?);
            let (quotient, rest) = (above.checked_div(below)?, above.checked_rem(below)?);
            let up = rest.checked_abs()?.checked_mul(2)? >= below.checked_abs()?;
            let away = if (above < 0) == (below < 0) { 1 } else { -1 };
            return Some(Decimal { digits: quotient + if up { away } else { 0 }, scale: a.scale });
        }
        _ => return None,
    };
    Some(Decimal { digits, scale })
}

#[cfg(test)]
mod tests {
    use super::super::Chance;
    use super::*;
    use cassettes::model::Timestamp;

    #[test]
    fn sums_are_exact() {
        let chance = Chance::new(0);
        let made = |a: &str, sign: &str, b: &str| {
            let params = vec![Value::text(a), Value::text(sign), Value::text(b)];
            let call =
                Call { params, hash: Vec::new(), root: &Value::Nothing, now: Timestamp(0), chance: &chance };
            math(&call).and_then(|value| value.written())
        };
        for (a, sign, b, wanted) in [
            ("1", "+", "2", "3"),
            ("0.1", "+", "0.2", "0.3"),
            ("7", "/", "2", "4"),
            ("7.0", "/", "2", "3.5"),
            ("10", "%", "3", "1"),
            ("1.5", "*", "2", "3.0"),
            ("x", "-", "2", "-2"),
        ] {
            assert_eq!(made(a, sign, b).as_deref(), Ok(wanted), "{a} {sign} {b}");
        }
        assert!(made("1", "/", "0").is_err() && made(&"9".repeat(38), "*", "99").is_err());
    }
}
