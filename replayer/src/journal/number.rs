//! Whole numbers as text: a journal's line has eight of them, and formatting at large costs more than all else.

/// Appends a text and a number.
pub(super) fn number(before: &[u8], mut value: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(before);
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_written() {
        for value in [0, 9, 10, 1_234_567, u64::from(u32::MAX), u64::MAX] {
            let mut out = Vec::new();
            number(b"=", value, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("={value}"));
        }
    }
}
