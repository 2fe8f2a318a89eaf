//! The answer that another question of the kind would get: which thing is missing, taken or too much is a matter
//! of the stubs' own data, and so is the question that shows it.

use super::routes::{relative, route};
use super::stub::{Order, Reply, STARTED, Scenario, Stub};
use cassettes::subject::{PathForm, Wanted};

/// A stub and the answer of it that is meant.
type Found<'s> = (&'s Stub, &'s Reply);

/// The answer among the stubs that are asked.
pub(super) fn find<'s>(list: &'s [Stub], below: &str, wanted: &Wanted<'_>) -> Option<Found<'s>> {
    let answered = match wanted.given {
        Some(spot) => Some(list.iter().position(|s| s.replies.list.iter().any(|reply| reply.spot == *spot))?),
        None => None,
    };
    if !is_of_data(wanted, answered.map(|at| &list[at])) {
        return None;
    }
    let within = |at: usize, stub: &Stub| match answered {
        Some(answered) => at <= answered || gives_way(&list[answered], stub),
        None => true,
    };
    let mut all = list.iter().enumerate().filter(|(at, stub)| within(*at, stub) && is_reached(list, stub));
    all.find_map(|(_, stub)| reply(stub, below, wanted))
}

/// The answer among those that are given to whoever asks for their status.
pub(super) fn chosen<'s>(list: &'s [Stub], below: &str, wanted: &Wanted<'_>) -> Option<Found<'s>> {
    list.iter().find_map(|stub| reply(stub, below, wanted))
}

/// Whether the data that are there decide on such an answer. What was there and is no more is a matter of what
/// was done, and who may do what, and what is right, is none of data.
fn is_of_data(wanted: &Wanted<'_>, given: Option<&Stub>) -> bool {
    // What is answered for this very path is meant for it.
    let meant = || given.is_some_and(|stub| matches!(route(stub).path, PathForm::Exact(_)));
    match wanted.status {
        404 | 410 => !wanted.was_there && !meant(),
        409 | 412 | 423 | 429 | 500..=599 => true,
        _ => false,
    }
}

fn reply<'s>(stub: &'s Stub, below: &str, wanted: &Wanted<'_>) -> Option<Found<'s>> {
    let reply = stub.replies.list.iter().find(|r| r.fault.is_none() && r.status == wanted.status)?;
    let route = relative(route(stub), below);
    let method = route.method.as_deref().is_none_or(|m| m.eq_ignore_ascii_case(&wanted.operation.method));
    (method && route.path.may_be(&wanted.operation.template)).then_some((stub, reply))
}

/// Whether a stub that answers lets another one answer at times that stands behind it.
fn gives_way(stub: &Stub, other: &Stub) -> bool {
    let state = |stub: &Stub| stub.scenario.as_ref().map(|s| (s.name.clone(), s.required.clone()));
    let waits = stub.scenario.as_ref().is_some_and(|scenario| scenario.required.is_some());
    stub.times.is_some() || stub.replies.order == Order::Sequence || (waits && state(stub) != state(other))
}

/// Whether the state in which a stub answers ever comes.
fn is_reached(list: &[Stub], stub: &Stub) -> bool {
    let Some(Scenario { name, required: Some(required), .. }) = &stub.scenario else { return true };
    let leads = |other: &Stub| {
        other.scenario.as_ref().is_some_and(|s| s.name == *name && s.next.as_ref() == Some(required))
    };
    required == STARTED || list.iter().any(leads)
}

#[cfg(test)]
mod tests {
    use super::super::conditions::{Condition, Text};
    use super::super::stub::Replies;
    use super::*;
    use cassettes::model::Request;
    use cassettes::operation::Operation;
    use cassettes::subject::Spot;

    fn stub(line: u32, path: Option<&str>, status: u16) -> Stub {
        let spot = Spot { file: "a.json".to_owned(), line };
        let mut stub = Stub::new(spot.clone());
        stub.when = path.map(|path| Condition::Path(Text::Equal(path.to_owned()))).into_iter().collect();
        stub.replies = Replies::one(Reply::new(status, spot));
        stub
    }

    fn found(list: &[Stub], status: u16, was_there: bool, given: Option<u32>) -> Option<u32> {
        let request = Request::new("GET", "/v1/things/nobody");
        let operation = Operation { method: "GET".to_owned(), template: "/v1/things/{id}".to_owned() };
        let given = given.map(|line| Spot { file: "a.json".to_owned(), line });
        let wanted =
            Wanted { request: &request, operation: &operation, status, was_there, given: given.as_ref() };
        find(list, "", &wanted).map(|(_, reply)| reply.spot.line)
    }

    #[test]
    fn only_what_is_within_reach_and_a_matter_of_data_stands_for_an_answer() {
        let list =
            [stub(1, Some("/v1/things/gone"), 404), stub(2, None, 200), stub(3, Some("/v1/things/b"), 409)];
        assert_eq!(found(&list, 404, false, Some(2)), Some(1));
        assert_eq!(found(&list, 404, true, Some(2)), None, "it was there, and still is");
        let meant = [stub(1, Some("/v1/things/gone"), 404), stub(2, Some("/v1/things/nobody"), 200)];
        assert_eq!(found(&meant, 404, false, Some(2)), None, "that very thing is made up");
        assert_eq!(found(&list, 409, false, Some(2)), None, "nothing ever gets there");
        assert_eq!(found(&list, 409, false, None), Some(3));
        assert_eq!(
            found(&[stub(1, Some("/v1/others/x"), 404), stub(2, None, 200)], 404, false, Some(2)),
            None
        );
        assert_eq!(
            found(&[stub(1, Some("/v1/things/x"), 401), stub(2, None, 200)], 401, false, Some(2)),
            None
        );
        let mut once = list.clone();
        once[1].times = Some(2);
        assert_eq!(found(&once, 409, false, Some(2)), Some(3));
        once[2].scenario =
            Some(Scenario { name: "s".to_owned(), required: Some("never".to_owned()), next: None });
        assert_eq!(found(&once, 409, false, Some(2)), None);
    }
}
