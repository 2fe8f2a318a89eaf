//! Stand-ins that a parser still takes: a date stays a day of the calendar, an IPv4 address an address, a URL
//! keeps its scheme.

/// The drawn text, put right where the value was of such a kind; of the same length.
pub(super) fn lawful(value: &str, drawn: String) -> String {
    if let Some((scheme, _)) = value.split_once("://")
        && !scheme.is_empty()
        && scheme.bytes().all(|b| b.is_ascii_lowercase())
        && let Some(rest) = drawn.get(scheme.len()..)
    {
        return format!("{scheme}{rest}");
    }
    if is_date(value) {
        return date(value, &drawn);
    }
    if is_address(value) {
        let octet =
            |octet: &str| if octet.len() == 3 { format!("1{}", &octet[1..]) } else { octet.to_owned() };
        return drawn.split('.').map(octet).collect::<Vec<_>>().join(".");
    }
    drawn
}

/// `1980-01-02`, alone or before a time.
fn is_date(value: &str) -> bool {
    let bytes = value.as_bytes();
    let shape = bytes.len() >= 10
        && bytes[..10]
            .iter()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    shape && bytes.get(10).is_none_or(|b| matches!(b, b'T' | b't' | b' ')) && value.is_ascii()
}

fn is_address(value: &str) -> bool {
    value.split('.').count() == 4
        && value.split('.').all(|octet| {
            (1..=3).contains(&octet.len())
                && octet.bytes().all(|b| b.is_ascii_digit())
                && octet.parse::<u8>().is_ok()
        })
}

/// The drawn digits brought into range, every mark of the form as it was.
fn date(value: &str, drawn: &str) -> String {
    let mut out = value.as_bytes().to_vec();
    // Where the two digits of a field stand, how many values it has, and its first.
    for (at, values, first) in [(5, 12, 1), (8, 28, 1), (11, 24, 0), (14, 60, 0), (17, 60, 0)] {
        let field = |text: &str| text.get(at..at + 2)?.parse::<u8>().ok();
        if let (Some(_), Some(new)) = (field(value), field(drawn)) {
            let new = new % values + first;
            out[at] = b'0' + new / 10;
            out[at + 1] = b'0' + new % 10;
        }
    }
    // The century stays: a birthday in the ninth millennium is none.
    for at in [2, 3] {
        out[at] = drawn.as_bytes().get(at).copied().unwrap_or(out[at]);
    }
    String::from_utf8(out).unwrap_or_else(|_| drawn.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parsers_still_take_them() {
        assert_eq!(lawful("1980-01-02", "8848-93-84".into()), "1948-10-01");
        assert_eq!(
            lawful("2026-01-02T10:20:30.5+02:00", "4335-77-39L48:81:20.3+71:99".into()),
            "2035-06-12T00:21:20.5+02:00"
        );
        assert_eq!(lawful("10.0.255.7", "59.5.943.3".into()), "59.5.143.3");
        assert_eq!(lawful("https://me.example/x", "nmkga://qw.xwpwieq/z".into()), "https://qw.xwpwieq/z");
        for other in ["2026-1-2", "20-1980-01-02", "1.2.3", "1.2.3.400", "é980-01-02", "://x", ""] {
            assert_eq!(lawful(other, "drawn".into()), "drawn", "{other}");
        }
    }
}
