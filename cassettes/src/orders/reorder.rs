//! Another order of what has none, in the answer's own text: numbers, white space and duplicates stay as they are.

use super::{learn::Unstable, shape::Shape};
use crate::json::{TokenKind, Tokens, unescape};
use crate::model::{Answer, Timing};
use crate::rebody;
use std::ops::Range;

/// An open list or object.
struct Open {
    shape: Shape,
    array: bool,
    /// Where each part stands: an item, or a member with its name.
    parts: Vec<Range<usize>>,
    /// Where the part that is being read begins.
    from: Option<usize>,
    name: String,
}

/// A list or object whose parts change places.
struct Knot {
    /// From its first part to its last.
    span: Range<usize>,
    parts: Vec<Range<usize>>,
    /// Which part stands in each place.
    order: Vec<usize>,
}

impl Unstable {
    /// The answer with each of these orders drawn anew: `below` draws one of so many. Whether its bytes are others.
    pub fn draw(
        &self,
        answer: &mut Answer,
        timing: &mut Timing,
        below: &mut dyn FnMut(usize) -> usize,
    ) -> bool {
        let Some(response) = answer.head_mut() else { return false };
        if self.is_empty() || response.blob.is_some() {
            return false;
        }
        let Some(plain) = rebody::plain(&response.headers, &response.body) else { return false };
        let Some(fresh) = self.reordered(&plain, below) else { return false };
        let sums = rebody::sums(&response.headers, response.body.bytes(), &plain);
        rebody::replace(response, timing, fresh, &sums).is_some()
    }

    /// The document with each of these orders drawn anew; none if its bytes stay.
    fn reordered(&self, text: &[u8], below: &mut dyn FnMut(usize) -> usize) -> Option<Vec<u8>> {
        let mut knots = self.knots(text)?;
        for knot in &mut knots {
            for last in (1..knot.order.len()).rev() {
                knot.order.swap(last, below(last + 1).min(last));
            }
        }
        // From the outside in: the text of a part is written by whoever holds it.
        knots.sort_by_key(|knot| (knot.span.start, usize::MAX - knot.span.end));
        let mut out = Vec::with_capacity(text.len());
        write(text, 0..text.len(), &knots, &mut out);
        (out != text).then_some(out)
    }

    /// Every list and object of the document that changes its order; none if it is no document.
    fn knots(&self, text: &[u8]) -> Option<Vec<Knot>> {
        let mut open: Vec<Open> = Vec::new();
        let mut knots = Vec::new();
        for token in Tokens::new(text) {
            let token = token.ok()?;
            let Range { start, end } = token.span;
            if matches!(token.kind, TokenKind::ObjectEnd | TokenKind::ArrayEnd) {
                knots.extend(open.pop().and_then(|done| self.knot(done)));
            } else if let Some(parent) = open.last_mut()
                && !matches!(token.kind, TokenKind::Comma | TokenKind::Colon)
            {
                parent.from.get_or_insert(start);
            }
            match token.kind {
                TokenKind::ObjectStart | TokenKind::ArrayStart => {
                    let shape = open.last().map_or_else(Shape::default, |parent| match parent.array {
                        true => parent.shape.item(),
                        false => parent.shape.member(&parent.name),
                    });
                    let array = token.kind == TokenKind::ArrayStart;
                    open.push(Open { shape, array, parts: Vec::new(), from: None, name: String::new() });
                    continue;
                }
                TokenKind::Key => {
                    if let Some(object) = open.last_mut() {
                        object.name = unescape(&text[start + 1..end - 1]);
                    }
                    continue;
                }
                TokenKind::Comma | TokenKind::Colon => continue,
                _ => {}
            }
            // A value has ended.
            if let Some(parent) = open.last_mut()
                && let Some(from) = parent.from.take()
            {
                parent.parts.push(from..end);
            }
        }
        Some(knots)
    }

    fn knot(&self, done: Open) -> Option<Knot> {
        let shapes = if done.array { &self.lists } else { &self.members };
        let span = done.parts.first()?.start..done.parts.last()?.end;
        let order = (0..done.parts.len()).collect();
        (done.parts.len() > 1 && shapes.contains(&done.shape)).then_some(Knot {
            span,
            parts: done.parts,
            order,
        })
    }
}

/// Writes a part of the text; `knots` are those within it, the outer before the inner.
fn write(text: &[u8], range: Range<usize>, knots: &[Knot], out: &mut Vec<u8>) {
    let mut at = range.start;
    let mut rest = knots;
    while let Some((knot, inner)) = rest.split_first() {
        if knot.span.start < at || knot.span.end > range.end {
            rest = inner;
            continue;
        }
        out.extend_from_slice(&text[at..knot.span.start]);
        let within = inner.partition_point(|other| other.span.start < knot.span.end);
        for (place, part) in knot.parts.iter().enumerate() {
            let stands = knot.parts[knot.order[place]].clone();
            let from = inner[..within].partition_point(|other| other.span.start < stands.start);
            let to = inner[..within].partition_point(|other| other.span.start < stands.end);
            write(text, stands, &inner[from..to], out);
            let next = knot.parts.get(place + 1).map_or(part.end, |next| next.start);
            out.extend_from_slice(&text[part.end..next]);
        }
        at = knot.span.end;
        rest = &inner[within..];
    }
    out.extend_from_slice(&text[at..range.end]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;
    use crate::json::Json;
    use crate::model::{Headers, Response};

    fn unstable(one: &str, other: &str) -> Unstable {
        let read = |text: &str| Json::parse(text.as_bytes()).unwrap_or_default();
        Unstable::of(&[read(one), read(other)])
    }

    #[test]
    fn parts_change_places_and_nothing_else() {
        let text = "{ \"data\" : [ {\"id\":1, \"n\":1.10} ,\n  {\"id\":2, \"n\":2e5},{\"id\":3,\"n\":\"\\u00e9\"} ],\"x\":[1,2]}\n";
        let unstable = unstable(
            r#"{"data":[{"id":1},{"id":2}],"x":[1,2]}"#,
            r#"{"data":[{"id":2},{"id":1}],"x":[1,2]}"#,
        );
        let fresh = unstable.reordered(text.as_bytes(), &mut |_| 0).unwrap_or_default();
        assert_eq!(
            String::from_utf8_lossy(&fresh),
            "{ \"data\" : [ {\"id\":2, \"n\":2e5} ,\n  {\"id\":3,\"n\":\"\\u00e9\"},{\"id\":1, \"n\":1.10} ],\"x\":[1,2]}\n"
        );
        assert_eq!(unstable.reordered(text.as_bytes(), &mut |n| n - 1), None, "the same order");
        assert_eq!(unstable.reordered(b"no json", &mut |_| 0), None);
    }

    #[test]
    fn orders_within_orders_are_drawn_each() {
        let one = r#"[{"id":1,"t":["a","b"]},{"id":2,"t":["c","d"]}]"#;
        let other = r#"[{"t":["d","c"],"id":2},{"t":["a","b"],"id":1}]"#;
        let unstable = unstable(one, other);
        assert_eq!(unstable.counts(), (2, 1));
        let fresh = unstable.reordered(one.as_bytes(), &mut |_| 0).unwrap_or_default();
        assert_eq!(String::from_utf8_lossy(&fresh), r#"[{"t":["d","c"],"id":2},{"t":["b","a"],"id":1}]"#);
    }

    #[test]
    fn coded_answers_are_coded_again() {
        let unstable = unstable("[1,2]", "[2,1]");
        let codings = ["gzip".to_owned()];
        let sent = codec::encode(b"[1,2]", &codings).unwrap_or_default();
        let headers = Headers::from_pairs([
            ("Content-Encoding", "gzip".to_owned()),
            ("Content-Length", sent.len().to_string()),
        ]);
        let mut answer = Answer::Reply(Response::new(200, headers, sent));
        assert!(unstable.draw(&mut answer, &mut Timing::default(), &mut |_| 0));
        let Answer::Reply(response) = &answer else { panic!("a reply") };
        assert_eq!(codec::text_of(&response.headers, &response.body).as_deref(), Some("[2,1]"));
        assert_eq!(response.headers.get("content-length"), Some(response.body.len().to_string().into()));
    }
}
