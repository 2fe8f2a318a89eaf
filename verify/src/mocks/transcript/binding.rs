//! One binding: which operation a call is, where its arguments stand, and what its outcomes are.

use super::outcome::Outcome;
use super::pages::Pages;
use super::place::Place;
use crate::mocks::conditions::{Asked, PathTemplate};
use crate::mocks::placed::Placed;
use cassettes::codec;
use cassettes::json::{Json, Pointer};
use cassettes::model::{Request, is_header_name};
use cassettes::subject::Spot;

/// What a call is on the wire.
#[derive(Debug)]
pub(super) struct Binding {
    /// The call's name.
    pub(super) name: String,
    /// Where it stands.
    pub(super) spot: Spot,
    pub(super) method: String,
    pub(super) path: PathTemplate,
    /// Parameters that the operation always has.
    fixed: Pairs,
    pub(super) args: Vec<(String, Place)>,
    pub(super) returned: Outcome,
    /// What it is when nothing was returned.
    pub(super) nothing: Option<Outcome>,
    /// By the names of what is raised; `*` is any.
    pub(super) raised: Vec<(String, Outcome)>,
    /// What it is when nobody made that call.
    pub(super) unasked: Option<Outcome>,
    pub(super) pages: Option<Pages>,
    /// Parts of requests that make no other call of it.
    ignored: Vec<Place>,
}

/// Headers that change what is asked.
const CONDITIONS: [&str; 6] =
    ["if-none-match", "if-match", "if-modified-since", "if-unmodified-since", "range", "idempotency-key"];

/// What words in a name tell of a credential.
const CREDENTIALS: [&str; 6] = ["authorization", "token", "key", "secret", "session", "cookie"];

/// A line, and what is wrong on it.
type Wrong = (u32, String);

/// Names and values.
type Pairs = Vec<(String, String)>;

impl Binding {
    /// Reads one, with what all ignore.
    pub(super) fn read(name: &str, placed: &Placed, spot: Spot, ignored: &[Place]) -> Result<Binding, Wrong> {
        let (method, path, fixed) = operation(placed)?;
        let mut binding = Binding {
            name: name.to_owned(),
            spot,
            method,
            path,
            fixed,
            args: Vec::new(),
            returned: Outcome::of(200),
            nothing: None,
            raised: Vec::new(),
            unasked: None,
            pages: None,
            ignored: ignored.to_vec(),
        };
        for member in placed.members() {
            let value = &member.value;
            match member.name.as_str() {
                "operation" => {}
                "args" => {
                    for argument in value.members() {
                        let place = argument.value.as_str().and_then(Place::parse);
                        let place = place.ok_or_else(|| unplaced(&argument.value))?;
                        binding.args.push((argument.name.clone(), place));
                    }
                }
                "returned" => binding.returned = Outcome::read(value, 200)?,
                "nothing" => binding.nothing = Some(Outcome::read(value, 404)?),
                "unasked" => binding.unasked = Some(Outcome::read(value, 404)?),
                "raised" => {
                    for kind in value.members() {
                        binding.raised.push((kind.name.clone(), Outcome::read(&kind.value, 500)?));
                    }
                }
                "pages" => binding.pages = Some(Pages::read(value)?),
                "ignore" => binding.ignored.extend(ignore(value)?),
                other => return Err((member.line, format!("`{other}` is no part of a binding"))),
            }
        }
        binding.check(placed.line)?;
        Ok(binding)
    }

    /// Each variable of the path is given by an argument, or does not matter.
    fn check(&self, line: u32) -> Result<(), Wrong> {
        let template = self.path.canonical();
        for name in template.split('{').skip(1).filter_map(|piece| piece.split('}').next()) {
            let place = Place::Path(name.to_owned());
            if !self.args.iter().map(|(_, place)| place).chain(&self.ignored).any(|known| *known == place) {
                return Err((line, format!("expected an argument at `path {name}`")));
            }
        }
        Ok(())
    }

    /// What a question's arguments are, if it is one that the call can put; in one spelling.
    pub(super) fn key(&self, asked: &Asked<'_>) -> Option<Vec<Option<String>>> {
        let variables = self.path.values(asked.request.path())?;
        if self.fixed.iter().any(|pair| !asked.query().contains(pair)) || !self.covers(asked) {
            return None;
        }
        Some(self.args.iter().map(|(_, place)| place.value(asked, &variables)).collect())
    }

    /// The same of the arguments that were given; errs with the name of one that has no place.
    pub(super) fn key_of(&self, arguments: &Json) -> Result<Vec<Option<String>>, String> {
        let named: Vec<(String, &Json)> = match arguments {
            Json::Array(items) => {
                items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect()
            }
            other => other.members().iter().map(|(name, value)| (name.clone(), value)).collect(),
        };
        if let Some((stray, _)) =
            named.iter().find(|(name, _)| !self.args.iter().any(|(known, _)| known == name))
        {
            return Err(format!("argument {stray}"));
        }
        let given = |name: &str| named.iter().find(|(n, _)| n == name).map(|(_, value)| *value);
        Ok(self.args.iter().map(|(name, place)| given(name).and_then(|value| place.spelled(value))).collect())
    }

    /// Whether the call is given a credential.
    pub(super) fn has_credential(&self) -> bool {
        self.args.iter().any(|(_, place)| match place {
            Place::Header(name) | Place::Query(name) => {
                CREDENTIALS.iter().any(|word| name.to_ascii_lowercase().contains(word))
            }
            _ => false,
        })
    }

    /// Whether the call can say everything that the question does.
    fn covers(&self, asked: &Asked<'_>) -> bool {
        let places = || {
            let args = self.args.iter().map(|(_, place)| place);
            args.chain(&self.ignored).chain(self.pages.iter().flat_map(Pages::places))
        };
        let query = asked.query().iter().all(|(name, value)| {
            let bare = name.strip_suffix("[]").unwrap_or(name);
            self.fixed.contains(&(name.clone(), value.clone()))
                || places()
                    .any(|place| matches!(place, Place::Query(known) if known == name || known == bare))
        });
        let header = CONDITIONS.iter().all(|name| {
            let known = || places().any(|place| matches!(place, Place::Header(known) if known == name));
            !asked.request.headers.contains(name) || known()
        });
        query && header && self.covers_body(asked, &places().collect::<Vec<_>>())
    }

    fn covers_body(&self, asked: &Asked<'_>, places: &[&Place]) -> bool {
        if asked.bytes().is_empty() || places.contains(&&Place::Body(Pointer::root())) {
            return true;
        }
        match codec::json_of(&asked.request.headers, &asked.request.body) {
            Some(json) => {
                let known = |at: &Pointer| {
                    places
                        .iter()
                        .any(|place| matches!(place, Place::Body(known) if at.0.starts_with(&known.0)))
                };
                let mut all = true;
                Pointer::walk(&json, &mut |at, value| {
                    let leaf = value.members().is_empty() && value.items().is_empty() && *value != Json::Null;
                    all &= !leaf || at.0.is_empty() || known(at);
                });
                all
            }
            None => {
                let known = |name: &String| {
                    let bare = name.strip_suffix("[]").unwrap_or(name);
                    places
                        .iter()
                        .any(|place| matches!(place, Place::Form(known) if known == name || known == bare))
                };
                !asked.form().is_empty() && asked.form().iter().all(|(name, _)| known(name))
            }
        }
    }

    /// What is answered when something of that kind is raised.
    pub(super) fn raised(&self, kind: &str) -> Option<&Outcome> {
        let named =
            |wanted: &str| self.raised.iter().find(|(name, _)| name == wanted).map(|(_, outcome)| outcome);
        named(kind).or_else(|| named("*"))
    }
}

/// `GET /v1/things/{id}?kind=a`
fn operation(placed: &Placed) -> Result<(String, PathTemplate, Pairs), Wrong> {
    let wrong = |line| (line, "expected `operation: METHOD /path/{variable}`".to_owned());
    let value = placed.get("operation").ok_or_else(|| wrong(placed.line))?;
    let (method, target) =
        value.as_str().and_then(|text| text.trim().split_once(' ')).ok_or_else(|| wrong(value.line))?;
    let request = Request::new(method, target.trim());
    if !is_header_name(method) || !request.target.starts_with('/') {
        return Err(wrong(value.line));
    }
    let path = PathTemplate::braces(request.path()).map_err(|e| (value.line, e.to_string()))?;
    Ok((method.to_ascii_uppercase(), path, request.query_pairs()))
}

/// A list of places.
pub(super) fn ignore(placed: &Placed) -> Result<Vec<Place>, Wrong> {
    let read = |item: &Placed| item.as_str().and_then(Place::parse).ok_or_else(|| unplaced(item));
    placed.items().iter().map(read).collect()
}

fn unplaced(value: &Placed) -> Wrong {
    let known = "`path NAME`, `query NAME`, `header NAME`, `form NAME`, `body $.NAME` or `none`";
    (value.line, format!("expected a place: {known}"))
}
