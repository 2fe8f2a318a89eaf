//! Operations: a method and a path template, learned from what was asked and answered.

mod calls;
mod effect;
mod ids;
mod shape;

use crate::{
    links,
    model::{Exchange, Request},
    percent::normal,
};
pub use effect::{Effect, effect, is_call, surely_reads};
pub use ids::is_id;
use shape::Shape;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Deeper segments are taken as they are.
const DEEPEST: usize = 64;

/// A method and a path template: OpenAPI's operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation {
    /// As sent.
    pub method: String,
    /// The path with `{id}` where it varies. Where one path serves many calls, what is called follows
    /// after a space: `/graphql operationName=ListCustomers`, `/ X-Amz-Target=DynamoDB.ListTables`.
    pub template: String,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.template)
    }
}

/// Which paths belong together, learned from exchanges. Without any, segments are told by their form.
#[derive(Debug, Clone, Default)]
pub struct Operations {
    root: Node,
}

/// What may follow a beginning of a path.
#[derive(Debug, Clone, Default)]
struct Node {
    literals: BTreeMap<String, Node>,
    /// By what stands around the varying part within its segment: `{}`, `{}:cancel`, `Products({})`.
    variables: BTreeMap<String, Node>,
}

/// One path that was asked, with what became of it.
struct Asked<'e> {
    segments: Vec<String>,
    /// Segments whose whole value an earlier answer gave.
    given: BTreeSet<usize>,
    method: &'e str,
    shape: Shape,
}

impl Operations {
    /// Learns which segments vary: those that look like ids, those that an answer had given, and words
    /// in the place of such whose answers are of the same shape or say that there is no such thing.
    pub fn learn<'a>(exchanges: impl IntoIterator<Item = &'a Exchange>) -> Operations {
        let exchanges: Vec<&Exchange> = exchanges.into_iter().collect();
        let mut given: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for link in links::among(&exchanges) {
            match link.target {
                links::Target::Segment(at)
                    if exchanges[link.to].request.segments().get(at) == Some(&link.value) =>
                {
                    given.entry(link.to).or_default().insert(at);
                }
                // Of a name with slashes the last part tells things apart: `projects/a/jobs/x`.
                links::Target::Segments(_, at) => {
                    given.entry(link.to).or_default().insert(at);
                }
                _ => {}
            }
        }
        let asked: Vec<Asked<'_>> = exchanges
            .iter()
            .enumerate()
            .map(|(number, exchange)| Asked {
                segments: segments(&exchange.request),
                given: given.remove(&number).unwrap_or_default(),
                method: &exchange.request.method,
                shape: Shape::of(&exchange.answer),
            })
            .collect();
        Operations { root: Node::learn(&asked.iter().collect::<Vec<_>>(), 0) }
    }

    /// The operation of a request, seen or not.
    pub fn of(&self, request: &Request) -> Operation {
        let mut template = String::new();
        let mut variables = 0;
        let mut node = Some(&self.root);
        for segment in segments(request) {
            template.push('/');
            if let Some(known) = node.and_then(|n| n.literals.get(&segment)) {
                template.push_str(&segment);
                node = Some(known);
                continue;
            }
            let form = ids::form(&segment);
            let varies = node.and_then(|n| n.variables.get(&form));
            if varies.is_some() || ids::is_id(&segment) {
                variables += 1;
                let name = if variables == 1 { "{id}".to_owned() } else { format!("{{id{variables}}}") };
                template.push_str(&form.replace(ids::HOLE, &name));
            } else {
                template.push_str(&segment);
            }
            node = varies;
        }
        if template.is_empty() {
            template.push_str(if request.path().starts_with('/') { "/" } else { request.path() });
        }
        if let Some(call) = calls::call(request) {
            template.push(' ');
            template.push_str(&call);
        }
        Operation { method: request.method.clone(), template }
    }
}

/// Segments in their normal spelling.
fn segments(request: &Request) -> Vec<String> {
    let path = normal(request.path());
    match path.strip_prefix('/') {
        None | Some("") => Vec::new(),
        Some(rest) => rest.splitn(DEEPEST, '/').map(str::to_owned).collect(),
    }
}

impl Node {
    fn learn(asked: &[&Asked<'_>], depth: usize) -> Node {
        let mut words: BTreeMap<&str, Vec<&Asked<'_>>> = BTreeMap::new();
        for one in asked {
            if let Some(segment) = one.segments.get(depth) {
                words.entry(segment).or_default().push(one);
            }
        }
        let alone = words.len() == 1;
        let varies = |word: &str, paths: &[&Asked<'_>]| {
            // A date that every path begins with is an API version.
            let version = depth == 0 && alone && ids::is_date(word);
            !version && (ids::is_id(word) || paths.iter().any(|one| one.given.contains(&depth)))
        };
        let mut variables: BTreeMap<String, Vec<&Asked<'_>>> = BTreeMap::new();
        let mut literals: BTreeMap<&str, Vec<&Asked<'_>>> = BTreeMap::new();
        for (word, paths) in words {
            if varies(word, &paths) {
                variables.entry(ids::form(word)).or_default().extend(paths);
            } else {
                literals.insert(word, paths);
            }
        }
        if let Some(known) = variables.get(ids::HOLE).cloned() {
            let joining: Vec<&str> = literals
                .iter()
                .filter(|(_, paths)| joins(paths, &known, depth))
                .map(|(word, _)| *word)
                .collect();
            for word in joining {
                let paths = literals.remove(word).unwrap_or_default();
                variables.entry(ids::HOLE.to_owned()).or_default().extend(paths);
            }
        }
        Node {
            literals: literals
                .into_iter()
                .map(|(word, paths)| (word.to_owned(), Node::learn(&paths, depth + 1)))
                .collect(),
            variables: variables
                .into_iter()
                .map(|(suffix, paths)| (suffix, Node::learn(&paths, depth + 1)))
                .collect(),
        }
    }
}

/// Whether a word stands where known ids stand: each of its answers either says that there is no such
/// thing or that it is no id, or has the shape that an id's answer to the same method has, and it has no
/// routes of its own below it.
fn joins(paths: &[&Asked<'_>], known: &[&Asked<'_>], depth: usize) -> bool {
    let route = |one: &Asked<'_>| {
        one.segments.get(depth + 1..).unwrap_or_default().iter().map(|s| ids::blur(s)).collect::<Vec<_>>()
    };
    let routes: BTreeSet<Vec<String>> = known.iter().map(|one| route(one)).collect();
    paths.iter().all(|one| routes.contains(&route(one)))
        && paths.iter().all(|one| {
            one.shape.is_refusal()
                || known
                    .iter()
                    .any(|k| k.method == one.method && route(k) == route(one) && k.shape.is_like(&one.shape))
        })
}

#[cfg(test)]
#[path = "operation/tests.rs"]
mod tests;
