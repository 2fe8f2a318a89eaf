//! Reads templates.

use super::syntax::{Block, Call, Expr, From, Node, Path};
use cassettes::json::Json;

/// Deeper blocks and calls are not read.
const DEEPEST: usize = 60;

/// Reads a template. `trims`: a block's mark alone on its line takes the line with it.
pub(super) fn parse(text: &str, trims: bool) -> Result<Vec<Node>, String> {
    let mut open: Vec<Open> = vec![Open { block: None, nodes: Vec::new(), other: None, chained: 0 }];
    let mut rest = text;
    // White space at the beginning of the next text goes.
    let mut eats = false;
    while !rest.is_empty() {
        let at = rest.find("{{").unwrap_or(rest.len());
        let (before, tail) = rest.split_at(at);
        if before.ends_with('\\') && !tail.is_empty() {
            push_text(&mut open, &before[..before.len() - 1], &mut eats);
            let end = tail.find("}}").map_or(tail.len(), |end| end + 2);
            push_text(&mut open, &tail[..end], &mut eats);
            rest = &tail[end..];
            continue;
        }
        push_text(&mut open, before, &mut eats);
        if tail.is_empty() {
            break;
        }
        let (tag, after) = tag(tail)?;
        let alone = trims && tag.is_block_mark() && stands_alone(text, text.len() - tail.len(), after);
        if tag.trims_before || alone {
            trim_end(&mut open, alone);
        }
        rest = if alone { after.trim_start_matches([' ', '\t']).trim_start_matches('\r') } else { after };
        if alone {
            rest = rest.strip_prefix('\n').unwrap_or(rest);
        }
        eats = tag.trims_after;
        apply(&mut open, &tag)?;
    }
    match open.pop() {
        Some(root) if open.is_empty() => Ok(root.nodes),
        _ => Err("a block that is not closed".to_owned()),
    }
}

/// A block whose end is still to come; the first one is the template itself.
struct Open {
    block: Option<(Call, Vec<String>, bool)>,
    nodes: Vec<Node>,
    /// What stood before `{{else}}`.
    other: Option<Vec<Node>>,
    /// How many `{{else if}}` end with it.
    chained: usize,
}

/// One `{{…}}`.
struct Tag<'t> {
    mark: char,
    inner: &'t str,
    trims_before: bool,
    trims_after: bool,
}

impl Tag<'_> {
    fn is_block_mark(&self) -> bool {
        matches!(self.mark, '#' | '/' | '^' | '!') || self.inner == "else" || self.inner.starts_with("else ")
    }
}

fn tag(text: &str) -> Result<(Tag<'_>, &str), String> {
    let unclosed = || "an expression that is not closed".to_owned();
    if text.starts_with("{{{{") {
        return Err("raw blocks".to_owned());
    }
    if let Some(comment) = text.strip_prefix("{{!--").or_else(|| text.strip_prefix("{{~!--")) {
        let end = comment.find("--").ok_or_else(unclosed)?;
        let close = comment[end..].find("}}").ok_or_else(unclosed)? + end;
        let tag = Tag {
            mark: '!',
            inner: "",
            trims_before: text.starts_with("{{~"),
            trims_after: comment[..close].ends_with('~'),
        };
        return Ok((tag, &comment[close + 2..]));
    }
    let triple = text.starts_with("{{{");
    let (open, close) = if triple { ("{{{", "}}}") } else { ("{{", "}}") };
    let body = &text[open.len()..];
    let end = end_of(body, close).ok_or_else(unclosed)?;
    let (mut inner, after) = (&body[..end], &body[end + close.len()..]);
    let trims_before = inner.starts_with('~');
    let trims_after = inner.ends_with('~') && inner.len() > 1;
    inner = inner.trim_start_matches('~').trim_end_matches('~').trim();
    let mark = match inner.chars().next() {
        _ if triple => '&',
        Some(mark @ ('#' | '/' | '^' | '&' | '>' | '!')) => {
            inner = inner[1..].trim();
            mark
        }
        _ => ' ',
    };
    Ok((Tag { mark, inner, trims_before, trims_after }, after))
}

/// Where an expression ends, past its strings.
fn end_of(body: &str, close: &str) -> Option<usize> {
    let mut quote = None;
    let comment = body.trim_start_matches('~').starts_with('!');
    for (at, c) in body.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if (c == '\'' || c == '"') && !comment => quote = Some(c),
            None if body[at..].starts_with(close) => return Some(at),
            None => {}
        }
    }
    None
}

fn stands_alone(text: &str, at: usize, after: &str) -> bool {
    let before = text[..at].rsplit('\n').next().unwrap_or_default();
    let behind = after.split('\n').next().unwrap_or_default();
    before.trim().is_empty() && behind.trim().is_empty()
}

fn push_text(open: &mut [Open], text: &str, eats: &mut bool) {
    let text = if *eats { text.trim_start() } else { text };
    if text.is_empty() {
        return;
    }
    *eats = false;
    let Some(top) = open.last_mut() else { return };
    match top.nodes.last_mut() {
        Some(Node::Text(before)) => before.push_str(text),
        _ => top.nodes.push(Node::Text(text.to_owned())),
    }
}

fn trim_end(open: &mut [Open], line_only: bool) {
    let Some(Node::Text(text)) = open.last_mut().and_then(|top| top.nodes.last_mut()) else { return };
    let kept = if line_only { text.trim_end_matches([' ', '\t']).len() } else { text.trim_end().len() };
    text.truncate(kept);
}

fn apply(open: &mut Vec<Open>, tag: &Tag<'_>) -> Result<(), String> {
    match tag.mark {
        '!' => {}
        '>' => return Err(format!("the partial {}", tag.inner)),
        '/' => {
            let levels = open.last().map_or(0, |top| top.chained) + 1;
            for _ in 0..levels {
                close(open)?;
            }
        }
        '#' | '^' if !tag.inner.is_empty() => {
            if open.len() > DEEPEST {
                return Err("blocks so deep".to_owned());
            }
            let (call, names) = call(tag.inner)?;
            let block = Some((call, names, tag.mark == '^'));
            open.push(Open { block, nodes: Vec::new(), other: None, chained: 0 });
        }
        _ if tag.inner == "else" || tag.mark == '^' => turn(open)?,
        ' ' if tag.inner.starts_with("else ") => {
            turn(open)?;
            let chained = open.last().map_or(0, |top| top.chained) + 1;
            if open.len() > DEEPEST {
                return Err("blocks so deep".to_owned());
            }
            let (call, names) = call(tag.inner[5..].trim())?;
            open.push(Open { block: Some((call, names, false)), nodes: Vec::new(), other: None, chained });
        }
        mark => {
            let (call, _) = call(tag.inner)?;
            if let Some(top) = open.last_mut() {
                top.nodes.push(Node::Put { call, raw: mark == '&' });
            }
        }
    }
    Ok(())
}

/// From here on the other body.
fn turn(open: &mut [Open]) -> Result<(), String> {
    match open.last_mut() {
        Some(top) if top.block.is_some() && top.other.is_none() => {
            top.other = Some(std::mem::take(&mut top.nodes));
            Ok(())
        }
        _ => Err("an `else` without a block".to_owned()),
    }
}

fn close(open: &mut Vec<Open>) -> Result<(), String> {
    let lost = || "the end of a block that did not begin".to_owned();
    let Open { block, nodes, other, .. } = open.pop().ok_or_else(lost)?;
    let (call, names, inverse) = block.ok_or_else(lost)?;
    let (body, other) = match other {
        Some(first) => (first, nodes),
        None => (nodes, Vec::new()),
    };
    let node = Node::Block(Box::new(Block { call, names, inverse, body, other }));
    open.last_mut().ok_or_else(lost)?.nodes.push(node);
    Ok(())
}

/// A call as a whole, and the names after `as`.
fn call(text: &str) -> Result<(Call, Vec<String>), String> {
    let mut words = Words { text, at: 0 };
    let call = words.call(0, text)?;
    let mut names = Vec::new();
    words.space();
    if let Some(rest) = words.rest().strip_prefix("as ") {
        let inner = rest.trim().strip_prefix('|').and_then(|r| r.strip_suffix('|'));
        names = inner.ok_or_else(|| text.to_owned())?.split_whitespace().map(str::to_owned).collect();
        words.at = text.len();
    }
    if words.rest().is_empty() { Ok((call, names)) } else { Err(text.to_owned()) }
}

struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Words<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn call(&mut self, depth: usize, whole: &str) -> Result<Call, String> {
        if depth > DEEPEST {
            return Err("calls so deep".to_owned());
        }
        self.space();
        let path = path(self.word()).ok_or_else(|| whole.to_owned())?;
        let mut call = Call { path, params: Vec::new(), hash: Vec::new() };
        loop {
            self.space();
            let rest = self.rest();
            if rest.is_empty() || rest.starts_with(')') || rest.starts_with("as |") {
                return Ok(call);
            }
            let name: String =
                rest.chars().take_while(|c| c.is_alphanumeric() || "_-".contains(*c)).collect();
            if !name.is_empty() && rest[name.len()..].starts_with('=') {
                self.at += name.len() + 1;
                let value = self.expression(depth, whole)?;
                call.hash.push((name, value));
            } else {
                let value = self.expression(depth, whole)?;
                call.params.push(value);
            }
        }
    }

    fn expression(&mut self, depth: usize, whole: &str) -> Result<Expr, String> {
        self.space();
        let rest = self.rest();
        match rest.chars().next() {
            Some('(') => {
                self.at += 1;
                let call = self.call(depth + 1, whole)?;
                if !self.rest().starts_with(')') {
                    return Err(whole.to_owned());
                }
                self.at += 1;
                Ok(Expr::Call(Box::new(call)))
            }
            Some(quote @ ('\'' | '"')) => {
                let inner = &rest[1..];
                let end = inner.find(quote).ok_or_else(|| whole.to_owned())?;
                self.at += end + 2;
                Ok(Expr::Literal(Json::String(inner[..end].to_owned())))
            }
            _ => {
                let word = self.word();
                match word {
                    "true" => Ok(Expr::Literal(Json::Bool(true))),
                    "false" => Ok(Expr::Literal(Json::Bool(false))),
                    "null" | "undefined" => Ok(Expr::Literal(Json::Null)),
                    _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '-')
                        && word.parse::<f64>().is_ok() =>
                    {
                        Ok(Expr::Literal(Json::Number(word.to_owned())))
                    }
                    _ => path(word).map(Expr::Path).ok_or_else(|| whole.to_owned()),
                }
            }
        }
    }

    /// Up to the next white space, bracket or equals sign, past names in brackets.
    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let mut inside = false;
        let end = rest.find(|c: char| {
            match c {
                '[' => inside = true,
                ']' => inside = false,
                _ => {}
            }
            !inside && (c.is_whitespace() || "()=|".contains(c))
        });
        let word = &rest[..end.unwrap_or(rest.len())];
        self.at += word.len();
        word
    }
}

/// Reads a path; none if it is none.
fn path(text: &str) -> Option<Path> {
    let mut path = Path { text: text.to_owned(), up: 0, from: From::Scope, names: Vec::new() };
    let mut rest = text;
    while let Some(after) = rest.strip_prefix("../") {
        path.up += 1;
        rest = after;
    }
    if rest == ".." {
        path.up += 1;
        rest = "";
    }
    for (word, from) in [("@root", From::Root), ("this", From::This), (".", From::This)] {
        if let Some(after) = rest.strip_prefix(word)
            && (after.is_empty() || after.starts_with(['.', '/']))
            && path.from == From::Scope
        {
            path.from = from;
            rest = after.strip_prefix(['.', '/']).unwrap_or(after);
        }
    }
    if path.from == From::Scope && (rest.is_empty() || path.up > 0) {
        path.from = From::This;
    }
    if let Some(after) = rest.strip_prefix('@') {
        path.from = From::Data;
        rest = after;
    }
    while !rest.is_empty() {
        let (name, after) = match rest.strip_prefix('[') {
            Some(inner) => inner.split_once(']')?,
            None => rest.split_at(rest.find(['.', '/', '[']).unwrap_or(rest.len())),
        };
        if name.is_empty() || name.contains(['{', '}', '\'', '"', '`', '*', '<', '>', ';', ',']) {
            return None;
        }
        path.names.push(name.to_owned());
        rest = after.strip_prefix(['.', '/']).unwrap_or(after);
    }
    (!text.is_empty()).then_some(path)
}
