//! What a document demands of a request before it is answered: credentials, parameters, a body of the right type
//! and form. Servers that are made from documents refuse what is wrong; what cannot be told is taken for right.

use super::library::{Library, Place};
use super::operations::Operation;
use super::schema::{Compiler, Schemas};
use crate::mocks::conditions::{Asked, Fit, PathTemplate};
use crate::mocks::placed::Placed;
use cassettes::json::Json;

/// What is wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// No credential, or none of the right kind.
    Credential,
    /// A body of a type that the operation does not take.
    Media,
    /// A parameter or a body that is missing, or not what its schema says.
    Content,
}

/// What an operation demands.
#[derive(Debug)]
pub(super) struct Demands {
    /// One of these; each of its schemes. Empty: none.
    security: Vec<Vec<Scheme>>,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    schemas: Schemas,
    paths: Vec<PathTemplate>,
}

#[derive(Debug)]
enum Scheme {
    Key {
        place: String,
        name: String,
    },
    /// The word with which the Authorization header begins.
    Authorization(&'static str),
    /// One that nobody here can check.
    Unknown,
}

#[derive(Debug)]
struct Parameter {
    place: String,
    name: String,
    required: bool,
    schema: Option<usize>,
}

#[derive(Debug)]
struct Body {
    required: bool,
    /// Media types and their schemas.
    types: Vec<(String, Option<usize>)>,
}

impl Demands {
    /// Reads what an operation demands.
    pub(super) fn read(library: &Library<'_>, root: Place<'_>, operation: &Operation<'_>) -> Self {
        let mut compiler = Compiler::new(library);
        let parameter = |place: &Place<'_>, compiler: &mut Compiler<'_, '_>| Parameter {
            place: place.node.str_of("in").unwrap_or_default().to_owned(),
            name: place.node.str_of("name").unwrap_or_default().to_owned(),
            required: place.node.is_true("required"),
            schema: place.get("schema").map(|schema| compiler.add(schema)),
        };
        let parameters = operation.parameters.iter().map(|p| parameter(p, &mut compiler)).collect();
        let body = operation.object.get("requestBody").and_then(|body| library.resolve(body).ok());
        let body = body.map(|body| {
            let content = body.get("content");
            let types = content.map(|content| content.node.members().iter().map(move |m| (content, m)));
            let types = types.into_iter().flatten().map(|(content, member)| {
                let schema = content.with(&member.value).get("schema").map(|schema| compiler.add(schema));
                (member.name.to_ascii_lowercase(), schema)
            });
            Body { required: body.node.is_true("required"), types: types.collect() }
        });
        let paths = operation.paths.iter().filter_map(|path| PathTemplate::braces(path).ok()).collect();
        let security = security(library, root, operation);
        Demands { security, parameters, body, schemas: compiler.done(), paths }
    }

    /// The first thing that is wrong with a request.
    pub(super) fn wrong(&self, asked: &Asked<'_>) -> Option<Wrong> {
        if !self.security.is_empty()
            && !self.security.iter().any(|all| all.iter().all(|scheme| scheme.is_met(asked)))
        {
            return Some(Wrong::Credential);
        }
        let media = asked.request.headers.media_type();
        if let (Some(body), Some(media), false) = (&self.body, &media, asked.bytes().is_empty())
            && !body.types.is_empty()
            && body.find(media).is_none()
        {
            return Some(Wrong::Media);
        }
        let parameters = self.parameters.iter().any(|parameter| self.is_off(parameter, asked));
        (parameters || self.is_body_off(asked, media.as_deref())).then_some(Wrong::Content)
    }

    fn is_off(&self, parameter: &Parameter, asked: &Asked<'_>) -> bool {
        let name = &parameter.name;
        let of = |pairs: &[(String, String)]| -> Vec<String> {
            pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone()).collect()
        };
        let values = match parameter.place.as_str() {
            "query" => of(asked.query()),
            "cookie" => of(asked.cookies()),
            "path" => {
                let path = asked.request.path();
                of(&self.paths.iter().find_map(|template| template.values(path)).unwrap_or_default())
            }
            // These three are described elsewhere (OpenAPI 3.1 §4.8.12.1).
            "header"
                if !["accept", "content-type", "authorization"].contains(&name.to_lowercase().as_str()) =>
            {
                asked.header(name).iter().map(|value| value.text.to_string()).collect()
            }
            _ => return false,
        };
        // Objects are spread over names of their own, in many styles.
        let [value] = values.as_slice() else {
            let spread =
                parameter.schema.is_some_and(|s| self.schemas.kinds(s).iter().any(|k| k == "object"));
            return values.is_empty() && parameter.required && !spread;
        };
        let Some(schema) = parameter.schema else { return false };
        let value = match self.schemas.kinds(schema) {
            [] => return false,
            kinds if kinds.iter().any(|kind| kind == "array" || kind == "object") => return false,
            kinds if kinds.iter().any(|kind| kind == "string") => Json::String(value.clone()),
            _ => match Json::parse(value.as_bytes()) {
                Ok(json @ (Json::Number(_) | Json::Bool(_) | Json::Null)) => json,
                _ => Json::String(value.clone()),
            },
        };
        self.schemas.fit(schema, &value) == Fit::Unmet
    }

    fn is_body_off(&self, asked: &Asked<'_>, media: Option<&str>) -> bool {
        let Some(body) = &self.body else { return false };
        if asked.bytes().is_empty() {
            return body.required;
        }
        let Some((kind, Some(schema))) = media.and_then(|media| body.find(media)) else { return false };
        if !super::example::is_json(kind) {
            return false;
        }
        match asked.body().and_then(|body| body.json()) {
            Some(json) => self.schemas.fit(*schema, json) == Fit::Unmet,
            None => true,
        }
    }
}

impl Body {
    fn find(&self, media: &str) -> Option<&(String, Option<usize>)> {
        let open = |range: &str| match range.strip_suffix("/*") {
            Some("*") => true,
            Some(kind) => media.split('/').next() == Some(kind),
            None => false,
        };
        let bare = |name: &str| name.split(';').next().unwrap_or_default().trim().to_owned();
        let exact = self.types.iter().find(|(name, _)| bare(name) == media);
        exact.or_else(|| self.types.iter().find(|(name, _)| open(name)))
    }
}

fn security(library: &Library<'_>, root: Place<'_>, operation: &Operation<'_>) -> Vec<Vec<Scheme>> {
    let Some(list) = operation.object.get("security").or_else(|| root.get("security")) else {
        return Vec::new();
    };
    let schemes = root.get("components").and_then(|components| components.get("securitySchemes"));
    let scheme = |name: &str| -> Scheme {
        let found = schemes.and_then(|all| all.get(name)).and_then(|one| library.resolve(one).ok());
        found.map_or(Scheme::Unknown, |found| Scheme::read(found.node))
    };
    let list = list.node.items().iter();
    list.map(|all| all.members().iter().map(|member| scheme(&member.name)).collect()).collect()
}

impl Scheme {
    fn read(node: &Placed) -> Self {
        let text = |name: &str| node.str_of(name).unwrap_or_default().to_ascii_lowercase();
        match (text("type").as_str(), text("scheme").as_str()) {
            ("apikey", _) => {
                Scheme::Key { place: text("in"), name: node.str_of("name").unwrap_or_default().to_owned() }
            }
            ("http", "basic") => Scheme::Authorization("basic "),
            ("http", "digest") => Scheme::Authorization("digest "),
            ("http", "bearer") | ("oauth2" | "openidconnect", _) => Scheme::Authorization("bearer "),
            _ => Scheme::Unknown,
        }
    }

    fn is_met(&self, asked: &Asked<'_>) -> bool {
        let holds =
            |pairs: &[(String, String)], name: &str| pairs.iter().any(|(n, v)| n == name && !v.is_empty());
        match self {
            Scheme::Unknown => true,
            Scheme::Authorization(word) => asked.header("authorization").first().is_some_and(|value| {
                let text = value.text.to_ascii_lowercase();
                text.starts_with(word) && text.len() > word.len()
            }),
            Scheme::Key { place, name } => match place.as_str() {
                "header" => asked.header(name).first().is_some_and(|value| !value.text.is_empty()),
                "query" => holds(asked.query(), name),
                "cookie" => holds(asked.cookies(), name),
                _ => true,
            },
        }
    }
}
