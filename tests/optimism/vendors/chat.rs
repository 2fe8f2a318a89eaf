//! Failures inside of successes (`ok: false`), `response_metadata.next_cursor` that ends empty, times as texts of numbers.

use super::Vendor;
use crate::kit::client::Client;
use crate::kit::data::Rng;
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, obj};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::{API_KEY, OTHER_KEY};
use crate::kit::world::World;
use cassettes::json::Json;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "chat", make: |world| Box::new(Chat::new(world)), sessions: &[walk, trouble] };

struct Chat {
    world: World,
    messages: Vec<Json>,
    made: usize,
    asked: usize,
}

impl Chat {
    fn new(world: World) -> Self {
        let mut rng = world.rng("messages");
        let messages = (0..world.things(9)).map(|i| message(&world, &mut rng, i)).collect();
        Chat { world, messages, made: 0, asked: 0 }
    }

    fn history(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /api/conversations.history";
        if ask.query("channel").as_deref() != Some("C024BE91L") {
            return failed(route, What::Miss, "channel_not_found");
        }
        let mut order: Vec<&Json> = self.messages.iter().collect();
        arrange(&self.world, route, &mut order);
        let size = ask.query("limit").and_then(|l| l.parse().ok()).unwrap_or(4);
        let start = match ask.query("cursor").filter(|c| !c.is_empty()) {
            None => 0,
            Some(cursor) => match (0..order.len()).find(|i| self.cursor(*i) == cursor) {
                Some(start) => start,
                None if self.world.lies(Hook::AnyCursor, route) => 0,
                None => return failed(route, What::Cursor, "invalid_cursor"),
            },
        };
        let cut = slice(&self.world, route, order.len(), start, size, 6);
        let items: Vec<Json> = cut.of(&order).iter().map(|m| (*m).clone()).collect();
        let next = cut.next.map_or(String::new(), |n| self.cursor(n));
        let page = obj! { "ok": true, "messages": items, "response_metadata": obj! { "next_cursor": next } };
        Told::new(route, What::Page { more: cut.more() }, 200).json(&page)
    }

    fn cursor(&self, at: usize) -> String {
        format!("bmV4dF90czox{}=", Rng::new(self.world.seed, &format!("cursor {at}")).code(10))
    }

    fn post(&mut self, ask: &Ask<'_>) -> Told {
        let route = "POST /api/chat.postMessage";
        let sent = ask.json();
        let Some(text) = sent.text_at("/text").filter(|t| !t.is_empty()) else {
            return failed(route, What::Invalid, "no_text");
        };
        match sent.text_at("/channel").as_deref() {
            Some("C0ARCHIVED") => return failed(route, What::Terminal, "is_archived"),
            Some("C0NOBODY") => return failed(route, What::Miss, "channel_not_found"),
            _ => {}
        }
        self.asked += 1;
        if self.asked > 3 {
            let told =
                Told::new(route, What::Limited, 429).json(&obj! { "ok": false, "error": "ratelimited" });
            return told.with("Retry-After", "12");
        }
        self.made += 1;
        let mut made =
            message(&self.world, &mut self.world.rng(&format!("made {}", self.made)), 50 + self.made);
        made.put("text", text);
        made.put("client_msg_id", sent.get("client_msg_id").cloned());
        if self.world.lies(Hook::EchoFixed, route) {
            made.put("client_msg_id", "11111111-2222-4333-8444-555555555555");
        }
        if self.made > 1 && self.world.lies(Hook::SameId, route) {
            made.put("ts", self.messages[0].get("ts").cloned());
        }
        let told = Told::new(route, What::Made, 200);
        let told = told.json(&obj! { "ok": true, "channel": "C024BE91L", "ts": made.get("ts").cloned(), "message": made.clone() });
        if !self.world.lies(Hook::MakeForgotten, route) {
            self.messages.insert(0, made);
        }
        told
    }

    fn user(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /api/users.info";
        let mut rng = self.world.rng(&ask.query("user").unwrap_or_default());
        let known = ask.query("user").is_some_and(|u| u.starts_with("U0"));
        if !known {
            return failed(route, What::Miss, "user_not_found");
        }
        let user = obj! { "id": ask.query("user"), "name": rng.slug(), "deleted": rng.below(2) == 0, "tz_offset": 3600 * rng.within(-9, 9), "profile": obj! { "email": rng.email(), "real_name": rng.name() }, "updated": self.world.start - rng.within(1_000, 90_000) };
        Told::new(route, What::Thing, 200).json(&obj! { "ok": true, "user": user })
    }
}

fn message(world: &World, rng: &mut Rng, i: usize) -> Json {
    let at = world.start - 5_000 * i64::try_from(i).unwrap_or(0) - rng.within(0, 3_000);
    let kind = world.word(i, &["message", "file_share", "reminder"]);
    let message = obj! { "type": kind, "user": format!("U0{}", rng.code(8).to_uppercase()), "text": rng.words(), "ts": format!("{at}.{:06}", rng.within(1, 999_999)), "pinned": world.turn(i, 3) };
    let message = match kind {
        "file_share" => message
            .and("file", Some(obj! { "id": format!("F0{}", rng.code(8)), "size": rng.within(100, 90_000) })),
        "reminder" => message.and("due", Some(at + 900)),
        _ => message,
    };
    message.and("thread_ts", world.turn(i, 2).then(|| format!("{}.000200", at - 60)))
}

fn failed(route: &'static str, what: What, error: &str) -> Told {
    Told::new(route, what, 200).json(&obj! { "ok": false, "error": error })
}

impl Service for Chat {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let route = match ask.0.path() {
            "/api/conversations.history" => "GET /api/conversations.history",
            "/api/chat.postMessage" => "POST /api/chat.postMessage",
            _ => "other",
        };
        let refused = match ask.header("authorization").as_deref() {
            None => Some((Fault::Missing, "not_authed")),
            Some(value) if value == format!("Bearer {API_KEY}") => None,
            Some(value) if value == format!("Bearer {OTHER_KEY}") => {
                (route == "POST /api/chat.postMessage").then_some((Fault::Scope, "missing_scope"))
            }
            Some(_) => Some((Fault::Unknown, "invalid_auth")),
        };
        if let Some((fault, error)) =
            refused.filter(|(fault, _)| !self.world.lies(Hook::Credential(*fault), route))
        {
            return failed(route, What::Auth(fault), error);
        }
        match ask.0.path() {
            "/api/conversations.history" => self.history(ask),
            "/api/chat.postMessage" => self.post(ask),
            "/api/users.info" => self.user(ask),
            _ => failed("other", What::Miss, "unknown_method"),
        }
    }
}

fn walk(client: &mut Client) {
    client.always("authorization", &format!("Bearer {API_KEY}"));
    for size in [4, 3] {
        let base = format!("/api/conversations.history?channel=C024BE91L&limit={size}");
        let mut page = client.get(&base);
        for _ in 0..4 {
            let cursor = page.at("/response_metadata/next_cursor");
            if cursor.is_empty() || cursor == "missing" {
                break;
            }
            page = client.get(&format!("{base}&cursor={cursor}"));
        }
    }
    let page = client.get("/api/conversations.history?channel=C024BE91L&limit=100");
    client.get(&format!("/api/users.info?user={}", page.at("/messages/0/user")));
    client.get(&format!("/api/users.info?user={}", page.at("/messages/1/user")));
    client.get("/api/users.info?user=W-nobody");
    for (text, id) in [
        ("first words", "a1b2c3d4-0000-4000-8000-000000000001"),
        ("second words", "a1b2c3d4-0000-4000-8000-000000000002"),
    ] {
        client.post(
            "/api/chat.postMessage",
            &obj! { "channel": "C024BE91L", "text": text, "client_msg_id": id },
        );
    }
    client.get("/api/conversations.history?channel=C024BE91L&limit=2");
    client.get("/api/conversations.history?channel=C0NOBODY");
}

fn trouble(client: &mut Client) {
    let post = |client: &mut Client, channel: &str, text: &str| {
        client.post("/api/chat.postMessage", &obj! { "channel": channel, "text": text, "client_msg_id": "a1b2c3d4-0000-4000-8000-000000000009" });
    };
    client.get("/api/conversations.history?channel=C024BE91L&limit=4");
    client.always("authorization", "Bearer key_test_nobody_has_this_one");
    client.get("/api/conversations.history?channel=C024BE91L&limit=4");
    client.always("authorization", &format!("Bearer {OTHER_KEY}"));
    client.get("/api/conversations.history?channel=C024BE91L&limit=4");
    post(client, "C024BE91L", "not mine");
    client.always("authorization", &format!("Bearer {API_KEY}"));
    client.get("/api/conversations.history?channel=C024BE91L&limit=4&cursor=nonsense");
    post(client, "C024BE91L", "");
    post(client, "C0ARCHIVED", "too late");
    post(client, "C0NOBODY", "hello?");
    for i in 0..4 {
        post(client, "C024BE91L", &format!("word {i}"));
    }
}
