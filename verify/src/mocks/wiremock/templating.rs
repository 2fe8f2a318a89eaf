//! The tool's templates: what they see of a request.

use super::super::conditions::{Asked, PathTemplate};
use super::super::placed::Placed;
use super::super::stub::{Made, Scene};
use super::super::templates::{Dialect, LOGIC, TEXTS, Template, Value};
use super::helpers::HELPERS;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::json::Json;
use std::sync::Arc;

/// The transformer that fills templates.
pub(super) const NAME: &str = "response-template";

/// The tool's templates. What they write is never HTML unless its server was told so.
pub(super) static DIALECT: Dialect = Dialect {
    helpers: &[HELPERS, LOGIC, TEXTS],
    roots: &["request", "parameters"],
    escapes: false,
    trims: false,
};

/// Whether a response asks for templates.
pub(super) fn asked_for(response: &Placed) -> bool {
    let transformers = response.get("transformers").map_or(&[][..], Placed::items);
    transformers.iter().any(|name| name.as_str() == Some(NAME))
}

/// Whether a text is meant as a template where the response does not ask for any: servers can be told to
/// fill all of them, and nobody serves `{{request.path}}` as it is.
pub(super) fn speaks(text: &str) -> bool {
    DIALECT.speaks(text)
}

/// What templates of one mapping see besides the request.
#[derive(Debug, Clone, Default)]
pub(super) struct Scenery {
    /// The path with its variables.
    pub(super) path: Option<PathTemplate>,
    /// `transformerParameters`
    pub(super) parameters: Option<Json>,
}

impl Scenery {
    /// Of a mapping.
    pub(super) fn of(mapping: &Placed) -> Self {
        let path = mapping.get("request").and_then(|request| request.str_of("urlPathTemplate"));
        let parameters = mapping.get("response").and_then(|r| r.get("transformerParameters"));
        Scenery {
            path: path.and_then(|source| PathTemplate::braces(source).ok()),
            parameters: parameters.map(Placed::to_json),
        }
    }

    fn fill(&self, template: &Template, scene: &Scene<'_>) -> Result<String, String> {
        let parameters = self.parameters.clone().map_or(Value::Nothing, Value::Json);
        let members = vec![
            ("request".to_owned(), request(scene.asked, self.path.as_ref())),
            ("parameters".to_owned(), parameters),
        ];
        template.fill(Value::Map { members, any_case: false }, scene.asked.now, scene.turn)
    }
}

/// A template that is filled for each answer.
pub(super) fn made(template: Template, scenery: Scenery) -> Made {
    Made(Arc::new(move |scene| scenery.fill(&template, scene)))
}

/// A body in the file whose name a template makes; `find` gives it, and it may be a template itself.
pub(super) fn made_file(
    name: Template,
    scenery: Scenery,
    fills: bool,
    find: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> Made {
    Made(Arc::new(move |scene| {
        let path = scenery.fill(&name, scene)?;
        let text = find(&path).ok_or_else(|| format!("the body file {path}: there is no such text"))?;
        if fills && text.contains("{{") {
            scenery.fill(&Template::new(&text, &DIALECT)?, scene)
        } else {
            Ok(text)
        }
    }))
}

fn request(asked: &Asked<'_>, path: Option<&PathTemplate>) -> Value {
    let named = path.and_then(|path| path.values(&asked.path().text)).unwrap_or_default();
    let list = asked.path().text.split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect();
    let path = Value::Parts { text: asked.path().text.to_string(), list, named };
    let header =
        |name: &str| asked.header(name).first().map_or(String::new(), |value| value.text.to_string());
    let host = header("host");
    let (name, port) = host.rsplit_once(':').unwrap_or((host.as_str(), "80"));
    let body = asked.body().map_or(String::new(), |body| body.text.to_string());
    let headers = asked.request.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_owned(), String::from_utf8_lossy(value).into_owned()));
    let members = [
        ("id", Value::text("00000000-0000-4000-8000-000000000000")),
        ("url", Value::text(asked.target().text.to_string())),
        ("path", path.clone()),
        ("pathSegments", path),
        ("query", many(asked.query().iter().cloned(), false)),
        ("method", Value::text(asked.method().text.to_string())),
        ("scheme", Value::text("http")),
        ("host", Value::text(name)),
        ("port", Value::number(port)),
        ("baseUrl", Value::text(format!("http://{host}"))),
        ("headers", many(headers, true)),
        ("cookies", many(asked.cookies().iter().cloned(), false)),
        ("body", Value::text(body)),
        ("bodyAsBase64", Value::text(STANDARD.encode(asked.bytes()))),
    ];
    Value::Map { members: members.into_iter().map(|(n, v)| (n.to_owned(), v)).collect(), any_case: false }
}

/// All values of each name together.
fn many(pairs: impl Iterator<Item = (String, String)>, any_case: bool) -> Value {
    let mut members: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in pairs {
        let same = |n: &str| if any_case { n.eq_ignore_ascii_case(&name) } else { n == name };
        match members.iter_mut().find(|(n, _)| same(n)) {
            Some((_, values)) => values.push(value),
            None => members.push((name, vec![value])),
        }
    }
    Value::Map { members: members.into_iter().map(|(n, v)| (n, Value::Many(v))).collect(), any_case }
}
