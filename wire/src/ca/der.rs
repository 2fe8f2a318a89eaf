//! The little of a certificate's form that has to be read: how long it is good (RFC 5280 §4.1).

use cassettes::model::Timestamp;

/// The moment after which a certificate is no longer good.
pub(super) fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    let (certificate, _) = value(certificate, 0x30)?;
    let (mut fields, _) = value(certificate, 0x30)?;
    // Version, serial number, algorithm, issuer: then validity.
    for tag in [0xa0, 0x02, 0x30, 0x30] {
        (_, fields) = value(fields, tag)?;
    }
    let (validity, _) = value(fields, 0x30)?;
    let (_, rest) = any(validity).map(|(_, value, rest)| (value, rest))?;
    let (tag, moment, _) = any(rest)?;
    time(tag, moment)
}

/// The value of an element with that tag, and what follows it.
fn value(input: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    any(input).filter(|(found, ..)| *found == tag).map(|(_, value, rest)| (value, rest))
}

/// Tag and value of the first element, and what follows it.
fn any(input: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = input.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (value, rest) = rest.split_at_checked(length)?;
    Some((tag, value, rest))
}

/// UTCTime (0x17) or GeneralizedTime (0x18), in the one form that certificates may use.
fn time(tag: u8, text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        0x17 => {
            let (year, rest) = text.split_at_checked(2)?;
            let year: u32 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        0x18 => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2);
    let (month, day) = (part(0)?, part(2)?);
    let (hour, minute, second) = (part(4)?, part(6)?, part(8)?);
    Timestamp::parse(&format!("{year:04}-{month}-{day}T{hour}:{minute}:{second}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_time_are_read() {
        let shown = |tag, text: &str| time(tag, text.as_bytes()).map(|at| at.to_string());
        assert!(shown(0x17, "361122043112Z").unwrap().starts_with("2036-11-22T04:31:12"));
        assert!(shown(0x17, "990101000000Z").unwrap().starts_with("1999-01-01"));
        assert!(shown(0x18, "20510101000000Z").unwrap().starts_with("2051-01-01"));
        assert_eq!((shown(0x17, "99Z"), shown(0x18, "x"), shown(0x02, "")), (None, None, None));
    }

    #[test]
    fn nothing_that_is_no_certificate_is_read() {
        for bytes in [&b""[..], b"\x30", b"\x30\x84\xff\xff\xff\xff", b"\x30\x03\x30\x01\xa0"] {
            assert_eq!(not_after(bytes), None);
        }
    }
}
