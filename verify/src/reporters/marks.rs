//! Two excerpts beside each other: laid out alike, with what differs marked.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A stretch of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether the other side has something else here.
    pub(super) differs: bool,
}

/// A line of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
    /// Whether the other side has another line here, or none.
    pub(super) differs: bool,
}

/// What stands at the same height on both sides.
pub(super) type Pair = (Option<Line>, Option<Line>);

/// Shorter documents stay on one line.
const SHORT: usize = 44;
/// Deeper levels are indented no further.
const DEEPEST: usize = 8;
/// Lines that have less in common than this part of their words are marked whole.
const ALIKE: f64 = 0.34;

/// Both excerpts in lines, those that belong together at the same height.
pub(super) fn beside(real: &str, other: &str) -> Vec<Pair> {
    let spread = [real, other].iter().any(|text| text.chars().count() > SHORT);
    let (mut left, mut right) = (lines(real, spread), lines(other, spread));
    if left.len().min(right.len()) == 1 && !left.iter().any(|line| right.contains(line)) {
        // A document beside a word: there is nothing to line up.
        (left, right) = (vec![real.to_owned()], vec![other.to_owned()]);
    }
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &left, &right) {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                let same = left[old_index..old_index + len].iter();
                pairs.extend(same.map(|text| (Some(plain(text, false)), Some(plain(text, false)))));
            }
            DiffOp::Delete { old_index, old_len, .. } => {
                let gone = left[old_index..old_index + old_len].iter();
                pairs.extend(gone.map(|text| (Some(plain(text, true)), None)));
            }
            DiffOp::Insert { new_index, new_len, .. } => {
                let new = right[new_index..new_index + new_len].iter();
                pairs.extend(new.map(|text| (None, Some(plain(text, true)))));
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                for at in 0..old_len.max(new_len) {
                    let old = left.get(old_index + at).filter(|_| at < old_len);
                    let new = right.get(new_index + at).filter(|_| at < new_len);
                    pairs.push(match (old, new) {
                        (Some(old), Some(new)) => words(old, new),
                        (old, new) => (old.map(|t| plain(t, true)), new.map(|t| plain(t, true))),
                    });
                }
            }
        }
    }
    pairs
}

fn plain(text: &str, differs: bool) -> Line {
    // Indentation is ours, and never what differs.
    let (indent, rest) = text.split_at(text.len() - text.trim_start().len());
    let piece = |text: &str, differs| Piece { text: text.to_owned(), differs };
    let pieces = [piece(indent, false), piece(rest, differs)];
    Line { pieces: pieces.into_iter().filter(|p| !p.text.is_empty()).collect(), differs }
}

/// Two lines that stand for each other, word by word.
fn words(old: &str, new: &str) -> Pair {
    let (left, right) = (split(old), split(new));
    let ops = capture_diff_slices(Algorithm::Myers, &left, &right);
    let weight = |words: &[&str]| words.iter().map(|w| w.trim().len()).sum::<usize>();
    let common: usize = ops
        .iter()
        .map(|op| match op {
            DiffOp::Equal { old_index, len, .. } => weight(&left[*old_index..old_index + len]),
            _ => 0,
        })
        .sum();
    let all = (weight(&left) + weight(&right)).max(1);
    #[expect(clippy::cast_precision_loss, reason = "excerpts are short")]
    if 2.0 * common as f64 / (all as f64) < ALIKE {
        return (Some(plain(old, true)), Some(plain(new, true)));
    }
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for op in ops {
        let differs = !matches!(op, DiffOp::Equal { .. });
        for (words, range, pieces) in [(&left, op.old_range(), &mut one), (&right, op.new_range(), &mut two)]
        {
            if !range.is_empty() {
                pieces.push(Piece { text: words[range].concat(), differs });
            }
        }
    }
    (Some(Line { pieces: one, differs: true }), Some(Line { pieces: two, differs: true }))
}

/// Runs of letters and digits, runs of blanks, and every other character by itself.
fn split(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if before.is_some_and(|before| before != now || now == 2) {
            words.push(&text[start..at]);
            start = at;
        }
        before = Some(now);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// An excerpt in lines: a document by its members, a table of words by its rows.
fn lines(text: &str, spread: bool) -> Vec<String> {
    if !spread {
        return vec![text.to_owned()];
    }
    let (before, document) = match text.find(['{', '[']) {
        Some(at) if is_status(&text[..at]) => text.split_at(at),
        _ if text.contains(" | ") => return text.split(" | ").map(str::to_owned).collect(),
        _ => return text.lines().map(str::to_owned).collect(),
    };
    let mut lines = vec![before.trim_end().to_owned()];
    lines.retain(|line| !line.is_empty());
    lines.extend(members(document));
    lines
}

/// Nothing, or what stands before a body: `200 `.
fn is_status(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || c == ' ')
}

/// A JSON document, or the beginning of one, with a line for each member. No character is lost but blanks
/// outside of strings.
fn members(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut escaped = false;
    let mut chars = text.chars().filter(|c| *c != '\r').peekable();
    let fresh = |lines: &mut Vec<String>, depth: usize| lines.push("  ".repeat(depth.min(DEEPEST)));
    while let Some(c) = chars.next() {
        let line = lines.last_mut().map_or(0, |line| {
            if quoted || !c.is_whitespace() {
                line.push(c);
            }
            line.len()
        });
        if quoted {
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => quoted = true,
            '{' | '[' => {
                while chars.next_if(|c| c.is_whitespace()).is_some() {}
                if let Some(close) = chars.next_if(|c| matches!(c, '}' | ']')) {
                    lines.last_mut().expect("never empty").push(close);
                } else {
                    depth += 1;
                    fresh(&mut lines, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                let last = lines.last_mut().expect("never empty");
                if line > 1 && last.trim().len() > 1 {
                    last.pop();
                    fresh(&mut lines, depth);
                    lines.last_mut().expect("never empty").push(c);
                } else {
                    *last = format!("{}{c}", "  ".repeat(depth.min(DEEPEST)));
                }
            }
            ',' => fresh(&mut lines, depth),
            ':' => lines.last_mut().expect("never empty").push(' '),
            _ => {}
        }
    }
    lines.retain(|line| !line.trim().is_empty());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(side: &[Option<&Line>]) -> Vec<String> {
        let piece = |p: &Piece| if p.differs { format!("[{}]", p.text) } else { p.text.clone() };
        let line = |l: &Line| l.pieces.iter().map(piece).collect::<String>();
        side.iter().map(|l| l.map_or("-".to_owned(), line)).collect()
    }

    fn both(real: &str, other: &str) -> (Vec<String>, Vec<String>) {
        let pairs = beside(real, other);
        let left: Vec<_> = pairs.iter().map(|p| p.0.as_ref()).collect();
        let right: Vec<_> = pairs.iter().map(|p| p.1.as_ref()).collect();
        (told(&left), told(&right))
    }

    #[test]
    fn words_that_differ_are_marked() {
        let (left, right) = both(r#""2026-01-02T03:04:05+02:00""#, r#""2026-01-02T03:04:05Z""#);
        assert_eq!(left, [r#""2026-01-02T03:04:[05+02:00]""#]);
        assert_eq!(right, [r#""2026-01-02T03:04:[05Z]""#]);
        let document = format!(r#"{{"id":"cus_1","name":"{}"}}"#, "x".repeat(40));
        assert_eq!(both(&document, "absent").0.len(), 1);
        assert_eq!(both("true", "false"), (vec!["[true]".into()], vec!["[false]".into()]));
    }

    #[test]
    fn documents_stand_side_by_side_member_by_member() {
        let (left, right) = both(
            r#"200 {"id":"cus_1","tags":[],"next":"/v1?page=2","a":{"b":[1, 2]}}"#,
            r#"200 {"id":"cus_1","tags":[],"a":{"b":[1, 2]}}"#,
        );
        assert_eq!(
            left,
            [
                "200",
                "{",
                r#"  "id": "cus_1","#,
                r#"  "tags": [],"#,
                r#"  ["next": "/v1?page=2",]"#,
                r#"  "a": {"#,
                r#"    "b": ["#,
                "      1,",
                "      2",
                "    ]",
                "  }",
                "}"
            ]
        );
        assert_eq!(right[4], "-");
    }

    #[test]
    fn any_text_is_laid_out_without_loss() {
        for text in ["", "{", "]]]]", r#"{"a":"\"}{,","#, "{\"\u{1F600}\": [[[[[[[[[[[[[", "<html>…", "a | b"]
        {
            let wide = format!("{text}{}", " ".repeat(SHORT));
            let kept = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let joined: String = lines(&wide, true).concat();
            assert_eq!(kept(&joined), kept(text).replace('|', ""), "{text}");
            beside(text, "other");
        }
    }
}
