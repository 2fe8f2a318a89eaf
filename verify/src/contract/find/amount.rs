//! A number as it is written: its value, exactly, and the form that it has.

use super::name::Unit;
use cassettes::facets::number_form::{Grouping, number_form};
use cassettes::json::plain_number;
use std::fmt;

/// How a document holds a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Written {
    /// As a number.
    Number,
    /// As a string, where it could have been a number.
    String,
    /// As text, where there is nothing else: in tables, elements and headers.
    Text,
}

/// The form of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Form {
    /// How the document holds it.
    pub(super) written: Written,
    /// Digits after the decimal mark; none for integers.
    pub(super) places: Option<usize>,
    /// How its digits are grouped.
    pub(super) grouping: Grouping,
    /// Whether it has an exponent.
    pub(super) exponent: bool,
    /// Whether a currency stands beside it.
    pub(super) money: bool,
    /// In what it counts.
    pub(super) unit: Unit,
}

impl Form {
    /// The form but for what the kind of document decides: tables hold nothing but text.
    pub(super) fn told(self) -> Form {
        match self.written {
            Written::Text => Form { written: Written::Number, ..self },
            Written::Number | Written::String => self,
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.exponent, self.places) {
            (true, _) => f.write_str("number with an exponent")?,
            (false, None) => f.write_str("integer")?,
            (false, Some(1)) => f.write_str("decimal, 1 place")?,
            (false, Some(places)) => write!(f, "decimal, {places} places")?,
        }
        match self.unit {
            Unit::Plain => {}
            Unit::Minor(2) => f.write_str(", in hundredths")?,
            Unit::Minor(places) => write!(f, ", in units of 1e-{places}")?,
            Unit::Percent => f.write_str(", in percent")?,
        }
        if self.grouping != Grouping::None {
            write!(f, ", {}", self.grouping)?;
        }
        if self.money {
            f.write_str(", with a currency")?;
        }
        match self.written {
            Written::Number => Ok(()),
            Written::String => f.write_str(", in a string"),
            Written::Text => f.write_str(", as text"),
        }
    }
}

/// A number that somebody reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// As it stands.
    pub(super) text: String,
    pub(super) form: Form,
    /// Its value in the unit that its name is without a suffix, in one spelling.
    value: String,
    /// The value that it has where its only mark is a decimal one: `1,234` may be a bit more than one.
    or: Option<String>,
}

/// How two numbers stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// The same value.
    Equal,
    /// One is the other with fewer digits.
    Rounded,
    /// One is a hundred times the other, which has a fraction: hundredths that nobody declared.
    Hundredfold,
    /// One is a thousand times the other, in all that both report.
    Thousandfold,
    /// Two values.
    Different,
}

impl Amount {
    /// Reads a text as a number in any written form; none where it is no number.
    pub(super) fn read(text: &str, written: Written, unit: Unit) -> Option<Amount> {
        let whole = text.trim();
        if whole.len() > 64 || !whole.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let (bare, percent) = match whole.strip_suffix('%') {
            Some(bare) => (bare.trim_end(), true),
            None => (whole, false),
        };
        let (bare, money) = without_currency(bare);
        let form = number_form(&bare)?;
        let unit = if percent { Unit::Percent } else { unit };
        let value = plain(&bare, form.comma, form.sign == Some('('))?;
        let group = form.grouping == Grouping::Comma && bare.matches(',').count() == 1 && !bare.contains('.');
        let point = form.places == Some(3) && !form.comma && written != Written::Number;
        let or = match (group, point) {
            (true, _) => plain(&bare, true, form.sign == Some('(')),
            (_, true) => plain(&bare.replace('.', ""), false, form.sign == Some('(')),
            _ => None,
        };
        let scaled = |value: String| match unit {
            Unit::Minor(places) => shifted(&value, -places),
            Unit::Plain | Unit::Percent => Some(value),
        };
        Some(Amount {
            text: text.to_owned(),
            form: Form {
                written,
                places: form.places,
                grouping: form.grouping,
                exponent: form.exponent,
                money,
                unit,
            },
            value: scaled(value)?,
            or: or.and_then(scaled),
        })
    }

    /// How it stands to another.
    pub(super) fn likeness(&self, other: &Amount) -> Likeness {
        let all = |one: &Amount| -> Vec<String> {
            let mut all: Vec<String> =
                [Some(one.value.clone()), one.or.clone()].into_iter().flatten().collect();
            if one.form.unit == Unit::Percent {
                all.extend(shifted(&one.value, -2));
            }
            all
        };
        // Both of a hundred, or one of them not: `12.5 %` is 0.125, too.
        let (mine, theirs) = (all(self), all(other));
        let same_unit = self.form.unit == other.form.unit;
        let mut pairs = mine.iter().flat_map(|a| theirs.iter().map(move |b| (a, b)));
        if if same_unit {
            self.value == other.value || pairs.any(|(a, b)| a == b)
        } else {
            pairs.any(|(a, b)| a == b)
        } {
            return Likeness::Equal;
        }
        if self.is_rounded_of(other) || other.is_rounded_of(self) {
            return Likeness::Rounded;
        }
        let hundred = |a: &Amount, b: &Amount| {
            b.form.unit == Unit::Plain
                && b.form.places == Some(2)
                && a.form.places.is_none()
                && shifted(&b.value, 2).is_some_and(|b| b == a.value)
        };
        if hundred(self, other) || hundred(other, self) { Likeness::Hundredfold } else { Likeness::Different }
    }

    /// Whether it has a fraction, and is the other one with fewer places.
    fn is_rounded_of(&self, other: &Amount) -> bool {
        let (Some(few), Some(many)) = (self.form.places, other.form.places) else { return false };
        let (Ok(a), Ok(b)) = (self.value.parse::<f64>(), other.value.parse::<f64>()) else { return false };
        let few = i32::try_from(few).unwrap_or(i32::MAX);
        let far = (a - b).abs();
        // Cut off or rounded; or floats that missed a value by their last digits.
        (usize::try_from(few).is_ok_and(|few| few < many) && far < 10f64.powi(-few))
            || far <= 1e-9 * a.abs().max(b.abs())
    }

    /// Whether it is the other one so many decimal places up, where no name says in what either counts.
    pub(super) fn is_shifted(&self, other: &Amount, places: i64) -> bool {
        let plain = self.form.unit == Unit::Plain && other.form.unit == Unit::Plain;
        plain && !self.is_zero() && shifted(&other.value, places).is_some_and(|value| value == self.value)
    }

    /// Its value in one spelling.
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    pub(super) fn is_zero(&self) -> bool {
        self.value == "0"
    }

    /// Whether it has no fraction.
    pub(super) fn is_whole(&self) -> bool {
        !self.value.contains("e-")
    }

    /// Its value, near enough; none where it is of a hundred.
    pub(super) fn number(&self) -> Option<f64> {
        (self.form.unit != Unit::Percent).then(|| self.value.parse().ok())?
    }

    /// For sorting only.
    pub(super) fn size(&self) -> f64 {
        self.value.parse::<f64>().map_or(f64::MAX, f64::abs)
    }
}

/// Without a sign of a currency, or its three letters.
fn without_currency(text: &str) -> (String, bool) {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    let signs = ['$', '€', '£', '¥', '₹', '₽', '₩', '₺', '₴', '₫', '฿'];
    let bare = rest.trim_start_matches(signs).trim_end_matches(signs).trim();
    let code = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase());
    let bare = match (bare.split_once(' '), bare.rsplit_once(' ')) {
        (Some((first, after)), _) if code(first) => after,
        (_, Some((before, last))) if code(last) => before,
        _ => bare,
    };
    let money = bare.len() != rest.len();
    (format!("{sign}{}", bare.trim()), money)
}

/// The value without marks, in one spelling.
fn plain(text: &str, comma: bool, brackets: bool) -> Option<String> {
    let mark = if comma { ',' } else { '.' };
    let points = text.matches('.').count();
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' | '-' | 'e' | 'E' => digits.push(c),
            // `1.234.567` is grouped by points.
            c if c == mark && (comma || points == 1) => digits.push('.'),
            '+' if digits.ends_with(['e', 'E']) => digits.push(c),
            _ => {}
        }
    }
    let value = plain_number(&digits)?;
    Some(if brackets && value != "0" { format!("-{value}") } else { value })
}

/// The value, so many decimal places up.
fn shifted(value: &str, places: i64) -> Option<String> {
    let Some((digits, exponent)) = value.split_once('e') else { return Some(value.to_owned()) };
    let exponent: i64 = exponent.parse().ok()?;
    Some(format!("{digits}e{}", exponent.checked_add(places)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str, unit: Unit) -> Amount {
        Amount::read(text, Written::Text, unit).unwrap_or_else(|| panic!("{text}"))
    }

    fn likeness(a: &str, b: &str) -> Likeness {
        amount(a, Unit::Plain).likeness(&amount(b, Unit::Plain))
    }

    #[test]
    fn forms_of_one_value_are_equal() {
        for (a, b) in [
            ("7", "7.0"),
            ("1,234", "1234"),
            ("1.234,50", "1234.5"),
            ("1 234", "1234"),
            ("$12.50", "12.50 EUR"),
            ("(1,000)", "-1000"),
            ("12.5%", "0.125"),
            ("12.5 %", "12.5"),
            ("1,5", "1.50"),
            ("1,234", "1.234"),
            ("1.234.567", "1234567"),
            ("1e3", "1000"),
            ("-$3", "-3"),
        ] {
            assert_eq!(likeness(a, b), Likeness::Equal, "{a} {b}");
        }
        let cents = amount("1250", Unit::Minor(2));
        assert_eq!(cents.likeness(&amount("12.50", Unit::Plain)), Likeness::Equal);
        assert_eq!(cents.likeness(&amount("1250", Unit::Plain)), Likeness::Different);
    }

    #[test]
    fn what_is_rounded_or_in_hundredths_is_told_apart() {
        assert_eq!(likeness("12.35", "12.3456"), Likeness::Rounded);
        assert_eq!(likeness("0.30000000000000004", "0.3"), Likeness::Rounded);
        assert_eq!(likeness("12.50", "1250"), Likeness::Hundredfold);
        for (a, b) in [
            ("7", "10"),
            ("7", "7.4"),
            ("12.50", "12.51"),
            ("7", "700"),
            ("9007199254740993", "9007199254740992"),
        ] {
            assert_eq!(likeness(a, b), Likeness::Different, "{a} {b}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "",
            "seven",
            "2026-01-02",
            "12:30",
            "1.2.3",
            "-",
            "v1",
            "10.0.0.1",
            "abc 1",
            "1e99999999999999999999",
        ] {
            assert_eq!(Amount::read(text, Written::Text, Unit::Plain), None, "{text}");
        }
        let form = amount("$1,234.50", Unit::Plain).form;
        assert_eq!(form.to_string(), "decimal, 2 places, grouping as in 1,234.56, with a currency, as text");
    }
}
