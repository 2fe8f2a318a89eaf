//! Page numbers with totals, misses told inside of successes, validation errors field by field.

use super::Vendor;
use crate::kit::client::Client;
use crate::kit::data::{Rng, date, money, zulu};
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, num, obj};
use crate::kit::pages::{Slice, arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::API_KEY;
use crate::kit::world::World;
use cassettes::json::Json;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "shop", make: |world| Box::new(Shop::new(world)), sessions: &[walk, trouble] };

struct Shop {
    world: World,
    products: Vec<Json>,
    orders: Vec<Json>,
    made: i64,
}

impl Shop {
    fn new(world: World) -> Self {
        let mut rng = world.rng("products");
        let products = (0..world.things(11)).map(|i| product(&world, &mut rng, i)).collect();
        let orders = (0..5).map(|i| order(&world, &mut rng, i)).collect();
        Shop { world, products, orders, made: 0 }
    }

    fn list(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /products";
        let number = |name: &str, or: usize| ask.query(name).map_or(Some(or), |t| t.parse::<usize>().ok());
        let (Some(page), Some(size)) = (number("page", 1).filter(|p| *p > 0), number("per_page", 4)) else {
            if self.world.lies(Hook::AnyCursor, route) {
                return self.page(1, 4);
            }
            return refuse(route, What::Cursor, 400, "page_out_of_range", &[("page", "not_a_number")]);
        };
        self.page(page, size)
    }

    fn page(&self, page: usize, size: usize) -> Told {
        let route = "GET /products";
        let mut order: Vec<&Json> = self.products.iter().collect();
        arrange(&self.world, route, &mut order);
        let cap = if self.world.small_pages { 5 } else { 6 };
        let free = size > cap && self.world.lie == Some((Hook::NoCap, route));
        let step = if free { size } else { size.clamp(1, cap) };
        let Slice { from, to, next, total } =
            slice(&self.world, route, order.len(), (page - 1) * step, size, 6);
        let items: Vec<Json> = order[from..to].iter().map(|p| (*p).clone()).collect();
        // A next page that is not the one after is said by the number of pages alone.
        let pages = if next.is_none() { page } else { total.div_ceil(step).max(page + 1) };
        let document =
            obj! { "products": items, "page": page, "per_page": step, "total": total, "total_pages": pages };
        Told::new(route, What::Page { more: page < pages }, 200).json(&document)
    }

    fn product(&self, id: &str) -> Told {
        let route = "GET /products/{id}";
        match self.products.iter().find(|p| p.text_at("/id").as_deref() == Some(id)) {
            Some(product) => Told::new(route, What::Thing, 200).json(product),
            None => refuse(route, What::Miss, 404, "product_not_found", &[]),
        }
    }

    fn search(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /search";
        let words = ask.query("q").unwrap_or_default();
        let hits: Vec<Json> = match words.as_str() {
            "everything" => self.products.iter().take(3).cloned().collect(),
            _ => Vec::new(),
        };
        let what = if hits.is_empty() { What::Empty } else { What::Page { more: false } };
        Told::new(route, what, 200).json(&obj! { "query": words, "hits": hits.len(), "results": hits })
    }

    fn stock(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /stock";
        let sku = ask.query("sku").unwrap_or_default();
        match self.products.iter().find(|p| p.text_at("/sku").as_deref() == Some(&sku)) {
            Some(product) => {
                let stock = obj! { "status": "ok", "sku": sku, "quantity": product.get("weight_grams").cloned(), "warehouse": "north" };
                Told::new(route, What::Thing, 200).json(&stock)
            }
            None => Told::new(route, What::Miss, 200).json(&obj! { "status": "not_found" }),
        }
    }

    fn place(&self, ask: &Ask<'_>) -> Told {
        let route = "GET /places";
        let mut rng = self.world.rng("place");
        let place = obj! { "lat": num(format!("{}.{:06}", rng.within(30, 60), rng.within(1, 999_999))), "lon": num(format!("{}.{:06}", rng.within(-90, 90), rng.within(1, 999_999))), "city": "Harbourton" };
        match ask.query("address").as_deref() {
            Some("nowhere") => Told::new(route, What::Miss, 200).json(&Json::Null),
            _ => Told::new(route, What::Thing, 200).json(&place),
        }
    }

    fn order(&mut self, ask: &Ask<'_>) -> Told {
        let route = "POST /orders";
        let sent = ask.json();
        if sent == Json::Null {
            return refuse(route, What::Invalid, 400, "malformed", &[]);
        }
        let quantity = sent.text_at("/quantity").and_then(|q| q.parse::<i64>().ok());
        let Some(quantity) = quantity.filter(|q| *q > 0) else {
            return refuse(route, What::Invalid, 422, "invalid_order", &[("quantity", "not_positive")]);
        };
        match sent.text_at("/coupon").as_deref() {
            Some("USED") => return refuse(route, What::Terminal, 409, "coupon_used", &[("coupon", "used")]),
            Some("BUSY") => {
                return refuse(route, What::Retryable, 503, "try_again", &[]).with("Retry-After", "3");
            }
            _ => {}
        }
        self.made += 1;
        let world = &self.world;
        let mut made = order(world, &mut world.rng(&format!("made {}", self.made)), 40 + self.made);
        made.put("quantity", quantity);
        made.put("note", sent.get("note").cloned().unwrap_or(Json::Null));
        if self.made > 1 && world.lies(Hook::SameId, route) {
            made.put("id", self.orders.last().and_then(|o| o.get("id")).cloned());
        }
        let path = format!("/orders/{}", made.text_at("/id").unwrap_or_default());
        let told = Told::new(route, What::Made, 201).json(&made).with("Location", path);
        if !world.lies(Hook::MakeForgotten, route) {
            self.orders.push(made);
        }
        told
    }

    fn one_order(&mut self, ask: &Ask<'_>, id: &str) -> Told {
        let route = match ask.method() {
            "GET" => "GET /orders/{id}",
            "PUT" => "PUT /orders/{id}",
            _ => "DELETE /orders/{id}",
        };
        let Some(at) = self.orders.iter().position(|o| o.text_at("/id").as_deref() == Some(id)) else {
            return refuse(route, What::Miss, 404, "order_not_found", &[]);
        };
        match ask.method() {
            "GET" => Told::new(route, What::Thing, 200).json(&self.orders[at]),
            "PUT" => {
                let before = self.orders[at].clone();
                for (name, value) in ask.json().members() {
                    self.orders[at].put(name, value.clone());
                }
                let told = Told::new(route, What::Changed, 200).json(&self.orders[at]);
                if self.world.lies(Hook::WriteForgotten, route) {
                    self.orders[at] = before;
                }
                told
            }
            _ => {
                if !self.world.lies(Hook::DeleteForgotten, route) {
                    self.orders.remove(at);
                }
                Told::new(route, What::Deleted, 204)
            }
        }
    }
}

fn product(world: &World, rng: &mut Rng, i: usize) -> Json {
    let price = rng.within(10, 900) * 10;
    let product = obj! {
        "id": 4_000 + 7 * i64::try_from(i).unwrap_or(0) + rng.within(0, 5),
        "sku": format!("SKU-{}", rng.code(9)),
        "title": rng.words(),
        "price": money(price),
        "rating": num(format!("{}.{}0", rng.within(1, 5), rng.within(0, 9))),
        "weight_grams": rng.within(100, 9_000),
        "available": world.turn(i, 2),
        "status": world.word(i, &["active", "draft", "retired"]),
        "released": (!world.turn(i, 3)).then(|| date(world.start - 90_000_000 + rng.within(0, 80_000_000))),
        "brand": obj! { "id": rng.within(10, 99), "name": rng.words() },
        "tags": (0..1 + i % 3).map(|_| rng.slug()).collect::<Vec<String>>(),
    };
    product.and("discount", world.turn(i, 2).then(|| money(-rng.within(5, 90) * 10)))
}

fn order(world: &World, rng: &mut Rng, i: i64) -> Json {
    obj! {
        "id": 700_000 + i * 13 + rng.within(0, 12),
        "quantity": rng.within(1, 9),
        "total": money(rng.within(10, 8_000) * 10),
        "placed_at": zulu(world.start - 5_000 + rng.within(0, 4_000)),
        "state": "placed",
        "note": Json::Null,
    }
}

fn refuse(route: &'static str, what: What, status: u16, code: &str, fields: &[(&str, &str)]) -> Told {
    let errors: Vec<Json> =
        fields.iter().map(|(field, code)| obj! { "field": *field, "code": *code }).collect();
    let document = obj! { "code": code, "message": "This cannot be done." };
    let document = document.and("errors", (!errors.is_empty()).then_some(errors));
    Told::new(route, what, status).json(&document)
}

impl Service for Shop {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let segments = ask.0.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let route = if path == ["orders"] { "POST /orders" } else { "other" };
        let fault = match ask.header("x-api-key").as_deref() {
            None => Some(Fault::Missing),
            Some(API_KEY) => None,
            Some(_) => Some(Fault::Unknown),
        };
        // Reading needs no key.
        if let Some(fault) = fault.filter(|_| route == "POST /orders")
            && !self.world.lies(Hook::Credential(fault), route)
        {
            let code = if fault == Fault::Missing { "key_missing" } else { "key_unknown" };
            return refuse(route, What::Auth(fault), 401, code, &[]);
        }
        match (ask.method(), path.as_slice()) {
            ("GET", ["products"]) => self.list(ask),
            ("GET", ["products", id]) => self.product(id),
            ("POST", ["products"]) => {
                refuse("POST /products", What::Method, 405, "method_not_allowed", &[]).with("Allow", "GET")
            }
            ("GET", ["search"]) => self.search(ask),
            ("GET", ["stock"]) => self.stock(ask),
            ("GET", ["places"]) => self.place(ask),
            ("POST", ["orders"]) => self.order(ask),
            (_, ["orders", id]) => self.one_order(ask, id),
            ("GET", ["shop"]) => {
                let told = refuse("GET /shop", What::Elsewhere, 302, "moved", &[]);
                told.with("Location", format!("{}/products", ask.base()))
            }
            _ => refuse("other", What::Miss, 404, "no_route", &[]),
        }
    }
}

fn walk(client: &mut Client) {
    client.always("x-api-key", API_KEY);
    for size in [4, 3] {
        for page in 1..=4 {
            let heard = client.get(&format!("/products?page={page}&per_page={size}"));
            if heard.at("/total_pages") == page.to_string() {
                break;
            }
        }
    }
    let page = client.get("/products?page=1&per_page=100");
    client.get(&format!("/products/{}", page.at("/products/0/id")));
    client.get(&format!("/products/{}", page.at("/products/1/id")));
    client.get("/search?q=everything");
    client.get("/search?q=nothing");
    client.get(&format!("/stock?sku={}", page.at("/products/0/sku")));
    client.get(&format!("/stock?sku={}", page.at("/products/1/sku")));
    client.get("/stock?sku=SKU-nobody");
    client.get("/places?address=1+Harbour+Street");
    client.get("/places?address=nowhere");
    let made = client.post(
        "/orders",
        &obj! { "product": page.at("/products/0/id"), "quantity": 2_i64, "note": "leave at the door" },
    );
    let path = made.header("location");
    client.get(&path);
    client.send("PUT", &path, &[], &obj! { "quantity": 3_i64, "note": "ring twice" });
    client.get(&path);
    client.post("/orders", &obj! { "product": page.at("/products/1/id"), "quantity": 1_i64 });
    client.delete(&path);
    client.get(&path);
    client.get("/shop");
}

fn trouble(client: &mut Client) {
    let order =
        |quantity: i64, coupon: &str| obj! { "product": "4000", "quantity": quantity, "coupon": coupon };
    client.post("/orders", &order(1, ""));
    client.send("POST", "/orders", &[("x-api-key", "key_test_nobody_has_this_one")], &order(1, ""));
    client.always("x-api-key", API_KEY);
    client.post("/orders", &order(1, ""));
    client.post("/orders", &order(0, ""));
    client.ask("POST", "/orders", &[("content-type", "application/json")], Some("{\"quantity\":".to_owned()));
    client.post("/orders", &order(1, "USED"));
    client.post("/orders", &order(1, "BUSY"));
    client.post("/orders", &order(2, ""));
    client.post("/products", &order(1, ""));
    client.get("/products?page=1&per_page=3");
    client.get("/products?page=none&per_page=3");
    client.get("/products/1");
    client.get("/orders/1");
    client.delete("/orders/1");
}
