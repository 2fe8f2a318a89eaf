//! Texts in other texts' places, written as the place wants them: in a URL escaped, in JSON too.

use cassettes::model::encode;
use memchr::memmem;

/// One text in another's place.
pub(crate) struct Swap {
    from: Vec<u8>,
    to: Vec<u8>,
    /// What stands there instead in some places.
    or: Option<(Spot, Vec<u8>)>,
    /// Only where no letter or digit touches it: `12` is not part of `4123`.
    alone: bool,
}

/// Where another writing is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spot {
    /// A reference begins here.
    Start,
    /// In a JSON string that is a URL or a path.
    Link,
}

/// How values are written where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Plain,
    /// Within strings (RFC 8259 §7).
    Json,
    /// Escaped where they have to be (RFC 3986 §2.1).
    Url,
    /// The same, but for a URL that stands for the whole reference or for its beginning.
    Reference,
}

/// How far places have moved: each place behind a swap, before and after.
pub(crate) type Moved = Vec<(usize, usize)>;

/// The swaps of pairs as they look in one form, longer texts first.
pub(crate) fn swaps<'v>(pairs: impl Iterator<Item = (&'v str, &'v str, bool)>, form: Form) -> Vec<Swap> {
    let mut all = Vec::new();
    for (from, to, alone) in pairs {
        let swap = |from: &str, to: &str, or: Option<(Spot, &str)>| Swap {
            from: from.into(),
            to: to.into(),
            or: or.map(|(spot, to)| (spot, to.into())),
            alone,
        };
        let (coded, url) = (encode(from), encode(to));
        match form {
            Form::Plain => all.push(swap(from, to, None)),
            Form::Json => {
                // What a cassette has in braces stands there as it is.
                let url = if to.starts_with("{{") { escaped(to) } else { url };
                all.push(swap(&escaped(from), &escaped(to), Some((Spot::Link, &url))));
                if coded != from {
                    all.push(swap(&coded, &url, None));
                }
            }
            Form::Url | Form::Reference => {
                let whole = (form == Form::Reference && is_reference(to)).then_some((Spot::Start, to));
                all.push(swap(from, &url, whole));
                if coded != from {
                    all.push(swap(&coded, &url, None));
                }
                if from.contains(' ') {
                    all.push(swap(&coded.replace("%20", "+"), &url, None));
                }
            }
        }
    }
    all.sort_by_key(|swap| std::cmp::Reverse(swap.from.len()));
    all
}

/// Whether a value can be a reference by itself.
fn is_reference(value: &str) -> bool {
    let lawful = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b);
    (value.contains("://") || value.starts_with('/')) && value.bytes().all(lawful)
}

fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The text with the others in their places; none if none stands in it.
pub(crate) fn replaced(text: &[u8], swaps: &[Swap]) -> Option<(Vec<u8>, Moved)> {
    let finders: Vec<memmem::Finder<'_>> = swaps.iter().map(|swap| memmem::Finder::new(&swap.from)).collect();
    let from = |at: usize, n: usize| -> Option<usize> {
        let mut at = at;
        loop {
            let hit = at + finders[n].find(text.get(at..)?)?;
            if !swaps[n].alone || stands_alone(text, hit, swaps[n].from.len()) {
                return Some(hit);
            }
            at = hit + 1;
        }
    };
    let mut next: Vec<Option<usize>> = (0..swaps.len()).map(|n| from(0, n)).collect();
    let (mut out, mut moved, mut at) = (Vec::new(), Vec::new(), 0);
    loop {
        for (n, hit) in next.iter_mut().enumerate() {
            if hit.is_some_and(|hit| hit < at) {
                *hit = from(at, n);
            }
        }
        // Of two at one place the longer comes first.
        let first = next.iter().enumerate().filter_map(|(n, hit)| Some((hit.as_ref()?, n))).min();
        let Some((hit, n)) = first.map(|(hit, n)| (*hit, n)) else { break };
        out.extend_from_slice(&text[at..hit]);
        out.extend_from_slice(swaps[n].at(&text[..hit]));
        at = hit + swaps[n].from.len();
        moved.push((at, out.len()));
    }
    if moved.is_empty() {
        return None;
    }
    out.extend_from_slice(&text[at..]);
    Some((out, moved))
}

/// The same for texts.
pub(crate) fn text(text: &str, swaps: &[Swap]) -> Option<String> {
    String::from_utf8(replaced(text.as_bytes(), swaps)?.0).ok()
}

impl Swap {
    /// What is written behind this.
    fn at(&self, before: &[u8]) -> &[u8] {
        match &self.or {
            Some((Spot::Start, or)) if begins(before) => or,
            Some((Spot::Link, or)) if in_link(before) => or,
            _ => &self.to,
        }
    }
}

/// Whether a reference begins behind this: `Location: `, `Link: <`, `Refresh: 3; url=`.
fn begins(before: &[u8]) -> bool {
    let word = &before[before.len().saturating_sub(4)..];
    before.is_empty() || before.ends_with(b"<") || word.eq_ignore_ascii_case(b"url=")
}

/// Whether a JSON string has begun before, and is so far a URL with its scheme, or an absolute path.
fn in_link(before: &[u8]) -> bool {
    /// URLs are not longer.
    const MOST: usize = 4096;
    let near = &before[before.len().saturating_sub(MOST)..];
    let is_end = |at: &usize| {
        let slashes = near[..*at].iter().rev().take_while(|b| **b == b'\\').count();
        slashes % 2 == 0
    };
    let Some(quote) = memchr::memrchr_iter(b'"', near).find(is_end) else { return false };
    let said = &near[quote + 1..];
    let scheme = said.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count();
    let rest = &said[scheme..];
    let absolute = scheme > 0 && (rest.starts_with(b"://") || rest.starts_with(b":\\/\\/"));
    let path = said.starts_with(b"/") || said.starts_with(b"\\/");
    (absolute || path) && !said.iter().any(u8::is_ascii_whitespace)
}

/// Whether what stands there is a whole word: no letter or digit touches it, but for those of an escape
/// (`%2F`, `\n`) before it.
fn stands_alone(text: &[u8], at: usize, len: usize) -> bool {
    let before = match &text[..at] {
        [.., b'%', a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => false,
        [.., b'\\', _] => false,
        [.., last] => last.is_ascii_alphanumeric(),
        [] => false,
    };
    !before && !text.get(at + len).is_some_and(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_their_place_wants_them() {
        let filled = |form, value: &str, place: &str| {
            text(place, &swaps([("{{v}}", value, false)].into_iter(), form)).unwrap()
        };
        let odd = "a b\"/ü";
        let coded = "a%20b%22%2F%C3%BC";
        for (form, place, said) in [
            (Form::Plain, "v={{v}}", format!("v={odd}")),
            (Form::Reference, "/orders/{{v}}?x={{v}}", format!("/orders/{coded}?x={coded}")),
            (Form::Reference, "<{{v}}>; rel=next", format!("<{coded}>; rel=next")),
            (Form::Json, r#"{"a":"{{v}}"}"#, r#"{"a":"a b\"/ü"}"#.to_owned()),
            (Form::Json, r#"{"a":"https://h/o/{{v}}"}"#, format!(r#"{{"a":"https://h/o/{coded}"}}"#)),
            (Form::Json, r#"{"a":"https:\/\/h\/{{v}}"}"#, format!(r#"{{"a":"https:\/\/h\/{coded}"}}"#)),
            (Form::Json, r#"{"a":"/o?v={{v}}&"}"#, format!(r#"{{"a":"/o?v={coded}&"}}"#)),
            (Form::Json, r#"["see https://h/{{v}}"]"#, r#"["see https://h/a b\"/ü"]"#.to_owned()),
            (Form::Json, r#"["x\"/{{v}}"]"#, r#"["x\"/a b\"/ü"]"#.to_owned()),
        ] {
            assert_eq!(filled(form, odd, place), said);
        }
        let url = "https://h/a?b=c";
        assert_eq!(filled(Form::Reference, url, "{{v}}#d"), "https://h/a?b=c#d");
        assert_eq!(filled(Form::Reference, url, "0; url={{v}}"), "0; url=https://h/a?b=c");
        assert_eq!(filled(Form::Reference, url, "/go?to={{v}}"), "/go?to=https%3A%2F%2Fh%2Fa%3Fb%3Dc");
        assert_eq!(filled(Form::Json, url, r#"{"u":"{{v}}/x"}"#), r#"{"u":"https://h/a?b=c/x"}"#);
    }
}
