//! Links in the body as whole URLs, things embedded, attributes apart from ids, errors as a list.

use super::Vendor;
use crate::kit::client::{Client, target};
use crate::kit::data::{Rng, date, money, precise};
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, num, obj};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::API_KEY;
use crate::kit::world::World;
use cassettes::json::Json;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "hyper", make: |world| Box::new(Hyper::new(world)), sessions: &[walk, trouble] };

struct Hyper {
    world: World,
    invoices: Vec<Json>,
    made: usize,
    busy: usize,
}

impl Hyper {
    fn new(world: World) -> Self {
        let mut rng = world.rng("invoices");
        let invoices = (0..world.things(10)).map(|i| invoice(&world, &mut rng, i)).collect();
        Hyper { world, invoices, made: 0, busy: 0 }
    }

    fn list(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /odata/invoices";
        let mut order: Vec<&Json> = self.invoices.iter().collect();
        arrange(&self.world, route, &mut order);
        let size = ask.query("$top").and_then(|t| t.parse().ok()).unwrap_or(4);
        let start = match ask.query("$skiptoken") {
            None => 0,
            Some(token) => match (0..order.len()).find(|i| self.token(*i) == token) {
                Some(start) => start,
                None if self.world.lies(Hook::AnyCursor, route) => 0,
                None => return refuse(route, What::Cursor, 400, "InvalidSkipToken"),
            },
        };
        let cut = slice(&self.world, route, order.len(), start, size, 6);
        let items: Vec<Json> = cut.of(&order).iter().map(|i| (*i).clone()).collect();
        let page =
            obj! { "@odata.context": format!("{}/odata/$metadata#invoices", ask.base()), "value": items };
        let next = cut
            .next
            .map(|n| format!("{}/odata/invoices?$top={size}&$skiptoken={}", ask.base(), self.token(n)));
        let told = Told::new(route, What::Page { more: cut.more() }, 200);
        told.json(&page.and("@odata.nextLink", next))
    }

    fn token(&self, at: usize) -> String {
        format!("{}-{at}", Rng::new(self.world.seed, &format!("token {at}")).hex(12))
    }

    fn one(&mut self, ask: &Ask<'_>, id: &str) -> Told {
        let route = match ask.method() {
            "GET" => "GET /odata/invoices/{id}",
            "PATCH" => "PATCH /odata/invoices/{id}",
            _ => "DELETE /odata/invoices/{id}",
        };
        let Some(at) = self.invoices.iter().position(|i| i.text_at("/id").as_deref() == Some(id)) else {
            return refuse(route, What::Miss, 404, "InvoiceNotFound");
        };
        let tag = |invoice: &Json| format!("W/\"{}\"", invoice.text_at("/version").unwrap_or_default());
        match ask.method() {
            "GET" => {
                if self.world.lies(Hook::ReadWrites, route) {
                    let opened = self.world.asked();
                    self.invoices[at].put("opened", opened);
                }
                let tag = tag(&self.invoices[at]);
                if ask.header("if-none-match").is_some_and(|t| t == tag)
                    && !self.world.lies(Hook::NotModified, route)
                {
                    return Told::new(route, What::NotModified, 304).with("ETag", tag);
                }
                Told::new(route, What::Thing, 200).json(&self.invoices[at]).with("ETag", tag)
            }
            "PATCH" => {
                if ask.header("if-match").is_some_and(|t| t != tag(&self.invoices[at])) {
                    return refuse(route, What::Conflict, 412, "VersionConflict");
                }
                let before = self.invoices[at].clone();
                for (name, value) in ask.json().members() {
                    self.invoices[at].put(name, value.clone());
                }
                if !self.world.lies(Hook::TagFrozen, route) {
                    self.invoices[at].put("version", self.world.asked() + 700);
                }
                let told = Told::new(route, What::Changed, 200).json(&self.invoices[at]);
                if self.world.lies(Hook::WriteForgotten, route) {
                    self.invoices[at] = before;
                }
                told
            }
            _ => {
                if !self.world.lies(Hook::DeleteForgotten, route) {
                    self.invoices.remove(at);
                }
                Told::new(route, What::Deleted, 204)
            }
        }
    }

    fn make(&mut self, ask: &Ask<'_>) -> Told {
        let route = "POST /odata/invoices";
        let sent = ask.json();
        if sent.text_at("/total").is_none() {
            return refuse(route, What::Invalid, 422, "TotalMissing");
        }
        match sent.text_at("/book").as_deref() {
            Some("closed") => return refuse(route, What::Terminal, 409, "BookClosed"),
            Some("locked") => {
                self.busy += 1;
                return refuse(route, What::Retryable, 503, "BookLocked").with("Retry-After", "9");
            }
            _ => {}
        }
        self.made += 1;
        let mut made =
            invoice(&self.world, &mut self.world.rng(&format!("made {}", self.made)), 60 + self.made);
        made.put("total", sent.get("total").cloned());
        if self.made > 1 && self.world.lies(Hook::SameId, route) {
            made.put("id", self.invoices.last().and_then(|i| i.get("id")).cloned());
        }
        let path = format!("{}/odata/invoices/{}", ask.base(), made.text_at("/id").unwrap_or_default());
        let told = Told::new(route, What::Made, 201).json(&made).with("Location", path);
        if !self.world.lies(Hook::MakeForgotten, route) {
            self.invoices.push(made);
        }
        told
    }
}

fn invoice(world: &World, rng: &mut Rng, i: usize) -> Json {
    let due = world.start - 86_400 * 40 + 86_400 * i64::try_from(i).unwrap_or(0);
    let lines = (0..1 + i % 3).map(
        |_| obj! { "sku": rng.code(7), "quantity": rng.within(1, 40), "net": money(rng.within(5, 900) * 10) },
    );
    let lines: Vec<Json> = lines.collect();
    obj! {
        "id": rng.uuid(),
        "number": format!("INV-2026-{:05}", rng.within(1, 99_999)),
        "version": rng.within(1, 600),
        "total": money(rng.within(10, 90_000) * 10),
        "rate": num(format!("0.{}0", rng.within(11, 99))),
        "due_on": date(due),
        "sent_at": (!world.turn(i, 3)).then(|| precise(due - 800_000, rng.next(), 3)),
        "state": world.word(i, &["open", "paid", "void"]),
        "opened": rng.within(0, 30),
        "customer": obj! { "id": rng.uuid(), "name": rng.name(), "vat_id": world.turn(i, 2).then(|| format!("DE{}", rng.within(100_000_000, 999_999_999))) },
        "lines": lines,
    }
}

fn refuse(route: &'static str, what: What, status: u16, code: &str) -> Told {
    let details: Vec<Json> = Vec::new();
    let error =
        obj! { "code": code, "message": format!("Sorry: {code}"), "target": Json::Null, "details": details };
    Told::new(route, what, status).json(&obj! { "error": error })
}

impl Service for Hyper {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let segments = ask.0.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let fault = match ask.header("x-access-token").as_deref() {
            None => Some(Fault::Missing),
            Some(API_KEY) => None,
            Some(_) => Some(Fault::Unknown),
        };
        let route = if path == ["odata", "invoices"] { "GET /odata/invoices" } else { "other" };
        if let Some(fault) = fault.filter(|fault| !self.world.lies(Hook::Credential(*fault), route)) {
            return refuse(route, What::Auth(fault), 401, "TokenRequired");
        }
        match (ask.method(), path.as_slice()) {
            ("GET", ["odata", "invoices"]) => self.list(ask),
            ("POST", ["odata", "invoices"]) => self.make(ask),
            ("PUT", ["odata", "invoices"]) => {
                refuse("PUT /odata/invoices", What::Method, 405, "NoPut").with("Allow", "GET, POST")
            }
            (_, ["odata", "invoices", id]) => self.one(ask, id),
            _ => refuse("other", What::Miss, 404, "NoSuchSegment"),
        }
    }
}

fn walk(client: &mut Client) {
    client.always("x-access-token", API_KEY);
    for size in [4, 3] {
        let mut page = client.get(&format!("/odata/invoices?$top={size}"));
        for _ in 0..4 {
            let next = page.at("/@odata.nextLink");
            if next == "missing" {
                break;
            }
            page = client.get(&target(&next));
        }
    }
    let page = client.get("/odata/invoices?$top=500");
    let path = format!("/odata/invoices/{}", page.at("/value/0/id"));
    let read = client.get(&path);
    client.get(&path);
    client.get_with(&path, &[("if-none-match", &read.header("etag"))]);
    client.send("PATCH", &path, &[("if-match", &read.header("etag"))], &obj! { "total": "77.10" });
    client.get(&path);
    client.send("PATCH", &path, &[("if-match", &read.header("etag"))], &obj! { "total": "78.10" });
    let made = client.post("/odata/invoices", &obj! { "total": "120.50" });
    client.post("/odata/invoices", &obj! { "total": "220.50" });
    let own = target(&made.header("location"));
    client.get(&own);
    client.delete(&own);
    client.get(&own);
    client.get("/odata/invoices/00000000-0000-4000-8000-000000000000");
}

fn trouble(client: &mut Client) {
    client.get("/odata/invoices?$top=4");
    client.get_with("/odata/invoices?$top=4", &[("x-access-token", "key_test_nobody_has_this_one")]);
    client.always("x-access-token", API_KEY);
    client.get("/odata/invoices?$top=4");
    client.get("/odata/invoices?$top=4&$skiptoken=nonsense");
    client.post("/odata/invoices", &obj! { "note": "no total" });
    client.post("/odata/invoices", &obj! { "total": "1.10", "book": "closed" });
    client.post("/odata/invoices", &obj! { "total": "1.10", "book": "locked" });
    client.post("/odata/invoices", &obj! { "total": "1.10" });
    client.send("PUT", "/odata/invoices", &[], &obj! { "total": "1.10" });
    client.send(
        "PATCH",
        "/odata/invoices/00000000-0000-4000-8000-000000000000",
        &[],
        &obj! { "total": "1.10" },
    );
    client.delete("/odata/invoices/00000000-0000-4000-8000-000000000000");
    client.get("/odata/nothing");
}
