//! The server's templates: its helpers look at the request and at data buckets.

use super::seen::{Seen, at_path};
use crate::mocks::conditions::PathTemplate;
use crate::mocks::stub::Made;
use crate::mocks::templates::{Call, Dialect, Helper, LOGIC, TEXTS, Template, Value, format_moment};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::json::Json;
use std::sync::Arc;

/// The server's templates. Most of what they write is never HTML.
pub(super) static DIALECT: Dialect =
    Dialect { helpers: &[REQUEST, OTHERS, LOGIC, TEXTS], roots: &[], escapes: false, trims: true };

/// What rules and templates of an environment share.
#[derive(Debug, Default)]
pub(super) struct World {
    /// Data buckets: their id, their name, what is in them; none where a template fills them.
    pub(super) buckets: Vec<(String, String, Option<Json>)>,
}

impl World {
    /// The bucket of that id, or of a name that has it in itself.
    pub(super) fn bucket(&self, name: &str) -> Option<&Option<Json>> {
        let lower = name.to_lowercase();
        let named = |(id, title, _): &&(String, String, Option<Json>)| {
            id == name || title.to_lowercase().contains(&lower)
        };
        self.buckets.iter().find(named).map(|(_, _, value)| value)
    }
}

/// Whether a text has anything for templates to do.
pub(super) fn speaks(text: &str) -> bool {
    text.contains("{{")
}

/// A template that is filled for each answer.
pub(super) fn made(text: &str, world: &Arc<World>, paths: &Arc<Vec<PathTemplate>>) -> Result<Made, String> {
    let template = Template::new(text, &DIALECT)?;
    let (world, paths) = (Arc::clone(world), Arc::clone(paths));
    Ok(Made(Arc::new(move |scene| {
        template.fill(root(&Seen::new(scene.asked, &paths), scene.asked, &world), scene.asked.now, scene.turn)
    })))
}

/// What the helpers look at. No template can name it.
pub(super) fn root(seen: &Seen, asked: &crate::mocks::conditions::Asked<'_>, world: &World) -> Value {
    let texts = |pairs: Vec<(String, String)>| -> Value {
        let members = pairs.into_iter().map(|(name, value)| (name, Value::text(value))).collect();
        Value::Map { members, any_case: true }
    };
    let headers = asked.request.headers.iter();
    let headers = headers.map(|(n, v)| (n.to_owned(), String::from_utf8_lossy(v).into_owned())).collect();
    let buckets = world.buckets.iter().flat_map(|(id, name, value)| {
        let value = value.clone().map_or(Value::Nothing, Value::Json);
        [(id.clone(), value.clone()), (name.clone(), value)]
    });
    let members = vec![
        ("\0query".to_owned(), Value::Json(seen.query.clone())),
        ("\0body".to_owned(), Value::Json(seen.body.clone())),
        ("\0text".to_owned(), Value::text(seen.text.clone())),
        ("\0params".to_owned(), Value::Json(seen.params.clone())),
        ("\0headers".to_owned(), texts(headers)),
        ("\0cookies".to_owned(), texts(asked.cookies().to_vec())),
        ("\0method".to_owned(), Value::text(asked.request.method.as_str())),
        ("\0data".to_owned(), Value::Map { members: buckets.collect(), any_case: true }),
    ];
    Value::Map { members, any_case: false }
}

static REQUEST: &[(&str, Helper)] = &[
    ("body", |call| match call.params.first().map(Value::written).transpose()?.as_deref() {
        None | Some("") => Ok(call.root.get("\0text")),
        Some(_) => looked_up(call, "\0body", true),
    }),
    ("bodyRaw", |call| looked_up(call, "\0body", false)),
    ("queryParam", |call| looked_up(call, "\0query", true)),
    ("queryParamRaw", |call| looked_up(call, "\0query", false)),
    ("queryParams", |call| Ok(call.root.get("\0query"))),
    ("urlParam", |call| Ok(call.root.get("\0params").get(&call.text(0)?))),
    ("urlParams", |call| Ok(call.root.get("\0params"))),
    ("header", |call| named(call, "\0headers")),
    ("headers", |call| Ok(call.root.get("\0headers"))),
    ("cookie", |call| named(call, "\0cookies")),
    ("method", |call| Ok(call.root.get("\0method"))),
    ("data", bucket),
    ("dataRaw", bucket),
];

/// What stands at a path of something, else what is given for that; as text a list is written as JSON.
fn looked_up(call: &Call<'_>, root: &str, text: bool) -> Result<Value, String> {
    let data = call.root.get(root).json()?;
    let path = call.text(0)?;
    let found = match data {
        // A body that is no document has no places.
        Json::String(whole) if whole.is_empty() => None,
        data => at_path(&data, &path)?,
    };
    let value = match found {
        Some(value) => Value::Json(value),
        None => call.params.get(1).cloned().unwrap_or(Value::text("")),
    };
    let quoted = call.params.get(2).is_some_and(Value::holds);
    if text && quoted { Ok(Value::text(value.json()?.to_string())) } else { Ok(value) }
}

fn named(call: &Call<'_>, root: &str) -> Result<Value, String> {
    let found = call.root.get(root).get(&call.text(0)?);
    let usual = || call.params.get(1).cloned().unwrap_or(Value::text(""));
    Ok(if found.holds() { found } else { usual() })
}

fn bucket(call: &Call<'_>) -> Result<Value, String> {
    let name = call.text(0)?;
    let data = call.root.get("\0data");
    let value = match data.get(&name) {
        Value::Nothing => {
            let lower = name.to_lowercase();
            let known = data.entries().unwrap_or_default().into_iter();
            let mut near =
                known.filter_map(|(n, v)| n.filter(|n| n.to_lowercase().contains(&lower)).map(|_| v));
            let found = near.find(|value| *value != Value::Nothing);
            found.ok_or_else(|| format!("the data bucket {name}"))?
        }
        value => value,
    };
    let found = at_path(&value.json()?, &call.text(1)?)?;
    Ok(found.map_or(Value::text(""), Value::Json))
}

static OTHERS: &[(&str, Helper)] = &[
    ("add", |call| folded(call, |a, b| a + b)),
    ("subtract", |call| folded(call, |a, b| a - b)),
    ("multiply", |call| folded(call, |a, b| a * b)),
    ("array", |call| Ok(Value::List(call.params.clone()))),
    ("base64", |call| Ok(Value::text(STANDARD.encode(call.text(0)?)))),
    ("base64Decode", |call| {
        let bytes =
            STANDARD.decode(call.text(0)?.trim()).map_err(|_| "a text that is no base64".to_owned())?;
        Ok(Value::text(String::from_utf8_lossy(&bytes)))
    }),
    ("boolean", |call| Ok(Value::truth(call.chance.below(2) == 0))),
    ("concat", |call| {
        let texts: Result<Vec<String>, String> = call.params.iter().map(Value::written).collect();
        Ok(Value::text(texts?.concat()))
    }),
    ("default", |call| {
        let first = call.params.iter().find(|value| value.holds());
        Ok(first.or(call.params.last()).cloned().unwrap_or(Value::Nothing))
    }),
    ("guid", |call| Ok(Value::text(call.chance.uuid()))),
    ("int", |call| {
        let bound = |at: usize, usual: i64| -> Result<i64, String> {
            let text = call.text(at)?;
            if text.is_empty() { Ok(usual) } else { text.parse().map_err(|_| format!("{text} as a bound")) }
        };
        let (low, high) = (bound(0, 0)?, bound(1, 9_999_999)?);
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0).saturating_add(1);
        Ok(Value::number(low.saturating_add(i64::try_from(call.chance.below(span)).unwrap_or(0))))
    }),
    ("jsonParse", |call| {
        let text = call.text(0)?;
        Json::parse(text.as_bytes()).map(Value::Json).map_err(|_| "a text that is no JSON".to_owned())
    }),
    ("len", |call| {
        let first = call.params.first().cloned().unwrap_or(Value::Nothing);
        let count = match first.entries() {
            Some(entries) => entries.len(),
            None => first.written()?.chars().count(),
        };
        Ok(Value::number(count))
    }),
    ("lowercase", |call| Ok(Value::text(call.text(0)?.to_lowercase()))),
    ("newline", |_| Ok(Value::text("\n"))),
    ("now", |call| {
        let format = call.text(0)?;
        let format = if format.is_empty() { "yyyy-MM-dd'T'HH:mm:ss.SSSxxx" } else { format.as_str() };
        Ok(Value::text(format_moment(call.now, Some(format), None)?))
    }),
    ("object", |call| Ok(Value::Map { members: call.hash.clone(), any_case: false })),
    ("oneOf", |call| {
        let entries = call.params.first().and_then(Value::entries).unwrap_or_default();
        let at = call.chance.below(entries.len() as u64) as usize;
        Ok(entries.into_iter().nth(at).map_or(Value::Nothing, |(_, value)| value))
    }),
    ("stringify", |call| {
        let first = call.params.first().unwrap_or(&Value::Nothing).json()?;
        match first {
            Json::Array(_) | Json::Object(_) => Err("stringify of more than a value".to_owned()),
            scalar => Ok(Value::text(scalar.to_string())),
        }
    }),
    ("substr", |call| {
        let text: Vec<char> = call.text(0)?.chars().collect();
        let number = |at: usize, usual: usize| -> Result<usize, String> {
            let given = call.text(at)?;
            if given.is_empty() {
                Ok(usual)
            } else {
                given.parse().map_err(|_| format!("{given} as a place"))
            }
        };
        let (from, count) = (number(1, 0)?, number(2, text.len())?);
        Ok(Value::text(text.iter().skip(from).take(count).collect::<String>()))
    }),
    ("uppercase", |call| Ok(Value::text(call.text(0)?.to_uppercase()))),
    ("uuid", |call| Ok(Value::text(call.chance.uuid()))),
];

fn folded(call: &Call<'_>, with: fn(f64, f64) -> f64) -> Result<Value, String> {
    let numbers: Result<Vec<f64>, String> = call
        .params
        .iter()
        .map(|value| {
            let text = value.written()?;
            text.trim().parse::<f64>().map_err(|_| format!("{text} as a number"))
        })
        .collect();
    let sum = numbers?.into_iter().reduce(with).unwrap_or_default();
    Ok(Value::Json(crate::mocks::javascript::number(sum)))
}
