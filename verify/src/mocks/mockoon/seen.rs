//! A request as the server's rules and templates see it.

use crate::mocks::conditions::{Asked, JsonPath, PathTemplate, Standing};
use crate::mocks::javascript;
use cassettes::json::Json;

/// A request as the server sees it.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Nested where names have brackets.
    pub(super) query: Json,
    /// The body as text.
    pub(super) text: String,
    /// The body where it is JSON or a form; else its text.
    pub(super) body: Json,
    /// The variables of the path.
    pub(super) params: Json,
}

/// How deep names with brackets may nest.
const DEEPEST: usize = 5;
/// Higher indices make members, not items.
const MOST_ITEMS: usize = 20;

impl Seen {
    pub(super) fn new(asked: &Asked<'_>, paths: &[PathTemplate]) -> Self {
        let text = asked.body().map_or(String::new(), |body| body.text.to_string());
        let media = asked.header("content-type").first().map(|v| v.text.to_lowercase()).unwrap_or_default();
        let body = if media.contains("application/json") || media.contains("+json") {
            let parsed = asked.body().and_then(|body| body.json());
            parsed.map_or_else(|| Json::String(text.clone()), javascript::rewritten)
        } else if media.contains("application/x-www-form-urlencoded") {
            nested(asked.form())
        } else {
            Json::String(text.clone())
        };
        let path = asked.request.path();
        let params = paths.iter().find_map(|template| template.values(path)).unwrap_or_default();
        let params = params.into_iter().map(|(name, value)| (name, Json::String(value))).collect();
        Seen { query: nested(asked.query()), text, body, params: Json::Object(params) }
    }
}

/// Names and values as `qs` nests them: `a[b]=1`, `c[]=2`, `d=3&d=4`.
fn nested(pairs: &[(String, String)]) -> Json {
    let mut root = Json::Object(Vec::new());
    for (name, value) in pairs {
        let (first, rest) = name.split_once('[').map_or((name.as_str(), ""), |(a, b)| (a, b));
        let mut steps = vec![first];
        if let Some(inner) = rest.strip_suffix(']') {
            steps.extend(inner.split("]["));
        }
        if first.is_empty() || steps.len() > DEEPEST || (steps.len() == 1 && !rest.is_empty()) {
            steps = vec![name];
        }
        put(&mut root, &steps, Json::String(value.clone()));
    }
    root
}

fn put(into: &mut Json, steps: &[&str], value: Json) {
    let Some((step, rest)) = steps.split_first() else {
        match into {
            Json::Null => *into = value,
            Json::Array(items) => items.push(value),
            one => *one = Json::Array(vec![std::mem::replace(one, Json::Null), value]),
        }
        return;
    };
    let index = step.parse::<usize>().ok().filter(|at| *at < MOST_ITEMS);
    match into {
        Json::Array(items) if step.is_empty() => {
            items.push(Json::Null);
            if let Some(last) = items.last_mut() {
                put(last, rest, value);
            }
        }
        Json::Array(items) if index.is_some_and(|at| at <= items.len()) => {
            let at = index.unwrap_or_default();
            if at == items.len() {
                items.push(Json::Null);
            }
            put(&mut items[at], rest, value);
        }
        Json::Object(members) => match members.iter_mut().find(|(n, _)| n == step) {
            Some((_, below)) => put(below, rest, value),
            None => {
                let mut below = Json::Null;
                put(&mut below, rest, value);
                members.push(((*step).to_owned(), below));
            }
        },
        other => {
            let mut below = Json::Null;
            put(&mut below, rest, value);
            *other = match step.is_empty() || index == Some(0) {
                true => Json::Array(vec![below]),
                false => Json::Object(vec![((*step).to_owned(), below)]),
            };
        }
    }
}

/// What stands at a path: a JSONPath, or names with dots between them. Nothing at all is not `null`. Errs with a
/// path that is not understood.
pub(super) fn at_path(data: &Json, path: &str) -> Result<Option<Json>, String> {
    if path.is_empty() || !matches!(data, Json::Array(_) | Json::Object(_)) {
        return Ok(Some(data.clone()));
    }
    if path.starts_with('$') {
        let path = JsonPath::new(path, None).map_err(|_| format!("the JSONPath {path}"))?;
        return Ok(match path.find(data) {
            Standing::One(found) => found,
            Standing::Many(found) if found.is_empty() => None,
            Standing::Many(found) => Some(Json::Array(found)),
        });
    }
    let mut here = data;
    for step in steps(path) {
        let below = match here {
            Json::Array(items) => step.parse::<usize>().ok().and_then(|at| items.get(at)),
            other => other.get(&step),
        };
        let Some(below) = below else { return Ok(None) };
        here = below;
    }
    Ok(Some(here.clone()))
}

/// Names with dots between them; an escaped dot is part of a name.
pub(super) fn steps(path: &str) -> Vec<String> {
    path.replace("\\.", "\u{0}").split('.').map(|step| step.replace('\u{0}', ".")).collect()
}

/// As `String(value)` gives it.
pub(super) fn string(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Array(items) => {
            let one = |item: &Json| if *item == Json::Null { String::new() } else { string(item) };
            items.iter().map(one).collect::<Vec<_>>().join(",")
        }
        Json::Object(_) => "[object Object]".to_owned(),
        Json::Number(text) => text.parse().map_or_else(|_| text.clone(), javascript::number_text),
        scalar => scalar.scalar_text().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_nest_and_paths_lead_in() {
        let pairs = [
            ("a[b][c]", "1"),
            ("d[]", "x"),
            ("d[]", "y"),
            ("e", "1"),
            ("e", "2"),
            ("f[0]", "z"),
            ("g]", "?"),
            ("a[b][c][", "!"),
        ];
        let pairs: Vec<(String, String)> =
            pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let json = nested(&pairs);
        assert_eq!(
            json.to_string(),
            r#"{"a":{"b":{"c":"1"}},"d":["x","y"],"e":["1","2"],"f":["z"],"g]":"?","a[b][c][":"!"}"#
        );
        assert_eq!(at_path(&json, "d.1"), Ok(Some(Json::String("y".into()))));
        assert_eq!(at_path(&json, "$.a.b.c"), Ok(Some(Json::String("1".into()))));
        assert_eq!(at_path(&json, "a.x"), Ok(None));
        assert!(at_path(&json, "$[").is_err());
        assert_eq!(string(&json.get("d").expect("d").clone()), "x,y");
    }
}
