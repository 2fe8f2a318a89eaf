//! Whether a mock that is a file has a route for an operation, for things of its own at least.

use super::Run;
use cassettes::operation::Operation;
use cassettes::subject::Route;

/// Whether one of the mock's routes is of this operation; none where the mock is no file.
pub(crate) fn has_route(run: &Run<'_>, operation: &Operation) -> Option<bool> {
    let repertoire = run.repertoire.as_ref()?;
    let cases = run.of(operation).map(|case| case.asked.path());
    let others = run.unjudged_of(operation).map(|one| one.exchange.request.path());
    let asked: Vec<&str> = cases.chain(others).collect();
    Some(repertoire.routes.iter().any(|route| is_of(route, operation, &asked)))
}

/// What refuses whatever it is asked is no route of anything.
fn is_of(route: &Route, operation: &Operation, asked: &[&str]) -> bool {
    let answers = route.statuses.is_empty() || route.statuses.iter().any(|status| *status < 400);
    let method = route.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(&operation.method));
    answers && method && is_path_of(route, operation, asked)
}

fn is_path_of(route: &Route, operation: &Operation, asked: &[&str]) -> bool {
    let pattern = matches!(route.path, cassettes::subject::PathForm::Pattern(_));
    route.path.may_be(&operation.template)
        || (pattern && asked.iter().any(|path| route.path.takes(path) == Some(true)))
}
