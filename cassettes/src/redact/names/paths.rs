//! The project's own rules, read once.

use super::fold::fold;
use crate::{json::Step, model::RedactRules};

/// A redaction rule that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct RuleError {
    /// What was expected, what came, where.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl RuleError {
    pub(in crate::redact) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        RuleError { what: what.into(), hint: hint.into() }
    }

    /// What to do about it.
    pub fn hint(&self) -> &str {
        &self.hint
    }
}

/// A step of a project's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Member(String),
    Index(usize),
    /// `[*]` or `.*`
    Any,
    /// `..`: any number of steps.
    Deep,
}

/// The project's own rules.
#[derive(Debug, Clone, Default)]
pub(super) struct Own {
    /// Folded and joined.
    pub(super) headers: Vec<String>,
    pub(super) query: Vec<String>,
    pub(super) members: Vec<String>,
    pub(super) keep: Vec<String>,
    pub(super) paths: Vec<Vec<Wanted>>,
}

impl Own {
    pub(super) fn read(rules: &RedactRules) -> Result<Own, RuleError> {
        let names = |list: &[String], field: &str| {
            list.iter()
                .map(|name| match fold(name).joined {
                    joined if joined.is_empty() => Err(RuleError::new(
                        format!("expected a name under redact.{field}, found {name:?}"),
                        "write the header, query or member name as the vendor spells it",
                    )),
                    joined => Ok(joined),
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let (paths, members): (Vec<_>, Vec<_>) =
            rules.json.iter().cloned().partition(|rule| rule.starts_with('$'));
        Ok(Own {
            headers: names(&rules.headers, "headers")?,
            query: names(&rules.query, "query")?,
            members: names(&members, "json")?,
            keep: names(&rules.keep, "keep")?,
            paths: paths.iter().map(|path| read_path(path)).collect::<Result<_, _>>()?,
        })
    }
}

fn read_path(path: &str) -> Result<Vec<Wanted>, RuleError> {
    let fail = |at: usize| {
        RuleError::new(
            format!(
                "expected a path such as $.user.ssn, $.items[*].key or $..pin under redact.json, found {path:?} (byte {at})"
            ),
            "a bare name, without `$`, is found at any depth",
        )
    };
    let mut steps = Vec::new();
    let mut rest = &path[1..];
    while !rest.is_empty() {
        let at = path.len() - rest.len();
        if let Some(deep) = rest.strip_prefix("..") {
            steps.push(Wanted::Deep);
            if deep.starts_with('[') {
                rest = deep;
                continue;
            }
            rest = &rest[1..];
        }
        if let Some(inside) = rest.strip_prefix('[') {
            let quoted = inside.strip_prefix(['\'', '"']);
            let (text, after) = match quoted {
                Some(name) => {
                    let quote = &inside[..1];
                    let end = name.find(&format!("{quote}]")).ok_or_else(|| fail(at))?;
                    steps.push(Wanted::Member(name[..end].to_owned()));
                    ("", &name[end + 2..])
                }
                None => {
                    let end = inside.find(']').ok_or_else(|| fail(at))?;
                    (&inside[..end], &inside[end + 1..])
                }
            };
            match (quoted, text) {
                (Some(_), _) => {}
                (None, "*") => steps.push(Wanted::Any),
                (None, index) => steps.push(Wanted::Index(index.parse().map_err(|_| fail(at))?)),
            }
            rest = after;
        } else if let Some(name) = rest.strip_prefix('.') {
            let end = name.find(['.', '[']).unwrap_or(name.len());
            match &name[..end] {
                "" => return Err(fail(at)),
                "*" => steps.push(Wanted::Any),
                member => steps.push(Wanted::Member(member.to_owned())),
            }
            rest = &name[end..];
        } else {
            return Err(fail(at));
        }
    }
    if steps.is_empty() || steps.last() == Some(&Wanted::Deep) { Err(fail(path.len())) } else { Ok(steps) }
}

/// Whether the place is one that the path names, or stands below it.
pub(super) fn covers(wanted: &[Wanted], steps: &[Step]) -> bool {
    match (wanted.split_first(), steps.split_first()) {
        (None, _) => true,
        (Some((Wanted::Deep, rest)), _) => (0..=steps.len()).any(|i| covers(rest, &steps[i..])),
        (Some(_), None) => false,
        (Some((want, rest)), Some((step, below))) => {
            let same = match (want, step) {
                (Wanted::Any, _) => true,
                (Wanted::Member(name), Step::Member(member)) => name == member,
                (Wanted::Index(_), Step::Every) => true,
                (Wanted::Index(index), Step::Index(i)) => index == i,
                _ => false,
            };
            same && covers(rest, below)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Pointer;

    #[test]
    fn paths_cover_what_they_name() {
        let at = Pointer::root().member("items").index(3).member("key");
        for (path, yes) in [
            ("$.items[*].key", true),
            ("$.items[3].key", true),
            ("$['items'].*.key", true),
            ("$..key", true),
            ("$.items", true),
            ("$.items[2].key", false),
            ("$.key", false),
            ("$.items[*].key.x", false),
        ] {
            assert_eq!(covers(&read_path(path).expect("a path"), &at.0), yes, "{path}");
        }
        for path in ["$", "$.", "$..", "$x", "$.a[", "$.a[x]", "$.a..", "$.a['b"] {
            assert!(read_path(path).is_err(), "{path}");
        }
    }
}
