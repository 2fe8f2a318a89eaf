//! Times as Java writes their formats (`java.time.format.DateTimeFormatter`).

use crate::mocks::conditions::{Dialect, Pattern};

/// An expression for the texts of a format; none where it has letters that are not known here.
pub(super) fn pattern(format: &str) -> Option<Pattern> {
    let mut out = String::from("^");
    let chars: Vec<char> = format.chars().collect();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if c == '\'' {
            let length = chars[at + 1..].iter().position(|&c| c == '\'')?;
            match length {
                0 => literal('\'', &mut out),
                _ => chars[at + 1..at + 1 + length].iter().for_each(|&c| literal(c, &mut out)),
            }
            at += length + 2;
            continue;
        }
        let count = chars[at..].iter().take_while(|&&d| d == c).count();
        at += count;
        if !c.is_ascii_alphabetic() {
            (0..count).for_each(|_| literal(c, &mut out));
            continue;
        }
        out.push_str(&letters(c, count)?);
    }
    out.push('$');
    Pattern::within(&out, "", Dialect::JavaScript).ok()
}

fn literal(c: char, out: &mut String) {
    if c.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(c);
}

fn letters(c: char, count: usize) -> Option<String> {
    Some(match (c, count) {
        ('y' | 'u' | 'Y', 2) => r"\d{2}".to_owned(),
        ('y' | 'u' | 'Y', _) => r"\d{4,}".to_owned(),
        ('M' | 'L' | 'E', 4) => "[A-Za-z]+".to_owned(),
        ('M' | 'L', 3) | ('E', _) => "[A-Za-z]{3}".to_owned(),
        ('M' | 'L' | 'd' | 'H' | 'h' | 'k' | 'K' | 'm' | 's' | 'w', 1) => r"\d{1,2}".to_owned(),
        ('M' | 'L' | 'd' | 'H' | 'h' | 'k' | 'K' | 'm' | 's' | 'w', 2) => r"\d{2}".to_owned(),
        ('S', count) => format!(r"\d{{{}}}", count.min(12)),
        ('D', _) => r"\d{1,3}".to_owned(),
        ('n' | 'A' | 'N', _) => r"\d+".to_owned(),
        ('a', _) => "[AaPp][Mm]".to_owned(),
        ('X', 1) => r"(Z|[+-]\d{2}(\d{2})?)".to_owned(),
        ('X', 2) => r"(Z|[+-]\d{4})".to_owned(),
        ('X', _) => r"(Z|[+-]\d{2}:\d{2})".to_owned(),
        ('x' | 'Z', 1) => r"[+-]\d{2}(\d{2})?".to_owned(),
        ('x' | 'Z', _) => r"(Z|[+-]\d{2}:?\d{2})".to_owned(),
        ('z' | 'V' | 'O', _) => r"[A-Za-z0-9/_+:-]+".to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mocks::conditions::Fit;

    #[test]
    fn formats_take_their_times() {
        let takes = |format: &str, text: &str| pattern(format).map(|p| p.fit(text));
        assert_eq!(takes("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-01-02T03:04:05.678Z"), Some(Fit::Met));
        assert_eq!(takes("yyyy-MM-dd'T'HH:mm:ssXXX", "2026-01-02 03:04:05Z"), Some(Fit::Unmet));
        assert_eq!(takes("EEE, d MMM yyyy", "Fri, 2 Jan 2026"), Some(Fit::Met));
        assert_eq!(takes("yyyy''MM", "2026'01"), Some(Fit::Met));
        assert_eq!(takes("qq", "1"), None);
        assert_eq!(takes("'open", "open"), None);
    }
}
