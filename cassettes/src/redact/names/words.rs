//! Whether a value is made of words: what people and programs say in the open, and not what was drawn.

/// What programs say of a value instead of giving it.
const REASONS: &[&str] = &[
    "required",
    "require",
    "invalid",
    "missing",
    "blank",
    "empty",
    "expired",
    "unknown",
    "forbidden",
    "incorrect",
    "wrong",
    "weak",
    "mismatch",
    "taken",
    "revoked",
    "malformed",
    "unauthorized",
    "unauthenticated",
    "disabled",
    "denied",
    "short",
    "long",
    "unsupported",
    "exists",
    "failed",
    "null",
    "none",
    "undefined",
    "error",
    "bad",
    "min",
    "max",
    "length",
    "pattern",
    "format",
    "unique",
    "must",
    "not",
    "cannot",
    "valid",
    "fetch",
    "check",
    "nocheck",
    "hidden",
    "rejected",
    "unchanged",
    "optional",
    "deprecated",
    "absent",
    "common",
];

/// What schemas say of a value.
const TYPES: &[&str] = &[
    "string", "integer", "number", "boolean", "bool", "int", "text", "keyword", "object", "array", "date",
    "varchar", "char", "uuid", "float", "binary",
];

/// Schemes that go before credentials.
const SCHEMES: &[&str] = &["basic", "bearer", "digest", "negotiate", "token", "apikey", "key", "oauth"];

/// One word as it is written: in one case or with a capital, with vowels, and without the runs of
/// letters that chance makes.
pub(in crate::redact) fn is_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    let lower = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_lowercase);
    let cased = lower(bytes.get(1..).unwrap_or_default()) || bytes.iter().all(u8::is_ascii_uppercase);
    if !(1..=20).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_alphabetic) || !cased {
        return false;
    }
    let (mut consonants, mut vowels, mut any, mut rare) = (0, 0, false, 0);
    for b in bytes.iter().map(u8::to_ascii_lowercase) {
        if b"aeiouy".contains(&b) {
            (consonants, vowels, any) = (0, vowels + 1, true);
        } else {
            (consonants, vowels) = (consonants + 1, 0);
        }
        rare += usize::from(b"qxzj".contains(&b));
        if consonants > 4 || vowels > 3 || rare > 2 {
            return false;
        }
    }
    any || bytes.len() <= 4
}

/// Words, and years or counts between them: `new_york`, `Europe/Berlin`, `firstName`, `page-12`.
pub(in crate::redact) fn is_words(text: &str) -> bool {
    let count = |piece: &str| piece.len() <= 4 && piece.bytes().all(|b| b.is_ascii_digit());
    // Nobody can say `WDJB-MJHT`.
    let said = text.len() < 7 || text.bytes().any(|b| b"aeiouyAEIOUY".contains(&b) || b.is_ascii_digit());
    said && !text.is_empty()
        && text.len() <= 64
        && text.split(['-', '_', '.', '/', ':', ' ', ',']).filter(|piece| !piece.is_empty()).all(|piece| {
            count(piece) || (humps(piece).all(is_word) && humps(piece).count() * 3 <= piece.len().max(3))
        })
        && text.contains(|c: char| c.is_ascii_alphanumeric())
}

/// `firstName` at its capitals.
fn humps(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let bytes = rest.as_bytes();
        let end = (1..bytes.len())
            .find(|&i| bytes[i].is_ascii_uppercase() && bytes[i - 1].is_ascii_lowercase())
            .unwrap_or(bytes.len());
        let (hump, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        rest = tail;
        Some(hump)
    })
}

/// A sentence, or the part of one: words with blanks between them.
pub(in crate::redact) fn is_prose(text: &str) -> bool {
    let text = text.trim();
    let foreign = text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count();
    if foreign >= 4 && foreign * 2 > text.chars().count() {
        return true;
    }
    let mut words = text.split_whitespace();
    let scheme = words.next().is_some_and(|first| SCHEMES.iter().any(|s| first.eq_ignore_ascii_case(s)));
    if scheme && words.count() == 1 {
        return false;
    }
    let strip = |word: &str| word.trim_matches(|c: char| c.is_ascii_punctuation()).replace(['\'', '’'], "");
    let (mut all, mut spoken) = (0, 0);
    for word in text.split_whitespace() {
        let word = strip(word);
        all += 1;
        spoken += usize::from(word.split(['-', '/']).all(|w| is_word(w) || !w.is_ascii()));
    }
    all >= 2 && spoken >= 2 && spoken * 3 >= all * 2
}

/// What is said of a value in its place: a sentence, a word that says what is wrong, or a type.
pub(in crate::redact) fn is_remark(text: &str) -> bool {
    let says = |list: &[&str]| {
        text.split(['-', '_', '.', ' ', ':'])
            .flat_map(humps)
            .any(|word| list.iter().any(|known| word.eq_ignore_ascii_case(known)))
    };
    is_prose(text) || (is_words(text) && (says(REASONS) || says(TYPES)))
}

/// A word of the protocol where a token would stand: `X-CSRF-Token: Fetch`, `no-check`.
pub(in crate::redact) fn is_protocol(text: &str) -> bool {
    is_words(text)
        && text.split(['-', '_']).any(|word| REASONS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// What others have left of a secret: `********`, `****1234`, `[REDACTED]`, `<hidden>`.
pub(in crate::redact) fn is_masked(text: &str) -> bool {
    let text = text.trim();
    let star = |c: char| matches!(c, '*' | '•' | '●' | '∗' | '█');
    let rest = text.trim_start_matches(star);
    let stars = text.len() - rest.len();
    if stars > 0 && (rest.is_empty() || (stars >= 3 && rest.len() <= 4)) {
        return true;
    }
    if text.len() >= 4 && (text.bytes().all(|b| b == b'x') || text.bytes().all(|b| b == b'X')) {
        return true;
    }
    let bare = text.trim_matches(['[', ']', '<', '>', '(', ')', '*', '_']);
    ["redacted", "masked", "hidden", "filtered", "removed", "omitted", "sanitized", "obfuscated"]
        .iter()
        .any(|word| bare.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_what_was_drawn() {
        for text in [
            "dark",
            "en-US",
            "DE",
            "Europe/Berlin",
            "firstName",
            "ethereum",
            "USDC",
            "running",
            "report-2026",
        ] {
            assert!(is_words(text), "{text}");
        }
        for text in
            ["qwxzy", "hunter2", "s3cr3t", "abc123", "XkPqWz", "9f2b7c1d", "", "--", "Pa$$word", "WDJB-MJHT"]
        {
            assert!(!is_words(text), "{text}");
        }
    }

    #[test]
    fn remarks_are_told_from_secrets() {
        for text in [
            "This field may not be blank.",
            "is too short (minimum is 8 characters)",
            "can't be blank",
            "required",
            "invalid_format",
            "tokenExpired",
            "darf nicht leer sein",
            "パスワードが短すぎます",
        ] {
            assert!(is_remark(text), "{text}");
        }
        for text in ["Bearer abcdef", "S3cr3t!pass", "hunter2 hunter3", "swordfish", "Pa$$w0rd1234!"] {
            assert!(!is_remark(text), "{text}");
        }
        assert!(is_protocol("no-check") && is_protocol("Fetch") && !is_protocol("swordfish"));
    }

    #[test]
    fn masks_are_seen() {
        for text in ["********", "****1234", "[REDACTED]", "<hidden>", "xxxxxxxx", "••••"] {
            assert!(is_masked(text), "{text}");
        }
        for text in ["*", "a***", "secret", "xxx"] {
            assert_eq!(is_masked(text), text == "*", "{text}");
        }
    }
}
