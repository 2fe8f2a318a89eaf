//! How a number is written: its digits are data, its form is behaviour.

use std::fmt;

/// What separates groups of digits, and what stands before the fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grouping {
    /// `1234.56`
    None,
    /// `1,234.56`
    Comma,
    /// `1.234,56`
    Point,
    /// `1 234,56` or `1 234.56`, with any kind of space.
    Space,
    /// `1'234.56`
    Apostrophe,
}

/// The form of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumberForm {
    /// Digits after the decimal mark; none for integers.
    pub places: Option<usize>,
    /// Whether the last of them is a zero, which only a fixed number of places explains.
    pub padded: bool,
    /// How digits are grouped.
    pub grouping: Grouping,
    /// Whether there is an exponent.
    pub exponent: bool,
    /// `-`, `+`, `(` for accountants' brackets, or none.
    pub sign: Option<char>,
    /// Digits before the decimal mark.
    pub whole: usize,
    /// Whether a comma is the decimal mark.
    pub comma: bool,
}

impl fmt::Display for Grouping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Grouping::None => "no grouping",
            Grouping::Comma => "grouping as in 1,234.56",
            Grouping::Point => "grouping as in 1.234,56",
            Grouping::Space => "grouping as in 1 234,56",
            Grouping::Apostrophe => "grouping as in 1'234.56",
        })
    }
}

/// Reads a number in any written form. None for texts that are no number: dates, versions, phone
/// numbers, ids with letters.
pub fn number_form(text: &str) -> Option<NumberForm> {
    let text = text.trim();
    let (sign, rest) = match text.chars().next()? {
        '(' => (Some('('), text.strip_prefix('(')?.strip_suffix(')')?),
        c @ ('-' | '+') => (Some(c), &text[1..]),
        _ => (None, text),
    };
    let (digits, exponent) = match rest.split_once(['e', 'E']) {
        Some((digits, power)) => {
            let power = power.strip_prefix(['-', '+']).unwrap_or(power);
            if power.is_empty() || !power.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            (digits, true)
        }
        None => (rest, false),
    };
    let last_mark = digits.rfind(|c: char| !c.is_ascii_digit());
    let Some(at) = last_mark else {
        let form = NumberForm { whole: digits.len(), exponent, sign, ..INTEGER };
        return (!digits.is_empty()).then_some(form);
    };
    let mark = digits[at..].chars().next()?;
    let (before, after) = (&digits[..at], &digits[at + mark.len_utf8()..]);
    let groups_before = before.contains(|c: char| !c.is_ascii_digit());
    // `1,234` is a group unless other marks or the length after it say that it is a fraction.
    let fraction = match mark {
        '.' => !(groups_before && before.contains('.')),
        ',' => {
            let group = after.len() == 3 && !groups_before && (1..=3).contains(&before.len());
            !group && !before.contains(',')
        }
        _ => false,
    };
    let (whole, places) = if fraction { (before, Some(after)) } else { (digits, None) };
    let (grouping, count) = grouped(whole)?;
    if fraction && (after.is_empty() || !after.bytes().all(|b| b.is_ascii_digit()) || count == 0) {
        return None;
    }
    Some(NumberForm {
        places: places.map(str::len),
        padded: places.is_some_and(|p| p.ends_with('0')),
        grouping,
        exponent,
        sign,
        whole: count,
        comma: fraction && mark == ',',
    })
}

const INTEGER: NumberForm = NumberForm {
    places: None,
    padded: false,
    grouping: Grouping::None,
    exponent: false,
    sign: None,
    whole: 0,
    comma: false,
};

/// How the digits are grouped and how many there are. None where the groups are not of three.
fn grouped(whole: &str) -> Option<(Grouping, usize)> {
    let count = whole.bytes().filter(u8::is_ascii_digit).count();
    let Some(mark) = whole.chars().find(|c| !c.is_ascii_digit()) else {
        return Some((Grouping::None, count));
    };
    let grouping = match mark {
        ',' => Grouping::Comma,
        '.' => Grouping::Point,
        '\'' | '’' => Grouping::Apostrophe,
        ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => Grouping::Space,
        _ => return None,
    };
    let mut groups = whole.split(mark);
    let first = groups.next()?;
    let lawful = (1..=3).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_digit())
        && groups.all(|g| g.len() == 3 && g.bytes().all(|b| b.is_ascii_digit()));
    lawful.then_some((grouping, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let form = |text| number_form(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(form("1,234.56").grouping, Grouping::Comma);
        assert_eq!(form("1.234,56").grouping, Grouping::Point);
        assert_eq!(form("1 234,56"), NumberForm { grouping: Grouping::Space, ..form("1.234,56") });
        assert_eq!((form("0.10").places, form("0.10").padded), (Some(2), true));
        assert_eq!((form("12,5").places, form("12,5").comma), (Some(1), true));
        assert_eq!(form("1,234").grouping, Grouping::Comma);
        assert!(form("1e2").exponent && form("-3").sign == Some('-') && form("(1,000)").sign == Some('('));
        for text in ["", "-", "2026-01-02", "1.2.3", "12:30", "12,34,56", "abc", "1e", ".5", "5."] {
            assert_eq!(number_form(text), None, "{text}");
        }
    }
}
