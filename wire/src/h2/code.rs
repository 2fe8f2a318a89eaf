//! Codes of resets in the messages of failures: a recording keeps the message, and the code in it is told again.

use h2::Reason;

/// A code by its name and number (RFC 9113 §7).
pub(crate) fn named(reason: Reason) -> String {
    let name = format!("{reason:?}");
    let number = u32::from(reason);
    // One without a name of the standard's is shown by its number alone.
    match name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
        true => format!("{name} (0x{number:x})"),
        false => format!("(0x{number:x})"),
    }
}

/// The code with which a stream was reset, from the message of the failure that this was.
pub fn reset_code(message: &str) -> Option<u32> {
    let (_, rest) = message.strip_prefix(super::RESET)?.rsplit_once("(0x")?;
    u32::from_str_radix(rest.strip_suffix(')')?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_named_is_read() {
        for code in [0, 7, 0xd, 0xffff_ffff] {
            let message = format!("{}{}", crate::h2::RESET, named(code.into()));
            assert_eq!(reset_code(&message), Some(code), "{message}");
        }
        assert_eq!(reset_code("connection reset by peer (0x8)"), None);
    }
}
