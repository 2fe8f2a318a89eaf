//! How a number is altered on its way through a program that takes it for something else.

use cassettes::facets::number_form::{Grouping, NumberForm, number_form};
use std::fmt;

/// So many digits a double keeps, and a float of half its size.
const KEPT: usize = 15;
const KEPT_BY_HALF: usize = 6;

/// So many places an amount is moved at most where it is counted in a smaller unit.
const PLACES: i64 = 4;

/// What became of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mangling {
    /// `0.10` as `0.1`
    Shortened,
    /// `12345678901234567890` as `12345678901234567000`
    Rounded,
    /// `0.30` as `0.30000000000000004`
    Noise,
    /// `19.99` as `1998`, which was `1999`
    Truncated,
    /// `1,234.56` as `1.23456`
    Moved,
    /// `1,234.56` as `1234` or as `1`
    Cut,
}

impl Mangling {
    /// Whether it is another number than before.
    pub(crate) fn is_another_value(self) -> bool {
        self != Mangling::Shortened
    }
}

impl fmt::Display for Mangling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mangling::Shortened => "its last zeros were lost",
            Mangling::Rounded => "it was rounded to what a float can hold",
            Mangling::Noise => "it was reckoned in floats",
            Mangling::Truncated => "it was reckoned in floats, and cut off just before the whole number",
            Mangling::Moved => "its marks were read as those of another locale",
            Mangling::Cut => "it was cut off where its marks were not understood",
        })
    }
}

/// What became of a number between `before` and `after`; none where it is the same, or another number
/// altogether.
pub(crate) fn mangling(before: &str, after: &str) -> Option<Mangling> {
    if before == after {
        return None;
    }
    let (old, new) = (Decimal::read(before)?, Decimal::read(after)?);
    if old.is_same(&new) {
        let zeros = old.form.padded && old.form.places > new.form.places;
        return (zeros && !new.form.exponent).then_some(Mangling::Shortened);
    }
    if old.negative != new.negative {
        return None;
    }
    let has_lost = new.digits.len() <= KEPT + 2 && new.digits.len() + 3 <= old.digits.len();
    if old.digits.len() > KEPT && old.float() == new.float() && (has_lost || new.is_of_float()) {
        return Some(Mangling::Rounded);
    }
    if old.digits.len() <= KEPT && (new.is_noise() && is_near(old.float(), new.float()) || old.halved(&new)) {
        return Some(Mangling::Noise);
    }
    let has_marks = old.form.places.is_some() || old.form.grouping != Grouping::None;
    if !has_marks || old.form.exponent || new.form.exponent || new.form.grouping != Grouping::None {
        return None;
    }
    let whole = &old.shown[..old.form.whole];
    let next = whole.parse::<u128>().ok().map(|n| (n + 1).to_string());
    let cut = new.form.places.is_none_or(|_| new.digits.len() + new.power.max(0) as usize <= new.form.whole);
    if old.first_group.as_deref() == Some(new.digits_of_whole().as_str()) && new.is_whole() {
        return Some(Mangling::Cut);
    }
    let new_whole = &new.shown[..new.form.whole];
    let is_cut = cut && old.form.places.is_some() && whole.len() >= 3;
    if is_cut && (new_whole == whole || Some(new_whole) == next.as_deref()) {
        return Some(Mangling::Cut);
    }
    // Of few digits another number has the same by chance.
    let shown = new.shown.trim_matches('0');
    let begins = old.shown.trim_start_matches('0').starts_with(shown);
    let is_part = shown.len() >= 4 && begins && new.form.places.is_some();
    (shown.len() >= 3 && (old.digits == new.digits || is_part)).then_some(Mangling::Moved)
}

/// Whether a served amount, counted in a smaller unit, was reckoned in floats and cut off: `19.99` is 1999 cents,
/// but `19.99 * 100` is a bit less than that, and 1998 to a program that drops what stands behind the point.
pub(crate) fn truncated(served: &str, recorded: &str, sent: &str) -> Option<Mangling> {
    let (served, recorded, sent) = (Decimal::read(served)?, Decimal::read(recorded)?, Decimal::read(sent)?);
    let places = recorded.power - served.power;
    let is_unit = served.digits == recorded.digits && (1..=PLACES).contains(&places) && recorded.power >= 0;
    if !is_unit || served.negative != recorded.negative || served.digits.len() > KEPT {
        return None;
    }
    let unit = (0..places).fold(1.0, |unit, _| unit * 10.0);
    let cut = (served.float() * unit).trunc();
    (cut != recorded.float() && sent.is_whole() && sent.float() == cut && sent.negative == served.negative)
        .then_some(Mangling::Truncated)
}

/// Whether both are the same number, however they are written.
pub(crate) fn is_same_number(a: &str, b: &str) -> bool {
    matches!((Decimal::read(a), Decimal::read(b)), (Some(a), Some(b)) if a.is_same(&b))
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= a.abs().max(b.abs()) * 1e-9
}

/// A number as `digits` times ten to the `power`, without zeros at either end of them.
struct Decimal {
    form: NumberForm,
    negative: bool,
    digits: String,
    power: i64,
    /// All digits that are written, zeros and all.
    shown: String,
    /// The digits before the first mark that groups them.
    first_group: Option<String>,
}

impl Decimal {
    fn read(text: &str) -> Option<Decimal> {
        let text = text.trim();
        let form = number_form(text).filter(|_| text.len() <= 400)?;
        let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let shown: String = number.chars().filter(char::is_ascii_digit).collect();
        let exponent: i64 = exponent.trim_end_matches(')').parse().ok()?;
        let places = i64::try_from(form.places.unwrap_or(0)).ok()?;
        let kept = shown.trim_end_matches('0');
        let dropped = i64::try_from(shown.len() - kept.len()).ok()?;
        let digits = kept.trim_start_matches('0').to_owned();
        let power = if digits.is_empty() { 0 } else { exponent.checked_sub(places)?.checked_add(dropped)? };
        let negative = matches!(form.sign, Some('-' | '(')) && !digits.is_empty();
        let first_group = (form.grouping != Grouping::None).then(|| {
            let begun = number.trim_start_matches(|c: char| !c.is_ascii_digit());
            begun.chars().take_while(char::is_ascii_digit).collect()
        });
        Some(Decimal { form, negative, digits, power, shown, first_group })
    }

    fn is_whole(&self) -> bool {
        self.power >= 0
    }

    /// What stands before the point, as it is written.
    fn digits_of_whole(&self) -> String {
        self.shown[..self.form.whole].to_owned()
    }

    /// Whether its digits are those that programs write of a float: as few as tell it from its neighbours, 17, or
    /// all that it has. Of the next number in a row a float has not a digit to tell.
    fn is_of_float(&self) -> bool {
        let float = self.float();
        [format!("{float}"), format!("{float:.16e}"), format!("{float:.0}")]
            .iter()
            .filter_map(|text| Decimal::read(text))
            .any(|written| written.digits == self.digits)
    }

    /// Whether `new` is this number, or nearly so, as a float of half the usual size holds it: written out in
    /// all its digits, or in as few as tell it from its neighbours.
    fn halved(&self, new: &Decimal) -> bool {
        let (old, value) = (self.float(), new.float());
        let half = value as f32;
        let is_close = (old - value).abs() <= old.abs() * f64::from(f32::EPSILON) * 2.0;
        if self.digits.len() > KEPT_BY_HALF || new.digits.len() <= KEPT_BY_HALF || !is_close {
            return false;
        }
        let shortest = Decimal::read(&half.to_string()).is_some_and(|short| short.digits == new.digits);
        shortest || (f64::from(half) == value && new.digits.len() > KEPT)
    }

    fn is_same(&self, other: &Decimal) -> bool {
        (self.negative, &self.digits, self.power) == (other.negative, &other.digits, other.power)
    }

    fn float(&self) -> f64 {
        format!("{}e{}", self.digits, self.power).parse().unwrap_or(0.0)
    }

    /// Digits such as only a reckoning in floats leaves: `0.30000000000000004`, `2.9999999999999996`.
    fn is_noise(&self) -> bool {
        if self.digits.len() <= KEPT || self.form.places.is_none() {
            return false;
        }
        let body = &self.digits[..self.digits.len() - 1];
        let run = |digit: char| body.len() - body.trim_end_matches(digit).len();
        // One digit more may differ at the end.
        let shorter = &body[..body.len() - 1];
        let run_before = |digit: char| shorter.len() - shorter.trim_end_matches(digit).len();
        ['0', '9'].into_iter().any(|digit| run(digit) >= 6 || run_before(digit) >= 6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_number_is_told() {
        for (before, after, told) in [
            ("0.10", "0.1", Some(Mangling::Shortened)),
            ("250.00", "250", Some(Mangling::Shortened)),
            ("0.30", "0.30000000000000004", Some(Mangling::Noise)),
            ("3.00", "2.9999999999999996", Some(Mangling::Noise)),
            ("12345678901234567890123", "12345678901234567000000", Some(Mangling::Rounded)),
            ("9007199254740993", "9007199254740992", Some(Mangling::Rounded)),
            ("12345678901234567890123", "12345678901234567741440", Some(Mangling::Rounded)),
            ("12345678901234567890123", "1.2345678901234568e22", Some(Mangling::Rounded)),
            ("1,234.56", "1.23456", Some(Mangling::Moved)),
            ("1.234,56", "123456", Some(Mangling::Moved)),
            ("1,234.56", "1.234", Some(Mangling::Moved)),
            ("1,234.56", "1234", Some(Mangling::Cut)),
            ("1234.56", "1235", Some(Mangling::Cut)),
            ("1,234.56", "1234.0", Some(Mangling::Cut)),
            ("1,234.56", "1", Some(Mangling::Cut)),
            ("12,500.00", "12.00", Some(Mangling::Cut)),
            ("0.30", "0.30000001192092896", Some(Mangling::Noise)),
            ("0.80", "0.8000001", Some(Mangling::Noise)),
            ("19.99", "19.989999771118164", Some(Mangling::Noise)),
        ] {
            assert_eq!(mangling(before, after), told, "{before} {after}");
        }
    }

    #[test]
    fn another_number_is_no_mangled_one() {
        for (before, after) in [
            ("0.10", "0.10"),
            ("0.1", "0.10"),
            ("1,234.56", "1234.56"),
            ("10.00", "1000"),
            ("12,000.00", "13"),
            ("12000.00", "12"),
            ("1,234.56", "1.5"),
            ("0.30", "0.3000002"),
            ("12345678901234567890123", "12345678901234567890124"),
            ("90071992547409931", "90071992547409932"),
            ("19.90", "20"),
            ("100", "1"),
            ("7", "8"),
            ("0.30", "0.31"),
            ("-5", "5"),
            ("3.14159", "3.141592653589793"),
            ("1e2", "100"),
            ("a", "1"),
            ("1e99999999999999999999", "1"),
        ] {
            assert_eq!(mangling(before, after), None, "{before} {after}");
        }
        let cents = |served, sent| truncated(served, "1999", sent);
        assert_eq!(cents("19.99", "1998"), Some(Mangling::Truncated));
        assert_eq!(
            (cents("19.99", "1997"), cents("19.98", "1998"), cents("199.9", "1998")),
            (None, None, None)
        );
        assert_eq!(truncated("20.50", "2050", "2049"), None, "floats hold it");
        assert!(is_same_number("1,234.56", "1234.560") && is_same_number("1e2", "100"));
        assert!(!is_same_number("0", "1") && is_same_number("0.00", "-0"));
    }
}
