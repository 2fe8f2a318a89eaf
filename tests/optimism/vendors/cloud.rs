//! Tokens in the body, `error.status` with details, whole numbers as text, keys in the query.

use super::Vendor;
use crate::kit::client::Client;
use crate::kit::data::{Rng, precise};
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, obj};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::{API_KEY, OTHER_KEY};
use crate::kit::world::World;
use cassettes::json::Json;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "cloud", make: |world| Box::new(Cloud::new(world)), sessions: &[walk, trouble] };

struct Cloud {
    world: World,
    disks: Vec<Json>,
    polls: usize,
    quota: usize,
}

const STATES: [&str; 3] = ["READY", "CREATING", "FAILED"];

impl Cloud {
    fn new(world: World) -> Self {
        let mut rng = world.rng("disks");
        let disks = (0..world.things(9)).map(|i| disk(&world, &mut rng, i)).collect();
        Cloud { world, disks, polls: 0, quota: 0 }
    }

    fn list(&self, ask: &Ask<'_>, route: &'static str) -> Told {
        let mut order: Vec<&Json> = self.disks.iter().collect();
        arrange(&self.world, route, &mut order);
        let size = ask.query("pageSize").and_then(|s| s.parse().ok()).unwrap_or(4);
        let token = ask.query("pageToken");
        let start = match token.as_deref().map(|t| self.opened(t)) {
            None => 0,
            Some(Some(start)) => start,
            Some(None) if self.world.lies(Hook::AnyCursor, route) => 0,
            Some(None) => return error(route, What::Cursor, 400, "INVALID_ARGUMENT", "BAD_PAGE_TOKEN"),
        };
        let cut = slice(&self.world, route, order.len(), start, size, 6);
        let items: Vec<Json> = cut.of(&order).iter().map(|d| (*d).clone()).collect();
        let page = obj! { "kind": "compute#diskList", "items": items };
        let page = page.and("nextPageToken", cut.next.map(|n| self.sealed(n)));
        Told::new(route, What::Page { more: cut.more() }, 200).json(&page)
    }

    fn sealed(&self, start: usize) -> String {
        format!("Cg{}k{start}", Rng::new(self.world.seed, &start.to_string()).code(14))
    }

    fn opened(&self, token: &str) -> Option<usize> {
        let start = token.rsplit_once('k')?.1.parse().ok()?;
        (self.sealed(start) == token).then_some(start)
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.disks.iter().position(|d| d.text_at("/name").as_deref() == Some(name))
    }

    fn insert(&mut self, ask: &Ask<'_>) -> Told {
        let route = "POST /v1/disks";
        let sent = ask.json();
        let Some(name) = sent.get("name").and_then(Json::as_str).filter(|n| n.len() > 2) else {
            return error(route, What::Invalid, 400, "INVALID_ARGUMENT", "NAME_TOO_SHORT");
        };
        if self.find(name).is_some() {
            return error(route, What::Conflict, 409, "ALREADY_EXISTS", "RESOURCE_EXISTS");
        }
        match sent.text_at("/zone").as_deref() {
            Some("frozen") => return error(route, What::Terminal, 400, "FAILED_PRECONDITION", "ZONE_CLOSED"),
            Some("busy") => {
                return error(route, What::Retryable, 503, "UNAVAILABLE", "TRY_AGAIN")
                    .with("Retry-After", "5");
            }
            Some("broken") => return error(route, What::Broken, 500, "INTERNAL", "BACKEND"),
            _ => {}
        }
        self.quota += 1;
        if self.quota > 3 {
            return error(route, What::Limited, 429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED");
        }
        let i = 20 + self.quota;
        let mut made = disk(&self.world, &mut self.world.rng(&format!("made {i}")), i);
        made.put("name", name);
        made.put("sizeGb", sent.text_at("/sizeGb").unwrap_or_default());
        if self.quota > 1 && self.world.lies(Hook::SameId, route) {
            made.put("id", self.disks.last().and_then(|d| d.text_at("/id")));
        }
        let told = Told::new(route, What::Made, 200).json(&made);
        if !self.world.lies(Hook::MakeForgotten, "POST /v1/disks") {
            self.disks.push(made);
        }
        told
    }

    fn read(&mut self, name: &str) -> Told {
        let route = "GET /v1/disks/{name}";
        match self.find(name) {
            Some(at) => Told::new(route, What::Thing, 200).json(&self.disks[at]),
            None => error(route, What::Miss, 404, "NOT_FOUND", "RESOURCE_NOT_FOUND"),
        }
    }

    fn patch(&mut self, ask: &Ask<'_>, name: &str) -> Told {
        let route = "PATCH /v1/disks/{name}";
        let Some(at) = self.find(name) else {
            return error(route, What::Miss, 404, "NOT_FOUND", "RESOURCE_NOT_FOUND");
        };
        let sent = ask.json();
        if sent.text_at("/etag").is_some_and(|t| Some(t) != self.disks[at].text_at("/etag")) {
            return error(route, What::Conflict, 412, "ABORTED", "ETAG_MISMATCH");
        }
        let before = self.disks[at].clone();
        if let Some(size) = sent.get("sizeGb") {
            self.disks[at].put("sizeGb", size.clone());
        }
        let asked = self.world.asked();
        self.disks[at].put("etag", Rng::new(self.world.seed, &format!("etag {asked}")).code(12));
        let told = Told::new(route, What::Changed, 200).json(&self.disks[at]);
        if self.world.lies(Hook::WriteForgotten, route) {
            self.disks[at] = before;
        }
        told
    }

    fn remove(&mut self, name: &str) -> Told {
        let route = "DELETE /v1/disks/{name}";
        let Some(at) = self.find(name) else {
            return error(route, What::Miss, 404, "NOT_FOUND", "RESOURCE_NOT_FOUND");
        };
        if !self.world.lies(Hook::DeleteForgotten, route) {
            self.disks.remove(at);
        }
        Told::new(route, What::Deleted, 200).json(&obj! {})
    }

    fn operation(&mut self) -> Told {
        self.polls += 1;
        let done = self.polls > 2;
        let operation = obj! { "name": "operations/op-17", "done": done, "metadata": obj! { "progressPercent": if done { 100_i64 } else { 40 } } };
        let operation = operation.and("response", done.then(|| obj! { "diskCount": "9" }));
        Told::new("GET /v1/operations/{id}", What::Thing, 200).json(&operation)
    }
}

fn disk(world: &World, rng: &mut Rng, i: usize) -> Json {
    let created = world.start - 8_000_000 + 90_000 * i64::try_from(i).unwrap_or(0);
    let disk = obj! {
        "kind": "compute#disk",
        "id": format!("{}{}", rng.within(1_000_000_000, 9_000_000_000), rng.within(100_000_000, 999_999_999)),
        "name": format!("disk-{i:02}-{}", rng.hex(4)),
        "createTime": precise(created, rng.next(), 9),
        "sizeGb": rng.within(10, 4000).to_string(),
        "state": world.word(i, &STATES),
        "bootable": world.turn(i, 2),
        "iops": rng.within(100, 90_000),
        "etag": rng.code(12),
        "owner": obj! { "email": rng.email(), "displayName": rng.name() },
    };
    let disk = disk.and("labels", world.turn(i, 2).then(|| obj! { "team": rng.slug() }));
    disk.and("lastAttachTime", (!world.turn(i, 3)).then(|| precise(created + 500, rng.next(), 9)))
}

fn error(route: &'static str, what: What, status: u16, name: &str, reason: &str) -> Told {
    let detail = obj! { "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "vendor.test" };
    let error = obj! { "code": i64::from(status), "message": format!("This went wrong: {}.", reason.to_lowercase()), "status": name, "details": vec![detail] };
    Told::new(route, what, status).json(&obj! { "error": error })
}

impl Service for Cloud {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let segments = ask.0.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let route = match (ask.method(), path.as_slice()) {
            ("GET", ["v1", "disks"]) => "GET /v1/disks",
            ("POST", ["v1", "disks"]) => "POST /v1/disks",
            ("GET", ["v1", "disks", _]) => "GET /v1/disks/{name}",
            _ => "other",
        };
        let (fault, status, name, reason) = match ask.query("key").as_deref() {
            None => (Fault::Missing, 403, "PERMISSION_DENIED", "CONSUMER_IDENTITY_MISSING"),
            Some(API_KEY) => (Fault::Malformed, 200, "", ""),
            Some(OTHER_KEY) if route == "POST /v1/disks" => {
                (Fault::Scope, 403, "PERMISSION_DENIED", "SERVICE_DISABLED")
            }
            Some(OTHER_KEY) => (Fault::Malformed, 200, "", ""),
            Some(_) => (Fault::Unknown, 400, "INVALID_ARGUMENT", "API_KEY_INVALID"),
        };
        if status != 200 && !self.world.lies(Hook::Credential(fault), route) {
            return error(route, What::Auth(fault), status, name, reason);
        }
        match (ask.method(), path.as_slice()) {
            ("GET", ["v1", "disks"]) => self.list(ask, route),
            ("POST", ["v1", "disks"]) => self.insert(ask),
            ("GET", ["v1", "disks", name]) => self.read(name),
            ("PATCH", ["v1", "disks", name]) => self.patch(ask, name),
            ("DELETE", ["v1", "disks", name]) => self.remove(name),
            ("GET", ["v1", "operations", _]) => self.operation(),
            _ => error("other", What::Miss, 404, "NOT_FOUND", "NO_ROUTE"),
        }
    }
}

fn walk(client: &mut Client) {
    let with = |path: &str| format!("{path}{}key={API_KEY}", if path.contains('?') { '&' } else { '?' });
    for size in [4, 3] {
        let mut page = client.get(&with(&format!("/v1/disks?pageSize={size}")));
        for _ in 0..4 {
            let token = page.at("/nextPageToken");
            if token == "missing" {
                break;
            }
            page = client.get(&with(&format!("/v1/disks?pageSize={size}&pageToken={token}")));
        }
    }
    client.get(&with("/v1/disks?pageSize=500"));
    let made = client.post(&with("/v1/disks"), &obj! { "name": "fresh-disk", "sizeGb": "77" });
    client.post(&with("/v1/disks"), &obj! { "name": "other-disk", "sizeGb": "78" });
    let path = format!("/v1/disks/{}", made.at("/name"));
    let read = client.get(&with(&path));
    client.get(&with(&path));
    let tag = read.at("/etag");
    client.send("PATCH", &with(&path), &[], &obj! { "sizeGb": "99", "etag": tag.clone() });
    client.get(&with(&path));
    client.send("PATCH", &with(&path), &[], &obj! { "sizeGb": "100", "etag": tag });
    for _ in 0..3 {
        client.get(&with("/v1/operations/op-17"));
    }
    client.delete(&with(&path));
    client.get(&with(&path));
    client.get(&with("/v1/disks/nobody"));
}

fn trouble(client: &mut Client) {
    let with = |path: &str| format!("{path}{}key={API_KEY}", if path.contains('?') { '&' } else { '?' });
    client.get("/v1/disks?pageSize=4");
    client.get("/v1/disks?pageSize=4&key=AIzaNobodyHasThisKeyAtAll00000000000000");
    let first = client.get(&with("/v1/disks?pageSize=4"));
    client.post(&format!("/v1/disks?key={OTHER_KEY}"), &obj! { "name": "not-mine", "sizeGb": "5" });
    client.get(&with("/v1/disks?pageSize=4&pageToken=nonsense"));
    client.post(&with("/v1/disks"), &obj! { "name": "x", "sizeGb": "5" });
    client.post(&with("/v1/disks"), &obj! { "name": first.at("/items/0/name"), "sizeGb": "5" });
    client.post(&with("/v1/disks"), &obj! { "name": "in-frozen", "sizeGb": "5", "zone": "frozen" });
    client.post(&with("/v1/disks"), &obj! { "name": "in-busy", "sizeGb": "5", "zone": "busy" });
    client.post(&with("/v1/disks"), &obj! { "name": "in-broken", "sizeGb": "5", "zone": "broken" });
    for i in 0..4 {
        client.post(&with("/v1/disks"), &obj! { "name": format!("many-{i}"), "sizeGb": "5" });
    }
    client.send("PATCH", &with("/v1/disks/nobody"), &[], &obj! { "sizeGb": "5" });
    client.delete(&with("/v1/disks/nobody"));
}
