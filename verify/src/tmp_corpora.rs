use crate::examples::ready;
use crate::{Options, RULES, compare};
use base64::Engine as _;
use cassettes::json::Json;
use cassettes::model::*;
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::sync::Mutex;

fn load() -> Vec<Cassette> {
    let text = std::fs::read_to_string("/tmp/e1/corpora.jsonl").unwrap();
    let un = |v: &serde_json::Value| base64::engine::general_purpose::STANDARD.decode(v.as_str().unwrap()).unwrap();
    let hd = |v: &serde_json::Value| {
        Headers(v.as_array().unwrap().iter().map(|p| (p[0].as_str().unwrap().to_owned(), p[1].as_str().unwrap().as_bytes().to_vec())).collect())
    };
    text.lines()
        .map(|l| {
            let v: serde_json::Value = serde_json::from_str(l).unwrap();
            let exchanges = v["exchanges"].as_array().unwrap().iter().enumerate().map(|(i, e)| {
                let mut request = Request::new(e["method"].as_str().unwrap(), e["target"].as_str().unwrap());
                request.headers = hd(&e["headers"]);
                request.body = un(&e["body"]).into();
                Exchange {
                    id: ExchangeId(i as u32 + 1),
                    at: Timestamp(1_700_000_000_000_000 + i as i64 * 1_000_000),
                    upstream: e["upstream"].as_str().unwrap().to_owned(),
                    request,
                    answer: Answer::Reply(Response::new(e["status"].as_u64().unwrap() as u16, hd(&e["rheaders"]), un(&e["rbody"]))),
                    timing: Timing::default(),
                    connection: Connection::default(),
                    redactions: vec![],
                    tokens: vec![],
                    edited: false,
                }
            });
            Cassette { name: v["name"].as_str().unwrap().rsplit('/').next().unwrap().to_owned(), header: Header::default(), exchanges: exchanges.collect() }
        })
        .collect()
}

struct Queue(Mutex<Vec<Answer>>, Mutex<Vec<String>>);
impl Subject for Queue {
    fn name(&self) -> &str {
        "q"
    }
    fn answer<'a>(&'a self, r: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        self.1.lock().unwrap().push(format!("{} {}", r.method, r.target));
        let a = self.0.lock().unwrap().pop();
        Box::pin(std::future::ready(a.map(Observed::of).ok_or(NoAnswer { reason: "no more".into(), fatal: false })))
    }
}

fn run(c: &[Cassette], t: &dyn Fn(&Exchange) -> Answer) -> (crate::Report, Vec<String>) {
    let mut a: Vec<Answer> = c.iter().flat_map(|c| &c.exchanges).map(|e| t(e)).collect();
    a.reverse();
    let q = Queue(Mutex::new(a), Mutex::new(vec![]));
    let o = Options { command: "verify", now: Timestamp(1_700_000_000_000_000), keys: None, reveal: &|_| vec![] };
    let r = ready(compare(c, &q, RULES, &o)).unwrap();
    (r, q.1.into_inner().unwrap())
}

fn with_json(e: &Exchange, f: &dyn Fn(Json) -> Json) -> Answer {
    let mut a = e.answer.clone();
    if let Answer::Reply(r) = &mut a {
        if let Some(j) = cassettes::codec::json_of(&r.headers, &r.body) {
            r.headers.remove("content-encoding");
            r.body = f(j).to_string().into();
        }
    }
    a
}

fn shuffle(j: Json) -> Json {
    match j {
        Json::Object(m) => Json::Object(m.into_iter().rev().map(|(n, v)| (n, shuffle(v))).collect()),
        Json::Array(i) => Json::Array(i.into_iter().map(shuffle).collect()),
        o => o,
    }
}

fn halve(j: Json, depth: usize) -> Json {
    match j {
        Json::Object(m) => Json::Object(m.into_iter().map(|(n, v)| (n, halve(v, depth + 1))).collect()),
        Json::Array(i) => {
            let n = i.len().div_ceil(2);
            Json::Array(i.into_iter().take(n).map(|v| halve(v, depth + 1)).collect())
        }
        o => o,
    }
}

fn tell(what: &str, c: &[Cassette], t: &dyn Fn(&Exchange) -> Answer, check_asked: bool) {
    let mut rules = std::collections::BTreeMap::<String, usize>::new();
    let mut lines = String::new();
    let (mut checks, mut walks) = (0, 0);
    for one in c {
        let (r, asked) = run(std::slice::from_ref(one), t);
        checks += r.checks.total;
        walks += r.coverage.operations.iter().flat_map(|o| &o.behaviours).filter(|b| b.kind == "next-page").count();
        if check_asked {
            let want: Vec<String> = one.exchanges.iter().map(|e| format!("{} {}", e.request.method, e.request.target)).collect();
            if want != asked {
                let d = want.iter().zip(&asked).find(|(a, b)| a != b);
                lines.push_str(&format!("ASKED {} {:?} {} {}\n", one.name, d, want.len(), asked.len()));
            }
        }
        for f in r.findings.iter() {
            *rules.entry(f.rule.to_owned()).or_default() += 1;
            lines.push_str(&format!("{} {} {} {}: {}\n   R {:?}\n   O {:?}\n", f.severity.as_str(), f.rule, one.name, f.operation, f.message, f.real.excerpt, f.other.excerpt));
        }
    }
    println!("== {what}: checks {checks}, next-pages {walks}, {rules:?}");
    std::fs::write(format!("/tmp/e1/{what}.txt"), lines).unwrap();
}

#[test]
fn corpora() {
    let c = load();
    let t = std::time::Instant::now();
    tell("identity", &c, &|e| e.answer.clone(), true);
    println!("{:?}", t.elapsed());
    tell("shuffled", &c, &|e| with_json(e, &shuffle), true);
    tell("halved", &c, &|e| with_json(e, &|j| halve(j, 0)), false);
    tell("reslashed", &c, &|e| {
        let mut a = e.answer.clone();
        if let Answer::Reply(r) = &mut a {
            r.headers.push("Via", "1.1 x");
            r.headers.push("X-Fake", "1");
            r.headers.0.reverse();
        }
        a
    }, true);
}

#[test]
fn lies() {
    let c: Vec<Cassette> = load().into_iter().filter(|c| !cassettes::facets::pagination::chains(&c.exchanges).is_empty()).collect();
    println!("{} cassettes with chains: {:?}", c.len(), c.iter().map(|c| format!("{}:{:?}", c.name, cassettes::facets::pagination::chains(&c.exchanges).iter().map(|c| (c.pages.len(), format!("{:?}", c.edges[0].source))).collect::<Vec<_>>())).collect::<Vec<_>>());
    for one in &c {
        let first: std::collections::HashMap<String, Answer> = one.exchanges.iter().rev().map(|e| (e.request.path().to_owned(), e.answer.clone())).collect();
        let (flat, _) = run(std::slice::from_ref(one), &|e| {
            let mut a = with_json(e, &|j| match j {
                Json::Object(m) => Json::Object(m.into_iter().filter(|(n, _)| !n.contains("next") && !n.contains("more")&& !n.contains("links")).collect()),
                o => o,
            });
            if let Answer::Reply(r) = &mut a { r.headers.remove("link"); }
            a
        });
        let (again, _) = run(std::slice::from_ref(one), &|e| first.get(e.request.path()).cloned().unwrap_or(e.answer.clone()));
        let names = |r: &crate::Report| r.findings.iter().filter(|f| f.fails()).map(|f| f.rule).collect::<std::collections::BTreeSet<_>>();
        println!("{}\n   flat {:?}\n   again {:?}", one.name, names(&flat), names(&again));
    }
}
