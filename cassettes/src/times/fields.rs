//! Where moments stand in header fields.

use super::spots::{Around, Spot, What, is_token};
use crate::model::Headers;

/// The spots of each field that has any, by its place among the fields.
pub(super) fn spots(around: Around, headers: &Headers) -> Vec<(usize, Vec<Spot>)> {
    let mut all = Vec::new();
    for (number, (name, value)) in headers.iter().enumerate() {
        let Ok(text) = std::str::from_utf8(value) else { continue };
        let mut found = Vec::new();
        match name.to_ascii_lowercase().as_str() {
            "set-cookie" => cookie(around, text, &mut found),
            "cookie" => pieces(text, ';', &mut found),
            "content-length" | "etag" | "if-match" | "if-none-match" | "content-type" => {}
            "authorization" | "proxy-authorization" => pieces(text, ' ', &mut found),
            _ => around.text(name, text, &mut found),
        }
        if !found.is_empty() {
            all.push((number, found));
        }
    }
    all
}

/// RFC 6265 §4.1: the attribute `Expires`, and a token that is the value.
fn cookie(around: Around, text: &str, out: &mut Vec<Spot>) {
    let mut from = 0;
    for (place, piece) in text.split(';').enumerate() {
        if let Some((name, value)) = piece.split_once('=') {
            let padding = value.len() - value.trim_start().len();
            let start = from + name.len() + 1 + padding;
            let value = value.trim();
            let at = start..start + value.len();
            if place == 0 && is_token(value) {
                out.push(Spot { at, what: What::Token });
            } else if place > 0
                && name.trim().eq_ignore_ascii_case("expires")
                && let Some(moment) = around.moment("expires", value)
            {
                out.push(Spot { at, what: What::Moment(moment) });
            }
        }
        from += piece.len() + 1;
    }
}

/// Tokens that are pieces of the field, or the values of pieces.
fn pieces(text: &str, mark: char, out: &mut Vec<Spot>) {
    let mut from = 0;
    for piece in text.split(mark) {
        let value = piece.split_once('=').map_or(piece, |(_, value)| value).trim();
        let value = if is_token(piece.trim()) { piece.trim() } else { value };
        if is_token(value) {
            let at = from + piece.find(value).unwrap_or_default();
            out.push(Spot { at: at..at + value.len(), what: What::Token });
        }
        from += piece.len() + mark.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_are_moments_are_found_and_constants_are_not() {
        // {"alg":"none"} and {"exp":1767323045}
        let token = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3NjczMjMwNDV9.x";
        let headers = Headers::from_pairs([
            ("Date", "Fri, 02 Jan 2026 03:04:05 GMT"),
            ("Expires", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("Expires", "0"),
            ("Retry-After", "120"),
            ("Retry-After", "Fri, 02 Jan 2026 03:05:05 GMT"),
            ("X-RateLimit-Reset", "1767323099"),
            ("ETag", "\"2026-01-02T03:04:05Z\""),
            ("Api-Version", "2026-01-02"),
            ("Location", "/o?se=2026-01-02T03%3A04%3A05Z"),
        ]);
        let found: Vec<usize> = spots(Around(1_767_323_045), &headers).into_iter().map(|(n, _)| n).collect();
        assert_eq!(found, [0, 4, 5, 8]);
        let of = |name: &str, value: &str| {
            let headers = Headers::from_pairs([(name, value)]);
            let all = spots(Around(1_767_323_045), &headers);
            all.iter().flat_map(|(_, s)| s.iter().map(|s| value[s.at.clone()].to_owned())).collect::<Vec<_>>()
        };
        let cookie = format!("s={token}; Path=/; Expires=Fri, 02 Jan 2026 04:04:05 GMT; Max-Age=3600");
        assert_eq!(of("Set-Cookie", &cookie), [token, "Fri, 02 Jan 2026 04:04:05 GMT"]);
        assert_eq!(of("Authorization", &format!("Bearer {token}")), [token]);
        assert_eq!(of("Cookie", &format!("a=1; s={token}")), [token]);
    }
}
