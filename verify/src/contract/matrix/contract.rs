//! A contract: one number, everybody who computes it, and the cases that all of them must answer alike.

use super::decimal::{Form, Scale};
use super::error::ContractError;
use super::expect::Expect;
use super::read;
use super::template::Template;
use super::value::Value;
use cassettes::json::{Json, Query};

/// One number and its cases.
#[derive(Debug, Clone)]
pub struct Contract {
    /// What the number is called.
    pub number: String,
    /// What it counts, where that is said.
    pub unit: Option<String>,
    /// When two answers are the same.
    pub compare: Compare,
    /// Answers that are the same although they are written otherwise, in groups.
    pub same: Vec<Vec<Expect>>,
    /// Who computes it, in the order of the file.
    pub implementations: Vec<Implementation>,
    /// The questions, in the order of the file.
    pub cases: Vec<Case>,
    /// Where the kinds of things stand that the cases must cover.
    pub covers: Option<Covers>,
}

/// When two answers are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compare {
    /// When they are written alike: 7, 7.0 and "7" are three answers.
    #[default]
    Text,
    /// When they are the same decimal number, however it is written.
    Number,
}

/// Somebody who computes the number.
#[derive(Debug, Clone)]
pub struct Implementation {
    /// As the contract calls it.
    pub name: String,
    /// Where it stands, counted from one.
    pub line: u32,
    /// How it is asked.
    pub asks: Asks,
    /// Where in its answer the number stands.
    pub value: Value,
    /// What it counts, where that is not the contract's unit.
    pub unit: Option<String>,
    /// How many of its units are one of the contract's.
    pub scale: Scale,
    /// How it groups digits.
    pub form: Option<Form>,
    /// What its answers are taken for, whatever they call themselves.
    pub media_type: Option<String>,
}

/// How an implementation is asked.
#[derive(Debug, Clone)]
pub enum Asks {
    /// Over HTTP, where the target is a whole URL.
    Http(Question),
    /// Over HTTP, a server that the command starts; the target is a path.
    Started(String, Question),
    /// A program is run; what it prints is the answer.
    Exec(Vec<Template>),
    /// A recording is looked into.
    Cassette(String, Question),
}

/// What is asked over HTTP.
#[derive(Debug, Clone)]
pub struct Question {
    /// Of the request.
    pub method: String,
    /// A URL or a path.
    pub target: Template,
    /// Its fields.
    pub headers: Vec<(String, Template)>,
    /// Its body.
    pub content: Content,
}

/// What is sent along.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Nothing.
    Nothing,
    /// A document whose texts are templates.
    Json(Json),
    /// A form's names and values.
    Form(Vec<(String, Template)>),
    /// Text.
    Text(Template),
}

/// One input for all implementations.
#[derive(Debug, Clone)]
pub struct Case {
    /// As the contract calls it.
    pub name: String,
    /// Where it stands, counted from one.
    pub line: u32,
    /// The variables of the questions.
    pub with: Vec<(String, Json)>,
    /// What all must answer, where that is stated.
    pub expect: Option<Expect>,
    /// The kinds of things that it holds, and the lines on which they are named.
    pub covers: Vec<(String, u32)>,
}

/// Where the kinds of things stand that somebody must have a case for.
#[derive(Debug, Clone)]
pub struct Covers {
    /// As the contract writes it.
    pub text: String,
    /// The same, read.
    pub field: Query,
    /// What holds the field, and the field's own name; none where the path does not end in a name.
    pub holder: Option<(Query, String)>,
    /// The cassettes, as the contract writes them.
    pub files: Vec<String>,
    /// Where it stands.
    pub line: u32,
}

impl Contract {
    /// Reads a contract: YAML, or JSON. `secrets` are the names that `{{…}}` may have.
    pub fn parse(text: &[u8], secrets: &[&str]) -> Result<Contract, ContractError> {
        let whole = String::from_utf8_lossy(text);
        read::read(text, secrets).map_err(|error| error.placed(&whole))
    }

    /// The names of the secrets that its questions carry.
    pub fn secrets(&self) -> std::collections::BTreeSet<String> {
        let templates = self.implementations.iter().flat_map(|one| one.asks.templates());
        templates.flat_map(|template| template.secrets().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// Every scale that somebody has, each once.
    pub(super) fn scales(&self) -> Vec<Scale> {
        let mut scales: Vec<Scale> = Vec::new();
        for implementation in &self.implementations {
            if !scales.contains(&implementation.scale) {
                scales.push(implementation.scale);
            }
        }
        scales
    }
}

impl Asks {
    /// In a word, for reports.
    pub fn kind(&self) -> &'static str {
        match self {
            Asks::Http(_) => "http",
            Asks::Started(..) => "started",
            Asks::Exec(_) => "exec",
            Asks::Cassette(..) => "cassette",
        }
    }

    /// Every template in it.
    pub(super) fn templates(&self) -> Vec<Template> {
        let question = match self {
            Asks::Exec(words) => return words.clone(),
            Asks::Http(question) | Asks::Started(_, question) | Asks::Cassette(_, question) => question,
        };
        let mut all = vec![question.target.clone()];
        all.extend(question.headers.iter().map(|(_, value)| value.clone()));
        match &question.content {
            Content::Nothing => {}
            Content::Json(json) => all.extend(super::template::texts(json)),
            Content::Form(pairs) => all.extend(pairs.iter().map(|(_, value)| value.clone())),
            Content::Text(text) => all.push(text.clone()),
        }
        all
    }
}
