//! Offset and limit, tables in CSV, money in grouped texts, plain-text errors, broken connections.

use super::Vendor;
use crate::kit::client::Client;
use crate::kit::data::{Rng, grouped, http_date, money};
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, num, obj};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::API_KEY;
use crate::kit::world::World;
use cassettes::json::Json;
use cassettes::model::FailureKind;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "warehouse", make: |world| Box::new(Warehouse::new(world)), sessions: &[walk, trouble] };

struct Warehouse {
    world: World,
    items: Vec<Json>,
    exports: usize,
}

impl Warehouse {
    fn new(world: World) -> Self {
        let mut rng = world.rng("items");
        let items = (0..world.things(10)).map(|i| item(&world, &mut rng, i)).collect();
        Warehouse { world, items, exports: 0 }
    }

    fn list(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /items";
        let mut order: Vec<&Json> = self.items.iter().collect();
        arrange(&self.world, route, &mut order);
        let number = |name: &str, or: usize| ask.query(name).map_or(Some(or), |t| t.parse::<usize>().ok());
        let (Some(start), Some(size)) = (number("offset", 0), number("limit", 4)) else {
            if self.world.lies(Hook::AnyCursor, route) {
                return self.page(&order, 0, 4);
            }
            return refuse(route, What::Cursor, 400, "offset and limit are numbers");
        };
        self.page(&order, start, size)
    }

    fn page(&self, order: &[&Json], start: usize, size: usize) -> Told {
        let cut = slice(&self.world, "GET /items", order.len(), start, size, 6);
        let items: Vec<Json> = cut.of(order).iter().map(|i| (*i).clone()).collect();
        let document = obj! { "items": items, "offset": cut.from, "limit": size.min(6), "total": cut.total };
        let told = Told::new("GET /items", What::Page { more: cut.more() }, 200).json(&document);
        told.with("X-Total-Count", cut.total.to_string())
    }

    fn table(&self) -> Told {
        let mut rng = self.world.rng("table");
        let mut text = String::from("sku,description,quantity,value,counted_on\r\n");
        for i in 0..8_i64 {
            let value =
                grouped((rng.within(100_000, 900_000_000) / 10) * 10 * if i % 2 == 0 { 1 } else { -1 });
            let day = crate::kit::data::date(self.world.start - 86_400 * i);
            text.push_str(&format!(
                "{},{},{},\"{value}\",{day}\r\n",
                rng.code(8),
                rng.words(),
                rng.within(1, 900)
            ));
        }
        Told::new("GET /items.csv", What::Thing, 200).body("text/csv", text)
    }

    fn rates(&self) -> Told {
        let mut rng = self.world.rng("rates");
        let rates: Vec<Json> = (0..6)
            .map(|i| {
                let rate = if i % 2 == 0 { format!("{}.{}e-0{}", rng.within(1, 9), rng.within(1, 9), rng.within(5, 9)) } else { format!("0.{}", rng.within(1001, 9999)) };
                obj! { "pair": rng.code(6), "rate": num(rate), "serial": num(format!("{}{}", rng.within(100_000_000, 999_999_999), rng.within(1_000_000_001, 9_999_999_999) | 1)), "at": self.world.start - rng.within(60, 9_000) }
            })
            .collect();
        Told::new("GET /rates", What::Thing, 200).json(&obj! { "rates": rates })
    }

    fn item(&self, id: &str) -> Told {
        let route = "GET /items/{id}";
        match self.items.iter().find(|i| i.text_at("/id").as_deref() == Some(id)) {
            Some(item) => Told::new(route, What::Thing, 200).json(item),
            None => refuse(route, What::Miss, 404, "no such item"),
        }
    }

    fn export(&mut self) -> Told {
        let route = "GET /exports/all";
        self.exports += 1;
        match self.exports {
            1 => Told::failed(route, FailureKind::Reset),
            2 => {
                let page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
                Told::new(route, What::Broken, 502).body("text/html", page)
            }
            3 => {
                let told = refuse(route, What::Retryable, 503, "busy, come again");
                told.with("Retry-After", http_date(self.world.now() + 120))
            }
            _ => Told::new(route, What::Thing, 200)
                .json(&obj! { "rows": 812_i64, "state": "done" })
                .after(5_000),
        }
    }
}

fn item(world: &World, rng: &mut Rng, i: usize) -> Json {
    let item = obj! {
        "id": format!("itm-{i:02}{}", rng.hex(5)),
        "value": grouped((rng.within(20_000, 9_000_000) / 10) * 10),
        "change": money(rng.within(100, 9_000) * if world.turn(i, 2) { -1 } else { 1 }),
        "weight": num(format!("{}.{}0", rng.within(1, 90), rng.within(10, 99))),
        "counted_at": (world.start - rng.within(1_000, 90_000)) * 1000 + rng.within(0, 999),
        "shelf": (!world.turn(i, 3)).then(|| rng.slug()),
        "fragile": world.turn(i, 2),
        "kind": world.word(i, &["pallet", "box", "loose"]),
    };
    match world.word(i, &["pallet", "box", "loose"]) {
        "pallet" => item.and("boxes", Some(rng.within(2, 40))),
        "box" => item.and("lid", Some(true)),
        _ => item,
    }
}

fn refuse(route: &'static str, what: What, status: u16, text: &str) -> Told {
    Told::new(route, what, status).body("text/plain; charset=utf-8", format!("{text}\n"))
}

impl Service for Warehouse {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let segments = ask.0.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let fault = match ask.header("x-api-key").as_deref() {
            None => Some(Fault::Missing),
            Some(API_KEY) => None,
            Some(_) => Some(Fault::Unknown),
        };
        let route = if path == ["items"] { "GET /items" } else { "other" };
        if let Some(fault) = fault.filter(|fault| !self.world.lies(Hook::Credential(*fault), route)) {
            return refuse(route, What::Auth(fault), 401, "who are you?");
        }
        match (ask.method(), path.as_slice()) {
            ("GET", ["items"]) => self.list(ask),
            ("GET", ["items.csv"]) if ask.header("accept-version").is_some() => {
                refuse("GET /items.csv", What::Method, 406, "there is one version")
            }
            ("GET", ["items.csv"]) => self.table(),
            ("GET", ["rates"]) => self.rates(),
            ("GET", ["items", id]) => self.item(id),
            ("GET", ["exports", "all"]) => self.export(),
            ("GET", ["empty"]) => Told::new("GET /empty", What::Empty, 204),
            _ => refuse("other", What::Miss, 404, "nothing here"),
        }
    }
}

fn walk(client: &mut Client) {
    client.always("x-api-key", API_KEY);
    for size in [4_usize, 3] {
        for page in 0..4 {
            let heard = client.get(&format!("/items?offset={}&limit={size}", page * size));
            let total = heard.at("/total").parse::<usize>().unwrap_or_default();
            if (page + 1) * size >= total {
                break;
            }
        }
    }
    let page = client.get("/items?offset=0&limit=100");
    client.get(&format!("/items/{}", page.at("/items/0/id")));
    client.get(&format!("/items/{}", page.at("/items/1/id")));
    client.get(&format!("/items/{}", page.at("/items/2/id")));
    client.get("/items.csv");
    client.get("/rates");
    client.get("/items/itm-nobody");
}

fn trouble(client: &mut Client) {
    client.get("/items?offset=0&limit=4");
    client.get_with("/items?offset=0&limit=4", &[("x-api-key", "key_test_nobody_has_this_one")]);
    client.always("x-api-key", API_KEY);
    client.get("/items?offset=0&limit=4");
    client.get("/items?offset=minus&limit=4");
    client.get_with("/items.csv", &[("accept-version", "9")]);
    client.get("/items.csv");
    for _ in 0..4 {
        client.get("/exports/all");
    }
}
