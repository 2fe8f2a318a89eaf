use super::*;
use crate::{
    json::{Json, Pointer},
    model::{Answer, Body, Connection, Exchange, ExchangeId, Headers, Request, Response, Timestamp, Timing},
    operation::Operations,
};

/// A small generator: the same exchanges on every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    /// Few values, so that many meet.
    fn value(&mut self) -> String {
        let at = self.below(9);
        self.pick(&[
            "1",
            "42",
            "cus_1",
            "a b/ü",
            "eyJpZCI6Mn0=",
            "zeta",
            "\"e-17\"",
            "x&y=77",
            "",
            "%2e",
            "é%",
        ])
        .to_owned()
            + self.pick(&["", "", "", &at.to_string()])
    }

    fn url(&mut self) -> String {
        let base = self.pick(&["", "", "http://up.test:1/base", "//other.test", "../", "?"]);
        let path = self.pick(&["/items", "/items/cus_1", "/", "/a/../b/.", "items"]);
        format!("{base}{path}{}", self.pick(&["", "?cursor=eyJpZCI6Mn0%3D", "?page=42&limit=1", "#x"]))
    }

    fn json(&mut self, depth: usize) -> Json {
        let names = ["id", "next", "data", "cursor", "user_id", "a/b~"];
        match self.below(if depth == 0 { 3 } else { 5 }) {
            0 => Json::Number(self.pick(&["1", "42", "1700000000", "-0.5"]).to_owned()),
            1 => Json::String(self.value()),
            2 => Json::String(self.url()),
            3 => Json::Array((0..self.below(4)).map(|_| self.json(depth - 1)).collect()),
            _ => Json::Object(
                (0..self.below(5)).map(|_| (self.pick(&names).to_owned(), self.json(depth - 1))).collect(),
            ),
        }
    }

    fn body(&mut self) -> (String, &'static str) {
        match self.below(5) {
            0 => (String::new(), "text/plain"),
            1 => {
                (format!("id={}&b=x+y&c", url::spelling(&self.value())), "application/x-www-form-urlencoded")
            }
            2 => (
                format!(
                    "<R><Key>{}</Key><NextMarker>{}</NextMarker><a href='{}'/>",
                    self.value(),
                    self.value(),
                    self.url()
                ),
                "text/xml",
            ),
            3 => (format!("id: {}\ndata: {}\n", self.value(), self.json(2)), "text/event-stream"),
            _ => (self.json(3).to_string(), "application/json"),
        }
    }

    fn headers(&mut self, media: &str) -> Headers {
        let mut headers = Headers::from_pairs([("Content-Type", media)]);
        for _ in 0..self.below(4) {
            let name = self.pick(&[
                "ETag",
                "If-None-Match",
                "Location",
                "Link",
                "Set-Cookie",
                "Cookie",
                "Authorization",
                "X-Next",
            ]);
            let value = match name {
                "Link" => format!("<{}>; rel=\"next\", <{}>; rel=prev", self.url(), self.url()),
                "Location" => self.url(),
                "Authorization" => format!("Bearer {}", self.value()),
                "Set-Cookie" | "Cookie" => format!("sid={}; b=2", self.value()),
                _ => self.value(),
            };
            headers.push(name, value);
        }
        headers
    }

    fn exchange(&mut self) -> Exchange {
        let target = format!(
            "/{}/{}{}",
            self.pick(&["items", "users", ""]),
            self.value(),
            self.pick(&["", "?", "?cursor=eyJpZCI6Mn0%3d&page=42&&x", "/items?id=1"])
        );
        let mut request =
            Request::new(self.pick(&["GET", "POST"]), if self.below(3) == 0 { self.url() } else { target });
        let (body, media) = self.body();
        request.body = Body::from(body);
        request.headers = self.headers(media);
        let (body, media) = self.body();
        let headers = self.headers(media);
        Exchange {
            id: ExchangeId(1),
            at: Timestamp(0),
            upstream: "http://up.test:1/base".into(),
            request,
            answer: Answer::Reply(Response::new(200, headers, body.into_bytes())),
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        }
    }
}

#[test]
fn what_the_real_side_said_binds_every_request_to_itself() {
    let mut draw = Draw(3);
    let mut found = 0;
    for _ in 0..150 {
        let exchanges: Vec<Exchange> = (0..8).map(|_| draw.exchange()).collect();
        let links = discover(&exchanges);
        found += links.len();
        let said: Vec<Option<Answer>> = exchanges.iter().map(|e| Some(e.answer.clone())).collect();
        for (number, exchange) in exchanges.iter().enumerate() {
            let bound = bind(number, &exchanges, &links, &said);
            assert_eq!(bound.request, exchange.request);
            assert!(bound.unbound.is_empty());
            assert_eq!(bound.rebound, links.iter().filter(|link| link.to == number).count());
        }
        assert!(links.iter().all(|link| link.from < link.to));
        assert!(links.is_sorted_by_key(|link| link.to));
    }
    assert!(found > 300, "the law holds over {found} links only");
}

#[test]
fn whatever_a_subject_says_something_lawful_is_asked() {
    let mut draw = Draw(5);
    for _ in 0..150 {
        let exchanges: Vec<Exchange> = (0..8).map(|_| draw.exchange()).collect();
        let links = discover(&exchanges);
        let said: Vec<Option<Answer>> =
            (0..8).map(|_| Some(draw.exchange().answer).filter(|_| draw.below(5) > 0)).collect();
        let operations = Operations::learn(&exchanges);
        for (number, exchange) in exchanges.iter().enumerate() {
            let bound = bind(number, &exchanges, &links, &said);
            operations.of(&bound.request);
            let plain = |text: &str| !text.bytes().any(|b| b.is_ascii_control() || b == b' ');
            assert!(
                plain(&bound.request.target) || !plain(&exchange.request.target),
                "{}",
                bound.request.target
            );
            assert!(bound.request.headers.iter().all(|(_, value)| !value.contains(&b'\n')));
            if let (Ok(before), Ok(after)) =
                (Json::parse(exchange.request.body.bytes()), Json::parse(bound.request.body.bytes()))
            {
                let places = |json: &Json| {
                    let mut places = Vec::new();
                    Pointer::walk(json, &mut |at, value| {
                        places.push((at.clone(), matches!(value, Json::Array(_) | Json::Object(_))));
                    });
                    places
                };
                assert_eq!(places(&before), places(&after));
            } else {
                assert!(Json::parse(exchange.request.body.bytes()).is_err(), "JSON stays JSON");
            }
        }
        assert_eq!(bind(99, &exchanges, &links, &said).rebound, 0);
        assert_eq!(bind(7, &exchanges, &links, &[]).rebound, 0);
    }
}
