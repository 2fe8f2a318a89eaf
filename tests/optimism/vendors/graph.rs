//! GraphQL: connections with `pageInfo`, errors in successes, unions.

use super::Vendor;
use crate::kit::client::{Client, Heard};
use crate::kit::data::{Rng, offset};
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, obj};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::API_KEY;
use crate::kit::world::World;
use cassettes::json::Json;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "graph", make: |world| Box::new(Graph::new(world)), sessions: &[walk, trouble] };

struct Graph {
    world: World,
    issues: Vec<Json>,
    made: usize,
}

const LIST: &str = "query Issues($first: Int!, $after: String) { issues(first: $first, after: $after) { totalCount edges { cursor node { id title state createdAt assignee { login } labels } } pageInfo { hasNextPage endCursor } } }";
const ONE: &str =
    "query Issue($id: ID!) { issue(id: $id) { id title state createdAt assignee { login } labels } }";
const FEED: &str = "query Feed { feed { __typename ... on Comment { id body } ... on Merge { id sha } ... on Close { id reason } } }";
const CREATE: &str = "mutation Create($title: String!) { createIssue(title: $title) { issue { id title state createdAt assignee { login } labels } userErrors { field code message } } }";
const RENAME: &str = "mutation Rename($id: ID!, $title: String!) { renameIssue(id: $id, title: $title) { issue { id title state createdAt assignee { login } labels } userErrors { field code message } } }";

impl Graph {
    fn new(world: World) -> Self {
        let mut rng = world.rng("issues");
        let issues = (0..world.things(8)).map(|i| issue(&world, &mut rng, i)).collect();
        Graph { world, issues, made: 0 }
    }

    fn list(&self, variables: &Json) -> Told {
        let route = "query issues";
        let mut order: Vec<&Json> = self.issues.iter().collect();
        arrange(&self.world, route, &mut order);
        let size = variables.text_at("/first").and_then(|f| f.parse().ok()).unwrap_or(3);
        let start = match variables.text_at("/after") {
            None => 0,
            Some(cursor) => match (0..order.len()).find(|i| self.cursor(*i) == cursor) {
                Some(at) => at + 1,
                None if self.world.lies(Hook::AnyCursor, route) => 0,
                None => return failed(route, What::Cursor, "issues", "BAD_CURSOR"),
            },
        };
        let cut = slice(&self.world, route, order.len(), start, size, 5);
        let edges: Vec<Json> =
            (cut.from..cut.to).map(|i| obj! { "cursor": self.cursor(i), "node": order[i].clone() }).collect();
        // What comes next is what follows the end; the start of the whole has nothing before it.
        let end = match cut.next {
            Some(next) if next != cut.to => next.checked_sub(1),
            _ => cut.to.checked_sub(1),
        };
        let info = obj! { "hasNextPage": cut.more(), "endCursor": end.map(|e| self.cursor(e)) };
        let issues = obj! { "totalCount": cut.total, "edges": edges, "pageInfo": info };
        Told::new(route, What::Page { more: cut.more() }, 200)
            .json(&obj! { "data": obj! { "issues": issues } })
    }

    fn cursor(&self, i: usize) -> String {
        format!("Y3Vyc29y{}", Rng::new(self.world.seed, &format!("cursor {i}")).code(12))
    }

    fn find(&self, id: Option<&str>) -> Option<usize> {
        self.issues.iter().position(|issue| issue.text_at("/id").as_deref() == id)
    }

    fn one(&mut self, variables: &Json) -> Told {
        let route = "query issue";
        match self.find(variables.text_at("/id").as_deref()) {
            Some(at) => Told::new(route, What::Thing, 200)
                .json(&obj! { "data": obj! { "issue": self.issues[at].clone() } }),
            None => Told::new(route, What::Miss, 200).json(&obj! { "data": obj! { "issue": Json::Null } }),
        }
    }

    fn feed(&self) -> Told {
        let mut rng = self.world.rng("feed");
        let feed: Vec<Json> = (0..8)
            .map(|i| {
                let kind = self.world.word(i, &["Comment", "Merge", "Close"]);
                let item = obj! { "__typename": kind, "id": format!("F_{}", rng.code(12)) };
                match kind {
                    "Comment" => item.and("body", Some(rng.words())),
                    "Merge" => item.and("sha", Some(rng.hex(40))),
                    _ => item.and("reason", Some("COMPLETED")),
                }
            })
            .collect();
        Told::new("query feed", What::Thing, 200).json(&obj! { "data": obj! { "feed": feed } })
    }

    fn create(&mut self, variables: &Json) -> Told {
        let route = "mutation createIssue";
        let said = |what, name: &str, issue: Json, errors: Vec<Json>| {
            let mut data = obj! {};
            data.put(name, obj! { "issue": issue, "userErrors": errors });
            Told::new(route, what, 200).json(&obj! { "data": data })
        };
        let title = variables.text_at("/title").unwrap_or_default();
        if title.is_empty() {
            let errors = vec![obj! { "field": "title", "code": "BLANK", "message": "Title can't be blank" }];
            return said(What::Invalid, "createIssue", Json::Null, errors);
        }
        self.made += 1;
        let mut made =
            issue(&self.world, &mut self.world.rng(&format!("made {}", self.made)), 30 + self.made);
        made.put("title", title);
        if self.made > 1 && self.world.lies(Hook::SameId, route) {
            made.put("id", self.issues.last().and_then(|i| i.get("id")).cloned());
        }
        let told = said(What::Made, "createIssue", made.clone(), Vec::new());
        if !self.world.lies(Hook::MakeForgotten, route) {
            self.issues.push(made);
        }
        told
    }

    fn rename(&mut self, variables: &Json) -> Told {
        let route = "mutation renameIssue";
        let Some(at) = self.find(variables.text_at("/id").as_deref()) else {
            return failed(route, What::Miss, "renameIssue", "NOT_FOUND");
        };
        let before = self.issues[at].clone();
        self.issues[at].put("title", variables.text_at("/title"));
        let issue = self.issues[at].clone();
        let none: Vec<Json> = Vec::new();
        let told = Told::new(route, What::Changed, 200)
            .json(&obj! { "data": obj! { "renameIssue": obj! { "issue": issue, "userErrors": none } } });
        if self.world.lies(Hook::WriteForgotten, route) {
            self.issues[at] = before;
        }
        told
    }
}

fn issue(world: &World, rng: &mut Rng, i: usize) -> Json {
    let created = world.start - 6_000_000 - 70_000 * i64::try_from(i).unwrap_or(0);
    obj! {
        "id": format!("I_{}", rng.code(14)),
        "title": rng.words(),
        "state": world.word(i, &["OPEN", "CLOSED"]),
        "createdAt": offset(created, if world.turn(i, 2) { 2 } else { -5 }),
        "assignee": (!world.turn(i, 2)).then(|| obj! { "login": rng.slug() }),
        "labels": (0..i % 3).map(|_| rng.slug()).collect::<Vec<String>>(),
    }
}

fn failed(route: &'static str, what: What, path: &str, code: &str) -> Told {
    let error = obj! { "message": format!("Something about {code}"), "path": vec![path], "extensions": obj! { "code": code } };
    Told::new(route, what, 200).json(&obj! { "data": Json::Null, "errors": vec![error] })
}

impl Service for Graph {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let sent = ask.json();
        let query = sent.text_at("/query").unwrap_or_default();
        let variables = sent.get("variables").cloned().unwrap_or(Json::Null);
        let fault = match ask.header("authorization").as_deref() {
            None => Some(Fault::Missing),
            Some(value) if value == format!("Bearer {API_KEY}") => None,
            Some(_) => Some(Fault::Unknown),
        };
        if let Some(fault) = fault
            && !self.world.lies(Hook::Credential(fault), "graphql")
        {
            let told = Told::new("graphql", What::Auth(fault), 401);
            let document = obj! { "errors": vec![obj! { "message": "Log in first", "extensions": obj! { "code": "UNAUTHENTICATED" } }] };
            return told.json(&document).with("WWW-Authenticate", "Bearer realm=\"graph\"");
        }
        match query.as_str() {
            LIST => self.list(&variables),
            ONE => self.one(&variables),
            FEED => self.feed(),
            CREATE => self.create(&variables),
            RENAME => self.rename(&variables),
            _ => failed("graphql", What::Invalid, "query", "GRAPHQL_VALIDATION_FAILED"),
        }
    }
}

fn ask(client: &mut Client, query: &str, variables: Json) -> Heard {
    client.post("/graphql", &obj! { "query": query, "variables": variables })
}

fn walk(client: &mut Client) {
    client.always("authorization", &format!("Bearer {API_KEY}"));
    for size in [3_i64, 4] {
        let mut page = ask(client, LIST, obj! { "first": size, "after": Json::Null });
        for _ in 0..3 {
            if page.at("/data/issues/pageInfo/hasNextPage") != "true" {
                break;
            }
            page = ask(
                client,
                LIST,
                obj! { "first": size, "after": page.at("/data/issues/pageInfo/endCursor") },
            );
        }
    }
    let page = ask(client, LIST, obj! { "first": 100_i64, "after": Json::Null });
    ask(client, ONE, obj! { "id": page.at("/data/issues/edges/0/node/id") });
    ask(client, ONE, obj! { "id": page.at("/data/issues/edges/1/node/id") });
    ask(client, FEED, Json::Null);
    let made = ask(client, CREATE, obj! { "title": "found by a test" });
    ask(client, CREATE, obj! { "title": "found by another" });
    let id = made.at("/data/createIssue/issue/id");
    ask(client, ONE, obj! { "id": id.clone() });
    ask(client, RENAME, obj! { "id": id.clone(), "title": "renamed by a test" });
    ask(client, ONE, obj! { "id": id });
    ask(client, ONE, obj! { "id": "I_nobody" });
}

fn trouble(client: &mut Client) {
    ask(client, FEED, Json::Null);
    client.always("authorization", "Bearer key_test_nobody_has_this_one");
    ask(client, FEED, Json::Null);
    client.always("authorization", &format!("Bearer {API_KEY}"));
    ask(client, FEED, Json::Null);
    ask(client, LIST, obj! { "first": 3_i64, "after": Json::Null });
    ask(client, LIST, obj! { "first": 3_i64, "after": "nonsense" });
    ask(client, "query { nothing }", Json::Null);
    ask(client, CREATE, obj! { "title": "" });
    ask(client, CREATE, obj! { "title": "a good one" });
    ask(client, RENAME, obj! { "id": "I_nobody", "title": "x" });
}
