//! A plan as a whole.

use super::{Lesson, PlanError, read, write};
use crate::json::Json;

/// A file of lessons.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The real side's base URL; none where the settings or a flag name it.
    pub upstream: Option<String>,
    /// Fields that every lesson sends that does not say otherwise.
    pub headers: Vec<(String, String)>,
    /// A good token, minted for every lesson that has no credential of its own.
    pub token: Option<TokenSpec>,
    /// In the order in which they are taught.
    pub lessons: Vec<Lesson>,
    /// What cleans up: always taught, in order, after the others.
    pub finally: Vec<Lesson>,
    /// Comments at the top, a line each.
    pub notes: Vec<String>,
}

/// How a good token is made.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenSpec {
    /// The claims, an object; `+1h`, `-5m` and `now` are moments relative to the one of asking.
    pub claims: Json,
    /// Members of the JOSE header besides `alg`, an object: `kid`, `typ`.
    pub header: Json,
    /// The field that carries it, with `{}` for the token.
    pub field: String,
}

impl Default for TokenSpec {
    fn default() -> Self {
        let empty = || Json::Object(Vec::new());
        TokenSpec { claims: empty(), header: empty(), field: TokenSpec::FIELD.to_owned() }
    }
}

impl TokenSpec {
    /// The field where a plan names none (RFC 6750 §2.1).
    pub const FIELD: &str = "Authorization: Bearer {}";

    /// How the field of a token in a body begins: `body.assertion={}` is a member of that name, of a form or of
    /// a JSON object (RFC 7521 §4.2).
    pub const IN_BODY: &str = "body.";

    /// The name of the member that carries the token, where that stands in the body.
    pub fn member(&self) -> Option<&str> {
        self.field.strip_prefix(TokenSpec::IN_BODY)?.strip_suffix("={}").filter(|name| !name.is_empty())
    }

    /// As a lesson's own `token:` says it: claims, header and field, each of which may be missing.
    pub fn of(stated: &Json) -> Result<TokenSpec, String> {
        let mut spec = TokenSpec::default();
        for (name, value) in stated.members() {
            match (name.as_str(), value) {
                ("claims", Json::Object(_)) => spec.claims = value.clone(),
                ("header", Json::Object(_)) => spec.header = value.clone(),
                ("field", Json::String(field)) if is_field(field) => {
                    field.clone_into(&mut spec.field);
                }
                _ => {
                    let expected = "expected claims and a header as maps, and a field such as";
                    return Err(format!("`token`: {expected} `{}`, got `{name}: {value}`", TokenSpec::FIELD));
                }
            }
        }
        Ok(spec)
    }

    /// As [`TokenSpec::of`] reads it.
    pub fn stated(&self) -> Json {
        let mut members = vec![("claims".to_owned(), self.claims.clone())];
        if !self.header.members().is_empty() {
            members.push(("header".to_owned(), self.header.clone()));
        }
        if self.field != TokenSpec::FIELD {
            members.push(("field".to_owned(), Json::String(self.field.clone())));
        }
        Json::Object(members)
    }

    /// The field's name and its value with a token.
    pub fn carry(&self, token: &str) -> (String, String) {
        let (name, value) = self.field.split_once(':').unwrap_or(("Authorization", "Bearer {}"));
        (name.trim().to_owned(), value.trim().replace("{}", token))
    }
}

fn is_field(field: &str) -> bool {
    let in_body = field.strip_prefix(TokenSpec::IN_BODY).is_some_and(|rest| rest.ends_with("={}"));
    (field.contains("{}") && field.contains(':')) || in_body
}

impl Plan {
    /// Reads a plan: YAML, or JSON.
    pub fn parse(text: &[u8]) -> Result<Plan, PlanError> {
        read::read(text)
    }

    /// As YAML that [`Plan::parse`] reads back.
    pub fn to_yaml(&self) -> String {
        write::write(self)
    }

    /// Every lesson, those that clean up last.
    pub fn all(&self) -> impl Iterator<Item = &Lesson> {
        self.lessons.iter().chain(&self.finally)
    }
}
