//! The operations of a document, each with its paths and its parameters.

use super::library::{Gap, Library, Place};
use crate::mocks::placed::{Member, Placed};

/// The methods that a path item may hold (OpenAPI 3.1 §4.8.9), and 3.2's.
const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// One operation.
#[derive(Debug)]
pub(super) struct Operation<'l> {
    /// In upper case.
    pub(super) method: String,
    /// Path templates, below each server and alone.
    pub(super) paths: Vec<String>,
    /// Where its name stands.
    pub(super) line: u32,
    /// The operation object.
    pub(super) object: Place<'l>,
    /// Its parameters and those of its path, resolved.
    pub(super) parameters: Vec<Place<'l>>,
    /// What could not be followed.
    pub(super) gaps: Vec<Gap>,
}

/// Whether this is the root of a document of a version that is understood.
pub(super) fn is_root(node: &Placed) -> bool {
    node.get("openapi").and_then(Placed::text).is_some_and(|version| version.starts_with("3."))
}

/// Every operation of a document, concrete paths first.
pub(super) fn operations<'l>(library: &'l Library<'_>, root: Place<'l>) -> (Vec<Operation<'l>>, Vec<Gap>) {
    let (mut found, mut gaps) = (Vec::new(), Vec::new());
    let paths = root.node.get("paths").map(Placed::members).unwrap_or_default();
    for path in paths.iter().filter(|path| path.name.starts_with('/')) {
        let own = root.with(&path.value);
        let item = match library.resolve(own) {
            Ok(item) => item,
            Err(gap) => {
                gaps.push(Gap { line: path.line, what: format!("{} of {}", gap.what, path.name), ..gap });
                continue;
            }
        };
        for method in item.node.members() {
            if METHODS.contains(&method.name.as_str()) {
                found.push(operation(library, root, path, item, method));
            }
        }
    }
    // The sort keeps the document's order among equals.
    found.sort_by_key(|operation| variables(operation.paths.last().map_or("", String::as_str)));
    (found, gaps)
}

/// For each segment how much of it is open: a path that says more goes first.
fn variables(path: &str) -> Vec<u8> {
    path.split('/')
        .map(|segment| match (segment.contains('{'), segment.starts_with('{') && segment.ends_with('}')) {
            (false, _) => 0,
            (true, false) => 1,
            (true, true) => 2,
        })
        .collect()
}

fn operation<'l>(
    library: &'l Library<'_>,
    root: Place<'l>,
    path: &'l Member,
    item: Place<'l>,
    method: &'l Member,
) -> Operation<'l> {
    let object = item.with(&method.value);
    let mut parameters: Vec<Place<'l>> = Vec::new();
    let mut gaps = Vec::new();
    let lists = [object.get("parameters"), item.get("parameters")].into_iter().flatten();
    for parameter in lists.flat_map(|list| list.node.items().iter().map(move |p| list.with(p))) {
        match library.resolve(parameter) {
            // The operation's own come first and stand for the path's of the same name.
            Ok(one) if parameters.iter().any(|p| key(p.node) == key(one.node)) => {}
            Ok(one) => parameters.push(one),
            Err(gap) => gaps.push(gap),
        }
    }
    let servers = [object, item, root].into_iter().find_map(|holder| holder.get("servers"));
    let mut paths: Vec<String> = Vec::new();
    for base in servers.map(bases).unwrap_or_default().into_iter().chain([String::new()]) {
        let full = format!("{base}{}", path.name);
        if !paths.contains(&full) {
            paths.push(full);
        }
    }
    let method_name = method.name.to_ascii_uppercase();
    Operation { method: method_name, paths, line: method.line, object, parameters, gaps }
}

/// Where a parameter stands and what it is called.
fn key(parameter: &Placed) -> (Option<&str>, Option<&str>) {
    (parameter.str_of("in"), parameter.str_of("name"))
}

/// The paths of the servers' URLs, variables at their defaults or open.
fn bases(servers: Place<'_>) -> Vec<String> {
    servers.node.items().iter().filter_map(base).filter(|base| !base.is_empty()).collect()
}

fn base(server: &Placed) -> Option<String> {
    let url = server.str_of("url")?;
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = if rest.len() == url.len() { url } else { rest.find('/').map_or("", |at| &rest[at..]) };
    let mut path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/').to_owned();
    if !path.is_empty() && !path.starts_with('/') && !path.starts_with('{') {
        path.insert(0, '/');
    }
    for variable in server.get("variables").map(Placed::members).unwrap_or_default() {
        // A variable with a choice stays a variable of the path.
        if variable.value.get("enum").is_none_or(|list| list.items().len() < 2)
            && let Some(default) = variable.value.get("default").and_then(Placed::text)
        {
            path = path.replace(&format!("{{{}}}", variable.name), default);
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mocks::{Files, MockFile};

    #[test]
    fn concrete_paths_come_first_and_servers_give_their_bases() {
        let text = "openapi: 3.0.3\nservers:\n- url: https://h.test/{v}/\n  variables: {v: {default: v1}}\n- url: /\npaths:\n  /a/{id}:\n    parameters:\n    - {in: path, name: id}\n    get: {}\n  /a/me:\n    get:\n      parameters:\n      - {in: query, name: q}\n  /a/{id}.json: {get: {}, x-y: {}}\n";
        let files = Files {
            root: "api.yaml".into(),
            list: vec![MockFile { path: "api.yaml".into(), bytes: text.into() }],
        };
        let library = Library::read(&files);
        let root = library.documents().next().expect("a document");
        let (found, gaps) = operations(&library, root);
        let told: Vec<String> =
            found.iter().map(|o| format!("{} {} {}", o.method, o.paths.join("|"), o.line)).collect();
        assert_eq!(
            told,
            ["GET /v1/a/me|/a/me 12", "GET /v1/a/{id}.json|/a/{id}.json 15", "GET /v1/a/{id}|/a/{id} 10"]
        );
        assert!(gaps.is_empty() && found[2].parameters.len() == 1);
    }
}
