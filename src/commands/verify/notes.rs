//! What is to be said about a run besides its report: on stderr, so that a report stays one document.

use crate::ui::{self, Flags, count};
use cassettes::{
    model::Cassette,
    subject::{Repertoire, Route, Subject},
};

/// So many of a kind are told.
const MOST: usize = 10;

/// Says something that is neither agreement nor a finding.
pub(super) fn note(ui: &Flags, text: &str) {
    ui.say(format!("{yellow}note:{yellow:#} {text}", yellow = ui::YELLOW));
}

/// What stubs hold that nobody understood: the questions that it touches stay unverified.
pub(super) fn not_understood(subject: &dyn Subject, ui: &Flags) {
    let Some(Repertoire { not_understood, .. }) = subject.repertoire() else { return };
    let most = if ui.verbose { usize::MAX } else { MOST };
    for (spot, what) in not_understood.iter().take(most) {
        note(ui, &format!("{}:{}: does not understand `{what}`", spot.file, spot.line));
    }
    if let Some(more @ 1..) = not_understood.len().checked_sub(most) {
        note(ui, &format!("and {} more that is not understood (-v shows all)", count(more, "place")));
    }
}

/// Says that state of one cassette was there when the next was asked, where it can matter.
pub(super) fn stale(cassettes: &[Cassette], ui: &Flags) {
    let writes = |cassette: &Cassette| {
        let safe = |method: &str| matches!(method, "GET" | "HEAD" | "OPTIONS" | "QUERY");
        cassette.exchanges.iter().any(|exchange| !safe(&exchange.request.method))
    };
    let asked = cassettes.iter().filter(|cassette| !cassette.exchanges.is_empty()).count();
    let writing = cassettes.iter().filter(|cassette| writes(cassette)).count();
    if asked > 1 && writing > 0 {
        note(
            ui,
            &format!(
                "the mock was not put back into its first state between {asked} cassettes, and {writing} of them \
                 write to it: findings may come from what was left; give --reset 'METHOD TARGET', or start it with cmd:"
            ),
        );
    }
}

/// The path below which stubs are asked. A cassette knows targets below the base URL that was recorded; stubs
/// for a client with another base URL know them so as well, and others know them whole.
pub(super) fn base(cassettes: &[Cassette], routes: &[Route]) -> String {
    let path = |upstream: &str| {
        let rest = upstream.split_once("://").map_or(upstream, |(_, rest)| rest);
        rest.find('/').map(|at| rest[at..].trim_end_matches('/').to_owned()).unwrap_or_default()
    };
    let mut exchanges = cassettes.iter().flat_map(|cassette| &cassette.exchanges);
    let Some(base) = exchanges.clone().next().map(|exchange| path(&exchange.upstream)) else {
        return String::new();
    };
    if base.is_empty() || exchanges.any(|exchange| path(&exchange.upstream) != base) {
        return String::new();
    }
    let taken = |base: &str| {
        let targets = cassettes.iter().flat_map(|cassette| &cassette.exchanges).map(|e| e.request.path());
        let specific = |route: &&Route| !matches!(route.path, cassettes::subject::PathForm::Any);
        targets
            .filter(|path| {
                let path = format!("{base}{path}");
                routes.iter().filter(specific).any(|route| route.path.takes(&path) == Some(true))
            })
            .count()
    };
    if taken(&base) > taken("") { base } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::{
        examples,
        subject::{PathForm, Spot},
    };

    #[test]
    fn stubs_are_asked_below_the_base_that_they_know() {
        let mut cassettes = examples::parse("> GET /users/1\n< 200 {}\n~ 200 {}\n").expect("reads").cassettes;
        cassettes[0].exchanges[0].upstream = "https://api.test/v1".to_owned();
        let route = |path: &str| Route {
            method: None,
            path: PathForm::Template(path.to_owned()),
            statuses: vec![200],
            spot: Spot { file: "a".to_owned(), line: 1 },
        };
        assert_eq!(base(&cassettes, &[route("/v1/users/{id}")]), "/v1");
        assert_eq!(base(&cassettes, &[route("/users/{id}")]), "");
        assert_eq!(base(&cassettes, &[]), "", "as the client asks that was recorded");
    }
}
