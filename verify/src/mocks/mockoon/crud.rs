//! Routes that keep a list in a data bucket. What a fresh bucket answers is known; once something was written
//! only a run would tell what it holds.

use super::reply::{self, Home, written};
use super::route::{any_of, templates};
use super::rule::Around;
use super::seen::{Seen, at_path, steps, string};
use crate::mocks::conditions::{Condition, Custom, Fit, PathTemplate};
use crate::mocks::placed::Placed;
use crate::mocks::stub::Made;
use crate::mocks::{Content, Reply, STARTED, Scenario, Stub};
use cassettes::json::Json;
use std::cmp::Ordering;
use std::sync::Arc;

/// One list, as it stands in the file.
#[derive(Clone)]
struct Kept {
    items: Arc<Vec<Json>>,
    /// Where an item has its id.
    key: String,
    paths: Arc<Vec<PathTemplate>>,
}

/// Every stub of such a route.
pub(super) fn stubs(home: &Home<'_>, around: &Around, full: &str, route: &Placed) -> Vec<Stub> {
    let responses = route.get("responses").map(Placed::items).unwrap_or_default();
    let usual = responses.iter().find(|response| response.is_true("default")).or(responses.first());
    let all = templates(full).unwrap_or_default();
    let one = templates(&format!("{}/:id", full.trim_end_matches('/'))).unwrap_or_default();
    let anything = |what: &str| {
        let mut stub = Stub::new(home.spot(route));
        stub.label = format!("CRUD {full}");
        let both: Vec<PathTemplate> = all.iter().chain(&one).cloned().collect();
        stub.when = vec![Condition::Path(any_of(&both))];
        stub.unknown.push(home.doubt(route, what));
        stub
    };
    let Some(usual) = usual.filter(|_| responses.len() == 1) else {
        return vec![anything("a CRUD route with several responses")];
    };
    let bucket = around.world.bucket(usual.str_of("databucketID").unwrap_or_default());
    let Some(Some(Json::Array(items))) = bucket else {
        return vec![anything("a CRUD route whose bucket is no list")];
    };
    let key = usual.str_of("crudKey").filter(|key| !key.is_empty()).unwrap_or("id").to_owned();
    let kept = Kept { items: Arc::new(items.clone()), key, paths: Arc::new(one.clone()) };
    let (template, unknown) = reply::read(home, usual, around);
    let fresh = |method: &str, paths: &[PathTemplate], writes: bool| {
        let mut stub = Stub::new(home.spot(usual));
        stub.label = format!("{method} {full}, CRUD");
        stub.when = vec![Condition::method(method), Condition::Path(any_of(paths))];
        stub.unknown.clone_from(&unknown);
        let next = writes.then(|| "written".to_owned());
        let name = format!("{} bucket {}", home.file.path, usual.str_of("databucketID").unwrap_or_default());
        stub.scenario = Some(Scenario { name, required: Some(STARTED.to_owned()), next });
        stub
    };
    let answer = |mut stub: Stub, status: Option<u16>, body: Made, counts: Option<[(&str, Made); 2]>| {
        let mut reply: Reply = template.clone();
        reply.status = status.unwrap_or(template.status);
        reply.headers.set("Content-Type", "application/json; charset=utf-8");
        reply.body = Content::Template(body);
        reply.made_headers.extend(counts.into_iter().flatten().map(|(name, made)| (name.to_owned(), made)));
        stub.replies = crate::mocks::Replies::one(reply);
        stub
    };
    let nothing = || Made(Arc::new(|_: &crate::mocks::Scene<'_>| Ok("{}".to_owned())));
    let mut stubs = Vec::new();
    let total = items.len();
    let (filtered, listed) = (kept.clone(), kept.clone());
    let counts = [
        ("X-Total-Count", Made(Arc::new(move |_: &crate::mocks::Scene<'_>| Ok(total.to_string())))),
        (
            "X-Filtered-Count",
            Made(Arc::new(move |scene: &crate::mocks::Scene<'_>| {
                Ok(filtered.filtered(&Seen::new(scene.asked, &[]))?.len().to_string())
            })),
        ),
    ];
    let list = Made(Arc::new(move |scene: &crate::mocks::Scene<'_>| {
        Ok(Json::Array(listed.page(&Seen::new(scene.asked, &[]))?).to_string())
    }));
    stubs.push(answer(fresh("GET", &all, false), None, list, Some(counts)));
    for (method, status, make) in [
        ("GET", None, Kept::read as fn(&Kept, &Json, &Seen) -> String),
        ("PUT", Some(200), Kept::replaced),
        ("PATCH", Some(200), Kept::merged),
        ("DELETE", Some(200), |_: &Kept, _: &Json, _: &Seen| "{}".to_owned()),
    ] {
        let mut stub = fresh(method, &one, method != "GET");
        let known = kept.clone();
        stub.when.push(Condition::Custom(Custom {
            told: "an id of the bucket".to_owned(),
            test: Arc::new(move |asked| Fit::of(known.find(&Seen::new(asked, &known.paths)).is_some())),
        }));
        let own = kept.clone();
        let made = Made(Arc::new(move |scene: &crate::mocks::Scene<'_>| {
            let seen = Seen::new(scene.asked, &own.paths);
            Ok(own.find(&seen).map_or_else(|| "{}".to_owned(), |item| make(&own, item, &seen)))
        }));
        stubs.push(answer(stub, status, made, None));
        stubs.push(answer(fresh(method, &one, false), Some(404), nothing(), None));
    }
    let own = kept.clone();
    let created = Made(Arc::new(move |scene: &crate::mocks::Scene<'_>| {
        Ok(own.created(&Seen::new(scene.asked, &[]), scene.turn))
    }));
    stubs.push(answer(fresh("POST", &all, true), Some(201), created, None));
    stubs.push(anything("what a CRUD route holds once something was written"));
    stubs
}

impl Kept {
    fn find(&self, seen: &Seen) -> Option<&Json> {
        let wanted = seen.params.get("id").and_then(Json::as_str)?;
        self.items.iter().enumerate().find_map(|(at, item)| {
            let met = match item {
                Json::Object(_) => self.id(item).is_some_and(|id| string(&id) == wanted),
                _ => wanted.parse::<usize>().unwrap_or(0) == at,
            };
            met.then_some(item)
        })
    }

    fn id(&self, item: &Json) -> Option<Json> {
        at_path(item, &self.key).ok().flatten().filter(|id| *id != Json::Null)
    }

    fn read(&self, item: &Json, _: &Seen) -> String {
        written(item)
    }

    fn replaced(&self, item: &Json, seen: &Seen) -> String {
        let mut body = match &seen.body {
            Json::Object(members) => Json::Object(members.clone()),
            _ => Json::Object(Vec::new()),
        };
        if self.id(&body).is_none()
            && let Some(id) = self.id(item)
        {
            set(&mut body, &steps(&self.key), id);
        }
        body.to_string()
    }

    fn merged(&self, item: &Json, seen: &Seen) -> String {
        let mut members = item.members().to_vec();
        for (name, value) in seen.body.members() {
            match members.iter_mut().find(|(n, _)| n == name) {
                Some(member) => member.1 = value.clone(),
                None => members.push((name.clone(), value.clone())),
            }
        }
        Json::Object(members).to_string()
    }

    fn created(&self, seen: &Seen, turn: u64) -> String {
        let mut body = seen.body.clone();
        if matches!(body, Json::Object(_)) && self.id(&body).is_none() {
            let number = |id: Json| match id {
                Json::Number(text) => text.parse::<i64>().ok(),
                _ => None,
            };
            let highest = self.items.iter().filter_map(|item| self.id(item).and_then(number)).max();
            let id = match highest {
                Some(highest) => Json::Number(highest.saturating_add(1).to_string()),
                None => Json::String(crate::mocks::templates::Chance::new(turn).uuid()),
            };
            set(&mut body, &steps(&self.key), id);
        }
        written(&body)
    }

    /// Errs with a filter that is not understood.
    fn filtered(&self, seen: &Seen) -> Result<Vec<&Json>, String> {
        const FILTERS: [&str; 9] = ["_eq", "_ne", "_gt", "_gte", "_lt", "_lte", "_like", "_start", "_end"];
        for (name, value) in seen.query.members() {
            let filters = FILTERS.iter().any(|end| name.ends_with(end));
            if filters || (name == "search" && value.as_str() != Some("")) {
                return Err(format!("the filter {name} of a CRUD route"));
            }
        }
        Ok(self.items.iter().collect())
    }

    fn page(&self, seen: &Seen) -> Result<Vec<Json>, String> {
        let mut items = self.filtered(seen)?;
        let text = |name: &str| seen.query.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
        if let Some(sort) = text("sort") {
            let down = text("order") == Some("desc");
            items.sort_by(|a, b| {
                let order = compared(a.get(sort).unwrap_or(a), b.get(sort).unwrap_or(b));
                if down { order.reverse() } else { order }
            });
        }
        if seen.query.get("limit").is_some() || seen.query.get("page").is_some() {
            let number = |name: &str, usual: usize| {
                text(name).and_then(leading).filter(|number| *number > 0).unwrap_or(usual)
            };
            let (limit, page) = (number("limit", 10), number("page", 1));
            let from = (page - 1).saturating_mul(limit);
            items = items.into_iter().skip(from).take(limit).collect();
        }
        Ok(items.into_iter().cloned().collect())
    }
}

/// As `parseInt` reads a number.
fn leading(text: &str) -> Option<usize> {
    let digits: String = text.trim().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn compared(a: &Json, b: &Json) -> Ordering {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => {
            let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
            number(a).partial_cmp(&number(b)).unwrap_or(Ordering::Equal)
        }
        (Json::String(a), Json::String(b)) => a.to_lowercase().cmp(&b.to_lowercase()),
        _ => Ordering::Equal,
    }
}

fn set(into: &mut Json, steps: &[String], value: Json) {
    let (Json::Object(members), Some((step, rest))) = (into, steps.split_first()) else { return };
    if !members.iter().any(|(name, _)| name == step) {
        members.push((step.clone(), Json::Object(Vec::new())));
    }
    if let Some((_, below)) = members.iter_mut().find(|(name, _)| name == step) {
        if rest.is_empty() {
            *below = value;
        } else {
            set(below, rest, value);
        }
    }
}
