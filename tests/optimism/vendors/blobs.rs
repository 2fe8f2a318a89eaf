//! Documents in XML, errors by `<Code>`, things without a body, entity tags.

use super::Vendor;
use crate::kit::client::Client;
use crate::kit::data::{Rng, http_date, precise};
use crate::kit::hooks::{Fault, Hook};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::API_KEY;
use crate::kit::world::World;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "blobs", make: |world| Box::new(Blobs::new(world)), sessions: &[walk, trouble] };

struct Object {
    key: String,
    tag: String,
    modified: String,
    size: i64,
    text: String,
}

struct Blobs {
    world: World,
    objects: Vec<Object>,
}

impl Blobs {
    fn new(world: World) -> Self {
        let mut rng = world.rng("objects");
        let objects = (0..world.things(7))
            .map(|i| Object {
                key: format!("logs-{i:02}-{}.txt", rng.hex(6)),
                tag: format!("\"{}\"", rng.hex(32)),
                modified: precise(world.start - 90_000 + rng.within(0, 80_000), rng.next(), 3),
                size: rng.within(100, 90_000),
                text: rng.words(),
            })
            .collect();
        Blobs { world, objects }
    }

    fn list(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /bucket";
        let mut order: Vec<&Object> = self.objects.iter().collect();
        arrange(&self.world, route, &mut order);
        let size = ask.query("max-keys").and_then(|m| m.parse().ok()).unwrap_or(3);
        let start = match ask.query("continuation-token") {
            None => 0,
            Some(token) => match (0..order.len()).find(|i| self.token(*i) == token) {
                Some(start) => start,
                None if self.world.lies(Hook::AnyCursor, route) => 0,
                None => return refuse(route, What::Cursor, 400, "InvalidArgument", "continuation-token"),
            },
        };
        let cut = slice(&self.world, route, order.len(), start, size, 5);
        let mut page = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult><Name>bucket</Name><KeyCount>{}</KeyCount><MaxKeys>{size}</MaxKeys><IsTruncated>{}</IsTruncated>",
            cut.of(&order).len(),
            cut.more()
        );
        if let Some(next) = cut.next {
            page.push_str(&format!("<NextContinuationToken>{}</NextContinuationToken>", self.token(next)));
        }
        for object in cut.of(&order) {
            page.push_str(&format!(
                "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size><StorageClass>STANDARD</StorageClass></Contents>",
                object.key,
                object.modified,
                object.tag.replace('"', "&quot;"),
                object.size
            ));
        }
        page.push_str("</ListBucketResult>");
        Told::new(route, What::Page { more: cut.more() }, 200).body("application/xml", page)
    }

    fn token(&self, start: usize) -> String {
        format!("1{}", Rng::new(self.world.seed, &format!("token {start}")).code(24))
    }

    fn object(&mut self, ask: &Ask<'_>, key: &str) -> Told {
        let route = match ask.method() {
            "GET" => "GET /bucket/{key}",
            "HEAD" => "HEAD /bucket/{key}",
            "PUT" => "PUT /bucket/{key}",
            _ => "DELETE /bucket/{key}",
        };
        let at = self.objects.iter().position(|o| o.key == key);
        match (ask.method(), at) {
            ("PUT", _) => self.put(ask, route, key, at),
            ("DELETE", at) => {
                if let Some(at) = at.filter(|_| !self.world.lies(Hook::DeleteForgotten, route)) {
                    self.objects.remove(at);
                }
                Told::new(route, What::Deleted, 204)
            }
            ("HEAD", None) => Told::new(route, What::Miss, 404),
            (_, None) => refuse(route, What::Miss, 404, "NoSuchKey", key),
            (method, Some(at)) => {
                let object = &self.objects[at];
                let known = ask.header("if-none-match").is_some_and(|t| t == object.tag);
                if known && !self.world.lies(Hook::NotModified, route) {
                    return Told::new(route, What::NotModified, 304).with("ETag", object.tag.clone());
                }
                let told = Told::new(route, What::Thing, 200);
                let told = if method == "GET" { told.body("text/plain", object.text.clone()) } else { told };
                let told = told.with("ETag", object.tag.clone());
                told.with("Last-Modified", http_date(self.world.start - 400))
            }
        }
    }

    fn put(&mut self, ask: &Ask<'_>, route: &'static str, key: &str, at: Option<usize>) -> Told {
        if ask.header("content-length").as_deref() == Some("0") {
            return refuse(route, What::Invalid, 411, "MissingContentLength", key);
        }
        if ask.header("if-none-match").as_deref() == Some("*") && at.is_some() {
            return refuse(route, What::Conflict, 412, "PreconditionFailed", key);
        }
        if ask.header("x-amz-slow").is_some() {
            return refuse(route, What::Limited, 503, "SlowDown", key);
        }
        let text = String::from_utf8_lossy(ask.0.body.bytes()).into_owned();
        let old = at.map(|at| self.objects.remove(at));
        let tag = format!("\"{}\"", Rng::new(self.world.seed, &text).hex(32));
        let frozen = old.as_ref().filter(|o| o.tag != tag && self.world.lies(Hook::TagFrozen, route));
        let tag = frozen.map_or(tag, |o| o.tag.clone());
        let size = i64::try_from(text.len()).unwrap_or(0);
        let modified = precise(self.world.now(), 1_000_000, 3);
        let made = Object { key: key.to_owned(), tag: tag.clone(), modified, size, text };
        match old {
            Some(old) if self.world.lies(Hook::WriteForgotten, route) => {
                self.objects.push(Object { tag: tag.clone(), ..old });
            }
            None if self.world.lies(Hook::MakeForgotten, route) => {}
            _ => self.objects.push(made),
        }
        Told::new(route, What::Changed, 200).with("ETag", tag)
    }
}

fn refuse(route: &'static str, what: What, status: u16, code: &str, about: &str) -> Told {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>About {about}</Message><Resource>{about}</Resource></Error>"
    );
    Told::new(route, what, status).body("application/xml", body)
}

impl Service for Blobs {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let segments = ask.0.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let id =
            Rng::new(self.world.seed, &format!("request {}", self.world.asked())).code(16).to_uppercase();
        let route = if path == ["bucket"] { "GET /bucket" } else { "other" };
        let refused = match ask.header("authorization").as_deref() {
            None => Some((Fault::Missing, "AccessDenied")),
            Some(value) if value == format!("Bearer {API_KEY}") => None,
            Some(_) => Some((Fault::Unknown, "InvalidAccessKeyId")),
        };
        let refused = refused.filter(|(fault, _)| !self.world.lies(Hook::Credential(*fault), route));
        let told = match (refused, ask.method(), path.as_slice()) {
            (Some((fault, code)), ..) => refuse(route, What::Auth(fault), 403, code, "the key"),
            (_, "GET", ["bucket"]) => self.list(ask),
            (_, _, ["bucket", key]) => self.object(ask, key),
            _ => refuse("GET /{bucket}", What::Miss, 404, "NoSuchBucket", "the bucket"),
        };
        told.with("x-amz-request-id", id)
    }
}

fn walk(client: &mut Client) {
    client.always("authorization", &format!("Bearer {API_KEY}"));
    for size in [3, 4] {
        let mut page = client.get(&format!("/bucket?list-type=2&max-keys={size}"));
        for _ in 0..3 {
            let token = page.between("<NextContinuationToken>", "</");
            if token == "missing" {
                break;
            }
            page = client.get(&format!("/bucket?list-type=2&max-keys={size}&continuation-token={token}"));
        }
    }
    let page = client.get("/bucket?list-type=2&max-keys=1000");
    let path = format!("/bucket/{}", page.between("<Key>", "</"));
    let read = client.get(&path);
    client.get_with(&path, &[("if-none-match", &read.header("etag"))]);
    client.ask("HEAD", &path, &[], None);
    let text = |text: &str| Some(text.to_owned());
    client.ask("PUT", "/bucket/notes.txt", &[("content-type", "text/plain")], text("a first note"));
    client.get("/bucket/notes.txt");
    client.ask("PUT", "/bucket/notes.txt", &[("content-type", "text/plain")], text("a second note"));
    client.get("/bucket/notes.txt");
    client.ask(
        "PUT",
        "/bucket/notes.txt",
        &[("content-type", "text/plain"), ("if-none-match", "*")],
        text("a third"),
    );
    client.delete("/bucket/notes.txt");
    client.get("/bucket/notes.txt");
}

fn trouble(client: &mut Client) {
    client.get("/bucket?list-type=2&max-keys=3");
    client.get_with(
        "/bucket?list-type=2&max-keys=3",
        &[("authorization", "Bearer key_test_nobody_has_this_one")],
    );
    client.always("authorization", &format!("Bearer {API_KEY}"));
    client.get("/bucket?list-type=2&max-keys=3");
    client.get("/bucket?list-type=2&max-keys=3&continuation-token=nonsense");
    client.get("/bucket/nobody.txt");
    client.ask("HEAD", "/bucket/nobody.txt", &[], None);
    client.get("/basket");
    let slow = [("content-type", "text/plain"), ("x-amz-slow", "1")];
    client.ask("PUT", "/bucket/a.txt", &slow, Some("a".to_owned()));
    client.ask("PUT", "/bucket/a.txt", &[("content-type", "text/plain")], Some(String::new()));
    client.ask("PUT", "/bucket/a.txt", &[("content-type", "text/plain")], Some("a text".to_owned()));
}
