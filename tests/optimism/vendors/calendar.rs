//! Two sessions at once, times with offsets, listings by time, lists without an order, what comes back as sent.

use super::Vendor;
use crate::kit::client::Client;
use crate::kit::data::{Rng, offset, precise, zulu};
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, ToJson as _, obj};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::{API_KEY, OTHER_KEY};
use crate::kit::world::World;
use cassettes::json::Json;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "calendar", make: |world| Box::new(Calendar::new(world)), sessions: &[walk, both] };

struct Event {
    /// Whose key made it; none: everybody's.
    owner: Option<String>,
    at: i64,
    document: Json,
    version: i64,
}

struct Calendar {
    world: World,
    events: Vec<Event>,
    tags: Vec<String>,
    made: usize,
    asked_tags: u64,
}

impl Calendar {
    fn new(world: World) -> Self {
        let mut rng = world.rng("events");
        let mut at = world.start - 900_000;
        let events = (0..world.things(9)).map(|i| {
            at += rng.within(4_000, 90_000);
            event(&world, &mut rng, i, at, None)
        });
        let events = events.collect();
        let tags = (0..6).map(|_| rng.slug()).collect();
        Calendar { world, events, tags, made: 0, asked_tags: 0 }
    }

    fn seen(&self, owner: &str, route: &'static str) -> Vec<&Event> {
        let foreign = self.events.iter().any(|e| e.owner.as_deref().is_some_and(|o| o != owner));
        let leaks = foreign && self.world.lies(Hook::Leak, route);
        self.events.iter().filter(|e| leaks || e.owner.as_deref().is_none_or(|o| o == owner)).collect()
    }

    fn list(&self, ask: &Ask<'_>, owner: &str) -> Told {
        let route = "GET /events";
        if ask.query("host").as_deref() == Some("nobody") {
            let none: Vec<Json> = Vec::new();
            let page = obj! { "events": none, "paging": obj! { "next_after": Json::Null } };
            return Told::new(route, What::Empty, 200).json(&page);
        }
        let mut order = self.seen(owner, route);
        arrange(&self.world, route, &mut order);
        let start = match ask.query("after") {
            None => 0,
            Some(moment) => match order.iter().position(|e| zulu(e.at) == moment) {
                Some(at) => at + 1,
                None if self.world.lies(Hook::AnyCursor, route) => 0,
                None => return refuse(route, What::Cursor, 422, "after_unknown"),
            },
        };
        let size = ask.query("count").and_then(|c| c.parse().ok()).unwrap_or(4);
        let cut = slice(&self.world, route, order.len(), start, size, 6);
        let items: Vec<Json> = cut.of(&order).iter().map(|e| e.document.clone()).collect();
        let last = cut.next.and_then(|n| n.checked_sub(1)).and_then(|n| order.get(n)).map(|e| zulu(e.at));
        let page = obj! { "events": items, "paging": obj! { "next_after": last } };
        Told::new(route, What::Page { more: cut.more() }, 200).json(&page)
    }

    fn make(&mut self, ask: &Ask<'_>, owner: &str) -> Told {
        let route = "POST /events";
        let sent = ask.json();
        let Some(title) = sent.text_at("/title").filter(|t| !t.is_empty()) else {
            return refuse(route, What::Invalid, 422, "title_blank");
        };
        if sent.text_at("/title").as_deref() == Some("double") {
            return refuse(route, What::Conflict, 409, "slot_taken");
        }
        self.made += 1;
        let mut rng = self.world.rng(&format!("made {}", self.made));
        let at = self.world.start - 2_000_000 + 1_000 * i64::try_from(self.made).unwrap_or(0);
        let mut made = event(&self.world, &mut rng, 70 + self.made, at, Some(owner.to_owned()));
        made.document.put("title", title);
        made.document.put("client_ref", sent.get("client_ref").cloned());
        if self.world.lies(Hook::EchoFixed, route) {
            made.document.put("client_ref", "ref-of-the-mock");
        }
        if self.made > 1 && self.world.lies(Hook::SameId, route) {
            let last = self.events[self.made - 2].document.get("id").cloned();
            made.document.put("id", last);
        }
        let path = format!("/events/{}", made.document.text_at("/id").unwrap_or_default());
        let told = Told::new(route, What::Made, 201).json(&made.document).with("Location", path);
        if !self.world.lies(Hook::MakeForgotten, route) {
            self.events.insert(self.made - 1, made);
        }
        told
    }

    fn one(&mut self, ask: &Ask<'_>, owner: &str, id: &str) -> Told {
        let route = match ask.method() {
            "GET" => "GET /events/{id}",
            "PATCH" => "PATCH /events/{id}",
            _ => "DELETE /events/{id}",
        };
        let mine = |e: &Event| e.owner.as_deref().is_none_or(|o| o == owner);
        let Some(at) = self.events.iter().position(|e| e.document.text_at("/id").as_deref() == Some(id))
        else {
            return refuse(route, What::Miss, 404, "event_not_found");
        };
        if !mine(&self.events[at]) && !self.world.lies(Hook::Leak, route) {
            return refuse(route, What::Auth(Fault::Scope), 403, "not_your_event");
        }
        match ask.method() {
            "GET" => {
                if self.world.lies(Hook::ReadWrites, route) {
                    let views = self.world.asked();
                    self.events[at].document.put("views", views);
                }
                let tag = format!("W/\"{}-{}\"", self.events[at].version, id);
                if ask.header("if-none-match").is_some_and(|t| t == tag)
                    && !self.world.lies(Hook::NotModified, route)
                {
                    return Told::new(route, What::NotModified, 304).with("ETag", tag);
                }
                Told::new(route, What::Thing, 200).json(&self.events[at].document).with("ETag", tag)
            }
            "PATCH" => {
                let before = self.events[at].document.clone();
                for (name, value) in ask.json().members() {
                    self.events[at].document.put(name, value.clone());
                }
                if !self.world.lies(Hook::TagFrozen, route) {
                    self.events[at].version += 1;
                }
                let told = Told::new(route, What::Changed, 200).json(&self.events[at].document);
                if self.world.lies(Hook::WriteForgotten, route) {
                    self.events[at].document = before;
                }
                told
            }
            _ => {
                if !self.world.lies(Hook::DeleteForgotten, route) {
                    self.events.remove(at);
                }
                Told::new(route, What::Deleted, 200).json(&obj! { "deleted": id })
            }
        }
    }

    fn tags(&mut self) -> Told {
        let route = "GET /tags";
        self.asked_tags += 1;
        let mut tags = self.tags.clone();
        if !self.world.lies(Hook::Settled, route) {
            Rng::new(self.asked_tags, "tags").shuffle(&mut tags);
        }
        Told::new(route, What::Thing, 200).json(&tags.json())
    }

    fn clock(&self) -> Told {
        let route = "GET /clock";
        let now =
            if self.world.lies(Hook::ClockStopped, route) { self.world.start } else { self.world.now() };
        Told::new(route, What::Thing, 200).json(
            &obj! { "now": precise(now, 123_000_000, 3), "epoch_ms": now * 1000, "zone": "Europe/Berlin" },
        )
    }
}

fn event(world: &World, rng: &mut Rng, i: usize, at: i64, owner: Option<String>) -> Event {
    let hours = if world.turn(i, 2) { 2 } else { -7 };
    let document = obj! {
        "id": rng.uuid(),
        "title": rng.words(),
        "starts_at": offset(at, hours),
        "ends_at": offset(at + 3_600, hours),
        "created_ms": at * 1000 + rng.within(0, 999),
        "views": rng.within(0, 90),
        "visibility": world.word(i, &["private", "shared"]),
        "location": (!world.turn(i, 2)).then(|| rng.words()),
        "host": obj! { "name": rng.name(), "email": rng.email() },
        "client_ref": Json::Null,
    };
    let document = document.and("recurs", world.turn(i, 2).then_some("weekly"));
    Event { owner, at, document, version: 1 }
}

fn refuse(route: &'static str, what: What, status: u16, code: &str) -> Told {
    let document = obj! { "errors": vec![obj! { "code": code, "detail": "It is not to be.", "status": status.to_string() }] };
    Told::new(route, what, status).body("application/vnd.api+json", document.to_string())
}

impl Service for Calendar {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let segments = ask.0.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let route = if path == ["events"] { "GET /events" } else { "other" };
        let (owner, fault) = match ask.header("authorization").as_deref() {
            Some(value) if value == format!("Bearer {API_KEY}") => ("first", None),
            Some(value) if value == format!("Bearer {OTHER_KEY}") => ("second", None),
            None => ("first", Some(Fault::Missing)),
            Some(_) => ("first", Some(Fault::Unknown)),
        };
        if let Some(fault) = fault.filter(|fault| !self.world.lies(Hook::Credential(*fault), route)) {
            return refuse(route, What::Auth(fault), 401, "log_in");
        }
        match (ask.method(), path.as_slice()) {
            ("GET", ["events"]) => self.list(ask, owner),
            ("POST", ["events"]) => self.make(ask, owner),
            (_, ["events", id]) => self.one(ask, owner, id),
            ("GET", ["tags"]) => self.tags(),
            ("GET", ["clock"]) => self.clock(),
            _ => refuse("other", What::Miss, 404, "no_route"),
        }
    }
}

fn walk(client: &mut Client) {
    client.always("authorization", &format!("Bearer {API_KEY}"));
    for size in [4, 3] {
        let mut page = client.get(&format!("/events?count={size}"));
        for _ in 0..4 {
            let after = page.at("/paging/next_after");
            if after == "missing" {
                break;
            }
            page = client.get(&format!("/events?count={size}&after={after}"));
        }
    }
    let page = client.get("/events?count=100");
    client.get("/events?host=nobody");
    let path = format!("/events/{}", page.at("/events/0/id"));
    let read = client.get(&path);
    client.get(&path);
    client.get_with(&path, &[("if-none-match", &read.header("etag"))]);
    client.send("PATCH", &path, &[], &obj! { "title": "moved by a test" });
    client.get(&path);
    for _ in 0..4 {
        client.get("/tags");
        client.get("/clock");
    }
    for name in ["one", "two", "three"] {
        client.post(
            "/events",
            &obj! { "title": format!("made {name}"), "client_ref": format!("ref-{name}-8841") },
        );
    }
    client.delete(&path);
    client.get(&path);
    client.get("/events/00000000-0000-4000-8000-000000000000");
}

fn both(client: &mut Client) {
    let (first, second) = (format!("Bearer {API_KEY}"), format!("Bearer {OTHER_KEY}"));
    client.get("/events?count=4");
    client.get_with("/events?count=4", &[("authorization", "Bearer key_test_nobody_has_this_one")]);
    client.always("authorization", &second);
    client.get("/events?count=50");
    client.always("authorization", &first);
    let made = client.post("/events", &obj! { "title": "mine alone", "client_ref": "ref-mine-17" });
    client.get(&made.header("location"));
    client.always("authorization", &second);
    client.get("/events?count=50");
    client.get(&made.header("location"));
    client.post("/events", &obj! { "title": "", "client_ref": "ref-x" });
    client.post("/events", &obj! { "title": "double", "client_ref": "ref-y" });
    client.get("/events?count=4&after=2020-01-01T00:00:00Z");
}
