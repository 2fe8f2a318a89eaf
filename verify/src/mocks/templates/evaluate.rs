//! Fills templates.

use super::chance::Chance;
use super::dialect::{Call, Dialect};
use super::syntax::{Block, Call as Words, Expr, From, Node, Path};
use super::value::Value;
use cassettes::json::Json;
use cassettes::model::Timestamp;

/// The most pieces that a template may make.
const MOST_STEPS: u32 = 150_000;

/// The longest text that a template may make, in bytes.
const LONGEST: usize = 16 << 20;

/// Fills a template.
pub(super) fn fill(
    nodes: &[Node],
    dialect: &Dialect,
    root: Value,
    now: Timestamp,
    chance: &Chance,
) -> Result<String, String> {
    let frame = Frame { this: root, data: Vec::new(), locals: Vec::new() };
    let mut filling = Filling { dialect, now, chance, frames: vec![frame], out: String::new(), steps: 0 };
    filling.nodes(nodes)?;
    Ok(filling.out)
}

struct Frame {
    this: Value,
    /// `@index` and the like.
    data: Vec<(&'static str, Value)>,
    /// Names of the template's own.
    locals: Vec<(String, Value)>,
}

struct Filling<'a> {
    dialect: &'a Dialect,
    now: Timestamp,
    chance: &'a Chance,
    frames: Vec<Frame>,
    out: String,
    steps: u32,
}

impl Filling<'_> {
    fn nodes(&mut self, nodes: &[Node]) -> Result<(), String> {
        for node in nodes {
            self.steps += 1;
            if self.steps > MOST_STEPS || self.out.len() > LONGEST {
                return Err("a template that goes on so long".to_owned());
            }
            match node {
                Node::Text(text) => self.out.push_str(text),
                Node::Put { call, raw } => {
                    let written = self.call(call)?.written()?;
                    if *raw || !self.dialect.escapes {
                        self.out.push_str(&written);
                    } else {
                        escape(&written, &mut self.out);
                    }
                }
                Node::Block(block) => self.block(block)?,
            }
        }
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result<(), String> {
        let (body, other) =
            if block.inverse { (&block.other, &block.body) } else { (&block.body, &block.other) };
        let name = block.call.name().unwrap_or_default();
        match name {
            "if" | "unless" => {
                let holds = self.first(&block.call)?.holds() == (name == "if");
                self.nodes(if holds { body } else { other })
            }
            "with" => {
                let value = self.first(&block.call)?;
                if value.holds() { self.within(value, block, body) } else { self.nodes(other) }
            }
            "each" => {
                let value = self.first(&block.call)?;
                self.each(&value, block, body, other)
            }
            "assign" => {
                let name = self.first(&block.call)?.written()?;
                let before = std::mem::take(&mut self.out);
                let made = self.nodes(body);
                let text = std::mem::replace(&mut self.out, before);
                made?;
                self.assign(name, Value::text(text));
                Ok(())
            }
            _ => {
                let helper = block.call.name().is_some_and(|name| self.dialect.find(name).is_some());
                let value = self.call(&block.call)?;
                match value.entries() {
                    // A section over a value: a list is gone through, anything else steps into.
                    Some(_)
                        if !helper
                            && matches!(
                                value,
                                Value::List(_) | Value::Many(_) | Value::Json(Json::Array(_))
                            ) =>
                    {
                        self.each(&value, block, body, other)
                    }
                    _ if !value.holds() => self.nodes(other),
                    _ if helper => self.nodes(body),
                    _ => self.within(value, block, body),
                }
            }
        }
    }

    fn within(&mut self, value: Value, block: &Block, body: &[Node]) -> Result<(), String> {
        let locals = block.names.first().map(|name| (name.clone(), value.clone()));
        self.frames.push(Frame { this: value, data: Vec::new(), locals: locals.into_iter().collect() });
        let done = self.nodes(body);
        self.frames.pop();
        done
    }

    fn each(&mut self, value: &Value, block: &Block, body: &[Node], other: &[Node]) -> Result<(), String> {
        let entries = value.entries().unwrap_or_default();
        if entries.is_empty() {
            return self.nodes(other);
        }
        let last = entries.len() - 1;
        for (index, (key, item)) in entries.into_iter().enumerate() {
            let key = key.map_or_else(|| Value::number(index), Value::text);
            let data = vec![
                ("index", Value::number(index)),
                ("key", key.clone()),
                ("first", Value::truth(index == 0)),
                ("last", Value::truth(index == last)),
            ];
            let names = block.names.iter().cloned().zip([item.clone(), key]);
            self.frames.push(Frame { this: item, data, locals: names.collect() });
            let done = self.nodes(body);
            self.frames.pop();
            done?;
        }
        Ok(())
    }

    fn first(&mut self, call: &Words) -> Result<Value, String> {
        match call.params.first() {
            Some(param) => self.expression(param),
            None => Err(format!("{} without a value", call.path.text)),
        }
    }

    fn expression(&mut self, expression: &Expr) -> Result<Value, String> {
        match expression {
            Expr::Literal(Json::Null) => Ok(Value::Nothing),
            Expr::Literal(json) => Ok(Value::Json(json.clone())),
            Expr::Call(call) => self.call(call),
            Expr::Path(path) => {
                let value = self.path(path);
                let helper = (path.from == From::Scope && path.names.len() == 1)
                    .then(|| self.dialect.find(&path.names[0]));
                match (value, helper.flatten()) {
                    (Value::Nothing, Some(helper)) => helper(&self.given(Vec::new(), Vec::new())),
                    (value, _) => Ok(value),
                }
            }
        }
    }

    fn given(&self, params: Vec<Value>, hash: Vec<(String, Value)>) -> Call<'_> {
        let root = self.frames.first().map_or(&Value::Nothing, |frame| &frame.this);
        Call { params, hash, root, now: self.now, chance: self.chance }
    }

    fn call(&mut self, call: &Words) -> Result<Value, String> {
        self.steps += 1;
        let Some(name) = call.name() else { return Ok(self.path(&call.path)) };
        if call.is_bare() {
            // A value of that name goes before the helper.
            let value = self.path(&call.path);
            if value != Value::Nothing {
                return Ok(value);
            }
        }
        let params: Vec<Value> = call.params.iter().map(|p| self.expression(p)).collect::<Result<_, _>>()?;
        if name == "lookup" {
            let key = params.get(1).unwrap_or(&Value::Nothing).written()?;
            return Ok(params.first().unwrap_or(&Value::Nothing).get(&key));
        }
        let Some(helper) = self.dialect.find(name) else {
            return if call.is_bare() { Ok(Value::Nothing) } else { Err(format!("the helper {name}")) };
        };
        let mut hash = Vec::with_capacity(call.hash.len());
        let mut assigned = None;
        for (name, value) in &call.hash {
            let value = self.expression(value)?;
            if name == "assign" {
                assigned = Some(value.written()?);
            } else {
                hash.push((name.clone(), value));
            }
        }
        let made = helper(&self.given(params, hash)).map_err(|why| format!("{why} ({name})"))?;
        match assigned {
            Some(name) => {
                self.assign(name, made);
                Ok(Value::Nothing)
            }
            None => Ok(made),
        }
    }

    fn assign(&mut self, name: String, value: Value) {
        // Known to the whole template from here on.
        if let Some(frame) = self.frames.first_mut() {
            frame.locals.retain(|(n, _)| *n != name);
            frame.locals.push((name, value));
        }
    }

    fn path(&self, path: &Path) -> Value {
        let top = self.frames.len().saturating_sub(1 + path.up);
        let Some(frame) = self.frames.get(top) else { return Value::Nothing };
        let mut names = path.names.iter();
        let mut value = match path.from {
            From::Root => self.frames.first().map_or(Value::Nothing, |frame| frame.this.clone()),
            From::This => frame.this.clone(),
            From::Data => {
                let Some(name) = names.next() else { return Value::Nothing };
                let frames = self.frames.iter().take(top + 1).rev();
                let found = frames.flat_map(|f| &f.data).find(|(n, _)| n == name);
                found.map_or(Value::Nothing, |(_, value)| value.clone())
            }
            From::Scope => {
                let Some(name) = names.next() else { return Value::Nothing };
                self.named(name, top)
            }
        };
        for name in names {
            value = value.get(name);
        }
        value
    }

    /// A name: the template's own, then the value's, then those of the values around it.
    fn named(&self, name: &str, top: usize) -> Value {
        for frame in self.frames.iter().take(top + 1).rev() {
            if let Some((_, value)) = frame.locals.iter().find(|(n, _)| n == name) {
                return value.clone();
            }
            let value = frame.this.get(name);
            if value != Value::Nothing {
                return value;
            }
        }
        Value::Nothing
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            '`' => out.push_str("&#x60;"),
            '=' => out.push_str("&#x3D;"),
            c => out.push(c),
        }
    }
}
