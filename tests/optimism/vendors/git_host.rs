//! Listings by Link header (RFC 8288), errors as problem documents (RFC 9457), entity tags.

use super::Vendor;
use crate::kit::client::Client;
use crate::kit::data::{Rng, http_date, precise, zulu};
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, ToJson as _, num, obj};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::{API_KEY, OTHER_KEY};
use crate::kit::world::World;
use cassettes::json::Json;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "git-host", make: |world| Box::new(GitHost::new(world)), sessions: &[walk, trouble] };

struct Repo {
    id: i64,
    document: Json,
    version: u64,
}

struct GitHost {
    world: World,
    repos: Vec<Repo>,
    gone: Vec<i64>,
    made: usize,
    limited: usize,
}

const KINDS: [&str; 3] = ["PushEvent", "StarEvent", "ReleaseEvent"];

impl GitHost {
    fn new(world: World) -> Self {
        let mut rng = world.rng("repos");
        let total = world.things(8);
        let repos = (0..total).map(|i| repo(&world, &mut rng, i, total)).collect();
        let gone = vec![rng.within(7_000, 8_000)];
        GitHost { world, repos, gone, made: 0, limited: 0 }
    }

    fn refused(&self, ask: &Ask<'_>, route: &'static str) -> Option<Told> {
        let challenge = |more: &str| format!("Bearer realm=\"git\"{more}");
        let (fault, status, more) = match ask.header("authorization") {
            None => (Fault::Missing, 401, ""),
            Some(key) if key == format!("Bearer {API_KEY}") => return None,
            Some(key) if key == format!("Bearer {OTHER_KEY}") => {
                if route != "POST /repos" {
                    return None;
                }
                (Fault::Scope, 403, ", error=\"insufficient_scope\", scope=\"repo\"")
            }
            Some(_) => (Fault::Unknown, 401, ", error=\"invalid_token\""),
        };
        if self.world.lies(Hook::Credential(fault), route) {
            return None;
        }
        let kind = if status == 401 { "unauthenticated" } else { "scope-missing" };
        let title = if status == 401 { "Bad credentials" } else { "The token lacks a scope" };
        Some(problem(route, What::Auth(fault), status, kind, title).with("WWW-Authenticate", challenge(more)))
    }

    fn list(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /repos";
        let number = |name: &str, or: usize| ask.query(name).map_or(Some(or), |t| t.parse().ok());
        let (Some(page), Some(size)) = (number("page", 1).filter(|p| *p > 0), number("per_page", 3)) else {
            if self.world.lies(Hook::AnyCursor, route) {
                return self.page(ask, 1, 3);
            }
            return problem(route, What::Cursor, 400, "bad-page", "page must be a number from 1");
        };
        self.page(ask, page, size)
    }

    fn page(&self, ask: &Ask<'_>, page: usize, size: usize) -> Told {
        let route = "GET /repos";
        let mut order: Vec<&Repo> = self.repos.iter().collect();
        arrange(&self.world, route, &mut order);
        let cap = if self.world.small_pages { 4 } else { 5 };
        let step = size
            .clamp(1, if size > cap && self.world.lie == Some((Hook::NoCap, route)) { size } else { cap });
        let cut = slice(&self.world, route, order.len(), (page - 1) * step, size, 5);
        let items: Vec<Json> = cut.of(&order).iter().map(|r| self.shown(ask, r)).collect();
        let url =
            |n: usize, rel: &str| format!("<{}/repos?page={n}&per_page={size}>; rel=\"{rel}\"", ask.base());
        let told = Told::new(route, What::Page { more: cut.more() }, 200).json(&items.json());
        let last = url(cut.total.div_ceil(step), "last");
        match cut.next {
            Some(next) => told.with("Link", format!("{}, {last}", url(next.div_ceil(step) + 1, "next"))),
            None if page > 1 => told.with("Link", url(1, "first")),
            None => told,
        }
    }

    fn shown(&self, ask: &Ask<'_>, repo: &Repo) -> Json {
        let mut document = repo.document.clone();
        document.put("url", format!("{}/repos/{}", ask.base(), repo.id).json());
        document
    }

    fn read(&mut self, ask: &Ask<'_>, id: &str) -> Told {
        let route = "GET /repos/{id}";
        if let Some(new) = id.strip_prefix("old-") {
            let told = problem(route, What::Elsewhere, 301, "moved", "Moved permanently");
            return told.with("Location", format!("{}/repos/{new}", ask.base()));
        }
        let Some(at) = self.find(id) else { return self.missing(route, id) };
        if self.world.lies(Hook::ReadWrites, route) {
            self.repos[at].document.put("watchers", num((self.world.asked() * 7).to_string()));
        }
        let repo = &self.repos[at];
        let tag = self.tag(repo, route);
        let known = ask.header("if-none-match").is_some_and(|t| t == tag);
        if known && !self.world.lies(Hook::NotModified, route) {
            return Told::new(route, What::NotModified, 304).with("ETag", tag);
        }
        let told = Told::new(route, What::Thing, 200).json(&self.shown(ask, repo)).with("ETag", tag);
        told.with("Last-Modified", http_date(self.world.start - 500))
    }

    fn tag(&self, repo: &Repo, route: &'static str) -> String {
        let version =
            if repo.version > 0 && self.world.lies(Hook::TagFrozen, route) { 0 } else { repo.version };
        let mut rng = Rng::new(version + self.world.seed, &repo.id.to_string());
        format!("\"{}\"", rng.hex(20))
    }

    fn missing(&self, route: &'static str, id: &str) -> Told {
        if self.gone.iter().any(|g| id == g.to_string() || id == "9000001") {
            return problem(route, What::Gone, 410, "deleted", "The repository was deleted");
        }
        problem(route, What::Miss, 404, "not-found", "No such repository")
    }

    fn find(&self, id: &str) -> Option<usize> {
        self.repos.iter().position(|r| r.id.to_string() == id)
    }

    fn make(&mut self, ask: &Ask<'_>) -> Told {
        let route = "POST /repos";
        if !ask.header("content-type").is_some_and(|t| t.contains("json")) {
            return problem(route, What::Method, 415, "media-type", "Send application/json");
        }
        let sent = ask.json();
        let Some(name) = sent.get("name").and_then(Json::as_str).filter(|n| !n.is_empty()) else {
            let told = problem(route, What::Invalid, 422, "validation", "The repository is not valid");
            let mut document = told.document();
            document.put("errors", vec![obj! { "pointer": "/name", "code": "missing" }].json());
            return told.body("application/problem+json", document.to_string());
        };
        if self.repos.iter().any(|r| r.document.text_at("/name").as_deref() == Some(name)) {
            return problem(route, What::Conflict, 409, "name-taken", "The name is taken");
        }
        let total = self.repos.len();
        let mut rng = self.world.rng(&format!("made {}", self.made));
        let mut made = repo(&self.world, &mut rng, total, total + 1);
        made.document.put("name", name.json());
        made.document.put("description", sent.get("description").cloned().unwrap_or(Json::Null));
        if self.made > 0 && self.world.lies(Hook::SameId, route) {
            made.id = self.repos.last().map_or(1, |r| r.id);
            made.document.put("id", made.id.json());
        }
        self.made += 1;
        let told = Told::new(route, What::Made, 201).json(&self.shown(ask, &made));
        let told = told.with("Location", format!("{}/repos/{}", ask.base(), made.id));
        if !self.world.lies(Hook::MakeForgotten, route) {
            self.repos.push(made);
        }
        told
    }

    fn change(&mut self, ask: &Ask<'_>, id: &str) -> Told {
        let route = "PATCH /repos/{id}";
        let Some(at) = self.find(id) else { return self.missing(route, id) };
        let tag = self.tag(&self.repos[at], route);
        if ask.header("if-match").is_some_and(|t| t != tag) {
            return problem(route, What::Conflict, 412, "changed-meanwhile", "The repository has changed");
        }
        let before = self.repos[at].document.clone();
        for (name, value) in ask.json().members() {
            self.repos[at].document.put(name, value.clone());
        }
        self.repos[at].version += 1;
        let shown = self.shown(ask, &self.repos[at]);
        let tag = self.tag(&self.repos[at], route);
        if self.world.lies(Hook::WriteForgotten, route) {
            self.repos[at].document = before;
        }
        Told::new(route, What::Changed, 200).json(&shown).with("ETag", tag)
    }

    fn remove(&mut self, id: &str) -> Told {
        let route = "DELETE /repos/{id}";
        let Some(at) = self.find(id) else { return self.missing(route, id) };
        if !self.world.lies(Hook::DeleteForgotten, route) {
            self.repos.remove(at);
        }
        Told::new(route, What::Deleted, 204)
    }

    fn events(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /repos/{id}/events";
        let mut rng = self.world.rng("events");
        let mut events: Vec<Json> = (0..9)
            .map(|i| {
                let at = self.world.start - 9_000 * i64::try_from(i).unwrap_or(0) - rng.within(0, 8_000);
                let kind = self.world.word(i, &KINDS);
                let event = obj! { "id": rng.within(30_000_000_000, 40_000_000_000).to_string(), "type": kind, "actor": rng.name(), "created_at": zulu(at) };
                match kind {
                    "PushEvent" => event.and("commits", Some(rng.within(1, 9))).and("ref", Some("refs/heads/main")),
                    "StarEvent" => event.and("starred", Some(true)),
                    _ => event.and("tag", Some(format!("v1.{i}.0"))),
                }
            })
            .collect();
        arrange(&self.world, route, &mut events);
        let page = ask.query("page").and_then(|p| p.parse().ok()).unwrap_or(1_usize).max(1);
        let cut = slice(&self.world, route, events.len(), (page - 1) * 4, 4, 4);
        let told =
            Told::new(route, What::Page { more: cut.more() }, 200).json(&cut.of(&events).to_vec().json());
        match cut.next {
            Some(next) => {
                let path = ask.0.path();
                told.with(
                    "Link",
                    format!("<{}{path}?page={}>; rel=\"next\"", ask.base(), next.div_ceil(4) + 1),
                )
            }
            None => told,
        }
    }

    fn limit(&mut self) -> Told {
        let route = "GET /search";
        self.limited += 1;
        let left = 3_usize.saturating_sub(self.limited);
        let told = if self.limited > 3 {
            problem(route, What::Limited, 429, "too-many", "Slow down").with("Retry-After", "30")
        } else {
            Told::new(route, What::Thing, 200).json(&obj! { "took": 12_i64, "engine": "fts" })
        };
        let told = told.with("X-RateLimit-Limit", "3").with("X-RateLimit-Remaining", left.to_string());
        told.with("X-RateLimit-Reset", (self.world.start + 600).to_string())
    }
}

fn repo(world: &World, rng: &mut Rng, i: usize, total: usize) -> Repo {
    let id = 1_000_000 + rng.within(0, 5_000_000);
    let age = 40_000 * i64::try_from(total - i.min(total - 1)).unwrap_or(1) + rng.within(0, 9_000);
    let created = world.start - 90_000_000 - 500_000 * i64::try_from(i).unwrap_or(0);
    let text = |nothing: bool, text: String| (!nothing).then_some(text);
    let document = obj! {
        "id": id,
        "node_id": format!("R_{}", rng.code(14)),
        "name": format!("{}-{i}", rng.slug()),
        "private": world.turn(i, 3),
        "description": text(world.turn(i, 2), rng.words()),
        "language": text(world.turn(i + 1, 4), world.word(i, &["Rust", "Go", "Zig"]).to_owned()),
        "visibility": world.word(i, &["public", "private", "internal"]),
        "watchers": rng.within(0, 4_000),
        "created_at": zulu(created),
        "pushed_at": precise(world.start - age, rng.next(), 6),
    };
    let document =
        document.and("homepage", world.turn(i, 2).then(|| format!("https://{}.example", rng.slug())));
    Repo { id, document, version: 0 }
}

fn problem(route: &'static str, what: What, status: u16, kind: &str, title: &str) -> Told {
    let document = obj! { "type": format!("https://docs.vendor.test/problems/{kind}"), "title": title, "status": i64::from(status) };
    Told::new(route, what, status).body("application/problem+json", document.to_string())
}

impl Service for GitHost {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let segments = ask.0.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let route = match (ask.method(), path.as_slice()) {
            ("POST", ["repos"]) => "POST /repos",
            (_, ["repos"]) => "GET /repos",
            ("GET", ["repos", _]) => "GET /repos/{id}",
            ("GET", ["repos", _, "events"]) => "GET /repos/{id}/events",
            _ => "other",
        };
        if let Some(told) = self.refused(ask, route) {
            return told;
        }
        match (ask.method(), path.as_slice()) {
            ("GET", ["repos"]) => self.list(ask),
            ("POST", ["repos"]) => self.make(ask),
            (_, ["repos"]) => {
                problem("PUT /repos", What::Method, 405, "method", "No").with("Allow", "GET, POST")
            }
            ("GET", ["repos", _, "events"]) => self.events(ask),
            ("GET", ["repos", id]) => self.read(ask, id),
            ("PATCH", ["repos", id]) => self.change(ask, id),
            ("DELETE", ["repos", id]) => self.remove(id),
            ("POST", ["repos", id, "export"]) => {
                let told = Told::new("POST /repos/{id}/export", What::Made, 202).after(5_000);
                told.json(&obj! { "state": "queued", "repo": *id })
                    .with("Location", format!("{}/exports/1", ask.base()))
            }
            ("GET", ["search"]) => self.limit(),
            _ => problem("other", What::Miss, 404, "no-route", "Nothing is here"),
        }
    }
}

fn walk(client: &mut Client) {
    client.always("authorization", &format!("Bearer {API_KEY}"));
    let first = client.get("/repos?per_page=2");
    let second = client.get(&first.link("next"));
    let third = client.get(&second.link("next"));
    client.get(&third.link("next"));
    let first = client.get("/repos?per_page=3");
    let second = client.get(&first.link("next"));
    client.get(&second.link("next"));
    client.get("/repos?per_page=50");
    let id = first.at("/0/id");
    let one = client.get(&format!("/repos/{id}"));
    client.get_with(&format!("/repos/{id}"), &[("if-none-match", &one.header("etag"))]);
    client.get(&format!("/repos/{}", first.at("/1/id")));
    client.get(&format!("/repos/{}", first.at("/1/id")));
    let page = client.get(&format!("/repos/{id}/events"));
    let page = client.get(&page.link("next"));
    client.get(&page.link("next"));
    let made = client.post("/repos", &obj! { "name": "first-light", "description": "made by a test" });
    client.post("/repos", &obj! { "name": "second-light", "description": Json::Null });
    let path = format!("/repos/{}", made.at("/id"));
    let tag = client.get(&path).header("etag");
    client.send("PATCH", &path, &[("if-match", &tag)], &obj! { "description": "changed by a test" });
    client.get(&path);
    client.send("PATCH", &path, &[("if-match", &tag)], &obj! { "description": "too late" });
    client.post(&format!("{path}/export"), &obj! { "format": "zip" });
    client.delete(&path);
    client.get(&path);
}

fn trouble(client: &mut Client) {
    let first = client.get_with("/repos?per_page=3", &[("authorization", &format!("Bearer {API_KEY}"))]);
    let id = first.at("/0/id");
    client.get(&format!("/repos/{id}"));
    client.get("/repos?per_page=3");
    client.get_with(&format!("/repos/{id}"), &[("authorization", "Bearer key_test_nobody_has_this_one")]);
    client.always("authorization", &format!("Bearer {OTHER_KEY}"));
    client.post("/repos", &obj! { "name": "not-mine" });
    client.always("authorization", &format!("Bearer {API_KEY}"));
    client.get("/repos/77");
    client.get("/repos/9000001");
    client.get(&format!("/repos/old-{id}"));
    client.get("/repos?per_page=3&page=x");
    client.send("PUT", "/repos", &[], &obj! { "name": "x" });
    client.post("/repos", &obj! { "description": "nameless" });
    client.send("POST", "/repos", &[("content-type", "text/plain")], &obj! { "name": "x" });
    let name = first.at("/1/name");
    client.post("/repos", &obj! { "name": name });
    client.post("/repos", &obj! { "name": "third-light" });
    client.send("PATCH", "/repos/77", &[], &obj! { "description": "x" });
    for _ in 0..4 {
        client.get("/search?q=fts");
    }
}
