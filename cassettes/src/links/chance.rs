//! How likely a value stands somewhere by chance.

/// Longer texts are documents, not values that a request carries.
const LONGEST: usize = 4096;

/// What can be concluded from finding the same value twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Chance {
    /// Nothing: empty, a boolean, a document.
    Certain,
    /// Something only where names or places suggest it: a word, a small number, a date.
    Likely,
    /// The one comes from the other.
    Unlikely,
}

/// Judges a value by its form alone.
pub(super) fn of(value: &str) -> Chance {
    if value.is_empty()
        || value.len() > LONGEST
        || ["true", "false", "null", "undefined", "none"].contains(&value)
    {
        return Chance::Certain;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let numeric = letters == 0 && value.bytes().all(|b| b.is_ascii_digit() || b"-+.".contains(&b));
    let unlikely = if numeric {
        // A date is chosen by people; a round number too.
        let whole = digits == value.len();
        whole && (digits >= 10 || (digits >= 6 && !value.ends_with("000")))
    } else if digits > 0 {
        value.chars().count() >= 5 && !is_common(value)
    } else {
        // Random letters have both cases in no pattern of words, or a padding.
        value.len() >= 12 && (value.ends_with('=') || is_scrambled(value))
    };
    if unlikely { Chance::Unlikely } else { Chance::Likely }
}

/// Names of formats, protocols and versions, which have digits but are nobody's own.
fn is_common(value: &str) -> bool {
    let plain: String = value.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let stem = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let version = stem.len() <= 1 && value.contains('.');
    let known = [
        "utf", "sha", "http", "https", "base", "oauth", "iso", "md", "rs", "es", "hs", "ipv", "latin",
        "version", "alpha", "beta",
    ];
    version
        || value.contains(char::is_whitespace) && value.len() < 16
        || known.contains(&stem)
        || plain.starts_with("http1")
}

/// Whether upper and lower case change more often than in words joined together.
fn is_scrambled(value: &str) -> bool {
    if value.contains(char::is_whitespace) {
        return false;
    }
    let letters: Vec<char> = value.chars().filter(|c| c.is_alphabetic()).collect();
    let changes = letters.windows(2).filter(|w| w[0].is_lowercase() && w[1].is_uppercase()).count();
    let shouts = letters
        .windows(3)
        .filter(|w| w[0].is_uppercase() && w[1].is_uppercase() && w[2].is_lowercase())
        .count();
    changes * 4 >= letters.len() || (changes >= 2 && shouts >= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_judged() {
        for value in [
            "cus_1",
            "ord-000042",
            "9f86d081",
            "1700000000",
            "2024-01-01T00:00:00Z",
            "eyJpZCI6Mn0=",
            "dGhlIHBhZ2UgdHdv",
            "123457",
        ] {
            assert_eq!(of(value), Chance::Unlikely, "{value}");
        }
        for value in [
            "1",
            "42",
            "active",
            "customers",
            "2024-01-01",
            "1000000",
            "utf-8",
            "v1.2.3",
            "sha256",
            "next_page",
            "createdAt",
            "zeta",
            "10.10",
        ] {
            assert_eq!(of(value), Chance::Likely, "{value}");
        }
        assert_eq!(of("true"), Chance::Certain);
    }
}
