//! The engine's laws, on stubs made by hand.

use super::conditions::{Condition, Text};
use super::stub::{Order, Replies, Reply, STARTED, Scenario, Stub};
use super::stubs::Stubs;
use crate::examples::ready;
use cassettes::model::{Answer, Request};
use cassettes::subject::{PathForm, Spot, Subject as _};

fn stub(line: u32, path: &str, status: u16) -> Stub {
    let spot = Spot { file: "stubs.json".to_owned(), line };
    let mut stub = Stub::new(spot.clone());
    stub.label = format!("GET {path}");
    stub.when = vec![Condition::path(path), Condition::method("GET")];
    stub.replies = Replies::one(Reply::new(status, spot));
    stub
}

fn ask(stubs: &Stubs, path: &str) -> String {
    match stubs.ask(&Request::new("GET", path)) {
        Ok(observed) => observed.answer.label(),
        Err(no) => no.reason,
    }
}

fn step(line: u32, required: Option<&str>, next: Option<&str>, status: u16) -> Stub {
    let mut stub = stub(line, "/job", status);
    stub.scenario = Some(Scenario {
        name: "job".to_owned(),
        required: required.map(str::to_owned),
        next: next.map(str::to_owned),
    });
    stub
}

#[test]
fn the_lowest_priority_goes_first_and_the_list_decides_among_equals() {
    let mut urgent = stub(3, "/a", 203);
    urgent.priority = -1;
    urgent.times = Some(1);
    let stubs = Stubs::new("x", vec![stub(1, "/a", 201), stub(2, "/a", 202), urgent]);
    assert_eq!(
        ["203", "201", "201"],
        [ask(&stubs, "/a"), ask(&stubs, "/a"), ask(&stubs, "/a")].each_ref().map(String::as_str)
    );
    assert_eq!(ready(stubs.reset()), Ok(true));
    assert_eq!(ask(&stubs, "/a"), "203");
}

#[test]
fn scenarios_go_their_way_and_are_lost_where_nobody_knows() {
    let list = vec![step(1, Some(STARTED), Some("done"), 202), step(2, Some("done"), None, 200)];
    let stubs = Stubs::new("x", list.clone());
    assert_eq!([ask(&stubs, "/job"), ask(&stubs, "/job"), ask(&stubs, "/job")], ["202", "200", "200"]);
    let mut odd = list;
    odd[0].when.push(Condition::Unknown("request.odd".to_owned()));
    let stubs = Stubs::new("x", odd);
    assert_eq!(ask(&stubs, "/job"), "stubs.json:1: does not understand `request.odd`");
    assert!(ask(&stubs, "/job").contains("stubs.json:"), "the state is not known any more");
}

#[test]
fn what_may_answer_keeps_the_question_open_unless_somebody_answers_before() {
    let mut odd = stub(2, "/a", 200);
    odd.when.push(Condition::Header("x".to_owned(), Text::Unknown("headers.x.odd".to_owned())));
    let certain = stub(1, "/a", 201);
    assert_eq!(ask(&Stubs::new("x", vec![certain.clone(), odd.clone()]), "/a"), "201");
    let stubs = Stubs::new("x", vec![odd.clone(), certain]);
    assert_eq!(ask(&stubs, "/a"), "stubs.json:2: does not understand `headers.x.odd`");
    assert_eq!(ask(&stubs, "/b"), "404", "another path is no question for it");
    let mut unlikely = odd;
    unlikely.when = vec![Condition::Any(vec![Condition::path("/a"), Condition::Unknown("odd".to_owned())])];
    assert_eq!(ask(&Stubs::new("x", vec![unlikely]), "/a"), "200", "one of them is enough");
}

#[test]
fn replies_come_in_their_order() {
    let orders = [
        (Order::First, ["201", "201", "201", "201"]),
        (Order::Sequence, ["201", "202", "404", "404"]),
        (Order::RepeatLast, ["201", "202", "202", "202"]),
        (Order::Cycle, ["201", "202", "201", "202"]),
    ];
    for (order, wanted) in orders {
        let mut stub = stub(1, "/a", 201);
        stub.replies.list.push(Reply::new(202, stub.spot.clone()));
        stub.replies.order = order;
        let stubs = Stubs::new("x", vec![stub]);
        assert_eq!(wanted.map(|_| ask(&stubs, "/a")), wanted, "{order:?}");
    }
}

#[test]
fn a_miss_names_the_nearest_stub_and_a_repertoire_every_route() {
    let mut list = vec![stub(1, "/a", 200), stub(9, "/b", 200)];
    list[1].when.push(Condition::Header("accept".to_owned(), Text::Contains("json".to_owned())));
    let stubs = Stubs::new("x", list);
    let answer = stubs.ask(&Request::new("GET", "/b")).expect("an answer").answer;
    let Answer::Reply(reply) = answer else { panic!("{answer:?}") };
    let text = String::from_utf8_lossy(reply.body.bytes()).into_owned();
    assert_eq!(reply.status, 404);
    assert!(
        text.contains("stubs.json:9 (GET /b)") && text.contains("wants header accept containing `json`"),
        "{text}"
    );
    assert_eq!(ask(&Stubs::new("x", vec![stub(1, "/v1/a", 201)]).below("/v1/"), "/a"), "201");
    let repertoire = stubs.repertoire().expect("files are known");
    assert_eq!(repertoire.routes[0].path, PathForm::Exact("/a".to_owned()));
    assert_eq!(
        (repertoire.routes[1].method.as_deref(), &repertoire.routes[1].statuses),
        (Some("GET"), &vec![200])
    );
}

#[test]
fn heads_and_empty_statuses_have_no_body() {
    let mut with_body = stub(1, "/a", 200);
    with_body.when = vec![Condition::path("/a")];
    with_body.replies.list[0].body = super::stub::Content::Fixed("text".to_owned().into());
    let stubs = Stubs::new("x", vec![with_body]);
    let length = |method: &str| {
        let answer = stubs.ask(&Request::new(method, "/a")).expect("an answer").answer;
        answer.head().map(|head| head.body.len())
    };
    assert_eq!((length("GET"), length("HEAD")), (Some(4), Some(0)));
}
