//! Numbers and sentences, in words.

use crate::behaviour::OperationCoverage;
use crate::report::Report;

/// `1 check`, `3 checks`.
pub(super) fn plural(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// An operation, and whom it was asked of where that was more than one.
pub(super) fn named(operation: &OperationCoverage) -> String {
    match operation.upstreams.as_slice() {
        [] | [_] => operation.operation.clone(),
        several => {
            let hosts: Vec<&str> = several.iter().map(|url| host(url)).collect();
            format!("{} ({})", operation.operation, hosts.join(", "))
        }
    }
}

/// The authority of a base URL, and the path that goes with it.
fn host(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}

/// How many behaviours it was not possible to judge.
pub(super) fn unsure(report: &Report) -> usize {
    let behaviours = report.coverage.operations.iter().flat_map(|o| &o.behaviours);
    behaviours.filter(|b| b.reproduced.is_none()).count()
}

/// First letter large, full stop at the end.
pub(super) fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", chars.as_str())
}
