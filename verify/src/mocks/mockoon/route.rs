//! A route and its responses as stubs.

use super::crud;
use super::reply::{self, Home};
use super::rule::{self, Around};
use super::templating::World;
use crate::mocks::conditions::{Condition, PathTemplate, Text};
use crate::mocks::placed::Placed;
use crate::mocks::{Order, Replies, STARTED, Scenario, Stub};
use std::sync::Arc;

/// The most requests that rules count.
const MOST_COUNTED: u64 = 50;

/// Every stub that a route makes, in the order in which they are asked.
pub(super) fn stubs(home: &Home<'_>, world: &Arc<World>, prefix: &str, route: &Placed) -> Vec<Stub> {
    let endpoint = route.str_of("endpoint").unwrap_or_default();
    let full = deduplicated(&format!("/{prefix}/{}", endpoint.replace(' ', "%20")));
    let method = route.str_of("method").unwrap_or("get");
    let mut base = Stub::new(home.spot(route));
    base.label = format!("{} {full}", method.to_uppercase());
    let paths = match templates(&full) {
        Ok(paths) => Arc::new(paths),
        Err(what) => {
            // Nobody knows which paths it takes; they begin as it does, up to what is not understood.
            let odd = |c: char| "(){}[]+|?*:".contains(c);
            let known = full.split(odd).next().unwrap_or_default().to_owned();
            base.when = vec![Condition::Path(Text::Starts(known)), Condition::Unknown(what)];
            if method != "all" {
                base.when.push(Condition::method(method));
            }
            return vec![base];
        }
    };
    let around = Around { world: Arc::clone(world), paths: Arc::clone(&paths) };
    if route.str_of("type") == Some("crud") {
        return crud::stubs(home, &around, &full, route);
    }
    if method != "all" {
        base.when.push(Condition::method(method));
    }
    base.when.push(Condition::Path(any_of(&paths)));
    responses(home, &around, route, &base)
}

fn responses(home: &Home<'_>, around: &Around, route: &Placed, base: &Stub) -> Vec<Stub> {
    let list = route.get("responses").map(Placed::items).unwrap_or_default();
    let usual = list.iter().find(|response| response.is_true("default")).or(list.first());
    let Some(usual) = usual else {
        let mut stub = base.clone();
        stub.unknown.push(home.doubt(route, "a route without responses"));
        return vec![stub];
    };
    let answering = |response: &Placed| {
        let mut stub = base.clone();
        stub.spot = home.spot(response);
        if let Some(label) = response.str_of("label").filter(|label| !label.is_empty()) {
            stub.label = format!("{} ({label})", stub.label);
        }
        let (reply, unknown) = reply::read(home, response, around);
        stub.replies = Replies::one(reply);
        stub.unknown.extend(unknown);
        stub
    };
    match route.str_of("responseMode") {
        Some("DISABLE_RULES") => return vec![answering(usual)],
        Some("SEQUENTIAL") => {
            let mut stub = base.clone();
            for response in list {
                let mut one = answering(response);
                stub.unknown.append(&mut one.unknown);
                stub.replies.list.append(&mut one.replies.list);
            }
            stub.replies.order = Order::Cycle;
            return vec![stub];
        }
        Some("RANDOM") if list.len() > 1 => {
            let mut stub = answering(usual);
            stub.spot = home.spot(route);
            stub.unknown.push(home.doubt(route, "responseMode RANDOM"));
            return vec![stub];
        }
        _ => {}
    }
    let falls_back = route.str_of("responseMode") == Some("FALLBACK");
    let states = counted(list);
    let mut stubs = Vec::new();
    for state in 1..=states {
        let ruled = list.iter().filter(|response| !rules(response).is_empty());
        for response in ruled {
            let mut stub = answering(response);
            let conditions =
                rules(response).iter().map(|rule| rule::condition(rule, around, state)).collect();
            let or = response.str_of("rulesOperator").is_none_or(|word| word != "AND");
            stub.when.push(if or { Condition::Any(conditions) } else { Condition::All(conditions) });
            stubs.push(placed(stub, home, route, state, states));
        }
        if !falls_back {
            stubs.push(placed(answering(usual), home, route, state, states));
        }
    }
    stubs
}

fn rules(response: &Placed) -> &[Placed] {
    response.get("rules").map(Placed::items).unwrap_or_default()
}

/// How many requests the rules tell apart; the last stands for all that follow.
fn counted(responses: &[Placed]) -> u64 {
    let counting = || responses.iter().flat_map(rules).filter(|rule| rule::counts(rule));
    if counting().next().is_none() {
        return 1;
    }
    let numbers = counting().filter_map(|rule| rule.str_of("value")?.parse::<u64>().ok());
    let most = numbers.max().unwrap_or(MOST_COUNTED - 1);
    most.saturating_add(1).clamp(2, MOST_COUNTED)
}

/// The stub in the state of a machine that counts the route's requests.
fn placed(mut stub: Stub, home: &Home<'_>, route: &Placed, state: u64, states: u64) -> Stub {
    if states > 1 {
        let own = route.str_of("uuid").map_or_else(|| route.line.to_string(), str::to_owned);
        let named = |state: u64| if state == 1 { STARTED.to_owned() } else { state.to_string() };
        stub.scenario = Some(Scenario {
            name: format!("{} {own}", home.file.path),
            required: Some(named(state)),
            next: (state < states).then(|| named(state + 1)),
        });
    }
    stub
}

pub(super) fn any_of(paths: &[PathTemplate]) -> Text {
    Text::Any(paths.iter().cloned().map(Text::Template).collect())
}

/// The paths that an endpoint takes: its variables are segments, a star is anything; a slash at the end is no
/// matter.
pub(super) fn templates(full: &str) -> Result<Vec<PathTemplate>, String> {
    let odd = || format!("the endpoint {full}");
    if full.contains(['(', ')', '{', '}', '[', ']', '+', '|']) {
        return Err(odd());
    }
    let trimmed = full.trim_end_matches('/');
    // An optional last variable is two endpoints.
    let forms = match trimmed.strip_suffix('?') {
        Some(form) => match form.rsplit_once("/:") {
            Some((before, _)) => vec![form.to_owned(), before.to_owned()],
            None => return Err(odd()),
        },
        None => vec![trimmed.to_owned()],
    };
    let mut paths = Vec::new();
    for form in forms {
        if form.contains('?') {
            return Err(odd());
        }
        for end in ["", "/"] {
            let path = format!("{form}{end}");
            if !path.is_empty() {
                paths.push(PathTemplate::colons(&path).map_err(|_| odd())?);
            }
        }
    }
    Ok(paths)
}

pub(super) fn deduplicated(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !out.ends_with('/') {
            out.push(c);
        }
    }
    out
}
