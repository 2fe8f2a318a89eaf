//! The order of listings: which key the real side sorts by.

use crate::case::Said;
use crate::excerpt;
use crate::run::Run;
use crate::walk::{Walk, items_in};
use cassettes::facets::pagination::{self as pages, Says, Source};
use cassettes::facets::time_form::time_form;
use cassettes::json::{Json, Pointer};
use cassettes::model::{Request, Timestamp};
use cassettes::operation::Operation;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;

/// A key by which a listing is sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// The items' member; empty for lists of scalars.
    member: String,
    descending: bool,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.descending { "descending" } else { "ascending" };
        if self.member.is_empty() {
            write!(f, "their text, {way}")
        } else {
            write!(f, "`{}`, {way}", self.member)
        }
    }
}

/// One listing as it was walked: the items of its pages, one after the other.
#[derive(Clone)]
pub(crate) struct List<'r> {
    /// The first page.
    pub(crate) said: &'r Said<'r>,
    /// The items.
    pub(crate) items: Vec<&'r Json>,
    /// How it was asked to be sorted, as the recorded request says; empty where it does not.
    asked: String,
}

/// What a request says about the order, in lower case.
fn order_asked(request: &Request) -> String {
    let named = |name: &str| {
        let plain: String = name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        plain.contains("sort") || plain.contains("orderby") || matches!(plain.as_str(), "order" | "direction")
    };
    let said = request.query_pairs().into_iter().filter(|(name, _)| named(name));
    said.map(|(_, value)| value.to_lowercase()).collect::<Vec<_>>().join(" ")
}

/// Every listing of one operation on both sides.
pub(crate) struct Lists<'r> {
    /// Where the items stand.
    pub(crate) items: Pointer,
    /// As recorded.
    pub(crate) real: Vec<List<'r>>,
    /// As the subject gave them.
    pub(crate) other: Vec<List<'r>>,
    /// Members that hold the token with which the listing goes on after an item: how tokens are spelt
    /// says nothing of the order.
    cursors: BTreeSet<String>,
}

/// The members of an item that hold the thing's own: of a connection's edge (Relay's cursor connections), of a resource
/// (JSON:API 1.1 §7.2).
const WITHIN: [&str; 2] = ["node", "attributes"];

/// So many orders must have been possible before a sorted one is no coincidence: six items.
const BEYOND_CHANCE: f64 = 700.0;
/// The same for a key that the request names: three items.
const NAMED: f64 = 6.0;

impl<'r> Lists<'r> {
    /// None where the operation lists nothing.
    pub(crate) fn of(run: &'r Run<'_>, operation: &'r Operation) -> Option<Lists<'r>> {
        let listing = run.listings.0.get(operation);
        let at = match listing {
            Some(listing) => listing.items.clone(),
            None => run
                .of(operation)
                .find_map(|c| pages::items_at(c.real.tree().filter(|_| c.real.is_success())?))?,
        };
        let list = |pages: Vec<&'r Said<'r>>, asked: &Request| -> Option<List<'r>> {
            let items = |said: &&'r Said<'r>| items_in(said, &at).filter(|_| said.is_success());
            let said = *pages.first()?;
            let items = pages.iter().filter_map(items).flatten().collect();
            Some(List { said, items, asked: order_asked(asked) })
        };
        let (mut real, mut other) = (Vec::new(), Vec::new());
        let mut walked = BTreeSet::new();
        for walk in run.walks.iter().filter(|w| w.operation == *operation) {
            walked.extend(walk.real.iter().filter_map(|p| Some((walk.cassette, p.position?))));
            let Some(first) = walk.real.first() else { continue };
            real.extend(list(walk.real.iter().map(|p| -> &'r Said<'r> { &p.said }).collect(), &first.asked));
            other
                .extend(list(walk.other.iter().map(|p| -> &'r Said<'r> { &p.said }).collect(), &first.asked));
        }
        for case in run.of(operation).filter(|c| !walked.contains(&(c.cassette, c.position))) {
            real.extend(list(vec![&case.real], &case.exchange.request));
            other.extend(list(vec![&case.other], &case.exchange.request));
        }
        let walks = run.walks.iter().filter(|w| w.operation == *operation);
        let cursors = walks.flat_map(|w| tokens(w, &at)).collect();
        Some(Lists { items: at, real, other, cursors })
    }

    /// The same listings by the order that was asked for.
    pub(crate) fn by_order(self) -> Vec<Lists<'r>> {
        let orders: BTreeSet<String> = self.real.iter().map(|list| list.asked.clone()).collect();
        let of = |lists: &[List<'r>], order: &str| -> Vec<List<'r>> {
            lists.iter().filter(|list| list.asked == order).cloned().collect()
        };
        let one = |order: String| Lists {
            items: self.items.clone(),
            real: of(&self.real, &order),
            other: of(&self.other, &order),
            cursors: self.cursors.clone(),
        };
        orders.into_iter().map(one).collect()
    }

    /// The keys by which every recorded listing is sorted, beyond coincidence; the surest first.
    pub(crate) fn learned(&self) -> Vec<Key> {
        let Some(item) = self.real.iter().find_map(|list| list.items.first()) else { return Vec::new() };
        let mut names: Vec<String> = item.members().iter().map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            names.push(String::new());
        }
        for within in WITHIN {
            let inner = item.get(within).map(Json::members).unwrap_or_default();
            names.extend(inner.iter().map(|(name, _)| format!("{within}/{name}")));
        }
        let mut found: Vec<(f64, Key)> = Vec::new();
        for member in names.into_iter().filter(|m| !self.cursors.contains(m)) {
            for descending in [false, true] {
                let key = Key { member: member.clone(), descending };
                let held = self.real.iter().all(|list| key.holds(&list.items) != Some(false));
                // Each distinct list counts once: a list that was read ten times was sorted once.
                let mut distinct = BTreeSet::new();
                let orders: f64 = self
                    .real
                    .iter()
                    .filter_map(|list| Some((key.values(&list.items)?, list)))
                    .filter(|(values, _)| {
                        distinct.insert(values.iter().map(|v| v.text.to_owned()).collect::<Vec<_>>())
                    })
                    .map(|(values, _)| orders(&values))
                    .product();
                // A key that the request names needs no more than not to be a coin's throw.
                let own = member.rsplit('/').next().unwrap_or_default().to_lowercase();
                let named = !own.is_empty() && self.real.iter().all(|list| list.asked.contains(&own));
                if held && orders >= if named { NAMED } else { BEYOND_CHANCE } {
                    found.push((orders, key));
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.into_iter().map(|(_, key)| key).collect()
    }
}

/// The members of recorded items that repeat the token that led to the next page.
fn tokens(walk: &Walk<'_>, items: &Pointer) -> Vec<String> {
    let mut found = Vec::new();
    for (edge, page) in walk.edges.iter().zip(&walk.real) {
        let Source::Said(place) = &edge.source else { continue };
        let (Some(headers), Some(tree)) = (page.said.headers(), page.said.tree()) else { continue };
        let Says::More(token) = pages::read(place, headers, Some(tree)) else { continue };
        let last = pages::items_of(tree, items).and_then(<[Json]>::last);
        let members = last.map(Json::members).unwrap_or_default().iter();
        // A token that is the item's own id is a key like any other.
        let holds = members.filter(|(name, value)| name != "id" && value.as_str() == Some(&token));
        found.extend(holds.map(|(name, _)| name.clone()));
    }
    found
}

/// A sortable value: compared as a number where all are, else as text.
#[derive(Clone, Copy)]
struct Value<'j> {
    text: &'j str,
    number: Option<f64>,
}

fn plainly(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    match (a.number, b.number) {
        (Some(a), Some(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        _ => a.text.cmp(b.text),
    }
}

/// The same with the digits at the end of a text as a number.
fn naturally(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    let (a_stem, a_count) = counted(a.text);
    let (b_stem, b_count) = counted(b.text);
    match (a_count, b_count) {
        (Some(x), Some(y)) if a_stem == b_stem => x.cmp(&y),
        _ => plainly(a, b),
    }
}

/// As people sort names.
fn without_case(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    match (a.number, b.number) {
        (None, None) => a.text.to_lowercase().cmp(&b.text.to_lowercase()),
        _ => plainly(a, b),
    }
}

/// Moments with offsets: which is the earlier the text does not say.
fn as_moments(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    let moment = |value: &Value<'_>| time_form(value.text).and_then(|_| Timestamp::parse(value.text));
    match (moment(a), moment(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        _ => plainly(a, b),
    }
}

fn counted(text: &str) -> (&str, Option<u64>) {
    let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
    (stem, text[stem.len()..].parse().ok())
}

/// In how many orders the values could have come; equal ones do not count.
fn orders(values: &[Value<'_>]) -> f64 {
    let distinct: BTreeSet<&str> = values.iter().map(|v| v.text).collect();
    (1..=distinct.len()).map(|n| n as f64).product()
}

impl Key {
    /// Whether the items are sorted by this key; none where not every item has a scalar there, or
    /// where fewer than two differ.
    pub(crate) fn holds(&self, items: &[&Json]) -> Option<bool> {
        let values = self.values(items)?;
        if orders(&values) < 2.0 {
            return None;
        }
        let against = if self.descending { Ordering::Less } else { Ordering::Greater };
        let by = |order: fn(&Value<'_>, &Value<'_>) -> Ordering| {
            values.windows(2).all(|pair| order(&pair[0], &pair[1]) != against)
        };
        // Ids that were counted are in order whether or not `item-10` comes before `item-9`.
        Some(by(plainly) || by(naturally) || by(without_case) || by(as_moments))
    }

    fn values<'j>(&self, items: &[&'j Json]) -> Option<Vec<Value<'j>>> {
        let value = |item: &&'j Json| -> Option<Value<'j>> {
            let value = match self.member.split_once('/') {
                _ if self.member.is_empty() => item,
                Some((within, name)) if item.get(&self.member).is_none() => item.get(within)?.get(name)?,
                _ => item.get(&self.member)?,
            };
            match value {
                Json::Number(text) => Some(Value { text, number: text.parse().ok() }),
                Json::String(text) => Some(Value { text, number: None }),
                _ => None,
            }
        };
        items.iter().map(value).collect()
    }

    /// The values of the key, for an excerpt.
    pub(crate) fn show(&self, items: &[&Json]) -> String {
        let values = self.values(items).unwrap_or_default();
        excerpt::bounded(&values.iter().map(|v| v.text).collect::<Vec<_>>().join(", "))
    }
}
