//! Takes one layer of the encodings that texts are carried in: escapes of JSON, YAML and scripts, percent
//! encoding, entities, and lines that a fold broke. One pass undoes whichever of them stands there.

/// What was undone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Undone {
    escapes: bool,
    percent: bool,
    entities: bool,
    folds: bool,
}

impl Undone {
    /// As reports say it.
    pub(super) fn label(self) -> String {
        let parts = [
            (self.escapes, "escapes"),
            (self.percent, "percent"),
            (self.entities, "entities"),
            (self.folds, "folds"),
        ];
        let parts: Vec<&str> = parts.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
        parts.join("+")
    }
}

/// The text with one layer less, if there is one.
pub(super) fn undo(text: &[u8]) -> Option<(Vec<u8>, Undone)> {
    let mut out: Vec<u8> = Vec::new();
    let mut undone = Undone::default();
    let mut steps = Steps { text, at: 0, last: b' ' };
    let mut plain = 0;
    while let Some(step) = steps.next_change(&mut undone) {
        if out.is_empty() {
            out.reserve(text.len());
        }
        out.extend_from_slice(&text[plain..step.from]);
        out.extend_from_slice(step.with());
        plain = step.to;
    }
    if undone == Undone::default() {
        return None;
    }
    out.extend_from_slice(&text[plain..]);
    Some((out, undone))
}

/// Where places of the result (in order) stand in the text.
pub(super) fn origins(text: &[u8], places: &[usize]) -> Vec<usize> {
    let mut origins = Vec::with_capacity(places.len());
    let mut steps = Steps { text, at: 0, last: b' ' };
    // How far the result is, and the text.
    let (mut out, mut plain) = (0, 0);
    let mut places = places.iter().peekable();
    loop {
        let step = steps.next_change(&mut Undone::default());
        let until = step.as_ref().map_or(text.len(), |step| step.from);
        let reached = out + (until - plain);
        while let Some(place) = places.next_if(|place| **place < reached || step.is_none()) {
            origins.push((plain + (*place).saturating_sub(out)).min(text.len()));
        }
        let Some(step) = step else { return origins };
        out = reached + step.len;
        while let Some(_inside) = places.next_if(|place| **place < out) {
            origins.push(step.from);
        }
        plain = step.to;
    }
}

struct Step {
    from: usize,
    to: usize,
    bytes: [u8; 4],
    len: usize,
}

impl Step {
    fn with(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

struct Steps<'t> {
    text: &'t [u8],
    at: usize,
    /// The byte before, as it was read.
    last: u8,
}

impl Steps<'_> {
    fn next_change(&mut self, undone: &mut Undone) -> Option<Step> {
        loop {
            let rest = &self.text[self.at..];
            let next = rest.iter().position(|b| matches!(b, b'\\' | b'%' | b'&' | b'\n' | b'\r'))?;
            let at = self.at + next;
            if next > 0 {
                self.last = self.text[at - 1];
            }
            let rest = &self.text[at..];
            let found = match rest[0] {
                b'\\' => escape(rest).map(|found| (found, &mut undone.escapes)),
                b'%' => percent(rest).map(|found| (found, &mut undone.percent)),
                b'&' => entity(rest).map(|found| (found, &mut undone.entities)),
                _ => fold(self.last, rest).map(|found| (found, &mut undone.folds)),
            };
            let Some(((len, c), mark)) = found else {
                self.at = at + 1;
                self.last = rest[0];
                continue;
            };
            *mark = true;
            let mut step = Step { from: at, to: at + len, bytes: [0; 4], len: 0 };
            // A soft break of mail is an equals sign and the line's end.
            if c.is_none() && self.last == b'=' && len <= 2 && self.text[at - 1] == b'=' {
                step.from -= 1;
            }
            match c {
                Some(c) if (c as u32) < 0x80 || rest[0] != b'%' => {
                    step.len = c.encode_utf8(&mut step.bytes).len();
                }
                Some(c) => (step.bytes[0], step.len) = (c as u8, 1),
                None => {}
            }
            if step.len > 0 {
                self.last = step.bytes[step.len - 1];
            }
            self.at = step.to;
            return Some(step);
        }
    }
}

/// How many bytes, and what they stand for.
type Found = (usize, Option<char>);

fn escape(rest: &[u8]) -> Option<Found> {
    let c = match *rest.get(1)? {
        c @ (b'"' | b'\'' | b'/' | b'\\') => c as char,
        b'n' | b'r' => '\n',
        b't' => '\t',
        b'x' => return Some((4, char::from_u32(hex(rest.get(2..4)?)?))),
        b'u' => return Some((6, Some(char::from_u32(hex(rest.get(2..6)?)?).unwrap_or('\u{fffd}')))),
        b'\n' => {
            let indent = rest[2..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            return Some((2 + indent, None));
        }
        _ => return None,
    };
    Some((2, Some(c)))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, b| Some(sum * 16 + (*b as char).to_digit(16)?))
}

fn percent(rest: &[u8]) -> Option<Found> {
    Some((3, char::from_u32(hex(rest.get(1..3)?)?)))
}

fn entity(rest: &[u8]) -> Option<Found> {
    for (name, c) in [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\'')] {
        if rest.starts_with(name.as_bytes()) {
            return Some((name.len(), Some(c)));
        }
    }
    let end = rest.iter().take(10).position(|b| *b == b';')?;
    let digits = std::str::from_utf8(rest.get(2..end)?).ok().filter(|_| rest[1] == b'#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => hex(digits.as_bytes())?,
        None => digits.parse().ok()?,
    };
    Some((end + 1, char::from_u32(code)))
}

/// A line that goes on, further in, in the middle of a word; or a soft break of mail (RFC 2045 §6.7).
fn fold(last: u8, rest: &[u8]) -> Option<Found> {
    let end = if rest.starts_with(b"\r\n") { 2 } else { 1 };
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+' | b'/' | b'.');
    let indent = rest[end..].iter().take(64).take_while(|b| matches!(b, b' ' | b'\t')).count();
    let line = &rest[end + indent..];
    if last == b'=' && indent == 0 && line.first().is_some_and(|b| word(*b)) {
        return Some((end, None));
    }
    if !word(last) || indent == 0 || !line.first().is_some_and(|b| word(*b)) || line.starts_with(b"- ") {
        return None;
    }
    let name = line.iter().take(48).take_while(|b| word(**b)).count();
    // A member of its own is no continuation.
    let after = |at: usize| line.get(at).copied().unwrap_or(b' ');
    let member = match after(name) {
        b':' => after(name + 1) <= b' ',
        b'=' => after(name + 1) > b' ' && after(name + 1) != b'=',
        _ => false,
    };
    (!member).then_some((end + indent, None))
}
