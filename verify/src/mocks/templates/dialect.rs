//! A tool's templates: its helpers, and how it writes values.

use super::chance::Chance;
use super::evaluate;
use super::parse::parse;
use super::syntax::{Block, Call as Words, Expr, From, Node, Path};
use super::value::Value;
use cassettes::model::Timestamp;

/// What a helper is given.
#[derive(Debug)]
pub struct Call<'a> {
    /// In order.
    pub params: Vec<Value>,
    /// By name.
    pub hash: Vec<(String, Value)>,
    /// What the template as a whole is filled with.
    pub root: &'a Value,
    /// The moment of the run.
    pub now: Timestamp,
    /// Where chance is drawn from.
    pub chance: &'a Chance,
}

/// Makes a value. Errs with what it does not understand.
pub type Helper = fn(&Call<'_>) -> Result<Value, String>;

/// A tool's templates.
#[derive(Debug)]
pub struct Dialect {
    /// Names and helpers, the first of a name counts. `if`, `unless`, `each`, `with`, `assign` and `lookup`
    /// are everybody's.
    pub helpers: &'static [&'static [(&'static str, Helper)]],
    /// The names with which a path may begin.
    pub roots: &'static [&'static str],
    /// `{{…}}` writes HTML.
    pub escapes: bool,
    /// A block's mark alone on its line takes the line with it.
    pub trims: bool,
}

/// The blocks that change what stands in scope, and the only helpers that are no functions.
pub(super) const BLOCKS: [&str; 6] = ["if", "unless", "each", "with", "assign", "lookup"];

impl Dialect {
    /// The helper of that name.
    pub(super) fn find(&self, name: &str) -> Option<Helper> {
        self.helpers.iter().copied().flatten().find(|(n, _)| *n == name).map(|(_, helper)| *helper)
    }

    /// Whether text speaks this dialect: one of its expressions names a root or a helper.
    pub fn speaks(&self, text: &str) -> bool {
        text.split("{{").skip(1).any(|inner| {
            let inner = inner.trim_start_matches(['{', '~', '#', '^', '&', ' ']);
            let word: String = inner.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let known = self.find(&word).is_some() || BLOCKS.contains(&word.as_str());
            self.roots.contains(&word.as_str()) || (known && inner[word.len()..].contains("}}"))
        })
    }
}

impl Call<'_> {
    /// A parameter as text; empty where there is none.
    pub fn text(&self, at: usize) -> Result<String, String> {
        self.params.get(at).map_or(Ok(String::new()), Value::written)
    }

    /// What stands under a name.
    pub fn named(&self, name: &str) -> Option<&Value> {
        self.hash.iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// What stands under a name, as text.
    pub fn named_text(&self, name: &str) -> Result<Option<String>, String> {
        self.named(name).map(Value::written).transpose()
    }

    /// A whole number under a name.
    pub fn named_number(&self, name: &str) -> Result<Option<i64>, String> {
        let Some(text) = self.named_text(name)? else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| format!("{name}={text}"))
    }

    /// Refuses names that the helper does not know.
    pub fn only(&self, names: &[&str]) -> Result<(), String> {
        match self.hash.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            Some((name, _)) => Err(format!("{name}= of a helper")),
            None => Ok(()),
        }
    }
}

/// A template that has been read and checked.
#[derive(Debug, Clone)]
pub struct Template {
    nodes: Vec<Node>,
    dialect: &'static Dialect,
}

impl Template {
    /// Reads a template. Errs with what of it is not understood.
    pub fn new(text: &str, dialect: &'static Dialect) -> Result<Self, String> {
        let nodes = parse(text, dialect.trims)?;
        let mut check = Check { dialect, names: dialect.roots.iter().map(|r| (*r).to_owned()).collect() };
        check.nodes(&nodes, false)?;
        Ok(Template { nodes, dialect })
    }

    /// Fills it. Errs with what of it is not understood after all.
    pub fn fill(&self, root: Value, now: Timestamp, seed: u64) -> Result<String, String> {
        evaluate::fill(&self.nodes, self.dialect, root, now, &Chance::new(seed))
    }
}

/// Finds what no dialect of ours knows before anything is asked.
struct Check {
    dialect: &'static Dialect,
    /// What paths may begin with.
    names: Vec<String>,
}

impl Check {
    /// `inside`: names may be those of an unknown value.
    fn nodes(&mut self, nodes: &[Node], inside: bool) -> Result<(), String> {
        nodes.iter().try_for_each(|node| match node {
            Node::Text(_) => Ok(()),
            Node::Put { call, .. } => self.call(call, inside),
            Node::Block(block) => self.block(block, inside),
        })
    }

    fn block(&mut self, block: &Block, inside: bool) -> Result<(), String> {
        let name = block.call.name().unwrap_or_default();
        self.call(&block.call, inside)?;
        if name == "assign"
            && let [Expr::Literal(literal)] = block.call.params.as_slice()
        {
            self.names.extend(literal.as_str().map(str::to_owned));
        }
        self.names.extend(block.names.iter().cloned());
        let opens =
            !(BLOCKS.contains(&name) || self.dialect.find(name).is_some()) || matches!(name, "each" | "with");
        self.nodes(&block.body, inside || opens)?;
        self.nodes(&block.other, inside)
    }

    fn call(&mut self, call: &Words, inside: bool) -> Result<(), String> {
        for param in call.params.iter().chain(call.hash.iter().map(|(_, value)| value)) {
            self.expression(param, inside)?;
        }
        if let Some((_, Expr::Literal(literal))) = call.hash.iter().find(|(name, _)| name == "assign") {
            self.names.extend(literal.as_str().map(str::to_owned));
        }
        let known =
            call.name().is_some_and(|name| BLOCKS.contains(&name) || self.dialect.find(name).is_some());
        match (known, call.is_bare()) {
            (true, _) => Ok(()),
            (false, true) => self.path(&call.path, inside),
            (false, false) => Err(format!("the helper {}", call.path.text)),
        }
    }

    fn expression(&mut self, expression: &Expr, inside: bool) -> Result<(), String> {
        match expression {
            Expr::Literal(_) => Ok(()),
            Expr::Path(path) => self.path(path, inside),
            Expr::Call(call) => self.call(call, inside),
        }
    }

    fn path(&self, path: &Path, inside: bool) -> Result<(), String> {
        let first = path.names.first();
        let known = match path.from {
            From::Scope => inside || first.is_none_or(|name| self.names.contains(name)),
            From::Root => first.is_none_or(|name| self.names.contains(name)),
            From::This | From::Data => true,
        };
        // A helper may be given where a value is wanted.
        let helper = path.names.len() == 1 && first.is_some_and(|name| self.dialect.find(name).is_some());
        if known || helper { Ok(()) } else { Err(format!("the name {}", path.text)) }
    }
}
