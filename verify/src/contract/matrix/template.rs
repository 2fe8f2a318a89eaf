//! Texts with `{variable}` and `{{secret}}` in them. They are read once: what is put in is never read again, so a
//! value can bring in neither a secret nor another variable.

use cassettes::json::Json;
use cassettes::model::encode;

/// A text with places to fill.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
    Secret(String),
}

/// How values are written where they are put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// As they are.
    Plain,
    /// Percent-encoded (RFC 3986 §2.1): a value is one segment or one value of a query, whatever it holds.
    Url,
    /// The same for people, who see a secret's name.
    Shown,
}

/// What there is to put in.
#[derive(Clone, Copy)]
pub struct Values<'v> {
    /// The variables of a case.
    pub with: &'v [(String, Json)],
    /// The value of a named secret; none where it has none here.
    pub secret: &'v dyn Fn(&str) -> Option<String>,
}

/// A name without a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfilled {
    /// The case gives no such variable.
    #[error("no value for {{{0}}}")]
    Variable(String),
    /// The secret has no value here.
    #[error("the secret `{0}` has no value here")]
    Secret(String),
}

impl Template {
    /// Reads a text. Braces that hold no name are text.
    pub fn parse(text: &str) -> Template {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, open) = rest.split_at(at);
            literal.push_str(before);
            let (part, length) = match (named(open, "{{", "}}"), named(open, "{", "}")) {
                (Some(name), _) => (Part::Secret(name.trim().to_owned()), name.len() + 4),
                (None, Some(name)) => (Part::Variable(name.to_owned()), name.len() + 2),
                (None, None) => {
                    literal.push('{');
                    rest = &open[1..];
                    continue;
                }
            };
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(part);
            rest = &open[length..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Text(literal));
        }
        Template(parts)
    }

    /// Whether its first part is to be filled.
    pub(super) fn begins_with_a_name(&self) -> bool {
        self.0.first().is_some_and(|part| !matches!(part, Part::Text(_)))
    }

    /// The variables in it.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Variable(name) => Some(name.as_str()),
            Part::Text(_) | Part::Secret(_) => None,
        })
    }

    /// The secrets in it.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Secret(name) => Some(name.as_str()),
            Part::Text(_) | Part::Variable(_) => None,
        })
    }

    /// The text with its values.
    pub fn fill(&self, values: Values<'_>, writing: Writing) -> Result<String, Unfilled> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Variable(name) => out.push_str(&written(variable(values.with, name)?, writing)),
                Part::Secret(name) => {
                    let secret = (values.secret)(name).ok_or_else(|| Unfilled::Secret(name.clone()))?;
                    out.push_str(&if writing == Writing::Url { encode(&secret) } else { secret });
                }
            }
        }
        Ok(out)
    }

    /// A JSONPath with its values, each a literal where it stands: the inside of a string between quotes, a name after
    /// a dot, else a number or a string. No value is ever read as a part of the path.
    pub fn fill_path(&self, values: Values<'_>) -> Result<String, Unfilled> {
        let mut out = String::new();
        let mut quote: Option<char> = None;
        for part in &self.0 {
            let value = match part {
                Part::Text(text) => {
                    quote = left_open(text, quote);
                    out.push_str(text);
                    continue;
                }
                Part::Variable(name) => variable(values.with, name)?,
                Part::Secret(name) => return Err(Unfilled::Secret(name.clone())),
            };
            let text = value.scalar_text().unwrap_or_default();
            let inside = quoted_inside(text, quote.unwrap_or('\''));
            let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            match quote {
                Some(_) => out.push_str(&inside),
                None if cassettes::json::plain_number(text).is_some() => out.push_str(text),
                None if out.ends_with('.') && is_name => out.push_str(text),
                None if out.ends_with('.') => {
                    // `$..{name}` keeps its dots, `$.{name}` is `$['name']`.
                    if !out.ends_with("..") {
                        out.pop();
                    }
                    out.push_str(&format!("['{inside}']"));
                }
                None => out.push_str(&format!("'{inside}'")),
            }
        }
        Ok(out)
    }

    /// The value of the variable that it is, if it is nothing else: with its kind, a number as a number.
    fn alone<'v>(&self, values: Values<'v>) -> Result<Option<&'v Json>, Unfilled> {
        match self.0.as_slice() {
            [Part::Variable(name)] => variable(values.with, name).map(Some),
            _ => Ok(None),
        }
    }
}

/// A document with the values of its names. A string that is nothing but a variable takes the value as it is.
pub fn fill_json(json: &Json, values: Values<'_>) -> Result<Json, Unfilled> {
    Ok(match json {
        Json::String(text) => {
            let template = Template::parse(text);
            match template.alone(values)? {
                Some(value) => value.clone(),
                None => Json::String(template.fill(values, Writing::Plain)?),
            }
        }
        Json::Array(items) => {
            Json::Array(items.iter().map(|item| fill_json(item, values)).collect::<Result<_, _>>()?)
        }
        Json::Object(members) => {
            let fill = |(name, value): &(String, Json)| {
                let name = Template::parse(name).fill(values, Writing::Plain)?;
                Ok((name, fill_json(value, values)?))
            };
            Json::Object(members.iter().map(fill).collect::<Result<_, _>>()?)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
    })
}

/// Every text of a document, its names included, as templates.
pub(super) fn texts(json: &Json) -> Vec<Template> {
    match json {
        Json::String(text) => vec![Template::parse(text)],
        Json::Array(items) => items.iter().flat_map(texts).collect(),
        Json::Object(members) => members
            .iter()
            .flat_map(|(name, value)| [vec![Template::parse(name)], texts(value)].concat())
            .collect(),
        Json::Null | Json::Bool(_) | Json::Number(_) => Vec::new(),
    }
}

/// The quote that is open after a part of a JSONPath.
fn left_open(text: &str, mut quote: Option<char>) -> Option<char> {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(chars.next()),
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            _ => {}
        }
    }
    quote
}

/// A text as the inside of a quoted string of a JSONPath (RFC 9535 §2.3.1.1).
fn quoted_inside(text: &str, quote: char) -> String {
    text.replace('\\', "\\\\").replace(quote, &format!("\\{quote}"))
}

fn variable<'v>(with: &'v [(String, Json)], name: &str) -> Result<&'v Json, Unfilled> {
    let found = with.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    found.ok_or_else(|| Unfilled::Variable(name.to_owned()))
}

fn written(value: &Json, writing: Writing) -> String {
    let text = value.scalar_text().unwrap_or_default();
    match writing {
        Writing::Plain => text.to_owned(),
        Writing::Url | Writing::Shown => encode(text),
    }
}

/// The name between these marks at the beginning of a text.
fn named<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let inner = text.strip_prefix(open)?;
    let name = &inner[..inner.find(close)?];
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    is_name(name.trim()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_not_read_again() {
        let with =
            [("id".to_owned(), Json::from("a/b {{key}} {id}")), ("n".to_owned(), Json::Number("7".into()))];
        let secret = |name: &str| (name == "key").then(|| "s3cret".to_owned());
        let values = Values { with: &with, secret: &secret };
        let fill = |text: &str, writing| Template::parse(text).fill(values, writing);
        assert_eq!(fill("/x/{id}", Writing::Url).as_deref(), Ok("/x/a%2Fb%20%7B%7Bkey%7D%7D%20%7Bid%7D"));
        assert_eq!(
            fill("{{key}} {n} {} {{ key }}{a b}", Writing::Plain).as_deref(),
            Ok("s3cret 7 {} s3cret{a b}")
        );
        assert_eq!(fill("{nope}", Writing::Plain), Err(Unfilled::Variable("nope".into())));
        assert_eq!(fill("{{nope}}", Writing::Plain), Err(Unfilled::Secret("nope".into())));
        let path = |text: &str, item: &str| {
            let with = [("i".to_owned(), Json::from(item))];
            Template::parse(text).fill_path(Values { with: &with, secret: &secret })
        };
        for (text, item, filled) in [
            ("$[?(@.id=={i})].n", "2", "$[?(@.id==2)].n"),
            ("$[?(@.id=={i})].n", "7 || @.id==2", "$[?(@.id=='7 || @.id==2')].n"),
            ("$[?(@.id=='{i}')].n", "it's", "$[?(@.id=='it\\'s')].n"),
            ("$.{i}.n", "a", "$.a.n"),
            ("$.{i}.n", "a b", "$['a b'].n"),
            ("$[{i}]", "x)]", "$['x)]']"),
        ] {
            assert_eq!(path(text, item).as_deref(), Ok(filled));
        }
        let body = Json::parse(br#"{"n":"{n}","t":"no {n}"}"#).expect("json");
        assert_eq!(
            fill_json(&body, values).map(|json| json.to_string()).as_deref(),
            Ok(r#"{"n":7,"t":"no 7"}"#)
        );
    }
}
