//! Headers that stood in every answer of an operation and stand in none now. Those that clients act on are a rule's
//! (`header-missing`); these are the rest, each as heavy as clients can rely on it.

use super::difference::{Change, Kind, Weight};
use crate::case::{Case, Said};
use crate::rules::acted_on;
use crate::run::Run;
use cassettes::model::Headers;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

/// What stood in fewer answers can have stood there by chance.
const ENOUGH: usize = 2;

/// The changes of all operations.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    run.operations().into_iter().flat_map(|(operation, cases)| of_operation(run, operation, &cases)).collect()
}

fn of_operation(run: &Run<'_>, operation: &Operation, cases: &[&Case<'_>]) -> Vec<Change> {
    let both: Vec<&&Case<'_>> =
        cases.iter().filter(|case| case.real.is_success() && case.other.is_success()).collect();
    let Some(first) = both.first().filter(|_| both.len() >= ENOUGH) else { return Vec::new() };
    let mut then = run.real_of(operation).filter(|said| said.is_success()).map(names);
    let Some(always) = then.next() else { return Vec::new() };
    let always = then.fold(always, |all, more| all.intersection(&more).cloned().collect());
    let now: BTreeSet<String> = both.iter().flat_map(|case| names(&case.other)).collect();
    let gone = always.difference(&now).filter(|name| !acted_on(name));
    let origin = both.iter().all(|case| case.exchange.request.headers.contains("origin"));
    gone.filter_map(|name| {
        let weight = weight(name, origin)?;
        let status = first.real.status()?;
        Some(Change {
            kind: Kind::Header,
            rule: "header-missing",
            weight,
            operation: operation.clone(),
            message: format!("a header that every answer had is gone: {name}"),
            place: format!("{status} {name}"),
            before: first.real.at_header(name),
            after: first.other.at_header(name),
        })
    })
    .collect()
}

fn names(said: &Said<'_>) -> BTreeSet<String> {
    let headers = said.headers().into_iter().flat_map(Headers::iter);
    headers.map(|(name, _)| name.to_ascii_lowercase()).collect()
}

/// How much can be relied upon a header; none: it says nothing of the vendor. `origin`: a browser asked.
fn weight(name: &str, origin: bool) -> Option<Weight> {
    let has = |words: &[&str]| name.split(['-', '_']).any(|word| words.contains(&word));
    // What is checked before a body is used, and what a browser asks for before it shows the answer to anybody.
    let checked = has(&["signature", "digest", "checksum", "md5", "sha256"]);
    if checked || origin && name.starts_with("access-control-") {
        return Some(Weight::Breaking);
    }
    // Judged elsewhere, of the connection alone (RFC 9110 §7.6.1), or how the body is framed and packed.
    let of_the_way =
        ["link", "content-type", "content-length", "content-encoding", "transfer-encoding", "date"]
            .contains(&name)
            || ["connection", "keep-alive", "te", "trailer", "upgrade", "via", "age", "alt-svc", "nel"]
                .contains(&name)
            || name.starts_with("proxy-");
    // One of its own for each answer, or of whoever runs the server.
    let of_the_answer = has(&[
        "id",
        "requestid",
        "trace",
        "traceparent",
        "tracestate",
        "span",
        "ray",
        "time",
        "timing",
        "runtime",
    ]) || has(&[
        "timer", "duration", "cache", "served", "hits", "server", "backend", "node", "powered",
    ]) && name != "cache-control";
    match name {
        _ if of_the_way || of_the_answer => None,
        // For how long an answer holds, in which language it is, and of which version of the interface.
        "cache-control" | "expires" | "content-language" | "accept-patch" | "accept-post" => {
            Some(Weight::Compatible)
        }
        _ if has(&["version"]) => Some(Weight::Compatible),
        _ => Some(Weight::Noise),
    }
}

#[cfg(test)]
mod tests {
    use crate::changes::{Weight, between};
    use crate::examples;

    fn told(header: &str) -> Vec<Weight> {
        let two = |head: &str| {
            ["1", "2"].map(|id| format!("> GET /v1/things/{id}\n{head}< 200 {{\"id\":{id}}}\n")).concat()
        };
        let text = format!("{}--- new.yaml\n{}", two(&format!("< {header}\n")), two(""));
        let example = examples::parse(&text).expect("an example");
        let difference = between(&example.cassettes[0], &example.cassettes[1]);
        difference.changes.iter().map(|change| change.weight).collect()
    }

    #[test]
    fn a_header_is_as_heavy_as_clients_rely_on_it() {
        assert_eq!(told("x-total-count: 20"), [Weight::Breaking]);
        assert_eq!(told("x-hub-signature-256: sha256=0b1d"), [Weight::Breaking]);
        assert_eq!(told("cache-control: max-age=60"), [Weight::Compatible]);
        assert_eq!(told("x-region: eu"), [Weight::Noise]);
        for header in
            ["x-request-id: 7", "server: nginx", "connection: close", "x-cache: HIT", "x-response-time: 3"]
        {
            assert_eq!(told(header), [], "{header}");
        }
    }
}
