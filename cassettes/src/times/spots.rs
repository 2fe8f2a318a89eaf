//! Where moments stand in one text: the whole of it, a token in it, the parameters of a URL in it.

use super::form::{self, Moment};
use super::names;
use crate::jwt::Jwt;
use crate::percent::decode_bytes;
use std::borrow::Cow;
use std::ops::Range;

/// A place in a text that follows a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// Its bytes.
    pub(super) at: Range<usize>,
    /// What stands there.
    pub(super) what: What,
}

/// What follows a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A moment.
    Moment(Moment),
    /// The same, percent-encoded.
    Encoded(Moment),
    /// A token whose claims are moments.
    Token,
}

/// So many seconds from the recording a moment may be and still be told by it: ten years. What is further away
/// is a constant: the end of days, the birth of Unix.
const FAR: i64 = 10 * 366 * 86_400;

/// What is looked for around a moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around(pub(super) i64);

impl Around {
    fn is_near(self, moment: &Moment) -> bool {
        moment.seconds.abs_diff(self.0) <= FAR.unsigned_abs()
    }

    /// The spots of a whole text under this name.
    pub(super) fn text(self, name: &str, text: &str, out: &mut Vec<Spot>) {
        if text.len() < 8 || !names::may_move(name) {
            return;
        }
        if let Some(moment) = self.moment(name, text) {
            return out.push(Spot { at: 0..text.len(), what: What::Moment(moment) });
        }
        if let Some(at) = dotnet(text) {
            if let Some(moment) = form::named(&text[at.clone()]).filter(|m| self.is_near(m)) {
                out.push(Spot { at, what: What::Moment(moment) });
            }
            return;
        }
        if is_token(text) {
            return out.push(Spot { at: 0..text.len(), what: What::Token });
        }
        if text.starts_with('/') && text.contains('?') {
            return self.url(0, text, out);
        }
        let mut from = 0;
        while let Some(at) = text[from..].find("://").map(|at| from + at) {
            let ends = |c: char| c.is_whitespace() || "\"'<>`|\\".contains(c);
            let end = text[at..].find(ends).map_or(text.len(), |end| at + end);
            self.url(at, &text[at..end], out);
            from = end.max(at + 3);
        }
    }

    /// The moment that a whole text under this name is.
    pub(super) fn moment(self, name: &str, text: &str) -> Option<Moment> {
        let named = || if names::names_a_moment(name) { form::named(text) } else { None };
        form::evident(text).or_else(named).filter(|m| self.is_near(m))
    }

    /// The spots of a URL's query, or of a part of a URL.
    fn url(self, start: usize, url: &str, out: &mut Vec<Spot>) {
        let Some(question) = url.find('?') else { return };
        let end = url.find('#').filter(|at| *at > question).unwrap_or(url.len());
        self.pairs(start + question + 1, &url[question + 1..end], out);
    }

    /// The spots of the values of a query or a form.
    pub(super) fn pairs(self, start: usize, query: &str, out: &mut Vec<Spot>) {
        let mut from = start;
        for piece in query.split('&') {
            // A URL within a markup has its marks escaped.
            let named = piece.strip_prefix("amp;").unwrap_or(piece);
            if let Some((name, value)) = named.split_once('=') {
                let at = from + (piece.len() - value.len());
                self.value(at, name, value, out);
            }
            from += piece.len() + 1;
        }
    }

    fn value(self, start: usize, name: &str, value: &str, out: &mut Vec<Spot>) {
        let name = unescaped(name);
        let text = unescaped(value);
        if let Some(moment) = self.moment(&name, &text) {
            let what = if text == value { What::Moment(moment) } else { What::Encoded(moment) };
            return out.push(Spot { at: start..start + value.len(), what });
        }
        if is_token(value) {
            return out.push(Spot { at: start..start + value.len(), what: What::Token });
        }
        // The scope of a credential names the day on which it is good: `KEY/20260102/region/service`.
        if name.to_ascii_lowercase().ends_with("credential") {
            let mut from = start;
            for (part, mark) in parts(value) {
                if let Some(moment) = form::basic_day(part).filter(|m| self.is_near(m)) {
                    out.push(Spot { at: from..from + part.len(), what: What::Moment(moment) });
                }
                from += part.len() + mark;
            }
        }
    }

    /// The spots of a path: segments that are moments or tokens.
    pub(super) fn path(self, path: &str, out: &mut Vec<Spot>) {
        let mut from = 0;
        for segment in path.split('/') {
            let text = unescaped(segment);
            let at = from..from + segment.len();
            match form::evident(&text).filter(|m| self.is_near(m)) {
                Some(moment) if text == segment => out.push(Spot { at, what: What::Moment(moment) }),
                Some(moment) => out.push(Spot { at, what: What::Encoded(moment) }),
                None if is_token(segment) => out.push(Spot { at, what: What::Token }),
                None => {}
            }
            from += segment.len() + 1;
        }
    }
}

/// Percent-decoded; a plus stays one, for it is part of an offset.
fn unescaped(text: &str) -> Cow<'_, str> {
    match text.contains('%') {
        true => String::from_utf8_lossy(&decode_bytes(text.as_bytes(), false)).into_owned().into(),
        false => text.into(),
    }
}

/// The parts between slashes, escaped or not, each with the length of its mark.
fn parts(value: &str) -> Vec<(&str, usize)> {
    let mut parts = Vec::new();
    let mut rest = value;
    loop {
        let plain = rest.find('/').map(|at| (at, 1));
        let escaped = rest.find("%2F").or_else(|| rest.find("%2f")).map(|at| (at, 3));
        let Some((at, mark)) = [plain, escaped].into_iter().flatten().min() else { break };
        parts.push((&rest[..at], mark));
        rest = &rest[at + mark..];
    }
    parts.push((rest, 0));
    parts
}

/// The digits of `/Date(1767323045000)/`.
fn dotnet(text: &str) -> Option<Range<usize>> {
    let rest = text.strip_prefix("/Date(")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (rest.ends_with(")/") && digits > 0).then_some(6..6 + digits)
}

/// Whether a text is one token that holds a moment.
pub(super) fn is_token(text: &str) -> bool {
    // `{"` in base64url: nothing else is looked at more closely.
    text.starts_with("ey") && Jwt::parse(text).is_some_and(|token| !token.times().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, text: &str) -> Vec<String> {
        let mut spots = Vec::new();
        Around(1_767_323_045).text(name, text, &mut spots);
        spots.into_iter().map(|spot| text[spot.at].to_owned()).collect()
    }

    #[test]
    fn moments_are_found_where_they_stand() {
        assert_eq!(found("x", "2026-01-02T03:04:05Z"), ["2026-01-02T03:04:05Z"]);
        assert_eq!(found("at", "/Date(1767323045000)/"), ["1767323045000"]);
        let signed = "https://b.test/o?X-Amz-Credential=AK%2F20260102%2Feu&X-Amz-Date=20260102T030405Z&X-Amz-Expires=900&se=2026-01-02T04%3A04%3A05Z&Expires=1767323945&sig=17673239451";
        assert_eq!(
            found("url", signed),
            ["20260102", "20260102T030405Z", "2026-01-02T04%3A04%3A05Z", "1767323945"]
        );
        assert_eq!(found("Link", "<https://a.test/x?since=2026-01-02T03:04:05Z>; rel=next").len(), 1);
        assert_eq!(found("birth_date", "1990-01-02"), [""; 0]);
        assert_eq!(found("dob", "2020-01-02T00:00:00Z"), [""; 0]);
        assert_eq!(found("x", "9999-12-31T23:59:59Z"), [""; 0]);
        assert_eq!(found("version", "2026-01-02"), [""; 0]);
        assert_eq!(found("date", "2026-01-02"), ["2026-01-02"]);
        assert_eq!(found("x", "see https://a.test?"), [""; 0]);
    }
}
