//! How much of an answer goes out, and how fast.

use std::{fmt, str::FromStr};

/// How much of an answer, head and framing counted, goes out before something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Amount {
    /// Not a byte.
    #[default]
    Nothing,
    /// The head, and so many bytes of what follows it.
    Bytes(u64),
    /// The head, and so many hundredths of what follows it.
    Percent(u8),
}

/// Bytes a second; never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate(pub u64);

/// What is no amount, or no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{found}`")]
pub struct NoAmount {
    /// What would have been read.
    pub expected: &'static str,
    /// As the user wrote it.
    pub found: String,
}

impl FromStr for Amount {
    type Err = NoAmount;

    fn from_str(text: &str) -> Result<Self, NoAmount> {
        let found = match text.strip_suffix('%') {
            Some(share) => share.trim().parse().ok().filter(|share| *share < 100).map(Amount::Percent),
            None => bytes(text).map(Amount::Bytes),
        };
        let expected = "a share of the body below 100% such as 50%, or bytes such as 100 or 2kB";
        found.ok_or_else(|| NoAmount { expected, found: text.to_owned() })
    }
}

impl FromStr for Rate {
    type Err = NoAmount;

    fn from_str(text: &str) -> Result<Self, NoAmount> {
        let found = text.strip_suffix("/s").and_then(bytes).filter(|bytes| *bytes > 0).map(Rate);
        let expected = "bytes a second such as 500B/s or 1kB/s";
        found.ok_or_else(|| NoAmount { expected, found: text.to_owned() })
    }
}

/// `100`, `100B`, `2kB`, `1MB`, `4KiB`.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "kib" => 1024,
        "mb" => 1_000_000,
        "mib" => 1 << 20,
        _ => return None,
    };
    digits.trim_end().parse::<u64>().ok()?.checked_mul(unit)
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Nothing => f.write_str("nothing"),
            Amount::Bytes(bytes) => write!(f, "{bytes}B"),
            Amount::Percent(share) => write!(f, "{share}%"),
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            rate if rate.is_multiple_of(1000) => write!(f, "{}kB/s", rate / 1000),
            rate => write!(f, "{rate}B/s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_rates_are_read_and_said_again() {
        for (text, amount) in
            [("50%", Amount::Percent(50)), ("100B", Amount::Bytes(100)), ("2kB", Amount::Bytes(2000))]
        {
            assert_eq!(text.parse(), Ok(amount));
            assert_eq!(amount.to_string().parse(), Ok(amount));
        }
        assert_eq!("1KiB/s".parse(), Ok(Rate(1024)));
        assert_eq!(Rate(2000).to_string(), "2kB/s");
        for bad in ["100%", "101%", "-1", "kB", "1 apple", "é"] {
            assert!(bad.parse::<Amount>().is_err(), "{bad}");
        }
        for bad in ["0B/s", "5", "1kB", "/s", "99999999999999999999MB/s"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}
