//! What a stub can answer at all, as far as that can be written down.

use super::conditions::{Condition, Text};
use super::stub::Stub;
use cassettes::subject::{PathForm, Route};

/// What a stub can answer at all.
pub(super) fn route(stub: &Stub) -> Route {
    let replies = stub.replies.list.iter().filter(|reply| reply.fault.is_none());
    let mut statuses: Vec<u16> = replies.map(|reply| reply.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let forms = stub.when.iter().filter_map(form);
    // One that says nothing gives way to one that does.
    let path = forms.reduce(|a, b| if a == PathForm::Unknown { b } else { a }).unwrap_or(PathForm::Any);
    Route { method: stub.when.iter().find_map(method), path, statuses, spot: stub.spot.clone() }
}

/// A route as it is asked: without the path below which the stubs stand.
pub(super) fn relative(route: Route, below: &str) -> Route {
    if below.is_empty() {
        return route;
    }
    Route { path: shortened(route.path, below), ..route }
}

fn shortened(form: PathForm, below: &str) -> PathForm {
    let cut = |path: &str| match path.strip_prefix(below) {
        Some("") => Some("/".to_owned()),
        Some(rest) if rest.starts_with('/') => Some(rest.to_owned()),
        _ => None,
    };
    match form {
        // What stands elsewhere keeps its whole path.
        PathForm::Exact(path) => PathForm::Exact(cut(&path).unwrap_or(path)),
        PathForm::Template(path) => PathForm::Template(cut(&path).unwrap_or(path)),
        PathForm::Pattern(source) => cut(&source).map_or(PathForm::Unknown, PathForm::Pattern),
        PathForm::OneOf(forms) => {
            PathForm::OneOf(forms.into_iter().map(|form| shortened(form, below)).collect())
        }
        PathForm::Any | PathForm::Unknown => form,
    }
}

/// The method that a condition wants; none: any, or one that a test decides.
fn method(condition: &Condition) -> Option<String> {
    match condition {
        Condition::Method(Text::Equal(name) | Text::EqualFold(name)) => Some(name.to_ascii_uppercase()),
        _ => None,
    }
}

/// The paths that a condition takes; none if it does not look at them.
fn form(condition: &Condition) -> Option<PathForm> {
    match condition {
        Condition::Path(text) => path(text),
        Condition::Target(Text::Equal(target)) => {
            Some(PathForm::Exact(target.split('?').next().unwrap_or_default().to_owned()))
        }
        Condition::Target(Text::Matches(pattern)) => Some(before_query(pattern.source())),
        Condition::Target(Text::Present) | Condition::Method(_) => None,
        Condition::Query(..) | Condition::Header(..) | Condition::Cookie(..) | Condition::Body(_) => None,
        Condition::All(list) if list.is_empty() => None,
        Condition::Target(_) | Condition::Any(_) | Condition::All(_) => Some(PathForm::Unknown),
        Condition::Not(_) | Condition::Custom(_) | Condition::Unknown(_) => Some(PathForm::Unknown),
    }
}

fn path(text: &Text) -> Option<PathForm> {
    match text {
        Text::Present => None,
        Text::Equal(path) => Some(PathForm::Exact(path.clone())),
        // Paths are told apart by their letter case: such a test takes more than its own spelling.
        Text::EqualFold(path) => Some(PathForm::Exact(path.clone())),
        Text::Template(template) => Some(PathForm::Template(template.canonical())),
        Text::Matches(pattern) => Some(PathForm::Pattern(pattern.source().to_owned())),
        Text::Any(ways) if ways.contains(&Text::Absent) => None,
        Text::Any(ways) => {
            let pattern = ways.iter().rev().find(|way| matches!(way, Text::Matches(_)));
            pattern.map_or_else(|| Some(PathForm::OneOf(ways.iter().filter_map(path).collect())), path)
        }
        _ => Some(PathForm::Unknown),
    }
}

/// An expression for path and query, as far as it speaks of the path.
fn before_query(source: &str) -> PathForm {
    let end = ["(?:\\?", "(\\?", "[?]", "\\?"].iter().filter_map(|mark| source.find(mark)).min();
    PathForm::Pattern(source[..end.unwrap_or(source.len())].to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::conditions::{Dialect, Pattern};
    use super::*;
    use cassettes::subject::Spot;

    fn routed(condition: Condition) -> PathForm {
        let mut stub = Stub::new(Spot { file: String::new(), line: 1 });
        stub.when = vec![Condition::method("get"), condition];
        route(&stub).path
    }

    #[test]
    fn paths_are_told_from_whatever_tests_them() {
        let pattern =
            |source: &str| Text::Matches(Pattern::whole(source, Dialect::Java).expect("an expression"));
        let told = routed(Condition::Target(pattern(r"/v1/a/[0-9]+(\?.*)?")));
        assert_eq!(told, PathForm::Pattern("/v1/a/[0-9]+".to_owned()));
        assert_eq!((told.takes("/v1/a/7"), told.takes("/v1/a/x")), (Some(true), Some(false)));
        let equal = Text::Equal("/v1/a?x=1".to_owned());
        assert_eq!(routed(Condition::Target(equal)), PathForm::Exact("/v1/a".to_owned()));
        assert_eq!(routed(Condition::Path(pattern("/a(?!b).*"))).takes("/ac"), None, "nobody knows");
        assert_eq!(routed(Condition::Header("x".to_owned(), Text::Present)), PathForm::Any);
    }

    #[test]
    fn below_a_base_path_routes_are_what_is_asked() {
        let exact = |path: &str| PathForm::Exact(path.to_owned());
        assert_eq!(shortened(exact("/v1/a"), "/v1"), exact("/a"));
        assert_eq!(shortened(exact("/v1"), "/v1"), exact("/"));
        assert_eq!(shortened(exact("/v11/a"), "/v1"), exact("/v11/a"));
        let pattern = PathForm::Pattern("/v1/a/[0-9]+".to_owned());
        assert_eq!(shortened(pattern.clone(), "/v1"), PathForm::Pattern("/a/[0-9]+".to_owned()));
        assert_eq!(shortened(pattern, "/v2"), PathForm::Unknown);
    }
}
