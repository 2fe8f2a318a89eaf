//! What a client does, and how: one that changed differs in one of these.

use super::wire::Wire;
use crate::kit::data::Rng;
use crate::kit::json::{Edit as _, ToJson as _, obj, read};
use crate::kit::stage::KEY;
use crate::kit::tokens::{claims, signed, under};
use cassettes::json::Json;
use replayer::Speed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A change of the headers of a request to a path.
pub(crate) type Dressed = fn(&str, &mut Vec<(String, String)>);

/// A change of what is asked: the method, the target and the body.
pub(crate) type Asked = fn(&mut String, &mut String, &mut Option<String>);

/// The calls of a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Things,
    Details,
    Charge,
    Flaky,
    /// A dozen things that fail, each by itself.
    Failing,
    Report,
    Me,
    Limits,
}

/// What a client does, and how.
#[derive(Clone)]
pub(crate) struct Habits {
    pub(crate) calls: Vec<Call>,
    pub(crate) page: usize,
    pub(crate) turns_pages: bool,
    pub(crate) headers: Option<Dressed>,
    pub(crate) asked: Option<Asked>,
    pub(crate) tries: u32,
    /// Milliseconds between tries, with up to as many more by chance.
    pub(crate) backoff: (u64, u64),
    pub(crate) patience: Option<Duration>,
    /// A connection for each request; and whether that of before is left open.
    pub(crate) fresh: bool,
    pub(crate) leaks: bool,
    pub(crate) threads: usize,
    /// Its threads share their connections.
    pub(crate) pooled: bool,
    /// Before each request.
    pub(crate) pause: Duration,
    /// How fast it is answered.
    pub(crate) speed: Speed,
    /// The token that it sends at an epoch second.
    pub(crate) token: fn(i64) -> String,
}

impl Habits {
    /// Those of the client as it was.
    pub(crate) fn usual() -> Self {
        use Call::*;
        Habits {
            calls: vec![Things, Details, Charge, Flaky, Report, Me],
            page: 3,
            turns_pages: true,
            headers: None,
            asked: None,
            tries: 4,
            backoff: (300, 80),
            patience: None,
            fresh: false,
            leaks: false,
            threads: 4,
            pooled: false,
            pause: Duration::ZERO,
            speed: Speed::Recorded,
            token: |now| signed(&claims(now, "read")),
        }
    }
}

/// A token whose claims and header were changed.
pub(crate) fn token(now: i64, change: fn(&mut Json, &mut Json)) -> String {
    let (mut header, mut claims) = (obj! { "alg": "HS256", "typ": "JWT", "kid": "k1" }, claims(now, "read"));
    change(&mut header, &mut claims);
    under(&header, &claims, KEY)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

/// One run of the suite: what chance decides in it is of its own seed.
pub(crate) fn run(url: &str, habits: &Habits, seed: u64) {
    let mut client = Client { url, pool: Pool::default(), habits, rng: Rng::new(seed, "a run") };
    for call in &habits.calls {
        client.call(*call);
    }
}

/// Connections that nobody uses just now.
type Pool = Arc<Mutex<Vec<Wire>>>;

struct Client<'h> {
    url: &'h str,
    pool: Pool,
    habits: &'h Habits,
    rng: Rng,
}

impl Client<'_> {
    fn call(&mut self, call: Call) {
        let limit = self.habits.page;
        match call {
            Call::Things => {
                let page = self.get(&format!("/v1/things?limit={limit}"));
                let next = page.text_at("/next").filter(|_| self.habits.turns_pages);
                if let Some(next) = next {
                    self.get(&format!("/v1/things?limit={limit}&cursor={next}"));
                }
            }
            Call::Details => self.details(),
            Call::Charge => {
                let body = obj! { "amount": 1_250_i64, "currency": "eur", "note": "first light" };
                let key = self.rng.uuid();
                let more = [("Content-Type", "application/json".to_owned()), ("Idempotency-Key", key)];
                self.ask("POST", "/v1/charges", &more, Some(body.to_string()));
            }
            Call::Flaky => self.try_to("/v1/flaky"),
            Call::Failing => (1..=12).for_each(|n| self.try_to(&format!("/v1/failing/{n}"))),
            Call::Report => drop(self.get("/v1/report")),
            Call::Me => {
                let token = (self.habits.token)(now());
                self.ask("GET", "/v1/me", &[("Authorization", format!("Bearer {token}"))], None);
            }
            Call::Limits => drop(self.get("/v1/limits")),
        }
    }

    fn try_to(&mut self, target: &str) {
        for attempt in 0..self.habits.tries {
            if attempt > 0 {
                let (least, more) = self.habits.backoff;
                let wait = least + self.rng.next() % more.max(1);
                std::thread::sleep(Duration::from_millis(wait));
            }
            if self.ask("GET", target, &[], None).is_some_and(|(status, _)| status < 500) {
                break;
            }
        }
    }

    /// All at once, in any order, on connections of their own or those that all share.
    fn details(&mut self) {
        let mut ids = ["thing_a1b2c3d4", "thing_e5f6a7b8", "thing_c9d0e1f2", "thing_a3b4c5d6"];
        self.rng.shuffle(&mut ids);
        let share = ids.len().div_ceil(self.habits.threads.max(1));
        let (url, habits) = (self.url, self.habits);
        std::thread::scope(|scope| {
            for ids in ids.chunks(share) {
                let rng = Rng::new(self.rng.next(), "a thread");
                let pool = if habits.pooled { Arc::clone(&self.pool) } else { Pool::default() };
                scope.spawn(move || {
                    let mut client = Client { url, pool, habits, rng };
                    for id in ids {
                        client.get(&format!("/v1/things/{id}"));
                    }
                });
            }
        });
    }

    fn get(&mut self, target: &str) -> Json {
        self.ask("GET", target, &[], None).map_or(Json::Null, |(_, body)| read(&body))
    }

    fn ask(
        &mut self,
        method: &str,
        target: &str,
        more: &[(&str, String)],
        body: Option<String>,
    ) -> Option<(u16, String)> {
        let mut headers: Vec<(String, String)> = vec![
            ("User-Agent".into(), "things-sdk/1.4.0".into()),
            ("Accept".into(), "application/json".into()),
            ("Accept-Language".into(), "en".into()),
            ("X-Request-Id".into(), self.rng.uuid()),
        ];
        headers.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let (mut method, mut target, mut body) = (method.to_owned(), target.to_owned(), body);
        if let Some(change) = self.habits.asked {
            change(&mut method, &mut target, &mut body);
        }
        if let Some(change) = self.habits.headers {
            change(&target, &mut headers);
        }
        std::thread::sleep(self.habits.pause);
        let own = || self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = own().pop();
        let mut wire = kept.unwrap_or_else(|| Wire::new(self.url));
        (wire.fresh, wire.leaks, wire.patience) =
            (self.habits.fresh, self.habits.leaks, self.habits.patience);
        let told = wire.ask(&method, &target, &headers, body.as_deref());
        own().push(wire);
        told
    }
}

/// Edits the document that is sent, if one is.
pub(crate) fn document(body: &mut Option<String>, change: impl Fn(&mut Json)) {
    if let Some(text) = body {
        let mut json = read(text);
        change(&mut json);
        *text = json.json().to_string();
    }
}
