//! One path for everything, the operation in a header, `__type` errors, typed values, `NextToken`.

use super::Vendor;
use crate::kit::client::{Client, Heard};
use crate::kit::data::Rng;
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, num, obj};
use crate::kit::pages::{arrange, slice};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::API_KEY;
use crate::kit::world::World;
use cassettes::json::Json;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "tables", make: |world| Box::new(Tables::new(world)), sessions: &[walk, trouble] };

struct Tables {
    world: World,
    jobs: Vec<Json>,
    made: usize,
}

const MEDIA: &str = "application/x-amz-json-1.1";

impl Tables {
    fn new(world: World) -> Self {
        let mut rng = world.rng("jobs");
        let jobs = (0..world.things(9)).map(|i| job(&world, &mut rng, i)).collect();
        Tables { world, jobs, made: 0 }
    }

    fn list(&self, sent: &Json) -> Told {
        let route = "ListJobs";
        if sent.text_at("/Queue").as_deref() == Some("idle") {
            let none: Vec<Json> = Vec::new();
            return Told::new(route, What::Empty, 200).body(MEDIA, obj! { "Jobs": none }.to_string());
        }
        let mut order: Vec<&Json> = self.jobs.iter().collect();
        arrange(&self.world, route, &mut order);
        let size = sent.text_at("/MaxResults").and_then(|m| m.parse().ok()).unwrap_or(4);
        let start = match sent.text_at("/NextToken") {
            None => 0,
            Some(token) => match (0..order.len()).find(|i| self.token(*i) == token) {
                Some(start) => start,
                None if self.world.lies(Hook::AnyCursor, route) => 0,
                None => return refuse(route, What::Cursor, 400, "InvalidNextTokenException"),
            },
        };
        let cut = slice(&self.world, route, order.len(), start, size, 6);
        let items: Vec<Json> = cut.of(&order).iter().map(|j| (*j).clone()).collect();
        let page = obj! { "Jobs": items }.and("NextToken", cut.next.map(|n| self.token(n)));
        Told::new(route, What::Page { more: cut.more() }, 200).body(MEDIA, page.to_string())
    }

    fn token(&self, start: usize) -> String {
        format!("AAEA{}=", Rng::new(self.world.seed, &format!("token {start}")).code(22))
    }

    fn find(&self, sent: &Json) -> Option<usize> {
        let id = sent.text_at("/JobId");
        self.jobs.iter().position(|j| j.text_at("/JobId") == id)
    }

    fn start(&mut self, sent: &Json) -> Told {
        let route = "StartJob";
        let Some(name) = sent.text_at("/Name").filter(|n| !n.is_empty()) else {
            return refuse(route, What::Invalid, 400, "ValidationException");
        };
        match sent.text_at("/Queue").as_deref() {
            Some("full") => return refuse(route, What::Limited, 400, "ThrottlingException"),
            Some("down") => return refuse(route, What::Broken, 500, "InternalServerError"),
            Some("away") => return refuse(route, What::Retryable, 503, "ServiceUnavailable"),
            Some("taken") => return refuse(route, What::Conflict, 400, "ResourceInUseException"),
            Some("foreign") => return refuse(route, What::Auth(Fault::Scope), 400, "AccessDeniedException"),
            _ => {}
        }
        self.made += 1;
        let mut made = job(&self.world, &mut self.world.rng(&format!("made {}", self.made)), 40 + self.made);
        made.put("Name", name);
        made.put("ClientRequestToken", sent.get("ClientRequestToken").cloned());
        if made.get("ClientRequestToken") != Some(&Json::Null) && self.world.lies(Hook::EchoFixed, route) {
            made.put("ClientRequestToken", "token-of-the-mock");
        }
        if self.made > 1 && self.world.lies(Hook::SameId, route) {
            made.put("JobId", self.jobs.last().and_then(|j| j.get("JobId")).cloned());
        }
        let told = Told::new(route, What::Made, 200).body(MEDIA, obj! { "Job": made.clone() }.to_string());
        if !self.world.lies(Hook::MakeForgotten, route) {
            self.jobs.push(made);
        }
        told
    }

    fn describe(&mut self, sent: &Json) -> Told {
        let route = "DescribeJob";
        match self.find(sent) {
            Some(at) => Told::new(route, What::Thing, 200)
                .body(MEDIA, obj! { "Job": self.jobs[at].clone() }.to_string()),
            None => refuse(route, What::Miss, 400, "ResourceNotFoundException"),
        }
    }

    fn cancel(&mut self, sent: &Json) -> Told {
        let route = "CancelJob";
        let Some(at) = self.find(sent) else {
            return refuse(route, What::Miss, 400, "ResourceNotFoundException");
        };
        if self.jobs[at].text_at("/Status").as_deref() == Some("CANCELLED") {
            return refuse(route, What::Terminal, 400, "ConditionalCheckFailedException");
        }
        let before = self.jobs[at].clone();
        self.jobs[at].put("Status", "CANCELLED");
        let told = Told::new(route, What::Changed, 200)
            .body(MEDIA, obj! { "Job": self.jobs[at].clone() }.to_string());
        if self.world.lies(Hook::WriteForgotten, route) {
            self.jobs[at] = before;
        }
        told
    }
}

fn job(world: &World, rng: &mut Rng, i: usize) -> Json {
    let created = world.start - 900_000 - 5_000 * i64::try_from(i).unwrap_or(0);
    let job = obj! {
        "JobId": rng.uuid(),
        "Name": rng.slug(),
        "Status": world.word(i, &["RUNNING", "SUCCEEDED", "FAILED"]),
        "CreatedAt": num(format!("{created}.{:03}", rng.within(1, 999))),
        "Attributes": obj! { "Weight": obj! { "N": rng.within(1, 900).to_string() }, "Label": obj! { "S": rng.words() } },
        "Arn": format!("arn:aws:batch:eu-1:{}:job/{}", rng.within(100_000_000_000, 999_999_999_999), rng.hex(8)),
        "RetryCount": rng.within(0, 5),
    };
    job.and("StoppedReason", world.turn(i, 2).then(|| rng.words()))
}

fn refuse(route: &'static str, what: What, status: u16, kind: &str) -> Told {
    let document = obj! { "__type": format!("com.vendor.jobs#{kind}"), "message": format!("It is {kind}.") };
    Told::new(route, what, status).body(MEDIA, document.to_string())
}

impl Service for Tables {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let target = ask.header("x-amz-target").unwrap_or_default();
        let sent = ask.json();
        let id = Rng::new(self.world.seed, &format!("request {}", self.world.asked())).uuid();
        let refused = match ask.header("authorization").as_deref() {
            None => Some((Fault::Missing, "MissingAuthenticationTokenException")),
            Some(value) if value == format!("Bearer {API_KEY}") => None,
            Some(_) => Some((Fault::Unknown, "UnrecognizedClientException")),
        };
        let route = if target.ends_with("ListJobs") { "ListJobs" } else { "other" };
        let refused = refused.filter(|(fault, _)| !self.world.lies(Hook::Credential(*fault), route));
        let told = match (refused, target.rsplit('.').next().unwrap_or_default()) {
            (Some((fault, kind)), _) => refuse(route, What::Auth(fault), 400, kind),
            (_, "ListJobs") => self.list(&sent),
            (_, "StartJob") => self.start(&sent),
            (_, "DescribeJob") => self.describe(&sent),
            (_, "CancelJob") => self.cancel(&sent),
            _ => refuse("other", What::Invalid, 400, "UnknownOperationException"),
        };
        told.with("x-amzn-RequestId", id)
    }
}

fn call(client: &mut Client, name: &str, document: &Json) -> Heard {
    let target = format!("Jobs_20250101.{name}");
    client.send("POST", "/", &[("content-type", MEDIA), ("x-amz-target", &target)], document)
}

fn walk(client: &mut Client) {
    client.always("authorization", &format!("Bearer {API_KEY}"));
    for size in [4_i64, 3] {
        let mut page = call(client, "ListJobs", &obj! { "MaxResults": size });
        for _ in 0..4 {
            if page.at("/NextToken") == "missing" {
                break;
            }
            page = call(client, "ListJobs", &obj! { "MaxResults": size, "NextToken": page.at("/NextToken") });
        }
    }
    let page = call(client, "ListJobs", &obj! { "MaxResults": 1000_i64 });
    call(client, "ListJobs", &obj! { "Queue": "idle" });
    call(client, "DescribeJob", &obj! { "JobId": page.at("/Jobs/0/JobId") });
    call(client, "DescribeJob", &obj! { "JobId": page.at("/Jobs/1/JobId") });
    for i in 0..3 {
        let sent = obj! { "Name": format!("nightly-{i}"), "ClientRequestToken": format!("5f1d7a9e-000{i}") };
        let made = call(client, "StartJob", &sent);
        let id = obj! { "JobId": made.at("/Job/JobId") };
        call(client, "DescribeJob", &id);
        call(client, "CancelJob", &id);
        call(client, "DescribeJob", &id);
        call(client, "CancelJob", &id);
    }
    call(client, "DescribeJob", &obj! { "JobId": "00000000-0000-4000-8000-000000000000" });
}

fn trouble(client: &mut Client) {
    call(client, "ListJobs", &obj! { "MaxResults": 4_i64 });
    client.always("authorization", "Bearer key_test_nobody_has_this_one");
    call(client, "ListJobs", &obj! { "MaxResults": 4_i64 });
    client.always("authorization", &format!("Bearer {API_KEY}"));
    call(client, "ListJobs", &obj! { "MaxResults": 4_i64 });
    call(client, "ListJobs", &obj! { "MaxResults": 4_i64, "NextToken": "nonsense" });
    call(client, "StartJob", &obj! { "Name": "" });
    for queue in ["full", "down", "away", "taken", "foreign", "free"] {
        call(client, "StartJob", &obj! { "Name": "nightly", "Queue": queue });
    }
    call(client, "CancelJob", &obj! { "JobId": "00000000-0000-4000-8000-000000000000" });
    call(client, "DoNothing", &obj! {});
}
