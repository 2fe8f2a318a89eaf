//! `has_more` and the last id, forms, amounts in minor units, idempotency keys.

use super::Vendor;
use crate::kit::client::Client;
use crate::kit::data::Rng;
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, obj};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::API_KEY;
use crate::kit::world::World;
use cassettes::json::Json;
use std::collections::BTreeMap;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "payments", make: |world| Box::new(Payments::new(world)), sessions: &[walk, trouble] };

struct Payments {
    world: World,
    charges: Vec<Json>,
    customers: Vec<Json>,
    deleted: Vec<String>,
    keys: BTreeMap<String, (String, Told)>,
    made: usize,
}

impl Payments {
    fn new(world: World) -> Self {
        let mut rng = world.rng("charges");
        let charges = (0..world.things(10)).map(|i| charge(&world, &mut rng, i)).collect();
        let customers = (0..4).map(|i| customer(&world, &mut rng, i)).collect();
        Payments { world, charges, customers, deleted: Vec::new(), keys: BTreeMap::new(), made: 0 }
    }

    fn list(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /v1/charges";
        let mut order: Vec<&Json> = self.charges.iter().collect();
        arrange(&self.world, route, &mut order);
        let size = match ask.query("limit").map(|l| l.parse::<usize>()) {
            None => 4,
            Some(Ok(size)) => size,
            Some(Err(_)) => {
                return error(
                    route,
                    What::Invalid,
                    400,
                    "invalid_request_error",
                    "parameter_invalid_integer",
                    "limit",
                );
            }
        };
        let start = match ask.query("starting_after") {
            None => 0,
            Some(id) => match order.iter().position(|c| c.text_at("/id").as_deref() == Some(&id)) {
                Some(at) => at + 1,
                None if self.world.lies(Hook::AnyCursor, route) => 0,
                None => {
                    return error(
                        route,
                        What::Cursor,
                        400,
                        "invalid_request_error",
                        "resource_missing",
                        "starting_after",
                    );
                }
            },
        };
        let cut = slice(&self.world, route, order.len(), start, size, 5);
        // The cursor is the last id on the page, so the page itself says where the next begins.
        let items: Vec<Json> = cut.of(&order).iter().map(|c| (*c).clone()).collect();
        let page = obj! { "object": "list", "url": "/v1/charges", "has_more": cut.more(), "data": items };
        Told::new(route, What::Page { more: cut.more() }, 200).json(&page)
    }

    fn create(&mut self, ask: &Ask<'_>) -> Told {
        let route = "POST /v1/charges";
        let sent = String::from_utf8_lossy(ask.0.body.bytes()).into_owned();
        let key = ask.header("idempotency-key");
        if let Some((body, told)) = key.as_ref().and_then(|k| self.keys.get(k)) {
            let again = *body == sent;
            if again && !self.world.lies(Hook::KeyIgnored, route) {
                return told.clone().with("Idempotent-Replayed", "true");
            }
            if !again && !self.world.lies(Hook::KeyConflict, route) {
                return error(route, What::KeyReused, 409, "idempotency_error", "idempotency_key_in_use", "");
            }
        }
        let amount = ask.form("amount").and_then(|a| a.parse::<i64>().ok()).filter(|a| *a > 0);
        let Some(amount) = amount else {
            return error(
                route,
                What::Invalid,
                400,
                "invalid_request_error",
                "parameter_invalid_integer",
                "amount",
            );
        };
        match ask.form("source").as_deref() {
            Some("tok_declined") => {
                return error(route, What::Terminal, 402, "card_error", "card_declined", "");
            }
            Some("tok_busy") => return error(route, What::Retryable, 409, "api_error", "lock_timeout", ""),
            Some("tok_down") => {
                return error(route, What::Retryable, 503, "api_error", "service_unavailable", "")
                    .with("Retry-After", "7");
            }
            Some("tok_many") => {
                return error(route, What::Limited, 429, "invalid_request_error", "rate_limit", "");
            }
            _ => {}
        }
        self.made += 1;
        let mut made = charge(&self.world, &mut self.world.rng(&format!("made {}", self.made)), self.made);
        made.put("amount", amount);
        made.put("currency", ask.form("currency").unwrap_or_default());
        made.put("created", self.world.now());
        made.put("client_reference", ask.form("client_reference"));
        if made.get("client_reference") != Some(&Json::Null) && self.world.lies(Hook::EchoFixed, route) {
            made.put("client_reference", "ref_of_the_mock");
        }
        if self.made > 1 && self.world.lies(Hook::SameId, route) {
            made.put("id", self.charges[0].get("id").cloned());
        }
        let told = Told::new(route, What::Made, 200).json(&made);
        if !self.world.lies(Hook::MakeForgotten, route) {
            self.charges.insert(0, made);
        }
        if let Some(key) = key {
            self.keys.insert(key, (sent, told.clone()));
        }
        told
    }

    fn read(&mut self, id: &str) -> Told {
        let route = "GET /v1/charges/{id}";
        let Some(at) = self.charges.iter().position(|c| c.text_at("/id").as_deref() == Some(id)) else {
            return error(route, What::Miss, 404, "invalid_request_error", "resource_missing", "id");
        };
        Told::new(route, What::Thing, 200).json(&self.charges[at])
    }

    fn customer(&mut self, ask: &Ask<'_>, id: &str) -> Told {
        let route = match ask.method() {
            "GET" => "GET /v1/customers/{id}",
            "POST" => "POST /v1/customers/{id}",
            _ => "DELETE /v1/customers/{id}",
        };
        let Some(at) = self.customers.iter().position(|c| c.text_at("/id").as_deref() == Some(id)) else {
            if self.deleted.iter().any(|d| d == id) && ask.method() == "GET" {
                return Told::new(route, What::Gone, 200)
                    .json(&obj! { "id": id, "object": "customer", "deleted": true });
            }
            return error(route, What::Miss, 404, "invalid_request_error", "resource_missing", "id");
        };
        match ask.method() {
            "GET" => {
                if self.world.lies(Hook::ReadWrites, route) {
                    let spent = self.world.asked() * 100;
                    self.customers[at].put("balance", -spent);
                }
                Told::new(route, What::Thing, 200).json(&self.customers[at])
            }
            "POST" => {
                let before = self.customers[at].clone();
                for name in ["name", "description"] {
                    if let Some(value) = ask.form(name) {
                        self.customers[at].put(name, value);
                    }
                }
                let told = Told::new(route, What::Changed, 200).json(&self.customers[at]);
                if self.world.lies(Hook::WriteForgotten, route) {
                    self.customers[at] = before;
                }
                told
            }
            _ => {
                if !self.world.lies(Hook::DeleteForgotten, route) {
                    self.customers.remove(at);
                    self.deleted.push(id.to_owned());
                }
                Told::new(route, What::Deleted, 200)
                    .json(&obj! { "id": id, "object": "customer", "deleted": true })
            }
        }
    }
}

fn charge(world: &World, rng: &mut Rng, i: usize) -> Json {
    let paid = world.word(i, &["succeeded", "failed", "pending"]);
    obj! {
        "id": format!("ch_3K{}", rng.code(20)),
        "object": "charge",
        "amount": rng.within(100, 900_000),
        "amount_refunded": 0_i64,
        "currency": world.word(i, &["eur", "usd", "gbp"]),
        "created": world.start - 40_000 * (i64::try_from(i).unwrap_or(0) + 1) - rng.within(0, 9_000),
        "customer": world.turn(i, 2).then(|| format!("cus_{}", rng.code(14))),
        "description": (!world.turn(i, 3)).then(|| rng.words()),
        "failure_code": (paid == "failed").then_some("card_declined"),
        "livemode": false,
        "paid": paid == "succeeded",
        "status": paid,
        "payment_method_details": obj! { "type": "card", "card": obj! { "last4": rng.within(1000, 9999).to_string(), "brand": world.word(i, &["visa", "amex"]) } },
    }
}

fn customer(world: &World, rng: &mut Rng, i: usize) -> Json {
    obj! {
        "id": format!("cus_{}", rng.code(14)),
        "object": "customer",
        "name": rng.name(),
        "email": rng.email(),
        "description": world.turn(i, 2).then(|| rng.words()),
        "balance": -rng.within(100, 9_000),
        "created": world.start - 700_000,
    }
}

fn error(route: &'static str, what: What, status: u16, kind: &str, code: &str, param: &str) -> Told {
    let error = obj! { "type": kind, "code": code, "message": format!("Something about {code}.") };
    let error = error.and("param", Some(param).filter(|p| !p.is_empty()));
    Told::new(route, what, status).json(&obj! { "error": error })
}

impl Service for Payments {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let segments = ask.0.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let id = Rng::new(self.world.seed, &format!("request {}", self.world.asked())).code(14);
        let route = match (ask.method(), path.as_slice()) {
            ("GET", ["v1", "charges"]) => "GET /v1/charges",
            ("POST", ["v1", "charges"]) => "POST /v1/charges",
            _ => "other",
        };
        let fault = match ask.header("authorization").as_deref() {
            None => Some(Fault::Missing),
            Some(value) if value == format!("Bearer {API_KEY}") => None,
            Some(_) => Some(Fault::Unknown),
        };
        let refused = fault.filter(|fault| !self.world.lies(Hook::Credential(*fault), route));
        let told = match (refused, ask.method(), path.as_slice()) {
            (Some(fault), ..) => {
                error(route, What::Auth(fault), 401, "invalid_request_error", "api_key_invalid", "")
            }
            (_, "GET", ["v1", "charges"]) => self.list(ask),
            (_, "POST", ["v1", "charges"]) => self.create(ask),
            (_, "GET", ["v1", "charges", id]) => self.read(id),
            (_, _, ["v1", "customers", id]) => self.customer(ask, id),
            (_, "GET", ["v1", "customers"]) => {
                let some = obj! { "object": "list", "has_more": false, "data": self.customers.clone() };
                Told::new("GET /v1/customers", What::Page { more: false }, 200).json(&some)
            }
            _ => error("other", What::Miss, 404, "invalid_request_error", "url_invalid", ""),
        };
        told.with("Request-Id", format!("req_{id}"))
    }
}

fn walk(client: &mut Client) {
    client.always("authorization", &format!("Bearer {API_KEY}"));
    for size in [4, 3] {
        let mut page = client.get(&format!("/v1/charges?limit={size}"));
        for _ in 0..4 {
            if page.at("/has_more") != "true" {
                break;
            }
            let last = (0..size).rev().map(|i| page.at(&format!("/data/{i}/id"))).find(|id| id != "missing");
            page =
                client.get(&format!("/v1/charges?limit={size}&starting_after={}", last.unwrap_or_default()));
        }
    }
    client.get("/v1/charges?limit=100");
    let form = "amount=1010&currency=eur&source=tok_visa&client_reference=order-8841";
    let made = client.form("/v1/charges", &[("idempotency-key", "order-8841")], form);
    client.form("/v1/charges", &[("idempotency-key", "order-8841")], form);
    client.get(&format!("/v1/charges/{}", made.at("/id")));
    client.form("/v1/charges", &[], "amount=777&currency=usd&source=tok_visa&client_reference=order-9000");
    let list = client.get("/v1/customers");
    let path = format!("/v1/customers/{}", list.at("/data/0/id"));
    client.get(&path);
    client.get(&path);
    client.form(&path, &[], "description=likes+tests");
    client.get(&path);
    client.delete(&path);
    client.get(&path);
    client.get(&format!("/v1/customers/{}", list.at("/data/1/id")));
}

fn trouble(client: &mut Client) {
    client.get("/v1/charges?limit=3");
    client.get_with("/v1/charges?limit=3", &[("authorization", "Bearer key_test_nobody_has_this_one")]);
    client.always("authorization", &format!("Bearer {API_KEY}"));
    client.get("/v1/charges?limit=3");
    client.get("/v1/charges?limit=many");
    client.get("/v1/charges?limit=3&starting_after=ch_nope");
    client.get("/v1/charges/ch_nope");
    client.get("/v1/customers/cus_nope");
    let with = |source: &str| format!("amount=500&currency=eur&source={source}");
    client.form("/v1/charges", &[("idempotency-key", "once")], &with("tok_visa"));
    client.form("/v1/charges", &[("idempotency-key", "once")], "amount=501&currency=eur&source=tok_visa");
    client.form("/v1/charges", &[], "amount=ten&currency=eur&source=tok_visa");
    for source in ["tok_declined", "tok_busy", "tok_down", "tok_many", "tok_visa"] {
        client.form("/v1/charges", &[], &with(source));
    }
}
