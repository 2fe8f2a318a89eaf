//! The rules that choose a response.

use super::seen::{Seen, at_path, string};
use super::templating::{DIALECT, World, root, speaks};
use crate::mocks::conditions::{Asked, Condition, Custom, Dialect, Fit, PathTemplate, Pattern};
use crate::mocks::placed::Placed;
use crate::mocks::templates::Template;
use cassettes::json::Json;
use std::sync::Arc;

/// What a route's rules look at besides the request.
#[derive(Debug, Clone)]
pub(super) struct Around {
    pub(super) world: Arc<World>,
    pub(super) paths: Arc<Vec<PathTemplate>>,
}

/// The condition of a rule; `count`: the how-manieth request to the route this is.
pub(super) fn condition(rule: &Placed, around: &Around, count: u64) -> Condition {
    let text = |name: &str| rule.str_of(name).unwrap_or_default().to_owned();
    let (target, operator) = (text("target"), text("operator"));
    let operator = if operator.is_empty() { "equals".to_owned() } else { operator };
    let unknown = |what: String| Condition::Unknown(what);
    let condition = match (target.as_str(), operator.as_str()) {
        ("", _) => Condition::Any(Vec::new()),
        ("global_var", _) => unknown("a rule about global_var".to_owned()),
        (_, "valid_json_schema") => unknown("the operator valid_json_schema".to_owned()),
        (_, "equals" | "regex" | "regex_i" | "null" | "empty_array" | "array_includes") => {
            match Rule::new(target, operator, text("modifier"), text("value"), around, count) {
                Ok(rule) => rule.condition(),
                Err(what) => unknown(what),
            }
        }
        (_, other) => unknown(format!("the operator {other}")),
    };
    if rule.is_true("invert") { Condition::Not(Box::new(condition)) } else { condition }
}

/// Whether a rule looks at how many requests there were.
pub(super) fn counts(rule: &Placed) -> bool {
    rule.str_of("target") == Some("request_number")
}

struct Rule {
    target: String,
    operator: String,
    modifier: Word,
    value: Word,
    around: Around,
    count: u64,
}

/// A text that a template may make.
enum Word {
    Plain(String),
    Made(Template),
}

impl Word {
    fn new(text: String) -> Result<Self, String> {
        if !speaks(&text) {
            return Ok(Word::Plain(text));
        }
        Template::new(&text, &DIALECT).map(Word::Made)
    }

    fn text(&self, asked: &Asked<'_>, seen: &Seen, world: &World) -> Result<String, String> {
        match self {
            Word::Plain(text) => Ok(text.clone()),
            Word::Made(template) => template.fill(root(seen, asked, world), asked.now, 0),
        }
    }
}

impl Rule {
    fn new(
        target: String,
        operator: String,
        modifier: String,
        value: String,
        around: &Around,
        count: u64,
    ) -> Result<Self, String> {
        let value = Word::new(value)?;
        if let (Word::Plain(source), true) = (&value, operator.starts_with("regex")) {
            pattern(source, &operator)?;
        }
        let modifier = Word::new(modifier)?;
        Ok(Rule { target, operator, modifier, value, around: around.clone(), count })
    }

    fn condition(self) -> Condition {
        let shown = |word: &Word| match word {
            Word::Plain(text) => text.clone(),
            Word::Made(_) => "a template".to_owned(),
        };
        let told =
            format!("{} {} {} {}", self.target, shown(&self.modifier), self.operator, shown(&self.value));
        let test = move |asked: &Asked<'_>| Fit::known(self.holds(asked).ok());
        Condition::Custom(Custom { told, test: Arc::new(test) })
    }

    /// Whether the rule holds. Errs where nobody here can tell.
    fn holds(&self, asked: &Asked<'_>) -> Result<bool, String> {
        let seen = Seen::new(asked, &self.around.paths);
        let modifier = self.modifier.text(asked, &seen, &self.around.world)?;
        if self.target == "cookie" && modifier.is_empty() {
            return Ok(false);
        }
        let found = self.found(asked, &seen, &modifier)?;
        match self.operator.as_str() {
            "null" => {
                return Ok(match &found {
                    None | Some(Json::Null) => true,
                    Some(value) => value.as_str() == Some(""),
                });
            }
            "empty_array" => return Ok(matches!(&found, Some(Json::Array(items)) if items.is_empty())),
            _ => {}
        }
        let found = match found {
            None => return Ok(false),
            Some(Json::Null) => Json::String(String::new()),
            Some(found) => found,
        };
        let wanted = self.value.text(asked, &seen, &self.around.world)?;
        let list = match &found {
            Json::Array(items) => Some(items),
            _ => None,
        };
        if self.operator == "array_includes" && !modifier.is_empty() {
            return Ok(list.is_some_and(|items| items.iter().any(|item| string(item) == wanted)));
        }
        if self.operator.starts_with("regex") {
            let pattern = pattern(&wanted, &self.operator)?;
            let takes = |value: &Json| match pattern.fit(&string(value)) {
                Fit::Met => Ok(true),
                Fit::Unmet => Ok(false),
                Fit::Unsure => Err("an expression that goes on so long".to_owned()),
            };
            return match list {
                Some(items) => items.iter().try_fold(false, |any, item| Ok(any || takes(item)?)),
                None => takes(&found),
            };
        }
        Ok(match list {
            Some(items) => items.iter().any(|item| string(item) == wanted),
            None => string(&found) == wanted,
        })
    }

    /// What the rule looks at; none: nothing at all.
    fn found(&self, asked: &Asked<'_>, seen: &Seen, modifier: &str) -> Result<Option<Json>, String> {
        let text = |text: &str| Json::String(text.to_owned());
        Ok(match self.target.as_str() {
            "request_number" => Some(Json::Number(self.count.to_string())),
            "cookie" => {
                asked.cookies().iter().find(|(name, _)| name == modifier).map(|(_, value)| text(value))
            }
            "path" => Some(Json::Array(vec![
                text(&asked.request.target),
                text(self.around.paths.first().map_or("", PathTemplate::source)),
            ])),
            "method" => Some(text(&asked.request.method.to_lowercase())),
            "header" if modifier.is_empty() => Some(text("")),
            "header" => asked.header(modifier).first().map(|value| text(&value.text)),
            "templating" => Some(text(modifier)),
            "params" if modifier.is_empty() => None,
            "params" => at_path(&seen.params, modifier)?,
            "query" => at_path(&seen.query, modifier)?,
            "body" if modifier.is_empty() => match self.operator.as_str() {
                "equals" | "regex" | "regex_i" => Some(text(&seen.text)),
                _ => Some(seen.body.clone()),
            },
            "body" => at_path(&seen.body, modifier)?,
            "data_bucket" => {
                let (name, path) = modifier.split_once('.').unwrap_or((modifier, ""));
                let bucket =
                    self.around.world.buckets.iter().find(|(id, title, _)| id == name || title == name);
                match bucket {
                    None => None,
                    Some((_, _, Some(value))) => at_path(value, path)?,
                    Some((_, _, None)) => return Err("a bucket that a template fills".to_owned()),
                }
            }
            other => return Err(format!("the target {other}")),
        })
    }
}

fn pattern(source: &str, operator: &str) -> Result<Pattern, String> {
    let flags = if operator == "regex_i" { "i" } else { "" };
    Pattern::within(source, flags, Dialect::JavaScript).map_err(|why| format!("regex {source}: {why}"))
}
