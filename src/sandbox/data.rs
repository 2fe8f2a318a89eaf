//! Fixture data, made from a seed: the forms are the vendor's, the values are each cast's own.

use super::cast::Cast;
use super::random::Random;
use super::reply::{list, number, object, string};
use cassettes::json::Json;

/// Offsets that real feeds mix, UTC written both ways among them.
const OFFSETS: [&str; 5] = ["-06:00", "+05:30", "Z", "+00:00", "-03:00"];

/// Times of day near midnight, where a dropped offset changes the date; with and without fractions.
const HOURS: [&str; 4] = ["23:30:00", "00:15:00.250", "12:00:00", "23:59:59.999999"];

/// A customer who was deleted long ago.
pub(super) const GONE: &str = "cus_0000000000Gone";
/// The one secret there is.
pub(super) const SECRET: &str = "sec_0000000000Open";
/// The one file there is: 300 kB.
pub(super) const FILE: &str = "file_000000000Large";
/// The one address and the one phone number that are found.
pub(super) const ADDRESS: &str = "1 Harbour Street";
/// See [`ADDRESS`].
pub(super) const PHONE: &str = "+15550100000";

/// What a sandbox knows when it starts.
pub(super) struct Data {
    pub(super) customers: Vec<Json>,
    pub(super) invoices: Vec<Json>,
    pub(super) events: Vec<Json>,
    pub(super) products: Vec<Json>,
    pub(super) shipments: Vec<Json>,
}

impl Data {
    pub(super) fn new(seed: u64, cast: &Cast) -> Self {
        let customers = customers(seed, cast);
        let ids: Vec<String> = customers.iter().map(id_of).collect();
        Data {
            invoices: invoices(seed, cast, &ids),
            events: events(seed, cast, &ids),
            products: products(seed, cast),
            shipments: shipments(seed, cast, &ids),
            customers,
        }
    }
}

/// The text of an object's `id`.
pub(super) fn id_of(item: &Json) -> String {
    item.get("id").and_then(Json::scalar_text).unwrap_or_default().to_owned()
}

/// A moment with one of several offsets, in the cast's own month.
fn moment(cast: &Cast, index: usize) -> String {
    let (month, day) = (cast.month, 1 + index % 28);
    format!("2026-{month:02}-{day:02}T{}{}", HOURS[index % HOURS.len()], OFFSETS[index % OFFSETS.len()])
}

fn customers(seed: u64, cast: &Cast) -> Vec<Json> {
    let mut random = Random::new(seed, "customers");
    let each = cast.names.iter().enumerate().map(|(i, name)| {
        let first = name.split(' ').next().unwrap_or_default().to_ascii_lowercase();
        let mut members = vec![
            ("id", string(random.id("cus_"))),
            ("object", string("customer")),
            ("name", string(*name)),
            ("email", string(format!("{first}@{}", cast.domain))),
            ("phone", if i % 3 == 1 { Json::Null } else { string(format!("+1555010{i:04}")) }),
            ("status", string(["active", "past_due", "closed"][i % 3])),
            ("balance", number(cast.totals[i % cast.totals.len()])),
            ("created", string(moment(cast, i))),
        ];
        if i % 3 == 2 {
            let percent = number(cast.percents[i % cast.percents.len()]);
            members.push(("discount", object([("coupon", string(cast.coupon)), ("percent_off", percent)])));
        }
        Json::Object(members.into_iter().map(|(n, v)| (n.to_owned(), v)).collect())
    });
    each.collect()
}

fn invoices(seed: u64, cast: &Cast, customers: &[String]) -> Vec<Json> {
    let mut random = Random::new(seed, "invoices");
    let each = (0..cast.invoices).map(|i| {
        // 23 digits: beyond what a double or a 64-bit integer holds.
        let ledger: String = (0..22).map(|_| char::from(b'0' + random.below(10) as u8)).collect();
        object([
            ("id", string(random.id("inv_"))),
            ("number", string(format!("2026-{:04}", 1 + random.below(9000)))),
            ("customer", string(customers[i % customers.len()].as_str())),
            ("currency", string(["EUR", "USD", "JPY"][i % 3])),
            ("total", number(cast.totals[i % cast.totals.len()])),
            ("total_text", string(cast.grouped[i % cast.grouped.len()])),
            ("ledger_reference", number(&format!("7{ledger}"))),
            ("status", string(["open", "paid", "void"][i % 3])),
            ("issued_at", string(moment(cast, i))),
            ("paid_at", if i % 3 == 1 { string(moment(cast, i + 7)) } else { Json::Null }),
        ])
    });
    each.collect()
}

fn events(seed: u64, cast: &Cast, customers: &[String]) -> Vec<Json> {
    let mut random = Random::new(seed, "events");
    let each = (0..cast.events).map(|i| {
        let customer = string(customers[i % customers.len()].as_str());
        let (kind, data) = match i % 3 {
            0 => ("customer.created", object([("customer", customer)])),
            1 => (
                "invoice.paid",
                object([("customer", customer), ("amount", number(cast.totals[i % cast.totals.len()]))]),
            ),
            _ => ("coupon.reserved", object([("coupon", string(cast.coupon)), ("count", number(1 + i))])),
        };
        let seconds = 1_772_000_000 + cast.month * 2_000 + i * 86_399 + random.below(1000);
        object([
            ("id", string(random.id("evt_"))),
            ("type", string(kind)),
            ("created", number(seconds)),
            ("received_ms", number(seconds * 1000 + random.below(1000))),
            ("data", data),
        ])
    });
    each.collect()
}

fn products(seed: u64, cast: &Cast) -> Vec<Json> {
    let mut random = Random::new(seed, "products");
    let each = cast.products.iter().enumerate().map(|(i, title)| {
        object([
            ("sku", string(random.id("prod_"))),
            ("title", string(*title)),
            ("price", string(cast.grouped[i % cast.grouped.len()])),
            ("stock", number(random.below(500))),
        ])
    });
    each.collect()
}

fn shipments(seed: u64, cast: &Cast, customers: &[String]) -> Vec<Json> {
    let mut random = Random::new(seed, "shipments");
    let each = ["packed", "delivered"].iter().enumerate().map(|(i, state)| {
        object([
            ("id", string(uuid(&mut random))),
            ("customer", string(customers[i % customers.len()].as_str())),
            ("state", string(*state)),
            ("parcels", list([number(1 + i)])),
            ("due", string(moment(cast, i + 3))),
        ])
    });
    each.collect()
}

/// A version 4 UUID (RFC 9562 §5.4).
fn uuid(random: &mut Random) -> String {
    let (high, low) = (random.hex(), random.hex());
    format!("{}-{}-4{}-8{}-{}", &high[..8], &high[8..12], &high[13..], &low[1..4], &low[4..])
}
