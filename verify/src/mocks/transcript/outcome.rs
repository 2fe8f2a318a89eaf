//! What a call's outcome is on the wire: a status, fields, and a body made of what was returned.

use super::place::path;
use crate::mocks::Reply;
use crate::mocks::placed::{Placed, Value};
use cassettes::json::{Json, Pointer};
use cassettes::model::{Body, Headers, is_header_name};
use cassettes::subject::Spot;

/// What a call's outcome is on the wire.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    status: u16,
    headers: Vec<(String, Form)>,
    body: Option<Form>,
}

/// A JSON document with holes.
#[derive(Debug, Clone)]
enum Form {
    Fixed(Json),
    Hole {
        word: Word,
        /// Where nothing goes in, the member is left out.
        optional: bool,
    },
    List(Vec<Form>),
    Map(Vec<(String, Form)>),
}

/// What goes into a hole.
#[derive(Debug, Clone)]
enum Word {
    /// `$.a.b`: of what was returned or raised.
    Given(Pointer),
    /// `$args.a`: of the arguments.
    Argument(Pointer),
    /// `$page`, `$more`, …: of the page that was asked for.
    Page(&'static str),
}

/// What holes are filled with.
#[derive(Debug, Clone)]
pub(super) struct Filling {
    /// What was returned or raised.
    pub(super) given: Json,
    pub(super) arguments: Json,
    pub(super) page: Page,
}

impl Filling {
    /// Whether another page follows.
    pub(super) fn has_more(&self) -> bool {
        self.page.contains(&("more", Json::Bool(true)))
    }
}

/// What is known of a page, by the names in [`PAGE_WORDS`].
pub(super) type Page = Vec<(&'static str, Json)>;

/// What is known of a page: its items, whether there are more, how many there are in all, and what leads on:
/// a token, the target of the next question, the same as a field's value.
pub(super) const PAGE_WORDS: [&str; 6] = ["page", "more", "total", "next", "next_url", "link"];

impl Outcome {
    /// A status without a body.
    pub(super) fn of(status: u16) -> Outcome {
        Outcome { status, ..Outcome::default() }
    }

    /// Reads `{status, headers, body}`. Errs with the line and what is wrong.
    pub(super) fn read(placed: &Placed, usual: u16) -> Result<Outcome, (u32, String)> {
        let mut outcome = Outcome::of(usual);
        if !placed.is_map() {
            return Err((placed.line, "expected {status, headers, body}".to_owned()));
        }
        for member in placed.members() {
            let value = &member.value;
            match member.name.as_str() {
                "status" => {
                    let status = value.number().and_then(|n| u16::try_from(n).ok());
                    outcome.status =
                        status.filter(|status| (100..=999).contains(status)).ok_or_else(|| {
                            (value.line, "`status`: expected a number from 100 to 999".to_owned())
                        })?;
                }
                "headers" => {
                    for field in value.members() {
                        if !is_header_name(&field.name) {
                            return Err((field.line, format!("`{}` is no field name", field.name)));
                        }
                        outcome.headers.push((field.name.clone(), Form::read(&field.value)?));
                    }
                }
                "body" => outcome.body = Some(Form::read(value)?),
                other => {
                    return Err((
                        member.line,
                        format!("expected `status`, `headers` or `body`, found `{other}`"),
                    ));
                }
            }
        }
        Ok(outcome)
    }

    /// What is answered.
    pub(super) fn reply(&self, filling: &Filling, spot: &Spot) -> Reply {
        let mut headers = Headers::new();
        for (name, form) in &self.headers {
            let value = form.fill(filling);
            if let Some(text) = value.as_ref().and_then(Json::scalar_text) {
                headers.push(name.clone(), text);
            }
        }
        let mut reply = Reply::new(self.status, spot.clone());
        if let Some(body) = self.body.as_ref().and_then(|form| form.fill(filling)) {
            if !headers.contains("content-type") {
                headers.push("content-type", "application/json");
            }
            reply.body = crate::mocks::Content::Fixed(Body::from(body.to_string()));
        }
        reply.headers = headers;
        reply
    }
}

impl Form {
    fn read(placed: &Placed) -> Result<Form, (u32, String)> {
        Ok(match &placed.value {
            Value::List(items) => Form::List(items.iter().map(Form::read).collect::<Result<_, _>>()?),
            Value::Map(members) => Form::Map(
                members
                    .iter()
                    .map(|member| Ok((member.name.clone(), Form::read(&member.value)?)))
                    .collect::<Result<_, (u32, String)>>()?,
            ),
            Value::Scalar(Json::String(text)) => match text.strip_prefix('$') {
                None => Form::Fixed(Json::String(text.clone())),
                // Two are one that is meant.
                Some(rest) if rest.starts_with('$') => Form::Fixed(Json::String(rest.to_owned())),
                Some(_) => {
                    let (word, optional) =
                        text.strip_suffix('?').map_or((text.as_str(), false), |word| (word, true));
                    let word = Word::read(word).ok_or_else(|| {
                        let words: Vec<String> = PAGE_WORDS.iter().map(|word| format!("${word}")).collect();
                        let known = words.join(", ");
                        (
                            placed.line,
                            format!("expected $, $.member, $args.NAME, {known} or $$TEXT, found `{text}`"),
                        )
                    })?;
                    Form::Hole { word, optional }
                }
            },
            Value::Scalar(json) => Form::Fixed(json.clone()),
        })
    }

    /// The document; none for an optional hole that nothing goes into.
    fn fill(&self, filling: &Filling) -> Option<Json> {
        match self {
            Form::Fixed(json) => Some(json.clone()),
            Form::Hole { word, optional } => {
                let found = word.find(filling).filter(|found| !optional || *found != Json::Null);
                if *optional { found } else { Some(found.unwrap_or(Json::Null)) }
            }
            Form::List(items) => {
                Some(Json::Array(items.iter().filter_map(|item| item.fill(filling)).collect()))
            }
            Form::Map(members) => Some(Json::Object(
                members.iter().filter_map(|(name, form)| Some((name.clone(), form.fill(filling)?))).collect(),
            )),
        }
    }
}

impl Word {
    fn read(text: &str) -> Option<Word> {
        if let Some(rest) = text.strip_prefix("$args") {
            return path(&format!("${rest}")).map(Word::Argument);
        }
        if let Some(pointer) = path(text) {
            return Some(Word::Given(pointer));
        }
        let name = text.strip_prefix('$')?;
        PAGE_WORDS.iter().find(|word| **word == name).copied().map(Word::Page)
    }

    fn find(&self, filling: &Filling) -> Option<Json> {
        match self {
            Word::Given(pointer) => pointer.find(&filling.given).cloned(),
            Word::Argument(pointer) => pointer.find(&filling.arguments).cloned(),
            Word::Page(name) => {
                filling.page.iter().find(|(word, _)| word == name).map(|(_, value)| value.clone())
            }
        }
    }
}
