//! Literals read out of words: values that stand in the source, or in constants of the same file.

use super::source::Source;
use super::value::Js;
use super::words::{Kind, Word};
use crate::mocks::conditions::{Dialect, Pattern};
use crate::mocks::javascript::number_text;

/// How deep literals and constants may lead on.
const DEEPEST: usize = 64;
/// How many values are read for one literal.
const MOST: usize = 200_000;

/// Reads values from a place on.
pub(super) struct Reader<'r, 's> {
    source: &'r Source<'s>,
    words: &'r [Word],
    pub(super) at: usize,
    /// The word of the source from which names are looked at.
    from: usize,
    depth: usize,
    left: usize,
}

impl<'r, 's> Reader<'r, 's> {
    /// Values of a source from a word on.
    pub(super) fn new(source: &'r Source<'s>, at: usize) -> Self {
        Reader { source, words: source.words, at, from: at, depth: 0, left: MOST }
    }
}

impl Reader<'_, '_> {
    fn kind(&self) -> Option<&Kind> {
        self.words.get(self.at).map(|word| &word.kind)
    }

    /// Whether this sign comes next.
    pub(super) fn is(&self, sign: &str) -> bool {
        matches!(self.kind(), Some(Kind::Sign(s)) if *s == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let is = self.is(sign);
        self.at += usize::from(is);
        is
    }

    /// The arguments of a call, from its opening bracket on, and the line of each.
    pub(super) fn arguments(&mut self) -> Vec<(Js, u32)> {
        let mut list = Vec::new();
        self.at += 1;
        while self.kind().is_some() && !self.take(")") {
            let line = self.words.get(self.at).map_or(0, |word| word.line);
            let before = self.at;
            list.push((self.value(), line));
            if !self.take(",") && !self.is(")") {
                self.at = self.at.max(before + 1);
            }
        }
        list
    }

    /// One value; something that is no literal is passed over whole.
    pub(super) fn value(&mut self) -> Js {
        let start = self.at;
        self.left = self.left.saturating_sub(1);
        self.depth += 1;
        let value = if self.depth > DEEPEST || self.left == 0 { None } else { self.sum() };
        self.depth -= 1;
        if let Some(Kind::Name(word)) = self.kind()
            && matches!(word.as_str(), "as" | "satisfies")
        {
            self.pass();
        }
        let ended = self.kind().is_none() || [",", ")", "]", "}", ";"].iter().any(|sign| self.is(sign));
        // Without semicolons the next line begins something new.
        let broken = self.at > start
            && self.words.get(self.at).is_some_and(|next| next.line > self.words[self.at - 1].line)
            && matches!(self.kind(), Some(Kind::Name(_)));
        match value {
            Some(value) if ended || broken => value,
            _ => {
                self.at = start;
                self.pass();
                Js::Unknown(self.shown(start))
            }
        }
    }

    /// To the end of an expression.
    fn pass(&mut self) {
        let mut open = 0_usize;
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Sign("(" | "[" | "{") => open += 1,
                Kind::Sign(")" | "]" | "}") if open == 0 => return,
                Kind::Sign(")" | "]" | "}") => open -= 1,
                Kind::Sign("," | ";") if open == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn shown(&self, start: usize) -> String {
        let (Some(first), Some(last)) = (self.words.get(start), self.words.get(self.at.saturating_sub(1)))
        else {
            return "something that is no literal".to_owned();
        };
        let text = self.source.text.get(first.start..last.end.max(first.start)).unwrap_or_default();
        let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match line.char_indices().nth(60) {
            Some((cut, _)) => format!("{}…", &line[..cut]),
            None => line,
        }
    }

    fn sum(&mut self) -> Option<Js> {
        let start = self.at;
        let mut value = self.term()?;
        while self.take("+") {
            let place = self.at;
            let more = self.term().unwrap_or_else(|| {
                self.at = place;
                self.pass_operand();
                Js::Unknown(self.shown(place))
            });
            value = match (&value, &more) {
                (Js::Number(a), Js::Number(b)) => Js::Number(a + b),
                (a, b) => joined([part(a)?, part(b)?].concat(), self.shown(start)),
            };
        }
        Some(value)
    }

    fn term(&mut self) -> Option<Js> {
        let kind = self.kind()?.clone();
        self.at += 1;
        Some(match kind {
            Kind::Text(text) => Js::Text(text),
            Kind::Number(number) => Js::Number(number),
            Kind::Sign("-") => match self.term()? {
                Js::Number(number) => Js::Number(-number),
                _ => return None,
            },
            Kind::Regex(source, flags) => regex(&source, &flags)?,
            Kind::Template(texts, inner) => self.template(&texts, &inner)?,
            Kind::Sign("[") => self.list()?,
            Kind::Sign("{") => self.map()?,
            Kind::Sign("(") => {
                let value = self.value();
                if !self.take(")") || value.unknown().is_some() || self.is("=>") {
                    return None;
                }
                value
            }
            Kind::Name(name) => self.name(&name)?,
            Kind::Sign(_) | Kind::Other => return None,
        })
    }

    fn template(&mut self, texts: &[String], inner: &[Vec<Word>]) -> Option<Js> {
        let start = self.at - 1;
        let mut parts = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            parts.push(Some(text.clone()));
            if let Some(words) = inner.get(at) {
                let mut reader = Reader {
                    source: self.source,
                    words,
                    at: 0,
                    from: self.from,
                    depth: self.depth + 1,
                    left: self.left,
                };
                parts.extend(part(&reader.value())?);
            }
        }
        Some(joined(parts, self.shown(start)))
    }

    /// To the next sign of an addition, or the end of the expression.
    fn pass_operand(&mut self) {
        let mut open = 0_usize;
        while let Some(kind) = self.kind() {
            match kind {
                Kind::Sign("(" | "[" | "{") => open += 1,
                Kind::Sign(")" | "]" | "}" | "," | ";" | "+") if open == 0 => return,
                Kind::Sign(")" | "]" | "}") => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn list(&mut self) -> Option<Js> {
        let mut items = Vec::new();
        while !self.take("]") {
            self.kind()?;
            if self.take("...") {
                match self.value() {
                    Js::List(more) => items.extend(more),
                    _ => return None,
                }
            } else {
                items.push(self.value());
            }
            if !self.take(",") && !self.is("]") {
                return None;
            }
        }
        Some(Js::List(items))
    }

    fn map(&mut self) -> Option<Js> {
        let mut members: Vec<(String, Js)> = Vec::new();
        while !self.take("}") {
            if self.take("...") {
                match self.value() {
                    Js::Map(more) => members.extend(more),
                    _ => return None,
                }
            } else {
                let name = match self.kind()?.clone() {
                    Kind::Name(name) | Kind::Text(name) => name,
                    Kind::Number(number) => number_text(number),
                    Kind::Sign("[") => {
                        self.at += 1;
                        let name = self.value().text()?;
                        if !self.is("]") {
                            return None;
                        }
                        name
                    }
                    _ => return None,
                };
                self.at += 1;
                let value = if self.take(":") {
                    self.value()
                } else if self.is(",") || self.is("}") {
                    self.name(&name)?
                } else {
                    // A method of its own.
                    return None;
                };
                members.push((name, value));
            }
            if !self.take(",") && !self.is("}") {
                return None;
            }
        }
        Some(Js::Map(members))
    }

    fn name(&mut self, name: &str) -> Option<Js> {
        let mut value = match name {
            "true" => Js::Bool(true),
            "false" => Js::Bool(false),
            "null" => Js::Null,
            "undefined" => Js::Undefined,
            "new" => {
                let Kind::Name(class) = self.kind()?.clone() else { return None };
                self.at += 1;
                self.call(&class)?
            }
            "JSON" | "Buffer" if self.is(".") => {
                self.at += 1;
                let Kind::Name(method) = self.kind()?.clone() else { return None };
                self.at += 1;
                self.call(&format!("{name}.{method}"))?
            }
            name if self.is("(") => self.call(name)?,
            name => self.constant(name)?,
        };
        while self.is(".") || self.is("[") {
            let bracket = self.take("[");
            self.at += usize::from(!bracket);
            let key = match self.kind()?.clone() {
                Kind::Name(key) if !bracket => key,
                Kind::Text(key) if bracket => key,
                Kind::Number(number) if bracket => number_text(number),
                _ => return None,
            };
            self.at += 1;
            if bracket && !self.take("]") || self.is("(") {
                return None;
            }
            value = match &value {
                Js::List(items) => items.get(key.parse::<usize>().ok()?)?.clone(),
                map => map.get(&key)?.clone(),
            };
        }
        Some(value)
    }

    /// The value of a constant of this file.
    fn constant(&mut self, name: &str) -> Option<Js> {
        if let Some(file) = self.source.imports.get(name) {
            return (self.source.file)(file);
        }
        let begin = self.source.constant(name, self.from)?;
        let mut reader = Reader {
            source: self.source,
            words: self.source.words,
            at: begin,
            from: begin,
            depth: self.depth + 1,
            left: self.left,
        };
        let value = reader.value();
        self.left = reader.left;
        match value {
            Js::Unknown(_) => None,
            value => Some(value),
        }
    }

    fn call(&mut self, function: &str) -> Option<Js> {
        if !self.is("(") {
            return None;
        }
        let arguments = self.arguments();
        let first = arguments.first().map(|(value, _)| value)?;
        let second = arguments.get(1).map(|(value, _)| value);
        Some(match function {
            "RegExp" => regex(&first.text()?, &second.and_then(Js::text).unwrap_or_default())?,
            "URLSearchParams" | "URL" | "String" => match first {
                Js::Map(_) if function == "URLSearchParams" => first.clone(),
                other => Js::Text(other.text()?),
            },
            "JSON.stringify" if arguments.len() == 1 && first.unknown().is_none() => {
                Js::Text(first.stringify()?.to_string())
            }
            "JSON.parse" => {
                let json = cassettes::json::Json::parse(first.text()?.as_bytes()).ok()?;
                Js::of_json(&json)
            }
            "Buffer.from" => match (first, second) {
                (Js::Text(text), None) => Js::Text(text.clone()),
                _ => return None,
            },
            "require" => (self.source.file)(&first.text()?)?,
            _ => return None,
        })
    }
}

fn regex(source: &str, flags: &str) -> Option<Js> {
    Pattern::within(source, flags, Dialect::JavaScript).ok().map(Js::Regex)
}

/// The parts that a value adds to a text; a hole for what only a run would tell.
fn part(value: &Js) -> Option<Vec<Option<String>>> {
    match value {
        Js::Unknown(_) => Some(vec![None]),
        Js::Holes(parts, _) => Some(parts.clone()),
        value => Some(vec![Some(value.text()?)]),
    }
}

fn joined(parts: Vec<Option<String>>, shown: String) -> Js {
    match parts.iter().cloned().collect::<Option<Vec<String>>>() {
        Some(texts) => Js::Text(texts.concat()),
        None => Js::Holes(parts, shown),
    }
}
