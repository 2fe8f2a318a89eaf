use super::*;
use crate::{
    codec,
    json::Json,
    matching::{Index, View, differences},
    model::{Body, RedactRules},
};

/// A small generator: the same numbers on every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    fn shuffled<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
        items
    }

    fn json(&mut self, depth: usize) -> Json {
        match self.below(if depth == 0 { 4 } else { 6 }) {
            0 => Json::Number(["1", "1.0", "1e2", "-0"][self.below(4)].to_owned()),
            1 => Json::String(["", "a", "1", "\"é\n"][self.below(4)].to_owned()),
            2 => Json::Bool(self.below(2) == 0),
            3 => Json::Null,
            4 => Json::Array((0..self.below(4)).map(|_| self.json(depth - 1)).collect()),
            _ => Json::Object((0..self.below(5)).map(|i| (format!("m{i}"), self.json(depth - 1))).collect()),
        }
    }

    fn reordered(&mut self, json: &Json) -> Json {
        match json {
            Json::Array(items) => Json::Array(items.iter().map(|item| self.reordered(item)).collect()),
            Json::Object(members) => {
                let members =
                    members.iter().map(|(name, value)| (name.clone(), self.reordered(value))).collect();
                Json::Object(self.shuffled(members))
            }
            other => other.clone(),
        }
    }
}

fn names() -> Names {
    Names::new(&RedactRules::default()).expect("no rules of our own")
}

#[test]
fn order_of_members_and_parameters_is_free() {
    let (mut draw, names) = (Draw(7), names());
    for _ in 0..300 {
        let json = Json::Object(vec![("root".to_owned(), draw.json(4))]);
        let query: Vec<String> = (0..draw.below(5)).map(|i| format!("q{i}=v%2F{}", draw.below(3))).collect();
        let mut request = Request::new("POST", format!("/a/b?{}", query.join("&")));
        request.body = Body::from(json.to_string());
        let mut other =
            Request::new("POST", format!("/a/b?{}", draw.shuffled(query).join("&").replace("%2F", "%2f")));
        other.body = Body::from(draw.reordered(&json).to_string());
        assert_eq!(key(&request, &names), key(&other, &names), "{request:?} {other:?}");
        let mut packed = other.clone();
        packed.body = Body::from(codec::encode(other.body.bytes(), &["gzip".to_owned()]).expect("gzip"));
        packed.headers.push("Content-Encoding", "gzip");
        assert_eq!(key(&request, &names), key(&packed, &names));
    }
}

#[test]
fn keys_are_equal_where_there_is_no_difference() {
    let (mut draw, names) = (Draw(11), names());
    let requests: Vec<Request> = (0..60)
        .map(|_| {
            let mut request =
                Request::new(["GET", "POST"][draw.below(2)], ["/a", "/a/", "/b?x=1", "/b?x"][draw.below(4)]);
            request.body = Body::from(match draw.below(4) {
                0 => String::new(),
                1 => "text".to_owned(),
                _ => Json::Array(vec![draw.json(2)]).to_string(),
            });
            request
        })
        .collect();
    for a in &requests {
        for b in &requests {
            let found = differences(&View::of(a), &View::of(b), &names);
            assert_eq!(key(a, &names) == key(b, &names), found.is_empty(), "{a:?} {b:?} {found:?}");
        }
    }
}

#[test]
fn a_miss_names_the_nearest_and_why() {
    let mut recorded = vec![
        Request::new("GET", "/v1/customers?limit=2"),
        Request::new("GET", "/v1/customers?limit=2&starting_after=cus_2"),
        Request::new("DELETE", "/v1/customers?limit=3"),
        Request::new("GET", "/v1/customers/cus_1"),
        Request::new("GET", "/elsewhere"),
    ];
    let mut charge = Request::new("POST", "/v1/charges");
    charge.body = Body::from(r#"{"amount": 10, "card": {"number": "42"}}"#);
    recorded.push(charge.clone());
    let index = Index::build(&recorded, names());
    let miss = |asked: &Request| index.miss(asked, &|entry| &recorded[entry as usize]).nearest;
    let shown =
        |asked: &Request| miss(asked).iter().map(|near| format!("{} {near}", near.entry)).collect::<Vec<_>>();

    let asked = Request::new("GET", "/v1/customers?limit=3");
    assert_eq!(index.find(&asked), None);
    let near = shown(&asked);
    assert_eq!(near[0], "0 query limit: asked 3, recorded 2");
    assert_eq!(
        near[1],
        "1 query limit: asked 3, recorded 2; query starting_after: not asked, recorded cus_2"
    );
    assert_eq!(near[2], "2 method: asked GET, recorded DELETE");
    assert!(near[3].starts_with("3 path segment 3: not asked, recorded cus_1"), "{near:?}");

    charge.body = Body::from(r#"{"amount": 10.0, "card": {}, "note": "x"}"#);
    assert_eq!(
        shown(&charge)[0],
        "5 json /amount: asked 10.0, recorded 10; json /card: asked {}, not recorded; json /note: asked \"x\", not \
         recorded; json /card/number: not asked, recorded \"42\""
    );
    assert!(
        shown(&Request::new("GET", "/v1/custmers")).first().is_some_and(|n| n.contains("path segment 2"))
    );
    assert_eq!(miss(&recorded[0])[0].differences, [], "used up, not different");
}

#[test]
fn a_miss_over_many_is_quick() {
    let recorded: Vec<Request> = (0..10_000)
        .map(|i| {
            let mut request = Request::new("POST", format!("/v1/items?page={i}&limit=2"));
            request.body = Body::from(format!("{{\"a\":{i},\"b\":[1,2,3],\"c\":\"{}\"}}", "x".repeat(1000)));
            request
        })
        .collect();
    let index = Index::build(&recorded, names());
    let mut asked = recorded[7777].clone();
    asked.target = "/v1/items?page=7777&limit=3".to_owned();
    let taken_apart = std::cell::Cell::new(0);
    let miss = index.miss(&asked, &|entry| {
        taken_apart.set(taken_apart.get() + 1);
        &recorded[entry as usize]
    });
    assert_eq!(miss.nearest[0].entry, 7777);
    assert_eq!(miss.nearest[0].to_string(), "query limit: asked 3, recorded 2");
    assert!(taken_apart.get() <= 16, "only candidates are compared in full");
}
