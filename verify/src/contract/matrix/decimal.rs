//! Numbers as their texts say them: no binary fraction is ever between.

use cassettes::json::plain_number;
use std::fmt;

/// A decimal number: `mantissa` × 10^`exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    mantissa: i128,
    exponent: i64,
}

/// More zeros are not written out.
const MOST_ZEROS: u32 = 36;

impl Decimal {
    /// The number of a text; none for what is none, and for one of more than 38 digits.
    pub fn parse(text: &str) -> Option<Decimal> {
        let plain = plain_number(text)?;
        let (mantissa, exponent) = plain.split_once('e').unwrap_or((&plain, "0"));
        Some(Decimal { mantissa: mantissa.parse().ok()?, exponent: exponent.parse().ok()? })
    }

    /// The same of a text that people or programs print: `+7`, `.5` and `7.` are numbers in it.
    pub fn written(text: &str) -> Option<Decimal> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.strip_prefix('+').unwrap_or(text)),
        };
        if rest.starts_with(['-', '+']) {
            return None;
        }
        let bare = rest.strip_suffix('.').filter(|bare| bare.bytes().all(|b| b.is_ascii_digit()));
        let rest = bare.unwrap_or(rest);
        match rest.starts_with('.') && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            true => Decimal::parse(&format!("{sign}0{rest}")),
            false => Decimal::parse(&format!("{sign}{rest}")),
        }
    }

    /// By how many powers of ten the first is the larger, where that is all that tells them apart.
    pub fn zeros_over(self, other: Decimal) -> Option<i64> {
        let (a, b) =
            (Decimal::tidy(self.mantissa, self.exponent), Decimal::tidy(other.mantissa, other.exponent));
        (a.mantissa == b.mantissa && a.mantissa != 0).then(|| a.exponent.checked_sub(b.exponent)).flatten()
    }

    /// Whether it has two digits that say something.
    pub fn is_long(self) -> bool {
        Decimal::tidy(self.mantissa, self.exponent).mantissa.unsigned_abs() > 9
    }

    /// A whole number.
    pub fn whole(n: usize) -> Option<Decimal> {
        Decimal::parse(&n.to_string())
    }

    /// Both as mantissas of one exponent.
    fn aligned(self, other: Decimal) -> Option<(i128, i128, i64)> {
        let exponent = self.exponent.min(other.exponent);
        let raised = |number: Decimal| {
            let zeros =
                u32::try_from(number.exponent - exponent).ok().filter(|zeros| *zeros <= MOST_ZEROS)?;
            number.mantissa.checked_mul(10_i128.checked_pow(zeros)?)
        };
        Some((raised(self)?, raised(other)?, exponent))
    }

    fn tidy(mantissa: i128, exponent: i64) -> Decimal {
        let (mut mantissa, mut exponent) = (mantissa, if mantissa == 0 { 0 } else { exponent });
        while mantissa != 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            exponent += 1;
        }
        Decimal { mantissa, exponent }
    }

    /// The sum, where it has no more digits than can be held.
    pub fn plus(self, other: Decimal) -> Option<Decimal> {
        let (a, b, exponent) = self.aligned(other)?;
        Some(Decimal::tidy(a.checked_add(b)?, exponent))
    }

    /// How far the two are apart, never negative.
    pub fn apart(self, other: Decimal) -> Option<Decimal> {
        let (a, b, exponent) = self.aligned(other)?;
        Some(Decimal::tidy(a.checked_sub(b)?.checked_abs()?, exponent))
    }

    /// Whether the first is larger.
    pub fn exceeds(self, other: Decimal) -> bool {
        self.aligned(other).is_some_and(|(a, b, _)| a > b)
    }

    /// The product, where it can be held.
    pub fn times(self, other: Decimal) -> Option<Decimal> {
        let exponent = self.exponent.checked_add(other.exponent)?;
        Some(Decimal::tidy(self.mantissa.checked_mul(other.mantissa)?, exponent))
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.mantissa == 0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs().to_string();
        match usize::try_from(self.exponent.unsigned_abs()) {
            Ok(size) if size <= MOST_ZEROS as usize && self.exponent >= 0 => {
                write!(f, "{sign}{digits}{}", "0".repeat(size))
            }
            Ok(size) if size <= MOST_ZEROS as usize => {
                let digits = format!("{digits:0>width$}", width = size + 1);
                let (whole, fraction) = digits.split_at(digits.len() - size);
                write!(f, "{sign}{whole}.{fraction}")
            }
            _ => write!(f, "{sign}{digits}e{}", self.exponent),
        }
    }
}

/// How many of an implementation's units are one of the contract's: 100 where it counts cents and the contract
/// euros. Nothing is divided: both sides of a comparison are multiplied, so any scale is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale(Decimal);

impl Scale {
    /// The contract's own unit.
    pub const ONE: Scale = Scale(Decimal { mantissa: 1, exponent: 0 });

    /// A scale above zero.
    pub fn parse(text: &str) -> Option<Scale> {
        Decimal::parse(text).filter(|scale| scale.mantissa > 0).map(Scale)
    }

    /// What a number in contract units is in this implementation's.
    pub fn of(self, number: Decimal) -> Option<Decimal> {
        number.times(self.0)
    }

    /// The number in contract units, where that can be written out: a power of ten only moves the point.
    pub fn told(self, number: Decimal) -> Option<Decimal> {
        let exponent = number.exponent.checked_sub(self.0.exponent)?;
        let mantissa = number.mantissa;
        (mantissa % self.0.mantissa == 0).then(|| Decimal::tidy(mantissa / self.0.mantissa, exponent))
    }

    /// A number such that numbers of all `scales` are equal when these are: the number times every other scale.
    pub fn common(self, number: Decimal, scales: &[Scale]) -> Option<Decimal> {
        let mut left = vec![self];
        let others = scales.iter().filter(|scale| left.pop_if(|own| *own == **scale).is_none());
        others
            .copied()
            .collect::<Vec<_>>()
            .into_iter()
            .try_fold(number, |product, Scale(other)| product.times(other))
    }
}

/// How digits are grouped in texts that are numbers for people: read from a sample, `1,234.56` or `1.234,56`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    group: char,
    point: char,
}

impl Form {
    /// Reads a sample that shows both marks.
    pub fn parse(sample: &str) -> Option<Form> {
        let marks: Vec<char> = sample.chars().filter(|c| !c.is_ascii_digit()).collect();
        let (point, groups) = marks.split_last()?;
        let group = groups.first()?;
        let form = Form { group: *group, point: *point };
        (groups.iter().all(|mark| mark == group) && group != point && form.plain(sample).is_some())
            .then_some(form)
    }

    /// The number's text without its marks; none where it is not written so.
    pub fn plain(self, text: &str) -> Option<String> {
        let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
        let (whole, fraction) = match digits.split_once(self.point) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (digits, None),
        };
        let groups: Vec<&str> = whole.split(self.group).collect();
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // Two digits between marks occur, where the thousands are the last group only.
        let sizes = groups.len() == 1
            || (groups[0].len() <= 3
                && groups[1..groups.len() - 1].iter().all(|g| matches!(g.len(), 2 | 3))
                && groups[groups.len() - 1].len() == 3);
        if !sizes || !groups.iter().all(|g| are_digits(g)) || !fraction.is_none_or(are_digits) {
            return None;
        }
        let fraction = fraction.map(|fraction| format!(".{fraction}")).unwrap_or_default();
        Some(format!("{sign}{}{fraction}", groups.concat()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Decimal {
        Decimal::parse(text).expect(text)
    }

    #[test]
    fn decimals_are_exact() {
        assert_eq!(of("0.30").apart(of("0.1")).map(|d| d.to_string()).as_deref(), Some("0.2"));
        assert_eq!(of("7").apart(of("10.0")).map(|d| d.to_string()).as_deref(), Some("3"));
        assert_eq!(of("1e3").plus(of("0.5")).map(|d| d.to_string()).as_deref(), Some("1000.5"));
        assert_eq!(of("-0.05").to_string(), "-0.05");
        assert_eq!(of("99999999999999999999999").to_string(), "99999999999999999999999");
        assert_eq!(of("1e400").plus(of("1")), None, "what cannot be held is not guessed");
        assert_eq!(of("1e400").to_string(), "1e400");
    }

    #[test]
    fn numbers_in_texts_are_read_as_they_are_printed() {
        let text = |text: &str| Decimal::written(text).map(|d| d.to_string());
        let printed = ["+7", "7.", "-.5", "007", "7e0"].map(text);
        assert_eq!(printed, ["7", "7", "-0.5", "7", "7"].map(|d| Some(d.to_owned())));
        for none in ["", ".", "+", "-+7", "--7", "+-7", "7 €", "1,000", "é."] {
            assert_eq!(text(none), None, "{none}");
        }
    }

    #[test]
    fn scales_are_exact_whatever_they_are() {
        let [one, cents, dozens] = ["1", "100", "12"].map(|text| Scale::parse(text).expect(text));
        let all = [one, cents, dozens];
        let euros = one.common(of("7.50"), &all);
        assert_eq!(euros, cents.common(of("750"), &all));
        assert_eq!(euros, dozens.common(of("90"), &all));
        assert_ne!(euros, dozens.common(of("91"), &all));
        assert_eq!(cents.told(of("750")).map(|d| d.to_string()).as_deref(), Some("7.5"));
        assert_eq!(Scale::parse("0"), None);
    }

    #[test]
    fn grouped_digits_are_read_as_the_sample_shows() {
        let form = Form::parse("1.234,56").expect("a form");
        assert_eq!(form.plain("-12.345.678,90").as_deref(), Some("-12345678.90"));
        assert_eq!(form.plain("7").as_deref(), Some("7"));
        assert_eq!((form.plain("1,234.56"), form.plain("1.23"), form.plain("")), (None, None, None));
        assert_eq!((Form::parse("1234.56"), Form::parse("x"), Form::parse("1,234,56")), (None, None, None));
    }
}
